//! What the service says when it refuses, and what that means.

use super::object::{Object, read_into};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A refusal of `ConfirmDevice`, or of another call about devices or of a sign-in with one: they speak the same way.
///
/// # Security
/// The message is the service's, of any length and with any character: escape it where that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmDeviceError {
    status: u16,
    exception: Exception,
    message: String,
}

impl ConfirmDeviceError {
    /// Reads a refusal: the HTTP status, the header `x-amzn-ErrorType` if there is one, and the body, which any JSON
    /// library may parse. The header names the exception, else the body's `__type` or `code`; a namespace in front of the
    /// name and a place after it are left out.
    ///
    /// Whatever the body holds, there is an error: one that is not JSON, or not an object, or that breaks off, counts as
    /// far as it could be read.
    ///
    /// ```
    /// use cognito_device_srp::{ConfirmDeviceError, Diagnosis, Exception};
    ///
    /// let body = br#"{"__type":"ResourceNotFoundException","message":"Device does not exist."}"#;
    /// let json = &mut serde_json::Deserializer::from_slice(body);
    /// let error = ConfirmDeviceError::from_response(400, None, json);
    /// assert_eq!(error.exception(), &Exception::ResourceNotFound);
    /// assert_eq!(error.diagnosis(), Some(Diagnosis::DeviceForgotten));
    /// assert!(!error.is_retryable());
    /// ```
    pub fn from_response<'de>(status: u16, error_type: Option<&str>, body: impl Deserializer<'de>) -> Self {
        let mut fields = Body::default();
        // what could not be read is not there
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

    /// What the service calls it.
    pub fn exception(&self) -> &Exception {
        &self.exception
    }

    /// The service's words; empty if there were none.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the same request may succeed a little later: the service failed, or there were too many requests. Wait
    /// between tries, longer each time.
    ///
    /// A `ConfirmDevice` whose answer was lost may have done its work: then the next try ends in
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

    /// What is behind it, as far as the words tell.
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        if self.exception == Exception::DeviceKeyExists {
            return Some(Diagnosis::DeviceAlreadyConfirmed);
        }
        let message = self.message.to_ascii_lowercase();
        let found = Diagnosis::BY_MESSAGE.iter().find(|(words, _)| message.contains(words));
        match (found, &self.exception) {
            (Some((_, diagnosis)), _) => Some(*diagnosis),
            (None, Exception::Unknown(name)) if Diagnosis::CLOCK_SKEW.contains(&name.as_str()) => {
                Some(Diagnosis::ClockSkew)
            }
            (None, _) => None,
        }
    }
}

impl fmt::Display for ConfirmDeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.exception.name() {
            "" => write!(f, "HTTP status {}", self.status)?,
            name => f.write_str(name)?,
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

impl core::error::Error for ConfirmDeviceError {}

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
        let Lenient(text) = map.next_value()?;
        *slot = text.or(slot.take());
        Ok(true)
    }
}

/// A text, or nothing if it is something else.
struct Lenient(Option<String>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor)
    }
}

struct LenientVisitor;

