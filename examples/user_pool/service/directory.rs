//! What is kept: pools, app clients, users, and the administration that makes them.

use super::Answer;
use super::devices::Device;
use super::failure::Failure;
use super::random;
use super::sign_in::Pending;
use super::tokens::Token;
use cognito_device_srp::{PoolUser, Salt, SecretHash, StoredVerifier};
use ctutils::CtEq as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) const REGION: &str = "us-east-1";

#[derive(Default)]
pub(super) struct Directory {
    /// The moment of the request, in seconds since 1970.
    pub(super) now: u64,
    pub(super) pools: HashMap<String, Pool>,
    pub(super) clients: HashMap<String, Client>,
    /// By the secret block or the session that the answer must bring.
    pub(super) pending: HashMap<String, Pending>,
    /// Access and refresh tokens, by their text.
    pub(super) tokens: HashMap<String, Token>,
}

pub(super) struct Pool {
    pub(super) id: String,
    pub(super) device_group_key: String,
    /// None if the pool does not track devices.
    pub(super) device_configuration: Option<DeviceConfiguration>,
    /// Sign-in names are user-made attributes, and user names are made up.
    username_attributes: Vec<String>,
    /// Attributes that serve as further sign-in names.
    alias_attributes: Vec<String>,
    pub(super) users: HashMap<String, User>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
pub(super) struct DeviceConfiguration {
    challenge_required_on_new_device: bool,
    pub(super) device_only_remembered_on_user_prompt: bool,
}

pub(super) struct Client {
    pub(super) id: String,
    pub(super) pool_id: String,
    secret: Option<String>,
    explicit_auth_flows: Vec<String>,
    pub(super) hides_users: bool,
}

pub(super) struct User {
    pub(super) username: String,
    pub(super) sub: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) verifier: StoredVerifier,
    /// The password was set by an administrator and holds for one sign-in.
    pub(super) must_change_password: bool,
    /// Device keys that were handed out and are not confirmed.
    pub(super) offered: HashSet<String>,
    pub(super) devices: BTreeMap<String, Device>,
}

impl Pool {
    /// The user whom a sign-in name means.
    pub(super) fn username_of(&self, login: &str) -> Option<String> {
        if self.users.contains_key(login) {
            return Some(login.to_owned());
        }
        let named = |user: &&User| {
            let names = self.username_attributes.iter().chain(&self.alias_attributes);
            names.filter_map(|name| user.attributes.get(name)).any(|value| value == login)
        };
        self.users.values().find(named).map(|user| user.username.clone())
    }

    pub(super) fn user(&self, login: &str) -> Option<&User> {
        self.users.get(&self.username_of(login)?)
    }

    /// The verifier of a password, under a new salt.
    pub(super) fn password_verifier(
        &self,
        username: &str,
        password: &str,
    ) -> Result<StoredVerifier, Failure> {
        if password.is_empty() || password.len() > 256 || password.contains(char::is_whitespace) {
            let constraint = "Member must satisfy regular expression pattern: [\\S]+";
            return Err(Failure::secret_constraint("password", constraint));
        }
        let salt = Salt::from_bytes(&random::bytes::<16>()?);
        let user = PoolUser { user_pool_id: &self.id, user_id_for_srp: username };
        salt.and_then(|salt| StoredVerifier::for_user(user, password, &salt)).map_err(|_| Failure::internal())
    }
}

impl Client {
    pub(super) fn allows(&self, flow: &str) -> bool {
        // clients from before the flows had ALLOW_ in their names may all use SRP
        self.explicit_auth_flows.iter().all(|named| !named.starts_with("ALLOW_"))
            || self.explicit_auth_flows.iter().any(|named| named.strip_prefix("ALLOW_") == Some(flow))
    }

