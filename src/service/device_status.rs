//! The calls about a confirmed device: remember it or not, look it up, forget it.

use super::access_token::AccessToken;
use super::request::serialize_request;
use crate::device::identifiers::check_device_key;
use crate::error::Error;
use serde::{Serialize, Serializer};

/// `DeviceRememberedStatus`: whether a sign-in with the device needs no code, if the pool is configured so.
///
/// ```
/// use cognito_device_srp::service::DeviceRememberedStatus;
///
/// assert_eq!(DeviceRememberedStatus::NotRemembered.as_str(), "not_remembered");
/// assert_eq!(DeviceRememberedStatus::from_name("remembered"), Some(DeviceRememberedStatus::Remembered));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceRememberedStatus {
    /// It needs no code.
    Remembered,
    /// It needs a code. The pool still tracks the device.
    NotRemembered,
}

impl DeviceRememberedStatus {
    /// As the service spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remembered => "remembered",
            Self::NotRemembered => "not_remembered",
        }
    }

    /// The status of a name, as the service spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Remembered, Self::NotRemembered].into_iter().find(|status| status.as_str() == name)
    }
}

/// `UpdateDeviceStatus`, the user's decision about a device. Its response is `{}`. Send it like
/// [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest). Its errors are read as [`ServiceError`](super::ServiceError).
///
/// ```
/// use cognito_device_srp::service::{AccessToken, DeviceRememberedStatus, UpdateDeviceStatusRequest};
///
/// let token = AccessToken::new("eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl")?;
/// let device_key = "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8";
/// let request = UpdateDeviceStatusRequest::new(&token, device_key, DeviceRememberedStatus::Remembered)?;
/// assert!(serde_json::to_string(&request)?.ends_with(r#""DeviceRememberedStatus":"remembered"}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UpdateDeviceStatusRequest<'a> {
    access_token: &'a AccessToken,
    device_key: &'a str,
    status: DeviceRememberedStatus,
}

impl<'a> UpdateDeviceStatusRequest<'a> {
    /// The value of the header `X-Amz-Target`.
    pub const TARGET: &'static str = "AWSCognitoIdentityProviderService.UpdateDeviceStatus";

    /// The request at any later time. Right after `ConfirmDevice` it comes by [`NextStep`](super::NextStep).
    ///
    /// # Errors
    /// [`Error::DeviceKeyMalformed`].
    pub fn new(
        access_token: &'a AccessToken,
        device_key: &'a str,
        status: DeviceRememberedStatus,
    ) -> Result<Self, Error> {
        check_device_key(device_key)?;
        Ok(Self::checked(access_token, device_key, status))
    }

    /// The request for a key that was checked.
    pub(super) fn checked(
        access_token: &'a AccessToken,
        device_key: &'a str,
        status: DeviceRememberedStatus,
    ) -> Self {
        Self { access_token, device_key, status }
    }

    /// `AccessToken`.
    pub fn access_token(&self) -> &'a AccessToken {
        self.access_token
    }

    /// `DeviceKey`.
    pub fn device_key(&self) -> &'a str {
        self.device_key
    }

    /// `DeviceRememberedStatus`.
    pub fn status(&self) -> DeviceRememberedStatus {
        self.status
    }
}

impl Serialize for UpdateDeviceStatusRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [
            ("AccessToken", Some(self.access_token.expose_secret().into())),
            ("DeviceKey", Some(self.device_key.into())),
            ("DeviceRememberedStatus", Some(self.status.as_str().into())),
        ];
        serialize_request(serializer, "UpdateDeviceStatusRequest", fields)
    }
}

/// The requests that consist of a device key and an access token.
macro_rules! requests_that_name_a_device {
    ($($(#[$doc:meta])+ $request:ident = $operation:literal;)+) => {
        $(
            $(#[$doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $request<'a> {
                access_token: &'a AccessToken,
                device_key: &'a str,
            }

            impl<'a> $request<'a> {
                /// The value of the header `X-Amz-Target`.
                pub const TARGET: &'static str = concat!("AWSCognitoIdentityProviderService.", $operation);

                /// The request, for this device or another one of the same user.
                ///
                /// # Errors
                /// [`Error::DeviceKeyMalformed`].
                pub fn new(access_token: &'a AccessToken, device_key: &'a str) -> Result<Self, Error> {
                    check_device_key(device_key)?;
                    Ok(Self { access_token, device_key })
                }

                /// `AccessToken`.
                pub fn access_token(&self) -> &'a AccessToken {
                    self.access_token
                }

                /// `DeviceKey`.
                pub fn device_key(&self) -> &'a str {
                    self.device_key
                }
            }

            impl Serialize for $request<'_> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let fields = [
                        ("AccessToken", Some(self.access_token.expose_secret().into())),
                        ("DeviceKey", Some(self.device_key.into())),
                    ];
                    serialize_request(serializer, stringify!($request), fields)
                }
            }
        )+
    };
}

requests_that_name_a_device! {
    /// `ForgetDevice`: the service drops the device, and the refresh tokens that belong to it. Its response is empty. A client
    /// that still has the device's key must then sign in without it. Send it like
    /// [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest). Its errors are read as [`ServiceError`](super::ServiceError).
    ///
    /// ```
    /// use cognito_device_srp::service::{AccessToken, ForgetDeviceRequest};
    ///
    /// let token = AccessToken::new("eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl")?;
    /// let request = ForgetDeviceRequest::new(&token, "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
    /// assert!(serde_json::to_string(&request)?.starts_with(r#"{"AccessToken":"eyJra"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ForgetDeviceRequest = "ForgetDevice";
    /// `GetDevice`: what the service knows about a device. The response is [`GetDeviceResponse`](super::GetDeviceResponse). Send it like
    /// [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest). Its errors are read as [`ServiceError`](super::ServiceError).
    ///
    /// ```
    /// use cognito_device_srp::service::{AccessToken, GetDeviceRequest};
    ///
    /// let token = AccessToken::new("eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl")?;
    /// let request = GetDeviceRequest::new(&token, "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
    /// assert_eq!(GetDeviceRequest::TARGET, "AWSCognitoIdentityProviderService.GetDevice");
    /// assert!(serde_json::to_string(&request)?.starts_with(r#"{"AccessToken":"eyJra"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    GetDeviceRequest = "GetDevice";
}
