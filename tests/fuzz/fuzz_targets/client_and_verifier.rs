//! A client against a verifier, on two backends: the honest pair agrees, and a message that was changed on its way is
//! refused.
#![no_main]

use cognito_device_srp::__internals::{backends, on};
use cognito_device_srp::verifier::{Claim, StoredVerifier};
use cognito_device_srp::*;
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    group: &'a str,
    secret: &'a str,
    salt: &'a [u8],
    a: [u8; 12],
    b: [u8; 12],
    block: &'a str,
    seconds: u32,
    other_backend: bool,
    signature: Option<&'a str>,
    srp_b: Option<&'a str>,
}

fn sign_in(input: &Input<'_>) -> Result<(), Error> {
    let device = Device::new(input.group, "eu-west-1_0")?;
    let secret = DeviceSecret::from_text(input.secret)?;
    let config = DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_bytes(input.salt)?);
    // the client is on the first one
    let verifier_backend = backends()[usize::from(input.other_backend) % backends().len()];

    let sign_in = SignIn::start(Ephemeral::from_bytes(&input.a)?);
    let b = Ephemeral::from_bytes(&input.b)?;
    let issued = on(verifier_backend, || StoredVerifier::for_device(&config)?.challenge(sign_in.srp_a(), b))?;
    let srp_b = input.srp_b.unwrap_or(issued.srp_b());
    let honest_b = srp_b.to_ascii_lowercase().trim_start_matches('0') == issued.srp_b();
    let challenge = Challenge { srp_b, salt: issued.salt(), secret_block: input.block };
    let timestamp = Timestamp::from_unix(input.seconds.into())?;
    let claim = sign_in.answer(&Credentials::device(device, &secret), &challenge, &timestamp)?;
    let signature = input.signature.unwrap_or(claim.signature());
    let honest = honest_b && signature == claim.signature();
    let claim = Claim { secret_block: input.block, timestamp: claim.timestamp(), signature };
    let checked = on(verifier_backend, || issued.check(device, &claim));
    assert_eq!(checked, if honest { Ok(()) } else { Err(Error::SignatureMismatch) });
    Ok(())
}

fuzz_target!(|input: Input<'_>| {
    let _ = sign_in(&input);
});
