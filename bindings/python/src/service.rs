//! The parameters of requests, and the service's refusals.

use crate::arguments::{Bytes, DeviceKey, Text};
use crate::device::RememberedDevice;
use crate::error::Raised;
use crate::sign_in::{PasswordClaim, SignIn};
use cognito_device_srp as srp;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use srp::service::{
    ChallengeName, GetTokensFromRefreshTokenRequest, MfaType, Parameters, PreferredChallenge,
    SelectedChallenge,
};
use srp::{Device, SecretHash};
use zeroize::Zeroizing;

/// SECRET_HASH of an app client that has a secret, for a request with this username.
#[pyfunction]
pub(crate) fn secret_hash(client_secret: Text, username: Text, client_id: Text) -> String {
    SecretHash::new(&client_secret, &username, &client_id).as_str().to_owned()
}

/// What all requests of one sign-in have in common. Each method returns the parameters of one request as a dict. It contains
/// SECRET_HASH if there is a client secret, and DEVICE_KEY if there is a device.
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

/// A device as an argument from Python.
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
        let (group, key): (Text, DeviceKey) = (group.extract()?, key.extract()?);
        let device = key.with_group(&group).map_err(Raised)?;
        Ok(Self(device.device_group_key().to_owned(), device.device_key().to_owned()))
    }
}

type Map<'py> = PyResult<Bound<'py, PyDict>>;

fn dict<'py>(py: Python<'py>, parameters: &Parameters) -> Map<'py> {
    let dict = PyDict::new(py);
    parameters.iter().try_for_each(|(name, value)| dict.set_item(name, value))?;
    Ok(dict)
}

fn made(py: Python<'_>, parameters: Result<Parameters, srp::Error>) -> Map<'_> {
    dict(py, &parameters.map_err(Raised)?)
}

fn no_choice() -> PyErr {
    PyValueError::new_err("unknown choice, or arguments that do not belong to it")
}

/// The names and values of a dict.
#[derive(Default)]
pub(crate) struct Entries(Vec<(Text, Text)>);

impl FromPyObject<'_, '_> for Entries {
    type Error = PyErr;

    fn extract(argument: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let dict = argument.cast::<PyDict>().map_err(|_| PyTypeError::new_err("dict expected"))?;
        dict.iter()
            .map(|(name, value)| Ok((name.extract()?, value.extract()?)))
            .collect::<PyResult<_>>()
            .map(Self)
    }
}

impl Entries {
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value)).collect()
    }
}

impl AuthContext {
    fn context(&self) -> PyResult<srp::service::AuthContext<'_>> {
        let mut context = srp::service::AuthContext::new(&self.client_id, &self.username).map_err(Raised)?;
        if let Some(client_secret) = &self.client_secret {
            context = context.with_client_secret(client_secret);
        }
        Ok(if self.device.is_some() { context.with_device(self.device()?) } else { context })
    }

    fn checked(self) -> PyResult<Self> {
        self.context()?;
        Ok(self)
    }

    /// The parameters of a request with `SRP_A` of a sign-in.
    fn begin<'py>(
        &self,
        py: Python<'py>,
        sign_in: &SignIn,
        make: impl FnOnce(srp::service::AuthContext<'_>, &srp::SignIn) -> Result<Parameters, srp::Error>,
    ) -> Map<'py> {
        let context = self.context()?;
        made(py, sign_in.begun.with(|sign_in| make(context, sign_in)).flatten())
    }

    /// The device, which the request requires.
    fn device(&self) -> PyResult<Device<'_>> {
        let (group, key) =
            self.device.as_ref().ok_or_else(|| PyTypeError::new_err("the context has no device"))?;
        // its form was checked when the context was made
        Ok(Device::for_tests_with_any_key(group, key).map_err(Raised)?)
    }
}

