//! `ConfirmDevice` and the step after it.

use super::access_token::AccessToken;
use super::device_status::{DeviceRememberedStatus, UpdateDeviceStatusRequest};
use super::object::{Object, read_object};
use super::request::{Value, serialize_request};
use crate::device::config::DeviceSecretVerifierConfig;
use crate::device::identifiers::Device;
use crate::error::Error;
use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The request `ConfirmDevice`. When it has succeeded, the service tracks the device and knows its verifier.
///
/// It serialises to the JSON of the service. Send it by POST to the service's host with the headers
/// `Content-Type: application/x-amz-json-1.1` and `X-Amz-Target:` [`TARGET`](Self::TARGET). The call is not signed: the
/// access token authorises it.
///
/// # Host
/// The host of the user pool's region, which is the part of the pool's id before the `_`. All requests of this module go there.
///
/// | partition | regions | URL |
/// |---|---|---|
/// | commercial | `us-east-1` and so on | `https://cognito-idp.REGION.amazonaws.com/` |
/// | AWS GovCloud (US) | `us-gov-*` | `https://cognito-idp.REGION.amazonaws.com/` |
/// | China | `cn-*` | `https://cognito-idp.REGION.amazonaws.com.cn/` |
/// | European Sovereign Cloud | `eusc-*` | `https://cognito-idp.REGION.amazonaws.eu/` |
/// | isolated | `us-iso-*`, `us-isob-*`, `us-isof-*`, `eu-isoe-*` | the same with `c2s.ic.gov`, `sc2s.sgov.gov`, `csp.hci.ic.gov`, `cloud.adc-e.uk` |
///
/// This is the rule of the AWS SDKs. It does not mean that a region has the service. Endpoints validated to FIPS 140 have
/// `cognito-idp-fips` instead of `cognito-idp`.
///
/// # Example
/// ```
/// use cognito_device_srp::service::{AccessToken, ConfirmDeviceRequest, ConfirmDeviceResponse};
/// use cognito_device_srp::service::{DeviceRememberedStatus, NextStep};
/// # use cognito_device_srp::{Device, DeviceSecretVerifierConfig};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// # let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==")?;
/// let access_token = AccessToken::new("eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl")?;
/// // config: that of a registration
/// let request = ConfirmDeviceRequest::new(&access_token, device, &config).with_device_name("laptop")?;
/// assert_eq!(
///     serde_json::to_string(&request)?,
///     concat!(
///         r#"{"AccessToken":"eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl","#,
///         r#""DeviceKey":"us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8","DeviceName":"laptop","#,
///         r#""DeviceSecretVerifierConfig":{"PasswordVerifier":"Ag==","Salt":"AQ=="}}"#,
///     )
/// );
/// // the answer of status 200
/// let response: ConfirmDeviceResponse = serde_json::from_str(r#"{"UserConfirmationNecessary":true}"#)?;
/// if let NextStep::AskUser(ask) = response.next_step(&request) {
///     let update = ask.answered(DeviceRememberedStatus::Remembered);
///     assert!(serde_json::to_string(&update)?.ends_with(r#""DeviceRememberedStatus":"remembered"}"#));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// `Debug` shows no token. The serialised text contains it: wipe the text when it has been sent.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmDeviceRequest<'a> {
    access_token: &'a AccessToken,
    draft: ConfirmDeviceDraft<'a>,
}

/// A request `ConfirmDevice` that still lacks its access token: for a device whose user signs in later, as in provisioning. It
/// serialises like the request, without `AccessToken`.
///
/// ```
/// use cognito_device_srp::service::ConfirmDeviceDraft;
/// # use cognito_device_srp::{Device, DeviceSecretVerifierConfig};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// # let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==")?;
/// let draft = ConfirmDeviceDraft::new(device, &config);
/// assert!(serde_json::to_string(&draft)?.starts_with(r#"{"DeviceKey":"us-east-1_82a31580"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ConfirmDeviceDraft<'a> {
    device_key: &'a str,
    device_name: Option<&'a str>,
    config: &'a DeviceSecretVerifierConfig,
}

impl<'a> ConfirmDeviceDraft<'a> {
    /// For a device without a name. The config is not optional, although the service's model calls it so: without it the
    /// service answers "Invalid device key given."
    pub fn new(device: Device<'a>, config: &'a DeviceSecretVerifierConfig) -> Self {
        Self { device_key: device.device_key(), device_name: None, config }
    }

    /// The same with a name, which users see in lists of their devices: 1 to 1024 characters.
    ///
    /// # Errors
    /// [`Error::DeviceNameOutOfRange`].
    pub fn with_device_name(self, device_name: &'a str) -> Result<Self, Error> {
        check_device_name(device_name)?;
        Ok(Self { device_name: Some(device_name), ..self })
    }

