//! The service over HTTP: JSON 1.1, one operation a request, named by `X-Amz-Target`.
//!
//! What it does: `USER_SRP_AUTH`, the two device challenges and `NEW_PASSWORD_REQUIRED`, refreshing and revoking of tokens, the life cycle of devices,
//! and as much administration as sets all that up (`CreateUserPool`, `CreateUserPoolClient`, `AdminCreateUser`,
//! `AdminSetUserPassword`). What it refuses, it refuses in the service's words as far as they are known; where they hide the
//! reason, the reason goes to stderr.
//!
//! What it does not: MFA, other flows than SRP, sign-up, password policies, e-mail, triggers, quotas, signatures of
//! administrative calls; tokens are of the shape of JWTs, but not signed.
//!
//! Contract: no request makes it panic, run on without bound or keep more than the request's own size; those of 256 KiB and
//! more are refused.

mod devices;
mod directory;
mod failure;
mod random;
mod sign_in;
mod tokens;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use directory::Directory;
use failure::Failure;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What an operation gives: the body of the response, or a refusal.
type Answer = Result<Value, Failure>;

const MAX_BODY: usize = 256 * 1024;
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService.";

/// Listens on `address`, which must be a loopback address.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{address} is not a loopback address, and this is a test double"),
        ));
    }
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves an empty directory of user pools on what [`bind`] returned, until the process ends. Its clock is that of this
/// machine and `clock_offset` seconds.
pub(crate) fn serve(listener: TcpListener, clock_offset: i64) -> io::Result<()> {
    let service = Arc::new(Service { clock_offset, directory: Mutex::default() });
    let router = Router::new().fallback(answer).layer(DefaultBodyLimit::max(MAX_BODY)).with_state(service);
    tokio::runtime::Builder::new_multi_thread()
        .enable_io()
        .build()?
        .block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await })
}

struct Service {
    clock_offset: i64,
    directory: Mutex<Directory>,
}

impl Service {
    fn now(&self) -> SystemTime {
        let offset = Duration::from_secs(self.clock_offset.unsigned_abs());
        let (now, ahead) = (SystemTime::now(), self.clock_offset >= 0);
        if ahead { now.checked_add(offset) } else { now.checked_sub(offset) }.unwrap_or(UNIX_EPOCH)
    }

    fn call(&self, operation: &str, body: &[u8]) -> Answer {
        let mut directory = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        directory.now = self.now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        match operation {
            "CreateUserPool" => directory.create_user_pool(read(body)?),
            "CreateUserPoolClient" => directory.create_user_pool_client(read(body)?),
            "AdminCreateUser" => directory.admin_create_user(read(body)?),
            "AdminSetUserPassword" => directory.admin_set_user_password(read(body)?),
            "InitiateAuth" => directory.initiate_auth(read(body)?),
            "RespondToAuthChallenge" => directory.respond_to_auth_challenge(read(body)?),
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
}

/// What an operation takes.
fn read<R: DeserializeOwned>(body: &[u8]) -> Result<R, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::unreadable(&error))
}

async fn answer(
    State(service): State<Arc<Service>>,
    method: Method,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let date = httpdate::fmt_http_date(service.now());
    let mut response = if method == Method::OPTIONS {
        preflight()
    } else {
        let operation = if method == Method::POST { operation(&headers) } else { None };
        let result = match body {
            Err(_) => Err(Failure::too_large()),
            Ok(body) => {
                let operation = operation.unwrap_or_default().to_owned();
                let call =
                    move || service.call(&operation, &body).inspect_err(|failure| failure.log(&operation));
                tokio::task::spawn_blocking(call).await.unwrap_or_else(|_| Err(Failure::internal()))
            }
        };
        result.map_or_else(Failure::into_response, success)
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    for (name, value) in [("date", Ok(date)), ("x-amzn-requestid", random::uuid().map(|id| id.to_string()))] {
        if let Some(value) = value.ok().and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

/// The operation that a request names, if it is of the protocol.
fn operation(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(CONTENT_TYPE) {
        return None;
    }
    headers.get("x-amz-target")?.to_str().ok()?.strip_prefix(TARGET)
}

fn success(body: Value) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], body.to_string()).into_response()
}

/// Browsers ask before they send.
fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*, authorization"),
        (header::ACCESS_CONTROL_MAX_AGE, "172800"),
    ];
    (StatusCode::OK, headers).into_response()
}
