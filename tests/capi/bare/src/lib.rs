//! The C ABI where there is no std: it lacks only what a final artefact must say, which is what a panic does.
#![no_std]

pub use cognito_device_srp::capi::*;

/// Required by the language; nothing in the library panics.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
