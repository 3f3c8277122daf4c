//! `NewDeviceMetadata`, which may be incomplete.

use super::object::{Lenient, Object};
use crate::device::identifiers::Device;
use crate::error::Error;
use alloc::string::String;
use serde::de::MapAccess;

/// `NewDeviceMetadata` of an [`AuthenticationResult`](super::AuthenticationResult). Both members are optional in the service's
/// model, so it may be incomplete. [`device`](Self::device) checks it and gives the [`Device`] for a registration.
///
/// ```
/// use cognito_device_srp::{Error, service::AuthenticationResult};
///
/// let answer = r#"{"AccessToken": "eyJra.eyJzd.c2lnb", "NewDeviceMetadata": {"DeviceGroupKey": "-NXiVKS5p"}}"#;
/// let result: AuthenticationResult = serde_json::from_str(answer)?;
/// let metadata = result.new_device_metadata().ok_or("there is some")?;
/// assert_eq!(metadata.device(), Err(Error::DeviceKeyMalformed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDeviceMetadata {
    device_group_key: Option<String>,
    device_key: Option<String>,
}

impl NewDeviceMetadata {
    /// The metadata from values that came another way.
    #[cfg(feature = "aws-sdk-cognitoidentityprovider")]
    pub(crate) fn from_parts(device_group_key: Option<String>, device_key: Option<String>) -> Self {
        Self { device_group_key, device_key }
    }

    /// `DeviceGroupKey`, as it came.
    pub fn device_group_key(&self) -> Option<&str> {
        self.device_group_key.as_deref()
    }

    /// `DeviceKey`, as it came.
    pub fn device_key(&self) -> Option<&str> {
        self.device_key.as_deref()
    }

    /// The device.
    ///
    /// # Errors
    /// Those of [`Device::new`]. A missing member counts as an empty one.
    pub fn device(&self) -> Result<Device<'_>, Error> {
        Device::new(self.device_group_key().unwrap_or_default(), self.device_key().unwrap_or_default())
    }
}

impl<'de> Object<'de> for NewDeviceMetadata {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let slot = match name {
            "DeviceGroupKey" => &mut self.device_group_key,
            "DeviceKey" => &mut self.device_key,
            _ => return Ok(false),
        };
        *slot = map.next_value::<Lenient<()>>()?.text();
        Ok(true)
    }
}
