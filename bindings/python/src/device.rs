//! Registration of a device, and the record that the device keeps.

use crate::arguments::{DeviceKey, Moment, Salt, Text};
use crate::error::Raised;
use crate::sign_in::{PasswordClaim, SignIn};
use cognito_device_srp as srp;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use srp::{Device, DeviceRegistration, DeviceSecret, DeviceSecretVerifierConfig};
use zeroize::Zeroizing;

/// A new device: its secret, which the device keeps, and its verifier, which ConfirmDevice sends.
///
/// Made by generate() or for_secret(). When ConfirmDevice has succeeded, store what remember() returns.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct Registration {
    remembered: srp::RememberedDevice,
    config: DeviceSecretVerifierConfig,
}

/// Proves a registration before the caller gets it.
fn proven(registration: &DeviceRegistration<'_>) -> Result<Registration, srp::Error> {
    registration.prove()?;
    Ok(Registration { remembered: registration.remember(), config: registration.config().clone() })
}

#[pymethods]
impl Registration {
    /// A registration with a new secret and salt, from the operating system's randomness. Before it returns, it plays a
    /// complete sign-in with the secret against the verifier.
    #[staticmethod]
    fn generate(py: Python<'_>, device_group_key: Text, device_key: DeviceKey) -> PyResult<Self> {
        let made =
            py.detach(|| proven(&DeviceRegistration::generate(device_key.with_group(&device_group_key)?)?));
        Ok(made.map_err(Raised)?)
    }

    /// A registration of an existing secret, checked in the same way as by generate(). Without a salt, a random one is used.
    #[staticmethod]
    #[pyo3(signature = (device_group_key, device_key, device_secret, salt=None))]
    fn for_secret(
        py: Python<'_>,
        device_group_key: Text,
        device_key: DeviceKey,
        device_secret: Text,
        salt: Option<Salt>,
    ) -> PyResult<Self> {
        let made = py.detach(|| {
            let device = device_key.with_group(&device_group_key)?;
            let secret = DeviceSecret::from_text(&device_secret)?;
            let salt = salt.map_or_else(srp::Salt::generate, |Salt(salt)| Ok(salt))?;
            proven(&DeviceRegistration::for_secret(device, secret, salt))
        });
        Ok(made.map_err(Raised)?)
    }

    /// DeviceGroupKey.
    #[getter]
    fn device_group_key(&self) -> &str {
        self.remembered.device().device_group_key()
    }

    /// DeviceKey.
    #[getter]
    fn device_key(&self) -> &str {
        self.remembered.device().device_key()
    }

    /// PasswordVerifier: base64.
    #[getter]
    fn password_verifier(&self) -> &str {
        self.config.password_verifier()
    }

    /// Salt: base64.
    #[getter]
    fn salt(&self) -> &str {
        self.config.salt()
    }

    /// DeviceSecretVerifierConfig of ConfirmDevice.
    #[getter]
    fn device_secret_verifier_config<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let config = PyDict::new(py);
        config.set_item("PasswordVerifier", self.config.password_verifier())?;
        config.set_item("Salt", self.config.salt())?;
        Ok(config)
    }

    /// The secret. The caller is responsible for the text.
    fn expose_secret(&self) -> &str {
        self.remembered.secret().expose_secret()
    }

    /// Everything that the device must keep, in one value.
    fn remember(&self) -> RememberedDevice {
        RememberedDevice(srp::RememberedDevice::new(self.remembered.device(), self.remembered.secret()))
    }

    fn __repr__(&self) -> String {
        format!("Registration({})", named(self.remembered.device()))
    }
}

fn named(device: Device<'_>) -> String {
    format!("device_group_key={:?}, device_key={:?}", device.device_group_key(), device.device_key())
}

