//! Planted: a division by the secret, whose time may depend on it. Input as of `pow`. Answer: a one.

#![no_std]
#![no_main]

use core::hint::black_box;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(divide, |_| &[1])
}

fn divide(x: &[u8; 32]) {
    let [a, b, ..] = *black_box(x);
    black_box(u32::from(a) / (u32::from(b) | 1));
}
