//! Who signs in, and with what.

use super::hash;
use super::salt::Salt;
use crate::arithmetic::exponent::Exponent;
use crate::error::Error;
use core::fmt;

/// The two texts that identify who signs in, without the password: what a verifier knows.
///
/// Make it with `into()` from a [`Device`](crate::Device) or from [`Credentials`], or with [`user`](Self::user) for a user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Claimant<'a> {
    pub(crate) group: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> Claimant<'a> {
    /// A user of a pool.
    ///
    /// `user_pool_id` is the pool's id, as in `us-east-1_AbCdEfGhI`. The protocol hashes the pool's name, which is the part
    /// after the underscore (up to a second underscore, if there is one). `user_id_for_srp` is `USER_ID_FOR_SRP` of the
    /// challenge. It can differ from what the user typed.
    ///
    /// ```
    /// use cognito_device_srp::{Error, verifier::Claimant};
    ///
    /// assert!(Claimant::user("us-east-1_AbCdEfGhI", "alice").is_ok());
    /// assert_eq!(Claimant::user("us-east-1", "alice"), Err(Error::UserPoolIdMalformed));
    /// ```
    ///
    /// # Errors
    /// [`Error::UserPoolIdMalformed`], [`Error::UserIdEmpty`].
    pub fn user(user_pool_id: &'a str, user_id_for_srp: &'a str) -> Result<Self, Error> {
        // bytes, since splitting a `str` leaves code that can panic in the image of a small machine
        let mut lengths = user_pool_id.as_bytes().split(|&byte| byte == b'_').map(<[u8]>::len);
        let pool_name = match (lengths.next(), lengths.next()) {
            (Some(region @ 1..), Some(name @ 1..)) => user_pool_id.get(region + 1..region + 1 + name),
            _ => None,
        };
        match pool_name {
            None => Err(Error::UserPoolIdMalformed),
            Some(_) if user_id_for_srp.is_empty() => Err(Error::UserIdEmpty),
            Some(group) => Ok(Self { group, name: user_id_for_srp }),
        }
    }
}

impl fmt::Debug for Claimant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claimant(..)")
    }
}

/// Who signs in, with what: a device with its secret, or a user with a password.
///
/// The texts are borrowed, and their owners must wipe them. The calls are the same for devices and users:
/// [`SignIn::answer`](crate::SignIn::answer) and
/// [`IssuedChallenge::check`](crate::verifier::IssuedChallenge::check).
///
/// ```
/// use cognito_device_srp::{Credentials, Device, DeviceSecret, Error};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let secret = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==")?;
/// let of_a_device = Credentials::device(device, &secret);
/// let of_a_user = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse")?;
/// assert_eq!(Credentials::user("us-east-1_AbCdEfGhI", "alice", "").unwrap_err(), Error::PasswordEmpty);
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// `Debug` shows nothing.
pub struct Credentials<'a> {
    claimant: Claimant<'a>,
    password: Password<'a>,
}

enum Password<'a> {
    Text(&'a [u8]),
    Hash(&'a [u8; 32]),
}

impl<'a> Credentials<'a> {
    /// The credentials of a user of a pool. [`Claimant::user`] explains the first two arguments.
    ///
    /// # Errors
    /// [`Error::UserPoolIdMalformed`], [`Error::UserIdEmpty`], [`Error::PasswordEmpty`].
    pub fn user(user_pool_id: &'a str, user_id_for_srp: &'a str, password: &'a str) -> Result<Self, Error> {
        let claimant = Claimant::user(user_pool_id, user_id_for_srp)?;
        if password.is_empty() {
            Err(Error::PasswordEmpty)
        } else {
            Ok(Self::new(claimant, password.as_bytes()))
        }
    }

    /// The credentials of a user, for clients that keep a hash of the password: SHA-256 of the pool's name (the part after the
    /// underscore of its id), the user id, ":" and the password. Somebody who has the hash can sign in as the user.
    ///
    /// # Errors
    /// [`Error::UserPoolIdMalformed`], [`Error::UserIdEmpty`].
    pub fn user_hashed(
        user_pool_id: &'a str,
        user_id_for_srp: &'a str,
        password_hash: &'a [u8; 32],
    ) -> Result<Self, Error> {
        let claimant = Claimant::user(user_pool_id, user_id_for_srp)?;
        Ok(Self { claimant, password: Password::Hash(password_hash) })
    }

    /// Requires a password that is not empty.
    pub(crate) fn new(claimant: Claimant<'a>, password: &'a [u8]) -> Self {
        debug_assert!(!password.is_empty());
        Self { claimant, password: Password::Text(password) }
    }

    pub(crate) fn claimant(&self) -> Claimant<'a> {
        self.claimant
    }

    /// x = H(salt || I)
    #[inline(never)] // frame: the hash states are not in the frame of the arithmetic
    pub(crate) fn private_key(&self, salt: &Salt) -> Exponent<8> {
        let salt = salt.as_signed_bytes();
        let Claimant { group, name } = self.claimant;
        Exponent::from_bytes(&*match self.password {
            Password::Text(text) => hash::private_key(salt, &hash::identity_hash(group, name, text)),
            Password::Hash(hash) => hash::private_key(salt, hash),
        })
    }
}

impl<'a> From<&Credentials<'a>> for Claimant<'a> {
    fn from(credentials: &Credentials<'a>) -> Self {
        credentials.claimant
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}
