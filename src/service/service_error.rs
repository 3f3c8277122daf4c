//! The refusals of the service, and what they mean.

use super::diagnosis::Diagnosis;
use super::exception::Exception;
use super::object::{Lenient, Object, read_into};
use alloc::string::String;
use core::fmt;
use serde::Deserializer;
use serde::de::MapAccess;

/// A refusal of `ConfirmDevice` or of another call about devices, of a sign-in or of a refresh. All have the same form.
///
/// # Security
/// The message comes from the service, and can have any length and any characters. Escape it where that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    status: u16,
    exception: Exception,
    message: String,
}

impl ServiceError {
    /// Reads a refusal: the HTTP status, the header `x-amzn-ErrorType` if there is one, and the body, which any JSON
    /// library may parse. The header names the exception, or else the body's `__type` or `code` does. A namespace before the
    /// name and a location after it are dropped.
    ///
    /// Every body gives an error value. Of a body that is not a JSON object, or that is cut off, the part that could be read
    /// counts.
    ///
    /// ```
    /// use cognito_device_srp::service::{Diagnosis, Exception, ServiceError};
    ///
    /// let body = br#"{"__type":"ResourceNotFoundException","message":"Device does not exist."}"#;
    /// let json = &mut serde_json::Deserializer::from_slice(body);
    /// let error = ServiceError::from_response(400, None, json);
    /// assert_eq!(error.exception(), &Exception::ResourceNotFound);
    /// assert_eq!(error.diagnosis(), Some(Diagnosis::DeviceForgotten));
    /// assert!(!error.is_retryable());
    /// ```
    pub fn from_response<'de>(status: u16, error_type: Option<&str>, body: impl Deserializer<'de>) -> Self {
        let mut fields = Body::default();
        // parts that could not be read count as missing
        let _ = read_into(&mut fields, body);
        let name = [error_type, fields.type_name.as_deref(), fields.code.as_deref()]
            .into_iter()
            .flatten()
            .map(bare_name)
            .find(|name| !name.is_empty());
        Self::new(status, name.unwrap_or_default(), fields.message.unwrap_or_default())
    }

    pub(crate) fn new(status: u16, name: &str, message: String) -> Self {
        Self { status, exception: Exception::from_name(name), message }
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The exception, as the service names it.
    pub fn exception(&self) -> &Exception {
        &self.exception
    }

    /// The service's message. Empty if there was none.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the same request may succeed a little later: the service failed, or there were too many requests. Wait
    /// between the tries, longer each time.
    ///
    /// A `ConfirmDevice` whose response was lost may have succeeded. The next try then ends in
    /// [`Diagnosis::DeviceAlreadyConfirmed`] or [`Diagnosis::DeviceCannotBeConfirmed`].
    pub fn is_retryable(&self) -> bool {
        match &self.exception {
            Exception::InternalError | Exception::TooManyRequests => true,
            Exception::Unknown(name) => {
                matches!(
                    name.as_str(),
                    "InternalFailure"
                        | "RequestTimeoutException"
                        | "ServiceUnavailable"
                        | "ServiceUnavailableException"
                        | "ThrottlingException"
                ) || matches!(self.status, 408 | 429 | 500 | 502..=504)
            }
            _ => false,
        }
    }

    /// The cause, as far as the exception and the message tell it.
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        let by_status = (self.status == 429).then_some(Diagnosis::TooManyRequests);
        Diagnosis::of(self.exception.name(), &self.message).or(by_status)
    }

    /// Whether only waiting helps, see [`Diagnosis::asks_to_wait`]: there were too many requests, or too many failed tries of
    /// this user. It says nothing about the password or secret of this try. If the request is not also
    /// [retryable](Self::is_retryable), begin a new sign-in after the wait.
    pub fn asks_to_wait(&self) -> bool {
        self.diagnosis().is_some_and(Diagnosis::asks_to_wait)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.exception.name() {
            "" => write!(f, "HTTP status {}", self.status)?,
            name => f.write_str(name)?,
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

impl core::error::Error for ServiceError {}

/// `Name` of `namespace#Name:place`.
fn bare_name(text: &str) -> &str {
    let before_place = text.split(':').next().unwrap_or_default();
    before_place.rsplit('#').next().unwrap_or_default().trim()
}

/// The body of a refusal.
#[derive(Default)]
struct Body {
    type_name: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

impl<'de> Object<'de> for Body {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let slot = match name {
            "__type" => &mut self.type_name,
            "code" => &mut self.code,
            "message" | "Message" => &mut self.message,
            _ => return Ok(false),
        };
        let text = map.next_value::<Lenient<()>>()?.text();
        *slot = text.or(slot.take());
        Ok(true)
    }
}
