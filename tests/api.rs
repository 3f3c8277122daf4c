//! What users of the API rely on in addition to its results: traits, codes, messages.

use cognito_device_srp::verifier::{Claimant, IssuedChallenge, StoredVerifier};
use cognito_device_srp::*;
use std::error::Error as _;

mod common;

use common::is;

#[test]
fn values_can_cross_threads_and_errors_implement_error() {
    fn error<T: std::error::Error + Copy + Eq + std::hash::Hash>() {}
    error::<Error>();
    fn shared<T: Send + Sync + 'static>() {}
    shared::<DeviceSecret<'static>>();
    shared::<Salt>();
    shared::<DeviceRegistration<'static>>();
    shared::<RememberedDevice>();
    shared::<Credentials<'static>>();
    shared::<SuspendedSignIn>();
    shared::<DeviceSecretVerifierConfig>();
    shared::<Ephemeral>();
    shared::<SignIn>();
    shared::<StoredVerifier>();
    shared::<IssuedChallenge>();
    shared::<PasswordClaim>();
    shared::<Error>();
}

#[test]
fn secrets_cannot_be_displayed_copied_or_compared() {
    macro_rules! refused {
        ($($type:ty),+) => {
            $(
                assert!(is!($type: core::fmt::Debug), stringify!($type));
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
    refused!(
        DeviceSecret<'static>,
        DeviceRegistration<'static>,
        RememberedDevice,
        Credentials<'static>,
        Ephemeral,
        SignIn,
        SuspendedSignIn,
        StoredVerifier,
        IssuedChallenge
    );
    // what is compared must not be a secret, or is not compared at all
    assert!(!is!(SecretHash: PartialEq) && !is!(PasswordClaim: PartialEq));
    // and the probe sees what is there
    assert!(is!(DeviceSecretVerifierConfig: core::fmt::Debug) && is!(Salt: Clone) && is!(Error: PartialEq));
}

#[test]
fn every_error_has_the_kind_that_says_what_to_do() {
    for (error, kind) in [
        (Error::DeviceKeyMalformed, ErrorKind::Input),
        (Error::SaltTooLong, ErrorKind::Input),
        (Error::SaltNotHex, ErrorKind::Peer),
        (Error::SrpBOutOfRange, ErrorKind::Peer),
        (Error::ScramblerZero, ErrorKind::Peer),
        (Error::ChallengeIncomplete, ErrorKind::Peer),
        (Error::RandomnessUnavailable, ErrorKind::Randomness),
        (Error::SignatureMismatch, ErrorKind::Rejected),
        (Error::ProofFailed, ErrorKind::Rejected),
    ] {
        assert_eq!(error.kind(), kind, "{error:?}");
    }
}

/// All spellings in which bytes could be shown, without white space.
fn spellings(secret: &[u8]) -> Vec<String> {
    let list = |each: fn(&u8) -> String| secret.iter().map(each).collect::<Vec<_>>();
    let (hex, upper) = (list(|byte| format!("{byte:02x}")), list(|byte| format!("{byte:02X}")));
    let mut all = vec![
        hex.concat(),
        upper.concat(),
        list(|byte| byte.to_string()).join(","),
        list(|byte| format!("{byte:#x}")).join(","),
        list(|byte| format!("{byte:#04x}")).join(","),
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, secret),
    ];
    if secret.iter().all(u8::is_ascii_graphic) {
        all.push(String::from_utf8_lossy(secret).into_owned());
    }
    all
}

/// Whether a text shows six bytes in a row of a secret, in any spelling.
fn shows(text: &str, secret: &[u8]) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    secret.windows(6).any(|part| spellings(part).iter().any(|spelling| text.contains(spelling)))
}

#[test]
fn nothing_shows_a_byte_of_a_secret() {
    let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8").unwrap();
    let entropy: [u8; 56] = std::array::from_fn(|i| (i as u8).wrapping_mul(151) ^ 0xa7);
    let a: [u8; 32] = std::array::from_fn(|i| (i as u8).wrapping_mul(89) ^ 0x5d);
    let registration = DeviceRegistration::from_entropy(device, &mut { entropy }).unwrap();
    let secret = registration.secret().expose_secret();
    let password = "planted-horse-battery";
    let hash: [u8; 32] = std::array::from_fn(|i| (i as u8).wrapping_mul(211) ^ 0x3b);
    let pool = "us-east-1_AbCdEfGhI";
    let user = Credentials::user(pool, "alice", password).unwrap();
    let stored = StoredVerifier::for_user(&user, Salt::from_bytes(&[7; 16]).unwrap());
    let sign_in = SignIn::from_entropy(&mut { a }).unwrap();
    let issued = stored.challenge(sign_in.srp_a(), Ephemeral::from_bytes(&a).unwrap()).unwrap();
    let challenge =
        Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block: common::SECRET_BLOCK };
    let started = SignIn::from_entropy(&mut { a }).unwrap();
    let claim = started.answer(&user, &challenge, &Timestamp::from_unix(0).unwrap()).unwrap();
    let secret_hash = SecretHash::new("planted-client-secret", "alice", "id");
    let secrets: [&[u8]; 9] = [
        secret.as_bytes(),
        &entropy[..40],
        &a,
        password.as_bytes(),
        &hash,
        stored.verifier(),
        secret_hash.as_str().as_bytes(),
        b"planted-client-secret",
        claim.signature().as_bytes(),
    ];
    macro_rules! shown {
        ($($value:expr),+ $(,)?) => { vec![$((stringify!($value), format!("{:?}\n{:#?}", $value, $value))),+] };
    }
    let all = shown![
        registration,
        registration.secret(),
        DeviceSecret::from_text(secret),
        DeviceSecret::from_string(secret.to_owned()),
        registration.remember(),
        Credentials::device(device, registration.secret()),
        user,
        Credentials::user_hashed(pool, "alice", &hash),
        Claimant::user(pool, "alice"),
        Ephemeral::from_bytes(&a),
        stored,
        issued,
        claim,
        secret_hash,
        sign_in,
        SignIn::from_entropy(&mut { a }).unwrap().suspend(),
    ];
    for (name, text) in &all {
        // something is shown all the same
        assert!(!text.starts_with("Ok()") && !text.trim().is_empty(), "{name}");
        for secret in secrets {
            assert!(!shows(text, secret), "{name}: {text}");
        }
    }
    #[cfg(feature = "std")]
    {
        let context = cognito_device_srp::service::AuthContext::new("id", "alice")
            .unwrap()
            .with_client_secret("planted-client-secret");
        for value in [format!("{context:?} {context:#?}"), format!("{:?}", context.sms_mfa("planted code"))] {
            assert!(!value.contains("planted"), "{value}");
        }
    }
    // and the search sees what is there
    for planted in [format!("{:?}", &entropy[..]), format!("{:#x?}", &entropy[3..20]), secret[9..].to_owned()]
    {
        assert!(secrets.iter().any(|secret| shows(&planted, secret)), "{planted}");
    }
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
    assert!(size_of::<DeviceRegistration<'static>>() <= 516 + 88 + 56 + 10 * word);
}

#[test]
fn error_codes_are_unique_and_do_not_change() {
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
        (Error::TimestampMalformed, 32),
        (Error::ParameterMissing, 33),
        (Error::ParameterEmpty, 34),
        (Error::ParameterRepeated, 35),
        (Error::RefreshTokenMalformed, 36),
        (Error::ClientIdMalformed, 37),
        (Error::ClientSecretMalformed, 38),
        (Error::ListLimitOutOfRange, 39),
        (Error::PaginationTokenMalformed, 40),
        (Error::ArgumentLength, 102),
        (Error::TextNotUtf8, 104),
        (Error::SuspendedSignInMalformed, 105),
        (Error::TextHasNul, 108),
    ];
    // and it is complete
    let codes = (0..=999).filter(|code| Error::from_code(*code).is_some());
    assert!(all.iter().map(|(_, code)| *code).eq(codes), "the list above lacks an error");
    for (error, code) in all {
        assert_eq!((error.code(), Error::from_code(code)), (code, Some(error)));
        assert!(error.source().is_none());
        let message = error.to_string();
        assert_eq!(message, error.message());
        // lower case, except for the form of a time
        let words = message.replace("EEE MMM d HH:mm:ss UTC yyyy", "");
        assert!(!message.is_empty() && !message.ends_with('.') && words.to_lowercase() == words, "{message}");
        assert_eq!(all.iter().filter(|(other, _)| other.message() == message).count(), 1, "{message}");
    }
}

