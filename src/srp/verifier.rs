//! The service's side of a sign-in, with a verifier that it stored. For proofs, emulators and tests.

use super::credentials::{Claimant, Credentials};
use super::ephemeral::Ephemeral;
use super::exchange::{NotPublic, claim_key, claim_mac, public_b, public_number, scrambler, verifier_shared};
use super::salt::Salt;
use crate::arithmetic::power;
use crate::arithmetic::residue::{BYTES, Residue};
use crate::encoding::{Hex, decode_base64};
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{CHALLENGE, POWER_OF_G, with_stack_wiped};
use core::fmt;

/// v = 2^x of credentials under a salt.
pub(crate) fn derive_verifier(credentials: &Credentials<'_>, salt: &Salt) -> Residue {
    power::pow_g(&credentials.private_key(salt))
}

/// A verifier and its salt, as a service stores them, of a device or of a user.
///
/// ```
/// use cognito_device_srp::{Credentials, Salt, verifier::StoredVerifier};
///
/// let alice = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse")?;
/// let stored = StoredVerifier::for_user(&alice, Salt::from_bytes(&[7; 16])?);
/// // store these two, and read them again
/// let (bytes, salt) = (*stored.verifier(), *stored.salt());
/// let again = StoredVerifier::from_parts(&bytes, salt)?;
/// assert_eq!(again.verifier(), stored.verifier());
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// Somebody who has a verifier can try guesses of a weak password offline. So `Debug` does not show it, and it is wiped on drop.
pub struct StoredVerifier {
    verifier: Residue,
    salt: Salt,
}

impl StoredVerifier {
    /// How many bytes a verifier has.
    pub const LEN: usize = BYTES;

    /// The verifier of a user's password, or of any credentials. No client sends the verifier of a user: the pool makes it when
    /// the password is set.
    pub fn for_user(credentials: &Credentials<'_>, salt: Salt) -> Self {
        with_stack_wiped::<POWER_OF_G, _>(|| Self::new(derive_verifier(credentials, &salt), salt))
    }

    /// A verifier that was stored: a big-endian number of up to 384 bytes, and its salt.
    ///
    /// # Errors
    /// [`Error::VerifierOutOfRange`] unless 0 < v < N.
    pub fn from_parts(verifier: &[u8], salt: Salt) -> Result<Self, Error> {
        let verifier = Residue::from_bytes_vartime(verifier).ok_or(Error::VerifierOutOfRange)?;
        Ok(Self::new(verifier, salt))
    }

    pub(crate) fn new(verifier: Residue, salt: Salt) -> Self {
        Self { verifier, salt }
    }

    /// v: 384 bytes, big-endian, zeros in front.
    pub fn verifier(&self) -> &[u8; Self::LEN] {
        &self.verifier.0
    }

    /// The salt.
    pub fn salt(&self) -> &Salt {
        &self.salt
    }

    /// Answers `SRP_A` with B = k v + 2^b.
    ///
    /// # Errors
    /// [`Error::SrpAMalformed`], [`Error::SrpAOutOfRange`] (also for 0, which would make S known to everybody),
    /// [`Error::ScramblerZero`].
    #[inline(never)] // frame: its frame is below the caller's, where the stack is wiped
    pub fn challenge(&self, srp_a: &str, ephemeral: Ephemeral) -> Result<IssuedChallenge, Error> {
        let public_a = public_number(srp_a).map_err(|not_public| match not_public {
            NotPublic::Malformed => Error::SrpAMalformed,
            NotPublic::OutOfRange => Error::SrpAOutOfRange,
        })?;
        with_stack_wiped::<CHALLENGE, _>(|| {
            let public_b = public_b(&self.verifier, &ephemeral);
            let u = scrambler(&public_a, &public_b).ok_or(Error::ScramblerZero)?;
            let shared = verifier_shared(&self.verifier, &public_a, &u, &ephemeral);
            Ok(self.issue(&public_b, u, shared))
        })
    }

    #[inline(never)] // frame: the texts are not in the frame that is wiped
    fn issue(&self, public_b: &Residue, u: [u8; 32], shared: Residue) -> IssuedChallenge {
        IssuedChallenge {
            expected: ExpectedClaim { u, shared },
            srp_b: Hex::encode(&public_b.0),
            salt: self.salt.to_hex(),
        }
    }
}

