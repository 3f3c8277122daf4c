//! The parameter maps of `InitiateAuth` and `RespondToAuthChallenge`.
//!
//! Contract: the context says whether there is a device key and a client secret. Every map that can have `DEVICE_KEY` or
//! `SECRET_HASH` then has it, and no caller adds them by hand.

use super::challenge_name::ChallengeName;
use super::parameters::Parameters;
use crate::device::identifiers::Device;
use crate::error::Error;
use crate::srp::client::{PasswordClaim, SignIn};
use crate::srp::secret_hash::SecretHash;
use alloc::vec::Vec;
use core::fmt;

/// What all requests of one sign-in have in common. Each method makes the map of one request. Its documentation begins with the
/// `AuthFlow` or `ChallengeName` of that request.
///
/// If there is a device, all maps have `DEVICE_KEY`. The service's documentation asks for it in `InitiateAuth`. A client that
/// sends it only with the answer to `PASSWORD_VERIFIER` gets the device challenges as well. If the answer to a later
/// challenge lacks it, the service may take the device for a new one. If a refresh lacks it, the service rejects the refresh
/// token of a remembered device.
///
/// ```
/// use cognito_device_srp::{Device, Ephemeral, SignIn, service::AuthContext};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let context = AuthContext::new("client-id", "alice")?.with_client_secret("client-secret").with_device(device);
/// let sign_in = SignIn::start(Ephemeral::from_bytes(&[10])?);
/// let parameters = context.user_srp_auth(&sign_in);
/// assert_eq!(parameters.get("SRP_A"), Some("400"));
/// assert_eq!(parameters.get("SECRET_HASH"), Some("qROqM+PMKX09MK8ulDVm8LCWdCRqQQEUG9HcF+N7/S4="));
/// // later, with the Session that came with the challenge SMS_MFA
/// let parameters = context.sms_mfa("123456")?;
/// assert_eq!(parameters.get("DEVICE_KEY"), Some(device.device_key()));
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Session
/// A response of the service with a challenge also has a `Session`. It is not an entry of a map: send it back in the field
/// `Session` of `RespondToAuthChallenge`, beside `ChallengeName` and `ChallengeResponses`. It is valid once, for a few minutes,
/// and only for its own challenge. Each response has a new one. After `MFA_SETUP`, send the one from `VerifySoftwareToken`.
/// A challenge may come without one, as `PASSWORD_VERIFIER` can. Then send none.
///
/// # Errors
/// All methods that can fail return [`Error::ParameterEmpty`] if a given text is empty.
///
/// # Security
/// Passwords, codes and hashes are in the maps: see [`Parameters`]. `Debug` shows only the client id.
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
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`] if the user name is empty.
    pub fn new(client_id: &'a str, username: &'a str) -> Result<Self, Error> {
        Self { client_id, client_secret: None, username, device_key: None }.with_username(username)
    }

    /// The same context for an app client that has a secret. Each request then has a `SECRET_HASH` of its own `USERNAME`.
    pub fn with_client_secret(self, client_secret: &'a str) -> Self {
        Self { client_secret: Some(client_secret), ..self }
    }

    /// The same context with the remembered device of this user.
    pub fn with_device(self, device: Device<'a>) -> Self {
        Self { device_key: Some(device.device_key()), ..self }
    }

    /// The same context with another `USERNAME`: the one of the challenge that is answered.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`] if it is empty.
    pub fn with_username(self, username: &'a str) -> Result<Self, Error> {
        if username.is_empty() { Err(Error::ParameterEmpty) } else { Ok(Self { username, ..self }) }
    }

    /// The client's id, its secret and the device's key, for the request that has them as fields.
    #[cfg(feature = "serde")]
    pub(super) fn fields(&self) -> (&'a str, Option<&'a str>, Option<&'a str>) {
        (self.client_id, self.client_secret, self.device_key)
    }
}

