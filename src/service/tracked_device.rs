//! `ListDevices`, and the responses of it and of `GetDevice`.

use super::access_token::AccessToken;
use super::device_status::DeviceRememberedStatus;
use super::object::{Lenient, Object, read_object};
use super::request::{Value, serialize_request};
use crate::error::Error;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `ListDevices`: the devices of the user who has the access token. The response is [`ListDevicesResponse`]. Send it like
/// [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest). Its errors are read as [`ServiceError`](super::ServiceError).
///
/// ```
/// use cognito_device_srp::service::{AccessToken, ListDevicesRequest};
///
/// let token = AccessToken::new("eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl")?;
/// let request = ListDevicesRequest::new(&token).with_limit(10)?;
/// assert!(serde_json::to_string(&request)?.ends_with(r#""Limit":10}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ListDevicesRequest<'a> {
    access_token: &'a AccessToken,
    limit: Option<u8>,
    pagination_token: Option<&'a str>,
}

impl<'a> ListDevicesRequest<'a> {
    /// The value of the header `X-Amz-Target`.
    pub const TARGET: &'static str = "AWSCognitoIdentityProviderService.ListDevices";

    /// The request for the first devices, as many as the service returns at once.
    pub fn new(access_token: &'a AccessToken) -> Self {
        Self { access_token, limit: None, pagination_token: None }
    }

    /// The same request with a maximum number of devices: 0 to 60.
    ///
    /// # Errors
    /// [`Error::ListLimitOutOfRange`].
    pub fn with_limit(self, limit: u8) -> Result<Self, Error> {
        if limit > 60 { Err(Error::ListLimitOutOfRange) } else { Ok(Self { limit: Some(limit), ..self }) }
    }

    /// The request for the devices after those of a response, by its
    /// [`pagination_token`](ListDevicesResponse::pagination_token).
    ///
    /// # Errors
    /// [`Error::PaginationTokenMalformed`].
    pub fn with_pagination_token(self, pagination_token: &'a str) -> Result<Self, Error> {
        if pagination_token.is_empty() || pagination_token.contains(char::is_whitespace) {
            return Err(Error::PaginationTokenMalformed);
        }
        Ok(Self { pagination_token: Some(pagination_token), ..self })
    }

    /// `AccessToken`.
    pub fn access_token(&self) -> &'a AccessToken {
        self.access_token
    }

    /// `Limit`.
    pub fn limit(&self) -> Option<u8> {
        self.limit
    }

    /// `PaginationToken`.
    pub fn pagination_token(&self) -> Option<&'a str> {
        self.pagination_token
    }
}

impl Serialize for ListDevicesRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [
            ("AccessToken", Some(self.access_token.expose_secret().into())),
            ("Limit", self.limit.map(Value::Number)),
            ("PaginationToken", self.pagination_token.map(Value::Text)),
        ];
        serialize_request(serializer, "ListDevicesRequest", fields)
    }
}

/// A device as the service knows it: `DeviceType` of its model. All fields are optional.
///
/// ```
/// use cognito_device_srp::service::{DeviceRememberedStatus, GetDeviceResponse};
///
/// let answer = r#"{"Device": {
///     "DeviceKey": "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8",
///     "DeviceAttributes": [
///         {"Name": "device_status", "Value": "valid"}, {"Name": "device_name", "Value": "laptop"},
///         {"Name": "dev:device_remembered_status", "Value": "remembered"}
///     ],
///     "DeviceCreateDate": 1735787045.5, "DeviceLastModifiedDate": 1735787045.5, "DeviceLastAuthenticatedDate": 1735787045
/// }}"#;
/// let device = serde_json::from_str::<GetDeviceResponse>(answer)?.device;
/// assert_eq!(device.remembered_status(), Some(DeviceRememberedStatus::Remembered));
/// assert_eq!(device.attribute("device_name"), Some("laptop"));
/// assert_eq!(device.last_authenticated(), Some(1735787045.0));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Security
/// Attributes can tell where a user was, as `last_ip_used` does. `Debug` shows none of their values.
#[derive(Clone, Default, PartialEq)]
pub struct TrackedDevice {
    device_key: Option<String>,
    attributes: Vec<Attribute>,
    created: Option<f64>,
    last_modified: Option<f64>,
    last_authenticated: Option<f64>,
}

impl TrackedDevice {
    /// The device from values that came another way.
    #[cfg(feature = "aws-sdk-cognitoidentityprovider")]
    pub(crate) fn from_parts(
        device_key: Option<String>,
        attributes: impl Iterator<Item = (String, Option<String>)>,
        [created, last_modified, last_authenticated]: [Option<f64>; 3],
    ) -> Self {
        let attributes = attributes.map(|(name, value)| Attribute { name: Some(name), value }).collect();
        Self { device_key, attributes, created, last_modified, last_authenticated }
    }

