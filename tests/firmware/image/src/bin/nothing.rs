//! No work. What it has in flash, all images have beside their work.

#![no_std]
#![no_main]

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(|input: &[u8; 384]| input, |input| *input)
}
