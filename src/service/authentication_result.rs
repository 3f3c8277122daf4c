//! `AuthenticationResult`, the end of a sign-in.

use super::access_token::AccessToken;
use super::new_device_metadata::NewDeviceMetadata;
use super::object::{Lenient, Object, read_object};
use alloc::string::String;
use core::fmt;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// `AuthenticationResult` of `InitiateAuth`, `RespondToAuthChallenge` and `GetTokensFromRefreshToken`, with the
/// fields that matter for devices.
///
/// ```
/// use cognito_device_srp::service::AuthenticationResult;
///
/// let answer = r#"{
///     "AccessToken": "eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl", "ExpiresIn": 3600, "TokenType": "Bearer",
///     "NewDeviceMetadata": {"DeviceKey": "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8", "DeviceGroupKey": "-NXiVKS5p"}
/// }"#;
/// let result: AuthenticationResult = serde_json::from_str(answer)?;
/// let metadata = result.new_device_metadata().ok_or("this pool does not track devices, or it knows this one")?;
/// assert_eq!(metadata.device()?.device_group_key(), "-NXiVKS5p");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Deserialising fails if `AccessToken` is missing, if [`AccessToken::new`] rejects it, or if a token is not a text.
/// Incomplete or malformed `NewDeviceMetadata` is not an error here: the tokens are read, and
/// [`NewDeviceMetadata::device`] says what is wrong.
///
/// # Security
/// Tokens are wiped on drop, and `Debug` does not show them. The caller must wipe the text that was deserialised.
pub struct AuthenticationResult {
    access_token: AccessToken,
    refresh_token: Option<Zeroizing<String>>,
    new_device_metadata: Option<NewDeviceMetadata>,
}

impl AuthenticationResult {
    /// The result from values that came another way.
    #[cfg(feature = "aws-sdk-cognitoidentityprovider")]
    pub(crate) fn from_parts(
        access_token: AccessToken,
        refresh_token: Option<String>,
        new_device_metadata: Option<NewDeviceMetadata>,
    ) -> Self {
        Self { access_token, refresh_token: refresh_token.map(Zeroizing::new), new_device_metadata }
    }

    /// `AccessToken`.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// `RefreshToken`, for [`refresh_token_auth`](super::AuthContext::refresh_token_auth) or
    /// [`GetTokensFromRefreshTokenRequest`](super::GetTokensFromRefreshTokenRequest). A refresh does not bring a new one
    /// unless the app client rotates them.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_ref().map(|token| token.as_str())
    }

    /// `NewDeviceMetadata`: the service has given this device a key. It is missing if the pool does not track devices, or
    /// if the sign-in used a device key that the pool knows.
    pub fn new_device_metadata(&self) -> Option<&NewDeviceMetadata> {
        self.new_device_metadata.as_ref()
    }
}

impl<'de> Deserialize<'de> for AuthenticationResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields {
            access_token: Option<Zeroizing<String>>,
            refresh_token: Option<Zeroizing<String>>,
            new_device_metadata: Option<NewDeviceMetadata>,
        }

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                let secret = |map: &mut A| Ok(map.next_value::<Option<_>>()?.map(Zeroizing::new));
                match name {
                    "AccessToken" => self.access_token = secret(map)?,
                    "RefreshToken" => self.refresh_token = secret(map)?,
                    "NewDeviceMetadata" => {
                        self.new_device_metadata = map.next_value::<Lenient<NewDeviceMetadata>>()?.object();
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        let Fields { access_token, refresh_token, new_device_metadata } = read_object(deserializer)?;
        let mut access_token = access_token.ok_or_else(|| D::Error::missing_field("AccessToken"))?;
        let access_token = AccessToken::new(core::mem::take(&mut *access_token)).map_err(D::Error::custom)?;
        Ok(Self { access_token, refresh_token, new_device_metadata })
    }
}

impl fmt::Debug for AuthenticationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationResult")
            .field("new_device_metadata", &self.new_device_metadata())
            .finish_non_exhaustive()
    }
}
