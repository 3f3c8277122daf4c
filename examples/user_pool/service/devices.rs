//! The life cycle of a user's devices.

use super::Answer;
use super::directory::Directory;
use super::failure::Failure;
use super::parameters::check_length;
use super::srp::{self, StoredVerifier};
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
    let pattern = "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-f-]+";
    if srp::is_device_key(key) { Ok(()) } else { Err(Failure::constraint(key, "deviceKey", pattern)) }
}

/// The verifier that a request brings.
fn stored(config: Option<VerifierConfig>) -> Result<StoredVerifier, Failure> {
    let config = config.and_then(|config| Some((config.password_verifier?, config.salt?)));
    let missing = || Failure::device_key("DeviceSecretVerifierConfig is missing, or half of it");
    let (verifier, salt) = config.ok_or_else(missing)?;
    srp::device_verifier(&verifier, &salt)
}

impl Directory {
    pub(super) fn confirm_device(&mut self, request: ConfirmDevice) -> Answer {
        check_device_key(&request.device_key)?;
        let name = request.device_name;
        if let Some(name) = &name {
            check_length(name, "deviceName", 1..=1024)?;
        }
        let now = self.now;
        let bearer = self.bearer(Some(&request.access_token))?;
        let configuration = self.pool(&bearer.pool_id)?.device_configuration.unwrap_or_default();
        let asks_user = configuration.device_only_remembered_on_user_prompt;
        let user = self.user(&bearer)?;
        if user.devices.contains_key(&request.device_key) {
            return Err(Failure::device_key_exists());
        }
        match user.offered.get(&request.device_key) {
            Some(true) => {}
            Some(false) => return Err(Failure::device_key("it is of a sign-in without SRP")),
            None => return Err(Failure::device_key("it is of no sign-in of this user")),
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
