//! What the service is sent, and what its refusals mean.

use crate::arguments::{Bytes, FreeText, Text};
use crate::device::RememberedDevice;
use crate::error::Raised;
use crate::sign_in::{PasswordClaim, SignIn};
use cognito_device_srp as srp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use srp::service::Parameters;
use srp::{Device, SecretHash};
use zeroize::Zeroizing;

/// SECRET_HASH of an app client that has a secret, for a request of username.
#[pyfunction]
pub(crate) fn secret_hash(client_secret: FreeText, username: FreeText, client_id: FreeText) -> String {
    SecretHash::new(&client_secret, &username, &client_id).as_str().to_owned()
}

/// What every request of one sign-in has in common. Each method makes the parameter map of one request, as a dict: with
/// SECRET_HASH if there is a client secret, and with DEVICE_KEY if there is a device.
///
/// username: what the user typed in InitiateAuth, and USERNAME of the challenge in the answers to it.
/// device: a RememberedDevice, or (device_group_key, device_key).
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct AuthContext {
    client_id: String,
    username: String,
    client_secret: Option<Zeroizing<String>>,
    device: Option<(String, String)>,
}

/// A device as Python names it.
pub(crate) struct DeviceArgument(String, String);

impl FromPyObject<'_, '_> for DeviceArgument {
    type Error = PyErr;

    fn extract(argument: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(remembered) = argument.cast::<RememberedDevice>() {
            let device = remembered.get().0.device();
            return Ok(Self(device.device_group_key().to_owned(), device.device_key().to_owned()));
        }
        let (group, key): (Bound<'_, PyAny>, Bound<'_, PyAny>) = argument.extract().map_err(|_| {
            PyTypeError::new_err("RememberedDevice or (device_group_key, device_key) expected")
        })?;
        let (group, key): (FreeText, Text) = (group.extract()?, key.extract()?);
        Device::new(&group, &key).map_err(Raised)?;
        Ok(Self(group.into_string(), key.to_owned()))
    }
}

fn dict<'py>(py: Python<'py>, parameters: &Parameters) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    parameters.iter().try_for_each(|(name, value)| dict.set_item(name, value))?;
    Ok(dict)
}

impl AuthContext {
    fn context(&self) -> PyResult<srp::service::AuthContext<'_>> {
        let mut context = srp::service::AuthContext::new(&self.client_id, &self.username);
        if let Some(client_secret) = &self.client_secret {
            context = context.with_client_secret(client_secret);
        }
        Ok(if self.device.is_some() { context.with_device(self.device()?) } else { context })
    }

    /// The device that a request cannot do without.
    fn device(&self) -> PyResult<Device<'_>> {
        let (group, key) =
            self.device.as_ref().ok_or_else(|| PyTypeError::new_err("the context has no device"))?;
        Ok(Device::new(group, key).map_err(Raised)?)
    }
}

type Map<'py> = PyResult<Bound<'py, PyDict>>;

#[pymethods]
impl AuthContext {
    #[new]
    #[pyo3(signature = (client_id, username, *, client_secret=None, device=None))]
    fn new(
        client_id: FreeText,
        username: FreeText,
        client_secret: Option<FreeText>,
        device: Option<DeviceArgument>,
    ) -> Self {
        Self {
            client_id: client_id.into_string(),
            username: username.into_string(),
            client_secret: client_secret.map(|secret| Zeroizing::new(secret.into_string())),
            device: device.map(|DeviceArgument(group, key)| (group, key)),
        }
    }

    /// The same with another USERNAME: that of the challenge that is answered.
    fn with_username(&self, username: FreeText) -> Self {
        Self {
            client_id: self.client_id.clone(),
            username: username.into_string(),
            client_secret: self.client_secret.clone(),
            device: self.device.clone(),
        }
    }

