//! The JSON that the program reads: what `derive` takes from stdin, and files of known answers.
#![no_main]

use cognito_device_srp::DeviceSecretVerifierConfig;
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the rest of the program is not called")]
#[path = "../../../src"]
mod program {
    pub(super) mod cli;
}

use program::cli;

fuzz_target!(|json: &str| {
    if let Ok(config) = cli::derive::config(json) {
        let again = DeviceSecretVerifierConfig::from_base64(config.password_verifier(), config.salt());
        assert_eq!(again, Ok(config));
    }
    if let Ok(cases) = cli::check::cases(json) {
        assert!(!cases.is_empty());
    }
});
