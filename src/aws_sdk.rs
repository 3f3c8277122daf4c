//! Conversions to and from the types of the official SDK, `aws-sdk-cognitoidentityprovider`.
//!
//! Contract: a value from the SDK passes the same checks as a text. The requests become the SDK's input builders, which are sent
//! by `send_with`. [`Parameters`] become the maps that its fluent builders take.
//!
//! No device secret passes through here. The SDK keeps access tokens and parameter maps in plain strings, and does not wipe
//! them.

use crate::device::config::DeviceSecretVerifierConfig;
use crate::device::identifiers::Device;
use crate::error::Error;
use crate::service::{
    AccessToken, AuthFlow, AuthenticationResult, ChallengeName, ConfirmDeviceRequest, ConfirmDeviceResponse,
    DeviceRememberedStatus, ForgetDeviceRequest, GetDeviceRequest, GetTokensFromRefreshTokenRequest,
    ListDevicesRequest, NewDeviceMetadata, Parameters, ServiceError, TrackedDevice,
    UpdateDeviceStatusRequest,
};
use crate::srp::client::Challenge;
use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::confirm_device::ConfirmDeviceOutput;
use aws_sdk_cognitoidentityprovider::operation::confirm_device::builders::ConfirmDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::forget_device::builders::ForgetDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::get_device::builders::GetDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::get_tokens_from_refresh_token::builders::GetTokensFromRefreshTokenInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::list_devices::builders::ListDevicesInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::update_device_status::builders::UpdateDeviceStatusInputBuilder;
use aws_sdk_cognitoidentityprovider::primitives::DateTime;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType, DeviceRememberedStatusType,
    DeviceSecretVerifierConfigType, DeviceType, NewDeviceMetadataType,
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

impl From<Device<'_>> for NewDeviceMetadataType {
    fn from(device: Device<'_>) -> Self {
        Self::builder().device_group_key(device.device_group_key()).device_key(device.device_key()).build()
    }
}

impl<'a> TryFrom<&'a NewDeviceMetadataType> for Device<'a> {
    type Error = Error;

    /// # Errors
    /// Those of [`Device::new`]. A field that is missing is taken for an empty one.
    fn try_from(device: &'a NewDeviceMetadataType) -> Result<Self, Error> {
        Self::new(device.device_group_key().unwrap_or_default(), device.device_key().unwrap_or_default())
    }
}

impl From<NewDeviceMetadataType> for NewDeviceMetadata {
    fn from(device: NewDeviceMetadataType) -> Self {
        Self::from_parts(device.device_group_key, device.device_key)
    }
}

impl TryFrom<AuthenticationResultType> for AuthenticationResult {
    type Error = Error;

    /// # Errors
    /// [`Error::AccessTokenMalformed`], also if there is none. Incomplete metadata of a device is not an error.
    fn try_from(result: AuthenticationResultType) -> Result<Self, Error> {
        let access_token = AccessToken::new(result.access_token.unwrap_or_default())?;
        Ok(Self::from_parts(
            access_token,
            result.refresh_token,
            result.new_device_metadata.map(NewDeviceMetadata::from),
        ))
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
        parameters.into_iter().collect()
    }
}

impl From<&AuthFlow> for AuthFlowType {
    fn from(flow: &AuthFlow) -> Self {
        flow.name().into()
    }
}

impl From<&ChallengeName> for ChallengeNameType {
    fn from(challenge: &ChallengeName) -> Self {
        challenge.name().into()
    }
}

impl From<&ChallengeNameType> for ChallengeName {
    fn from(challenge: &ChallengeNameType) -> Self {
        Self::from_name(challenge.as_str())
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

impl From<&GetDeviceRequest<'_>> for GetDeviceInputBuilder {
    fn from(request: &GetDeviceRequest<'_>) -> Self {
        Self::default().access_token(request.access_token().expose_secret()).device_key(request.device_key())
    }
}

impl From<&ListDevicesRequest<'_>> for ListDevicesInputBuilder {
    fn from(request: &ListDevicesRequest<'_>) -> Self {
        Self::default()
            .access_token(request.access_token().expose_secret())
            .set_limit(request.limit().map(i32::from))
            .set_pagination_token(request.pagination_token().map(str::to_owned))
    }
}

