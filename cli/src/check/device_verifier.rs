//! Known answers of `DeviceSecretVerifierConfig`.

use super::{Case, Difference, File, Kind, bytes, check_power, hex, outcome, same, same_if_any};
use crate::json::{JsonObject, present};
use base64ct::{Base64, Encoding as _};
use cognito_device_srp::__internals as internals;
use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, Error, Salt};
use serde::Deserialize;

pub(super) const KIND: Kind = Kind {
    marks: &["verifier_sent_hex", "verifier_b64", "config"],
    read: |text| Ok(serde_json::from_str::<JsonObject<File<DeviceVerifier>>>(text)?.0.into_cases()),
};

#[derive(Deserialize)]
struct DeviceVerifier {
    name: String,
    device_group_key: String,
    device_key: String,
    password: String,
    #[serde(rename = "salt_hex", deserialize_with = "bytes")]
    salt: Vec<u8>,
    salt_hashed_hex: String,
    salt_b64: String,
    identity_hash_hex: String,
    x_hex: String,
    verifier_hex: String,
    verifier_sent_hex: String,
    verifier_b64: String,
    config: JsonObject<Config>,
    #[serde(default)]
    flags: JsonObject<Flags>,
    /// Why the public API must reject this input.
    #[serde(default, deserialize_with = "present")]
    refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    password_verifier: String,
    salt: String,
}

/// Facts about the other values. Each is compared if it is published.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Flags {
    #[serde(deserialize_with = "present")]
    salt_high_bit: Option<bool>,
    #[serde(deserialize_with = "present")]
    salt_leading_zero_bytes: Option<usize>,
    #[serde(deserialize_with = "present")]
    salt_sign_byte: Option<bool>,
    #[serde(deserialize_with = "present")]
    salt_sent_len: Option<usize>,
    #[serde(deserialize_with = "present")]
    verifier_sign_byte: Option<bool>,
    #[serde(deserialize_with = "present")]
    verifier_sent_len: Option<usize>,
    #[serde(deserialize_with = "present")]
    verifier_unsigned_len: Option<usize>,
    #[serde(deserialize_with = "present")]
    x_leading_zero_byte: Option<bool>,
}

impl Case for DeviceVerifier {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), Difference> {
        let identity_hash =
            internals::identity_hash(&self.device_group_key, &self.device_key, &self.password);
        same("identity_hash_hex", &self.identity_hash_hex, &hex(&identity_hash))?;
        let salt = match Salt::from_bytes(&self.salt) {
            Ok(salt) => salt,
            Err(error) => return outcome::<()>(Err(error), &self.refused).map(drop),
        };
        self.check_salt(&salt)?;
        let x = internals::private_key(&salt, &identity_hash);
        same("x_hex", &self.x_hex, &hex(&x))?;
        same_if_any("flags.x_leading_zero_byte", &self.flags.0.x_leading_zero_byte, x[0] == 0)?;
        for backend in internals::backends() {
            internals::on(backend, || self.check_on(&x, &salt)).map_err(|what| what.with(backend))?;
        }
        self.check_public()
    }
}

impl DeviceVerifier {
    fn check_salt(&self, salt: &Salt) -> Result<(), Difference> {
        let sent = salt.as_signed_bytes();
        same("salt_hashed_hex", &self.salt_hashed_hex, &hex(sent))?;
        same("salt_b64", &self.salt_b64, &Base64::encode_string(sent))?;
        same("salt_b64", &Salt::from_base64(&self.salt_b64), &Ok(*salt))?;
        let flags = &self.flags.0;
        let zeros = self.salt.iter().take_while(|&&byte| byte == 0).count();
        same_if_any("flags.salt_high_bit", &flags.salt_high_bit, self.salt.first() >= Some(&0x80))?;
        same_if_any("flags.salt_leading_zero_bytes", &flags.salt_leading_zero_bytes, zeros)?;
        same_if_any("flags.salt_sign_byte", &flags.salt_sign_byte, matches!(sent, [0, _, ..]))?;
        same_if_any("flags.salt_sent_len", &flags.salt_sent_len, sent.len())
    }

    /// Checks the arithmetic without the checks of the public API, and the public API on the same backend.
    fn check_on(&self, x: &[u8; 32], salt: &Salt) -> Result<(), Difference> {
        check_power(x, &self.verifier_hex)?;
        let verifier = internals::pow_g(x);
        self.check_config(&internals::config_of(&verifier, salt))?;
        match self.derive() {
            Ok(config) => self.check_config(&config),
            Err(_) => Ok(()), // whether rightly is for `check_public` to say
        }
    }

    fn check_config(&self, config: &DeviceSecretVerifierConfig) -> Result<(), Difference> {
        let sent = Base64::decode_vec(config.password_verifier()).map_err(|_| "verifier_b64")?;
        let magnitude = sent.iter().skip_while(|&&byte| byte == 0).count();
        same("verifier_sent_hex", &self.verifier_sent_hex, &hex(&sent))?;
        same("verifier_b64", self.verifier_b64.as_str(), config.password_verifier())?;
        same(
            "config.PasswordVerifier",
            self.config.0.password_verifier.as_str(),
            config.password_verifier(),
        )?;
        same("config.Salt", self.config.0.salt.as_str(), config.salt())?;
        let flags = &self.flags.0;
        same_if_any("flags.verifier_sign_byte", &flags.verifier_sign_byte, sent.len() > magnitude)?;
        same_if_any("flags.verifier_sent_len", &flags.verifier_sent_len, sent.len())?;
        same_if_any("flags.verifier_unsigned_len", &flags.verifier_unsigned_len, magnitude)
    }

    /// Checks the public API only.
    fn check_public(&self) -> Result<(), Difference> {
        let Some(config) = outcome(self.derive(), &self.refused)? else {
            return Ok(());
        };
        self.check_config(&config)?;
        let JsonObject(Config { password_verifier, salt }) = &self.config;
        let parsed = DeviceSecretVerifierConfig::from_base64(password_verifier, salt);
        same("config", &parsed, &Ok(config.clone()))?;
        let json = serde_json::to_string(&config).map_err(|_| "config as JSON")?;
        same("config as JSON", &serde_json::from_str(&json).ok(), &Some(config))
    }

    fn derive(&self) -> Result<DeviceSecretVerifierConfig, Error> {
        let device = Device::new(&self.device_group_key, &self.device_key)?;
        let (secret, salt) = (DeviceSecret::from_text(&self.password)?, Salt::from_base64(&self.salt_b64)?);
        Ok(DeviceSecretVerifierConfig::derive(device, &secret, &salt))
    }
}
