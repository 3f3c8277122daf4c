//! The config's parsers: from two texts and from JSON they accept the same, and what they accept comes out as it went
//! in.
#![no_main]

use cognito_device_srp::verifier::StoredVerifier;
use cognito_device_srp::*;
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    password_verifier: &'a str,
    salt: &'a str,
    json: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let config = DeviceSecretVerifierConfig::from_base64(input.password_verifier, input.salt);
    let json =
        serde_json::json!({"PasswordVerifier": input.password_verifier, "Salt": input.salt}).to_string();
    let parsed: Result<DeviceSecretVerifierConfig, _> = serde_json::from_str(&json);
    assert_eq!(config.clone().ok(), parsed.ok());
    if let Ok(config) = config {
        assert_eq!((config.password_verifier(), config.salt()), (input.password_verifier, input.salt));
        assert_eq!(serde_json::to_string(&config).unwrap(), json);
        assert!(StoredVerifier::for_device(&config).is_ok());
        assert_eq!(Salt::from_base64(input.salt).map(|_| ()), Ok(()));
    }
    if let Ok(config) = serde_json::from_slice::<DeviceSecretVerifierConfig>(input.json) {
        let again = DeviceSecretVerifierConfig::from_base64(config.password_verifier(), config.salt());
        assert_eq!(again, Ok(config));
    }
});
