//! `CUSTOM_AUTH`: SRP first if the client asks for it, then a code as the one custom challenge.

use super::{Progress, Step};
use crate::service::Answer;
use crate::service::directory::Directory;
use crate::service::failure::Failure;
use crate::service::parameters::Parameters;
use ctutils::CtEq as _;
use serde_json::json;

impl Directory {
    pub(super) fn custom_auth(&mut self, progress: Progress, parameters: &Parameters) -> Answer {
        let (client, pool) = self.client(&progress.client_id)?;
        if !pool.has_custom_challenge {
            let message = "Custom auth lambda trigger is not configured for the user pool.";
            return Err(Failure::invalid_parameter(message));
        }
        match parameters.get("CHALLENGE_NAME") {
            Some("SRP_A") => self.ask_password(progress, parameters.required("SRP_A")?),
            // the functions of the pool let nobody begin with another
            Some(_) => Err(Failure::incorrect("CHALLENGE_NAME is not SRP_A")),
            None if pool.user(&progress.username).is_none() => Err(client.no_user()),
            None => self.next(progress, parameters),
        }
    }

    pub(super) fn ask_custom(&mut self, progress: Progress) -> Answer {
        let answer = self.send_code("CUSTOM_CHALLENGE", &progress.username, 6)?;
        let parameters =
            json!({ "USERNAME": progress.username, "question": "the code that the pool printed" });
        self.ask(progress, Step::Custom { answer }, parameters)
    }

    pub(super) fn custom_challenge(
        &mut self,
        progress: &Progress,
        answer: &str,
        responses: &Parameters,
    ) -> Answer {
        let given = responses.required("ANSWER")?;
        if !given.as_bytes().ct_eq(answer.as_bytes()).to_bool() {
            return Err(Failure::incorrect("ANSWER is not the code that was printed").ends_sign_in());
        }
        self.next(Progress { has_custom_challenge: true, ..progress.clone() }, responses)
    }
}
