//! A sign-in with a password. Input: the ephemeral, 32 bytes; the password, 13 characters; SALT, 32 digits; SRP_B, 768
//! digits. Answer: the signature.

#![no_std]
#![no_main]

use cognito_device_srp::{Challenge, Credentials, Ephemeral, Error, PasswordClaim, SignIn, Timestamp};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(sign_in, |claim| claim.as_ref().map_or(&[], |claim| claim.signature().as_bytes()))
}

fn sign_in(input: &[u8; 32 + 13 + 32 + 768]) -> Result<PasswordClaim, Error> {
    let (ephemeral, input) = input.split_at(32);
    let (password, input) = input.split_at(13);
    let (salt, srp_b) = input.split_at(32);
    let challenge = Challenge {
        srp_b: image::text(srp_b),
        salt: image::text(salt),
        secret_block: "k3dX8yL3YxhLlZLasmbzTkU=",
    };
    let credentials = Credentials::user("us-east-1_AbCdEfGhI", "alice", image::text(password))?;
    let timestamp = Timestamp::from_unix(1_522_798_170)?;
    SignIn::start(Ephemeral::from_bytes(ephemeral)?).answer(&credentials, &challenge, &timestamp)
}
