//! `Serialize` and `Deserialize` of [`DeviceSecretVerifierConfig`], with the names of `ConfirmDevice`.
//!
//! Contract: a deserialised config has passed [`DeviceSecretVerifierConfig::from_base64`]. No heap: the texts are kept in
//! buffers of the longest valid length. Unknown fields are skipped.

use crate::device::config::DeviceSecretVerifierConfig;
use crate::srp::salt::Salt;
use core::fmt;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NAME: &str = "DeviceSecretVerifierConfig";
const PASSWORD_VERIFIER: &str = "PasswordVerifier";
const SALT: &str = "Salt";

impl Serialize for DeviceSecretVerifierConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut config = serializer.serialize_struct(NAME, 2)?;
        config.serialize_field(PASSWORD_VERIFIER, self.password_verifier())?;
        config.serialize_field(SALT, self.salt())?;
        config.end()
    }
}

impl<'de> Deserialize<'de> for DeviceSecretVerifierConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, &[PASSWORD_VERIFIER, SALT], ConfigVisitor)
    }
}

type VerifierText = Text<{ DeviceSecretVerifierConfig::MAX_VERIFIER_BASE64 }>;
type SaltText = Text<{ Salt::MAX_BASE64 }>;

struct ConfigVisitor;

impl<'de> Visitor<'de> for ConfigVisitor {
    type Value = DeviceSecretVerifierConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordVerifier and Salt")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut verifier: Option<VerifierText> = None;
        let mut salt: Option<SaltText> = None;
        while let Some(field) = map.next_key()? {
            match field {
                Field::PasswordVerifier if verifier.is_some() => {
                    return Err(A::Error::duplicate_field(PASSWORD_VERIFIER));
                }
                Field::PasswordVerifier => verifier = Some(map.next_value()?),
                Field::Salt if salt.is_some() => return Err(A::Error::duplicate_field(SALT)),
                Field::Salt => salt = Some(map.next_value()?),
                Field::Unknown => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        checked(
            verifier.ok_or_else(|| A::Error::missing_field(PASSWORD_VERIFIER))?,
            salt.ok_or_else(|| A::Error::missing_field(SALT))?,
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let verifier = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let salt = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
        checked(verifier, salt)
    }
}

fn checked<E: serde::de::Error>(
    verifier: VerifierText,
    salt: SaltText,
) -> Result<DeviceSecretVerifierConfig, E> {
    DeviceSecretVerifierConfig::from_base64(verifier.as_str(), salt.as_str()).map_err(E::custom)
}

enum Field {
    PasswordVerifier,
    Salt,
    Unknown,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(FieldVisitor)
    }
}

struct FieldVisitor;

impl Visitor<'_> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field of DeviceSecretVerifierConfig")
    }

    fn visit_u64<E>(self, index: u64) -> Result<Field, E> {
        Ok(match index {
            0 => Field::PasswordVerifier,
            1 => Field::Salt,
            _ => Field::Unknown,
        })
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Field, E> {
        self.visit_bytes(name.as_bytes())
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Field, E> {
        Ok(match name {
            b"PasswordVerifier" => Field::PasswordVerifier,
            b"Salt" => Field::Salt,
            _ => Field::Unknown,
        })
    }
}

/// A text of up to `MAX` bytes. A longer one is an error.
struct Text<const MAX: usize> {
    bytes: [u8; MAX],
    len: usize,
}

impl<const MAX: usize> Text<MAX> {
    fn as_str(&self) -> &str {
        let text = self.bytes.get(..self.len).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor<const MAX: usize>;

impl<const MAX: usize> Visitor<'_> for TextVisitor<MAX> {
    type Value = Text<MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "base64 of at most {MAX} characters")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text<MAX>, E> {
        let mut bytes = [0; MAX];
        let room = bytes.get_mut(..text.len()).ok_or_else(|| E::invalid_length(text.len(), &self))?;
        room.copy_from_slice(text.as_bytes());
        Ok(Text { bytes, len: text.len() })
    }
}
