//! Everything that a client can send to a verifier, and what a verifier can have stored: accepted is what a plain reading of
//! the numbers accepts, and a claim without the key is refused.
#![no_main]

use cognito_device_srp::__internals::modulus;
use cognito_device_srp::verifier::{Claim, Claimant, StoredVerifier};
use cognito_device_srp::*;
use libfuzzer_sys::{arbitrary, fuzz_target};
use std::sync::LazyLock;

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    verifier: &'a [u8],
    srp_a: &'a str,
    secret_block: &'a str,
    timestamp: &'a str,
    signature: &'a str,
    pool: &'a str,
    name: &'a str,
}

static N: LazyLock<String> = LazyLock::new(|| digits(&modulus()));

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the number is one of 1 to N - 1.
fn is_in_range(digits: &str) -> bool {
    let digits = digits.trim_start_matches('0').to_ascii_lowercase();
    !digits.is_empty() && (digits.len(), digits.as_str()) < (N.len(), N.as_str())
}

fuzz_target!(|input: Input<'_>| {
    let salt = Salt::from_bytes(&[7]).expect("a salt");
    let stored = StoredVerifier::from_parts(input.verifier, salt);
    let fits = input.verifier.len() <= StoredVerifier::LEN && is_in_range(&digits(input.verifier));
    assert_eq!(stored.is_ok(), fits);

    let two = || StoredVerifier::from_parts(&[2], salt).expect("a verifier");
    let ephemeral = Ephemeral::from_bytes(&[9]).expect("an ephemeral");
    let issued = stored.unwrap_or_else(|_| two()).challenge(input.srp_a, ephemeral);
    let is_hex = !input.srp_a.is_empty() && input.srp_a.bytes().all(|digit| digit.is_ascii_hexdigit());
    // a byte of leading zeros at most
    let fits = is_in_range(input.srp_a) && input.srp_a.len() <= 2 * StoredVerifier::LEN + 2;
    assert_eq!(
        issued.as_ref().err(),
        match (is_hex, fits) {
            (false, _) => Some(&Error::SrpAMalformed),
            (true, false) => Some(&Error::SrpAOutOfRange),
            (true, true) => None,
        }
    );
    let (Ok(issued), Ok(claimant)) = (issued, Claimant::user(input.pool, input.name)) else { return };
    let claim =
        Claim { secret_block: input.secret_block, timestamp: input.timestamp, signature: input.signature };
    let checked = issued.check(claimant, &claim);
    assert!(matches!(checked, Err(Error::SignatureMismatch | Error::SecretBlockNotBase64)));
});
