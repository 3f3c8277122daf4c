//! The C ABI as a library that needs no std, so nothing of it is linked: on a host, on bare metal and as WebAssembly.
#![no_std]

pub use cognito_device_srp::capi::*;

/// Required by the language; nothing in the library panics.
#[cfg(any(unix, windows))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn abort() -> !;
    }
    abort()
}

/// The same where there is no C library.
#[cfg(not(any(unix, windows)))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