/// `AuthParameters` of `InitiateAuth`. There is no `Session` yet: the response has the first one.
///
/// An app client lists the flows that it allows, as `ALLOW_USER_SRP_AUTH`, `ALLOW_USER_AUTH`, `ALLOW_CUSTOM_AUTH` and
/// `ALLOW_REFRESH_TOKEN_AUTH` in its `ExplicitAuthFlows`. The service rejects other flows with `InvalidParameterException`,
/// "USER_AUTH flow not enabled for this client".
impl AuthContext<'_> {
    /// `USER_SRP_AUTH`: the challenge `PASSWORD_VERIFIER` comes next.
    pub fn user_srp_auth(&self, sign_in: &SignIn) -> Parameters {
        self.with_username_entry(self.device_key, &[(SRP_A, sign_in.srp_a())])
    }

    /// `USER_AUTH` without a preference: the challenge `SELECT_CHALLENGE` comes next, and beside it the field
    /// `AvailableChallenges`.
    pub fn user_auth(&self) -> Parameters {
        self.with_username_entry(self.device_key, &[])
    }

    /// `USER_AUTH` with a preference: the challenge of that first factor comes next, which for
    /// [`PasswordSrp`](PreferredChallenge::PasswordSrp) is `PASSWORD_VERIFIER`, and none for
    /// [`Password`](PreferredChallenge::Password).
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn user_auth_preferring(&self, preferred: PreferredChallenge<'_>) -> Result<Parameters, Error> {
        let (name, entry) = match preferred {
            PreferredChallenge::PasswordSrp(sign_in) => ("PASSWORD_SRP", Some((SRP_A, sign_in.srp_a()))),
            PreferredChallenge::Password(password) => ("PASSWORD", Some(("PASSWORD", password))),
            PreferredChallenge::EmailOtp => ("EMAIL_OTP", None),
            PreferredChallenge::SmsOtp => ("SMS_OTP", None),
            PreferredChallenge::WebAuthn => ("WEB_AUTHN", None),
        };
        self.checked(&with_choice("PREFERRED_CHALLENGE", name, entry))
    }

    /// `CUSTOM_AUTH`: the challenge of the pool's Lambda triggers comes next.
    pub fn custom_auth(&self) -> Parameters {
        self.with_username_entry(self.device_key, &[])
    }

    /// `CUSTOM_AUTH` with SRP first: the challenge `PASSWORD_VERIFIER` comes next, then the challenge of the pool's Lambda
    /// triggers.
    pub fn custom_auth_with_srp(&self, sign_in: &SignIn) -> Parameters {
        self.with_username_entry(self.device_key, &[("CHALLENGE_NAME", SRP_A), (SRP_A, sign_in.srp_a())])
    }

    /// `REFRESH_TOKEN_AUTH`: tokens come next, and no `Session`. App clients that rotate refresh tokens do not allow it;
    /// use `GetTokensFromRefreshToken` for them. The secret hash, if there is one, uses the `USERNAME` of this context. It must be
    /// the user pool's own name of the user, not an alias.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn refresh_token_auth(&self, refresh_token: &str) -> Result<Parameters, Error> {
        let own = [("REFRESH_TOKEN", refresh_token)];
        none_empty(&own)?;
        Ok(self.map(self.device_key, None, &own))
    }
}

