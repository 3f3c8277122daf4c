//! A pool over HTTP, and requests to it entry by entry.

use crate::service::{self, Code, Options};
use crate::srp::{self, Kept};
use serde_json::{Map, Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const PASSWORD: &str = "Correct-horse-battery-1";
pub(crate) const TEMPORARY: &str = "Temporary-1";
/// An exception's name and message.
pub(crate) type Refusal<'a> = (&'a str, &'a str);
pub(crate) const WRONG: Refusal<'_> = ("NotAuthorizedException", "Incorrect username or password.");
pub(crate) const GONE: Refusal<'_> = ("ResourceNotFoundException", "Device does not exist.");
pub(crate) const NO_SESSION: Refusal<'_> =
    ("InvalidParameterException", "Missing required parameter Session");
pub(crate) const OTHER_SESSION: Refusal<'_> = ("NotAuthorizedException", "Invalid session for the user.");
pub(crate) const USED_SESSION: Refusal<'_> =
    ("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
pub(crate) const INVALID_TOKEN: Refusal<'_> = ("NotAuthorizedException", "Invalid Refresh Token");

pub(crate) type Answer = Result<Value, (String, String)>;

#[track_caller]
pub(crate) fn refused(result: Answer, (name, message): Refusal<'_>) {
    assert_eq!(result.unwrap_err(), (name.to_owned(), message.to_owned()));
}

pub(crate) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {value}"))
}

/// The challenge parameter of this name.
pub(crate) fn parameter<'a>(challenge: &'a Value, name: &str) -> &'a str {
    text(challenge, &format!("/ChallengeParameters/{name}"))
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Where pools answer, what their clock is, which codes they sent, and what they said of requests that they rejected.
pub(crate) struct Server {
    address: SocketAddr,
    clock_offset: Arc<AtomicI64>,
    codes: Arc<Mutex<Vec<Code>>>,
    reports: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start() -> &'static Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> &'static Self {
        let listener = service::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let codes = Arc::<Mutex<Vec<Code>>>::default();
        let sent = codes.clone();
        let deliver = Box::new(move |code| sent.lock().unwrap().push(code));
        let reports = Arc::<Mutex<Vec<String>>>::default();
        let reported = reports.clone();
        let report = Box::new(move |line| reported.lock().unwrap().push(line));
        let mut options = Options { deliver, report, ..Options::default() };
        change(&mut options);
        let clock_offset = options.clock_offset.clone();
        thread::spawn(move || service::serve(listener, options));
        Box::leak(Box::new(Self { address, clock_offset, codes, reports }))
    }

    /// One that others run.
    pub(crate) fn at(address: &str) -> &'static Self {
        let address = address.parse().unwrap();
        Box::leak(Box::new(Self {
            address,
            clock_offset: Arc::default(),
            codes: Arc::default(),
            reports: Arc::default(),
        }))
    }

    /// Puts the pool's clock so many seconds ahead.
    pub(crate) fn set_clock(&self, ahead: i64) {
        self.clock_offset.store(ahead, Ordering::Relaxed);
    }

    /// The code that this challenge sent to alice.
    pub(crate) fn code(&self, challenge: &str) -> String {
        let sent = self.codes.lock().unwrap().pop().expect("a code");
        assert_eq!((sent.challenge, sent.username.as_str()), (challenge, "alice"));
        sent.code
    }

    /// What the pool said of the request that it rejected last.
    pub(crate) fn report(&self) -> String {
        self.reports.lock().unwrap().pop().expect("a report")
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// The status, the head and the body of the response to these bytes.
    pub(crate) fn exchange(&self, request: &[u8]) -> (u16, String, String) {
        let mut stream = self.connect();
        // a server may answer and close before it has read all
        let _ = stream.write_all(request);
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response);
        let response = String::from_utf8(response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").expect("a response");
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), body.to_owned())
    }

    pub(crate) fn post(&self, operation: &str, body: &[u8]) -> (u16, String, String) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\n\
             X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        self.exchange(&[head.as_bytes(), body].concat())
    }

    /// What the operation gives, or the exception's name and message.
    pub(crate) fn call(&self, operation: &str, request: &Value) -> Answer {
        let (status, _, body) = self.post(operation, request.to_string().as_bytes());
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        match status {
            200 => Ok(body),
            400 => Err((text("__type"), text("message"))),
            other => panic!("{operation}: {other} {body}"),
        }
    }
}

/// A pool with the user alice and an app client.
pub(crate) struct Pool {
    pub(crate) server: &'static Server,
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
}

/// The first value with the members of the second.
fn with(mut value: Value, members: Value) -> Value {
    for (name, member) in members.as_object().unwrap() {
        value[name] = member.clone();
    }
    value
}

