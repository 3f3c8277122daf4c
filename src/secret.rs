//! What the device keeps, and the salt it shares.

use crate::encoding::{
    Base64, Bytes, Hex, NotHex, NotSigned, decode_base64, decode_hex, encode_base64, unsigned,
};
use crate::error::Error;
use crate::hygiene::wipe::wipe;

/// The secret of one device: the password of its SRP exchange.
///
/// A new one is 40 random bytes; the secret is their base64 *text*, 56 ASCII characters, not the bytes. One that
/// another client made may be any text but the empty one (Android and Swift use a UUID): it is borrowed, whatever
/// its length.
///
/// # Security
/// There is no `Debug`, `Display`, `Clone`, `PartialEq` or `Serialize`; the text leaves by
/// [`expose_secret`](Self::expose_secret) alone. A secret this crate made is wiped on drop; a borrowed one is the
/// owner's to wipe.
#[doc(alias = "password")]
#[doc(alias = "randomPassword")]
pub struct DeviceSecret<'a>(Text<'a>);

enum Text<'a> {
    Made([u8; DeviceSecret::LEN]),
    Borrowed(&'a str),
}

impl<'a> DeviceSecret<'a> {
    /// Bytes of randomness in a new secret.
    pub(crate) const ENTROPY: usize = 40;
    /// Characters of a new secret: base64 of 40 bytes.
    pub const LEN: usize = 56;

    /// A secret that was stored as text, by this crate or another client.
    ///
    /// # Errors
    /// [`Error::DeviceSecretEmpty`].
    pub fn from_text(text: &'a str) -> Result<Self, Error> {
        if text.is_empty() { Err(Error::DeviceSecretEmpty) } else { Ok(Self(Text::Borrowed(text))) }
    }

    /// The base64 text of 40 random bytes, encoded in constant time.
    pub(crate) fn from_entropy(entropy: &[u8]) -> Self {
        let mut text = [b'A'; Self::LEN];
        encode_base64(entropy, &mut text);
        Self(Text::Made(text))
    }

    /// The text, to be stored. The only way out: what becomes of it is the caller's care.
    pub fn expose_secret(&self) -> &str {
        match &self.0 {
            Text::Made(text) => core::str::from_utf8(text).unwrap_or_default(),
            Text::Borrowed(text) => text,
        }
    }

    /// The bytes that are hashed.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Made(text) => text,
            Text::Borrowed(text) => text.as_bytes(),
        }
    }
}

impl Drop for DeviceSecret<'_> {
    fn drop(&mut self) {
        if let Text::Made(text) = &mut self.0 {
            wipe(text);
        }
    }
}

/// The salt of a verifier. Public.
///
/// A number that is not negative, of up to 64 bytes; 16 in Cognito's own clients. On the wire and in the hash it
/// is signed big-endian: leading zero bytes are dropped, then one is put in front if the top bit is set.
#[derive(Clone, Copy)]
pub struct Salt(Bytes<{ Salt::MAX_SIGNED }>);

impl Salt {
    /// Bytes of a new salt.
    pub(crate) const ENTROPY: usize = 16;
    /// The most bytes a salt may have.
    pub const MAX_LEN: usize = 64;
    const MAX_SIGNED: usize = Self::MAX_LEN + 1;
    /// Characters of the longest salt in base64.
    pub(crate) const MAX_BASE64: usize = Self::MAX_SIGNED.div_ceil(3) * 4;

    /// From random bytes as they were drawn, read as an unsigned big-endian number. `[0, 0x12]` and `[0x12]` are
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

    /// From the base64 of `DeviceSecretVerifierConfig.Salt`: signed big-endian, as it went over the wire.
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

    /// From `SALT` of a challenge: hexadecimal of either case and any parity, not signed.
    ///
    /// # Errors
    /// [`Error::SaltNotHex`], for a `-` in front too; [`Error::SaltTooLong`].
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

    /// As `SALT` of a challenge has it.
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

/// What a secret must not do, each with a bound that nothing else makes fail:
///
/// ```compile_fail
/// fn debug(_: impl core::fmt::Debug) {}
/// debug(cognito_device_srp::DeviceSecret::from_text("secret").unwrap());
/// ```
/// ```compile_fail
/// fn display(_: impl core::fmt::Display) {}
/// display(cognito_device_srp::DeviceSecret::from_text("secret").unwrap());
/// ```
/// ```compile_fail
/// fn clone(_: impl Clone) {}
/// clone(cognito_device_srp::DeviceSecret::from_text("secret").unwrap());
/// ```
/// ```compile_fail
/// fn compare<T: PartialEq>(_: T) {}
/// compare(cognito_device_srp::DeviceSecret::from_text("secret").unwrap());
/// ```
/// And one that it must, so that the refusals are known to be about their bounds:
/// ```
/// fn send(_: impl Send + Sync) {}
/// send(cognito_device_srp::DeviceSecret::from_text("secret").unwrap());
/// ```
#[cfg(doctest)]
struct Refused;