impl From<DeviceType> for TrackedDevice {
    fn from(device: DeviceType) -> Self {
        let dates = [
            device.device_create_date,
            device.device_last_modified_date,
            device.device_last_authenticated_date,
        ];
        let attributes = device.device_attributes.into_iter().flatten().map(|each| (each.name, each.value));
        Self::from_parts(
            device.device_key,
            attributes,
            dates.map(|date| date.as_ref().map(DateTime::as_secs_f64)),
        )
    }
}

impl From<&GetTokensFromRefreshTokenRequest<'_>> for GetTokensFromRefreshTokenInputBuilder {
    fn from(request: &GetTokensFromRefreshTokenRequest<'_>) -> Self {
        Self::default()
            .refresh_token(request.refresh_token())
            .client_id(request.client_id())
            .set_client_secret(request.client_secret().map(str::to_owned))
            .set_device_key(request.device_key().map(str::to_owned))
    }
}

impl ServiceError {
    /// The refusal in an error of any of the SDK's operations. `None` if the service did not respond: the request was not
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{AuthContext, Diagnosis, Exception};
    use aws_sdk_cognitoidentityprovider::error::ErrorMetadata;
    use aws_sdk_cognitoidentityprovider::operation::confirm_device::ConfirmDeviceError as SdkConfirmDeviceError;
    use aws_sdk_cognitoidentityprovider::types::AttributeType;
    use aws_sdk_cognitoidentityprovider::types::error::{
        InternalErrorException, InvalidParameterException, ResourceNotFoundException,
    };
    use std::boxed::Box;

