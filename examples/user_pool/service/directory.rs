//! The stored pools, app clients and users.

use super::Code;
use super::devices::Device;
use super::failure::Failure;
use super::sign_in::factors::Factor;
use super::sign_in::sessions::Sessions;
use super::srp::{self, StoredVerifier};
use super::tokens::Token;
use ctutils::CtEq as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

pub(super) const REGION: &str = "us-east-1";

#[derive(Default)]
pub(super) struct Directory {
    /// The moment of the request, in seconds since 1970.
    pub(super) now: u64,
    /// Whether the device challenges may be answered without their session.
    pub(super) device_session_optional: bool,
    pub(super) pools: HashMap<String, Pool>,
    pub(super) clients: HashMap<String, Client>,
    /// Challenges that wait for their answers.
    pub(super) sessions: Sessions,
    /// Access and refresh tokens, by their text.
    pub(super) tokens: HashMap<String, Token>,
    /// What the request sends to users.
    pub(super) outbox: Vec<Code>,
}

pub(super) struct Pool {
    pub(super) id: String,
    pub(super) device_group_key: String,
    /// None if the pool does not track devices.
    pub(super) device_configuration: Option<DeviceConfiguration>,
    /// Sign-in names are user-made attributes, and user names are made up.
    pub(super) username_attributes: Vec<String>,
    /// Attributes that serve as further sign-in names.
    pub(super) alias_attributes: Vec<String>,
    /// Attributes that a user must have.
    pub(super) required_attributes: Vec<String>,
    /// What a sign-in with `USER_AUTH` may begin with, as the policy names it.
    pub(super) first_factors: Vec<String>,
    pub(super) case_sensitive: bool,
    pub(super) mfa: Mfa,
    /// Whether the functions of `CUSTOM_AUTH` are named.
    pub(super) has_custom_challenge: bool,
    pub(super) users: HashMap<String, User>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mfa {
    Off,
    Optional,
    On,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct DeviceConfiguration {
    /// A remembered device stands in for the second factor.
    pub(super) challenge_required_on_new_device: bool,
    pub(super) device_only_remembered_on_user_prompt: bool,
}

pub(super) struct Client {
    pub(super) id: String,
    pub(super) pool_id: String,
    pub(super) secret: Option<String>,
    pub(super) explicit_auth_flows: Vec<String>,
    pub(super) hides_users: bool,
    /// How many seconds a challenge waits for its answer.
    pub(super) session_validity: u64,
    /// How many seconds a refresh token can be used after another was given for it; none if they are not rotated.
    pub(super) rotation_grace: Option<u64>,
}

pub(super) struct User {
    pub(super) username: String,
    pub(super) sub: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) verifier: StoredVerifier,
    /// The password was set by an administrator and holds for one sign-in.
    pub(super) must_change_password: bool,
    /// Second factors that are set up.
    pub(super) mfa: Vec<Factor>,
    pub(super) preferred_mfa: Option<Factor>,
    /// The code that a new authenticator of the user's shows.
    pub(super) new_authenticator: Option<String>,
    /// Device keys that were handed out and are not confirmed, and whether they can be: not after a sign-in without SRP.
    pub(super) offered: HashMap<String, bool>,
    pub(super) devices: BTreeMap<String, Device>,
}

impl Pool {
    /// The user whom a sign-in name means, in the pool's spelling.
    pub(super) fn username_of(&self, login: &str) -> Option<String> {
        if self.users.contains_key(login) {
            return Some(login.to_owned());
        }
        let named = |user: &&User| {
            let names = self.username_attributes.iter().chain(&self.alias_attributes);
            let values = names.filter_map(|name| user.attributes.get(name));
            values.chain([&user.username]).any(|value| self.are_same(value, login))
        };
        self.users.values().find(named).map(|user| user.username.clone())
    }

    pub(super) fn are_same(&self, name: &str, other: &str) -> bool {
        name == other || !self.case_sensitive && name.to_lowercase() == other.to_lowercase()
    }

