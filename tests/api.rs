//! What users of the API rely on beside its results: traits, codes, messages.

use cognito_device_srp::*;
use std::error::Error as _;

#[test]
fn values_cross_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<DeviceSecret<'static>>();
    shared::<DeviceRegistration>();
    shared::<DeviceSecretVerifierConfig>();
    shared::<Ephemeral>();
    shared::<SignIn>();
    shared::<StoredVerifier>();
    shared::<IssuedChallenge>();
    shared::<PasswordClaim>();
    shared::<Error>();
}

#[test]
fn error_codes_and_messages_stay() {
    // a code is never given another meaning: this list only grows
    let all = [
        (Error::DeviceGroupKeyEmpty, 1),
        (Error::DeviceGroupKeyTooLong, 2),
        (Error::DeviceKeyMalformed, 3),
        (Error::DeviceSecretEmpty, 4),
        (Error::RandomnessUnavailable, 5),
        (Error::SaltEmpty, 6),
        (Error::SaltTooLong, 7),
        (Error::SaltNotBase64, 8),
        (Error::SaltNegative, 9),
        (Error::SaltNotMinimal, 10),
        (Error::VerifierNotBase64, 11),
        (Error::VerifierNegative, 12),
        (Error::VerifierNotMinimal, 13),
        (Error::VerifierOutOfRange, 14),
        (Error::EphemeralOutOfRange, 15),
        (Error::SrpAMalformed, 16),
        (Error::SrpAOutOfRange, 17),
        (Error::SrpBMalformed, 18),
        (Error::SrpBOutOfRange, 19),
        (Error::ScramblerZero, 20),
        (Error::SaltNotHex, 21),
        (Error::SecretBlockNotBase64, 22),
        (Error::TimestampOutOfRange, 23),
        (Error::UserPoolIdMalformed, 24),
        (Error::UserIdEmpty, 25),
        (Error::PasswordEmpty, 26),
        (Error::SignatureMismatch, 27),
        (Error::ProofFailed, 28),
    ];
    for (error, code) in all {
        assert_eq!(error.code(), code);
        assert!(error.source().is_none());
        let message = error.to_string();
        assert_eq!(message, error.message());
        assert!(
            !message.is_empty() && !message.ends_with('.') && message.to_lowercase() == message,
            "{message}"
        );
        assert_eq!(all.iter().filter(|(other, _)| other.message() == message).count(), 1, "{message}");
    }
}

#[test]
fn what_is_shown_of_a_config_is_what_is_sent() {
    let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
    let shown = format!("{config:?}");
    assert!(shown.contains("\"Ag==\"") && shown.contains("\"AQ==\""), "{shown}");
}
