//! The service's side of a sign-in with a password, from the password to the answer. Input: the ephemeral, 32 bytes; the
//! password, 13 characters; SRP_A, 768 digits; the signature, 44 characters of base64. Answer: a one.

#![no_std]
#![no_main]

use cognito_device_srp::verifier::{Claim, StoredVerifier};
use cognito_device_srp::{Credentials, Ephemeral, Error, Salt};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::run(check, |checked| if checked.is_ok() { &[1] } else { &[] })
}

fn check(input: &[u8; 32 + 13 + 768 + 44]) -> Result<(), Error> {
    let (ephemeral, input) = input.split_at(32);
    let (password, input) = input.split_at(13);
    let (srp_a, signature) = input.split_at(768);
    let user = Credentials::user("us-east-1_AbCdEfGhI", "alice", image::text(password))?;
    let claim = Claim {
        secret_block: "k3dX8yL3YxhLlZLasmbzTkU=",
        timestamp: "Tue Apr 3 23:29:30 UTC 2018",
        signature: image::text(signature),
    };
    StoredVerifier::for_user(&user, Salt::from_bytes(&[7; 16])?)
        .challenge(image::text(srp_a), Ephemeral::from_bytes(ephemeral)?)?
        .check(&user, &claim)
}
