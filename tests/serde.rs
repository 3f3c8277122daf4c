//! The config through serde: its JSON is that of `ConfirmDevice`, and is checked completely when it is read.

use cognito_device_srp::{DeviceSecretVerifierConfig, Error};
use serde::Deserialize;
use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};
use serde_json::json;

mod common;

use common::{base64, unhex, vectors};

/// v = 2, salt = 1
const SMALL: (&str, &str) = ("Ag==", "AQ==");

fn config() -> DeviceSecretVerifierConfig {
    let config = &vectors("device_verifier")["cases"][0]["config"];
    let [verifier, salt] = ["PasswordVerifier", "Salt"].map(|name| config[name].as_str().unwrap());
    DeviceSecretVerifierConfig::from_base64(verifier, salt).unwrap()
}

fn parse(json: &str) -> Result<DeviceSecretVerifierConfig, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn error(json: &str) -> String {
    parse(json).unwrap_err()
}

#[test]
fn a_config_serialises_with_the_services_names() {
    let config = config();
    let (verifier, salt) = (config.password_verifier(), config.salt());
    let text = format!(r#"{{"PasswordVerifier":"{verifier}","Salt":"{salt}"}}"#);
    assert_eq!(serde_json::to_string(&config).unwrap(), text);
    assert_eq!(parse(&text), Ok(config));
}

#[test]
fn a_config_is_read_from_borrowed_and_from_temporary_text() {
    let config = config();
    let value = serde_json::to_value(&config).unwrap();
    assert_eq!(serde_json::from_value(value.clone()).ok(), Some(config.clone()));
    assert_eq!(serde_json::from_reader(value.to_string().as_bytes()).ok(), Some(config));

    let small = DeviceSecretVerifierConfig::from_base64(SMALL.0, SMALL.1).unwrap();
    let escaped = r#" { "S\u0061lt" : "\u0041Q=\u003d", "PasswordVerifier" : "Ag==" } "#;
    assert_eq!(parse(escaped), Ok(small));
}

#[test]
fn a_config_is_read_from_maps_and_sequences_of_any_format() {
    let small = DeviceSecretVerifierConfig::from_base64(SMALL.0, SMALL.1).unwrap();
    let fields = [("Salt", SMALL.1), ("PasswordVerifier", SMALL.0)];
    let map = MapDeserializer::<_, ValueError>::new(fields.into_iter());
    assert_eq!(DeviceSecretVerifierConfig::deserialize(map), Ok(small.clone()));
    let by_number = [(1u64, SMALL.1), (0, SMALL.0), (2, "else")];
    let map = MapDeserializer::<_, ValueError>::new(by_number.into_iter());
    assert_eq!(DeviceSecretVerifierConfig::deserialize(map), Ok(small.clone()));
    let by_bytes = [(&b"Salt"[..], SMALL.1), (b"PasswordVerifier", SMALL.0), (b"\xff", "else")];
    let map = MapDeserializer::<_, ValueError>::new(by_bytes.into_iter());
    assert_eq!(DeviceSecretVerifierConfig::deserialize(map), Ok(small.clone()));
    let sequence = |texts: &[&'static str]| {
        DeviceSecretVerifierConfig::deserialize(SeqDeserializer::<_, ValueError>::new(texts.iter().copied()))
    };
    assert_eq!(sequence(&[SMALL.0, SMALL.1]), Ok(small));
    assert!(sequence(&[SMALL.0]).unwrap_err().to_string().starts_with("invalid length 1"));
    assert!(sequence(&[]).unwrap_err().to_string().starts_with("invalid length 0"));
}

#[test]
fn each_field_must_occur_once_and_others_are_skipped() {
    assert!(error(r#"{"Salt":"AQ=="}"#).starts_with("missing field `PasswordVerifier`"));
    assert!(error(r#"{"PasswordVerifier":"Ag=="}"#).starts_with("missing field `Salt`"));
    assert!(
        error(r#"{"Salt":"AQ==","PasswordVerifier":"Ag==","Salt":"AQ=="}"#)
            .starts_with("duplicate field `Salt`")
    );
    assert!(
        error(r#"{"PasswordVerifier":"Ag==","PasswordVerifier":"Ag==","Salt":"AQ=="}"#)
            .starts_with("duplicate field `PasswordVerifier`")
    );
    assert!(error(r#"{"passwordVerifier":"Ag==","Salt":"AQ=="}"#).starts_with("missing field"));
    assert!(parse(r#"{"else":{"Salt":[1]},"PasswordVerifier":"Ag==","Salt":"AQ==","x":null}"#).is_ok());
}

#[test]
fn fields_that_are_not_texts_are_rejected() {
    for bad in [json!(null), json!(1), json!(true), json!(["AQ=="]), json!({"Salt": "AQ=="})] {
        assert!(
            error(&json!({"PasswordVerifier": "Ag==", "Salt": bad}).to_string()).starts_with("invalid type")
        );
        assert!(
            error(&json!({"PasswordVerifier": bad, "Salt": "AQ=="}).to_string()).starts_with("invalid type")
        );
    }
    for bad in ["null", "\"Ag==\"", "2"] {
        assert!(error(bad).starts_with("invalid type"), "{bad}");
    }
}

#[test]
fn both_texts_are_checked_in_full() {
    let n = unhex(vectors("device_verifier")["group"]["N_hex"].as_str().unwrap());
    let modulus = base64(&[&[0], &n[..]].concat());
    for (verifier, salt, wanted) in [
        ("", "AQ==", Error::VerifierOutOfRange),
        ("AA==", "AQ==", Error::VerifierOutOfRange),
        (&modulus, "AQ==", Error::VerifierOutOfRange),
        ("gA==", "AQ==", Error::VerifierNegative),
        ("AAI=", "AQ==", Error::VerifierNotMinimal),
        ("Ag", "AQ==", Error::VerifierNotBase64),
        ("Ag==", "", Error::SaltEmpty),
        ("Ag==", "gA==", Error::SaltNegative),
        ("Ag==", "AAE=", Error::SaltNotMinimal),
        ("Ag==", "AQ=", Error::SaltNotBase64),
        ("Ag==", "\u{e9}", Error::SaltNotBase64),
    ] {
        let text = json!({"PasswordVerifier": verifier, "Salt": salt}).to_string();
        assert!(error(&text).starts_with(wanted.message()), "{text}");
    }
    // longer than any that is valid: never held
    let long = "A".repeat(517);
    assert!(
        error(&json!({"PasswordVerifier": long, "Salt": "AQ=="}).to_string())
            .starts_with("invalid length 517")
    );
    assert!(
        error(&json!({"PasswordVerifier": "Ag==", "Salt": &long[..89]}).to_string())
            .starts_with("invalid length 89")
    );
}

#[test]
fn an_error_says_what_was_expected() {
    for (json, expected) in [
        ("3", "PasswordVerifier and Salt"),
        (r#"{"PasswordVerifier":3}"#, "base64 of at most 516 characters"),
        (r#"{"Salt":3}"#, "base64 of at most 88 characters"),
    ] {
        assert!(error(json).contains(&format!("expected {expected}")), "{}", error(json));
    }
    let of_a_wrong_field = MapDeserializer::new([(true, "Ag==")].into_iter());
    let error: ValueError = DeviceSecretVerifierConfig::deserialize(of_a_wrong_field).unwrap_err();
    assert!(error.to_string().ends_with("expected a field of DeviceSecretVerifierConfig"), "{error}");
}

#[cfg(feature = "alloc")]
#[test]
fn a_remembered_device_is_read_as_it_was_written() {
    use cognito_device_srp::{DeviceSecret, RememberedDevice};

    let remembered = RememberedDevice::new(common::DEVICE, &DeviceSecret::from_text("the secret").unwrap());
    let written = serde_json::to_value(remembered.expose()).unwrap();
    let names = ["DeviceKey", "DeviceGroupKey", "DeviceSecret"];
    assert_eq!(
        written,
        json!({names[0]: common::DEVICE_KEY, names[1]: common::DEVICE_GROUP_KEY, names[2]: "the secret"})
    );
    let mut more = written.clone();
    more["Else"] = json!({"DeviceKey": 1});
    for json in [&written, &more] {
        let read: RememberedDevice = serde_json::from_str(&json.to_string()).unwrap();
        assert_eq!((read.device(), read.secret().expose_secret()), (common::DEVICE, "the secret"));
    }
    let error = serde_json::from_str::<RememberedDevice>("3").unwrap_err();
    assert!(error.to_string().contains("expected an object"), "{error}");
    for name in names {
        let mut less = written.clone();
        less.as_object_mut().unwrap().remove(name);
        let error = serde_json::from_value::<RememberedDevice>(less).unwrap_err();
        assert_eq!(error.to_string(), format!("missing field `{name}`"));
    }
}
