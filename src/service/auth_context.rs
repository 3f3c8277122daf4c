//! The parameter maps of `InitiateAuth` and `RespondToAuthChallenge`.
//!
//! Contract: a request that the service wants a device key or a secret hash in cannot be built without saying whether
//! there is one, and no caller puts either in by hand.

use super::parameters::Parameters;
use crate::device::identifiers::Device;
use crate::srp::client::{PasswordClaim, SignIn};
use crate::srp::secret_hash::SecretHash;
use core::fmt;

/// What every request of one sign-in has in common. Each method makes the map of one request.
///
/// `DEVICE_KEY` goes into all of them when there is a device: without it in `InitiateAuth` the service sends no device
/// challenge, without it in the answer to any challenge on the way it registers the device anew, and without it a refresh
/// token of a remembered device is refused.
///
/// ```
/// use cognito_device_srp::{Device, Ephemeral, SignIn, service::AuthContext};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let context = AuthContext::new("client-id", "alice").with_client_secret("client-secret").with_device(device);
/// let sign_in = SignIn::start(Ephemeral::from_bytes(&[10])?);
/// let parameters = context.user_srp_auth(&sign_in);
/// assert_eq!(parameters.get("SRP_A"), Some("400"));
/// assert_eq!(parameters.get("SECRET_HASH"), Some("qROqM+PMKX09MK8ulDVm8LCWdCRqQQEUG9HcF+N7/S4="));
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct AuthContext<'a> {
    client_id: &'a str,
    client_secret: Option<&'a str>,
    username: &'a str,
    device_key: Option<&'a str>,
}

impl<'a> AuthContext<'a> {
    /// An app client's id, and `USERNAME`: what the user typed in `InitiateAuth`, and `USERNAME` of the challenge in the
    /// answers to it.
    pub fn new(client_id: &'a str, username: &'a str) -> Self {
        Self { client_id, client_secret: None, username, device_key: None }
    }

    /// The same of an app client that has a secret: each request then carries a `SECRET_HASH` of its own `USERNAME`.
    pub fn with_client_secret(self, client_secret: &'a str) -> Self {
        Self { client_secret: Some(client_secret), ..self }
    }

    /// The same with the device that was kept for this user.
    pub fn with_device(self, device: Device<'a>) -> Self {
        Self { device_key: Some(device.device_key()), ..self }
    }

    /// The same with another `USERNAME`: that of the challenge that is answered.
    pub fn with_username(self, username: &'a str) -> Self {
        Self { username, ..self }
    }
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
    pub fn device_srp_auth(&self, device: Device<'_>, sign_in: &SignIn) -> Parameters {
        self.map(Some(device.device_key()), &[(USERNAME, self.username), ("SRP_A", sign_in.srp_a())])
    }

    /// `ChallengeResponses` of `DEVICE_PASSWORD_VERIFIER`, with the challenge's `SECRET_BLOCK` as it came.
    pub fn device_password_verifier(
        &self,
        device: Device<'_>,
        secret_block: &str,
        claim: &PasswordClaim,
    ) -> Parameters {
        self.claim(Some(device.device_key()), secret_block, claim)
    }

    /// `AuthParameters` of `InitiateAuth` with `REFRESH_TOKEN_AUTH`. The secret hash, if any, is of
    /// the `USERNAME` of this context, which must be the one that the user pool knows, not an alias.
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
        Parameters::new(all)
    }
}

const USERNAME: &str = "USERNAME";

impl fmt::Debug for AuthContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthContext").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
