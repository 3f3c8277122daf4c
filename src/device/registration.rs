//! A new secret and its verifier.

use super::config::DeviceSecretVerifierConfig;
use super::identifiers::Device;
use super::secret::DeviceSecret;
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
use crate::entropy;
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::hygiene::wipe::wipe;
use crate::srp::salt::Salt;
use core::fmt;

/// A device, its secret, and the verifier of the secret.
///
/// Send [`config`](Self::config) with `ConfirmDevice`. When the call has succeeded, store the secret and both identifiers:
/// `remember` (feature `alloc`) puts the three into one value.
///
/// ```
/// use cognito_device_srp::{Device, DeviceRegistration};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let registration = DeviceRegistration::generate(device)?;
/// registration.prove()?;
/// assert_eq!(registration.secret().expose_secret().len(), 56);
/// assert_eq!(registration.config().salt().len(), 24);
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// The secret is wiped on drop. `Debug` does not show it.
pub struct DeviceRegistration<'a> {
    device: Device<'a>,
    secret: DeviceSecret<'a>,
    config: DeviceSecretVerifierConfig,
}

impl<'a> DeviceRegistration<'a> {
    /// How many random bytes a registration takes: 40 for the secret, 16 for the salt.
    pub const ENTROPY_LEN: usize = DeviceSecret::ENTROPY_LEN + Salt::ENTROPY_LEN;

    /// Registers with randomness from the operating system.
    ///
    /// # Errors
    /// As [`generate_with`](Self::generate_with).
    #[cfg(feature = "getrandom")]
    pub fn generate(device: Device<'a>) -> Result<Self, Error> {
        entropy::draw(entropy::from_system, |drawn| Self::from_entropy(device, drawn))
    }

    /// Registers with randomness from a generator of the caller.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if the generator fails, or if any of the seven 8-byte words of its output is zero: a
    /// generator that is stuck or that stopped early leaves zeros. With a good generator this happens once in 2^61 calls.
    #[cfg(feature = "rand_core")]
    pub fn generate_with(device: Device<'a>, rng: &mut impl rand_core::TryCryptoRng) -> Result<Self, Error> {
        entropy::draw(entropy::from_generator(rng), |drawn| Self::from_entropy(device, drawn))
    }

    /// Registers with 56 random bytes of the caller, for machines that only have a hardware generator. The bytes must be
    /// uniform, unpredictable and used once. They are wiped, also on an error.
    ///
    /// The first 40 become the secret. The last 16 become the salt, as [`Salt::from_entropy`] says.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if all 56 bytes are zero, or all of either part.
    pub fn from_entropy(device: Device<'a>, entropy: &mut [u8; 56]) -> Result<Self, Error> {
        with_stack_wiped::<POWER_OF_G, _>(|| {
            let drawn = secret_and_salt(entropy);
            wipe(entropy);
            let (secret, salt) = drawn?;
            Ok(Self { config: DeviceSecretVerifierConfig::derive(device, &secret, &salt), device, secret })
        })
    }

    /// Registers an existing secret, made by this crate or another client, under a salt.
    pub fn for_secret(device: Device<'a>, secret: DeviceSecret<'a>, salt: Salt) -> Self {
        let config = DeviceSecretVerifierConfig::derive(device, &secret, &salt);
        Self { device, secret, config }
    }

    /// The device.
    pub fn device(&self) -> Device<'a> {
        self.device
    }

    /// The secret, which the device keeps.
    pub fn secret(&self) -> &DeviceSecret<'a> {
        &self.secret
    }

    /// The config, which the service gets.
    pub fn config(&self) -> &DeviceSecretVerifierConfig {
        &self.config
    }

    /// [Proves](DeviceSecretVerifierConfig::prove) that the config belongs to the secret.
    ///
    /// # Errors
    /// As [`DeviceSecretVerifierConfig::prove`].
    pub fn prove(&self) -> Result<(), Error> {
        self.config.prove(self.device, &self.secret)
    }

    /// Everything that the device keeps, in one value. Store it when `ConfirmDevice` has succeeded.
    #[cfg(feature = "alloc")]
    pub fn remember(&self) -> super::remembered::RememberedDevice {
        super::remembered::RememberedDevice::new(self.device, &self.secret)
    }
}

fn secret_and_salt(entropy: &mut [u8; 56]) -> Result<(DeviceSecret<'static>, Salt), Error> {
    let (secret, salt) = entropy.split_at_mut(DeviceSecret::ENTROPY_LEN);
    let (Some(secret), Some(salt)) = (secret.first_chunk(), salt.first_chunk_mut()) else {
        return Err(Error::RandomnessUnavailable);
    };
    if ct::reveal_is_zero(secret) {
        return Err(Error::RandomnessUnavailable);
    }
    ct::declassify(salt);
    Ok((DeviceSecret::from_entropy(secret), Salt::from_entropy(salt)?))
}

impl fmt::Debug for DeviceRegistration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceRegistration")
            .field("device", &self.device)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_with_the_config_of_another_secret_is_not_proven() {
        let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8").unwrap();
        let of = |text| {
            let salt = Salt::from_bytes(&[7; 16]).unwrap();
            DeviceRegistration::for_secret(device, DeviceSecret::from_text(text).unwrap(), salt)
        };
        assert_eq!(of("one").prove(), Ok(()));
        let mixed = DeviceRegistration { config: of("another").config, ..of("one") };
        assert_eq!(mixed.prove(), Err(Error::ProofFailed));
    }
}
