//! To and from the types of the official SDK, `aws-sdk-cognitoidentityprovider`.
//!
//! Contract: what comes from the SDK passes the same checks as text does. The requests become the SDK's builders of
//! inputs, which `send_with` a client; [`Parameters`] become the maps that its fluent builders take.
//!
//! No secret of a device passes here. The SDK holds access tokens and maps of parameters in plain strings that it does not
//! wipe.

use crate::config::DeviceSecretVerifierConfig;
use crate::confirm_device::{
    AccessToken, AuthenticationResult, ConfirmDeviceError, ConfirmDeviceRequest, ConfirmDeviceResponse,
    DeviceRememberedStatus, ForgetDeviceRequest, UpdateDeviceStatusRequest,
};
use crate::error::Error;
use crate::metadata::NewDeviceMetadata;
use crate::sign_in::{Challenge, Parameters};
use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::confirm_device::ConfirmDeviceOutput;
use aws_sdk_cognitoidentityprovider::operation::confirm_device::builders::ConfirmDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::forget_device::builders::ForgetDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::update_device_status::builders::UpdateDeviceStatusInputBuilder;
use aws_sdk_cognitoidentityprovider::types::{
    AuthenticationResultType, DeviceRememberedStatusType, DeviceSecretVerifierConfigType,
    NewDeviceMetadataType,
};
use std::borrow::ToOwned as _;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::string::String;

impl From<&DeviceSecretVerifierConfig> for DeviceSecretVerifierConfigType {
    fn from(config: &DeviceSecretVerifierConfig) -> Self {
        Self::builder().password_verifier(config.password_verifier()).salt(config.salt()).build()
    }
}

impl TryFrom<&DeviceSecretVerifierConfigType> for DeviceSecretVerifierConfig {
    type Error = Error;

    /// # Errors
    /// Those of [`from_base64`](Self::from_base64). A field that is missing is taken for an empty one.
    fn try_from(config: &DeviceSecretVerifierConfigType) -> Result<Self, Error> {
        Self::from_base64(config.password_verifier().unwrap_or_default(), config.salt().unwrap_or_default())
    }
}

impl From<NewDeviceMetadata<'_>> for NewDeviceMetadataType {
    fn from(device: NewDeviceMetadata<'_>) -> Self {
        Self::builder().device_group_key(device.device_group_key).device_key(device.device_key).build()
    }
}

impl<'a> TryFrom<&'a NewDeviceMetadataType> for NewDeviceMetadata<'a> {
    type Error = Error;

    /// # Errors
    /// Those of [`check`](NewDeviceMetadata::check). A field that is missing is taken for an empty one.
    fn try_from(device: &'a NewDeviceMetadataType) -> Result<Self, Error> {
        let device = Self {
            device_group_key: device.device_group_key().unwrap_or_default(),
            device_key: device.device_key().unwrap_or_default(),
        };
        device.check()?;
        Ok(device)
    }
}

impl TryFrom<AuthenticationResultType> for AuthenticationResult {
    type Error = Error;

    /// # Errors
    /// [`Error::AccessTokenMalformed`], also if there is none; those of [`NewDeviceMetadata::check`].
    fn try_from(result: AuthenticationResultType) -> Result<Self, Error> {
        let device = result.new_device_metadata.as_ref().map(NewDeviceMetadata::try_from).transpose()?;
        let access_token = AccessToken::new(result.access_token.unwrap_or_default())?;
        Ok(Self::from_parts(access_token, result.refresh_token, device))
    }
}

impl<'a, S: BuildHasher> TryFrom<&'a HashMap<String, String, S>> for Challenge<'a> {
    type Error = Error;

    /// The challenge of `challenge_parameters`.
    ///
    /// # Errors
    /// [`Error::ChallengeIncomplete`].
    fn try_from(parameters: &'a HashMap<String, String, S>) -> Result<Self, Error> {
        Self::from_parameters(|name| parameters.get(name).map(String::as_str))
    }
}

impl From<Parameters> for HashMap<String, String> {
    /// For `set_auth_parameters` and `set_challenge_responses`.
    fn from(parameters: Parameters) -> Self {
        parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl From<&ConfirmDeviceRequest<'_>> for ConfirmDeviceInputBuilder {
    fn from(request: &ConfirmDeviceRequest<'_>) -> Self {
        Self::default()
            .access_token(request.access_token().expose_secret())
            .device_key(request.device_key())
            .set_device_name(request.device_name().map(str::to_owned))
            .device_secret_verifier_config(request.config().into())
    }
}

impl From<&ConfirmDeviceOutput> for ConfirmDeviceResponse {
    fn from(output: &ConfirmDeviceOutput) -> Self {
        Self { user_confirmation_necessary: output.user_confirmation_necessary() }
    }
}

impl From<DeviceRememberedStatus> for DeviceRememberedStatusType {
    fn from(status: DeviceRememberedStatus) -> Self {
        match status {
            DeviceRememberedStatus::Remembered => Self::Remembered,
            DeviceRememberedStatus::NotRemembered => Self::NotRemembered,
        }
    }
}

impl From<&UpdateDeviceStatusRequest<'_>> for UpdateDeviceStatusInputBuilder {
    fn from(request: &UpdateDeviceStatusRequest<'_>) -> Self {
        Self::default()
            .access_token(request.access_token().expose_secret())
            .device_key(request.device_key())
            .device_remembered_status(request.status().into())
    }
}

impl From<&ForgetDeviceRequest<'_>> for ForgetDeviceInputBuilder {
    fn from(request: &ForgetDeviceRequest<'_>) -> Self {
        Self::default().access_token(request.access_token().expose_secret()).device_key(request.device_key())
    }
}

impl ConfirmDeviceError {
    /// The refusal in an error of any of the SDK's operations. `None` if the service did not answer: the request was not
    /// sent, or timed out.
    pub fn from_sdk<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<Self> {
        let status = error.raw_response()?.status().as_u16();
        let (name, message) = match error {
            SdkError::ServiceError(error) => (error.err().code(), error.err().message()),
            _ => (None, None),
        };
        Some(Self::new(status, name.unwrap_or_default(), message.unwrap_or_default().to_owned()))
    }
}
