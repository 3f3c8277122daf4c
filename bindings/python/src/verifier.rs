//! The service's side of a sign-in, for proofs, emulators and tests.

use crate::arguments::{Bytes, DeviceKey, Salt, Text};
use crate::error::Raised;
use crate::once::Once;
use cognito_device_srp as srp;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use srp::verifier::{Claim, Claimant};
use srp::{Credentials, DeviceSecretVerifierConfig, Ephemeral};

/// A verifier and its salt, as a service stores them. Somebody who has a verifier can try guesses of a weak password offline.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct StoredVerifier(srp::verifier::StoredVerifier);

#[pymethods]
impl StoredVerifier {
    /// The verifier of a DeviceSecretVerifierConfig, from its two base64 texts.
    #[staticmethod]
    fn for_device(password_verifier: Text, salt: Text) -> PyResult<Self> {
        let config = DeviceSecretVerifierConfig::from_base64(&password_verifier, &salt).map_err(Raised)?;
        Ok(Self(srp::verifier::StoredVerifier::for_device(&config).map_err(Raised)?))
    }

    /// The verifier of a user's password. Without a salt, a random one is used.
    #[staticmethod]
    #[pyo3(signature = (user_pool_id, user_id_for_srp, password, salt=None))]
    fn for_user(
        py: Python<'_>,
        user_pool_id: Text,
        user_id_for_srp: Text,
        password: Text,
        salt: Option<Salt>,
    ) -> PyResult<Self> {
        let made = py.detach(|| {
            let salt = salt.map_or_else(srp::Salt::generate, |Salt(salt)| Ok(salt))?;
            let user = Credentials::user(&user_pool_id, &user_id_for_srp, &password)?;
            Ok(srp::verifier::StoredVerifier::for_user(&user, salt))
        });
        Ok(Self(made.map_err(Raised)?))
    }

    /// A stored verifier: a big-endian number of up to 384 bytes.
    #[staticmethod]
    fn from_parts(verifier: Bytes, salt: Salt) -> PyResult<Self> {
        Ok(Self(srp::verifier::StoredVerifier::from_parts(&verifier, salt.0).map_err(Raised)?))
    }

    /// The verifier: 384 bytes.
    fn expose_verifier<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.verifier())
    }

    /// The salt, as it is hashed.
    #[getter]
    fn salt<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.salt().as_signed_bytes())
    }

    /// Answers SRP_A. b: the ephemeral, only for known answers. Without it, a random one is used.
    #[pyo3(signature = (srp_a, b=None))]
    fn challenge(&self, py: Python<'_>, srp_a: Text, b: Option<Bytes>) -> PyResult<IssuedChallenge> {
        let issued = py.detach(|| {
            let ephemeral = b.map_or_else(Ephemeral::generate, |b| Ephemeral::from_bytes(&b))?;
            self.0.challenge(&srp_a, ephemeral)
        });
        let issued = issued.map_err(Raised)?;
        let (srp_b, salt) = (issued.srp_b().to_owned(), issued.salt().to_owned());
        Ok(IssuedChallenge { issued: Once::new(issued), srp_b, salt })
    }

    fn __repr__(&self) -> &str {
        "StoredVerifier(..)"
    }
}

/// A challenge that waits for its answer. It can check one answer.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct IssuedChallenge {
    issued: Once<srp::verifier::IssuedChallenge>,
    srp_b: String,
    salt: String,
}

impl IssuedChallenge {
    fn check(
        &self,
        py: Python<'_>,
        claimant: Result<Claimant<'_>, srp::Error>,
        [secret_block, timestamp, signature]: [&str; 3],
    ) -> PyResult<()> {
        let claim = Claim { secret_block, timestamp, signature };
        Ok(py
            .detach(|| {
                let claimant = claimant?;
                self.issued.take()?.check(claimant, &claim)
            })
            .map_err(Raised)?)
    }
}

#[pymethods]
impl IssuedChallenge {
    /// SRP_B: hexadecimal.
    #[getter]
    fn srp_b(&self) -> &str {
        &self.srp_b
    }

    /// SALT: hexadecimal.
    #[getter]
    fn salt(&self) -> &str {
        &self.salt
    }

    /// Checks the answer of a device. Raises Error if it was not made with the secret of the verifier. The caller must check
    /// that secret_block is the one that was sent, and that timestamp is recent.
    fn check_device(
        &self,
        py: Python<'_>,
        device_group_key: Text,
        device_key: DeviceKey,
        secret_block: Text,
        timestamp: Text,
        signature: Text,
    ) -> PyResult<()> {
        let device = device_key.with_group(&device_group_key).map(Claimant::from);
        self.check(py, device, [&secret_block, &timestamp, &signature])
    }

    /// Checks the answer of a user, as check_device() does for a device.
    fn check_user(
        &self,
        py: Python<'_>,
        user_pool_id: Text,
        user_id_for_srp: Text,
        secret_block: Text,
        timestamp: Text,
        signature: Text,
    ) -> PyResult<()> {
        let user = Claimant::user(&user_pool_id, &user_id_for_srp);
        self.check(py, user, [&secret_block, &timestamp, &signature])
    }

    fn __repr__(&self) -> &str {
        "IssuedChallenge(..)"
    }
}
