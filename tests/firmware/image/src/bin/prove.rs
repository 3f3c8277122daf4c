//! The proof of a config, which plays a sign-in with both sides. Input: the secret, 56 characters; the salt, 24 of
//! base64; the verifier, 516 of base64. Answer: a one.

#![no_std]
#![no_main]

use cognito_device_srp::{DeviceSecret, DeviceSecretVerifierConfig, Error};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(prove, |proved| if proved.is_ok() { &[1] } else { &[] })
}

fn prove(input: &[u8; 56 + 24 + 516]) -> Result<(), Error> {
    let (secret, input) = input.split_at(56);
    let (salt, verifier) = input.split_at(24);
    match &DeviceSecretVerifierConfig::from_base64(image::text(verifier), image::text(salt)) {
        Ok(config) => config.prove(image::DEVICE, &DeviceSecret::from_text(image::text(secret))?),
        Err(error) => Err(*error),
    }
}