/// Returns (password_verifier, salt) of a secret: DeviceSecretVerifierConfig in base64. Deterministic.
///
/// salt: the random bytes, or the base64 text that was sent.
#[pyfunction]
pub(crate) fn derive(
    py: Python<'_>,
    device_group_key: Text,
    device_key: DeviceKey,
    device_secret: Text,
    salt: Salt,
) -> PyResult<(String, String)> {
    let derived = py.detach(|| {
        let device = device_key.with_group(&device_group_key)?;
        let config =
            DeviceSecretVerifierConfig::derive(device, &DeviceSecret::from_text(&device_secret)?, &salt.0);
        Ok((config.password_verifier().to_owned(), config.salt().to_owned()))
    });
    Ok(derived.map_err(Raised)?)
}

/// Checks that a password verifier and its salt, in base64, belong to a device's secret. Raises Error if they do not.
#[pyfunction]
pub(crate) fn prove(
    py: Python<'_>,
    device_group_key: Text,
    device_key: DeviceKey,
    device_secret: Text,
    password_verifier: Text,
    salt: Text,
) -> PyResult<()> {
    let proven = py.detach(|| {
        let device = device_key.with_group(&device_group_key)?;
        let secret = DeviceSecret::from_text(&device_secret)?;
        DeviceSecretVerifierConfig::from_base64(&password_verifier, &salt)?.prove(device, &secret)
    });
    Ok(proven.map_err(Raised)?)
}

/// For tests only: a device key of any form, for fixtures of other projects. Every call that takes a device key takes it. The
/// service rejects this key, and all other checks are as for any device.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct DeviceKeyForTests(pub(crate) String);

#[pymethods]
impl DeviceKeyForTests {
    #[new]
    fn new(key: Text) -> Self {
        Self(key.into_string())
    }

    fn __str__(&self) -> &str {
        &self.0
    }

    fn __repr__(&self) -> String {
        format!("DeviceKeyForTests({:?})", self.0)
    }
}

/// A device and its secret: everything that later sign-ins need. It cannot be pickled or copied.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct RememberedDevice(pub(crate) srp::RememberedDevice);

#[pymethods]
impl RememberedDevice {
    #[new]
    fn new(device_group_key: Text, device_key: DeviceKey, device_secret: Text) -> PyResult<Self> {
        let device = device_key.with_group(&device_group_key).map_err(Raised)?;
        let secret = DeviceSecret::from_text(&device_secret).map_err(Raised)?;
        Ok(Self(srp::RememberedDevice::new(device, &secret)))
    }

    /// The device in a JSON object that expose_json() or the program's register command wrote.
    #[staticmethod]
    fn from_json(text: Text) -> PyResult<Self> {
        // a parser's message can quote the text
        let no_device = |error: serde_json::Error| {
            PyValueError::new_err(format!(
                "text is not the JSON object of a device, at line {} column {}",
                error.line(),
                error.column()
            ))
        };
        serde_json::from_str(&text).map(Self).map_err(no_device)
    }

    /// The JSON object to store. It contains the secret, and the caller is responsible for it.
    fn expose_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyString>> {
        let json = serde_json::to_string(&self.0.expose()).map(Zeroizing::new);
        let json = json.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(pyo3::types::PyString::new(py, &json))
    }

    /// DeviceGroupKey.
    #[getter]
    fn device_group_key(&self) -> &str {
        self.0.device().device_group_key()
    }

    /// DeviceKey.
    #[getter]
    fn device_key(&self) -> &str {
        self.0.device().device_key()
    }

    /// The secret. The caller is responsible for the text.
    fn expose_secret(&self) -> &str {
        self.0.secret().expose_secret()
    }

    /// Answers DEVICE_PASSWORD_VERIFIER of a sign-in, without exposing the secret to Python.
    #[pyo3(signature = (sign_in, srp_b, salt, secret_block, timestamp=None))]
    fn answer(
        &self,
        py: Python<'_>,
        sign_in: &SignIn,
        srp_b: Text,
        salt: Text,
        secret_block: Text,
        timestamp: Option<Moment>,
    ) -> PyResult<PasswordClaim> {
        sign_in.answer(py, || Ok(self.0.credentials()), [&srp_b, &salt, &secret_block], timestamp)
    }

    fn __repr__(&self) -> String {
        format!("RememberedDevice({})", named(self.0.device()))
    }
}
