//! The C ABI as a library that does not link std, for hosts, bare metal and WebAssembly.
#![no_std]

pub use cognito_device_srp::capi::*;

/// The language requires a panic handler. Nothing in the library panics.
#[cfg(any(unix, windows))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn abort() -> !;
    }
    abort()
}

/// The panic handler for targets without a C library.
#[cfg(not(any(unix, windows)))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
