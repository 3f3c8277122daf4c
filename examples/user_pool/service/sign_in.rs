//! `InitiateAuth` and `RespondToAuthChallenge`: password, device secret, tokens.

use super::Answer;
use super::directory::{Directory, Pool};
use super::failure::Failure;
use super::random;
use super::tokens::Grant;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognito_device_srp::{
    Claim, Ephemeral, Error, IssuedChallenge, NewDeviceMetadata, PoolUser, Salt, SecretHash, StoredVerifier,
    Timestamp,
};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

/// How far a `TIMESTAMP` may be from the pool's clock, in seconds.
const MAX_SKEW: u64 = 300;
/// How long a challenge waits for its answer, in seconds.
const CHALLENGE_VALIDITY: u64 = 180;

/// A challenge that waits for its answer.
pub(super) struct Pending {
    client_id: String,
    username: String,
    since: u64,
    step: Step,
}

enum Step {
    /// `PASSWORD_VERIFIER`, by its secret block.
    Password(Exchange),
    /// `NEW_PASSWORD_REQUIRED`, by its session.
    NewPassword,
    /// `DEVICE_SRP_AUTH`, by its session.
    Device { device_key: String },
    /// `DEVICE_PASSWORD_VERIFIER`, by its secret block.
    DevicePassword { device_key: String, session: String, exchange: Exchange },
}

/// What a challenge is made of beside the verifier. An answer may come twice, since clients repeat it without the device key
/// when the device does not exist; a challenge of the crate is checked once, so it is made again from this.
struct Exchange {
    srp_a: String,
    ephemeral: [u8; 32],
}

impl Exchange {
    fn new(srp_a: &str) -> Result<Self, Failure> {
        Ok(Self { srp_a: srp_a.to_owned(), ephemeral: random::bytes()? })
    }