#[pymethods]
impl AuthContext {
    #[new]
    #[pyo3(signature = (client_id, username, *, client_secret=None, device=None))]
    fn new(
        client_id: Text,
        username: Text,
        client_secret: Option<Text>,
        device: Option<DeviceArgument>,
    ) -> PyResult<Self> {
        Self {
            client_id: client_id.into_string(),
            username: username.into_string(),
            client_secret: client_secret.map(|secret| Zeroizing::new(secret.into_string())),
            device: device.map(|DeviceArgument(group, key)| (group, key)),
        }
        .checked()
    }

    /// The same context with another USERNAME: that of the challenge to answer.
    fn with_username(&self, username: Text) -> PyResult<Self> {
        Self {
            client_id: self.client_id.clone(),
            username: username.into_string(),
            client_secret: self.client_secret.clone(),
            device: self.device.clone(),
        }
        .checked()
    }

    /// AuthParameters of USER_SRP_AUTH.
    fn user_srp_auth<'py>(&self, py: Python<'py>, sign_in: &SignIn) -> Map<'py> {
        self.begin(py, sign_in, |context, sign_in| Ok(context.user_srp_auth(sign_in)))
    }

    /// AuthParameters of USER_AUTH. preferred: None, "PASSWORD_SRP" (requires sign_in), "PASSWORD" (requires password),
    /// "EMAIL_OTP", "SMS_OTP" or "WEB_AUTHN".
    #[pyo3(signature = (preferred=None, *, sign_in=None, password=None))]
    fn user_auth<'py>(
        &self,
        py: Python<'py>,
        preferred: Option<Text>,
        sign_in: Option<&SignIn>,
        password: Option<Text>,
    ) -> Map<'py> {
        use PreferredChallenge as Preferred;
        let context = self.context()?;
        match (preferred.as_deref(), sign_in, &password) {
            (None, None, None) => dict(py, &context.user_auth()),
            (Some("PASSWORD_SRP"), Some(sign_in), None) => self.begin(py, sign_in, |context, sign_in| {
                context.user_auth_preferring(Preferred::PasswordSrp(sign_in))
            }),
            (Some("PASSWORD"), None, Some(password)) => {
                made(py, context.user_auth_preferring(Preferred::Password(password)))
            }
            (Some("EMAIL_OTP"), None, None) => made(py, context.user_auth_preferring(Preferred::EmailOtp)),
            (Some("SMS_OTP"), None, None) => made(py, context.user_auth_preferring(Preferred::SmsOtp)),
            (Some("WEB_AUTHN"), None, None) => made(py, context.user_auth_preferring(Preferred::WebAuthn)),
            _ => Err(no_choice()),
        }
    }

    /// AuthParameters of CUSTOM_AUTH. With a sign-in, SRP comes first.
    #[pyo3(signature = (sign_in=None))]
    fn custom_auth<'py>(&self, py: Python<'py>, sign_in: Option<&SignIn>) -> Map<'py> {
        match sign_in {
            Some(sign_in) => {
                self.begin(py, sign_in, |context, sign_in| Ok(context.custom_auth_with_srp(sign_in)))
            }
            None => dict(py, &self.context()?.custom_auth()),
        }
    }

    /// AuthParameters of REFRESH_TOKEN_AUTH. If there is a client secret, the context's username must be the pool's own name of
    /// the user, not an alias. App clients that rotate refresh tokens must use get_tokens_from_refresh_token() instead.
    fn refresh_token_auth<'py>(&self, py: Python<'py>, refresh_token: Text) -> Map<'py> {
        made(py, self.context()?.refresh_token_auth(&refresh_token))
    }

    /// The parameters of GetTokensFromRefreshToken, to pass to boto3 with **. They contain the client secret itself.
    fn get_tokens_from_refresh_token<'py>(&self, py: Python<'py>, refresh_token: Text) -> Map<'py> {
        let context = self.context()?;
        let request = GetTokensFromRefreshTokenRequest::new(&context, &refresh_token).map_err(Raised)?;
        let dict = PyDict::new(py);
        dict.set_item("RefreshToken", request.refresh_token())?;
        dict.set_item("ClientId", request.client_id())?;
        for (name, value) in [("ClientSecret", request.client_secret()), ("DeviceKey", request.device_key())]
        {
            value.map_or(Ok(()), |value| dict.set_item(name, value))?;
        }
        Ok(dict)
    }

    /// ChallengeResponses of SELECT_CHALLENGE. selected: "PASSWORD_SRP" (requires sign_in), "PASSWORD" (requires password),
    /// "EMAIL_OTP", "SMS_OTP", or "WEB_AUTHN" (requires credential, a JSON text).
    #[pyo3(signature = (selected, *, sign_in=None, password=None, credential=None))]
    fn select_challenge<'py>(
        &self,
        py: Python<'py>,
        selected: Text,
        sign_in: Option<&SignIn>,
        password: Option<Text>,
        credential: Option<Text>,
    ) -> Map<'py> {
        use SelectedChallenge as Selected;
        let context = self.context()?;
        match (&*selected, sign_in, &password, &credential) {
            ("PASSWORD_SRP", Some(sign_in), None, None) => self.begin(py, sign_in, |context, sign_in| {
                context.select_challenge(Selected::PasswordSrp(sign_in))
            }),
            ("PASSWORD", None, Some(password), None) => {
                made(py, context.select_challenge(Selected::Password(password)))
            }
            ("EMAIL_OTP", None, None, None) => made(py, context.select_challenge(Selected::EmailOtp)),
            ("SMS_OTP", None, None, None) => made(py, context.select_challenge(Selected::SmsOtp)),
            ("WEB_AUTHN", None, None, Some(credential)) => {
                made(py, context.select_challenge(Selected::WebAuthn(credential)))
            }
            _ => Err(no_choice()),
        }
    }

    /// ChallengeResponses of PASSWORD_SRP.
    fn password_srp<'py>(&self, py: Python<'py>, sign_in: &SignIn) -> Map<'py> {
        self.begin(py, sign_in, |context, sign_in| Ok(context.password_srp(sign_in)))
    }

    /// ChallengeResponses of PASSWORD: the password in the clear.
    fn password<'py>(&self, py: Python<'py>, password: Text) -> Map<'py> {
        made(py, self.context()?.password(&password))
    }

    /// ChallengeResponses of PASSWORD_VERIFIER. secret_block: SECRET_BLOCK of the challenge.
    fn password_verifier<'py>(&self, py: Python<'py>, secret_block: Text, claim: &PasswordClaim) -> Map<'py> {
        dict(py, &self.context()?.password_verifier(&secret_block, &claim.0))
    }

    /// ChallengeResponses of DEVICE_SRP_AUTH. The context must have the device.
    fn device_srp_auth<'py>(&self, py: Python<'py>, sign_in: &SignIn) -> Map<'py> {
        let device = self.device()?;
        self.begin(py, sign_in, |context, sign_in| Ok(context.device_srp_auth(device, sign_in)))
    }

    /// ChallengeResponses of DEVICE_PASSWORD_VERIFIER. secret_block: SECRET_BLOCK of the challenge. The context must have the
    /// device.
    fn device_password_verifier<'py>(
        &self,
        py: Python<'py>,
        secret_block: Text,
        claim: &PasswordClaim,
    ) -> Map<'py> {
        dict(py, &self.context()?.device_password_verifier(self.device()?, &secret_block, &claim.0))
    }

    /// ChallengeResponses of SMS_MFA.
    fn sms_mfa<'py>(&self, py: Python<'py>, code: Text) -> Map<'py> {
        made(py, self.context()?.sms_mfa(&code))
    }

    /// ChallengeResponses of SOFTWARE_TOKEN_MFA.
    fn software_token_mfa<'py>(&self, py: Python<'py>, code: Text) -> Map<'py> {
        made(py, self.context()?.software_token_mfa(&code))
    }

    /// ChallengeResponses of EMAIL_OTP.
    fn email_otp<'py>(&self, py: Python<'py>, code: Text) -> Map<'py> {
        made(py, self.context()?.email_otp(&code))
    }

    /// ChallengeResponses of SMS_OTP.
    fn sms_otp<'py>(&self, py: Python<'py>, code: Text) -> Map<'py> {
        made(py, self.context()?.sms_otp(&code))
    }

    /// ChallengeResponses of SELECT_MFA_TYPE. selected: "SMS_MFA", "EMAIL_OTP" or "SOFTWARE_TOKEN_MFA".
    fn select_mfa_type<'py>(&self, py: Python<'py>, selected: Text) -> Map<'py> {
        let types = [MfaType::Sms, MfaType::EmailOtp, MfaType::SoftwareToken];
        let selected =
            types.into_iter().find(|mfa_type| mfa_type.name() == &*selected).ok_or_else(no_choice)?;
        made(py, self.context()?.select_mfa_type(selected))
    }

    /// ChallengeResponses of MFA_SETUP. Send them with the Session that VerifySoftwareToken returned.
    fn mfa_setup<'py>(&self, py: Python<'py>) -> Map<'py> {
        dict(py, &self.context()?.mfa_setup())
    }

    /// ChallengeResponses of NEW_PASSWORD_REQUIRED. attributes: a dict of names, with or without the prefix "userAttributes.",
    /// and values.
    #[pyo3(signature = (new_password, attributes=None))]
    fn new_password_required<'py>(
        &self,
        py: Python<'py>,
        new_password: Text,
        attributes: Option<Entries>,
    ) -> Map<'py> {
        let attributes = attributes.unwrap_or_default();
        made(py, self.context()?.new_password_required(&new_password, &attributes.pairs()))
    }

    /// ChallengeResponses of CUSTOM_CHALLENGE.
    fn custom_challenge<'py>(&self, py: Python<'py>, answer: Text) -> Map<'py> {
        made(py, self.context()?.custom_challenge(&answer))
    }

    /// ChallengeResponses of WEB_AUTHN. credential: the passkey's answer, a JSON text.
    fn web_authn<'py>(&self, py: Python<'py>, credential: Text) -> Map<'py> {
        made(py, self.context()?.web_authn(&credential))
    }

    /// ChallengeResponses of any challenge, also one that is newer than this package. entries: the challenge's own entries. The
    /// method adds USERNAME, and SECRET_HASH and DEVICE_KEY if the context has them.
    fn respond<'py>(&self, py: Python<'py>, challenge_name: Text, entries: Entries) -> Map<'py> {
        made(py, self.context()?.respond(&ChallengeName::from_name(&challenge_name), &entries.pairs()))
    }

    fn __repr__(&self) -> String {
        format!("AuthContext(client_id={:?}, ..)", self.client_id)
    }
}

