//! The client: `SRP_A`, then the answer to a challenge.

use super::credentials::{Claimant, Credentials};
use super::ephemeral::Ephemeral;
use super::exchange::{
    NotPublic, claim_key, claim_mac, client_shared, decode_secret_block, public_number, scrambler,
};
use super::hash::ClaimKey;
use super::salt::Salt;
use super::timestamp::Timestamp;
use crate::arithmetic::residue::{BYTES, Residue};
use crate::encoding::{Base64, Hex};
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{ANSWER, POWER_OF_G, with_stack_wiped};
use crate::hygiene::wipe::Wiped;
use core::fmt;

/// The `ChallengeParameters` of `DEVICE_PASSWORD_VERIFIER` or `PASSWORD_VERIFIER`, as the service sent them. [`SignIn::answer`]
/// checks all of them before it uses any.
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

/// A sign-in that has begun. It can answer one challenge.
///
/// ```
/// use cognito_device_srp::{Challenge, Credentials, Device, DeviceSecret, SignIn, Timestamp};
/// # use cognito_device_srp::{DeviceRegistration, Ephemeral, verifier::{Claim, StoredVerifier}};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// # let registration = DeviceRegistration::generate(device)?;
/// # let stored_text = registration.secret().expose_secret();
/// let secret = DeviceSecret::from_text(stored_text)?;
///
/// let sign_in = SignIn::generate()?;
/// // RespondToAuthChallenge, DEVICE_SRP_AUTH, with sign_in.srp_a(); the answer is a challenge
/// # let issued = StoredVerifier::for_device(registration.config())?.challenge(sign_in.srp_a(), Ephemeral::generate()?)?;
/// # let (srp_b, salt, secret_block, now) = (issued.srp_b(), issued.salt(), "k3dX8yL3YxhLlZLasmbzTkU=", 1_522_798_170);
/// let challenge = Challenge { srp_b, salt, secret_block };
/// let claim = sign_in.answer(&Credentials::device(device, &secret), &challenge, &Timestamp::from_unix(now)?)?;
/// // RespondToAuthChallenge, DEVICE_PASSWORD_VERIFIER, with claim.signature() and claim.timestamp()
/// # issued.check(device, &Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() })?;
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// A user signs in by the same calls, with [`Credentials::user`]:
///
/// ```
/// use cognito_device_srp::{Challenge, Credentials, SignIn, Timestamp};
/// # use cognito_device_srp::{Ephemeral, Salt, verifier::{Claim, StoredVerifier}};
///
/// let sign_in = SignIn::generate()?;
/// // InitiateAuth, USER_SRP_AUTH, with sign_in.srp_a(); the answer is the challenge PASSWORD_VERIFIER
/// # let alice = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse")?;
/// # let issued = StoredVerifier::for_user(&alice, Salt::generate()?).challenge(sign_in.srp_a(), Ephemeral::generate()?)?;
/// # let (srp_b, salt, secret_block, now) = (issued.srp_b(), issued.salt(), "k3dX8yL3YxhLlZLasmbzTkU=", 1_522_798_170);
/// let challenge = Challenge { srp_b, salt, secret_block };
/// // the user pool's id, USER_ID_FOR_SRP of the challenge, the password
/// let user = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse")?;
/// let claim = sign_in.answer(&user, &challenge, &Timestamp::from_unix(now)?)?;
/// // RespondToAuthChallenge, PASSWORD_VERIFIER, with claim.signature() and claim.timestamp()
/// # issued.check(&user, &Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() })?;
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// Constant time in the ephemeral, the secret and all values computed from them, except the length of the signed form of S, which is
/// public because the protocol hashes that many bytes. Everything secret is wiped. `Debug` shows nothing.
pub struct SignIn {
    ephemeral: Ephemeral,
    srp_a: Hex<{ 2 * BYTES }>,
}

impl SignIn {
    /// Begins with randomness from the operating system.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    #[cfg(feature = "getrandom")]
    pub fn generate() -> Result<Self, Error> {
        Ephemeral::generate().map(Self::start)
    }

    /// Begins with randomness from a generator of the caller.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if it fails, or if one of the 8-byte words of its output is zero.
    #[cfg(feature = "rand_core")]
    pub fn generate_with(rng: &mut impl rand_core::TryCryptoRng) -> Result<Self, Error> {
        Ephemeral::generate_with(rng).map(Self::start)
    }

