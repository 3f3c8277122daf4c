//! The client: `SRP_A`, then the answer to a challenge.

use super::identity::{Identity, PoolUser};
use super::{Ephemeral, K, Timestamp, claim_key, claim_mac, for_each_decoded, public_key, scrambler};
use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::power;
use crate::arithmetic::residue::{BYTES, Residue};
use crate::encoding::{Base64, Hex};
use crate::error::Error;
use crate::hash;
use crate::hygiene::ct;
use crate::hygiene::stack::{ANSWER, POWER_OF_G, with_stack_wiped};
use crate::metadata::NewDeviceMetadata;
use crate::secret::{DeviceSecret, Salt};

/// What the service sends in `ChallengeParameters` of `DEVICE_PASSWORD_VERIFIER` or `PASSWORD_VERIFIER`, as it came.
/// All of it is checked before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge<'a> {
    /// `SRP_B`: hexadecimal.
    pub srp_b: &'a str,
    /// `SALT`: hexadecimal.
    pub salt: &'a str,
    /// `SECRET_BLOCK`: base64, of any length.
    pub secret_block: &'a str,
}

impl<'a> Challenge<'a> {
    /// The challenge of `ChallengeParameters`, which `parameter` looks up by name.
    ///
    /// ```
    /// use cognito_device_srp::Challenge;
    /// use std::collections::HashMap;
    ///
    /// let parameters = HashMap::from([("SRP_B", "0c"), ("SALT", "0d"), ("SECRET_BLOCK", "k3dX"), ("USERNAME", "alice")]);
    /// let challenge = Challenge::from_parameters(|name| parameters.get(name).copied())?;
    /// assert_eq!(challenge, Challenge { srp_b: "0c", salt: "0d", secret_block: "k3dX" });
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ChallengeIncomplete`].
    pub fn from_parameters(parameter: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Error> {
        let parameter = |name| parameter(name).ok_or(Error::ChallengeIncomplete);
        Ok(Self {
            srp_b: parameter("SRP_B")?,
            salt: parameter("SALT")?,
            secret_block: parameter("SECRET_BLOCK")?,
        })
    }
}

/// A sign-in that has begun. It can be answered once.
///
/// ```
/// use cognito_device_srp::{Challenge, DeviceSecret, Ephemeral, NewDeviceMetadata, SignIn, Timestamp};
/// # use cognito_device_srp::{Claim, DeviceRegistration, StoredVerifier};
///
/// let device = NewDeviceMetadata {
///     device_group_key: "-NXiVKS5p",
///     device_key: "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8",
/// };
/// # let registration = DeviceRegistration::generate(device)?;
/// # let kept = registration.secret.expose_secret();
/// let secret = DeviceSecret::from_text(kept)?;
///
/// let sign_in = SignIn::start(Ephemeral::generate()?);
/// // RespondToAuthChallenge, DEVICE_SRP_AUTH, with sign_in.srp_a(); the answer is a challenge
/// # let issued = StoredVerifier::from_config(&registration.config)?.challenge(sign_in.srp_a(), Ephemeral::generate()?)?;
/// # let (srp_b, salt, secret_block, now) = (issued.srp_b(), issued.salt(), "k3dX8yL3YxhLlZLasmbzTkU=", 1_522_798_170);
/// let challenge = Challenge { srp_b, salt, secret_block };
/// let claim = sign_in.answer_device(device, &secret, &challenge, &Timestamp::from_unix(now)?)?;
/// // RespondToAuthChallenge, DEVICE_PASSWORD_VERIFIER, with claim.signature() and claim.timestamp()
/// # issued.check_device(device, &Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() })?;
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// Constant time in the ephemeral, the secret and all that follows from them; what is public of S is how long its signed
/// form is, since that many bytes are hashed. Everything secret is wiped.
pub struct SignIn {
    ephemeral: Ephemeral,
    public: Residue,
    srp_a: Hex<{ 2 * BYTES }>,
}

impl SignIn {
    /// Computes A = 2^a mod N.
    pub fn start(ephemeral: Ephemeral) -> Self {
        Self::start_from(&ephemeral)
    }

    #[inline(never)]
    pub(crate) fn start_from(ephemeral: &Ephemeral) -> Self {
        let public = with_stack_wiped::<POWER_OF_G, _>(|| ephemeral.public());
        ct::declassify(&public.0);
        let srp_a = Hex::encode(&public.0);
        // a copy: what is moved is not wiped where it was
        Self { ephemeral: ephemeral.duplicate(), public, srp_a }
    }