    /// `DeviceKey`.
    pub fn device_key(&self) -> Option<&str> {
        self.device_key.as_deref()
    }

    /// The value of one of `DeviceAttributes`. Seen from the service: `device_status`, `device_name`, `last_ip_used`,
    /// `dev:device_remembered_status`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes().find_map(|(this, value)| (this == name).then_some(value))
    }

    /// `DeviceAttributes`: names and values, of those that have both.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().filter_map(|each| each.name.as_deref().zip(each.value.as_deref()))
    }

    /// Whether a sign-in with the device needs no code, by the attribute `dev:device_remembered_status`, or else by
    /// `device_status`. `None` if neither tells it, as when the latter is `valid`.
    pub fn remembered_status(&self) -> Option<DeviceRememberedStatus> {
        ["dev:device_remembered_status", "device_status"]
            .into_iter()
            .filter_map(|name| self.attribute(name))
            .find_map(DeviceRememberedStatus::from_name)
    }

    /// `DeviceCreateDate`, in seconds since the beginning of 1970.
    pub fn created(&self) -> Option<f64> {
        self.created
    }

    /// `DeviceLastModifiedDate`, in seconds since the beginning of 1970.
    pub fn last_modified(&self) -> Option<f64> {
        self.last_modified
    }

    /// `DeviceLastAuthenticatedDate`: when the user last signed in with it, in seconds since the beginning of 1970.
    pub fn last_authenticated(&self) -> Option<f64> {
        self.last_authenticated
    }
}

impl<'de> Object<'de> for TrackedDevice {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let date = match name {
            "DeviceKey" => {
                self.device_key = map.next_value::<Lenient<()>>()?.text();
                return Ok(true);
            }
            "DeviceAttributes" => {
                self.attributes = map.next_value::<Lenient<Attribute>>()?.list();
                return Ok(true);
            }
            "DeviceCreateDate" => &mut self.created,
            "DeviceLastModifiedDate" => &mut self.last_modified,
            "DeviceLastAuthenticatedDate" => &mut self.last_authenticated,
            _ => return Ok(false),
        };
        *date = map.next_value::<Lenient<()>>()?.number();
        Ok(true)
    }
}

impl fmt::Debug for TrackedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackedDevice")
            .field("device_key", &self.device_key())
            .field("remembered_status", &self.remembered_status())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Default, PartialEq)]
struct Attribute {
    name: Option<String>,
    value: Option<String>,
}

impl<'de> Object<'de> for Attribute {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let slot = match name {
            "Name" => &mut self.name,
            "Value" => &mut self.value,
            _ => return Ok(false),
        };
        *slot = map.next_value::<Lenient<()>>()?.text();
        Ok(true)
    }
}

/// The response of `GetDevice`.
///
/// ```
/// use cognito_device_srp::service::GetDeviceResponse;
///
/// let answer = r#"{"Device": {"DeviceKey": "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"}}"#;
/// let response: GetDeviceResponse = serde_json::from_str(answer)?;
/// assert!(response.device.device_key().is_some() && response.device.remembered_status().is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Deserialising fails if `Device` is missing or is not an object. Its fields that are missing or have another type are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetDeviceResponse {
    /// `Device`.
    pub device: TrackedDevice,
}

impl<'de> Deserialize<'de> for GetDeviceResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields(Option<TrackedDevice>);

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                if name == "Device" {
                    self.0 = map.next_value::<Lenient<TrackedDevice>>()?.object();
                }
                Ok(name == "Device")
            }
        }

        let Fields(device) = read_object(deserializer)?;
        Ok(Self { device: device.ok_or_else(|| D::Error::missing_field("Device"))? })
    }
}

/// The response of `ListDevices`. Entries that are not objects are left out.
///
/// ```
/// use cognito_device_srp::service::ListDevicesResponse;
///
/// let answer = r#"{"Devices": [{"DeviceKey": "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"}], "PaginationToken": "next"}"#;
/// let response: ListDevicesResponse = serde_json::from_str(answer)?;
/// assert_eq!(response.devices.len(), 1);
/// assert_eq!(response.pagination_token.as_deref(), Some("next"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ListDevicesResponse {
    /// `Devices`.
    pub devices: Vec<TrackedDevice>,
    /// `PaginationToken`, if there are more: for [`ListDevicesRequest::with_pagination_token`].
    pub pagination_token: Option<String>,
}

impl<'de> Object<'de> for ListDevicesResponse {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "Devices" => self.devices = map.next_value::<Lenient<TrackedDevice>>()?.list(),
            "PaginationToken" => self.pagination_token = map.next_value::<Lenient<()>>()?.text(),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de> Deserialize<'de> for ListDevicesResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_object(deserializer)
    }
}