    /// The request, with the access token of the user's sign-in.
    pub fn with_access_token(self, access_token: &'a AccessToken) -> ConfirmDeviceRequest<'a> {
        ConfirmDeviceRequest { access_token, draft: self }
    }

    fn serialize_with<S: Serializer>(
        &self,
        serializer: S,
        access_token: Option<&AccessToken>,
    ) -> Result<S::Ok, S::Error> {
        let fields = [
            ("AccessToken", access_token.map(|token| token.expose_secret().into())),
            ("DeviceKey", Some(self.device_key.into())),
            ("DeviceName", self.device_name.map(Value::Text)),
            ("DeviceSecretVerifierConfig", Some(Value::Config(self.config))),
        ];
        serialize_request(serializer, "ConfirmDeviceRequest", fields)
    }
}

impl Serialize for ConfirmDeviceDraft<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_with(serializer, None)
    }
}

impl<'a> ConfirmDeviceRequest<'a> {
    /// The value of the header `X-Amz-Target`.
    pub const TARGET: &'static str = "AWSCognitoIdentityProviderService.ConfirmDevice";

    /// The request for a device without a name.
    pub fn new(
        access_token: &'a AccessToken,
        device: Device<'a>,
        config: &'a DeviceSecretVerifierConfig,
    ) -> Self {
        ConfirmDeviceDraft::new(device, config).with_access_token(access_token)
    }

    /// The same with a name, as [`ConfirmDeviceDraft::with_device_name`].
    ///
    /// # Errors
    /// [`Error::DeviceNameOutOfRange`].
    pub fn with_device_name(self, device_name: &'a str) -> Result<Self, Error> {
        Ok(Self { draft: self.draft.with_device_name(device_name)?, ..self })
    }

    /// `AccessToken`.
    pub fn access_token(&self) -> &'a AccessToken {
        self.access_token
    }

    /// `DeviceKey`.
    pub fn device_key(&self) -> &'a str {
        self.draft.device_key
    }

    /// `DeviceName`.
    pub fn device_name(&self) -> Option<&'a str> {
        self.draft.device_name
    }

    /// `DeviceSecretVerifierConfig`.
    pub fn config(&self) -> &'a DeviceSecretVerifierConfig {
        self.draft.config
    }
}

impl Serialize for ConfirmDeviceRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.draft.serialize_with(serializer, Some(self.access_token))
    }
}

/// The constraint of `DeviceName`: 1 to 1024 characters.
///
/// # Errors
/// [`Error::DeviceNameOutOfRange`].
pub fn check_device_name(device_name: &str) -> Result<(), Error> {
    match device_name.chars().count() {
        1..=1024 => Ok(()),
        _ => Err(Error::DeviceNameOutOfRange),
    }
}

/// The response of `ConfirmDevice`: the device is confirmed. Either the pool remembers it now, or the user must decide:
/// [`next_step`](Self::next_step) tells which. If a client ignores this response, its users may still be asked for codes.
///
/// A field that is missing or `null` counts as false, as in the service's own clients.
#[must_use = "the user may have to be asked whether the device is to be remembered"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmDeviceResponse {
    /// `UserConfirmationNecessary`: the user must decide. Until then the device is not remembered.
    pub user_confirmation_necessary: bool,
}

impl ConfirmDeviceResponse {
    /// What to do after `request` has succeeded. Keep the secret in both cases.
    pub fn next_step<'a>(self, request: &ConfirmDeviceRequest<'a>) -> NextStep<'a> {
        if self.user_confirmation_necessary {
            NextStep::AskUser(AskUser {
                access_token: request.access_token,
                device_key: request.device_key(),
            })
        } else {
            NextStep::Nothing
        }
    }
}

impl<'de> Deserialize<'de> for ConfirmDeviceResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields(Option<bool>);

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                match name {
                    "UserConfirmationNecessary" => self.0 = map.next_value()?,
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        let Fields(necessary) = read_object(deserializer)?;
        Ok(Self { user_confirmation_necessary: necessary.unwrap_or_default() })
    }
}

/// The step after `ConfirmDevice`.
#[must_use = "a device that its user has not confirmed is not remembered"]
#[derive(Clone, Copy, Debug)]
pub enum NextStep<'a> {
    /// The device is remembered.
    Nothing,
    /// The user decides: ask, and send the answer.
    AskUser(AskUser<'a>),
}

/// The question whether a device is to be remembered.
#[must_use = "a device that its user has not confirmed is not remembered"]
#[derive(Clone, Copy, Debug)]
pub struct AskUser<'a> {
    access_token: &'a AccessToken,
    device_key: &'a str,
}

impl<'a> AskUser<'a> {
    /// The request with the user's answer.
    pub fn answered(self, status: DeviceRememberedStatus) -> UpdateDeviceStatusRequest<'a> {
        UpdateDeviceStatusRequest::checked(self.access_token, self.device_key, status)
    }
}
