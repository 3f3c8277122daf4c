//! The two JSON objects of a registration, each on a line: the `ConfirmDevice` request that is sent, and the record that the
//! device keeps. Both are the library's.

use crate::Failure;
use crate::json::{self, JsonObject, PLACEHOLDER};
use cognito_device_srp::service::{AccessToken, ConfirmDeviceDraft};
use cognito_device_srp::{
    Device, DeviceRegistration, DeviceSecret, DeviceSecretVerifierConfig, RememberedDevice,
};
use serde::Deserialize;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// The fields of a request that identify its device.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RequestedDevice<'a> {
    #[serde(borrow)]
    device_key: Cow<'a, str>,
    #[serde(borrow, default)]
    device_name: Option<Cow<'a, str>>,
}

/// The line of a request. If it has no access token, one must be added before it is sent.
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

/// The line of the record that a device keeps. Requires a generated secret.
pub(crate) fn remembered_line(registration: &DeviceRegistration<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let around = RememberedDevice::new(registration.device(), &DeviceSecret::from_text(PLACEHOLDER)?);
    Ok(json::line_ending_in(&around.expose(), registration.secret().expose_secret())?)
}

/// The record in a line, if it is of this device.
pub(crate) fn remembered(line: &[u8], device: Device<'_>) -> Option<RememberedDevice> {
    let JsonObject(remembered): JsonObject<RememberedDevice> = serde_json::from_slice(line).ok()?;
    (remembered.device() == device).then_some(remembered)
}

/// Whether a text can be the beginning of a request's line for this device and name.
pub(crate) fn can_begin_request(text: &[u8], device: Device<'_>, device_name: Option<&str>) -> bool {
    let line = || {
        let config = DeviceSecretVerifierConfig::from_base64(PLACEHOLDER, PLACEHOLDER)?;
        let draft = ConfirmDeviceDraft::new(device, &config);
        let draft = device_name.map_or(Ok(draft), |name| draft.with_device_name(name))?;
        Ok::<_, Failure>(json::line(&draft)?)
    };
    line().is_ok_and(|line| can_begin(text, &line, 2))
}

/// Whether a text can be the beginning of a record's line of this device.
pub(crate) fn can_begin_remembered(text: &[u8], device: Device<'_>) -> bool {
    let line = || {
        let secret = DeviceSecret::from_text(PLACEHOLDER)?;
        Ok::<_, Failure>(json::line(&RememberedDevice::new(device, &secret).expose())?)
    };
    line().is_ok_and(|line| can_begin(text, &line, 1))
}

/// Whether a text can be the beginning of a line whose last values can be any base64.
fn can_begin(mut text: &[u8], line: &[u8], values: usize) -> bool {
    let line = String::from_utf8_lossy(line);
    let mut parts: Vec<_> = line.rsplitn(values + 1, PLACEHOLDER).map(str::as_bytes).collect();
    while let Some(part) = parts.pop() {
        let Some(rest) = text.strip_prefix(part) else { return part.starts_with(text) };
        let is_of_base64 =
            |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'+') | (byte == b'/') | (byte == b'=');
        let end = rest.iter().position(|byte| !is_of_base64(*byte)).unwrap_or(rest.len());
        text = &rest[end..];
    }
    text.is_empty()
}
