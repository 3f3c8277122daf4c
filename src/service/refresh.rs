//! `GetTokensFromRefreshToken`: new tokens, also where each refresh token is valid once.

use super::access_token::is_token;
use super::auth_context::AuthContext;
use super::authentication_result::AuthenticationResult;
use super::object::{Object, read_object};
use super::request::{Value, serialize_request};
use crate::error::Error;
use core::fmt;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `GetTokensFromRefreshToken`: the only way to refresh for an app client that rotates refresh tokens, and a possible way for
/// all others. Send it like [`ConfirmDeviceRequest`](super::ConfirmDeviceRequest), without a `Session`. The response is
/// [`GetTokensFromRefreshTokenResponse`]. Errors are read as [`ServiceError`](super::ServiceError).
///
/// The request contains the app client's secret itself, not a hash. If the pool remembers devices, the context must have the key of a
/// confirmed device.
///
/// ```
/// use cognito_device_srp::Device;
/// use cognito_device_srp::service::{AuthContext, GetTokensFromRefreshTokenRequest};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let context = AuthContext::new("5n3dpl", "alice")?.with_device(device);
/// let request = GetTokensFromRefreshTokenRequest::new(&context, "cmVmcmVzaA")?;
/// assert_eq!(
///     serde_json::to_string(&request)?,
///     concat!(
///         r#"{"RefreshToken":"cmVmcmVzaA","ClientId":"5n3dpl","#,
///         r#""DeviceKey":"us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"}"#,
///     )
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// `Debug` shows neither token nor secret. The serialised text contains both: wipe it when it has been sent.
#[derive(Clone, Copy)]
pub struct GetTokensFromRefreshTokenRequest<'a> {
    refresh_token: &'a str,
    client_id: &'a str,
    client_secret: Option<&'a str>,
    device_key: Option<&'a str>,
}

impl<'a> GetTokensFromRefreshTokenRequest<'a> {
    /// The value of the header `X-Amz-Target`.
    pub const TARGET: &'static str = "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken";

    /// The request for the context's app client and device. It does not contain the user name.
    ///
    /// # Errors
    /// [`Error::RefreshTokenMalformed`], [`Error::ClientIdMalformed`], [`Error::ClientSecretMalformed`].
    pub fn new(context: &AuthContext<'a>, refresh_token: &'a str) -> Result<Self, Error> {
        let (client_id, client_secret, device_key) = context.fields();
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+".contains(&b));
        if !is_token(refresh_token) {
            return Err(Error::RefreshTokenMalformed);
        }
        if !(1..=128).contains(&client_id.len()) || !is_word(client_id) {
            return Err(Error::ClientIdMalformed);
        }
        if client_secret.is_some_and(|secret| !(24..=64).contains(&secret.len()) || !is_word(secret)) {
            return Err(Error::ClientSecretMalformed);
        }
        Ok(Self { refresh_token, client_id, client_secret, device_key })
    }

    /// `RefreshToken`.
    pub fn refresh_token(&self) -> &'a str {
        self.refresh_token
    }

    /// `ClientId`.
    pub fn client_id(&self) -> &'a str {
        self.client_id
    }

    /// `ClientSecret`: the secret itself.
    pub fn client_secret(&self) -> Option<&'a str> {
        self.client_secret
    }

    /// `DeviceKey`.
    pub fn device_key(&self) -> Option<&'a str> {
        self.device_key
    }
}

impl Serialize for GetTokensFromRefreshTokenRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [
            ("RefreshToken", Some(self.refresh_token.into())),
            ("ClientId", Some(self.client_id.into())),
            ("ClientSecret", self.client_secret.map(Value::Text)),
            ("DeviceKey", self.device_key.map(Value::Text)),
        ];
        serialize_request(serializer, "GetTokensFromRefreshTokenRequest", fields)
    }
}

impl fmt::Debug for GetTokensFromRefreshTokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetTokensFromRefreshTokenRequest")
            .field("client_id", &self.client_id)
            .field("device_key", &self.device_key)
            .finish_non_exhaustive()
    }
}

/// The response of `GetTokensFromRefreshToken`.
///
/// Its [`refresh_token`](AuthenticationResult::refresh_token) is the next one if the app client rotates them: keep it
/// instead of the old one, which becomes invalid at once or after the client's grace period. If there is none, keep the old
/// one.
///
/// ```
/// use cognito_device_srp::service::GetTokensFromRefreshTokenResponse;
///
/// let answer = r#"{"AuthenticationResult": {"AccessToken": "eyJra.eyJzd.c2lnb", "RefreshToken": "bmV4dA"}}"#;
/// let response: GetTokensFromRefreshTokenResponse = serde_json::from_str(answer)?;
/// assert_eq!(response.authentication_result.refresh_token(), Some("bmV4dA"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Deserialising fails if `AuthenticationResult` is missing, and as [`AuthenticationResult`] says.
#[derive(Debug)]
#[non_exhaustive]
pub struct GetTokensFromRefreshTokenResponse {
    /// `AuthenticationResult`.
    pub authentication_result: AuthenticationResult,
}

impl<'de> Deserialize<'de> for GetTokensFromRefreshTokenResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields(Option<AuthenticationResult>);

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                if name == "AuthenticationResult" {
                    self.0 = map.next_value()?;
                }
                Ok(name == "AuthenticationResult")
            }
        }

        let Fields(result) = read_object(deserializer)?;
        let authentication_result = result.ok_or_else(|| D::Error::missing_field("AuthenticationResult"))?;
        Ok(Self { authentication_result })
    }
}
