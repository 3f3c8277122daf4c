//! Requests as JSON objects, with the fields in the order of the API reference. A field without a value is left out.

use crate::device::config::DeviceSecretVerifierConfig;
use serde::Serializer;
use serde::ser::SerializeStruct as _;

pub(super) enum Value<'a> {
    Text(&'a str),
    Number(u8),
    Config(&'a DeviceSecretVerifierConfig),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

pub(super) fn serialize_request<S: Serializer, const N: usize>(
    serializer: S,
    name: &'static str,
    fields: [(&'static str, Option<Value<'_>>); N],
) -> Result<S::Ok, S::Error> {
    let present = fields.iter().filter(|(_, value)| value.is_some()).count();
    let mut request = serializer.serialize_struct(name, present)?;
    for (name, value) in fields {
        match value {
            Some(Value::Text(text)) => request.serialize_field(name, text)?,
            Some(Value::Number(number)) => request.serialize_field(name, &number)?,
            Some(Value::Config(config)) => request.serialize_field(name, config)?,
            None => request.skip_field(name)?,
        }
    }
    request.end()
}
