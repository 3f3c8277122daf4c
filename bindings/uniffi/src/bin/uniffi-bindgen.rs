//! The generator of the bindings; generate.sh runs it.

fn main() {
    uniffi::uniffi_bindgen_main()
}
