//! Access, id and refresh tokens: they have the form of JWTs, since clients read them, but are not signed. The pool finds them by their text.

use super::Answer;
use super::directory::{Directory, REGION, User};
use super::failure::Failure;
use super::parameters::check_token;
use super::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

const ACCESS_VALIDITY: u64 = 3600;
const REFRESH_VALIDITY: u64 = 30 * 24 * 3600;

#[derive(Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) client_id: String,
    pub(super) pool_id: String,
    pub(super) username: String,
    /// The device that signed in, or that was offered at the sign-in.
    pub(super) device_key: Option<String>,
    /// Of the sign-in that all of its tokens go back to.
    pub(super) origin: String,
    pub(super) signed_in: u64,
    pub(super) expires: u64,
    /// When another refresh token was given for this one.
    pub(super) rotated: Option<u64>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Access,
    Refresh,
}

/// What a sign-in has shown.
#[derive(Clone, Copy)]
pub(super) enum Grant<'a> {
    /// Who the user is, without a device key. Only after SRP can the new device be confirmed.
    NewDevice { by_srp: bool },
    /// Who the user is, and a device of the user's.
    Device(&'a str),
}

/// Who presents an access token.
pub(super) struct Bearer {
    pub(super) pool_id: String,
    pub(super) username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfBearer {
    access_token: String,
}

impl Directory {
    /// The result of a sign-in that has succeeded.
    pub(super) fn grant(&mut self, client_id: &str, username: &str, grant: Grant<'_>) -> Answer {
        let now = self.now;
        let (client, pool) = self.client(client_id)?;
        let (pool_id, group_key) = (client.pool_id.clone(), pool.device_group_key.clone());
        let tracks_devices = pool.device_configuration.is_some();
        let user = self.pool(&pool_id)?.users.get_mut(username).ok_or_else(Failure::no_user)?;
        let mut new_device = Value::Null;
        let device_key = match grant {
            Grant::Device(key) => {
                if let Some(device) = user.devices.get_mut(key) {
                    device.authenticated = now;
                }
                Some(key.to_owned())
            }
            Grant::NewDevice { by_srp } if tracks_devices => {
                let key = format!("{REGION}_{}", random::uuid()?);
                user.offered.insert(key.clone(), by_srp);
                new_device = json!({ "DeviceKey": key, "DeviceGroupKey": group_key });
                Some(key)
            }
            Grant::NewDevice { .. } => None,
        };
        let refresh = Token {
            kind: Kind::Refresh,
            client_id: client_id.to_owned(),
            pool_id,
            username: username.to_owned(),
            device_key,
            origin: random::uuid()?.to_string(),
            signed_in: now,
            expires: now + REFRESH_VALIDITY,
            rotated: None,
        };
        let mut result = self.access(&refresh)?;
        result["RefreshToken"] = json!(self.keep_refresh_token(refresh)?);
        if !new_device.is_null() {
            result["NewDeviceMetadata"] = new_device;
        }
        Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
    }

    /// The text of a new refresh token.
    pub(super) fn keep_refresh_token(&mut self, token: Token) -> Result<String, Failure> {
        let text = format!("{}.{}", random::hex::<32>()?, random::hex::<64>()?);
        self.tokens.insert(text.clone(), token);
        Ok(text)
    }

    /// New access and id tokens of a sign-in, as `AuthenticationResult` has them.
    pub(super) fn access(&mut self, refresh: &Token) -> Answer {
        let now = self.now;
        self.tokens.retain(|_, token| now < token.expires);
        let user = self.pool(&refresh.pool_id)?.users.get(&refresh.username).ok_or_else(Failure::no_user)?;
        let common = json!({
            "sub": user.sub,
            "iss": format!("https://cognito-idp.{REGION}.amazonaws.com/{}", refresh.pool_id),
            "origin_jti": refresh.origin,
            "event_id": random::uuid()?.to_string(),
            "auth_time": refresh.signed_in,
            "iat": now,
            "exp": now + ACCESS_VALIDITY,
        });
        let mut access = json!({
            "token_use": "access",
            "username": user.username,
            "client_id": refresh.client_id,
            "scope": "aws.cognito.signin.user.admin",
        });
        if let Some(key) = &refresh.device_key {
            access["device_key"] = json!(key);
        }
        let mut id = json!({
            "token_use": "id",
            "cognito:username": user.username,
            "aud": refresh.client_id,
        });
        for (name, value) in &user.attributes {
            id[name] = json!(value);
        }
        let (access, id) = (jwt(&access, &common)?, jwt(&id, &common)?);
        let token = Token {
            kind: Kind::Access,
            client_id: refresh.client_id.clone(),
            pool_id: refresh.pool_id.clone(),
            username: refresh.username.clone(),
            device_key: refresh.device_key.clone(),
            origin: refresh.origin.clone(),
            signed_in: refresh.signed_in,
            expires: now + ACCESS_VALIDITY,
            rotated: None,
        };
        self.tokens.insert(access.clone(), token);
        Ok(json!({
            "AccessToken": access,
            "IdToken": id,
            "TokenType": "Bearer",
            "ExpiresIn": ACCESS_VALIDITY,
        }))
    }

    pub(super) fn global_sign_out(&mut self, request: OfBearer) -> Answer {
        let bearer = self.bearer(Some(&request.access_token))?;
        self.tokens.retain(|_, token| token.pool_id != bearer.pool_id || token.username != bearer.username);
        Ok(json!({}))
    }

    pub(super) fn get_user(&mut self, request: OfBearer) -> Answer {
        let bearer = self.bearer(Some(&request.access_token))?;
        let user = self.user(&bearer)?;
        Ok(json!({ "Username": user.username, "UserAttributes": user.attributes() }))
    }

    /// Whose access token this is.
    pub(super) fn bearer(&self, access_token: Option<&str>) -> Result<Bearer, Failure> {
        if let Some(text) = access_token {
            check_token(text, "accessToken")?;
        }
        let token = access_token.and_then(|text| self.tokens.get(text));
        match token.filter(|token| token.kind == Kind::Access) {
            Some(token) if self.now < token.expires => {
                Ok(Bearer { pool_id: token.pool_id.clone(), username: token.username.clone() })
            }
            Some(_) => Err(Failure::not_authorized("Access Token has expired")),
            None => Err(Failure::not_authorized("Invalid Access Token")),
        }
    }

    pub(super) fn user(&mut self, bearer: &Bearer) -> Result<&mut User, Failure> {
        self.pool(&bearer.pool_id)?.users.get_mut(&bearer.username).ok_or_else(Failure::no_user)
    }
}

/// Three parts with dots between, of which clients read the second. What is common goes before what is own.
fn jwt(own: &Value, common: &Value) -> Result<String, Failure> {
    let mut payload = own.clone();
    payload["jti"] = json!(random::uuid()?.to_string());
    for (name, value) in common.as_object().into_iter().flatten() {
        payload[name] = value.clone();
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": "none", "typ": "JWT" });
    Ok(format!("{}.{}.{}", part(&header), part(&payload), URL_SAFE_NO_PAD.encode(random::bytes::<32>()?)))
}
