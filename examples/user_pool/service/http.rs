//! The service over HTTP: JSON 1.1, the operation named by `X-Amz-Target`.

use super::failure::Failure;
use super::{Options, Service, random};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

const MAX_BODY: usize = 256 * 1024;
const MAX_HEAD: usize = 64 * 1024;
pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
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

/// Serves an empty directory of user pools on what [`bind`] returned, until the process ends.
pub(crate) fn serve(listener: TcpListener, options: Options) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(options.patience).max_buf_size(MAX_HEAD);
    let router = Router::new().fallback(answer).with_state(Arc::new(Service::new(options)));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let service = TowerToHyperService::new(router.clone());
                    // how a connection ends is the client's concern
                    tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
                }
                // out of file descriptors, for one: others will be closed
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    })
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let asking = service.options.allow_origin.clone();
    let now = service.now();
    let mut response = if head.method == Method::OPTIONS && asking.is_some() {
        preflight()
    } else {
        let operation = if head.method == Method::POST { operation(&head.headers) } else { None };
        call(service, operation.unwrap_or_default().to_owned(), body).await
    };
    let headers = response.headers_mut();
    if let Some(origin) = asking {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now));
    let id = random::uuid().map(|id| id.to_string()).unwrap_or_default();
    for (name, value) in [(header::DATE, date), (HeaderName::from_static("x-amzn-requestid"), id)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// Reads the body and runs the operation, apart from the threads that wait for the network.
async fn call(service: Arc<Service>, operation: String, body: Body) -> Response {
    let body = tokio::time::timeout(service.options.patience, axum::body::to_bytes(body, MAX_BODY)).await;
    let (asked, name) = (service.clone(), operation.clone());
    let result = match body {
        Err(_) => Err(Failure::too_slow()),
        Ok(Err(_)) => Err(Failure::too_large()),
        Ok(Ok(body)) => tokio::task::spawn_blocking(move || asked.call(&operation, &body))
            .await
            .unwrap_or_else(|_| Err(Failure::internal())),
    };
    result
        .inspect_err(|failure| (service.options.report)(failure.line(&name)))
        .map_or_else(Failure::into_response, success)
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
