//! The pipeline: identifiers, secret and salt in, the verifier that `ConfirmDevice` takes out.

use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::power;
use crate::arithmetic::residue::{self, Residue};
use crate::encoding::{Base64, NotSigned, decode_base64, unsigned};
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
use crate::entropy;
use crate::error::Error;
use crate::hash;
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, PROOF, with_stack_wiped};
use crate::hygiene::wipe::wipe;
use crate::metadata::NewDeviceMetadata;
use crate::secret::{DeviceSecret, Salt};
use crate::sign_in::{Challenge, Claim, Ephemeral, IssuedChallenge, SignIn, StoredVerifier, Timestamp};

/// `DeviceSecretVerifierConfig` of the `ConfirmDevice` request: what the service stores of a device.
///
/// Both fields are base64 (standard alphabet, padded) of signed big-endian numbers: the verifier v = 2^x mod N of up
/// to 385 bytes, and the salt. Public as far as this protocol goes, and sent as they are; but with v, guesses at a
/// weak secret can be tried offline.
///
/// ```
/// use cognito_device_srp::{DeviceSecret, DeviceSecretVerifierConfig, NewDeviceMetadata, Salt};
///
/// let device = NewDeviceMetadata {
///     device_group_key: "-NXiVKS5p",
///     device_key: "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8",
/// };
/// let secret = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==")?;
/// let salt = Salt::from_base64("AK6IMNudrufZX83cZmrED0Q=")?;
/// let config = DeviceSecretVerifierConfig::derive(device, &secret, &salt)?;
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
    /// # Errors
    /// Those of [`NewDeviceMetadata::check`]. Nothing else fails.
    ///
    /// # Security
    /// Constant time in the secret of a given length, and in all that follows from it up to v. The hash states, x
    /// and the powers on the way to v are wiped.
    pub fn derive(
        device: NewDeviceMetadata<'_>,
        secret: &DeviceSecret<'_>,
        salt: &Salt,
    ) -> Result<Self, Error> {
        device.check()?;
        with_stack_wiped::<POWER_OF_G, _>(|| {
            let (group, name) = (device.device_group_key, device.device_key);
            let x = Exponent::from_bytes(&*hash::x(salt.as_signed_bytes(), group, name, secret.as_bytes()));
            let verifier = power::pow_g(&x);
            ct::declassify(&verifier.0);
            Ok(Self::encode(&verifier, salt))
        })
    }

    #[inline(never)]
    pub(crate) fn encode(verifier: &Residue, salt: &Salt) -> Self {
        Self { password_verifier: Base64::encode(&verifier.signed()), salt: salt.to_base64() }
    }

    /// A config from its two fields as they travel, both checked in full.
    ///
    /// # Errors
    /// Those of [`Salt::from_base64`]; [`Error::VerifierNotBase64`], [`Error::VerifierNegative`],
    /// [`Error::VerifierNotMinimal`], and [`Error::VerifierOutOfRange`] unless 0 < v < N.
    pub fn from_base64(password_verifier: &str, salt: &str) -> Result<Self, Error> {
        let (verifier, salt) = parse(password_verifier, salt)?;
        Ok(Self::encode(&verifier, &salt))
    }

    /// The numbers that the two texts stand for.
    pub(crate) fn parse(&self) -> Result<(Residue, Salt), Error> {
        parse(self.password_verifier(), self.salt())
    }

    /// Plays a whole sign-in of `secret` against this config as it will travel: client and verifier, from the texts to
    /// the signature. The service cannot do this when it takes a config: a wrong one is accepted, and the next sign-in
    /// fails like one with a wrong password.
    ///
    /// # Errors
    /// [`Error::ProofFailed`] if the config is not that of this secret and device; those of
    /// [`NewDeviceMetadata::check`].
    pub fn prove(&self, device: NewDeviceMetadata<'_>, secret: &DeviceSecret<'_>) -> Result<(), Error> {
        with_stack_wiped::<PROOF, _>(|| self.play(device, secret))
    }

    /// Both sides of a sign-in. Results are looked at where they are, not moved: this is the deepest stack of all calls.
    fn play(&self, device: NewDeviceMetadata<'_>, secret: &DeviceSecret<'_>) -> Result<(), Error> {
        let secret_block = "cHJvdmVk";
        let sign_in = start(secret);
        let sign_in = sign_in.as_ref().map_err(|&error| error)?;
        let issued = self.issue(sign_in.srp_a(), secret);
        let issued = issued.as_ref().map_err(|&error| error)?;
        let challenge = Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block };
        let claim =
            sign_in.answer(device.try_into()?, secret.as_bytes(), &challenge, &Timestamp::from_unix(0)?)?;
        let claim = Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() };
        match issued.check(device.try_into()?, &claim) {
            Err(Error::SignatureMismatch) => Err(Error::ProofFailed),
            checked => checked,
        }
    }

    #[inline(never)]
    fn issue(&self, srp_a: &str, secret: &DeviceSecret<'_>) -> Result<IssuedChallenge, Error> {
        StoredVerifier::from_config(self)?.challenge(srp_a, ephemeral("verifier", secret)?)
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

#[inline(never)]
fn start(secret: &DeviceSecret<'_>) -> Result<SignIn, Error> {
    Ok(SignIn::start_from(&ephemeral("client", secret)?))
}

/// An ephemeral for a proof. Nothing of that leaves, so it need not be random; it differs from secret to secret all the same.
fn ephemeral(side: &str, secret: &DeviceSecret<'_>) -> Result<Ephemeral, Error> {
    Ephemeral::from_bytes(&*hash::labelled(side, secret.as_bytes()))
}

/// The numbers that the two fields of a config stand for, both checked in full.
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

/// A new secret, and the verifier of it.
///
/// Send [`config`](Self::config) with `ConfirmDevice`; store the secret, with both identifiers, once the service has
/// answered that.
pub struct DeviceRegistration {
    /// What the device keeps.
    pub secret: DeviceSecret<'static>,
    /// What the service gets.
    pub config: DeviceSecretVerifierConfig,
}

impl DeviceRegistration {
    /// Bytes of randomness that a registration takes: 40 for the secret, 16 for the salt.
    pub const ENTROPY: usize = DeviceSecret::ENTROPY + Salt::ENTROPY;

    /// [Proves](DeviceSecretVerifierConfig::prove) that the config is that of the secret.
    ///
    /// # Errors
    /// As [`DeviceSecretVerifierConfig::prove`].
    pub fn prove(&self, device: NewDeviceMetadata<'_>) -> Result<(), Error> {
        self.config.prove(device, &self.secret)
    }

    /// Registers with randomness from the operating system.
    ///
    /// ```
    /// use cognito_device_srp::{DeviceRegistration, NewDeviceMetadata};
    ///
    /// let registration = DeviceRegistration::generate(NewDeviceMetadata {
    ///     device_group_key: "-NXiVKS5p",
    ///     device_key: "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8",
    /// })?;
    /// assert_eq!(registration.secret.expose_secret().len(), 56);
    /// # Ok::<(), cognito_device_srp::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`generate_with`](Self::generate_with).
    #[cfg(feature = "getrandom")]
    pub fn generate(device: NewDeviceMetadata<'_>) -> Result<Self, Error> {
        device.check()?;
        entropy::draw(|bytes| getrandom::fill(bytes).is_ok(), |drawn| Self::from_entropy(device, drawn))
    }

    /// Registers with randomness from a generator of the caller.
    ///
    /// # Errors
    /// Those of [`NewDeviceMetadata::check`], before anything is drawn. [`Error::RandomnessUnavailable`] if the
    /// generator fails, or if any of the seven 8-byte words of its output is zero, as a generator that is stuck or
    /// stopped short leaves it; a sound one does so once in 2^61 times.
    #[cfg(feature = "rand_core")]
    pub fn generate_with(
        device: NewDeviceMetadata<'_>,
        rng: &mut impl rand_core::TryCryptoRng,
    ) -> Result<Self, Error> {
        device.check()?;
        entropy::draw(|bytes| rng.try_fill_bytes(bytes).is_ok(), |drawn| Self::from_entropy(device, drawn))
    }

    /// Registers with 56 random bytes of the caller, for machines whose only generator is their own. They must be
    /// uniform, unpredictable and used once. They are wiped, whatever the outcome.
    ///
    /// The first 40 become the secret and the last 16 the salt, as they are, but for the salt's first byte, which is
    /// brought to 01..7f: its top bit is cleared, and 40 put for a zero. Then the raw bytes of the salt and its
    /// signed form agree, and so does every client's rule for padding it.
    ///
    /// # Errors
    /// Those of [`NewDeviceMetadata::check`]; [`Error::RandomnessUnavailable`] if all 56 bytes are zero.
    pub fn from_entropy(device: NewDeviceMetadata<'_>, entropy: &mut [u8; 56]) -> Result<Self, Error> {
        with_stack_wiped::<POWER_OF_G, _>(|| {
            let registration = Self::from_entropy_kept(device, entropy);
            wipe(entropy);
            registration
        })
    }

    fn from_entropy_kept(device: NewDeviceMetadata<'_>, entropy: &[u8; 56]) -> Result<Self, Error> {
        device.check()?;
        if ct::reveal_is_zero(entropy) {
            return Err(Error::RandomnessUnavailable);
        }
        let (secret, drawn) = entropy.split_at(DeviceSecret::ENTROPY);
        ct::declassify(drawn);
        let mut salt = [0; Salt::ENTROPY];
        salt.copy_from_slice(drawn);
        salt[0] = match salt[0] & 0x7f {
            0 => 0x40,
            first => first,
        };
        let secret = DeviceSecret::from_entropy(secret);
        let config = DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_bytes(&salt)?)?;
        Ok(Self { secret, config })
    }
}
