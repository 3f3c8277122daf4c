# How the C library is built without an operating system: sourced at the top of the repository, after tests/firmware/tools.sh.

# bare TARGET CRATE_TYPE FOLDER [FLAG]: with a core of its own, and a flag for all of it
bare() {
  local name
  name=$(tr a-z- A-Z_ <<<"$1")
  env -u CARGO_ENCODED_RUSTFLAGS "RUSTFLAGS=${4:-}" "CARGO_TARGET_${name}_LINKER=$(linker)" RUSTC="$rustc" RUSTC_BOOTSTRAP=1 \
    "$cargo" rustc -q --locked --release --manifest-path bindings/c/Cargo.toml --target "$1" --crate-type "$2" \
    --target-dir "$3" -Zbuild-std=core,compiler_builtins -Zbuild-std-features=compiler-builtins-mem
}
