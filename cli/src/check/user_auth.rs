//! Known answers of a user's sign-in: `USER_SRP_AUTH` and `PASSWORD_VERIFIER`.

use super::Kind;
use super::sign_in::{Map, Who, read};
use cognito_device_srp::service::{AuthContext, Parameters};
use cognito_device_srp::verifier::StoredVerifier;
use cognito_device_srp::{Credentials, Error, PasswordClaim, Salt, SignIn};
use serde::Deserialize;

pub(super) const KIND: Kind = Kind { marks: &UserCase::REQUESTS, read: read::<UserCase> };

#[derive(Deserialize)]
struct UserCase {
    pool_id: String,
    pool_name: String,
    user_id_for_srp: String,
    login: String,
    initiate_auth_parameters: Map,
    password_verifier_responses: Map,
}

impl Who for UserCase {
    const REQUESTS: [&'static str; 2] = ["initiate_auth_parameters", "password_verifier_responses"];

    fn anybody() -> Self {
        Self {
            pool_id: "us-east-1_AbCdEfGhI".into(),
            pool_name: "AbCdEfGhI".into(),
            user_id_for_srp: "alice".into(),
            login: "alice".into(),
            initiate_auth_parameters: Map::new(),
            password_verifier_responses: Map::new(),
        }
    }

    fn identity(&self) -> (&str, &str) {
        (&self.pool_name, &self.user_id_for_srp)
    }

    fn parameter(&self) -> (&'static str, &str) {
        ("USER_ID_FOR_SRP", &self.user_id_for_srp)
    }

    fn login<'a>(&'a self, _: &'a str) -> &'a str {
        &self.login
    }

    fn requests(&self) -> [&Map; 2] {
        [&self.initiate_auth_parameters, &self.password_verifier_responses]
    }

    fn with_credentials<T>(
        &self,
        password: &str,
        work: impl FnOnce(&Credentials<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(&Credentials::user(&self.pool_id, &self.user_id_for_srp, password)?)
    }

    fn verifier(&self, password: &str, salt: &Salt) -> Result<StoredVerifier, Error> {
        self.with_credentials(password, |user| Ok(StoredVerifier::for_user(user, *salt)))
    }

    fn begin(&self, context: &AuthContext<'_>, sign_in: &SignIn) -> Result<Parameters, Error> {
        Ok(context.user_srp_auth(sign_in))
    }

    fn respond(
        &self,
        context: &AuthContext<'_>,
        secret_block: &str,
        claim: &PasswordClaim,
    ) -> Result<Parameters, Error> {
        Ok(context.password_verifier(secret_block, claim))
    }
}
