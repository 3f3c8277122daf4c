//! A registration from random bytes. Input: 56 of them. Answer: the verifier in base64.

#![no_std]
#![no_main]

use cognito_device_srp::{DeviceRegistration, DeviceSecretVerifierConfig, Error};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(register, |config| config.as_ref().map_or(&[], |config| config.password_verifier().as_bytes()))
}

/// The secret is dropped, so that nothing of it may be left.
fn register(input: &[u8; 56]) -> Result<DeviceSecretVerifierConfig, Error> {
    let mut entropy = *input;
    match &DeviceRegistration::from_entropy(image::DEVICE, &mut entropy) {
        Ok(registration) => Ok(registration.config().clone()),
        Err(error) => Err(*error),
    }
}
