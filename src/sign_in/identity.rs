//! Who signs in, and for which app client.

use crate::encoding::Base64;
use crate::error::Error;
use crate::hash::Mac;
use crate::metadata::NewDeviceMetadata;

/// The two texts that the protocol knows somebody by.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) group: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> TryFrom<NewDeviceMetadata<'a>> for Identity<'a> {
    type Error = Error;

    fn try_from(device: NewDeviceMetadata<'a>) -> Result<Self, Error> {
        device.check()?;
        Ok(Self { group: device.device_group_key, name: device.device_key })
    }
}

/// A user of a pool, for `USER_SRP_AUTH`: the sign-in that hands out device keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUser<'a> {
    /// The pool's id, as in `us-east-1_AbCdEfGhI`. Its name, which is hashed, is what follows the underscore (up to a
    /// second one, if there is any).
    pub user_pool_id: &'a str,
    /// `USER_ID_FOR_SRP` of the challenge; it may differ from what the user typed.
    pub user_id_for_srp: &'a str,
}

impl<'a> TryFrom<PoolUser<'a>> for Identity<'a> {
    type Error = Error;

    fn try_from(user: PoolUser<'a>) -> Result<Self, Error> {
        let mut parts = user.user_pool_id.split('_');
        match (parts.next(), parts.next()) {
            (Some(region), Some(name)) if !region.is_empty() && !name.is_empty() => {
                if user.user_id_for_srp.is_empty() {
                    return Err(Error::UserIdEmpty);
                }
                Ok(Self { group: name, name: user.user_id_for_srp })
            }
            _ => Err(Error::UserPoolIdMalformed),
        }
    }
}

/// `SECRET_HASH` of an app client that has a secret: base64 of HMAC-SHA256 under the client's secret of
/// `USERNAME` || client id.
///
/// `USERNAME` must be the one of the same request, which may change within one sign-in: what the user typed when it
/// begins, the challenge's afterwards.
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
        Self(Base64::of(&mac.finish()))
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