    /// Begins with 32 random bytes of the caller: uniform, unpredictable, used once. They are wiped, also on an error.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if all are zero.
    pub fn from_entropy(entropy: &mut [u8; 32]) -> Result<Self, Error> {
        Ephemeral::from_entropy(entropy).map(Self::start)
    }

    /// Begins with a given ephemeral: computes A = 2^a mod N.
    #[inline(never)] // frame: the moved argument is not copied again
    pub fn start(ephemeral: Ephemeral) -> Self {
        Self::start_by(&ephemeral)
    }

    #[inline(never)] // frame: by reference, since a move leaves a copy that is not wiped
    pub(crate) fn start_by(ephemeral: &Ephemeral) -> Self {
        let public = with_stack_wiped::<POWER_OF_G, _>(|| ephemeral.public());
        ct::declassify(&public.0);
        Self { ephemeral: ephemeral.duplicate(), srp_a: Hex::encode(&public.0) }
    }

    /// `SRP_A`: A in hexadecimal, lower case, not padded, at most 768 digits.
    pub fn srp_a(&self) -> &str {
        self.srp_a.as_str()
    }

    /// Answers `DEVICE_PASSWORD_VERIFIER` or `PASSWORD_VERIFIER`. The step is the same for a device with its secret and for a
    /// user with a password.
    ///
    /// # Errors
    /// If the challenge is invalid: [`Error::SrpBMalformed`], [`Error::SrpBOutOfRange`], [`Error::ScramblerZero`],
    /// [`Error::SaltNotHex`], [`Error::SaltTooLong`], [`Error::SecretBlockNotBase64`]. Then nothing has been computed from the
    /// secret.
    #[inline(never)] // frame: the moved argument is not copied again
    pub fn answer(
        self,
        credentials: &Credentials<'_>,
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        self.answer_by_ref(credentials, challenge, timestamp)
    }

    #[inline(never)] // frame: its frame is below the caller's, where the stack is wiped
    pub(crate) fn answer_by_ref(
        &self,
        credentials: &Credentials<'_>,
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        with_stack_wiped::<ANSWER, _>(|| {
            let mut number = public_number(challenge.srp_b);
            let number = number.as_mut().map_err(|not_public| match not_public {
                NotPublic::Malformed => Error::SrpBMalformed,
                NotPublic::OutOfRange => Error::SrpBOutOfRange,
            })?;
            let salt = Salt::from_hex(challenge.salt)?;
            decode_secret_block(challenge.secret_block, |_| {}).map_err(|_| Error::SecretBlockNotBase64)?;
            let u = self.scrambler(number)?;
            client_shared(number, &self.ephemeral, &u, &credentials.private_key(&salt));
            let signature = sign(&claim_key(&u, number), credentials.claimant(), challenge, timestamp)?;
            Ok(PasswordClaim { signature, timestamp: *timestamp })
        })
    }

    /// u = H(A || B)
    #[inline(never)] // frame: A is not in the caller's frame while S is computed
    fn scrambler(&self, public_b: &Residue) -> Result<[u8; 32], Error> {
        scrambler(&self.public()?, public_b).ok_or(Error::ScramblerZero)
    }

    /// A
    pub(crate) fn public(&self) -> Result<Residue, Error> {
        public_number(self.srp_a()).map_err(|_| Error::SuspendedSignInMalformed)
    }

    /// Puts the sign-in into bytes, so that it can be answered later, or by another process.
    ///
    /// ```
    /// use cognito_device_srp::{Ephemeral, SignIn, SuspendedSignIn};
    ///
    /// let sign_in = SignIn::start(Ephemeral::from_bytes(&[10])?);
    /// let suspended = sign_in.suspend();
    /// assert_eq!(suspended.expose_secret().len(), SuspendedSignIn::LEN);
    /// let resumed = SignIn::resume(suspended.expose_secret())?;
    /// assert_eq!(resumed.srp_a(), "400");
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Security
    /// The bytes contain the ephemeral. Somebody who has them and the messages of the sign-in can try guesses of the password
    /// offline. Store them like a secret, and resume them once.
    pub fn suspend(self) -> SuspendedSignIn {
        with_stack_wiped::<POWER_OF_G, _>(|| self.suspend_by_ref())
    }

