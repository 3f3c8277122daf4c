//! `InitiateAuth`: how a sign-in begins.

use super::factors::Factor;
use super::{Flow, Progress, Step};
use crate::service::Answer;
use crate::service::directory::{Directory, Pool, User};
use crate::service::failure::Failure;
use crate::service::parameters::{Parameters, check_enum, check_length};
use serde::Deserialize;
use serde_json::json;

/// `AuthFlowType` of the service's model.
const FLOWS: [&str; 8] = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
];

/// What `PREFERRED_CHALLENGE` may name.
const FIRST_CHALLENGES: [&str; 5] = ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::service) struct InitiateAuth {
    auth_flow: String,
    client_id: String,
    #[serde(default)]
    auth_parameters: Parameters,
}

/// What a user can begin with: what the pool allows, where the user has an address for it.
fn first_challenges(pool: &Pool, user: &User) -> Vec<&'static str> {
    let allows = |factor: &str| pool.first_factors.iter().any(|allowed| allowed == factor);
    let mut challenges = Vec::new();
    if allows("PASSWORD") {
        challenges.extend(["PASSWORD", "PASSWORD_SRP"]);
    }
    for factor in [Factor::EmailOtp, Factor::SmsOtp] {
        if allows(factor.challenge()) && factor.address(user).is_some() {
            challenges.push(factor.challenge());
        }
    }
    challenges
}

impl Directory {
    pub(in crate::service) fn initiate_auth(&mut self, request: InitiateAuth) -> Answer {
        let (client_id, parameters) = (request.client_id.as_str(), &request.auth_parameters);
        check_length(client_id, "clientId", 1..=128)?;
        check_enum(&request.auth_flow, "authFlow", &FLOWS)?;
        let (client, pool) = self.client(client_id)?;
        let flow = match request.auth_flow.as_str() {
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => return self.refresh_token_auth(client_id, parameters),
            "USER_SRP_AUTH" => Flow::Srp,
            "USER_AUTH" => Flow::Choice,
            "CUSTOM_AUTH" => Flow::Custom,
            other => return Err(Failure::flow_not_enabled(other)),
        };
        if !client.allows(&request.auth_flow) {
            return Err(match flow {
                Flow::Choice => Failure::flow_not_enabled("USER_AUTH"),
                // these two have words of their own
                _ => Failure::invalid_parameter(format!(
                    "{} is not enabled for the client.",
                    request.auth_flow
                )),
            });
        }
        let login = parameters.required("USERNAME")?;
        client.check_secret_hash(login, parameters.get("SECRET_HASH"))?;
        let progress = Progress {
            client_id: client_id.to_owned(),
            username: pool.username_of(login).unwrap_or_else(|| login.to_owned()),
            flow,
            by_srp: false,
            has_second_factor: false,
            has_custom_challenge: false,
        };
        match flow {
            Flow::Srp => self.ask_password(progress, parameters.required("SRP_A")?),
            Flow::Choice => self.user_auth(progress, parameters),
            Flow::Custom => self.custom_auth(progress, parameters),
        }
    }

    fn user_auth(&mut self, progress: Progress, parameters: &Parameters) -> Answer {
        let (client, pool) = self.client(&progress.client_id)?;
        let preferred = parameters.get("PREFERRED_CHALLENGE");
        if let Some(preferred) = preferred {
            check_enum(preferred, "preferredChallenge", &FIRST_CHALLENGES)?;
        }
        let Some(user) = pool.user(&progress.username) else {
            // one who does not exist gets as far as the password if that must not be told
            return match preferred {
                Some("PASSWORD_SRP") => self.ask_password(progress, parameters.required("SRP_A")?),
                _ => Err(client.no_user()),
            };
        };
        let available = first_challenges(pool, user);
        match preferred.filter(|preferred| available.contains(preferred)) {
            Some(preferred) => self.first_challenge(progress, preferred, parameters),
            // a preference that cannot be met is no preference
            None => {
                let mut asked = self.ask(progress, Step::SelectChallenge, json!({}))?;
                asked["AvailableChallenges"] = json!(available);
                Ok(asked)
            }
        }
    }

    /// Begins with the challenge that the client chose.
    fn first_challenge(&mut self, progress: Progress, name: &str, parameters: &Parameters) -> Answer {
        match name {
            "PASSWORD_SRP" => self.ask_password(progress, parameters.required("SRP_A")?),
            "PASSWORD" => self.plain_password(progress, parameters),
            "EMAIL_OTP" => self.ask_code(progress, Factor::EmailOtp),
            _ => self.ask_code(progress, Factor::SmsOtp),
        }
    }

    /// `SELECT_CHALLENGE`, or the challenge chosen in its place.
    pub(super) fn select_challenge(
        &mut self,
        progress: &Progress,
        name: &str,
        responses: &Parameters,
    ) -> Answer {
        let chosen = if name == "SELECT_CHALLENGE" { responses.required("ANSWER")? } else { name };
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        if !first_challenges(pool, user).contains(&chosen) {
            return Err(Failure::invalid_parameter("ANSWER is none of the available challenges"));
        }
        self.first_challenge(progress.clone(), chosen, responses)
    }
}
