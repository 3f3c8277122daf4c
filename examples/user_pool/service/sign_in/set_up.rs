//! Setting up an authenticator: `MFA_SETUP` and the two calls that come before its answer.

use super::factors::Factor;
use super::{Pending, Progress, Step};
use crate::service::Answer;
use crate::service::directory::Directory;
use crate::service::failure::Failure;
use crate::service::parameters::{Parameters, check_length};
use crate::service::random;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::service) struct AssociateSoftwareToken {
    access_token: Option<String>,
    session: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::service) struct VerifySoftwareToken {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
}

impl Directory {
    pub(super) fn ask_mfa_setup(&mut self, progress: Progress) -> Answer {
        let parameters = json!({
            "USER_ID_FOR_SRP": progress.username,
            "MFAS_CAN_SETUP": json!([Factor::SoftwareToken.challenge()]).to_string(),
        });
        self.ask(progress, Step::MfaSetup { is_verified: false }, parameters)
    }

    pub(super) fn mfa_setup(
        &mut self,
        progress: &Progress,
        is_verified: bool,
        responses: &Parameters,
    ) -> Answer {
        if !is_verified {
            return Err(Failure::session("it is not the one that VerifySoftwareToken gave"));
        }
        self.next(Progress { has_second_factor: true, ..progress.clone() }, responses)
    }

    pub(in crate::service) fn associate_software_token(&mut self, request: AssociateSoftwareToken) -> Answer {
        self.with_setup(request.access_token, request.session, |directory, pool_id, username| {
            let code = directory.send_code("MFA_SETUP", username, 6)?;
            if let Some(user) = directory.pool(pool_id)?.users.get_mut(username) {
                user.new_authenticator = Some(code);
            }
            let secret = random::hex::<16>()?.to_uppercase().replace(['0', '1', '8', '9'], "A");
            Ok((json!({ "SecretCode": secret }), false))
        })
    }

    pub(in crate::service) fn verify_software_token(&mut self, request: VerifySoftwareToken) -> Answer {
        check_length(&request.user_code, "userCode", 6..=6)?;
        self.with_setup(request.access_token, request.session, |directory, pool_id, username| {
            let user = directory.pool(pool_id)?.users.get_mut(username).ok_or_else(Failure::no_user)?;
            if user.new_authenticator.as_deref() != Some(&request.user_code) {
                return Err(Failure::authenticator_mismatch());
            }
            user.new_authenticator = None;
            if !user.mfa.contains(&Factor::SoftwareToken) {
                user.mfa.push(Factor::SoftwareToken);
            }
            Ok((json!({ "Status": "SUCCESS" }), true))
        })
    }

    /// Runs a step of the set-up for whoever has the access token, or the session of `MFA_SETUP`, which is then replaced. The
    /// step tells its answer and whether the authenticator is verified.
    fn with_setup(
        &mut self,
        access_token: Option<String>,
        session: Option<String>,
        step: impl FnOnce(&mut Self, &str, &str) -> Result<(serde_json::Value, bool), Failure>,
    ) -> Answer {
        let Some(session) = session else {
            let bearer = self.bearer(access_token.as_deref())?;
            return Ok(step(self, &bearer.pool_id, &bearer.username)?.0);
        };
        check_length(&session, "session", 20..=4096)?;
        let pending = self.sessions.take_any(&session, self.now)?;
        let result = if matches!(pending.step, Step::MfaSetup { .. }) {
            let Progress { client_id, username, .. } = &pending.progress;
            let pool_id = self.client(client_id)?.0.pool_id.clone();
            step(self, &pool_id, username)
        } else {
            Err(Failure::session("it is of another challenge"))
        };
        let Pending { progress, step } = pending;
        match result {
            Ok((mut answer, is_verified)) => {
                let asked = self.ask(progress, Step::MfaSetup { is_verified }, json!({}))?;
                answer["Session"] = asked["Session"].clone();
                Ok(answer)
            }
            Err(failure) => {
                self.sessions.put_back(&session, Pending { progress, step });
                Err(failure)
            }
        }
    }
}
