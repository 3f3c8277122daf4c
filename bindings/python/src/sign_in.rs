//! The client's side of a sign-in.

use crate::arguments::{Bytes, DeviceKey, Moment, Text, or_now};
use crate::error::Raised;
use crate::once::Once;
use cognito_device_srp as srp;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use srp::{Challenge, Credentials, DeviceSecret, Ephemeral};

/// A sign-in that has begun. It can be answered once.
///
/// a: the ephemeral, 1 to 1024 bytes, big-endian, only for known answers. Without it, a random one is used.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct SignIn {
    pub(crate) begun: Once<srp::SignIn>,
    srp_a: String,
}

impl From<srp::SignIn> for SignIn {
    fn from(begun: srp::SignIn) -> Self {
        let srp_a = begun.srp_a().to_owned();
        Self { begun: Once::new(begun), srp_a }
    }
}

impl SignIn {
    /// Answers a challenge of `SRP_B`, `SALT` and `SECRET_BLOCK`. Unless the credentials are rejected, the sign-in cannot be
    /// used again.
    pub(crate) fn answer<'c>(
        &self,
        py: Python<'_>,
        credentials: impl FnOnce() -> Result<Credentials<'c>, srp::Error> + Send,
        [srp_b, salt, secret_block]: [&str; 3],
        timestamp: Option<Moment>,
    ) -> PyResult<PasswordClaim> {
        let timestamp = or_now(timestamp)?;
        let answered = py.detach(|| {
            let credentials = credentials()?;
            self.begun.take()?.answer(&credentials, &Challenge { srp_b, salt, secret_block }, &timestamp)
        });
        Ok(PasswordClaim(answered.map_err(Raised)?))
    }
}

#[pymethods]
impl SignIn {
    #[new]
    #[pyo3(signature = (a=None))]
    fn new(py: Python<'_>, a: Option<Bytes>) -> PyResult<Self> {
        let begun = py.detach(|| match a {
            Some(a) => Ephemeral::from_bytes(&a).map(srp::SignIn::start),
            None => srp::SignIn::generate(),
        });
        Ok(begun.map_err(Raised)?.into())
    }

    /// SRP_A: hexadecimal.
    #[getter]
    fn srp_a(&self) -> &str {
        &self.srp_a
    }

    /// Answers DEVICE_PASSWORD_VERIFIER.
    ///
    /// timestamp: seconds since 1970, a text in the format of TIMESTAMP, or a datetime with a time zone. Without it, the
    /// current time is used.
    #[pyo3(signature = (device_group_key, device_key, device_secret, srp_b, salt, secret_block, timestamp=None))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn answer_device(
        &self,
        py: Python<'_>,
        device_group_key: Text,
        device_key: DeviceKey,
        device_secret: Text,
        srp_b: Text,
        salt: Text,
        secret_block: Text,
        timestamp: Option<Moment>,
    ) -> PyResult<PasswordClaim> {
        let device = device_key.with_group(&device_group_key).map_err(Raised)?;
        let secret = DeviceSecret::from_text(&device_secret).map_err(Raised)?;
        self.answer(
            py,
            || Ok(Credentials::device(device, &secret)),
            [&srp_b, &salt, &secret_block],
            timestamp,
        )
    }

    /// Answers PASSWORD_VERIFIER. user_id_for_srp is USER_ID_FOR_SRP of the challenge.
    #[pyo3(signature = (user_pool_id, user_id_for_srp, password, srp_b, salt, secret_block, timestamp=None))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn answer_user(
        &self,
        py: Python<'_>,
        user_pool_id: Text,
        user_id_for_srp: Text,
        password: Text,
        srp_b: Text,
        salt: Text,
        secret_block: Text,
        timestamp: Option<Moment>,
    ) -> PyResult<PasswordClaim> {
        let user = || Credentials::user(&user_pool_id, &user_id_for_srp, &password);
        self.answer(py, user, [&srp_b, &salt, &secret_block], timestamp)
    }

    /// Answers PASSWORD_VERIFIER with the hash of the password: 32 bytes, SHA-256 of pool name, user id, ":" and password.
    #[pyo3(signature = (user_pool_id, user_id_for_srp, password_hash, srp_b, salt, secret_block, timestamp=None))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn answer_user_hashed(
        &self,
        py: Python<'_>,
        user_pool_id: Text,
        user_id_for_srp: Text,
        password_hash: Bytes,
        srp_b: Text,
        salt: Text,
        secret_block: Text,
        timestamp: Option<Moment>,
    ) -> PyResult<PasswordClaim> {
        let hash = password_hash.first_chunk().filter(|hash| hash.len() == password_hash.len());
        let hash = hash.ok_or(Raised(srp::Error::ArgumentLength))?;
        let user = || Credentials::user_hashed(&user_pool_id, &user_id_for_srp, hash);
        self.answer(py, user, [&srp_b, &salt, &secret_block], timestamp)
    }

    /// Returns the sign-in as bytes, to be answered later or by another process. This object can then no longer answer.
    fn suspend(&self) -> PyResult<SuspendedSignIn> {
        Ok(SuspendedSignIn(self.begun.take().map_err(Raised)?.suspend()))
    }

    /// The sign-in that was suspended into these bytes.
    #[staticmethod]
    fn resume(state: Bytes) -> PyResult<Self> {
        Ok(srp::SignIn::resume(&state).map_err(Raised)?.into())
    }

    fn __repr__(&self) -> &str {
        "SignIn(..)"
    }
}

/// A suspended sign-in. Its bytes contain the ephemeral, which is a secret.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct SuspendedSignIn(srp::SuspendedSignIn);

#[pymethods]
impl SuspendedSignIn {
    /// The bytes for SignIn.resume(). Store them like a secret.
    fn expose_secret<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.expose_secret())
    }

    fn __repr__(&self) -> &str {
        "SuspendedSignIn(..)"
    }
}

/// The answer to a challenge.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct PasswordClaim(pub(crate) srp::PasswordClaim);

#[pymethods]
impl PasswordClaim {
    /// PASSWORD_CLAIM_SIGNATURE: base64.
    #[getter]
    fn signature(&self) -> &str {
        self.0.signature()
    }

    /// TIMESTAMP, as it was signed.
    #[getter]
    fn timestamp(&self) -> &str {
        self.0.timestamp()
    }

    fn __repr__(&self) -> String {
        format!("PasswordClaim(timestamp='{}')", self.0.timestamp())
    }
}
