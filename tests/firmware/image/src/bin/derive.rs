//! The verifier of a secret. Input: the salt, 16 bytes; the secret, 56 characters. Answer: the verifier in base64.

#![no_std]
#![no_main]

use cognito_device_srp::{DeviceSecret, DeviceSecretVerifierConfig, Error, Salt};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(derive, |config| config.as_ref().map_or(&[], |config| config.password_verifier().as_bytes()))
}

fn derive(input: &[u8; 16 + 56]) -> Result<DeviceSecretVerifierConfig, Error> {
    let (salt, secret) = input.split_at(16);
    // by reference, so that this frame has one copy
    let (salt, secret) = (&Salt::from_bytes(salt), &DeviceSecret::from_text(image::text(secret)));
    match (salt, secret) {
        (Ok(salt), Ok(secret)) => Ok(DeviceSecretVerifierConfig::derive(image::DEVICE, secret, salt)),
        (Err(error), _) | (_, Err(error)) => Err(*error),
    }
}
