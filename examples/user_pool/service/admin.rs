//! The administration that sets up pools, app clients and users. No signature is checked.

use super::Answer;
use super::directory::{Client, DeviceConfiguration, Directory, Mfa, Pool, REGION, User};
use super::failure::Failure;
use super::parameters::{check_enum, check_length};
use super::random;
use super::sign_in::factors::Factor;
use super::srp::{self, StoredVerifier};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

const AUTH_FLOWS: [&str; 9] = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
];

/// The functions that a pool has to name for `CUSTOM_AUTH`.
const CUSTOM_TRIGGERS: [&str; 3] =
    ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"];

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
    username_configuration: Option<UsernameConfiguration>,
    #[serde(default)]
    schema: Vec<SchemaAttribute>,
    #[serde(default)]
    policies: Policies,
    #[serde(default)]
    lambda_config: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UsernameConfiguration {
    case_sensitive: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SchemaAttribute {
    name: String,
    #[serde(default)]
    required: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policies {
    sign_in_policy: Option<SignInPolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SignInPolicy {
    allowed_first_auth_factors: Option<Vec<String>>,
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
    auth_session_validity: Option<u64>,
    refresh_token_rotation: Option<RefreshTokenRotation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RefreshTokenRotation {
    feature: String,
    retry_grace_period_seconds: Option<u64>,
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AdminSetUserMfaPreference {
    user_pool_id: String,
    username: String,
    #[serde(rename = "SMSMfaSettings")]
    sms_mfa_settings: Option<MfaSettings>,
    software_token_mfa_settings: Option<MfaSettings>,
    email_mfa_settings: Option<MfaSettings>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct MfaSettings {
    enabled: bool,
    preferred_mfa: bool,
}

/// The verifier of a password that the model allows.
pub(super) fn password_verifier(
    pool_id: &str,
    username: &str,
    password: &str,
) -> Result<StoredVerifier, Failure> {
    if password.is_empty() || password.len() > 256 || password.contains(char::is_whitespace) {
        let constraint = "Member must satisfy regular expression pattern: [\\S]+";
        return Err(Failure::secret_constraint("password", constraint));
    }
    srp::password_verifier(pool_id, username, password)
}

impl RefreshTokenRotation {
    /// The grace period, if refresh tokens are rotated.
    fn grace(&self) -> Result<Option<u64>, Failure> {
        check_enum(&self.feature, "refreshTokenRotation.feature", &["ENABLED", "DISABLED"])?;
        let grace = self.retry_grace_period_seconds.unwrap_or(0);
        if grace > 60 {
            let constraint = "Member must have value less than or equal to 60";
            let member = "refreshTokenRotation.retryGracePeriodSeconds";
            return Err(Failure::constraint(&grace.to_string(), member, constraint));
        }
        Ok((self.feature == "ENABLED").then_some(grace))
    }
}

impl Directory {
    pub(super) fn create_user_pool(&mut self, request: CreateUserPool) -> Answer {
        check_length(&request.pool_name, "poolName", 1..=128)?;
        let mfa_configuration = request.mfa_configuration.as_deref().unwrap_or("OFF");
        check_enum(mfa_configuration, "mfaConfiguration", &["OFF", "OPTIONAL", "ON"])?;
        let policy = request.policies.sign_in_policy.and_then(|policy| policy.allowed_first_auth_factors);
        let first_factors = policy.unwrap_or_else(|| vec!["PASSWORD".to_owned()]);
        for factor in &first_factors {
            // the service has WEB_AUTHN too
            check_enum(factor, "allowedFirstAuthFactors", &["PASSWORD", "EMAIL_OTP", "SMS_OTP"])?;
        }
        let suffix: String = random::hex::<5>()?.chars().take(9).collect();
        let id = format!("{REGION}_{suffix}");
        let case_sensitive = request.username_configuration.is_none_or(|names| names.case_sensitive);
        let mut described = json!({
            "Id": id,
            "Name": request.pool_name,
            "Arn": format!("arn:aws:cognito-idp:{REGION}:000000000000:userpool/{id}"),
            "MfaConfiguration": mfa_configuration,
            "UsernameConfiguration": { "CaseSensitive": case_sensitive },
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
        let required = request.schema.into_iter().filter(|attribute| attribute.required);
        let pool = Pool {
            id: id.clone(),
            device_group_key: format!("-{}", random::hex::<4>()?),
            device_configuration: request.device_configuration,
            username_attributes: request.username_attributes,
            alias_attributes: request.alias_attributes,
            required_attributes: required.map(|attribute| attribute.name).collect(),
            first_factors,
            case_sensitive,
            mfa: match mfa_configuration {
                "ON" => Mfa::On,
                "OPTIONAL" => Mfa::Optional,
                _ => Mfa::Off,
            },
            has_custom_challenge: CUSTOM_TRIGGERS
                .iter()
                .all(|name| request.lambda_config.contains_key(*name)),
            users: HashMap::new(),
        };
        self.pools.insert(id, pool);
        Ok(json!({ "UserPool": described }))
    }

    pub(super) fn create_user_pool_client(&mut self, request: CreateUserPoolClient) -> Answer {
        check_length(&request.client_name, "clientName", 1..=128)?;
        let default =
            || ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"].map(str::to_owned);
        let explicit_auth_flows = request.explicit_auth_flows.unwrap_or_else(|| default().into());
        for flow in &explicit_auth_flows {
            check_enum(flow, "explicitAuthFlows", &AUTH_FLOWS)?;
        }
        let existence = request.prevent_user_existence_errors.as_deref().unwrap_or("LEGACY");
        check_enum(existence, "preventUserExistenceErrors", &["LEGACY", "ENABLED"])?;
        let minutes = request.auth_session_validity.unwrap_or(3);
        if !(3..=15).contains(&minutes) {
            let constraint = "Member must have value between 3 and 15";
            return Err(Failure::constraint(&minutes.to_string(), "authSessionValidity", constraint));
        }
        let rotation = request.refresh_token_rotation.as_ref().map(RefreshTokenRotation::grace);
        let client = Client {
            id: random::hex::<13>()?,
            pool_id: self.pool(&request.user_pool_id)?.id.clone(),
            secret: if request.generate_secret { Some(random::hex::<26>()?) } else { None },
            explicit_auth_flows,
            hides_users: existence == "ENABLED",
            session_validity: 60 * minutes,
            rotation_grace: rotation.transpose()?.flatten(),
        };
        let mut described = json!({
            "UserPoolId": client.pool_id,
            "ClientName": request.client_name,
            "ClientId": client.id,
            "ExplicitAuthFlows": client.explicit_auth_flows,
            "PreventUserExistenceErrors": existence,
            "AuthSessionValidity": minutes,
            "EnableTokenRevocation": true,
            "CreationDate": self.now,
            "LastModifiedDate": self.now,
        });
        if let Some(secret) = &client.secret {
            described["ClientSecret"] = json!(secret);
        }
        if let Some(grace) = client.rotation_grace {
            described["RefreshTokenRotation"] =
                json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": grace });
        }
        self.clients.insert(client.id.clone(), client);
        Ok(json!({ "UserPoolClient": described }))
    }

    pub(super) fn admin_create_user(&mut self, request: AdminCreateUser) -> Answer {
        let now = self.now;
        check_length(&request.username, "username", 1..=128)?;
        let pool = self.pool(&request.user_pool_id)?;
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
        let user = User {
            username: username.clone(),
            sub,
            attributes,
            verifier: password_verifier(&pool.id, &username, &password)?,
            must_change_password: true,
            mfa: Vec::new(),
            preferred_mfa: None,
            new_authenticator: None,
            offered: HashMap::new(),
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

    /// A user whom an administrator names.
    fn named_user(&mut self, pool_id: &str, login: &str) -> Result<&mut User, Failure> {
        let pool = self.pool(pool_id)?;
        let username = pool.username_of(login).ok_or_else(Failure::no_user)?;
        pool.users.get_mut(&username).ok_or_else(Failure::no_user)
    }

    pub(super) fn admin_set_user_password(&mut self, request: AdminSetUserPassword) -> Answer {
        let user = self.named_user(&request.user_pool_id, &request.username)?;
        user.verifier = password_verifier(&request.user_pool_id, &user.username, &request.password)?;
        user.must_change_password = !request.permanent;
        Ok(json!({}))
    }

    pub(super) fn admin_set_user_mfa_preference(&mut self, request: AdminSetUserMfaPreference) -> Answer {
        let user = self.named_user(&request.user_pool_id, &request.username)?;
        for (factor, settings) in [
            (Factor::SmsMfa, request.sms_mfa_settings),
            (Factor::SoftwareToken, request.software_token_mfa_settings),
            (Factor::EmailOtp, request.email_mfa_settings),
        ] {
            let Some(MfaSettings { enabled, preferred_mfa }) = settings else { continue };
            user.mfa.retain(|set_up| *set_up != factor);
            if enabled {
                user.mfa.push(factor);
            }
            if preferred_mfa && enabled {
                user.preferred_mfa = Some(factor);
            } else if user.preferred_mfa == Some(factor) {
                user.preferred_mfa = None;
            }
        }
        Ok(json!({}))
    }
}
