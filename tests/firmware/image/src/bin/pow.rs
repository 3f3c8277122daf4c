//! 2^x mod N. Input: x, 32 bytes. Answer: 384 bytes.

#![no_std]
#![no_main]

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(cognito_device_srp::__internals::pow_g, |power| power)
}
