//! Refusals, with the service's messages.

use super::http::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use std::borrow::Cow;

/// An exception of the API.
#[derive(Debug)]
pub(super) struct Failure {
    name: &'static str,
    message: Cow<'static, str>,
    status: StatusCode,
    /// What the message does not say.
    reason: Option<Cow<'static, str>>,
    /// Whether the challenge that was answered is over; after other refusals it may be answered again.
    pub(super) ends_sign_in: bool,
}

impl Failure {
    fn new(name: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name,
            message: message.into(),
            status: StatusCode::BAD_REQUEST,
            reason: None,
            ends_sign_in: false,
        }
    }

    pub(super) fn because(self, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    pub(super) fn ends_sign_in(self) -> Self {
        Self { ends_sign_in: true, ..self }
    }

    pub(super) fn not_authorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    pub(super) fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(super) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// The words that the service has for a wrong password, a wrong device secret, an old challenge and a wrong clock.
    pub(super) fn incorrect(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::not_authorized("Incorrect username or password.").because(reason)
    }

    pub(super) fn no_user() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    pub(super) fn user_exists() -> Self {
        Self::new("UsernameExistsException", "User account already exists")
    }

    pub(super) fn no_device() -> Self {
        Self::not_found("Device does not exist.")
    }

    pub(super) fn device_key(reason: &'static str) -> Self {
        Self::invalid_parameter("Invalid device key given.").because(reason)
    }

    pub(super) fn device_key_exists() -> Self {
        Self::new("DeviceKeyExistsException", "Device key already exists.")
    }

    pub(super) fn session(reason: &'static str) -> Self {
        Self::not_authorized("Invalid session for the user.").because(reason)
    }

    pub(super) fn session_used() -> Self {
        Self::not_authorized("Invalid session for the user, session can only be used once.")
    }

    pub(super) fn session_expired() -> Self {
        Self::not_authorized("Invalid session for the user, session is expired.")
    }

    pub(super) fn invalid_refresh_token(reason: &'static str) -> Self {
        Self::not_authorized("Invalid Refresh Token").because(reason)
    }

    pub(super) fn refresh_token_reused() -> Self {
        Self::new("RefreshTokenReuseException", "Refresh token has been invalidated by rotation.")
    }

    pub(super) fn code_mismatch(message: &'static str) -> Self {
        Self::new("CodeMismatchException", message)
    }

    /// A wrong code of an authenticator that is being set up.
    pub(super) fn authenticator_mismatch() -> Self {
        Self::new("EnableSoftwareTokenMFAException", "Code mismatch")
    }

    pub(super) fn flow_not_enabled(flow: &str) -> Self {
        Self::invalid_parameter(format!("{flow} flow not enabled for this client"))
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::invalid_parameter(format!("Missing required parameter {parameter}"))
    }

    /// A value against a constraint of the service's model.
    pub(super) fn constraint(value: &str, member: &str, constraint: &str) -> Self {
        Self::invalid_parameter(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ))
    }

    /// The same for a value that is not repeated, since it may be secret.
    pub(super) fn secret_constraint(member: &str, constraint: &str) -> Self {
        Self::invalid_parameter(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
        ))
    }

    pub(super) fn unknown_operation() -> Self {
        Self::new("UnknownOperationException", "")
            .because("no POST of application/x-amz-json-1.1, or an X-Amz-Target that is not known here")
    }

    /// A body that is not JSON, or JSON without what the operation takes. The values are not repeated, since they may be secret.
    pub(super) fn unreadable(error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        if let Some(member) = missing {
            let (first, rest) = member.split_at_checked(1).unwrap_or_default();
            let member = first.to_lowercase() + rest;
            return Self::invalid_parameter(format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
            ));
        }
        let what = if error.is_data() { "a value of another type" } else { "no JSON" };
        let place = format!("line {} column {}", error.line(), error.column());
        Self::new("SerializationException", format!("{what} at {place}"))
    }

    pub(super) fn too_slow() -> Self {
        Self {
            status: StatusCode::REQUEST_TIMEOUT,
            ..Self::new("RequestTimeoutException", "The request's body did not come in time")
        }
    }

    pub(super) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            ..Self::new("SerializationException", "Request too large")
        }
    }

    pub(super) fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new("InternalErrorException", "Something went wrong")
        }
    }

    /// One line, with what the message does not say.
    pub(super) fn line(&self, operation: &str) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(" [{reason}]")).unwrap_or_default();
        let message = self.message.escape_debug();
        format!("{} refused: {}: {message}{reason}", operation.escape_debug(), self.name)
    }

    pub(super) fn into_response(self) -> Response {
        let body = json!({ "__type": self.name, "message": self.message }).to_string();
        let mut response = (self.status, [(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response();
        let headers =
            [("x-amzn-errortype", format!("{}:", self.name)), ("x-amzn-errormessage", self.message.into())];
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
