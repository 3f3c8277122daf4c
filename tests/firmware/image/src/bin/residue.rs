//! Planted: a copy of the secret stays on the stack. Input as of `pow`. Answer: a one.

#![no_std]
#![no_main]

use core::hint::black_box;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(copy, |_| &[1])
}

#[inline(never)]
fn copy(x: &[u8; 32]) {
    black_box(&mut { *x });
}
