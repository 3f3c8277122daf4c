//! The secret of a device.

use crate::encoding::{decode_base64_into, encode_base64};
use crate::error::Error;
use crate::hygiene::wipe::{Wiped, wipe};
use crate::srp::credentials::Credentials;
use core::fmt;

/// The secret of one device: the password of its SRP exchange.
///
/// A new one is made of 40 random bytes. The secret is their base64 *text*, 56 ASCII characters, not the bytes. A secret of
/// another client can be any text that is not empty, of any length (Android and Swift use a UUID).
///
/// ```
/// use cognito_device_srp::DeviceSecret;
///
/// let secret = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==")?;
/// assert_eq!(format!("{secret:?}"), "DeviceSecret(..)");
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// There is no `Display`, `Clone`, `PartialEq` or `Serialize`, and `Debug` does not show it. The text leaves only by
/// [`expose_secret`](Self::expose_secret). A secret that this crate made or owns is wiped on drop. The owner of a borrowed text must
/// wipe it.
#[doc(alias = "password")]
#[doc(alias = "randomPassword")]
pub struct DeviceSecret<'a>(Text<'a>);

enum Text<'a> {
    New([u8; DeviceSecret::LEN]),
    Borrowed(&'a str),
    #[cfg(feature = "alloc")]
    Owned(zeroize::Zeroizing<alloc::string::String>),
}

impl<'a> DeviceSecret<'a> {
    /// How many random bytes a new secret has.
    pub(crate) const ENTROPY_LEN: usize = 40;
    /// Characters of a new secret: base64 of 40 bytes.
    pub const LEN: usize = 56;

    /// A secret that borrows a stored text, of this crate or another client.
    ///
    /// # Errors
    /// [`Error::DeviceSecretEmpty`].
    pub const fn from_text(text: &'a str) -> Result<Self, Error> {
        if text.is_empty() { Err(Error::DeviceSecretEmpty) } else { Ok(Self(Text::Borrowed(text))) }
    }

    /// A secret that owns its text, and wipes it on drop.
    ///
    /// # Errors
    /// [`Error::DeviceSecretEmpty`].
    #[cfg(feature = "alloc")]
    pub fn from_string(text: alloc::string::String) -> Result<DeviceSecret<'static>, Error> {
        let text = zeroize::Zeroizing::new(text);
        if text.is_empty() { Err(Error::DeviceSecretEmpty) } else { Ok(DeviceSecret(Text::Owned(text))) }
    }

    /// An owned copy.
    #[cfg(feature = "alloc")]
    pub(crate) fn to_owned(&self) -> DeviceSecret<'static> {
        DeviceSecret(match &self.0 {
            Text::New(text) => Text::New(*text),
            Text::Borrowed(text) => Text::Owned(zeroize::Zeroizing::new((*text).into())),
            Text::Owned(text) => Text::Owned(text.clone()),
        })
    }

    /// The base64 text of 40 random bytes, encoded in constant time.
    pub(crate) fn from_entropy(entropy: &[u8; DeviceSecret::ENTROPY_LEN]) -> Self {
        let mut text = [b'A'; Self::LEN];
        encode_base64(entropy, &mut text);
        Self(Text::New(text))
    }

    /// The text, to be stored. The caller is responsible for it from here on.
    pub fn expose_secret(&self) -> &str {
        match &self.0 {
            Text::New(text) => core::str::from_utf8(text).unwrap_or_default(),
            Text::Borrowed(text) => text,
            #[cfg(feature = "alloc")]
            Text::Owned(text) => text,
        }
    }

    /// Whether it has the form of the secrets that this crate makes: base64 of 40 bytes. Those of other clients may have any.
    ///
    /// ```
    /// use cognito_device_srp::DeviceSecret;
    ///
    /// let made_here = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==")?;
    /// assert!(made_here.has_generated_form());
    /// let of_another_client = DeviceSecret::from_text("3c9f7a52-5e0f-4bd5-8a9d-3f1c6c0f2c11")?;
    /// assert!(!of_another_client.has_generated_form());
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Security
    /// Constant time for secrets of this form.
    pub fn has_generated_form(&self) -> bool {
        let mut bytes = Wiped([0; Self::ENTROPY_LEN.next_multiple_of(3)]);
        self.as_bytes().len() == Self::LEN
            && decode_base64_into(&mut *bytes, self.as_bytes()) == Some(Self::ENTROPY_LEN)
    }

    /// The bytes that are hashed.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::New(text) => text,
            Text::Borrowed(text) => text.as_bytes(),
            #[cfg(feature = "alloc")]
            Text::Owned(text) => text.as_bytes(),
        }
    }
}

impl<'a> Credentials<'a> {
    /// The credentials of a device.
    pub fn device(device: super::identifiers::Device<'a>, secret: &'a DeviceSecret<'_>) -> Self {
        Self::new(device.into(), secret.as_bytes())
    }
}

impl Drop for DeviceSecret<'_> {
    fn drop(&mut self) {
        if let Text::New(text) = &mut self.0 {
            wipe(text);
        }
    }
}

impl fmt::Debug for DeviceSecret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_generated_secrets_have_the_generated_form() {
        let has_form = |text: &str| DeviceSecret::from_text(text).unwrap().has_generated_form();
        for byte in 0..=u8::MAX {
            let made = DeviceSecret::from_entropy(&[byte; DeviceSecret::ENTROPY_LEN]);
            assert!(made.has_generated_form() && has_form(made.expose_secret()));
        }
        let made = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
        assert!(has_form(made));
        for other in [
            "hush",
            &made[4..],
            &made[..52],
            &made.replace('=', "A"),
            &made.replace("A==", "B=="),
            &made.replace("AA==", "A==="),
            &made.replace("/fM6", "_fM6"),
            &made.replace("/fM6", " fM6"),
            &std::format!("{made}AAAA"),
        ] {
            assert!(!has_form(other), "{other}");
        }
    }
}

/// Traits that a secret must not have. Each example fails to compile because of its bound only:
///
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
/// A bound that a secret meets, which shows that the examples above fail because of theirs:
/// ```
/// fn send(_: impl Send + Sync) {}
/// send(cognito_device_srp::DeviceSecret::from_text("secret").unwrap());
/// ```
#[cfg(doctest)]
struct Refused;
