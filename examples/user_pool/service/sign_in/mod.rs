//! `InitiateAuth` and `RespondToAuthChallenge`: which step of a sign-in follows which.
//!
//! An answer that is refused leaves its challenge waiting: clients repeat an answer without the device key when the device does
//! not exist, and users mistype codes.

mod custom;
mod device;
pub(super) mod factors;
mod flows;
mod password;
pub(super) mod sessions;
mod set_up;

use super::Answer;
use super::directory::{Directory, Mfa};
use super::failure::Failure;
use super::parameters::{Parameters, check_enum, check_length};
use super::srp::Exchange;
use super::tokens::Grant;
use factors::Factor;
use serde::Deserialize;
use serde_json::{Value, json};

/// `ChallengeNameType` of the service's model.
const CHALLENGES: [&str; 16] = [
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "ADMIN_NO_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "SMS_OTP",
    "PASSWORD",
    "WEB_AUTHN",
    "PASSWORD_SRP",
];

/// A challenge that waits for its answer.
pub(super) struct Pending {
    progress: Progress,
    step: Step,
}

/// How far a sign-in has come.
#[derive(Clone)]
struct Progress {
    client_id: String,
    /// In the pool's spelling.
    username: String,
    flow: Flow,
    /// The password was proved by SRP. Without it the device cannot be confirmed.
    by_srp: bool,
    /// No second factor is asked for, or none any more.
    has_second_factor: bool,
    has_custom_challenge: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Flow {
    /// `USER_SRP_AUTH`, whose first challenge is known by its secret block and has no session.
    Srp,
    /// `USER_AUTH`
    Choice,
    /// `CUSTOM_AUTH`
    Custom,
}

enum Step {
    SelectChallenge,
    Password { secret_block: String, exchange: Exchange },
    NewPassword,
    SelectMfa(Vec<Factor>),
    Code { factor: Factor, code: String },
    MfaSetup { is_verified: bool },
    Custom { answer: String },
    Device { device_key: String },
    DevicePassword { device_key: String, secret_block: String, exchange: Exchange },
}

impl Step {
    /// Its `ChallengeName`.
    fn name(&self) -> &'static str {
        match self {
            Self::SelectChallenge => "SELECT_CHALLENGE",
            Self::Password { .. } => "PASSWORD_VERIFIER",
            Self::NewPassword => "NEW_PASSWORD_REQUIRED",
            Self::SelectMfa(_) => "SELECT_MFA_TYPE",
            Self::Code { factor, .. } => factor.challenge(),
            Self::MfaSetup { .. } => "MFA_SETUP",
            Self::Custom { .. } => "CUSTOM_CHALLENGE",
            Self::Device { .. } => "DEVICE_SRP_AUTH",
            Self::DevicePassword { .. } => "DEVICE_PASSWORD_VERIFIER",
        }
    }