    fn issue(&self, verifier: &StoredVerifier) -> Result<IssuedChallenge, Failure> {
        let ephemeral = Ephemeral::from_bytes(&self.ephemeral).map_err(|_| Failure::internal())?;
        verifier.challenge(&self.srp_a, ephemeral).map_err(|error| match error {
            Error::SrpAMalformed => {
                let constraint = "Member must satisfy regular expression pattern: ^[0-9a-fA-F]+$";
                Failure::constraint(&self.srp_a, "sRPA", constraint)
            }
            _ => Failure::invalid_parameter("Invalid SRP_A value"),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InitiateAuth {
    auth_flow: String,
    client_id: String,
    #[serde(default)]
    auth_parameters: Parameters,
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

/// Clients send null for what they do not have.
#[derive(Default, Deserialize)]
pub(super) struct Parameters(HashMap<String, Option<String>>);

impl Parameters {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        let missing = || Failure::invalid_parameter(format!("Missing required parameter {name}"));
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    }

    /// The claim that answers a password verifier challenge, if it is of the right form.
    fn claim(&self) -> Result<Claim<'_>, Failure> {
        let claim = Claim {
            timestamp: self.required("TIMESTAMP")?,
            signature: self.required("PASSWORD_CLAIM_SIGNATURE")?,
            secret_block: self.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        };
        if !reads_as_timestamp(claim.timestamp) {
            let message = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
            return Err(Failure::invalid_parameter(message));
        }
        if STANDARD.decode(claim.signature).is_err() {
            let message = "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.";
            return Err(Failure::invalid_parameter(message));
        }
        Ok(claim)
    }
}

/// Whether a text has the fields of `EEE MMM d HH:mm:ss z yyyy`. The service reads more than it can verify: a padded day, for
/// one, is read, but the signature must be of the text without the padding.
fn reads_as_timestamp(text: &str) -> bool {
    const WEEKDAYS: &str = "sun mon tue wed thu fri sat";
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    let named = |names: &str, text: &str| names.split(' ').any(|name| name.eq_ignore_ascii_case(text));
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>, most: u32| {
        let digits = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && text.parse().is_ok_and(|number: u32| number <= most)
    };
    let fields: Vec<_> = text.split(' ').collect();
    let [weekday, month, day, time, zone, year] = fields[..] else { return false };
    let time: Vec<_> = time.split(':').collect();
    let [hour, minute, second] = time[..] else { return false };
    named(WEEKDAYS, weekday)
        && named(MONTHS, month)
        && number(day, 1..=2, 31)
        && number(hour, 2..=2, 23)
        && number(minute, 2..=2, 59)
        && number(second, 2..=2, 59)
        && matches!(zone, "UTC" | "GMT")
        && number(year, 4..=4, 9999)
}

/// Whether a text is how a moment near `now` is written.
fn is_recent(text: &str, now: u64) -> bool {
    let mut moments = now.saturating_sub(MAX_SKEW)..=now.saturating_add(MAX_SKEW);
    moments.any(|moment| Timestamp::from_unix(moment).is_ok_and(|timestamp| timestamp.as_str() == text))
}

/// A salt for somebody who does not exist, the same each time.
fn made_up_salt(pool: &Pool, login: &str) -> Result<Salt, Failure> {
    let hash = SecretHash::new(&pool.device_group_key, login, &pool.id);
    let bytes = STANDARD.decode(hash.as_str()).ok();
    let salt = bytes.and_then(|bytes| Salt::from_bytes(bytes.get(..16)?).ok());
    salt.ok_or_else(Failure::internal)
}

impl Directory {
    pub(super) fn initiate_auth(&mut self, request: InitiateAuth) -> Answer {
        let parameters = &request.auth_parameters;
        match request.auth_flow.as_str() {
            "USER_SRP_AUTH" => self.user_srp_auth(&request.client_id, parameters),
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
                let (client, _) = self.client(&request.client_id)?;
                let refresh_token = parameters.required("REFRESH_TOKEN")?;
                if let Some(token) = self.refresh_token(client, refresh_token) {
                    client.check_secret_hash(&token.username, parameters.get("SECRET_HASH"))?;
                }
                self.refresh(&request.client_id, refresh_token, parameters.get("DEVICE_KEY"))
            }
            other => Err(Failure::invalid_parameter(format!("{other} flow not enabled for this client"))),
        }
    }

    fn user_srp_auth(&mut self, client_id: &str, parameters: &Parameters) -> Answer {
        let now = self.now;
        self.pending.retain(|_, pending| now.saturating_sub(pending.since) < CHALLENGE_VALIDITY);
        let (client, pool) = self.client(client_id)?;
        if !client.allows("USER_SRP_AUTH") {
            return Err(Failure::invalid_parameter("USER_SRP_AUTH is not enabled for the client."));
        }
        let login = parameters.required("USERNAME")?;
        client.check_secret_hash(login, parameters.get("SECRET_HASH"))?;
        let exchange = Exchange::new(parameters.required("SRP_A")?)?;
        let secret_block = random::base64::<48>()?;
        let (username, issued) = match pool.user(login) {
            Some(user) => (user.username.clone(), exchange.issue(&user.verifier)?),
            None if client.hides_users => {
                let nobody = PoolUser { user_pool_id: &pool.id, user_id_for_srp: login };
                let salt = made_up_salt(pool, login)?;
                let verifier = StoredVerifier::for_user(nobody, &random::hex::<16>()?, &salt)
                    .map_err(|_| Failure::internal())?;
                (login.to_owned(), exchange.issue(&verifier)?)
            }
            None => return Err(Failure::no_user()),
        };
        let response = json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "USERNAME": username,
                "USER_ID_FOR_SRP": username,
                "SRP_B": issued.srp_b(),
                "SALT": issued.salt(),
                "SECRET_BLOCK": secret_block,
            },
        });
        self.wait_for_answer(secret_block, client_id, &username, Step::Password(exchange));
        Ok(response)
    }

    pub(super) fn respond_to_auth_challenge(&mut self, request: RespondToAuthChallenge) -> Answer {
        let (client_id, responses) = (request.client_id.as_str(), &request.challenge_responses);
        let (client, pool) = self.client(client_id)?;
        if responses.0.is_empty() {
            return Err(Failure::invalid_parameter("Missing required parameter challenge responses."));
        }
        let login = responses.required("USERNAME")?;
        client.check_secret_hash(login, responses.get("SECRET_HASH"))?;
        let username = pool.username_of(login).ok_or_else(|| {
            if client.hides_users { Failure::incorrect("there is no such user") } else { Failure::no_user() }
        })?;
        let session = request.session.as_deref();
        match request.challenge_name.as_str() {
            "PASSWORD_VERIFIER" => self.password_verifier(client_id, &username, session, responses),
            "NEW_PASSWORD_REQUIRED" => self.new_password(client_id, &username, session, responses),
            "DEVICE_SRP_AUTH" => self.device_srp_auth(client_id, &username, session, responses),
            "DEVICE_PASSWORD_VERIFIER" => {
                self.device_password_verifier(client_id, &username, session, responses)
            }
            other => Err(Failure::invalid_parameter(format!("Unsupported challenge: {other}"))),
        }
    }

    fn wait_for_answer(&mut self, handle: String, client_id: &str, username: &str, step: Step) {
        let (client_id, username) = (client_id.to_owned(), username.to_owned());
        self.pending.insert(handle, Pending { client_id, username, since: self.now, step });
    }

    /// The step that a user's challenge has come to, if the answer is in time and from the app client that was asked.
    fn step(&self, handle: &str, client_id: &str, username: &str) -> Option<&Step> {
        let pending = self.pending.get(handle)?;
        let in_time = self.now.saturating_sub(pending.since) < CHALLENGE_VALIDITY;
        let same = pending.client_id == client_id && pending.username == username;
        (in_time && same).then_some(&pending.step)
    }

    fn password_verifier(
        &mut self,
        client_id: &str,
        username: &str,
        session: Option<&str>,
        responses: &Parameters,
    ) -> Answer {
        let claim = responses.claim()?;
        if session.is_some() {
            return Err(Failure::session("PASSWORD_VERIFIER comes without a session"));
        }
        let (_, pool) = self.client(client_id)?;
        let user = pool.user(username).ok_or_else(Failure::no_user)?;
        let Some(Step::Password(exchange)) = self.step(claim.secret_block, client_id, username) else {
            return Err(no_such_challenge());
        };
        let name = PoolUser { user_pool_id: &pool.id, user_id_for_srp: username };
        let checked = exchange.issue(&user.verifier)?.check_user(name, &claim);
        self.conclude(checked, &claim, "the signature is not that of this user's password")?;
        let device_key = responses.get("DEVICE_KEY");
        // before the challenge is done with, so that the same answer without the device key is still one
        let device = match device_key {
            Some(key) => Some(user.devices.get(key).ok_or_else(Failure::no_device)?),
            None => None,
        };
        let (must_change_password, is_remembered) =
            (user.must_change_password, device.is_some_and(|device| device.remembered));
        self.pending.remove(claim.secret_block);
        if must_change_password {
            let session = random::base64::<48>()?;
            let response = json!({
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": session,
                "ChallengeParameters": {
                    "USER_ID_FOR_SRP": username,
                    "requiredAttributes": "[]",
                    "userAttributes": "{}",
                },
            });
            self.wait_for_answer(session, client_id, username, Step::NewPassword);
            return Ok(response);
        }
        match device_key {
            Some(key) if is_remembered => {
                let session = random::base64::<48>()?;
                let response = json!({
                    "ChallengeName": "DEVICE_SRP_AUTH",
                    "Session": session,
                    "ChallengeParameters": { "USERNAME": username, "DEVICE_KEY": key },
                });
                let step = Step::Device { device_key: key.to_owned() };
                self.wait_for_answer(session, client_id, username, step);
                Ok(response)
            }
            Some(key) => self.grant(client_id, username, Grant::Device(key)),
            None => self.grant(client_id, username, Grant::NewDevice),
        }
    }

    fn new_password(
        &mut self,
        client_id: &str,
        username: &str,
        session: Option<&str>,
        responses: &Parameters,
    ) -> Answer {
        let session =
            session.ok_or_else(|| Failure::invalid_parameter("Missing required parameter Session"))?;
        let Some(Step::NewPassword) = self.step(session, client_id, username) else {
            return Err(used_session());
        };
        let password = responses.required("NEW_PASSWORD")?;
        let (_, pool) = self.client(client_id)?;
        let verifier = pool.password_verifier(username, password)?;
        let pool_id = pool.id.clone();
        if let Some(user) = self.pool(&pool_id)?.users.get_mut(username) {
            user.verifier = verifier;
            user.must_change_password = false;
        }
        self.pending.remove(session);
        self.grant(client_id, username, Grant::NewDevice)
    }

    fn device_srp_auth(
        &mut self,
        client_id: &str,
        username: &str,
        session: Option<&str>,
        responses: &Parameters,
    ) -> Answer {
        let srp_a = responses.required("SRP_A")?;
        let device_key = responses.required("DEVICE_KEY")?;
        let (_, pool) = self.client(client_id)?;
        let user = pool.user(username).ok_or_else(Failure::no_user)?;
        let device = user.devices.get(device_key).ok_or_else(Failure::no_device)?;
        // not all clients pass the session on
        let is_next = |handle: &str| match self.step(handle, client_id, username) {
            Some(Step::Device { device_key: asked }) => asked == device_key,
            _ => false,
        };
        let handle = match session {
            Some(session) => Some(session.to_owned()).filter(|session| is_next(session)),
            None => self.pending.keys().find(|handle| is_next(handle)).cloned(),
        };
        let handle = handle.ok_or_else(used_session)?;
        let exchange = Exchange::new(srp_a)?;
        let issued = exchange.issue(&device.verifier)?;
        let (secret_block, session) = (random::base64::<48>()?, random::base64::<48>()?);
        let response = json!({
            "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
            "Session": session,
            "ChallengeParameters": {
                "USERNAME": username,
                "DEVICE_KEY": device_key,
                "SRP_B": issued.srp_b(),
                "SALT": issued.salt(),
                "SECRET_BLOCK": secret_block,
            },
        });
        self.pending.remove(&handle);
        let step = Step::DevicePassword { device_key: device_key.to_owned(), session, exchange };
        self.wait_for_answer(secret_block, client_id, username, step);
        Ok(response)
    }

    fn device_password_verifier(
        &mut self,
        client_id: &str,
        username: &str,
        session: Option<&str>,
        responses: &Parameters,
    ) -> Answer {
        let claim = responses.claim()?;
        let device_key = responses.required("DEVICE_KEY")?;
        let (_, pool) = self.client(client_id)?;
        let user = pool.user(username).ok_or_else(Failure::no_user)?;
        let device = user.devices.get(device_key).ok_or_else(Failure::no_device)?;
        let Some(Step::DevicePassword { device_key: asked, session: issued, exchange }) =
            self.step(claim.secret_block, client_id, username)
        else {
            return Err(no_such_challenge());
        };
        if asked != device_key {
            return Err(Failure::incorrect("DEVICE_KEY is not that of DEVICE_SRP_AUTH"));
        }
        if session.is_some_and(|session| session != issued) {
            return Err(used_session());
        }
        let name = NewDeviceMetadata { device_group_key: &pool.device_group_key, device_key };
        let checked = exchange.issue(&device.verifier)?.check_device(name, &claim);
        self.conclude(checked, &claim, "the signature is not that of this device's secret")?;
        self.pending.remove(claim.secret_block);
        self.grant(client_id, username, Grant::Device(device_key))
    }

    /// What a checked claim comes to.
    fn conclude(
        &self,
        checked: Result<(), Error>,
        claim: &Claim<'_>,
        mismatch: &'static str,
    ) -> Result<(), Failure> {
        checked.map_err(|_| Failure::incorrect(mismatch))?;
        if is_recent(claim.timestamp, self.now) {
            Ok(())
        } else {
            Err(Failure::incorrect("TIMESTAMP is not of the last or next five minutes by this pool's clock"))
        }
    }
}

fn no_such_challenge() -> Failure {
    Failure::incorrect(
        "PASSWORD_CLAIM_SECRET_BLOCK is of no challenge that waits for this user and app client",
    )
}

fn used_session() -> Failure {
    Failure::session("no challenge of this session waits for this user, app client and device")
}