impl<'de> Visitor<'de> for LenientVisitor {
    type Value = Lenient;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Lenient, E> {
        Ok(Lenient(Some(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Lenient, E> {
        Ok(Lenient(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Lenient, E> {
        Ok(Lenient(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Lenient, E> {
        Ok(Lenient(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Lenient, E> {
        Ok(Lenient(None))
    }

    fn visit_unit<E>(self) -> Result<Lenient, E> {
        Ok(Lenient(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Lenient, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Lenient(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lenient, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Lenient(None))
    }
}

macro_rules! exceptions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// The exceptions of `ConfirmDevice`, by the service's names without `Exception` at their end: those of the API
        /// reference, and `DeviceKeyExists`, `Forbidden` and `OperationNotEnabled` of the service's current model. The status
        /// is 500 for [`InternalError`](Self::InternalError) and 400 for the others.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Exception {
            $($(#[doc = $doc])+ $variant,)+
            /// Any other, by the name it came with: one of another call, one common to all of AWS, or one that is new. Empty
            /// if it came without, as from a proxy on the way.
            Unknown(String),
        }

        impl Exception {
            /// The names of all that are known.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The exception of a name.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)+
                    _ => Self::Unknown(name.to_owned()),
                }
            }

            /// The name, as in `InvalidParameterException`.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Unknown(name) => name,
                }
            }
        }
    };
}

exceptions! {
    /// The device key is confirmed already.
    DeviceKeyExists = "DeviceKeyExistsException";
    /// The firewall in front of the user pool (AWS WAF) did not let the request through.
    Forbidden = "ForbiddenException";
    /// The service failed.
    InternalError = "InternalErrorException";
    /// A Lambda trigger of the pool answered what the service does not understand.
    InvalidLambdaResponse = "InvalidLambdaResponseException";
    /// A parameter is wrong; the message says which.
    InvalidParameter = "InvalidParameterException";
    /// A password is not one the pool allows.
    InvalidPassword = "InvalidPasswordException";
    /// The pool's configuration is wrong.
    InvalidUserPoolConfiguration = "InvalidUserPoolConfigurationException";
    /// The access token is wrong, out of date or revoked; in a sign-in, the password or the device secret.
    NotAuthorized = "NotAuthorizedException";
    /// The operation is not to be had in this region, or with this pool's configuration.
    OperationNotEnabled = "OperationNotEnabledException";
    /// The user has to reset the password first.
    PasswordResetRequired = "PasswordResetRequiredException";
    /// The device, or something else that the request names, is not there.
    ResourceNotFound = "ResourceNotFoundException";
    /// Too many requests for this operation.
    TooManyRequests = "TooManyRequestsException";
    /// The user has not been confirmed.
    UserNotConfirmed = "UserNotConfirmedException";
    /// There is no such user.
    UserNotFound = "UserNotFoundException";
    /// There is a user of this name.
    UsernameExists = "UsernameExistsException";
}

macro_rules! diagnoses {
    ($($(#[doc = $doc:literal])+ $variant:ident = $advice:literal;)+) => {
        /// What a refusal that many people have met comes from. [`Display`](fmt::Display) says what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Diagnosis {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Diagnosis {
            /// What to do.
            pub const fn advice(self) -> &'static str {
                match self {
                    $(Self::$variant => $advice,)+
                }
            }
        }
    };
}

diagnoses! {
    /// `ConfirmDevice`: "Invalid device key given."
    DeviceCannotBeConfirmed = "the device key is not one that can be confirmed: the sign-in that gave it was not by SRP \
        (only USER_SRP_AUTH gives such keys), or the request has no DeviceSecretVerifierConfig, or the key is another \
        region's or user's, or confirmed already";
    /// `ConfirmDevice`: the key is confirmed already, maybe by an earlier try whose answer was lost.
    DeviceAlreadyConfirmed = "the device is confirmed already: keep the secret of the request that did it; if that is \
        lost, forget the device and sign in without a device key for a new one";
    /// "Device does not exist.", of any call: it was forgotten, here or from another device, or its user was deleted.
    DeviceForgotten = "the device was forgotten: drop its key, group key and secret, and sign in once more without a \
        device key";
    /// The service's time and this machine's differ, or the time was written in another way than the service reads.
    ClockSkew = "the clock is off, or TIMESTAMP is not of the form EEE MMM d HH:mm:ss UTC yyyy in English: set the clock, or \
        take the time from the Date header of the service's answer";
    /// "Incorrect username or password.": of `PASSWORD_VERIFIER`, the user's password; of `DEVICE_PASSWORD_VERIFIER`, the
    /// device's secret. A clock that is more than about five minutes off ends in the same words.
    WrongSecretOrClock = "the password or the device secret is not the one that the service has a verifier of, or the \
        clock is more than about five minutes off: compare it with the Date header of the service's answer";
    /// "Invalid Refresh Token"
    RefreshTokenOfAnotherDevice = "the refresh token is of another device, revoked or out of date: DEVICE_KEY has to go \
        with REFRESH_TOKEN_AUTH when the pool tracks devices";
    /// "Unable to verify secret hash for client ..."
    WrongSecretHash = "SECRET_HASH is not of this app client's secret and of USERNAME of the same request";
    /// The access token's time is over, or it was revoked.
    AccessTokenEnded = "the access token is out of date or revoked: refresh it, and send the request again";
    /// "Access Token does not have required scopes"
    AccessTokenWithoutScope = "the access token lacks the scope aws.cognito.signin.user.admin, which a sign-in by \
        InitiateAuth gives and one by the hosted pages only on demand";
}

impl Diagnosis {
    /// Words of messages, in lower case.
    const BY_MESSAGE: &'static [(&'static str, Self)] = &[
        ("invalid device key given", Self::DeviceCannotBeConfirmed),
        ("device does not exist", Self::DeviceForgotten),
        ("timestamp format should be", Self::ClockSkew),
        ("signature expired", Self::ClockSkew),
        ("signature not yet current", Self::ClockSkew),
        ("incorrect username or password", Self::WrongSecretOrClock),
        ("invalid refresh token", Self::RefreshTokenOfAnotherDevice),
        ("unable to verify secret hash", Self::WrongSecretHash),
        ("access token has expired", Self::AccessTokenEnded),
        ("access token has been revoked", Self::AccessTokenEnded),
        ("access token does not have required scopes", Self::AccessTokenWithoutScope),
    ];
    /// Exceptions common to all of AWS.
    const CLOCK_SKEW: &'static [&'static str] =
        &["RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"];
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice())
    }
}