    /// Checks the `SECRET_HASH` of a request, which is of the `USERNAME` in the same request.
    pub(super) fn check_secret_hash(&self, username: &str, given: Option<&str>) -> Result<(), Failure> {
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
                let wanted = SecretHash::new(secret, username, id);
                if wanted.as_str().as_bytes().ct_eq(given.as_bytes()).to_bool() {
                    Ok(())
                } else {
                    Err(Failure::not_authorized(format!("Unable to verify secret hash for client {id}")))
                }
            }
        }
    }

    /// Checks a `ClientSecret` that is sent as it is.
    pub(super) fn check_secret(&self, given: Option<&str>) -> Result<(), Failure> {
        let secret = self.secret.as_deref().unwrap_or_default();
        if secret.as_bytes().ct_eq(given.unwrap_or_default().as_bytes()).to_bool() {
            Ok(())
        } else {
            Err(Failure::not_authorized(format!("Unable to verify secret for client {}", self.id)))
        }
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateUserPool {
    pool_name: String,
    device_configuration: Option<DeviceConfiguration>,
    mfa_configuration: Option<String>,
    #[serde(default)]
    username_attributes: Vec<String>,
    #[serde(default)]
    alias_attributes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateUserPoolClient {
    user_pool_id: String,
    client_name: String,
    #[serde(default)]
    generate_secret: bool,
    explicit_auth_flows: Option<Vec<String>>,
    prevent_user_existence_errors: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AdminCreateUser {
    user_pool_id: String,
    username: String,
    temporary_password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AdminSetUserPassword {
    user_pool_id: String,
    username: String,
    password: String,
    #[serde(default)]
    permanent: bool,
}

impl Directory {
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

    pub(super) fn create_user_pool(&mut self, request: CreateUserPool) -> Answer {
        if request.mfa_configuration.as_deref() == Some("ON") {
            return Err(Failure::invalid_parameter("This test double has no MFA"));
        }
        let suffix: String = random::hex::<5>()?.chars().take(9).collect();
        let id = format!("{REGION}_{suffix}");
        let mut described = json!({
            "Id": id,
            "Name": request.pool_name,
            "Arn": format!("arn:aws:cognito-idp:{REGION}:000000000000:userpool/{id}"),
            "MfaConfiguration": request.mfa_configuration.as_deref().unwrap_or("OFF"),
            "CreationDate": self.now,
            "LastModifiedDate": self.now,
        });
        for (name, value) in [
            ("DeviceConfiguration", json!(request.device_configuration)),
            ("UsernameAttributes", json!(request.username_attributes)),
            ("AliasAttributes", json!(request.alias_attributes)),
        ] {
            if !value.is_null() && value != json!([]) {
                described[name] = value;
            }
        }
        let pool = Pool {
            id: id.clone(),
            device_group_key: format!("-{}", random::hex::<4>()?),
            device_configuration: request.device_configuration,
            username_attributes: request.username_attributes,
            alias_attributes: request.alias_attributes,
            users: HashMap::new(),
        };
        self.pools.insert(id, pool);
        Ok(json!({ "UserPool": described }))
    }

    pub(super) fn create_user_pool_client(&mut self, request: CreateUserPoolClient) -> Answer {
        let default =
            || ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"].map(str::to_owned);
        let client = Client {
            id: random::hex::<13>()?,
            pool_id: self.pool(&request.user_pool_id)?.id.clone(),
            secret: if request.generate_secret { Some(random::hex::<26>()?) } else { None },
            explicit_auth_flows: request.explicit_auth_flows.unwrap_or_else(|| default().into()),
            hides_users: request.prevent_user_existence_errors.as_deref() == Some("ENABLED"),
        };
        let mut described = json!({
            "UserPoolId": client.pool_id,
            "ClientName": request.client_name,
            "ClientId": client.id,
            "ExplicitAuthFlows": client.explicit_auth_flows,
            "PreventUserExistenceErrors": if client.hides_users { "ENABLED" } else { "LEGACY" },
            "EnableTokenRevocation": true,
            "CreationDate": self.now,
            "LastModifiedDate": self.now,
        });
        if let Some(secret) = &client.secret {
            described["ClientSecret"] = json!(secret);
        }
        self.clients.insert(client.id.clone(), client);
        Ok(json!({ "UserPoolClient": described }))
    }

    pub(super) fn admin_create_user(&mut self, request: AdminCreateUser) -> Answer {
        let now = self.now;
        let pool = self.pool(&request.user_pool_id)?;
        if request.username.is_empty() || request.username.len() > 128 {
            let constraint = "Member must have length between 1 and 128";
            return Err(Failure::secret_constraint("username", constraint));
        }
        if pool.username_of(&request.username).is_some() {
            return Err(Failure::user_exists());
        }
        let sub = random::uuid()?.to_string();
        let mut attributes: BTreeMap<_, _> =
            request.user_attributes.into_iter().map(|attribute| (attribute.name, attribute.value)).collect();
        let username = match pool.username_attributes.first() {
            None => request.username,
            Some(_) => {
                let kind = if request.username.contains('@') { "email" } else { "phone_number" };
                attributes.insert(kind.to_owned(), request.username);
                sub.clone()
            }
        };
        // one that nobody is told, if none was given
        let password = request.temporary_password.map_or_else(random::hex::<16>, Ok)?;
        let verifier = pool.password_verifier(&username, &password)?;
        let user = User {
            username: username.clone(),
            sub,
            attributes,
            verifier,
            must_change_password: true,
            offered: HashSet::new(),
            devices: BTreeMap::new(),
        };
        let described = json!({
            "Username": username,
            "Attributes": user.attributes(),
            "UserCreateDate": now,
            "UserLastModifiedDate": now,
            "Enabled": true,
            "UserStatus": "FORCE_CHANGE_PASSWORD",
        });
        pool.users.insert(username, user);
        Ok(json!({ "User": described }))
    }

    pub(super) fn admin_set_user_password(&mut self, request: AdminSetUserPassword) -> Answer {
        let pool = self.pool(&request.user_pool_id)?;
        let username = pool.username_of(&request.username).ok_or_else(Failure::no_user)?;
        let verifier = pool.password_verifier(&username, &request.password)?;
        if let Some(user) = pool.users.get_mut(&username) {
            user.verifier = verifier;
            user.must_change_password = !request.permanent;
        }
        Ok(json!({}))
    }
}