    /// `SRP_A`: A in hexadecimal, lower case, not padded, at most 768 digits.
    pub fn srp_a(&self) -> &str {
        self.srp_a.as_str()
    }

    /// Answers `DEVICE_PASSWORD_VERIFIER`.
    ///
    /// # Errors
    /// Those of [`NewDeviceMetadata::check`], and whatever is wrong with the challenge: [`Error::SrpBMalformed`],
    /// [`Error::SrpBOutOfRange`], [`Error::ScramblerZero`], [`Error::SaltNotHex`], [`Error::SaltTooLong`],
    /// [`Error::SecretBlockNotBase64`]. Nothing has been computed from the secret then.
    pub fn answer_device(
        self,
        device: NewDeviceMetadata<'_>,
        secret: &DeviceSecret<'_>,
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        self.answer(device.try_into()?, secret.as_bytes(), challenge, timestamp)
    }

    /// Answers `PASSWORD_VERIFIER`, the same step for a user with a password.
    ///
    /// # Errors
    /// [`Error::UserPoolIdMalformed`], [`Error::UserIdEmpty`], [`Error::PasswordEmpty`]; and as
    /// [`answer_device`](Self::answer_device) for the challenge.
    pub fn answer_user(
        self,
        user: PoolUser<'_>,
        password: &str,
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        if password.is_empty() {
            return Err(Error::PasswordEmpty);
        }
        self.answer(user.try_into()?, password.as_bytes(), challenge, timestamp)
    }

    #[inline(never)]
    pub(crate) fn answer(
        &self,
        identity: Identity<'_>,
        password: &[u8],
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        let public_b = public_key(challenge.srp_b, Error::SrpBMalformed, Error::SrpBOutOfRange)?;
        let salt = Salt::from_hex(challenge.salt)?;
        for_each_decoded(challenge.secret_block, |_| {})?;
        let u = self.scrambler(&public_b)?;
        with_stack_wiped::<ANSWER, _>(|| {
            let Identity { group, name } = identity;
            let x = Exponent::from_bytes(&*hash::x(salt.as_signed_bytes(), group, name, password));
            let key = claim_key(&u, &self.shared(&public_b, &u, &x));
            let signature = claim_mac(&key, identity, challenge.secret_block, timestamp.as_str())?.finish();
            ct::declassify(&*signature);
            Ok(PasswordClaim { signature: Base64::of(&signature), timestamp: *timestamp })
        })
    }

    /// u, refused if it is zero.
    pub(crate) fn scrambler(&self, public_b: &Residue) -> Result<[u8; 32], Error> {
        scrambler(&self.public, public_b)
    }

    /// S = (B - k 2^x)^(a + u x) mod N. A function of its own, so that its table of powers is not on the stack between what
    /// is wiped and the hashes.
    #[inline(never)]
    pub(crate) fn shared(&self, public_b: &Residue, u: &[u8; 32], x: &Exponent<8>) -> Residue {
        let verifier = power::pow_g(x);
        let base = power::sub_product(public_b, &K, &verifier);
        self.ephemeral.raise_with(&base, &Exponent::from_bytes(u), x)
    }

    /// The sign-in of an ephemeral and its A, which must belong together.
    #[cfg(feature = "capi")]
    pub(crate) fn resume(ephemeral: &Ephemeral, public: Residue) -> Self {
        let srp_a = Hex::encode(&public.0);
        Self { ephemeral: ephemeral.duplicate(), public, srp_a }
    }

    /// A
    #[cfg(any(feature = "__internals", feature = "capi"))]
    pub(crate) fn public(&self) -> &Residue {
        &self.public
    }
}

/// The proof that the secret is known, for one challenge and one moment: what goes into the answer beside what came
/// with the challenge.
#[derive(Clone, Copy, Debug)]
pub struct PasswordClaim {
    signature: Base64<44>,
    timestamp: Timestamp,
}

impl PasswordClaim {
    /// `PASSWORD_CLAIM_SIGNATURE`: base64, 44 characters.
    pub fn signature(&self) -> &str {
        self.signature.as_str()
    }

    /// `TIMESTAMP`, as it was signed.
    pub fn timestamp(&self) -> &str {
        self.timestamp.as_str()
    }
}
