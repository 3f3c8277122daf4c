//! Known answers of a device's sign-in: `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`.

use super::Kind;
use super::sign_in::{Map, Who, read};
use cognito_device_srp::service::{AuthContext, Parameters};
use cognito_device_srp::verifier::StoredVerifier;
use cognito_device_srp::{
    Credentials, Device, DeviceSecret, DeviceSecretVerifierConfig, Error, PasswordClaim, Salt, SignIn,
};
use serde::Deserialize;

pub(super) const KIND: Kind = Kind { marks: &DeviceCase::REQUESTS, read: read::<DeviceCase> };

#[derive(Deserialize)]
struct DeviceCase {
    device_group_key: String,
    device_key: String,
    device_srp_auth_responses: Map,
    device_password_verifier_responses: Map,
}

impl DeviceCase {
    fn device(&self) -> Result<Device<'_>, Error> {
        Device::new(&self.device_group_key, &self.device_key)
    }
}

impl Who for DeviceCase {
    const REQUESTS: [&'static str; 2] = ["device_srp_auth_responses", "device_password_verifier_responses"];

    fn anybody() -> Self {
        Self {
            device_group_key: "-AbCdEfGh".into(),
            device_key: "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8".into(),
            device_srp_auth_responses: Map::new(),
            device_password_verifier_responses: Map::new(),
        }
    }

    fn identity(&self) -> (&str, &str) {
        (&self.device_group_key, &self.device_key)
    }

    fn parameter(&self) -> (&'static str, &str) {
        ("DEVICE_KEY", &self.device_key)
    }

    fn login<'a>(&'a self, username: &'a str) -> &'a str {
        username
    }

    fn requests(&self) -> [&Map; 2] {
        [&self.device_srp_auth_responses, &self.device_password_verifier_responses]
    }

    fn with_credentials<T>(
        &self,
        password: &str,
        work: impl FnOnce(&Credentials<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(&Credentials::device(self.device()?, &DeviceSecret::from_text(password)?))
    }

    fn verifier(&self, password: &str, salt: &Salt) -> Result<StoredVerifier, Error> {
        let (device, secret) = (self.device()?, DeviceSecret::from_text(password)?);
        let config = DeviceSecretVerifierConfig::derive(device, &secret, salt);
        config.prove(device, &secret)?;
        StoredVerifier::for_device(&config)
    }

    fn begin(&self, context: &AuthContext<'_>, sign_in: &SignIn) -> Result<Parameters, Error> {
        Ok(context.device_srp_auth(self.device()?, sign_in))
    }

    fn respond(
        &self,
        context: &AuthContext<'_>,
        secret_block: &str,
        claim: &PasswordClaim,
    ) -> Result<Parameters, Error> {
        Ok(context.device_password_verifier(self.device()?, secret_block, claim))
    }
}
