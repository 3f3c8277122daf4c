//! `SECRET_HASH`, the proof that a request comes from an app client that has a secret.

use super::hash::Mac;
use crate::encoding::Base64;

/// `SECRET_HASH` of an app client that has a secret: base64 of HMAC-SHA256 under the client's secret of
/// `USERNAME` || client id.
///
/// `USERNAME` must be the one in the same request. It may change within one sign-in: at first it is what the user typed,
/// then the challenge's `USERNAME`. For a refresh it is the pool's own name of the user, never an alias.
///
/// ```
/// let hash = cognito_device_srp::SecretHash::new("client-secret", "alice", "client-id");
/// assert_eq!(hash.as_str(), "qROqM+PMKX09MK8ulDVm8LCWdCRqQQEUG9HcF+N7/S4=");
/// ```
#[derive(Clone)]
pub struct SecretHash(Base64<44>);

impl SecretHash {
    /// The hash for a request of `username`. The client's secret may be of any length.
    pub fn new(client_secret: &str, username: &str, client_id: &str) -> Self {
        let mut mac = Mac::new(client_secret.as_bytes());
        mac.update(username.as_bytes());
        mac.update(client_id.as_bytes());
        Self(Base64::encode_array(&mac.finish()))
    }

    /// Base64, 44 characters.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl core::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SecretHash(..)")
    }
}
