//! The life cycle of a user's devices.

use super::Answer;
use super::directory::Directory;
use super::failure::Failure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognito_device_srp::{DeviceSecretVerifierConfig, Error, NewDeviceMetadata, StoredVerifier};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) struct Device {
    pub(super) verifier: StoredVerifier,
    pub(super) remembered: bool,
    name: Option<String>,
    created: u64,
    modified: u64,
    pub(super) authenticated: u64,
}

impl Device {
    fn describe(&self, key: &str) -> Value {
        let status = if self.remembered { "remembered" } else { "not_remembered" };
        let own = [
            ("device_status", "valid"),
            ("dev:device_remembered_status", status),
            ("last_ip_used", "127.0.0.1"),
        ];
        let name = self.name.as_deref().map(|name| ("device_name", name));
        let attributes =
            own.into_iter().chain(name).map(|(name, value)| json!({ "Name": name, "Value": value }));
        json!({
            "DeviceKey": key,
            "DeviceAttributes": attributes.collect::<Value>(),
            "DeviceCreateDate": self.created,
            "DeviceLastModifiedDate": self.modified,
            "DeviceLastAuthenticatedDate": self.authenticated,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ConfirmDevice {
    access_token: String,
    device_key: String,
    device_name: Option<String>,
    device_secret_verifier_config: Option<VerifierConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VerifierConfig {
    password_verifier: Option<String>,
    salt: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateDeviceStatus {
    access_token: String,
    device_key: String,
    device_remembered_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfDevice {
    access_token: Option<String>,
    device_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListDevices {
    access_token: String,
    limit: Option<usize>,
    pagination_token: Option<String>,
}

/// Holds a device key to the constraints of the model.
fn check_device_key(key: &str) -> Result<(), Failure> {
    let of_its_form = NewDeviceMetadata { device_group_key: "-", device_key: key }.check().is_ok();
    let pattern = "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-f-]+";
    if of_its_form { Ok(()) } else { Err(Failure::constraint(key, "deviceKey", pattern)) }
}

/// A number in base64 as the crate takes it: the service reads it with needless leading zero bytes too.
fn without_leading_zeros(text: &str) -> String {
    let Ok(bytes) = STANDARD.decode(text) else { return text.to_owned() };
    let is_needless = |pair: &[u8]| matches!(pair, [0, next] if next & 0x80 == 0);
    let needless = bytes.windows(2).take_while(|pair| is_needless(pair)).count();
    STANDARD.encode(&bytes[needless..])
}

/// The verifier that a request brings.
fn stored(config: Option<VerifierConfig>) -> Result<StoredVerifier, Failure> {
    let config = config.and_then(|config| Some((config.password_verifier?, config.salt?)));
    let missing = || Failure::device_key("DeviceSecretVerifierConfig is missing, or half of it");
    let (verifier, salt) = config.ok_or_else(missing)?;
    DeviceSecretVerifierConfig::from_base64(&without_leading_zeros(&verifier), &without_leading_zeros(&salt))
        .and_then(|config| StoredVerifier::from_config(&config))
        .map_err(|error| match error {
            Error::SaltNegative | Error::VerifierNegative => {
                Failure::invalid_parameter("Negative value passed for salt or password verifier")
            }
            other => Failure::invalid_parameter(format!("Invalid device secret verifier config: {other}")),
        })
}

impl Directory {
    pub(super) fn confirm_device(&mut self, request: ConfirmDevice) -> Answer {
        check_device_key(&request.device_key)?;
        let name = request.device_name;
        if let Some(name) = name.as_ref().filter(|name| !(1..=1024).contains(&name.chars().count())) {
            let constraint = "Member must have length between 1 and 1024";
            return Err(Failure::constraint(name, "deviceName", constraint));
        }
        let now = self.now;
        let bearer = self.bearer(Some(&request.access_token))?;
        let configuration = self.pool(&bearer.pool_id)?.device_configuration.unwrap_or_default();
        let asks_user = configuration.device_only_remembered_on_user_prompt;
        let user = self.user(&bearer)?;
        if user.devices.contains_key(&request.device_key) {
            return Err(Failure::device_key_exists());
        }
        if !user.offered.contains(&request.device_key) {
            return Err(Failure::device_key("it is of no sign-in of this user"));
        }
        let verifier = stored(request.device_secret_verifier_config)?;
        user.offered.remove(&request.device_key);
        let device = Device {
            verifier,
            remembered: !asks_user,
            name,
            created: now,
            modified: now,
            authenticated: now,
        };
        user.devices.insert(request.device_key, device);
        Ok(json!({ "UserConfirmationNecessary": asks_user }))
    }

    pub(super) fn update_device_status(&mut self, request: UpdateDeviceStatus) -> Answer {
        check_device_key(&request.device_key)?;
        let remembered = match request.device_remembered_status.as_deref() {
            None => None,
            Some("remembered") => Some(true),
            Some("not_remembered") => Some(false),
            Some(other) => {
                let constraint = "Member must satisfy enum value set: [not_remembered, remembered]";
                return Err(Failure::constraint(other, "deviceRememberedStatus", constraint));
            }
        };
        let now = self.now;
        let bearer = self.bearer(Some(&request.access_token))?;
        let device =
            self.user(&bearer)?.devices.get_mut(&request.device_key).ok_or_else(Failure::no_device)?;
        device.remembered = remembered.unwrap_or(device.remembered);
        device.modified = now;
        Ok(json!({}))
    }

    pub(super) fn get_device(&mut self, request: OfDevice) -> Answer {
        check_device_key(&request.device_key)?;
        let bearer = self.bearer(request.access_token.as_deref())?;
        let device = self.user(&bearer)?.devices.get(&request.device_key).ok_or_else(Failure::no_device)?;
        Ok(json!({ "Device": device.describe(&request.device_key) }))
    }

    /// In the order of their keys, from after the one that the pagination token is.
    pub(super) fn list_devices(&mut self, request: ListDevices) -> Answer {
        let limit = match request.limit.unwrap_or(60) {
            0 => 60,
            limit @ 1..=60 => limit,
            other => {
                let constraint = "Member must have value less than or equal to 60";
                return Err(Failure::constraint(&other.to_string(), "limit", constraint));
            }
        };
        let bearer = self.bearer(Some(&request.access_token))?;
        let after = request.pagination_token.unwrap_or_default();
        let mut rest = self.user(&bearer)?.devices.iter().filter(|(key, _)| **key > after).peekable();
        let page: Vec<_> = rest.by_ref().take(limit).collect();
        let listed: Value = page.iter().map(|(key, device)| device.describe(key)).collect();
        let mut response = json!({ "Devices": listed });
        if let Some((last, _)) = page.last().filter(|_| rest.peek().is_some()) {
            response["PaginationToken"] = json!(last);
        }
        Ok(response)
    }

    pub(super) fn forget_device(&mut self, request: OfDevice) -> Answer {
        check_device_key(&request.device_key)?;
        let bearer = self.bearer(request.access_token.as_deref())?;
        self.user(&bearer)?.devices.remove(&request.device_key).ok_or_else(Failure::no_device)?;
        Ok(json!({}))
    }
}