    fn device() -> Device<'static> {
        Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8").unwrap()
    }

    #[test]
    fn configs_convert_both_ways() {
        let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
        let theirs = DeviceSecretVerifierConfigType::from(&config);
        assert_eq!((theirs.password_verifier(), theirs.salt()), (Some("Ag=="), Some("AQ==")));
        assert_eq!(DeviceSecretVerifierConfig::try_from(&theirs), Ok(config));
        let theirs = DeviceSecretVerifierConfigType::builder;
        for (bad, wanted) in [
            (theirs().build(), Error::SaltEmpty),
            (theirs().salt("AQ==").build(), Error::VerifierOutOfRange),
            (theirs().salt("AQ==").password_verifier("gA==").build(), Error::VerifierNegative),
        ] {
            assert_eq!(DeviceSecretVerifierConfig::try_from(&bad), Err(wanted));
        }
    }

    #[test]
    fn devices_convert_both_ways() {
        let theirs = NewDeviceMetadataType::from(device());
        let fields = (theirs.device_group_key(), theirs.device_key());
        assert_eq!(fields, (Some(device().device_group_key()), Some(device().device_key())));
        assert_eq!(Device::try_from(&theirs), Ok(device()));
        let empty = NewDeviceMetadataType::builder().build();
        assert_eq!(Device::try_from(&empty), Err(Error::DeviceGroupKeyEmpty));
    }

    #[test]
    fn a_result_keeps_its_tokens_and_metadata() {
        let theirs = AuthenticationResultType::builder();
        let full = theirs.access_token("a.b").refresh_token("r").new_device_metadata(device().into()).build();
        let ours = AuthenticationResult::try_from(full).unwrap();
        assert_eq!((ours.access_token().expose_secret(), ours.refresh_token()), ("a.b", Some("r")));
        assert_eq!(ours.new_device_metadata().map(NewDeviceMetadata::device), Some(Ok(device())));
        let least = AuthenticationResultType::builder().access_token("a.b").build();
        let ours = AuthenticationResult::try_from(least).unwrap();
        assert_eq!((ours.refresh_token(), ours.new_device_metadata()), (None, None));
        let none = AuthenticationResultType::builder().build();
        assert_eq!(AuthenticationResult::try_from(none).err(), Some(Error::AccessTokenMalformed));
    }

    #[test]
    fn tokens_are_read_with_any_metadata() {
        let metadata = NewDeviceMetadataType::builder;
        for (metadata, error) in [
            (metadata().build(), Error::DeviceGroupKeyEmpty),
            (metadata().device_key(device().device_key()).build(), Error::DeviceGroupKeyEmpty),
            (metadata().device_group_key("-G").build(), Error::DeviceKeyMalformed),
            (
                metadata().device_group_key(device().device_key()).device_key("-G").build(),
                Error::DeviceKeyMalformed,
            ),
        ] {
            let theirs =
                AuthenticationResultType::builder().access_token("a").new_device_metadata(metadata).build();
            let ours = AuthenticationResult::try_from(theirs).unwrap();
            assert_eq!(ours.access_token().expose_secret(), "a");
            assert_eq!(ours.new_device_metadata().map(NewDeviceMetadata::device), Some(Err(error)));
        }
    }

    #[test]
    fn maps_convert_both_ways() {
        let context = AuthContext::new("id", "alice").unwrap().with_device(device());
        let map = HashMap::from(context.refresh_token_auth("r").unwrap());
        assert_eq!(map.len(), 2);
        assert_eq!((map["REFRESH_TOKEN"].as_str(), map["DEVICE_KEY"].as_str()), ("r", device().device_key()));
        let mut map = HashMap::from(
            [("SRP_B", "0b"), ("SALT", "0c"), ("SECRET_BLOCK", "0d")]
                .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        let challenge = Challenge { srp_b: "0b", salt: "0c", secret_block: "0d" };
        assert_eq!(Challenge::try_from(&map), Ok(challenge));
        map.remove("SALT");
        assert_eq!(Challenge::try_from(&map), Err(Error::ChallengeIncomplete));
    }

    #[test]
    fn names_convert_both_ways() {
        for name in ChallengeName::NAMES {
            let theirs = ChallengeNameType::from(&ChallengeName::from_name(name));
            assert!(ChallengeNameType::values().contains(name) && theirs.as_str() == *name);
            assert_eq!(ChallengeName::from(&theirs).name(), *name);
        }
        for name in AuthFlow::NAMES {
            let theirs = AuthFlowType::from(&AuthFlow::from_name(name));
            assert!(AuthFlowType::values().contains(name) && theirs.as_str() == *name);
        }
    }

    #[test]
    fn devices_are_read() {
        let attribute = |name, value: Option<&str>| {
            let attribute = AttributeType::builder().name(name).set_value(value.map(str::to_owned));
            attribute.build().unwrap()
        };
        let theirs = DeviceType::builder()
            .device_key(device().device_key())
            .device_attributes(attribute("dev:device_remembered_status", Some("remembered")))
            .device_attributes(attribute("device_name", None))
            .device_create_date(DateTime::from_secs_f64(1.5))
            .device_last_authenticated_date(DateTime::from_secs(2))
            .build();
        let ours = TrackedDevice::from(theirs);
        assert_eq!(ours.device_key(), Some(device().device_key()));
        assert_eq!(ours.remembered_status(), Some(DeviceRememberedStatus::Remembered));
        assert_eq!((ours.attribute("device_name"), ours.attributes().count()), (None, 1));
        let dates = (ours.created(), ours.last_modified(), ours.last_authenticated());
        assert_eq!(dates, (Some(1.5), None, Some(2.0)));
        assert_eq!(TrackedDevice::from(DeviceType::builder().build()), TrackedDevice::default());
    }

    #[test]
    fn refreshes_become_inputs() {
        let secret = "1example0client1secret2of3letters";
        let context = AuthContext::new("5n3dpl", "alice").unwrap();
        for (context, secret, key) in [
            (context, None, None),
            (
                context.with_client_secret(secret).with_device(device()),
                Some(secret),
                Some(device().device_key()),
            ),
        ] {
            let request = GetTokensFromRefreshTokenRequest::new(&context, "cmVm").unwrap();
            let input = GetTokensFromRefreshTokenInputBuilder::from(&request).build().unwrap();
            assert_eq!((input.refresh_token(), input.client_id()), (Some("cmVm"), Some("5n3dpl")));
            assert_eq!((input.client_secret(), input.device_key()), (secret, key));
        }
    }

    #[test]
    fn requests_become_inputs() {
        let token = AccessToken::new("a.b").unwrap();
        let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
        let request = ConfirmDeviceRequest::new(&token, device(), &config);
        for (request, name) in [(request, None), (request.with_device_name("n").unwrap(), Some("n"))] {
            let input = ConfirmDeviceInputBuilder::from(&request).build().unwrap();
            let fields = (input.access_token(), input.device_key(), input.device_name());
            assert_eq!(fields, (Some("a.b"), Some(device().device_key()), name));
            assert_eq!(input.device_secret_verifier_config(), Some(&(&config).into()));
        }
        for (status, theirs) in [
            (DeviceRememberedStatus::Remembered, DeviceRememberedStatusType::Remembered),
            (DeviceRememberedStatus::NotRemembered, DeviceRememberedStatusType::NotRemembered),
        ] {
            assert_eq!(theirs.as_str(), status.as_str());
            let request = UpdateDeviceStatusRequest::new(&token, device().device_key(), status).unwrap();
            let input = UpdateDeviceStatusInputBuilder::from(&request).build().unwrap();
            let fields = (input.access_token(), input.device_key(), input.device_remembered_status());
            assert_eq!(fields, (Some("a.b"), Some(device().device_key()), Some(&theirs)));
        }
        let request = ForgetDeviceRequest::new(&token, device().device_key()).unwrap();
        let input = ForgetDeviceInputBuilder::from(&request).build().unwrap();
        assert_eq!((input.access_token(), input.device_key()), (Some("a.b"), Some(device().device_key())));
        let request = GetDeviceRequest::new(&token, device().device_key()).unwrap();
        let input = GetDeviceInputBuilder::from(&request).build().unwrap();
        assert_eq!((input.access_token(), input.device_key()), (Some("a.b"), Some(device().device_key())));
        let request = ListDevicesRequest::new(&token);
        for (request, limit, page) in [
            (request, None, None),
            (request.with_limit(60).unwrap().with_pagination_token("n").unwrap(), Some(60), Some("n")),
        ] {
            let input = ListDevicesInputBuilder::from(&request).build().unwrap();
            assert_eq!((input.access_token(), input.limit()), (Some("a.b"), limit));
            assert_eq!(input.pagination_token(), page);
        }
        for necessary in [true, false] {
            let output = ConfirmDeviceOutput::builder().user_confirmation_necessary(necessary).build();
            let ours = ConfirmDeviceResponse::from(&output);
            assert_eq!(ours, ConfirmDeviceResponse { user_confirmation_necessary: necessary });
        }
    }

    #[test]
    fn refusals_are_read() {
        let meta = |code, message| ErrorMetadata::builder().code(code).message(message).build();
        let read = |status: u16, error| {
            let response = HttpResponse::new(status.try_into().unwrap(), "".into());
            ServiceError::from_sdk(&SdkError::service_error(error, response)).unwrap()
        };
        let forgotten = ResourceNotFoundException::builder()
            .message("Device does not exist.")
            .meta(meta("ResourceNotFoundException", "Device does not exist."))
            .build();
        let error = read(400, SdkConfirmDeviceError::ResourceNotFoundException(forgotten));
        assert_eq!((error.status(), error.exception()), (400, &Exception::ResourceNotFound));
        assert_eq!(error.diagnosis(), Some(Diagnosis::DeviceForgotten));

        let key = InvalidParameterException::builder()
            .meta(meta("InvalidParameterException", "Invalid device key given."))
            .build();
        let error = read(400, SdkConfirmDeviceError::InvalidParameterException(key));
        assert_eq!(error.exception(), &Exception::InvalidParameter);
        assert_eq!(error.diagnosis(), Some(Diagnosis::DeviceCannotBeConfirmed));

        let failed = InternalErrorException::builder().meta(meta("InternalErrorException", "x")).build();
        let error = read(500, SdkConfirmDeviceError::InternalErrorException(failed));
        assert!(error.is_retryable() && error.status() == 500);

        let unknown = SdkConfirmDeviceError::generic(meta("NewException", "new"));
        let error = read(400, unknown);
        assert_eq!(error.exception(), &Exception::Unknown("NewException".into()));

        let unreadable = HttpResponse::new(502.try_into().unwrap(), "<html>".into());
        let error: SdkError<SdkConfirmDeviceError, _> =
            SdkError::response_error(Box::<dyn std::error::Error + Send + Sync>::from("no JSON"), unreadable);
        let error = ServiceError::from_sdk(&error).unwrap();
        assert!(error.status() == 502 && error.is_retryable() && error.message().is_empty());

        let unsent: SdkError<SdkConfirmDeviceError, _> =
            SdkError::timeout_error(Box::<dyn std::error::Error + Send + Sync>::from("no answer"));
        assert_eq!(ServiceError::from_sdk(&unsent), None);
    }
}
