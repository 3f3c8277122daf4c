//! Codes: by mail, by text message, from an authenticator; as a second factor or as the first.

use super::{Progress, Step};
use crate::service::directory::{Directory, User};
use crate::service::failure::Failure;
use crate::service::parameters::Parameters;
use crate::service::{Answer, Code, random};
use ctutils::CtEq as _;
use serde_json::json;

#[derive(Clone, Copy, PartialEq)]
pub(in crate::service) enum Factor {
    SmsMfa,
    SmsOtp,
    EmailOtp,
    SoftwareToken,
}

impl Factor {
    /// The challenge that asks for the code.
    pub(super) fn challenge(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA",
            Self::SmsOtp => "SMS_OTP",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
        }
    }

    /// The response that has the code.
    fn response(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA_CODE",
            Self::SmsOtp => "SMS_OTP_CODE",
            Self::EmailOtp => "EMAIL_OTP_CODE",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA_CODE",
        }
    }

    /// Where the code goes.
    pub(super) fn address(self, user: &User) -> Option<&str> {
        let name = match self {
            Self::SmsMfa | Self::SmsOtp => "phone_number",
            Self::EmailOtp => "email",
            Self::SoftwareToken => return None,
        };
        user.attributes.get(name).map(String::as_str)
    }
}

impl Directory {
    /// Draws a code and delivers it.
    pub(super) fn send_code(
        &mut self,
        challenge: &'static str,
        username: &str,
        digits: u32,
    ) -> Result<String, Failure> {
        let number = u64::from_be_bytes(random::bytes()?) % 10_u64.pow(digits);
        let code = format!("{number:0width$}", width = digits as usize);
        self.outbox.push(Code { challenge, username: username.to_owned(), code: code.clone() });
        Ok(code)
    }

    pub(super) fn ask_code(&mut self, progress: Progress, factor: Factor) -> Answer {
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        let mut parameters = json!({ "USER_ID_FOR_SRP": progress.username });
        if factor == Factor::SoftwareToken {
            parameters["FRIENDLY_DEVICE_NAME"] = json!("authenticator");
        } else {
            let first = factor.address(user).unwrap_or_default().chars().take(1).collect::<String>();
            let is_mail = factor == Factor::EmailOtp;
            parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] = json!(if is_mail { "EMAIL" } else { "SMS" });
            parameters["CODE_DELIVERY_DESTINATION"] = json!(first + "***");
        }
        // codes that stand in for the password are longer
        let digits = if matches!(factor, Factor::EmailOtp | Factor::SmsOtp) { 8 } else { 6 };
        let code = self.send_code(factor.challenge(), &progress.username, digits)?;
        self.ask(progress, Step::Code { factor, code }, parameters)
    }

    pub(super) fn code(
        &mut self,
        progress: &Progress,
        factor: Factor,
        code: &str,
        responses: &Parameters,
    ) -> Answer {
        let given = responses.required(factor.response())?;
        if !given.as_bytes().ct_eq(code.as_bytes()).to_bool() {
            return Err(Failure::code_mismatch(match factor {
                Factor::SoftwareToken => "Invalid code received for user",
                _ => "Invalid code or auth state for the user.",
            }));
        }
        self.next(Progress { has_second_factor: true, ..progress.clone() }, responses)
    }

    pub(super) fn ask_mfa_type(&mut self, progress: Progress, choice: Vec<Factor>) -> Answer {
        let names: Vec<_> = choice.iter().map(|factor| factor.challenge()).collect();
        let parameters = json!({
            "USER_ID_FOR_SRP": progress.username,
            "MFAS_CAN_CHOOSE": json!(names).to_string(),
        });
        self.ask(progress, Step::SelectMfa(choice), parameters)
    }

    pub(super) fn select_mfa(
        &mut self,
        progress: &Progress,
        choice: &[Factor],
        responses: &Parameters,
    ) -> Answer {
        let answer = responses.required("ANSWER")?;
        let chosen = choice.iter().find(|factor| factor.challenge() == answer);
        let chosen = chosen.ok_or_else(|| Failure::invalid_parameter("ANSWER is none of MFAS_CAN_CHOOSE"))?;
        self.check_device(progress, responses)?;
        self.ask_code(progress.clone(), *chosen)
    }
}
