//! Planted: what is executed depends on the secret. Input as of `pow`. Answer: a one.

#![no_std]
#![no_main]

use core::hint::black_box;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(branch, |_| &[1])
}

fn branch(x: &[u8; 32]) {
    if x.iter().fold(0, |all, byte| all ^ byte.count_ones()) % 2 == 1 {
        black_box(x);
    }
}