impl fmt::Debug for StoredVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredVerifier").field("salt", &self.salt).finish_non_exhaustive()
    }
}

/// A challenge that waits for its answer. It can check one answer. It contains S, so `Debug` shows nothing. [The
/// module](crate::verifier) has an example of both sides.
pub struct IssuedChallenge {
    expected: ExpectedClaim,
    srp_b: Hex<{ 2 * BYTES }>,
    salt: Hex<{ 2 * Salt::MAX_LEN }>,
}

/// The answer to a challenge, as it came. [The module](crate::verifier) has an example of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// `PASSWORD_CLAIM_SECRET_BLOCK`. The caller must check that it is the one that was sent.
    pub secret_block: &'a str,
    /// `TIMESTAMP`. The caller must check that it is recent. The signature covers the text as it is. The service accepts only a
    /// signature of the canonical text, `EEE MMM d HH:mm:ss UTC yyyy` with a day that is not padded. The caller must check this
    /// too: the text is canonical if [`Timestamp::parse`](crate::Timestamp::parse) gives a timestamp with the same
    /// [`as_str`](crate::Timestamp::as_str).
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

    /// Whether the claim was signed with the secret that the verifier was made from, by a [`Device`](crate::Device), by
    /// the owner of [`Credentials`], or by [`Claimant::user`]. Compared in constant time.
    ///
    /// # Errors
    /// [`Error::SecretBlockNotBase64`]. [`Error::SignatureMismatch`] if it was not, for any reason.
    pub fn check<'c>(self, claimant: impl Into<Claimant<'c>>, claim: &Claim<'_>) -> Result<(), Error> {
        self.check_by_ref(claimant.into(), claim)
    }

    pub(crate) fn check_by_ref(&self, claimant: Claimant<'_>, claim: &Claim<'_>) -> Result<(), Error> {
        self.expected.check(claimant, claim)
    }

    /// The values that the claim is checked with.
    #[cfg(feature = "capi")]
    pub(crate) fn expected(&self) -> &ExpectedClaim {
        &self.expected
    }
}

/// The values that a claim is checked with: u and S.
pub(crate) struct ExpectedClaim {
    u: [u8; 32],
    shared: Residue,
}

impl ExpectedClaim {
    /// Bytes of [`write_state`](Self::write_state).
    #[cfg(feature = "capi")]
    pub(crate) const STATE_LEN: usize = 32 + BYTES;

    /// u and S, both big-endian.
    #[cfg(feature = "capi")]
    pub(crate) fn write_state(&self, state: &mut [u8; Self::STATE_LEN]) {
        let (u, shared) = state.split_at_mut(self.u.len());
        u.copy_from_slice(&self.u);
        shared.copy_from_slice(&self.shared.0);
    }

    /// What [`write_state`](Self::write_state) wrote. `None` if u is zero, which no challenge has: a state that was wiped.
    #[cfg(feature = "capi")]
    pub(crate) fn from_state(state: &[u8; Self::STATE_LEN]) -> Option<Self> {
        let (u, shared) = state.split_first_chunk()?;
        let shared = Residue(*shared.first_chunk()?);
        u.iter().any(|&byte| byte != 0).then_some(Self { u: *u, shared })
    }

    #[inline(never)] // frame: its frame is below the caller's, where the stack is wiped
    pub(crate) fn check(&self, claimant: Claimant<'_>, claim: &Claim<'_>) -> Result<(), Error> {
        with_stack_wiped::<CHALLENGE, _>(|| {
            let key = claim_key(&self.u, &self.shared);
            let mac = claim_mac(&key, claimant, claim.secret_block, claim.timestamp)
                .map_err(|_| Error::SecretBlockNotBase64)?;
            let signature = decode_base64::<33>(claim.signature).ok_or(Error::SignatureMismatch)?;
            let matches = ct::reveal_equal(&*mac.finish(), signature.as_slice());
            if matches { Ok(()) } else { Err(Error::SignatureMismatch) }
        })
    }
}

impl fmt::Debug for IssuedChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedChallenge(..)")
    }
}
