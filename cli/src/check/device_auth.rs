//! Known answers of a device's sign-in: `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`.

use super::Kind;
use super::sign_in::{Map, Who, read};
use cognito_device_srp::{
    AuthContext, Challenge, Claim, DeviceSecret, DeviceSecretVerifierConfig, Error, IssuedChallenge,
    NewDeviceMetadata, Parameters, PasswordClaim, Salt, SignIn, StoredVerifier, Timestamp,
};
use serde::Deserialize;

pub(super) const KIND: Kind = Kind { marks: &Device::REQUESTS, read: read::<Device> };

#[derive(Deserialize)]
struct Device {
    device_group_key: String,
    device_key: String,
    device_srp_auth_responses: Map,
    device_password_verifier_responses: Map,
}

impl Device {
    fn metadata(&self) -> NewDeviceMetadata<'_> {
        NewDeviceMetadata { device_group_key: &self.device_group_key, device_key: &self.device_key }
    }
}

impl Who for Device {
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

    fn verifier(&self, password: &str, salt: &Salt) -> Result<StoredVerifier, Error> {
        let secret = DeviceSecret::from_text(password)?;
        let config = DeviceSecretVerifierConfig::derive(self.metadata(), &secret, salt)?;
        config.prove(self.metadata(), &secret)?;
        StoredVerifier::from_config(&config)
    }

    fn answer(
        &self,
        sign_in: SignIn,
        password: &str,
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        sign_in.answer_device(self.metadata(), &DeviceSecret::from_text(password)?, challenge, timestamp)
    }

    fn check(&self, issued: IssuedChallenge, claim: &Claim<'_>) -> Result<(), Error> {
        issued.check_device(self.metadata(), claim)
    }

    fn begin(&self, context: &AuthContext<'_>, sign_in: &SignIn) -> Parameters {
        context.device_srp_auth(self.metadata(), sign_in)
    }

    fn respond(&self, context: &AuthContext<'_>, secret_block: &str, claim: &PasswordClaim) -> Parameters {
        context.device_password_verifier(self.metadata(), secret_block, claim)
    }
}
