//! A sign-in with a device: SRP_A and the answer to a challenge. Input: the ephemeral, 32 bytes; the secret, 56
//! characters; SALT, 32 digits; SRP_B, 768 digits. Answer: the signature.

#![no_std]
#![no_main]

use cognito_device_srp::{
    Challenge, Credentials, DeviceSecret, Ephemeral, Error, PasswordClaim, SignIn, Timestamp,
};
use image::Status;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(sign_in, |claim| claim.as_ref().map_or(&[], |claim| claim.signature().as_bytes()))
}

fn sign_in(input: &[u8; 32 + 56 + 32 + 768]) -> Result<PasswordClaim, Error> {
    let (ephemeral, input) = input.split_at(32);
    let (secret, input) = input.split_at(56);
    let (salt, srp_b) = input.split_at(32);
    let secret = DeviceSecret::from_text(image::text(secret))?;
    let challenge = Challenge {
        srp_b: image::text(srp_b),
        salt: image::text(salt),
        secret_block: "k3dX8yL3YxhLlZLasmbzTkU=",
    };
    let credentials = Credentials::device(image::DEVICE, &secret);
    let timestamp = Timestamp::from_unix(1_522_798_170)?;
    start(ephemeral).answer(&credentials, &challenge, &timestamp)
}

/// No result, of which the sign-in would have to be moved out: then it would be there twice.
#[inline(never)]
fn start(ephemeral: &[u8]) -> SignIn {
    match Ephemeral::from_bytes(ephemeral) {
        Ok(ephemeral) => SignIn::start(ephemeral),
        Err(_) => image::exit(Status::Fault),
    }
}