    /// Whether a challenge of this name answers it.
    fn is_answered_by(&self, name: &str) -> bool {
        let chooses = matches!(self, Self::SelectChallenge) && matches!(name, "PASSWORD" | "PASSWORD_SRP");
        chooses || self.name() == name
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RespondToAuthChallenge {
    challenge_name: String,
    client_id: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Parameters,
}

impl Directory {
    pub(super) fn respond_to_auth_challenge(&mut self, request: RespondToAuthChallenge) -> Answer {
        let (client_id, responses) = (request.client_id.as_str(), &request.challenge_responses);
        check_length(client_id, "clientId", 1..=128)?;
        check_enum(&request.challenge_name, "challengeName", &CHALLENGES)?;
        if let Some(session) = &request.session {
            check_length(session, "session", 20..=4096)?;
        }
        let (client, pool) = self.client(client_id)?;
        if responses.is_empty() {
            return Err(Failure::missing("challenge responses."));
        }
        let login = responses.required("USERNAME")?;
        client.check_secret_hash(login, responses.get("SECRET_HASH"))?;
        let username = pool.username_of(login).ok_or_else(|| client.no_user())?;
        let is_alias = !pool.are_same(login, &username);

        let handle = self.handle(&request, &username)?;
        let taken = self.sessions.take(&handle, self.now, client_id, &username);
        let pending = match request.session {
            Some(_) => taken?,
            None => taken.map_err(|_| no_such_challenge())?,
        };
        let result = if !pending.step.is_answered_by(&request.challenge_name) {
            Err(Failure::session("it is of another challenge"))
        } else if is_alias && names_the_user(&pending.step) {
            Err(Failure::incorrect("USERNAME is an alias, not the challenge's USER_ID_FOR_SRP"))
        } else {
            self.proceed(&pending, &request)
        };
        if result.as_ref().is_err_and(|failure| !failure.ends_sign_in) {
            self.sessions.put_back(&handle, pending);
        }
        result
    }

    /// What the challenge that a request answers is kept under.
    fn handle(&self, request: &RespondToAuthChallenge, username: &str) -> Result<String, Failure> {
        let responses = &request.challenge_responses;
        let name = request.challenge_name.as_str();
        if let Some(session) = &request.session {
            return Ok(session.clone());
        }
        let missing = || Failure::missing("Session");
        if name == "PASSWORD_VERIFIER" {
            let answered = responses.claim()?.secret_block;
            let is_it =
                |step: &Step| matches!(step, Step::Password { secret_block, .. } if secret_block == answered);
            let handle = self.sessions.find(username, is_it);
            let has_session = handle.is_some_and(|handle| handle != answered);
            return if has_session { Err(missing()) } else { Ok(answered.to_owned()) };
        }
        if !self.device_session_optional {
            return Err(missing());
        }
        let key = responses.get("DEVICE_KEY");
        let is_it = |step: &Step| match step {
            Step::Device { device_key } => step.name() == name && key == Some(device_key),
            Step::DevicePassword { secret_block, .. } => {
                step.name() == name && responses.get("PASSWORD_CLAIM_SECRET_BLOCK") == Some(secret_block)
            }
            _ => false,
        };
        match self.sessions.find(username, is_it) {
            Some(handle) => Ok(handle.to_owned()),
            None if matches!(name, "DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER") => {
                Err(no_such_challenge())
            }
            None => Err(missing()),
        }
    }

    /// The answer to a challenge that it is of.
    fn proceed(&mut self, pending: &Pending, request: &RespondToAuthChallenge) -> Answer {
        let Pending { progress, step } = pending;
        let responses = &request.challenge_responses;
        match step {
            Step::SelectChallenge => self.select_challenge(progress, &request.challenge_name, responses),
            Step::Password { .. } if progress.flow == Flow::Srp && request.session.is_some() => {
                Err(Failure::session("PASSWORD_VERIFIER of USER_SRP_AUTH comes without a session"))
            }
            Step::Password { secret_block, exchange } => {
                self.password_verifier(progress, secret_block, exchange, responses)
            }
            Step::NewPassword => self.new_password(progress, responses),
            Step::SelectMfa(choice) => self.select_mfa(progress, choice, responses),
            Step::Code { factor, code } => self.code(progress, *factor, code, responses),
            Step::MfaSetup { is_verified } => self.mfa_setup(progress, *is_verified, responses),
            Step::Custom { answer } => self.custom_challenge(progress, answer, responses),
            Step::Device { device_key } => self.device_srp_auth(progress, device_key, responses),
            Step::DevicePassword { device_key, secret_block, exchange } => {
                self.device_password_verifier(progress, device_key, secret_block, exchange, responses)
            }
        }
    }

    /// Asks for the next step of a sign-in.
    fn ask(&mut self, progress: Progress, step: Step, parameters: Value) -> Answer {
        let name = step.name();
        let until = self.now + self.client(&progress.client_id)?.0.session_validity;
        let session = self.sessions.open(self.now, until, Pending { progress, step })?;
        Ok(json!({ "ChallengeName": name, "Session": session, "ChallengeParameters": parameters }))
    }

    /// What follows a step that was answered rightly. The device is the one that this answer names.
    fn next(&mut self, progress: Progress, responses: &Parameters) -> Answer {
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        let device_key = responses.get("DEVICE_KEY");
        let device = match device_key {
            Some(key) => Some(user.devices.get(key).ok_or_else(Failure::no_device)?),
            None => None,
        };
        let is_remembered = device.is_some_and(|device| device.remembered);
        let stands_in =
            pool.device_configuration.is_some_and(|device| device.challenge_required_on_new_device);
        let has_second_factor = progress.has_second_factor || is_remembered && stands_in;
        let has_chosen = user.preferred_mfa.map_or(user.mfa.clone(), |preferred| vec![preferred]);

        if user.must_change_password {
            return self.ask_new_password(progress);
        }
        if progress.flow == Flow::Custom {
            if !progress.has_custom_challenge {
                return self.ask_custom(progress);
            }
        } else if !has_second_factor && pool.mfa != Mfa::Off {
            match has_chosen[..] {
                [] if pool.mfa == Mfa::On => return self.ask_mfa_setup(progress),
                [] => {}
                [only] => return self.ask_code(progress, only),
                _ => return self.ask_mfa_type(progress, has_chosen),
            }
        }
        match device_key {
            Some(key) if is_remembered => {
                let parameters = json!({ "USERNAME": progress.username, "DEVICE_KEY": key });
                self.ask(progress, Step::Device { device_key: key.to_owned() }, parameters)
            }
            Some(key) => self.grant(&progress.client_id, &progress.username, Grant::Device(key)),
            None => {
                let grant = Grant::NewDevice { by_srp: progress.by_srp };
                self.grant(&progress.client_id, &progress.username, grant)
            }
        }
    }
}

/// Whether the challenge has told the user's name beside its SRP values, so that the answer must bring it. Shipping clients send
/// the alias with `DEVICE_SRP_AUTH`.
fn names_the_user(step: &Step) -> bool {
    matches!(step, Step::Password { .. } | Step::DevicePassword { .. })
}

fn no_such_challenge() -> Failure {
    Failure::incorrect("no challenge waits for this answer of this user and app client")
}
