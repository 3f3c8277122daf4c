//! Refreshing, rotating and revoking of refresh tokens.

use super::Answer;
use super::directory::Directory;
use super::failure::Failure;
use super::parameters::{Parameters, check_length, check_token};
use super::tokens::{Kind, Token};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTokensFromRefreshToken {
    refresh_token: String,
    client_id: String,
    client_secret: Option<String>,
    device_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RevokeToken {
    token: String,
    client_id: String,
    client_secret: Option<String>,
}

impl Directory {
    /// A refresh token of this client that has not run out.
    fn refresh_token(&self, client_id: &str, text: &str) -> Option<&Token> {
        let token = self.tokens.get(text)?;
        let fits = token.kind == Kind::Refresh && token.client_id == client_id && self.now < token.expires;
        fits.then_some(token)
    }

    pub(super) fn refresh_token_auth(&mut self, client_id: &str, parameters: &Parameters) -> Answer {
        let (client, _) = self.client(client_id)?;
        if !client.allows("REFRESH_TOKEN_AUTH") || client.rotation_grace.is_some() {
            return Err(Failure::flow_not_enabled("REFRESH_TOKEN_AUTH"));
        }
        let text = parameters.required("REFRESH_TOKEN")?;
        // a token that is not known has no user whose hash it could be
        if let Some(token) = self.refresh_token(client_id, text) {
            client.check_secret_hash_of_refresh(&token.username, parameters.get("SECRET_HASH"))?;
        }
        let result = self.refresh(client_id, text, parameters.get("DEVICE_KEY"))?;
        Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
    }

    pub(super) fn get_tokens_from_refresh_token(&mut self, request: GetTokensFromRefreshToken) -> Answer {
        check_length(&request.client_id, "clientId", 1..=128)?;
        check_token(&request.refresh_token, "refreshToken")?;
        let (client, _) = self.client(&request.client_id)?;
        client.check_secret(request.client_secret.as_deref())?;
        let rotates = client.rotation_grace.is_some();
        let text = &request.refresh_token;
        let mut result = self.refresh(&request.client_id, text, request.device_key.as_deref())?;
        if rotates {
            result["RefreshToken"] = json!(self.rotate(text)?);
        }
        Ok(json!({ "AuthenticationResult": result }))
    }

    /// New access and id tokens. The confirmed device of the sign-in must be named, where the pool tracks devices.
    fn refresh(&mut self, client_id: &str, text: &str, device_key: Option<&str>) -> Result<Value, Failure> {
        let (client, pool) = self.client(client_id)?;
        let unknown =
            || Failure::invalid_refresh_token("it is unknown, revoked, too old, or of another app client");
        let token = self.refresh_token(client_id, text).ok_or_else(unknown)?;
        let user = pool.users.get(&token.username).ok_or_else(unknown)?;
        if let Some(rotated) = token.rotated
            && self.now >= rotated.saturating_add(client.rotation_grace.unwrap_or(0))
        {
            return Err(Failure::refresh_token_reused());
        }
        match token.device_key.as_deref().and_then(|key| user.offered.get(key)) {
            Some(true) => return Err(Failure::invalid_refresh_token("its device was never confirmed")),
            Some(false) => return Err(Failure::invalid_refresh_token("the sign-in was not by SRP")),
            None => {}
        }
        if device_key.is_some_and(|key| !user.devices.contains_key(key)) {
            return Err(Failure::no_device());
        }
        if token.device_key.as_deref() != device_key {
            let reason = "the device key is missing, or not that of the sign-in";
            return Err(Failure::invalid_refresh_token(reason));
        }
        let token = token.clone();
        self.access(&token)
    }

    /// The refresh token that comes after this one. It runs out when this one would have.
    fn rotate(&mut self, text: &str) -> Result<String, Failure> {
        let now = self.now;
        let token = self.tokens.get_mut(text).ok_or_else(Failure::internal)?;
        let next = Token { rotated: None, ..token.clone() };
        token.rotated = token.rotated.or(Some(now));
        self.keep_refresh_token(next)
    }

    pub(super) fn revoke_token(&mut self, request: RevokeToken) -> Answer {
        check_token(&request.token, "token")?;
        let (client, _) = self.client(&request.client_id)?;
        client.check_secret(request.client_secret.as_deref())?;
        // one that is not known is revoked already
        let known = self.refresh_token(&request.client_id, &request.token);
        if let Some(origin) = known.map(|token| token.origin.clone()) {
            self.tokens.retain(|_, token| token.origin != origin);
        }
        Ok(json!({}))
    }
}