    /// AuthParameters of USER_SRP_AUTH.
    fn user_srp_auth<'py>(&self, py: Python<'py>, sign_in: &SignIn) -> Map<'py> {
        let context = self.context()?;
        dict(py, &sign_in.begun.with(|sign_in| context.user_srp_auth(sign_in)).map_err(Raised)?)
    }

    /// ChallengeResponses of PASSWORD_VERIFIER, with SECRET_BLOCK as it came.
    fn password_verifier<'py>(&self, py: Python<'py>, secret_block: Text, claim: &PasswordClaim) -> Map<'py> {
        dict(py, &self.context()?.password_verifier(&secret_block, &claim.0))
    }

    /// ChallengeResponses of DEVICE_SRP_AUTH. The context must have the device.
    fn device_srp_auth<'py>(&self, py: Python<'py>, sign_in: &SignIn) -> Map<'py> {
        let (context, device) = (self.context()?, self.device()?);
        dict(py, &sign_in.begun.with(|sign_in| context.device_srp_auth(device, sign_in)).map_err(Raised)?)
    }

    /// ChallengeResponses of DEVICE_PASSWORD_VERIFIER, with SECRET_BLOCK as it came. The context must have the device.
    fn device_password_verifier<'py>(
        &self,
        py: Python<'py>,
        secret_block: Text,
        claim: &PasswordClaim,
    ) -> Map<'py> {
        dict(py, &self.context()?.device_password_verifier(self.device()?, &secret_block, &claim.0))
    }

    /// ChallengeResponses of SMS_MFA.
    fn sms_mfa<'py>(&self, py: Python<'py>, code: FreeText) -> Map<'py> {
        dict(py, &self.context()?.sms_mfa(&code))
    }

    /// ChallengeResponses of SOFTWARE_TOKEN_MFA.
    fn software_token_mfa<'py>(&self, py: Python<'py>, code: FreeText) -> Map<'py> {
        dict(py, &self.context()?.software_token_mfa(&code))
    }

    /// AuthParameters of REFRESH_TOKEN_AUTH. The context's username must be the pool's own, not an alias, if there is a client
    /// secret.
    fn refresh_token_auth<'py>(&self, py: Python<'py>, refresh_token: FreeText) -> Map<'py> {
        dict(py, &self.context()?.refresh_token_auth(&refresh_token))
    }

    fn __repr__(&self) -> String {
        format!("AuthContext(client_id={:?}, ..)", self.client_id)
    }
}

/// What the service says when it refuses, and what that means.
///
/// exception: its name, as in "NotAuthorizedException": of a botocore ClientError, response["Error"]["Code"].
/// message: its words: response["Error"]["Message"].
/// status: the HTTP status.
#[pyclass(frozen, module = "cognito_device_srp")]
pub(crate) struct Refusal(srp::service::ServiceError);

#[pymethods]
impl Refusal {
    #[new]
    #[pyo3(signature = (exception, message=None, status=400))]
    fn new(exception: Text, message: Option<Text>, status: u16) -> Self {
        let body = serde_json::json!({"message": message.as_deref()});
        Self(srp::service::ServiceError::from_response(status, Some(&exception), body))
    }

    /// Reads an HTTP answer: the status, the header x-amzn-ErrorType if there is one, and the body, whatever it holds.
    #[staticmethod]
    fn from_response(status: u16, error_type: Option<Text>, body: Bytes) -> Self {
        let body = &mut serde_json::Deserializer::from_slice(&body);
        Self(srp::service::ServiceError::from_response(status, error_type.as_deref(), body))
    }

    /// The HTTP status.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status()
    }

    /// The service's name of it, as in "NotAuthorizedException"; empty if there was none.
    #[getter]
    fn exception(&self) -> &str {
        self.0.exception().name()
    }

    /// The service's words.
    #[getter]
    fn message(&self) -> &str {
        self.0.message()
    }

    /// Whether the same request may succeed a little later.
    #[getter]
    fn is_retryable(&self) -> bool {
        self.0.is_retryable()
    }

    /// What is behind it, as in "DeviceForgotten", or None.
    #[getter]
    fn diagnosis(&self) -> Option<String> {
        self.0.diagnosis().map(|diagnosis| format!("{diagnosis:?}"))
    }

    /// What to do, or None.
    #[getter]
    fn advice(&self) -> Option<&'static str> {
        self.0.diagnosis().map(srp::service::Diagnosis::advice)
    }

    fn __repr__(&self) -> String {
        format!("Refusal(exception={:?}, status={})", self.0.exception().name(), self.0.status())
    }
}
