//! The two JSON objects of a registration, each on a line: the `ConfirmDevice` request that is sent, and the secret that the
//! device keeps.

use crate::Failure;
use crate::json::{self, JsonObject};
use cognito_device_srp::{AccessToken, DeviceSecret, DeviceSecretVerifierConfig, Error, NewDeviceMetadata};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use zeroize::Zeroizing;

/// `ConfirmDevice`, as the service takes it. Without an access token it is yet to get one before it is sent.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a str>,
    device_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_name: Option<&'a str>,
    device_secret_verifier_config: &'a DeviceSecretVerifierConfig,
}

/// The fields of a request that tell which device it is for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RequestedDevice<'a> {
    #[serde(borrow)]
    device_key: Cow<'a, str>,
    #[serde(borrow, default)]
    device_name: Option<Cow<'a, str>>,
}

/// What the device keeps. The secret is base64, so it needs no copy.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct KeptSecret<'a> {
    #[serde(borrow)]
    device_key: Cow<'a, str>,
    #[serde(borrow)]
    device_group_key: Cow<'a, str>,
    device_secret: &'a str,
}

/// Checks that a device's name has a length that the service takes.
pub(crate) fn check_device_name(name: &str) -> Result<(), Error> {
    match name.chars().count() {
        1..=1024 => Ok(()),
        _ => Err(Error::DeviceNameOutOfRange),
    }
}

/// The line of a request.
pub(crate) fn request_line(
    access_token: Option<&AccessToken>,
    device: NewDeviceMetadata<'_>,
    device_name: Option<&str>,
    config: &DeviceSecretVerifierConfig,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(json::line(&Request {
        access_token: access_token.map(AccessToken::expose_secret),
        device_key: device.device_key,
        device_name,
        device_secret_verifier_config: config,
    })?)
}

/// Whether a line is a request for this device and name.
pub(crate) fn is_request_for(line: &[u8], device: NewDeviceMetadata<'_>, device_name: Option<&str>) -> bool {
    serde_json::from_slice(line).is_ok_and(|JsonObject(request): JsonObject<RequestedDevice<'_>>| {
        request.device_key == device.device_key && request.device_name.as_deref() == device_name
    })
}

/// The line of a secret.
pub(crate) fn secret_line(
    device: NewDeviceMetadata<'_>,
    secret: &DeviceSecret<'_>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(json::line(&KeptSecret {
        device_key: device.device_key.into(),
        device_group_key: device.device_group_key.into(),
        device_secret: secret.expose_secret(),
    })?)
}

/// The secret of a line, if the line is of this device.
pub(crate) fn secret_of(line: &[u8], device: NewDeviceMetadata<'_>) -> Option<Zeroizing<String>> {
    let JsonObject(kept): JsonObject<KeptSecret<'_>> = serde_json::from_slice(line).ok()?;
    (kept.device_key == device.device_key && kept.device_group_key == device.device_group_key)
        .then(|| Zeroizing::new(kept.device_secret.to_owned()))
}
