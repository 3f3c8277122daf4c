//! The arguments from Python. Contract: a value of a wrong type raises `TypeError`, and a text that the library cannot take
//! raises its `Error`. Neither shows the value. A copy that may be secret is wiped.

use crate::device::DeviceKeyForTests;
use crate::error::Raised;
use crate::timestamp::Timestamp;
use cognito_device_srp as srp;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDateTime, PyFloat, PyInt, PyString};
use std::ops::Deref;
use zeroize::Zeroizing;

type Argument<'a, 'py> = Borrowed<'a, 'py, PyAny>;

fn wrong_type(expected: &str, argument: Argument<'_, '_>) -> PyErr {
    match argument.get_type().name() {
        Ok(given) => PyTypeError::new_err(format!("{expected} expected, not {given}")),
        Err(error) => error,
    }
}

/// A text without a NUL, at which other programs would cut it off.
pub(crate) struct Text(Zeroizing<String>);

impl FromPyObject<'_, '_> for Text {
    type Error = PyErr;

    fn extract(argument: Argument<'_, '_>) -> PyResult<Self> {
        let text = argument.cast::<PyString>().map_err(|_| wrong_type("str", argument))?;
        // the exception of Python's codec would contain the text
        let text = text.to_cow().map_err(|_| Raised(srp::Error::TextNotUtf8))?;
        let text = Self(Zeroizing::new(text.into_owned()));
        if text.contains('\0') { Err(Raised(srp::Error::TextHasNul).into()) } else { Ok(text) }
    }
}

impl Text {
    /// The text, which the caller must wipe.
    pub(crate) fn into_string(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A device key: a text, or a `DeviceKeyForTests`.
pub(crate) struct DeviceKey {
    key: Text,
    of_any_form: bool,
}

impl FromPyObject<'_, '_> for DeviceKey {
    type Error = PyErr;

    fn extract(argument: Argument<'_, '_>) -> PyResult<Self> {
        if let Ok(key) = argument.cast::<DeviceKeyForTests>() {
            let key = Text(Zeroizing::new(key.get().0.clone()));
            return Ok(Self { key, of_any_form: true });
        }
        Ok(Self { key: argument.extract()?, of_any_form: false })
    }
}

impl DeviceKey {
    /// The device with this key.
    pub(crate) fn with_group<'a>(&'a self, device_group_key: &'a str) -> Result<srp::Device<'a>, srp::Error> {
        if self.of_any_form {
            srp::Device::for_tests_with_any_key(device_group_key, &self.key)
        } else {
            srp::Device::new(device_group_key, &self.key)
        }
    }
}

/// `bytes` or `bytearray`.
pub(crate) struct Bytes(Zeroizing<Vec<u8>>);

impl FromPyObject<'_, '_> for Bytes {
    type Error = PyErr;

    fn extract(argument: Argument<'_, '_>) -> PyResult<Self> {
        if let Ok(bytes) = argument.cast::<PyBytes>() {
            Ok(Self(Zeroizing::new(bytes.as_bytes().to_vec())))
        } else if let Ok(bytes) = argument.cast::<PyByteArray>() {
            Ok(Self(Zeroizing::new(bytes.to_vec())))
        } else {
            Err(wrong_type("bytes", argument))
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// The salt of a verifier: the random bytes, or the base64 text that was sent.
pub(crate) struct Salt(pub(crate) srp::Salt);

impl FromPyObject<'_, '_> for Salt {
    type Error = PyErr;

    fn extract(argument: Argument<'_, '_>) -> PyResult<Self> {
        let salt = if argument.is_instance_of::<PyString>() {
            srp::Salt::from_base64(&argument.extract::<Text>()?)
        } else {
            let bytes: Bytes = argument.extract().map_err(|_| wrong_type("bytes or str", argument))?;
            srp::Salt::from_bytes(&bytes)
        };
        Ok(Self(salt.map_err(Raised)?))
    }
}

/// A moment: seconds since 1970, a text, a `datetime` with a time zone, or a `Timestamp`.
pub(crate) struct Moment(pub(crate) srp::Timestamp);

impl FromPyObject<'_, '_> for Moment {
    type Error = PyErr;

    fn extract(argument: Argument<'_, '_>) -> PyResult<Self> {
        let timestamp = if let Ok(timestamp) = argument.cast::<Timestamp>() {
            Ok(timestamp.get().0)
        } else if argument.is_instance_of::<PyString>() {
            srp::Timestamp::parse(&argument.extract::<Text>()?)
        } else if argument.is_instance_of::<PyInt>() && !argument.is_instance_of::<PyBool>() {
            match argument.extract() {
                Ok(seconds) => srp::Timestamp::from_unix(seconds),
                Err(error) if error.is_instance_of::<PyOverflowError>(argument.py()) => {
                    Err(srp::Error::TimestampOutOfRange)
                }
                Err(error) => return Err(error),
            }
        } else if argument.is_instance_of::<PyFloat>() {
            from_float(argument.extract()?)
        } else if argument.is_instance_of::<PyDateTime>() {
            if argument.call_method0("utcoffset")?.is_none() {
                return Err(PyValueError::new_err("datetime has no time zone"));
            }
            from_float(argument.call_method0("timestamp")?.extract()?)
        } else {
            return Err(wrong_type("int, float, str, datetime or Timestamp", argument));
        };
        Ok(Self(timestamp.map_err(Raised)?))
    }
}

fn from_float(seconds: f64) -> Result<srp::Timestamp, srp::Error> {
    // a float that is too large becomes the largest integer; NaN would become 0
    if seconds.is_nan() {
        Err(srp::Error::TimestampOutOfRange)
    } else {
        srp::Timestamp::from_unix(seconds.floor() as i64)
    }
}

/// The given time, or the current time.
pub(crate) fn or_now(moment: Option<Moment>) -> PyResult<srp::Timestamp> {
    match moment {
        Some(Moment(timestamp)) => Ok(timestamp),
        None => Ok(srp::Timestamp::try_from(std::time::SystemTime::now()).map_err(Raised)?),
    }
}
