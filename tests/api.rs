//! What users of the API rely on beside its results: traits, codes, messages.

use cognito_device_srp::*;
use std::error::Error as _;

#[test]
fn values_cross_threads_and_errors_are_errors() {
    fn error<T: std::error::Error + Copy + Eq + std::hash::Hash>() {}
    error::<Error>();
    fn shared<T: Send + Sync + 'static>() {}
    shared::<DeviceSecret<'static>>();
    shared::<Salt>();
    shared::<DeviceRegistration>();
    shared::<DeviceSecretVerifierConfig>();
    shared::<Ephemeral>();
    shared::<SignIn>();
    shared::<StoredVerifier>();
    shared::<IssuedChallenge>();
    shared::<PasswordClaim>();
    shared::<Error>();
}

/// Whether a type has a trait: an inherent constant goes before one of a trait, where its bound holds.
macro_rules! is {
    ($type:ty: $($bound:tt)+) => {{
        struct Probe<T>(core::marker::PhantomData<T>);
        #[allow(dead_code, reason = "unused where the bound holds")]
        trait Otherwise {
            const IS: bool = false;
        }
        impl<T> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "unused where the bound does not hold")]
        impl<T: $($bound)+> Probe<T> {
            const IS: bool = true;
        }
        Probe::<$type>::IS
    }};
}

#[test]
fn what_holds_a_secret_cannot_be_shown_copied_or_compared() {
    macro_rules! refused {
        ($($type:ty),+) => {
            $(
                assert!(!is!($type: core::fmt::Debug), stringify!($type));
                assert!(!is!($type: core::fmt::Display), stringify!($type));
                assert!(!is!($type: Clone), stringify!($type));
                assert!(!is!($type: PartialEq), stringify!($type));
                assert!(!is!($type: core::hash::Hash), stringify!($type));
                assert!(!is!($type: core::ops::Deref), stringify!($type));
                assert!(!is!($type: AsRef<str>), stringify!($type));
                assert!(!is!($type: AsRef<[u8]>), stringify!($type));
                #[cfg(feature = "serde")]
                assert!(!is!($type: serde::Serialize), stringify!($type));
            )+
        };
    }
    refused!(DeviceSecret<'static>, DeviceRegistration, Ephemeral, SignIn, StoredVerifier, IssuedChallenge);
    // and the probe sees what is there
    assert!(is!(DeviceSecretVerifierConfig: core::fmt::Debug) && is!(Salt: Clone) && is!(Error: PartialEq));
}

#[test]
fn values_are_no_larger_than_their_contents() {
    assert_eq!(size_of::<Error>(), 4);
    assert_eq!(size_of::<Option<Error>>(), 4);
    let word = size_of::<usize>();
    // 516 and 88 characters of base64, each with its length
    assert!(size_of::<DeviceSecretVerifierConfig>() <= 516 + 88 + 4 * word);
    // 65 bytes and their number
    assert!(size_of::<Salt>() <= 65 + 2 * word);
    // 56 characters, or a text of another's
    assert!(size_of::<DeviceSecret<'static>>() <= 56 + 2 * word);
    assert!(size_of::<DeviceRegistration>() <= 516 + 88 + 56 + 6 * word);
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
        (Error::AccessTokenMalformed, 29),
        (Error::DeviceNameOutOfRange, 30),
        (Error::ChallengeIncomplete, 31),
        (Error::ArgumentNull, 101),
        (Error::ArgumentLength, 102),
        (Error::ArgumentsOverlap, 103),
        (Error::TextNotUtf8, 104),
        (Error::SignInNotStarted, 105),
    ];
    // and it is whole, since every code up to the last is given
    assert!(all.iter().map(|(_, code)| *code).eq((1..=31).chain(101..=105)));
    let source = include_str!("../src/error.rs");
    assert!(!source.contains(" = 32, ") && !source.contains(" = 106, "), "the list above lacks an error");
    for (error, code) in all {
        assert_eq!((error.code(), Error::from_code(code)), (code, Some(error)));
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
