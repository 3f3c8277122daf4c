//! The two JSON objects of a registration, each on a line: the `ConfirmDevice` request that is sent, and the record that the
//! device keeps. Both are the library's.

use crate::Failure;
use crate::json::{self, JsonObject};
use cognito_device_srp::service::{AccessToken, ConfirmDeviceDraft};
use cognito_device_srp::{Device, DeviceRegistration, RememberedDevice};
use serde::Deserialize;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// The fields of a request that tell which device it is for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RequestedDevice<'a> {
    #[serde(borrow)]
    device_key: Cow<'a, str>,
    #[serde(borrow, default)]
    device_name: Option<Cow<'a, str>>,
}

/// The line of a request. Without an access token it is yet to get one before it is sent.
pub(crate) fn request_line(
    access_token: Option<&AccessToken>,
    registration: &DeviceRegistration<'_>,
    device_name: Option<&str>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut draft = ConfirmDeviceDraft::new(registration.device(), registration.config());
    if let Some(name) = device_name {
        draft = draft.with_device_name(name)?;
    }
    Ok(match access_token {
        Some(token) => json::line(&draft.with_access_token(token))?,
        None => json::line(&draft)?,
    })
}

/// Whether a line is a request for this device and name.
pub(crate) fn is_request_for(line: &[u8], device: Device<'_>, device_name: Option<&str>) -> bool {
    serde_json::from_slice(line).is_ok_and(|JsonObject(request): JsonObject<RequestedDevice<'_>>| {
        request.device_key == device.device_key() && request.device_name.as_deref() == device_name
    })
}

/// The line of the record that a device keeps.
pub(crate) fn remembered_line(registration: &DeviceRegistration<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(json::line(&registration.remember().expose())?)
}

/// The record of a line, if the line is of this device.
pub(crate) fn remembered(line: &[u8], device: Device<'_>) -> Option<RememberedDevice> {
    let JsonObject(remembered): JsonObject<RememberedDevice> = serde_json::from_slice(line).ok()?;
    (remembered.device() == device).then_some(remembered)
}
