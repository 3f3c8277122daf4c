//! A registration from random bytes. Input: 56 of them; the verifier in base64, 516 characters. Answer: a one.

#![no_std]
#![no_main]

use cognito_device_srp::DeviceRegistration;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(register, |right| if *right { &[1] } else { &[] })
}

/// The secret is dropped, so that nothing of it may be left; and the config with it, of which a copy would take stack.
fn register(input: &[u8; 56 + 516]) -> bool {
    let (entropy, verifier) = input.split_at(56);
    let Some(mut entropy) = entropy.first_chunk().copied() else { return false };
    match &DeviceRegistration::from_entropy(image::DEVICE, &mut entropy) {
        Ok(registration) => registration.config().password_verifier().as_bytes() == verifier,
        Err(_) => false,
    }
}