    pub(super) fn user(&self, login: &str) -> Option<&User> {
        self.users.get(&self.username_of(login)?)
    }
}

impl Client {
    pub(super) fn allows(&self, flow: &str) -> bool {
        let flows = &self.explicit_auth_flows;
        // clients from before the flows had ALLOW_ in their names may use all flows of that time
        let is_old = flows.iter().all(|named| !named.starts_with("ALLOW_"));
        is_old && flow != "USER_AUTH" || flows.iter().any(|named| named.strip_prefix("ALLOW_") == Some(flow))
    }

    /// Checks the `SECRET_HASH` of a request, which is of the `USERNAME` in the same request.
    pub(super) fn check_secret_hash(&self, username: &str, given: Option<&str>) -> Result<(), Failure> {
        let id = &self.id;
        self.compare_secret_hash(username, given, || format!("Unable to verify secret hash for client {id}"))
    }

    /// Checks the `SECRET_HASH` of a refresh, which is of the pool's own name for the user: the words are others.
    pub(super) fn check_secret_hash_of_refresh(
        &self,
        username: &str,
        given: Option<&str>,
    ) -> Result<(), Failure> {
        let id = &self.id;
        self.compare_secret_hash(username, given, || {
            format!("SecretHash does not match for the client: {id}")
        })
    }

    fn compare_secret_hash(
        &self,
        username: &str,
        given: Option<&str>,
        mismatch: impl Fn() -> String,
    ) -> Result<(), Failure> {
        let id = &self.id;
        match (&self.secret, given) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(Failure::invalid_parameter(format!(
                "App client {id} is not configured for secret but secret hash was received"
            ))),
            (Some(_), None) => Err(Failure::not_authorized(format!(
                "Client {id} is configured with secret but SECRET_HASH was not received"
            ))),
            (Some(secret), Some(given)) => {
                let wanted = srp::secret_hash(secret, username, id);
                let same = wanted.as_bytes().ct_eq(given.as_bytes()).to_bool();
                if same { Ok(()) } else { Err(Failure::not_authorized(mismatch())) }
            }
        }
    }

    /// Checks a `ClientSecret` that is sent as it is.
    pub(super) fn check_secret(&self, given: Option<&str>) -> Result<(), Failure> {
        let id = &self.id;
        match (&self.secret, given) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(Failure::invalid_parameter(format!(
                "App client {id} is not configured for secret but secret was received"
            ))),
            (Some(_), None) => Err(Failure::not_authorized(format!(
                "Client {id} is configured for secret but secret was not received"
            ))),
            (Some(secret), Some(given)) => {
                let same = secret.as_bytes().ct_eq(given.as_bytes()).to_bool();
                let wrong = || Failure::not_authorized(format!("Unable to verify secret for client {id}"));
                if same { Ok(()) } else { Err(wrong()) }
            }
        }
    }

    /// What is said of a user who does not exist, where a wrong password could be meant.
    pub(super) fn no_user(&self) -> Failure {
        if self.hides_users { Failure::incorrect("there is no such user") } else { Failure::no_user() }
    }
}

impl User {
    /// As `UserAttributes` has them.
    pub(super) fn attributes(&self) -> Vec<Value> {
        let own = [("sub".to_owned(), self.sub.clone())];
        let all = own.into_iter().chain(self.attributes.clone());
        all.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    }
}

impl Directory {
    pub(super) fn new(device_session_optional: bool) -> Self {
        Self { device_session_optional, ..Self::default() }
    }

    pub(super) fn pool(&mut self, id: &str) -> Result<&mut Pool, Failure> {
        let missing = || Failure::not_found(format!("User pool {id} does not exist."));
        self.pools.get_mut(id).ok_or_else(missing)
    }

    /// An app client and the pool that it is of.
    pub(super) fn client(&self, id: &str) -> Result<(&Client, &Pool), Failure> {
        let missing = || Failure::not_found(format!("User pool client {id} does not exist."));
        let client = self.clients.get(id).ok_or_else(missing)?;
        Ok((client, self.pools.get(&client.pool_id).ok_or_else(missing)?))
    }

    /// A user of an app client's pool, by the pool's own name.
    pub(super) fn user_of(&mut self, client_id: &str, username: &str) -> Result<&mut User, Failure> {
        let pool_id = self.client(client_id)?.0.pool_id.clone();
        self.pool(&pool_id)?.users.get_mut(username).ok_or_else(Failure::no_user)
    }
}