impl Pool {
    /// One whose devices are tracked and whose app client has a secret and allows all flows.
    pub(crate) fn new() -> Self {
        Self::with(json!({}), json!({}))
    }

    /// The same with these members of `CreateUserPool` and `CreateUserPoolClient`.
    pub(crate) fn with(pool: Value, client: Value) -> Self {
        let flows = ["USER_SRP_AUTH", "USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"];
        let flows = flows.map(|flow| format!("ALLOW_{flow}"));
        let client = with(json!({ "GenerateSecret": true, "ExplicitAuthFlows": flows }), client);
        Self::on(Server::start(), pool, client)
    }

    pub(crate) fn on(server: &'static Server, pool: Value, client: Value) -> Self {
        let tracking =
            json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false });
        let pool = with(json!({ "PoolName": "pool", "DeviceConfiguration": tracking }), pool);
        let pool = server.call("CreateUserPool", &pool).unwrap();
        let id = text(&pool, "/UserPool/Id").to_owned();
        let client = with(json!({ "UserPoolId": id, "ClientName": "app" }), client);
        let client = server.call("CreateUserPoolClient", &client).unwrap()["UserPoolClient"].clone();
        let client_secret = client["ClientSecret"].as_str().map(str::to_owned);
        let pool = Self { server, client_id: text(&client, "/ClientId").to_owned(), id, client_secret };
        pool.add_user("alice", &[("email", "alice@example.com"), ("phone_number", "+15550199")]);
        let password =
            json!({ "UserPoolId": pool.id, "Username": "alice", "Password": PASSWORD, "Permanent": true });
        server.call("AdminSetUserPassword", &password).unwrap();
        pool
    }

    /// One who has to change the password at the first sign-in.
    pub(crate) fn add_user(&self, username: &str, attributes: &[(&str, &str)]) {
        let attribute = |(name, value): &(&str, &str)| json!({ "Name": name, "Value": value });
        let user = json!({
            "UserPoolId": self.id,
            "Username": username,
            "TemporaryPassword": TEMPORARY,
            "UserAttributes": attributes.iter().map(attribute).collect::<Value>(),
        });
        self.server.call("AdminCreateUser", &user).unwrap();
    }

    /// The words for a hash that is of another user name.
    pub(crate) fn wrong_hash(&self) -> String {
        format!("Unable to verify secret hash for client {}", self.client_id)
    }

    pub(crate) fn hash(&self, username: &str) -> Option<String> {
        let secret = self.client_secret.as_deref()?;
        Some(srp::secret_hash(secret, username, &self.client_id))
    }

    /// Entries of a map, and the secret hash of the user name among them.
    fn entries(&self, entries: Value) -> Value {
        let hash = entries["USERNAME"].as_str().and_then(|username| self.hash(username));
        hash.map_or(entries.clone(), |hash| with(entries, json!({ "SECRET_HASH": hash })))
    }

    /// A request of `InitiateAuth`.
    pub(crate) fn auth(&self, flow: &str, entries: Value) -> Value {
        json!({ "ClientId": self.client_id, "AuthFlow": flow, "AuthParameters": self.entries(entries) })
    }

    /// A request of `RespondToAuthChallenge` that answers this challenge, under this name.
    pub(crate) fn answer(&self, asked: &Value, name: &str, entries: Value) -> Value {
        let mut request = json!({
            "ClientId": self.client_id,
            "ChallengeName": name,
            "ChallengeResponses": self.entries(entries),
        });
        if asked["Session"].is_string() {
            request["Session"] = asked["Session"].clone();
        }
        request
    }

    pub(crate) fn send(&self, request: &Value) -> Answer {
        let begins = request.get("AuthFlow").is_some();
        self.server.call(if begins { "InitiateAuth" } else { "RespondToAuthChallenge" }, request)
    }

    /// Sends a request without or with another value of one entry after another, each of which must be refused, and then as it
    /// is. For every request it goes without `USERNAME` and `SECRET_HASH` and a wrong hash, for an answer with a session also
    /// without it, with another, and once more after it was taken.
    #[track_caller]
    pub(crate) fn row(&self, request: Value, cases: &[(&str, Option<&str>, Refusal<'_>)]) -> Value {
        let begins = request.get("AuthFlow").is_some();
        let map = if begins { "AuthParameters" } else { "ChallengeResponses" };
        let changed = |name: &str, value: Option<&str>| {
            let mut request = request.clone();
            let entries = request[map].as_object_mut().unwrap();
            assert!(entries.contains_key(name) || value.is_some(), "{name} is not there");
            match value {
                Some(value) => entries.insert(name.to_owned(), json!(value)),
                None => entries.remove(name),
            };
            request
        };
        let id = &self.client_id;
        let no_hash = format!("Client {id} is configured with secret but SECRET_HASH was not received");
        let wrong_hash = self.wrong_hash();
        let mut all = cases.to_vec();
        if request[map].get("USERNAME").is_some() {
            all.push((
                "USERNAME",
                None,
                ("InvalidParameterException", "Missing required parameter USERNAME"),
            ));
            all.push(("SECRET_HASH", None, ("NotAuthorizedException", &no_hash)));
            all.push(("SECRET_HASH", Some("wrong"), ("NotAuthorizedException", &wrong_hash)));
        }
        for (name, value, (kind, message)) in all {
            let refusal = self.send(&changed(name, value)).expect_err(name);
            assert_eq!(refusal, (kind.to_owned(), message.to_owned()), "{name} {value:?}");
        }
        if begins || request.get("Session").is_none() {
            return self.send(&request).unwrap();
        }
        let in_session = |session: Option<&str>| {
            let mut request = request.clone();
            let members: &mut Map<_, _> = request.as_object_mut().unwrap();
            match session {
                Some(session) => members.insert("Session".to_owned(), json!(session)),
                None => members.remove("Session"),
            };
            self.send(&request)
        };
        refused(in_session(None), NO_SESSION);
        refused(in_session(Some("no-session-of-this-pool")), OTHER_SESSION);
        let answer = self.send(&request).unwrap();
        refused(self.send(&request), USED_SESSION);
        answer
    }

    /// A challenge for alice's password.
    pub(crate) fn asked_for_password(&self, flow: &str, srp_a: &str) -> Value {
        let entries = match flow {
            "USER_AUTH" => json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP" }),
            "CUSTOM_AUTH" => json!({ "CHALLENGE_NAME": "SRP_A" }),
            _ => json!({}),
        };
        let entries = with(json!({ "USERNAME": "alice", "SRP_A": srp_a }), entries);
        self.send(&self.auth(flow, entries)).unwrap()
    }

    /// The answer to alice's password.
    pub(crate) fn password_answer(&self, flow: &str, device_key: Option<&str>) -> Value {
        let sign_in = srp::start();
        let asked = self.asked_for_password(flow, sign_in.srp_a());
        let entries = srp::user_claim(sign_in, &self.id, PASSWORD, &asked, now());
        let device = device_key.map_or(json!({}), |key| json!({ "DEVICE_KEY": key }));
        self.answer(&asked, "PASSWORD_VERIFIER", with(entries, device))
    }

    /// What comes after alice's password.
    pub(crate) fn after_password(&self, flow: &str, device_key: Option<&str>) -> Value {
        self.send(&self.password_answer(flow, device_key)).unwrap()
    }

    /// Signs in without a device.
    pub(crate) fn signed_in(&self) -> Value {
        let answer = self.after_password("USER_SRP_AUTH", None);
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
        answer
    }

    /// Registers the device that a sign-in was offered.
    pub(crate) fn register(&self, signed_in: &Value) -> Kept {
        let (kept, config) = srp::new_device(signed_in);
        self.confirm(signed_in, &kept, config).unwrap();
        kept
    }

    pub(crate) fn confirm(&self, signed_in: &Value, kept: &Kept, config: Value) -> Answer {
        let request = json!({
            "AccessToken": text(signed_in, "/AuthenticationResult/AccessToken"),
            "DeviceKey": kept.device_key,
            "DeviceSecretVerifierConfig": config,
        });
        self.server.call("ConfirmDevice", &request)
    }

    /// Signs in with a device, to the end.
    pub(crate) fn with_device(&self, kept: &Kept, time: u64) -> Answer {
        let asked = self.send(&self.password_answer("USER_SRP_AUTH", Some(&kept.device_key)))?;
        assert_eq!(text(&asked, "/ChallengeName"), "DEVICE_SRP_AUTH");
        let sign_in = srp::start();
        let asked = self.send(&self.device_answer(&asked, kept, sign_in.srp_a()))?;
        assert_eq!(text(&asked, "/ChallengeName"), "DEVICE_PASSWORD_VERIFIER");
        let entries = srp::device_claim(sign_in, kept, &asked, time);
        self.send(&self.answer(&asked, "DEVICE_PASSWORD_VERIFIER", entries))
    }

    /// The answer to `DEVICE_SRP_AUTH`.
    pub(crate) fn device_answer(&self, asked: &Value, kept: &Kept, srp_a: &str) -> Value {
        let username = parameter(asked, "USERNAME");
        let entries = json!({ "USERNAME": username, "DEVICE_KEY": kept.device_key, "SRP_A": srp_a });
        self.answer(asked, "DEVICE_SRP_AUTH", entries)
    }
}
