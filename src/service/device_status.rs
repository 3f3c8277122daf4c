//! The calls about a device that is there: whether it is remembered, and that it is to be forgotten.

use super::access_token::AccessToken;
use crate::device::identifiers::check_device_key;
use crate::error::Error;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// `DeviceRememberedStatus`: whether a sign-in with the device spares its user a code, if the pool is set so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceRememberedStatus {
    /// It does.
    Remembered,
    /// It does not. The device is tracked all the same.
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
}

/// `UpdateDeviceStatus`, the user's word on a device. Its answer, `{}`, says nothing. Sent like
/// [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest); its errors are read as [`ServiceError`](super::ServiceError).
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
        let mut request = serializer.serialize_struct("UpdateDeviceStatusRequest", 3)?;
        request.serialize_field("AccessToken", self.access_token.expose_secret())?;
        request.serialize_field("DeviceKey", self.device_key)?;
        request.serialize_field("DeviceRememberedStatus", self.status.as_str())?;
        request.end()
    }
}

/// `ForgetDevice`: the service drops the device, and the refresh tokens that belong to it. Its answer is empty. Whoever
/// still keeps the device's key must then sign in without it. Sent like [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest);
/// its errors are read as [`ServiceError`](super::ServiceError).
#[derive(Clone, Copy, Debug)]
pub struct ForgetDeviceRequest<'a> {
    access_token: &'a AccessToken,
    device_key: &'a str,
}

impl<'a> ForgetDeviceRequest<'a> {
    /// The value of the header `X-Amz-Target`.
    pub const TARGET: &'static str = "AWSCognitoIdentityProviderService.ForgetDevice";

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

impl Serialize for ForgetDeviceRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut request = serializer.serialize_struct("ForgetDeviceRequest", 2)?;
        request.serialize_field("AccessToken", self.access_token.expose_secret())?;
        request.serialize_field("DeviceKey", self.device_key)?;
        request.end()
    }
}
