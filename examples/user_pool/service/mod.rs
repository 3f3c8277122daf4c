//! The service: each request is one operation.
//!
//! What it does: the flows `USER_SRP_AUTH`, `USER_AUTH`, `CUSTOM_AUTH` and `REFRESH_TOKEN_AUTH`, and every challenge that they
//! lead to, except passkeys; refreshing, rotating and revoking of tokens; the life cycle of devices; and the administration that
//! sets these up. It rejects with the service's messages, as far as they are known. If the message does not tell the reason, the
//! reason goes to stderr. `CUSTOM_AUTH` asks for a code, whatever functions the pool's `LambdaConfig` names.
//!
//! What it does not do: passkeys, `USER_PASSWORD_AUTH`, sign-up, password policies, messages, triggers, quotas, signatures of
//! administrative calls. The code of a software token is one that the pool prints, and does not depend on the time. Tokens have the shape of
//! JWTs, but are not signed.
//!
//! Contract: no request makes it panic, run on without bound or keep more than the request's own size; bodies of more than
//! 256 KiB are rejected, and so is a client that does not finish its request in time.

mod admin;
mod devices;
mod directory;
mod failure;
mod http;
mod parameters;
mod random;
mod refresh;
mod sign_in;
mod srp;
mod tokens;

use axum::http::HeaderValue;
use directory::Directory;
use failure::Failure;
pub(crate) use http::{bind, serve};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What an operation gives: the body of the response, or a refusal.
type Answer = Result<Value, Failure>;

/// The last second of the year 9999, after which neither HTTP nor `TIMESTAMP` has a date.
const LAST_SECOND: i64 = 253_402_300_799;

/// A code that the service would send to a user, or that the user's authenticator would show.
pub(crate) struct Code {
    /// The challenge that asks for it.
    pub(crate) challenge: &'static str,
    pub(crate) username: String,
    pub(crate) code: String,
}

pub(crate) struct Options {
    /// How many seconds the pool's clock is ahead of this machine's. It may be changed while the pool serves.
    pub(crate) clock_offset: Arc<AtomicI64>,
    /// `Access-Control-Allow-Origin`: none unless it is asked for.
    pub(crate) allow_origin: Option<HeaderValue>,
    /// Whether the device challenges may be answered without their `Session`.
    pub(crate) device_session_optional: bool,
    /// How long a client may take for the head of a request, and for its body.
    pub(crate) patience: Duration,
    /// Where codes go.
    pub(crate) deliver: Box<dyn Fn(Code) + Send + Sync>,
    /// Where a line about each rejected request goes.
    pub(crate) report: Box<dyn Fn(String) + Send + Sync>,
}

impl Default for Options {
    /// Codes and reports go to stderr.
    fn default() -> Self {
        let print = |sent: Code| {
            let Code { challenge, username, code } = sent;
            eprintln!("user_pool: the code of {challenge} for {} is {code}", username.escape_debug());
        };
        Self {
            clock_offset: Arc::default(),
            allow_origin: None,
            device_session_optional: false,
            patience: Duration::from_secs(30),
            deliver: Box::new(print),
            report: Box::new(|line| eprintln!("user_pool: {line}")),
        }
    }
}

struct Service {
    options: Options,
    directory: Mutex<Directory>,
}

impl Service {
    fn new(options: Options) -> Self {
        let directory = Mutex::new(Directory::new(options.device_session_optional));
        Self { options, directory }
    }

    /// The pool's clock, in seconds since 1970: between that year and 9999, whatever the offset.
    fn now(&self) -> u64 {
        let here = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let offset = self.options.clock_offset.load(Ordering::Relaxed);
        let there = here.saturating_add_signed(offset);
        there.min(LAST_SECOND.unsigned_abs())
    }

    fn call(&self, operation: &str, body: &[u8]) -> Answer {
        let mut directory = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        directory.now = self.now();
        let answer = dispatch(&mut directory, operation, body);
        directory.outbox.drain(..).for_each(&self.options.deliver);
        answer
    }
}

fn dispatch(directory: &mut Directory, operation: &str, body: &[u8]) -> Answer {
    match operation {
        "CreateUserPool" => directory.create_user_pool(read(body)?),
        "CreateUserPoolClient" => directory.create_user_pool_client(read(body)?),
        "AdminCreateUser" => directory.admin_create_user(read(body)?),
        "AdminSetUserPassword" => directory.admin_set_user_password(read(body)?),
        "AdminSetUserMFAPreference" => directory.admin_set_user_mfa_preference(read(body)?),
        "InitiateAuth" => directory.initiate_auth(read(body)?),
        "RespondToAuthChallenge" => directory.respond_to_auth_challenge(read(body)?),
        "AssociateSoftwareToken" => directory.associate_software_token(read(body)?),
        "VerifySoftwareToken" => directory.verify_software_token(read(body)?),
        "GetTokensFromRefreshToken" => directory.get_tokens_from_refresh_token(read(body)?),
        "RevokeToken" => directory.revoke_token(read(body)?),
        "GlobalSignOut" => directory.global_sign_out(read(body)?),
        "GetUser" => directory.get_user(read(body)?),
        "ConfirmDevice" => directory.confirm_device(read(body)?),
        "UpdateDeviceStatus" => directory.update_device_status(read(body)?),
        "GetDevice" => directory.get_device(read(body)?),
        "ListDevices" => directory.list_devices(read(body)?),
        "ForgetDevice" => directory.forget_device(read(body)?),
        _ => Err(Failure::unknown_operation()),
    }
}

/// What an operation takes.
fn read<R: DeserializeOwned>(body: &[u8]) -> Result<R, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::unreadable(&error))
}
