//! The secret number that each side draws for one sign-in.

use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::power;
use crate::arithmetic::residue::{self, Residue};
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
use crate::entropy;
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::hygiene::wipe::wipe;
use core::num::NonZero;

/// A client's a or a verifier's b: a secret exponent, good for one sign-in. What takes it takes it away.
///
/// A new one has 256 random bits, the least that RFC 5054 allows: 2^a then hides a as well as the group can, and a
/// longer one makes every sign-in slower.
///
/// # Security
/// Wiped on drop, but not where it was before it was moved: hand it on at once. Not `Clone`, `Debug` or comparable.
pub struct Ephemeral {
    exponent: Exponent<64>,
    bits: NonZero<usize>,
}

impl Ephemeral {
    /// Bytes of a new ephemeral.
    pub const ENTROPY: usize = 32;
    /// Bytes of the longest one that can be given.
    pub const MAX_LEN: usize = 256;

    /// From the operating system's randomness.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    #[cfg(feature = "getrandom")]
    pub fn generate() -> Result<Self, Error> {
        entropy::draw(|bytes| getrandom::fill(bytes).is_ok(), Self::from_entropy)
    }

    /// From a generator of the caller.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if it fails or leaves a word of zeros.
    #[cfg(feature = "rand_core")]
    pub fn generate_with(rng: &mut impl rand_core::TryCryptoRng) -> Result<Self, Error> {
        entropy::draw(|bytes| rng.try_fill_bytes(bytes).is_ok(), Self::from_entropy)
    }

    /// From 32 random bytes of the caller: uniform, unpredictable, used once. They are wiped, whatever the outcome.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if all are zero.
    pub fn from_entropy(entropy: &mut [u8; 32]) -> Result<Self, Error> {
        with_stack_wiped::<POWER_OF_G, _>(|| {
            let ephemeral = Self::from_bytes(entropy).map_err(|_| Error::RandomnessUnavailable);
            wipe(entropy);
            ephemeral
        })
    }

    /// A given one, big-endian, of 1 to 256 bytes: for known answers, and for a sign-in that another process began. Its
    /// length is public.
    ///
    /// # Errors
    /// [`Error::EphemeralOutOfRange`] if it is empty, zero or longer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match NonZero::new(8 * bytes.len()) {
            Some(bits) if bytes.len() <= Self::MAX_LEN && !ct::reveal_is_zero(bytes) => {
                Ok(Self { exponent: Exponent::from_bytes(bytes), bits })
            }
            _ => Err(Error::EphemeralOutOfRange),
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        Self { exponent: self.exponent.low(), bits: self.bits }
    }

    /// 2^self mod N
    pub(super) fn public(&self) -> Residue {
        if self.bits.get() <= 256 { power::pow_g(&self.exponent.low()) } else { self.raise(&residue::TWO) }
    }

    /// base^self mod N
    pub(super) fn raise(&self, base: &Residue) -> Residue {
        power::pow(base, &self.exponent, self.bits.get())
    }

    /// base^(self + u x) mod N
    pub(super) fn raise_with(&self, base: &Residue, u: &Exponent<8>, x: &Exponent<8>) -> Residue {
        let exponent: Exponent<65> = self.exponent.plus_product(u, x);
        power::pow(base, &exponent, self.bits.get().max(512) + 1)
    }
}
