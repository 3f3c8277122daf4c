//! Planted: what is loaded depends on the secret, by an index that is checked. Input as of `pow`. Answer: a one.

#![no_std]
#![no_main]

use core::hint::black_box;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(index, |_| &[1])
}

fn index(x: &[u8; 32]) -> u8 {
    let table: &[u8] = black_box(x);
    table[usize::from(x[31] & 31)]
}
