//! The user's password: `PASSWORD_VERIFIER`, `PASSWORD` and `NEW_PASSWORD_REQUIRED`.

use super::{Flow, Pending, Progress, Step};
use crate::service::Answer;
use crate::service::admin;
use crate::service::directory::Directory;
use crate::service::failure::Failure;
use crate::service::parameters::Parameters;
use crate::service::random;
use crate::service::srp::{self, Answered, Exchange};
use serde_json::json;
use std::collections::BTreeMap;

/// How far a `TIMESTAMP` may be from the pool's clock, in seconds.
const MAX_SKEW: u64 = 300;
/// What the name of an attribute begins with among the responses.
const ATTRIBUTE: &str = "userAttributes.";

impl Directory {
    pub(super) fn ask_password(&mut self, progress: Progress, srp_a: &str) -> Answer {
        let exchange = Exchange::new(srp_a)?;
        let (client, pool) = self.client(&progress.client_id)?;
        let (srp_b, salt) = match pool.user(&progress.username) {
            Some(user) => exchange.offer(&user.verifier)?,
            None if client.hides_users => {
                let login = &progress.username;
                exchange.offer(&srp::made_up_verifier(&pool.id, login, &pool.device_group_key)?)?
            }
            None => return Err(Failure::no_user()),
        };
        let until = self.now + client.session_validity;
        let secret_block = random::base64::<48>()?;
        let parameters = json!({
            "USERNAME": progress.username,
            "USER_ID_FOR_SRP": progress.username,
            "SRP_B": srp_b,
            "SALT": salt,
            "SECRET_BLOCK": secret_block,
        });
        let step = Step::Password { secret_block: secret_block.clone(), exchange };
        if progress.flow != Flow::Srp {
            return self.ask(progress, step, parameters);
        }
        self.sessions.open_as(secret_block, self.now, until, Pending { progress, step });
        Ok(json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters }))
    }

    pub(super) fn password_verifier(
        &mut self,
        progress: &Progress,
        secret_block: &str,
        exchange: &Exchange,
        responses: &Parameters,
    ) -> Answer {
        let claim = responses.claim()?;
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        let claimant = srp::user(&pool.id, &user.username)?;
        let is_proved = exchange.is_proved(&user.verifier, claimant, &claim)?;
        self.conclude(is_proved, secret_block, &claim)?;
        self.next(Progress { by_srp: true, ..progress.clone() }, responses)
    }

    /// What a checked claim comes to.
    pub(super) fn conclude(
        &self,
        is_proved: bool,
        secret_block: &str,
        claim: &Answered<'_>,
    ) -> Result<(), Failure> {
        if claim.secret_block != secret_block {
            Err(Failure::incorrect("PASSWORD_CLAIM_SECRET_BLOCK is not the challenge's SECRET_BLOCK"))
        } else if !is_proved {
            Err(Failure::incorrect(claim.mismatch()))
        } else if claim.timestamp.unix().unsigned_abs().abs_diff(self.now) > MAX_SKEW {
            Err(Failure::incorrect("TIMESTAMP is not of the last or next five minutes by this pool's clock"))
        } else {
            Ok(())
        }
    }

    /// `PASSWORD`, which sends the password as it is.
    pub(super) fn plain_password(&mut self, progress: Progress, parameters: &Parameters) -> Answer {
        let password = parameters.required("PASSWORD")?;
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        if !srp::is_password(&user.verifier, &pool.id, &user.username, password)? {
            return Err(Failure::incorrect("PASSWORD is not this user's"));
        }
        self.next(progress, parameters)
    }

    pub(super) fn ask_new_password(&mut self, progress: Progress) -> Answer {
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        let missing = pool.required_attributes.iter().filter(|name| !user.attributes.contains_key(*name));
        let required: Vec<_> = missing.map(|name| format!("{ATTRIBUTE}{name}")).collect();
        let parameters = json!({
            "USER_ID_FOR_SRP": progress.username,
            "requiredAttributes": json!(required).to_string(),
            "userAttributes": json!(user.attributes).to_string(),
        });
        self.ask(progress, Step::NewPassword, parameters)
    }

    pub(super) fn new_password(&mut self, progress: &Progress, responses: &Parameters) -> Answer {
        let password = responses.required("NEW_PASSWORD")?;
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        let verifier = admin::password_verifier(&pool.id, &user.username, password)?;
        let mut attributes = BTreeMap::new();
        for name in &pool.required_attributes {
            let given = responses.get(&format!("{ATTRIBUTE}{name}")).filter(|value| !value.is_empty());
            match given.or(user.attributes.get(name).map(String::as_str)) {
                Some(value) => attributes.insert(name.clone(), value.to_owned()),
                None => {
                    let message = format!("Invalid attributes given, {name} is missing");
                    return Err(Failure::invalid_parameter(message));
                }
            };
        }
        self.check_device(progress, responses)?;
        let user = self.user_of(&progress.client_id, &progress.username)?;
        user.verifier = verifier;
        user.must_change_password = false;
        user.attributes.extend(attributes);
        self.next(progress.clone(), responses)
    }

    /// Refuses a device that the user does not have, before anything is done.
    pub(super) fn check_device(
        &mut self,
        progress: &Progress,
        responses: &Parameters,
    ) -> Result<(), Failure> {
        let Some(key) = responses.get("DEVICE_KEY") else { return Ok(()) };
        let user = self.user_of(&progress.client_id, &progress.username)?;
        if user.devices.contains_key(key) { Ok(()) } else { Err(Failure::no_device()) }
    }
}
