//! The C ABI as a library of a host, which needs nothing but the C library: no std, so nothing of it is linked.
#![no_std]

pub use cognito_device_srp::capi::*;

unsafe extern "C" {
    safe fn abort() -> !;
}

/// Required by the language; nothing in the library panics.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}
