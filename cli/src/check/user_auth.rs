//! Known answers of a user's sign-in: `USER_SRP_AUTH` and `PASSWORD_VERIFIER`.

use super::Kind;
use super::sign_in::{Map, Who, read};
use cognito_device_srp::{
    AuthContext, Challenge, Claim, Error, IssuedChallenge, Parameters, PasswordClaim, PoolUser, Salt, SignIn,
    StoredVerifier, Timestamp,
};
use serde::Deserialize;

pub(super) const KIND: Kind = Kind { marks: &User::REQUESTS, read: read::<User> };

#[derive(Deserialize)]
struct User {
    pool_id: String,
    pool_name: String,
    user_id_for_srp: String,
    login: String,
    initiate_auth_parameters: Map,
    password_verifier_responses: Map,
}

impl User {
    fn pool_user(&self) -> PoolUser<'_> {
        PoolUser { user_pool_id: &self.pool_id, user_id_for_srp: &self.user_id_for_srp }
    }
}

impl Who for User {
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

    fn verifier(&self, password: &str, salt: &Salt) -> Result<StoredVerifier, Error> {
        StoredVerifier::for_user(self.pool_user(), password, salt)
    }

    fn answer(
        &self,
        sign_in: SignIn,
        password: &str,
        challenge: &Challenge<'_>,
        timestamp: &Timestamp,
    ) -> Result<PasswordClaim, Error> {
        sign_in.answer_user(self.pool_user(), password, challenge, timestamp)
    }

    fn check(&self, issued: IssuedChallenge, claim: &Claim<'_>) -> Result<(), Error> {
        issued.check_user(self.pool_user(), claim)
    }

    fn begin(&self, context: &AuthContext<'_>, sign_in: &SignIn) -> Parameters {
        context.user_srp_auth(sign_in)
    }

    fn respond(&self, context: &AuthContext<'_>, secret_block: &str, claim: &PasswordClaim) -> Parameters {
        context.password_verifier(secret_block, claim)
    }
}