/// `ChallengeResponses` of `RespondToAuthChallenge`. All are sent with the `Session` that came with the challenge.
impl AuthContext<'_> {
    /// `SELECT_CHALLENGE`, the choice among `AvailableChallenges`. For [`PasswordSrp`](SelectedChallenge::PasswordSrp) the
    /// challenge `PASSWORD_VERIFIER` comes next. For a code, the service sends it, and its challenge comes next.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn select_challenge(&self, selected: SelectedChallenge<'_>) -> Result<Parameters, Error> {
        let (name, entry) = match selected {
            SelectedChallenge::PasswordSrp(sign_in) => ("PASSWORD_SRP", Some((SRP_A, sign_in.srp_a()))),
            SelectedChallenge::Password(password) => ("PASSWORD", Some(("PASSWORD", password))),
            SelectedChallenge::EmailOtp => ("EMAIL_OTP", None),
            SelectedChallenge::SmsOtp => ("SMS_OTP", None),
            SelectedChallenge::WebAuthn(credential) => ("WEB_AUTHN", Some(("CREDENTIAL", credential))),
        };
        self.respond(&ChallengeName::SelectChallenge, &with_choice(ANSWER, name, entry))
    }

    /// `PASSWORD_SRP`: the challenge `PASSWORD_VERIFIER` comes next.
    pub fn password_srp(&self, sign_in: &SignIn) -> Parameters {
        self.with_username_entry(self.device_key, &[(SRP_A, sign_in.srp_a())])
    }

    /// `PASSWORD`: the password in the clear. A device that this sign-in gives cannot be confirmed.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn password(&self, password: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::Password, &[("PASSWORD", password)])
    }

    /// `PASSWORD_VERIFIER`, with the challenge's `SECRET_BLOCK` as it came. Send it within seconds. This challenge can come
    /// without a `Session`.
    pub fn password_verifier(&self, secret_block: &str, claim: &PasswordClaim) -> Parameters {
        self.claim(self.device_key, secret_block, claim)
    }

    /// `DEVICE_SRP_AUTH`. The service has accepted it without its `Session`, and has announced that this will end.
    pub fn device_srp_auth(&self, device: Device<'_>, sign_in: &SignIn) -> Parameters {
        self.with_username_entry(Some(device.device_key()), &[(SRP_A, sign_in.srp_a())])
    }

    /// `DEVICE_PASSWORD_VERIFIER`, with the challenge's `SECRET_BLOCK` as it came. To be sent within seconds.
    pub fn device_password_verifier(
        &self,
        device: Device<'_>,
        secret_block: &str,
        claim: &PasswordClaim,
    ) -> Parameters {
        self.claim(Some(device.device_key()), secret_block, claim)
    }

    /// `SMS_MFA`: the code of the text message, the second factor. After a wrong code the `Session` is used up.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn sms_mfa(&self, code: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::SmsMfa, &[("SMS_MFA_CODE", code)])
    }

    /// `SOFTWARE_TOKEN_MFA`: the code of the authenticator app, which the service accepts once.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn software_token_mfa(&self, code: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::SoftwareTokenMfa, &[("SOFTWARE_TOKEN_MFA_CODE", code)])
    }

    /// `EMAIL_OTP`: the code of the mail, as first or second factor.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn email_otp(&self, code: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::EmailOtp, &[("EMAIL_OTP_CODE", code)])
    }

    /// `SMS_OTP`: the code of the text message, the first factor.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn sms_otp(&self, code: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::SmsOtp, &[("SMS_OTP_CODE", code)])
    }

    /// `SELECT_MFA_TYPE`: one of those in `MFAS_CAN_CHOOSE` of the challenge, whose own challenge comes next.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn select_mfa_type(&self, selected: MfaType) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::SelectMfaType, &[(ANSWER, selected.name())])
    }

    /// `MFA_SETUP`, after `AssociateSoftwareToken` and `VerifySoftwareToken`. The `Session` is the one that
    /// `VerifySoftwareToken` gave, not that of the challenge.
    pub fn mfa_setup(&self) -> Parameters {
        self.with_username_entry(self.device_key, &[])
    }

    /// `NEW_PASSWORD_REQUIRED`, with a value for each of the challenge's `requiredAttributes`, and for others that the
    /// client may write. An attribute is named with or without the `userAttributes.` that the service puts in front.
    ///
    /// ```
    /// use cognito_device_srp::service::AuthContext;
    ///
    /// let context = AuthContext::new("client-id", "alice")?;
    /// let parameters = context.new_password_required("new password", &[("given_name", "Alice")])?;
    /// assert_eq!(parameters.get("userAttributes.given_name"), Some("Alice"));
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`], also for an attribute's name or value. [`Error::ParameterRepeated`].
    pub fn new_password_required(
        &self,
        new_password: &str,
        attributes: &[(&str, &str)],
    ) -> Result<Parameters, Error> {
        const PREFIX: &str = "userAttributes.";
        let bare = |name| str::strip_prefix(name, PREFIX).unwrap_or(name);
        if attributes.iter().any(|(name, _)| bare(name).is_empty()) {
            return Err(Error::ParameterEmpty);
        }
        let names: Vec<_> = attributes.iter().map(|(name, _)| [PREFIX, bare(name)].concat()).collect();
        let mut entries = Vec::from([("NEW_PASSWORD", new_password)]);
        entries.extend(names.iter().zip(attributes).map(|(name, (_, value))| (name.as_str(), *value)));
        self.respond(&ChallengeName::NewPasswordRequired, &entries)
    }

    /// `CUSTOM_CHALLENGE`: the answer that the pool's Lambda triggers asked for.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn custom_challenge(&self, answer: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::CustomChallenge, &[(ANSWER, answer)])
    }

    /// `WEB_AUTHN`: the passkey's answer, WebAuthn's `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`Error::ParameterEmpty`].
    pub fn web_authn(&self, credential: &str) -> Result<Parameters, Error> {
        self.respond(&ChallengeName::WebAuthn, &[("CREDENTIAL", credential)])
    }

    /// Any challenge, also one that is newer than this crate, from the challenge's own entries. The method adds `USERNAME`, and
    /// `SECRET_HASH` and `DEVICE_KEY` if the context has them.
    ///
    /// ```
    /// use cognito_device_srp::{Error, service::{AuthContext, ChallengeName}};
    ///
    /// let context = AuthContext::new("client-id", "alice")?;
    /// let challenge = ChallengeName::from_name("PALM_OTP");
    /// let parameters = context.respond(&challenge, &[("PALM_OTP_CODE", "123456")])?;
    /// assert_eq!(parameters.get("USERNAME"), Some("alice"));
    /// let twice = context.respond(&challenge, &[("USERNAME", "bob")]);
    /// assert_eq!(twice.err(), Some(Error::ParameterRepeated));
    /// let missing = context.respond(&ChallengeName::SmsMfa, &[]);
    /// assert_eq!(missing.err(), Some(Error::ParameterMissing));
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ParameterRepeated`] for a name that is given twice, and for `USERNAME`, `SECRET_HASH` and `DEVICE_KEY`,
    /// which the method adds itself. [`Error::ParameterMissing`] if this crate knows the challenge and the answer lacks an entry, or if
    /// the challenge is a device's and the context has no device. [`Error::ParameterEmpty`].
    pub fn respond(&self, challenge: &ChallengeName, entries: &[(&str, &str)]) -> Result<Parameters, Error> {
        let mut names: Vec<_> = entries.iter().map(|(name, _)| *name).chain(RESERVED).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Error::ParameterRepeated);
        }
        let has = |name: &&str| names.binary_search(name).is_ok();
        let selected = match challenge {
            ChallengeName::SelectChallenge => entries.iter().find(|(name, _)| *name == ANSWER),
            _ => None,
        };
        let selected = selected.map(|(_, answer)| ChallengeName::from_name(answer));
        let beside = selected.as_ref().map(ChallengeName::required_when_selected).unwrap_or_default();
        let of_device =
            matches!(challenge, ChallengeName::DeviceSrpAuth | ChallengeName::DevicePasswordVerifier);
        let complete = challenge.required().iter().chain(beside).all(has);
        if !complete || (of_device && self.device_key.is_none()) {
            return Err(Error::ParameterMissing);
        }
        self.checked(entries)
    }
}

impl AuthContext<'_> {
    fn claim(&self, device_key: Option<&str>, secret_block: &str, claim: &PasswordClaim) -> Parameters {
        let own = [
            ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block),
            ("PASSWORD_CLAIM_SIGNATURE", claim.signature()),
            ("TIMESTAMP", claim.timestamp()),
        ];
        self.with_username_entry(device_key, &own)
    }

    fn checked(&self, own: &[(&str, &str)]) -> Result<Parameters, Error> {
        none_empty(own)?;
        Ok(self.with_username_entry(self.device_key, own))
    }

    fn with_username_entry(&self, device_key: Option<&str>, own: &[(&str, &str)]) -> Parameters {
        self.map(device_key, Some(self.username), own)
    }

    fn map(&self, device_key: Option<&str>, username: Option<&str>, own: &[(&str, &str)]) -> Parameters {
        let hash = self.client_secret.map(|secret| SecretHash::new(secret, self.username, self.client_id));
        let username = username.map(|name| (USERNAME, name));
        let device_key = device_key.map(|key| (DEVICE_KEY, key));
        let secret_hash = hash.as_ref().map(|hash| (SECRET_HASH, hash.as_str()));
        let all = username.into_iter().chain(own.iter().copied()).chain(device_key).chain(secret_hash);
        Parameters::new(all)
    }
}

const ANSWER: &str = "ANSWER";
const DEVICE_KEY: &str = "DEVICE_KEY";
const SECRET_HASH: &str = "SECRET_HASH";
const SRP_A: &str = "SRP_A";
const USERNAME: &str = "USERNAME";
/// The entries that the context adds itself, and that a caller must not add.
const RESERVED: [&str; 3] = [DEVICE_KEY, SECRET_HASH, USERNAME];

fn none_empty(entries: &[(&str, &str)]) -> Result<(), Error> {
    let empty = entries.iter().any(|(name, value)| name.is_empty() || value.is_empty());
    if empty { Err(Error::ParameterEmpty) } else { Ok(()) }
}

/// A choice, and the entry that completes it.
fn with_choice<'e>(
    entry: &'e str,
    choice: &'e str,
    beside: Option<(&'e str, &'e str)>,
) -> Vec<(&'e str, &'e str)> {
    [(entry, choice)].into_iter().chain(beside).collect()
}

impl fmt::Debug for AuthContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthContext").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// `PREFERRED_CHALLENGE` of `USER_AUTH`: the first factor that a client would like to be asked for.
///
/// ```
/// use cognito_device_srp::{Ephemeral, SignIn, service::{AuthContext, PreferredChallenge}};
///
/// let sign_in = SignIn::start(Ephemeral::from_bytes(&[10])?);
/// let context = AuthContext::new("client-id", "alice")?;
/// let parameters = context.user_auth_preferring(PreferredChallenge::PasswordSrp(&sign_in))?;
/// assert_eq!(parameters.get("PREFERRED_CHALLENGE"), Some("PASSWORD_SRP"));
/// assert_eq!(parameters.get("SRP_A"), Some("400"));
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum PreferredChallenge<'a> {
    /// `PASSWORD_SRP`, begun at once.
    PasswordSrp(&'a SignIn),
    /// `PASSWORD`, in the clear.
    Password(&'a str),
    /// `EMAIL_OTP`: a code by mail.
    EmailOtp,
    /// `SMS_OTP`: a code by text message.
    SmsOtp,
    /// `WEB_AUTHN`: a passkey, which the next challenge asks for.
    WebAuthn,
}

/// `ANSWER` of `SELECT_CHALLENGE`: the first factor that the client chooses from those that the service offers, with the values that
/// it needs.
///
/// ```
/// use cognito_device_srp::service::{AuthContext, SelectedChallenge};
///
/// let parameters = AuthContext::new("client-id", "alice")?.select_challenge(SelectedChallenge::EmailOtp)?;
/// assert_eq!(parameters.get("ANSWER"), Some("EMAIL_OTP"));
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum SelectedChallenge<'a> {
    /// `PASSWORD_SRP`, begun at once.
    PasswordSrp(&'a SignIn),
    /// `PASSWORD`, in the clear.
    Password(&'a str),
    /// `EMAIL_OTP`: a code by mail.
    EmailOtp,
    /// `SMS_OTP`: a code by text message.
    SmsOtp,
    /// `WEB_AUTHN`: the passkey's answer, WebAuthn's `AuthenticationResponseJSON`.
    WebAuthn(&'a str),
}

/// `ANSWER` of `SELECT_MFA_TYPE`: the second factor that the client chooses.
///
/// ```
/// use cognito_device_srp::service::{AuthContext, MfaType};
///
/// let parameters = AuthContext::new("client-id", "alice")?.select_mfa_type(MfaType::SoftwareToken)?;
/// assert_eq!(parameters.get("ANSWER"), Some("SOFTWARE_TOKEN_MFA"));
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MfaType {
    /// A code by text message.
    Sms,
    /// A code by mail.
    EmailOtp,
    /// A code of an authenticator app.
    SoftwareToken,
}

impl MfaType {
    /// As `MFAS_CAN_CHOOSE` of the challenge spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
        }
    }
}

/// Shows only the name, because the other value may be a password.
macro_rules! debug_without_contents {
    ($($type:ident { $($variant:ident)+ })+) => {
        $(impl fmt::Debug for $type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant { .. } => stringify!($variant),)+
                })
            }
        })+
    };
}

debug_without_contents! {
    PreferredChallenge { PasswordSrp Password EmailOtp SmsOtp WebAuthn }
    SelectedChallenge { PasswordSrp Password EmailOtp SmsOtp WebAuthn }
}