#[test]
fn debug_of_a_config_shows_both_texts() {
    let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
    let shown = format!("{config:?}");
    assert!(shown.contains("\"Ag==\"") && shown.contains("\"AQ==\""), "{shown}");
}

#[test]
fn device_keys_for_tests_skip_only_the_check_of_the_form() {
    let (longest, too_long) = ("k".repeat(131_072), "k".repeat(131_073));
    let any = Device::for_tests_with_any_key;
    let real = ("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8");
    assert_eq!(any(real.0, real.1), Device::new(real.0, real.1));

    let fixture = any("deviceGroupKey", "deviceKey").unwrap();
    assert_eq!(Device::new("deviceGroupKey", "deviceKey"), Err(Error::DeviceKeyMalformed));
    let registration = DeviceRegistration::generate(fixture).unwrap();
    assert_eq!(registration.prove(), Ok(()));
    assert_eq!(registration.remember().device(), fixture);

    assert!(any(&longest, &longest).is_ok());
    assert_eq!(any("", "deviceKey"), Err(Error::DeviceGroupKeyEmpty));
    assert_eq!(any(&too_long, "deviceKey"), Err(Error::DeviceGroupKeyTooLong));
    for refused in ["", &too_long] {
        assert_eq!(any("deviceGroupKey", refused), Err(Error::DeviceKeyMalformed));
    }
}
