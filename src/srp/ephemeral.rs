//! The secret number that each side draws for one sign-in.

use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::power;
use crate::arithmetic::residue::{BYTES, Residue};
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
use crate::entropy;
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{ANSWER, POWER_OF_G, with_stack_wiped};
use crate::hygiene::wipe::wipe;

/// A client's a or a verifier's b: a secret exponent, good for one sign-in. A call that uses it consumes it.
///
/// A new one has 256 random bits, the minimum of RFC 5054. A longer one makes each sign-in slower and does not make it
/// stronger.
///
/// ```
/// use cognito_device_srp::{Ephemeral, SignIn};
///
/// // a given one, for known answers: SRP_A is 2^a
/// let sign_in = SignIn::start(Ephemeral::from_bytes(&[10])?);
/// assert_eq!(sign_in.srp_a(), "400");
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// It is wiped on drop, but a move leaves a copy that is not wiped, so pass it on at once. It has no `Clone` and no `PartialEq`, and
/// `Debug` does not show it.
pub struct Ephemeral {
    exponent: Exponent<{ BYTES / 4 }>,
    /// How many bits the exponentiation processes: 1 to 3072, from the length that was given.
    bits: u16,
}

impl Ephemeral {
    /// How many bytes a new ephemeral has.
    pub const ENTROPY_LEN: usize = 32;
    /// How many bits an exponent may have for the tables of powers of 2.
    const SHORT: u16 = 256;
    /// How many bytes a given ephemeral may have.
    pub const MAX_LEN: usize = 1024;

    /// A new one, with randomness from the operating system.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    #[cfg(feature = "getrandom")]
    pub fn generate() -> Result<Self, Error> {
        entropy::draw(entropy::from_system, Self::from_entropy)
    }

    /// A new one, with randomness from a generator of the caller.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if it fails, or if one of the 8-byte words of its output is zero.
    #[cfg(feature = "rand_core")]
    pub fn generate_with(rng: &mut impl rand_core::TryCryptoRng) -> Result<Self, Error> {
        entropy::draw(entropy::from_generator(rng), Self::from_entropy)
    }

    /// A new one from 32 random bytes of the caller, which must be uniform, unpredictable and used once. They are wiped, also on an
    /// error.
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

    /// An ephemeral that is given, for known answers and for clients that draw more than 256 bits: 1 to 1024 bytes, big-endian.
    /// It is reduced modulo N - 1, the order of the group. Its length is public, and a longer one makes the sign-in slower.
    ///
    /// # Errors
    /// [`Error::EphemeralOutOfRange`] if it is empty, longer than 1024 bytes, or a multiple of (N - 1) / 2, as zero is. A would be 1.
    ///
    /// # Security
    /// Constant time for ephemerals of the same length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let bits = match bytes.len() {
            len @ 0..=Exponent::BELOW_ORDER => 8 * len as u16,
            len if len <= Self::MAX_LEN => 8 * BYTES as u16,
            _ => return Err(Error::EphemeralOutOfRange),
        };
        let exponent = Exponent::from_bytes_mod_order(bytes);
        if exponent.reveal_is_trivial() {
            Err(Error::EphemeralOutOfRange)
        } else {
            Ok(Self { exponent, bits })
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        Self { exponent: self.exponent.low(), bits: self.bits }
    }

    /// Bytes of [`write_state`](Self::write_state).
    pub(super) const STATE_LEN: usize = 2 + BYTES;

    /// `bits` and the exponent, both big-endian. Requires `state` to have [`STATE_LEN`](Self::STATE_LEN) bytes.
    pub(super) fn write_state(&self, state: &mut [u8; Self::STATE_LEN]) {
        let [high, low, exponent @ ..] = state;
        [*high, *low] = self.bits.to_be_bytes();
        self.exponent.write_be_bytes(exponent);
    }

    /// The ephemeral of a state. `None` unless the number of bits is valid, no higher bits are set, and A is not 1.
    pub(super) fn from_state(state: &[u8; Self::STATE_LEN]) -> Option<Self> {
        let [high, low, exponent @ ..] = state;
        let bits = usize::from(u16::from_be_bytes([*high, *low]));
        let (above, bytes) = exponent.split_at_checked(BYTES.checked_sub(bits / 8)?)?;
        let fits = bits.is_multiple_of(8) && ct::reveal_is_zero(above);
        Self::from_bytes(bytes).ok().filter(|_| fits)
    }

    /// 2^self mod N
    pub(super) fn public(&self) -> Residue {
        if self.bits <= Self::SHORT {
            return power::pow_g(&self.exponent.low());
        }
        // this uses more stack than the callers wipe after `pow_g`
        with_stack_wiped::<ANSWER, _>(|| {
            let mut public = Residue::small(2);
            self.raise(&mut public);
            public
        })
    }

    /// `number` = `number`^self mod N
    pub(super) fn raise(&self, number: &mut Residue) {
        power::pow(number, self.exponent.view(), usize::from(self.bits));
    }

    /// `number` = `number`^(self + u x) mod N. The sum is below 2^(max(bits, 512) + 1), since u x < 2^512.
    pub(super) fn raise_with(&self, number: &mut Residue, u: &Exponent<8>, x: &Exponent<8>) {
        if self.bits <= Self::SHORT {
            raise_to_sum::<8, 17>(number, &self.exponent.low(), u, x, 513);
        } else {
            let bits = usize::from(self.bits).max(512) + 1;
            raise_to_sum::<{ BYTES / 4 }, { BYTES / 4 + 1 }>(number, &self.exponent, u, x, bits);
        }
    }
}

/// `number` = `number`^(a + u x) mod N. Requires a sum below 2^`bits`.
#[inline(never)] // frame: one for each width, so that a short sum does not take the space of a long one
fn raise_to_sum<const WORDS: usize, const MORE: usize>(
    number: &mut Residue,
    a: &Exponent<WORDS>,
    u: &Exponent<8>,
    x: &Exponent<8>,
    bits: usize,
) {
    let sum: Exponent<MORE> = a.plus_product(u, x);
    power::pow(number, sum.view(), bits);
}

impl core::fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Ephemeral(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::residue;
    use num_bigint::BigUint;

    #[test]
    fn the_sum_can_have_one_bit_more_than_a_long_ephemeral() {
        let (one, long) = (Exponent::from_bytes(&[1]), Ephemeral::from_bytes(&[0xff; 65]).unwrap());
        let mut power = Residue::small(2);
        long.raise_with(&mut power, &one, &one);
        let expected =
            BigUint::from(2u8).modpow(&(BigUint::from(1u8) << 520), &BigUint::from_bytes_be(&residue::N));
        assert_eq!(BigUint::from_bytes_be(&power.0), expected);
    }
}
