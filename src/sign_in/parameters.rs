//! The parameter maps of `InitiateAuth` and `RespondToAuthChallenge`.
//!
//! Contract: a request that the service wants a device key or a secret hash in cannot be built without saying whether
//! there is one, and no caller puts either in by hand.

use super::{PasswordClaim, SecretHash, SignIn};
use crate::metadata::NewDeviceMetadata;
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroize as _;

/// What every request of one sign-in has in common. Each method makes the map of one request.
///
/// `DEVICE_KEY` goes into all of them when there is a device: without it in `InitiateAuth` the service sends no device
/// challenge, without it in the answer to any challenge on the way it registers the device anew, and without it a refresh
/// token of a remembered device is refused.
#[derive(Clone, Copy)]
pub struct AuthContext<'a> {
    /// The app client's id.
    pub client_id: &'a str,
    /// The app client's secret, if it has one: each request then carries a `SECRET_HASH` of its own `USERNAME`.
    pub client_secret: Option<&'a str>,
    /// `USERNAME`: what the user typed in `InitiateAuth`, and `USERNAME` of the challenge in the answers to it.
    pub username: &'a str,
    /// The device key that was kept for this user, if any.
    pub device_key: Option<&'a str>,
}

impl AuthContext<'_> {
    /// `AuthParameters` of `InitiateAuth` with `USER_SRP_AUTH`.
    pub fn user_srp_auth(&self, sign_in: &SignIn) -> Parameters {
        self.map(self.device_key, &[(USERNAME, self.username), ("SRP_A", sign_in.srp_a())])
    }

    /// `ChallengeResponses` of `PASSWORD_VERIFIER`, with the challenge's `SECRET_BLOCK` as it came.
    pub fn password_verifier(&self, secret_block: &str, claim: &PasswordClaim) -> Parameters {
        self.claim(self.device_key, secret_block, claim)
    }

    /// `ChallengeResponses` of `SMS_MFA`.
    pub fn sms_mfa(&self, code: &str) -> Parameters {
        self.map(self.device_key, &[(USERNAME, self.username), ("SMS_MFA_CODE", code)])
    }

    /// `ChallengeResponses` of `SOFTWARE_TOKEN_MFA`.
    pub fn software_token_mfa(&self, code: &str) -> Parameters {
        self.map(self.device_key, &[(USERNAME, self.username), ("SOFTWARE_TOKEN_MFA_CODE", code)])
    }

    /// `ChallengeResponses` of `DEVICE_SRP_AUTH`.
    pub fn device_srp_auth(&self, device: NewDeviceMetadata<'_>, sign_in: &SignIn) -> Parameters {
        self.map(Some(device.device_key), &[(USERNAME, self.username), ("SRP_A", sign_in.srp_a())])
    }

    /// `ChallengeResponses` of `DEVICE_PASSWORD_VERIFIER`, with the challenge's `SECRET_BLOCK` as it came.
    pub fn device_password_verifier(
        &self,
        device: NewDeviceMetadata<'_>,
        secret_block: &str,
        claim: &PasswordClaim,
    ) -> Parameters {
        self.claim(Some(device.device_key), secret_block, claim)
    }

    /// `AuthParameters` of `InitiateAuth` with `REFRESH_TOKEN_AUTH`. The secret hash, if any, is of
    /// [`username`](Self::username), which must be the one that the user pool knows, not an alias.
    pub fn refresh_token_auth(&self, refresh_token: &str) -> Parameters {
        self.map(self.device_key, &[("REFRESH_TOKEN", refresh_token)])
    }

    fn claim(&self, device_key: Option<&str>, secret_block: &str, claim: &PasswordClaim) -> Parameters {
        let own = [
            (USERNAME, self.username),
            ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block),
            ("PASSWORD_CLAIM_SIGNATURE", claim.signature()),
            ("TIMESTAMP", claim.timestamp()),
        ];
        self.map(device_key, &own)
    }

    fn map(&self, device_key: Option<&str>, own: &[(&'static str, &str)]) -> Parameters {
        let hash = self.client_secret.map(|secret| SecretHash::new(secret, self.username, self.client_id));
        let device_key = device_key.map(|key| ("DEVICE_KEY", key));
        let secret_hash = hash.as_ref().map(|hash| ("SECRET_HASH", hash.as_str()));
        let all = own.iter().copied().chain(device_key).chain(secret_hash);
        Parameters(all.map(|(name, value)| (name, value.to_owned())).collect())
    }
}

const USERNAME: &str = "USERNAME";

impl fmt::Debug for AuthContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthContext").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// Names and values of one request, each name once. Iterates as pairs, to be collected into what a client wants; with
/// the feature `serde`, serialises as an object.
///
/// # Security
/// `Debug` shows the names alone, since some values are secret. Values are wiped on drop, but those that were iterated
/// over by value are the caller's.
#[derive(Clone)]
pub struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(this, value)| (this == name).then_some(value))
    }

    /// All pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl IntoIterator for Parameters {
    type Item = (&'static str, String);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(mut self) -> Self::IntoIter {
        core::mem::take(&mut self.0).into_iter()
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
