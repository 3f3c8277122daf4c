//! JSON, parsed strictly, and written into memory that is wiped.

use super::Failure;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::marker::PhantomData;
use zeroize::Zeroizing;

/// A struct that must be an object. (Without this, serde also accepts an array of the values.)
#[derive(Default)]
pub(super) struct JsonObject<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for JsonObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// Parses an object. The failure says where the text is wrong, but does not quote it: the parser's own message may contain
/// a secret.
pub(super) fn object<T: DeserializeOwned>(text: &[u8], fields: &str) -> Result<T, Failure> {
    serde_json::from_slice(text).map(|JsonObject(object)| object).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::bad_input(format!("not a JSON object with {fields} (line {line} column {column})"))
    })
}

/// A field that may be missing, but is not `null`. With `#[serde(default)]`.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// One line of JSON with its newline. It is written twice, first to determine its length, so that nothing is reallocated.
pub(super) fn line(value: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let mut length = Length(1);
    serde_json::to_writer(&mut length, value)?;
    let mut line = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *line, value)?;
    line.push(b'\n');
    Ok(line)
}

/// The placeholder for a secret in the argument of [`line_ending_in`]. It is base64, like the secret.
pub(super) const PLACEHOLDER: &str = "Ag==";

/// The [`line`] of an object whose last text is [`PLACEHOLDER`], with a base64 secret instead of it. The serialiser does not
/// see the secret, because it looks each character up in a table of characters to escape. Base64 has none of these.
pub(super) fn line_ending_in(value: &impl Serialize, secret: &str) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let around = line(value)?;
    let end = b"\"}\n";
    let start = around.strip_suffix(end).and_then(|start| start.strip_suffix(PLACEHOLDER.as_bytes()));
    let start = start.ok_or_else(|| serde_json::Error::custom("no placeholder at the end"))?;
    let mut line = Zeroizing::new(Vec::with_capacity(start.len() + secret.len() + end.len()));
    for part in [start, secret.as_bytes(), end] {
        line.extend_from_slice(part);
    }
    Ok(line)
}

struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
