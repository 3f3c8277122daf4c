//! The verifier: what Cognito does with a config that it stored.

use super::identity::{Identity, PoolUser};
use super::{Ephemeral, K, claim_key, claim_mac, public_key, scrambler};
use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::power;
use crate::arithmetic::residue::{BYTES, Residue};
use crate::config::DeviceSecretVerifierConfig;
use crate::encoding::{Hex, decode_base64};
use crate::error::Error;
use crate::hash;
use crate::hygiene::ct;
use crate::hygiene::stack::{CHALLENGE, POWER_OF_G, with_stack_wiped};
use crate::metadata::NewDeviceMetadata;
use crate::secret::Salt;

/// A verifier and its salt, as a service stores them, of a device or of a user.
pub struct StoredVerifier {
    verifier: Residue,
    salt: Salt,
}

impl StoredVerifier {
    /// From a device's config, its two texts parsed as a service would.
    ///
    /// # Errors
    /// None for a config that this crate made or accepted.
    #[inline(never)]
    pub fn from_config(config: &DeviceSecretVerifierConfig) -> Result<Self, Error> {
        let (verifier, salt) = config.parse()?;
        Ok(Self { verifier, salt })
    }

    /// The verifier of a user's password, which no client ever sends: a pool makes it when the password is set.
    ///
    /// # Errors
    /// [`Error::UserPoolIdMalformed`], [`Error::UserIdEmpty`], [`Error::PasswordEmpty`].
    pub fn for_user(user: PoolUser<'_>, password: &str, salt: &Salt) -> Result<Self, Error> {
        let Identity { group, name } = user.try_into()?;
        if password.is_empty() {
            return Err(Error::PasswordEmpty);
        }
        with_stack_wiped::<POWER_OF_G, _>(|| {
            let x = Exponent::from_bytes(&*hash::x(salt.as_signed_bytes(), group, name, password.as_bytes()));
            Ok(Self { verifier: power::pow_g(&x), salt: *salt })
        })
    }

    /// Answers `SRP_A` with B = k v + 2^b.
    ///
    /// # Errors
    /// [`Error::SrpAMalformed`], [`Error::SrpAOutOfRange`] (0 too: it would make S known to anybody),
    /// [`Error::ScramblerZero`].
    #[inline(never)]
    pub fn challenge(&self, srp_a: &str, ephemeral: Ephemeral) -> Result<IssuedChallenge, Error> {
        let public_a = public_key(srp_a, Error::SrpAMalformed, Error::SrpAOutOfRange)?;
        with_stack_wiped::<CHALLENGE, _>(|| {
            let public_b = public_b(&self.verifier, &ephemeral);
            let u = scrambler(&public_a, &public_b)?;
            let shared = shared(&self.verifier, &public_a, &u, &ephemeral);
            Ok(self.issue(&public_b, u, shared))
        })
    }

    #[inline(never)]
    fn issue(&self, public_b: &Residue, u: [u8; 32], shared: Residue) -> IssuedChallenge {
        IssuedChallenge { u, shared, srp_b: Hex::encode(&public_b.0), salt: self.salt.to_hex() }
    }
}

/// B = k v + 2^b
#[inline(never)]
pub(crate) fn public_b(verifier: &Residue, ephemeral: &Ephemeral) -> Residue {
    let public_b = power::add_product(&ephemeral.public(), &K, verifier);
    ct::declassify(&public_b.0);
    public_b
}

/// S = (A v^u)^b
#[inline(never)]
pub(crate) fn shared(verifier: &Residue, public_a: &Residue, u: &[u8; 32], ephemeral: &Ephemeral) -> Residue {
    let power = power::pow(verifier, &Exponent::<8>::from_bytes(u), 256);
    ephemeral.raise(&power::mul(public_a, &power))
}

/// A challenge that waits for its answer, which is checked once.
pub struct IssuedChallenge {
    u: [u8; 32],
    shared: Residue,
    srp_b: Hex<{ 2 * BYTES }>,
    salt: Hex<{ 2 * Salt::MAX_LEN }>,
}

/// The answer to a challenge, as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// `PASSWORD_CLAIM_SECRET_BLOCK`. That it is the one that was sent is the caller's to see to.
    pub secret_block: &'a str,
    /// `TIMESTAMP`. That it is recent is the caller's to see to; it is signed as it is written.
    pub timestamp: &'a str,
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: &'a str,
}

impl IssuedChallenge {
    /// `SRP_B`: hexadecimal, lower case, not padded.
    pub fn srp_b(&self) -> &str {
        self.srp_b.as_str()
    }

    /// `SALT`: hexadecimal, lower case, not padded.
    pub fn salt(&self) -> &str {
        self.salt.as_str()
    }

    /// Whether a device signed the claim with the secret that the verifier was made from. Compared in constant time.
    ///
    /// # Errors
    /// Those of [`NewDeviceMetadata::check`], [`Error::SecretBlockNotBase64`]; [`Error::SignatureMismatch`] if it did
    /// not, whatever the reason.
    pub fn check_device(self, device: NewDeviceMetadata<'_>, claim: &Claim<'_>) -> Result<(), Error> {
        self.check(device.try_into()?, claim)
    }

    /// The same for a user.
    ///
    /// # Errors
    /// [`Error::UserPoolIdMalformed`], [`Error::UserIdEmpty`]; and as [`check_device`](Self::check_device).
    pub fn check_user(self, user: PoolUser<'_>, claim: &Claim<'_>) -> Result<(), Error> {
        self.check(user.try_into()?, claim)
    }

    #[inline(never)]
    pub(crate) fn check(&self, identity: Identity<'_>, claim: &Claim<'_>) -> Result<(), Error> {
        with_stack_wiped::<CHALLENGE, _>(|| {
            let mac =
                claim_mac(&claim_key(&self.u, &self.shared), identity, claim.secret_block, claim.timestamp)?;
            let signature = decode_base64::<33>(claim.signature).ok_or(Error::SignatureMismatch)?;
            let matches = ct::reveal_equal(&*mac.finish(), signature.as_slice());
            if matches { Ok(()) } else { Err(Error::SignatureMismatch) }
        })
    }
}