    fn suspend_by_ref(&self) -> SuspendedSignIn {
        let mut state = Wiped([0; SuspendedSignIn::LEN]);
        let (ephemeral, public) = state.split_at_mut(Ephemeral::STATE_LEN);
        if let Some(ephemeral) = ephemeral.first_chunk_mut() {
            self.ephemeral.write_state(ephemeral);
        }
        for (to, &byte) in public.iter_mut().zip(self.public().iter().flat_map(|public| &public.0)) {
            *to = byte;
        }
        SuspendedSignIn(state)
    }

    /// The sign-in that [`suspend`](Self::suspend) put into these bytes. The caller must wipe the bytes.
    ///
    /// # Errors
    /// [`Error::SuspendedSignInMalformed`] if they are not [`SuspendedSignIn::LEN`] bytes of a suspended sign-in.
    pub fn resume(state: &[u8]) -> Result<Self, Error> {
        let read = || {
            let (ephemeral, public) = state.split_first_chunk()?;
            let ephemeral = Ephemeral::from_state(ephemeral)?;
            let public = Residue::from_bytes_vartime(public.first_chunk::<BYTES>()?)?;
            (state.len() == SuspendedSignIn::LEN).then(|| Self { ephemeral, srp_a: Hex::encode(&public.0) })
        };
        with_stack_wiped::<POWER_OF_G, _>(|| read().ok_or(Error::SuspendedSignInMalformed))
    }
}

/// The signature of a claim.
#[inline(never)] // frame: the state of the MAC is not in the caller's frame while S is computed
fn sign(
    key: &ClaimKey,
    claimant: Claimant<'_>,
    challenge: &Challenge<'_>,
    timestamp: &Timestamp,
) -> Result<Base64<44>, Error> {
    let mac = claim_mac(key, claimant, challenge.secret_block, timestamp.as_str())
        .map_err(|_| Error::SecretBlockNotBase64)?;
    let signature = mac.finish();
    ct::declassify(&*signature);
    Ok(Base64::encode_array(&signature))
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn(..)")
    }
}

/// A sign-in in bytes, between [`SignIn::suspend`] and [`SignIn::resume`]. Wiped on drop. `Debug` does not show it.
///
/// ```
/// use cognito_device_srp::{Ephemeral, Error, SignIn, SuspendedSignIn};
///
/// let suspended = SignIn::start(Ephemeral::from_bytes(&[10])?).suspend();
/// let stored = suspended.expose_secret().to_vec(); // to be kept like a secret until the challenge is there
/// assert_eq!(SignIn::resume(&stored)?.srp_a(), "400");
/// assert_eq!(SignIn::resume(&[0; SuspendedSignIn::LEN]).unwrap_err(), Error::SuspendedSignInMalformed);
/// # Ok::<(), Error>(())
/// ```
pub struct SuspendedSignIn(Wiped<{ Self::LEN }>);

impl SuspendedSignIn {
    /// How many bytes a suspended sign-in has, for every ephemeral.
    pub const LEN: usize = Ephemeral::STATE_LEN + BYTES;

    /// The bytes. Store them like a secret.
    pub fn expose_secret(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for SuspendedSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SuspendedSignIn(..)")
    }
}

/// The proof of knowing the secret, for one challenge and one time. It goes into the answer together with values of the
/// challenge.
///
/// ```
/// use cognito_device_srp::{Challenge, Credentials, Ephemeral, SignIn, Timestamp};
///
/// let sign_in = SignIn::start(Ephemeral::from_bytes(&[10])?); // a given ephemeral, for a known answer
/// let challenge = Challenge { srp_b: "1f", salt: "1f", secret_block: "k3dX8yL3YxhLlZLasmbzTkU=" };
/// let user = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse")?;
/// let claim = sign_in.answer(&user, &challenge, &Timestamp::from_unix(1_735_787_045)?)?;
/// assert_eq!(claim.timestamp(), "Thu Jan 2 03:04:05 UTC 2025");
/// assert_eq!(claim.signature().len(), 44);
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy)]
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

impl fmt::Debug for PasswordClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordClaim").field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}
