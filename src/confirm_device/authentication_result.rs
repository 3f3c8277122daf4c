//! What a sign-in ends with.

use super::AccessToken;
use super::object::{Object, read_object};
use crate::metadata::NewDeviceMetadata;
use alloc::string::String;
use core::fmt;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// `AuthenticationResult` of `InitiateAuth` and `RespondToAuthChallenge`, as far as devices are concerned.
///
/// ```
/// use cognito_device_srp::AuthenticationResult;
///
/// let answer = r#"{
///     "AccessToken": "eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl", "ExpiresIn": 3600, "TokenType": "Bearer",
///     "NewDeviceMetadata": {"DeviceKey": "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8", "DeviceGroupKey": "-NXiVKS5p"}
/// }"#;
/// let result: AuthenticationResult = serde_json::from_str(answer)?;
/// let device = result.new_device_metadata().ok_or("this pool does not track devices, or it knows this one")?;
/// assert_eq!(device.device_group_key, "-NXiVKS5p");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Of deserialising: no `AccessToken`, one that [`AccessToken::new`] refuses, `NewDeviceMetadata` that
/// [`NewDeviceMetadata::check`] refuses, or a value of another type.
///
/// # Security
/// Tokens are wiped on drop, and `Debug` does not show them. The text that was deserialised is the caller's to wipe.
pub struct AuthenticationResult {
    access_token: AccessToken,
    refresh_token: Option<Zeroizing<String>>,
    device: Option<Device>,
}

/// [`NewDeviceMetadata`], checked.
struct Device {
    device_group_key: String,
    device_key: String,
}

impl AuthenticationResult {
    /// The same of values that came another way.
    #[cfg(feature = "aws-sdk-cognitoidentityprovider")]
    pub(crate) fn from_parts(
        access_token: AccessToken,
        refresh_token: Option<String>,
        device: Option<NewDeviceMetadata<'_>>,
    ) -> Self {
        let device = device.map(|device| Device {
            device_group_key: device.device_group_key.into(),
            device_key: device.device_key.into(),
        });
        Self { access_token, refresh_token: refresh_token.map(Zeroizing::new), device }
    }

    /// `AccessToken`.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// `RefreshToken`, for [`refresh_token_auth`](crate::AuthContext::refresh_token_auth). A refresh does not bring a new
    /// one unless the app client rotates them.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_ref().map(|token| token.as_str())
    }

    /// `NewDeviceMetadata`: the service has given this device a key. There is none if the pool does not track devices, or
    /// if the sign-in was made with a device key that it knows.
    pub fn new_device_metadata(&self) -> Option<NewDeviceMetadata<'_>> {
        self.device.as_ref().map(Device::metadata)
    }
}

impl Device {
    fn metadata(&self) -> NewDeviceMetadata<'_> {
        NewDeviceMetadata { device_group_key: &self.device_group_key, device_key: &self.device_key }
    }
}

impl<'de> Deserialize<'de> for AuthenticationResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields {
            access_token: Option<Zeroizing<String>>,
            refresh_token: Option<Zeroizing<String>>,
            device: Option<Device>,
        }

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                let secret = |map: &mut A| Ok(map.next_value::<Option<_>>()?.map(Zeroizing::new));
                match name {
                    "AccessToken" => self.access_token = secret(map)?,
                    "RefreshToken" => self.refresh_token = secret(map)?,
                    "NewDeviceMetadata" => self.device = map.next_value()?,
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        let Fields { access_token, refresh_token, device } = read_object(deserializer)?;
        let mut access_token = access_token.ok_or_else(|| D::Error::missing_field("AccessToken"))?;
        let access_token = AccessToken::new(core::mem::take(&mut *access_token)).map_err(D::Error::custom)?;
        Ok(Self { access_token, refresh_token, device })
    }
}

impl<'de> Deserialize<'de> for Device {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields {
            device_group_key: String,
            device_key: String,
        }

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                match name {
                    "DeviceGroupKey" => self.device_group_key = map.next_value()?,
                    "DeviceKey" => self.device_key = map.next_value()?,
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        let Fields { device_group_key, device_key } = read_object(deserializer)?;
        let device = Self { device_group_key, device_key };
        device.metadata().check().map_err(D::Error::custom)?;
        Ok(device)
    }
}

impl fmt::Debug for AuthenticationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationResult")
            .field("new_device_metadata", &self.new_device_metadata())
            .finish_non_exhaustive()
    }
}