/// A refusal of the service, and its cause.
///
/// exception: its name, as in "NotAuthorizedException". In a botocore ClientError it is response["Error"]["Code"].
/// message: its message. In a ClientError it is response["Error"]["Message"].
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

    /// Reads an HTTP response: the status, the header x-amzn-ErrorType if there is one, and the body, which can be anything.
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

    /// The name of the exception, as in "NotAuthorizedException". Empty if the response has none.
    #[getter]
    fn exception(&self) -> &str {
        self.0.exception().name()
    }

    /// The message of the service.
    #[getter]
    fn message(&self) -> &str {
        self.0.message()
    }

    /// Whether the same request may succeed a little later.
    #[getter]
    fn is_retryable(&self) -> bool {
        self.0.is_retryable()
    }

    /// Whether there were too many tries, so that the next one must wait.
    #[getter]
    fn asks_to_wait(&self) -> bool {
        self.0.asks_to_wait()
    }

    /// The cause, as in "DeviceForgotten", or None if it is not known.
    #[getter]
    fn diagnosis(&self) -> Option<&'static str> {
        self.0.diagnosis().map(srp::service::Diagnosis::name)
    }

    /// What to do, or None if the cause is not known.
    #[getter]
    fn advice(&self) -> Option<&'static str> {
        self.0.diagnosis().map(srp::service::Diagnosis::advice)
    }

    fn __repr__(&self) -> String {
        format!("Refusal(exception={:?}, status={})", self.0.exception().name(), self.0.status())
    }
}
