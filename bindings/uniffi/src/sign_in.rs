//! The client's side of a sign-in.

use crate::error::{SrpError, without_nul};
use cognito_device_srp as srp;
use srp::{Challenge, Credentials, Device, DeviceSecret, Ephemeral};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// A sign-in that has begun. It can be answered once, or suspended.
#[derive(uniffi::Object)]
pub struct SignIn {
    begun: Mutex<Option<srp::SignIn>>,
    srp_a: String,
}

impl From<srp::SignIn> for SignIn {
    fn from(begun: srp::SignIn) -> Self {
        let srp_a = begun.srp_a().to_owned();
        Self { begun: Mutex::new(Some(begun)), srp_a }
    }
}

impl SignIn {
    /// Takes the sign-in. Later calls fail.
    fn take(&self) -> Result<srp::SignIn, srp::Error> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.take().ok_or(srp::Error::SuspendedSignInMalformed)
    }

    fn answer(
        &self,
        credentials: &Credentials<'_>,
        challenge: &Challenge<'_>,
        timestamp: Option<Timestamp>,
    ) -> Result<PasswordClaim, SrpError> {
        without_nul(&[challenge.srp_b, challenge.salt, challenge.secret_block])?;
        let timestamp = Timestamp::or_now(timestamp)?;
        let claim = self.take()?.answer(credentials, challenge, &timestamp)?;
        Ok(PasswordClaim { signature: claim.signature().to_owned(), timestamp: claim.timestamp().to_owned() })
    }
}

#[uniffi::export]
impl SignIn {
    /// Begins a sign-in. `a` is the ephemeral, 1 to 1024 bytes, big-endian, only for known answers. Without it, a random one is
    /// used.
    #[uniffi::constructor(default(a = None))]
    pub fn new(a: Option<Vec<u8>>) -> Result<Arc<Self>, SrpError> {
        let begun = match a.map(Zeroizing::new) {
            Some(a) => srp::SignIn::start(Ephemeral::from_bytes(&a)?),
            None => srp::SignIn::generate()?,
        };
        Ok(Arc::new(begun.into()))
    }

    /// The sign-in that was suspended into these bytes.
    #[uniffi::constructor]
    pub fn resume(state: Vec<u8>) -> Result<Arc<Self>, SrpError> {
        Ok(Arc::new(srp::SignIn::resume(&Zeroizing::new(state))?.into()))
    }

    /// `SRP_A`: hexadecimal.
    pub fn srp_a(&self) -> String {
        self.srp_a.clone()
    }

    /// Answers `DEVICE_PASSWORD_VERIFIER`. Without a timestamp, the current time is used. Unless the device, its secret or the
    /// timestamp is rejected, the sign-in cannot be used again.
    #[uniffi::method(default(timestamp = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "each text is one buffer, which is wiped; a record's would be copied"
    )]
    pub fn answer_device(
        &self,
        device_group_key: &str,
        device_key: &str,
        device_secret: String,
        srp_b: &str,
        salt: &str,
        secret_block: &str,
        timestamp: Option<Timestamp>,
    ) -> Result<PasswordClaim, SrpError> {
        let device_secret = Zeroizing::new(device_secret);
        without_nul(&[device_group_key, device_key, &device_secret])?;
        let device = Device::new(device_group_key, device_key)?;
        let secret = DeviceSecret::from_text(&device_secret)?;
        self.answer(
            &Credentials::device(device, &secret),
            &Challenge { srp_b, salt, secret_block },
            timestamp,
        )
    }

    /// Answers `PASSWORD_VERIFIER`. `user_id_for_srp` is `USER_ID_FOR_SRP` of the challenge.
    #[uniffi::method(default(timestamp = None))]
    #[expect(clippy::too_many_arguments, reason = "as of answer_device")]
    pub fn answer_user(
        &self,
        user_pool_id: &str,
        user_id_for_srp: &str,
        password: String,
        srp_b: &str,
        salt: &str,
        secret_block: &str,
        timestamp: Option<Timestamp>,
    ) -> Result<PasswordClaim, SrpError> {
        let password = Zeroizing::new(password);
        without_nul(&[user_pool_id, user_id_for_srp, &password])?;
        let user = Credentials::user(user_pool_id, user_id_for_srp, &password)?;
        self.answer(&user, &Challenge { srp_b, salt, secret_block }, timestamp)
    }

    /// Answers `PASSWORD_VERIFIER` with the hash of the password: 32 bytes, SHA-256 of pool name, user id, ":" and password.
    #[uniffi::method(default(timestamp = None))]
    #[expect(clippy::too_many_arguments, reason = "as of answer_device")]
    pub fn answer_user_hashed(
        &self,
        user_pool_id: &str,
        user_id_for_srp: &str,
        password_hash: Vec<u8>,
        srp_b: &str,
        salt: &str,
        secret_block: &str,
        timestamp: Option<Timestamp>,
    ) -> Result<PasswordClaim, SrpError> {
        let password_hash = Zeroizing::new(password_hash);
        without_nul(&[user_pool_id, user_id_for_srp])?;
        let hash = password_hash.as_slice().try_into().map_err(|_| srp::Error::ArgumentLength)?;
        let user = Credentials::user_hashed(user_pool_id, user_id_for_srp, hash)?;
        self.answer(&user, &Challenge { srp_b, salt, secret_block }, timestamp)
    }

    /// Returns the sign-in as bytes, to be answered later or by another process. This object can then no longer answer.
    pub fn suspend(&self) -> Result<Arc<SuspendedSignIn>, SrpError> {
        Ok(Arc::new(SuspendedSignIn(self.take()?.suspend())))
    }
}

/// A suspended sign-in. Its bytes contain the ephemeral, which is a secret.
#[derive(uniffi::Object)]
pub struct SuspendedSignIn(srp::SuspendedSignIn);

#[uniffi::export]
impl SuspendedSignIn {
    /// The bytes for `SignIn.resume`. Store them like a secret.
    pub fn expose_secret(&self) -> Vec<u8> {
        self.0.expose_secret().to_vec()
    }
}

/// The answer to a challenge.
#[derive(uniffi::Record)]
pub struct PasswordClaim {
    /// `PASSWORD_CLAIM_SIGNATURE`: base64.
    pub signature: String,
    /// `TIMESTAMP`, as it was signed.
    pub timestamp: String,
}

/// The time of an answer.
#[derive(uniffi::Enum)]
pub enum Timestamp {
    /// Seconds since the beginning of 1970, UTC.
    Unix {
        /// The number of seconds.
        seconds: i64,
    },
    /// A text in the format of `TIMESTAMP`, as in `Thu Jan 2 03:04:05 UTC 2025`.
    Text {
        /// The text.
        text: String,
    },
}

impl Timestamp {
    fn or_now(timestamp: Option<Self>) -> Result<srp::Timestamp, srp::Error> {
        match timestamp {
            Some(Self::Unix { seconds }) => srp::Timestamp::from_unix(seconds),
            Some(Self::Text { text }) => without_nul(&[&text]).and_then(|()| srp::Timestamp::parse(&text)),
            None => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                let seconds = now.map_err(|_| srp::Error::TimestampOutOfRange)?.as_secs();
                srp::Timestamp::from_unix(seconds.try_into().map_err(|_| srp::Error::TimestampOutOfRange)?)
            }
        }
    }
}
