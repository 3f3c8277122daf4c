//! The JSON that the program reads: what `derive` takes from stdin, and files of known answers.
#![no_main]

use cognito_device_srp::DeviceSecretVerifierConfig;
use cognito_device_srp_cli::{count_cases, derive_config};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &str| {
    if let Some(config) = derive_config(json) {
        let again = DeviceSecretVerifierConfig::from_base64(config.password_verifier(), config.salt());
        assert_eq!(again, Ok(config));
    }
    assert_ne!(count_cases(json), Some(0));
});
