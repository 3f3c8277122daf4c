//! The salt of a verifier: a number, its signed bytes, and its texts in requests and challenges.

use crate::encoding::{Base64, Bytes, Hex, NotHex, NotSigned, decode_base64, decode_hex, unsigned};
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
use crate::entropy;
use crate::error::Error;

/// The salt of a verifier. Public.
///
/// A number that is not negative, of up to 64 bytes. Cognito's own clients use 16. On the wire and in the hash it
/// is signed big-endian: leading zero bytes are dropped, then one is put in front if the top bit is set.
#[derive(Clone, Copy)]
pub struct Salt(Bytes<{ Salt::MAX_SIGNED }>);

impl Salt {
    /// Bytes of a new salt.
    pub const ENTROPY_LEN: usize = 16;
    /// The most bytes a salt may have.
    pub const MAX_LEN: usize = 64;
    const MAX_SIGNED: usize = Self::MAX_LEN + 1;
    /// Characters of the longest salt in base64.
    pub(crate) const MAX_BASE64: usize = Self::MAX_SIGNED.div_ceil(3) * 4;

    /// A new salt, with randomness from the operating system.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    #[cfg(feature = "getrandom")]
    pub fn generate() -> Result<Self, Error> {
        entropy::draw(entropy::from_system, Self::from_entropy)
    }

    /// A new salt, with randomness from a generator of the caller.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if it fails, or if one of the 8-byte words of its output is zero.
    #[cfg(feature = "rand_core")]
    pub fn generate_with(rng: &mut impl rand_core::TryCryptoRng) -> Result<Self, Error> {
        entropy::draw(entropy::from_generator(rng), Self::from_entropy)
    }

    /// A new salt from 16 random bytes. The first byte is changed so that it is 01..7f: its top bit is cleared, and a
    /// zero becomes 40. So the raw bytes and the signed form of the salt are the same, and all clients' padding rules give
    /// the same bytes.
    ///
    /// ```
    /// use cognito_device_srp::Salt;
    ///
    /// let salt = Salt::from_entropy(&mut [0x91; 16])?;
    /// assert_eq!(salt.as_signed_bytes()[..2], [0x11, 0x91]);
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if all are zero.
    pub fn from_entropy(entropy: &mut [u8; 16]) -> Result<Self, Error> {
        if entropy.iter().all(|&byte| byte == 0) {
            return Err(Error::RandomnessUnavailable);
        }
        entropy[0] = match entropy[0] & 0x7f {
            0 => 0x40,
            first => first,
        };
        Self::from_bytes(entropy)
    }

    /// A salt from raw bytes, which are an unsigned big-endian number. `[0, 0x12]` and `[0x12]` are
    /// the same salt.
    ///
    /// # Errors
    /// [`Error::SaltEmpty`], [`Error::SaltTooLong`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::SaltEmpty);
        }
        let mut padded = [0; Self::MAX_LEN];
        let at = Self::MAX_LEN.checked_sub(bytes.len()).ok_or(Error::SaltTooLong)?;
        padded[at..].copy_from_slice(bytes);
        Ok(Self(Bytes::signed(&padded)))
    }

    /// A salt from the base64 text of `DeviceSecretVerifierConfig.Salt`, which is signed big-endian.
    ///
    /// # Errors
    /// [`Error::SaltEmpty`], [`Error::SaltTooLong`], [`Error::SaltNotBase64`], [`Error::SaltNegative`],
    /// [`Error::SaltNotMinimal`].
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        if text.len() > Self::MAX_BASE64 {
            return Err(Error::SaltTooLong);
        }
        let bytes =
            decode_base64::<{ Self::MAX_SIGNED.next_multiple_of(3) }>(text).ok_or(Error::SaltNotBase64)?;
        match unsigned(bytes.as_slice()) {
            Ok(bytes) => Self::from_bytes(bytes),
            Err(NotSigned::Empty) => Err(Error::SaltEmpty),
            Err(NotSigned::Negative) => Err(Error::SaltNegative),
            Err(NotSigned::NotMinimal) => Err(Error::SaltNotMinimal),
        }
    }

    /// A salt from `SALT` of a challenge: unsigned hexadecimal, upper or lower case, with any number of digits.
    ///
    /// # Errors
    /// [`Error::SaltNotHex`], also for a `-` in front. [`Error::SaltTooLong`].
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        match decode_hex::<{ Self::MAX_LEN }>(text) {
            Ok(bytes) => Self::from_bytes(&bytes),
            Err(NotHex::Malformed) => Err(Error::SaltNotHex),
            Err(NotHex::TooLong) => Err(Error::SaltTooLong),
        }
    }

    /// The bytes that are sent and hashed: signed big-endian, 1 to 65 of them.
    pub fn as_signed_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The salt as `SALT` of a challenge.
    pub(crate) fn to_hex(self) -> Hex<{ 2 * Self::MAX_LEN }> {
        let mut padded = [0; Self::MAX_LEN];
        for (to, &byte) in padded.iter_mut().rev().zip(self.as_signed_bytes().iter().rev()) {
            *to = byte;
        }
        Hex::encode(&padded)
    }

    pub(crate) fn to_base64(self) -> Base64<{ Self::MAX_BASE64 }> {
        Base64::encode(&self.0)
    }
}

impl core::fmt::Debug for Salt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Salt").field(&self.as_signed_bytes()).finish()
    }
}

impl PartialEq for Salt {
    fn eq(&self, other: &Self) -> bool {
        self.as_signed_bytes() == other.as_signed_bytes()
    }
}

impl Eq for Salt {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn salts_are_compared_and_shown_by_their_bytes() {
        let salt = |bytes: &[u8]| Salt::from_bytes(bytes).unwrap();
        assert_eq!(salt(&[0, 0x12]), salt(&[0x12]));
        assert_ne!(salt(&[0x12]), salt(&[0x13]));
        assert_ne!(salt(&[0x12]), salt(&[0x12, 0x12]));
        assert_eq!(format!("{:?}", salt(&[0x92, 7])), "Salt([0, 146, 7])");
    }
}
