//! Registration of a device.

use crate::error::{SrpError, without_nul};
use cognito_device_srp as srp;
use srp::{Device, DeviceRegistration, DeviceSecret};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A new device: its secret, which the device keeps, and its verifier, which `ConfirmDevice` sends.
#[derive(uniffi::Object)]
pub struct Registration {
    secret: DeviceSecret<'static>,
    config: srp::DeviceSecretVerifierConfig,
}

#[uniffi::export]
impl Registration {
    /// A registration with a new secret and salt, from the operating system's randomness. Before it returns, it plays a
    /// complete sign-in with the secret against the verifier.
    #[uniffi::constructor]
    pub fn generate(device_group_key: &str, device_key: &str) -> Result<Arc<Self>, SrpError> {
        without_nul(&[device_group_key, device_key])?;
        let registration = DeviceRegistration::generate(Device::new(device_group_key, device_key)?)?;
        registration.prove()?;
        let secret = DeviceSecret::from_string(registration.secret().expose_secret().to_owned())?;
        Ok(Arc::new(Self { secret, config: registration.config().clone() }))
    }

    /// `PasswordVerifier` of `DeviceSecretVerifierConfig`: base64.
    pub fn password_verifier(&self) -> String {
        self.config.password_verifier().to_owned()
    }

    /// `Salt` of `DeviceSecretVerifierConfig`: base64.
    pub fn salt(&self) -> String {
        self.config.salt().to_owned()
    }

    /// The device's secret. Store it like other secrets when `ConfirmDevice` has succeeded.
    pub fn expose_secret(&self) -> String {
        self.secret.expose_secret().to_owned()
    }
}

/// `DeviceSecretVerifierConfig` of `ConfirmDevice`: two texts in base64.
#[derive(uniffi::Record)]
pub struct DeviceSecretVerifierConfig {
    /// `PasswordVerifier`.
    pub password_verifier: String,
    /// `Salt`.
    pub salt: String,
}

/// The verifier of an existing secret under a salt in base64.
#[uniffi::export]
pub fn derive(
    device_group_key: &str,
    device_key: &str,
    device_secret: String,
    salt: &str,
) -> Result<DeviceSecretVerifierConfig, SrpError> {
    let device_secret = Zeroizing::new(device_secret);
    without_nul(&[device_group_key, device_key, &device_secret, salt])?;
    let device = Device::new(device_group_key, device_key)?;
    let secret = DeviceSecret::from_text(&device_secret)?;
    let config = srp::DeviceSecretVerifierConfig::derive(device, &secret, &srp::Salt::from_base64(salt)?);
    Ok(DeviceSecretVerifierConfig {
        password_verifier: config.password_verifier().to_owned(),
        salt: config.salt().to_owned(),
    })
}
