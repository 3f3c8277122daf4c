//! The pipeline from identifiers, secret and salt to the verifier for `ConfirmDevice`.

use super::identifiers::Device;
use super::secret::DeviceSecret;
use crate::arithmetic::residue::{self, Residue};
use crate::encoding::{Base64, NotSigned, decode_base64, unsigned};
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::srp::credentials::Credentials;
use crate::srp::salt::Salt;
use crate::srp::verifier::{StoredVerifier, derive_verifier};

/// `DeviceSecretVerifierConfig` of the `ConfirmDevice` request: what the service stores of a device.
///
/// Both fields are base64 (standard alphabet, padded) of signed big-endian numbers: the verifier v = 2^x mod N of up
/// to 385 bytes, and the salt. Both are public in this protocol. But somebody who has v can try guesses of a
/// weak secret offline.
///
/// ```
/// use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, Salt};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let secret = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==")?;
/// let salt = Salt::from_base64("AK6IMNudrufZX83cZmrED0Q=")?;
/// let config = DeviceSecretVerifierConfig::derive(device, &secret, &salt);
/// assert!(config.password_verifier().starts_with("AJxGiSd3xO2pISbGVXNmP/zOBYz/mESz"));
/// assert_eq!(config.salt(), "AK6IMNudrufZX83cZmrED0Q=");
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSecretVerifierConfig {
    password_verifier: Base64<{ Self::MAX_VERIFIER_BASE64 }>,
    salt: Base64<{ Salt::MAX_BASE64 }>,
}

impl DeviceSecretVerifierConfig {
    /// Bytes of the longest verifier: 384 and a sign byte.
    const MAX_VERIFIER: usize = residue::BYTES + 1;
    pub(crate) const MAX_VERIFIER_BASE64: usize = Self::MAX_VERIFIER.div_ceil(3) * 4;

    /// The verifier of `secret` under `salt`, for `device`. Deterministic: no randomness, no clock, no heap.
    ///
    /// v = 2^x mod N, x = H(salt || H(DeviceGroupKey || DeviceKey || ":" || secret)), where N is the prime of
    /// RFC 3526 group 15, H is SHA-256 and the salt enters as it is sent.
    ///
    /// # Security
    /// Constant time in the secret, whose length is public, and in everything that is computed from it up to v. The hash
    /// states, x and the intermediate powers are wiped.
    pub fn derive(device: Device<'_>, secret: &DeviceSecret<'_>, salt: &Salt) -> Self {
        with_stack_wiped::<POWER_OF_G, _>(|| {
            let verifier = derive_verifier(&Credentials::device(device, secret), salt);
            ct::declassify(&verifier.0);
            Self::encode(&verifier, salt)
        })
    }

    #[inline(never)] // frame: v is not in the frame of the texts
    pub(crate) fn encode(verifier: &Residue, salt: &Salt) -> Self {
        Self { password_verifier: Base64::encode(&verifier.signed()), salt: salt.to_base64() }
    }

    /// A config from its two base64 texts, both checked completely.
    ///
    /// # Errors
    /// Those of [`Salt::from_base64`], and [`Error::VerifierNotBase64`], [`Error::VerifierNegative`],
    /// [`Error::VerifierNotMinimal`], and [`Error::VerifierOutOfRange`] unless 0 < v < N.
    pub fn from_base64(password_verifier: &str, salt: &str) -> Result<Self, Error> {
        let (verifier, salt) = parse(password_verifier, salt)?;
        Ok(Self::encode(&verifier, &salt))
    }

    /// `PasswordVerifier`: base64 of v, at most 516 characters.
    pub fn password_verifier(&self) -> &str {
        self.password_verifier.as_str()
    }

    /// `Salt`: base64, at most 88 characters.
    pub fn salt(&self) -> &str {
        self.salt.as_str()
    }
}

impl StoredVerifier {
    /// The verifier of a device's config, its two texts parsed as a service would.
    ///
    /// # Errors
    /// It cannot fail for a config that this crate made or accepted.
    #[inline(never)] // frame: the decoded texts are not in the frame that is wiped
    pub fn for_device(config: &DeviceSecretVerifierConfig) -> Result<Self, Error> {
        let (verifier, salt) = parse(config.password_verifier(), config.salt())?;
        Ok(Self::new(verifier, salt))
    }
}

/// The two numbers in the fields of a config, both checked completely.
fn parse(password_verifier: &str, salt: &str) -> Result<(Residue, Salt), Error> {
    let salt = Salt::from_base64(salt)?;
    if password_verifier.len() > DeviceSecretVerifierConfig::MAX_VERIFIER_BASE64 {
        return Err(Error::VerifierOutOfRange);
    }
    let bytes =
        decode_base64::<{ DeviceSecretVerifierConfig::MAX_VERIFIER.next_multiple_of(3) }>(password_verifier);
    match unsigned(bytes.ok_or(Error::VerifierNotBase64)?.as_slice()) {
        Ok(bytes) => Ok((Residue::from_bytes_vartime(bytes).ok_or(Error::VerifierOutOfRange)?, salt)),
        Err(NotSigned::Empty) => Err(Error::VerifierOutOfRange),
        Err(NotSigned::Negative) => Err(Error::VerifierNegative),
        Err(NotSigned::NotMinimal) => Err(Error::VerifierNotMinimal),
    }
}
