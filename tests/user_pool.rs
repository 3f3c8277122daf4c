//! The user pool of the examples, over HTTP, by this crate's client side.

use cognito_device_srp::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

#[path = "../examples/user_pool/service/mod.rs"]
mod service;

const PASSWORD: &str = "Correct-horse-battery-1";
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
const GONE: (&str, &str) = ("ResourceNotFoundException", "Device does not exist.");

/// Where a pool answers, and one request after another sent there.
#[derive(Clone, Copy)]
struct Endpoint(SocketAddr);

impl Endpoint {
    fn start(clock_offset: i64) -> Self {
        let listener = service::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || service::serve(listener, clock_offset));
        Self(address)
    }

    /// The status and the body of the response to these bytes.
    fn exchange(self, request: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(self.0).unwrap();
        // a server may answer and close before it has read all
        let _ = stream.write_all(request);
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response);
        let response = String::from_utf8(response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").expect("a response");
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn post(self, operation: &str, body: &[u8]) -> (u16, String) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\n\
             X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\n\r\n",
            self.0,
            body.len()
        );
        self.exchange(&[head.as_bytes(), body].concat())
    }

    /// What the operation gives, or the exception's name and message.
    fn call(self, operation: &str, request: &Value) -> Result<Value, (String, String)> {
        let (status, body) = self.post(operation, request.to_string().as_bytes());
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        match status {
            200 => Ok(body),
            400 => Err((text("__type"), text("message"))),
            other => panic!("{operation}: {other} {body}"),
        }
    }
}

#[track_caller]
fn refused(result: Result<Value, (String, String)>, (name, message): (&str, &str)) {
    assert_eq!(result.unwrap_err(), (name.to_owned(), message.to_owned()));
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {value}"))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A pool with one user and an app client.
struct Pool {
    endpoint: Endpoint,
    id: String,
    client_id: String,
    client_secret: Option<String>,
}

/// What a device keeps.
#[derive(Clone)]
struct Kept {
    device_key: String,
    device_group_key: String,
    secret: String,
}

impl Kept {
    fn device(&self) -> NewDeviceMetadata<'_> {
        NewDeviceMetadata { device_group_key: &self.device_group_key, device_key: &self.device_key }
    }
}

impl Pool {
    fn new(endpoint: Endpoint, generate_secret: bool) -> Self {
        let tracking =
            json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false });
        let pool = endpoint
            .call("CreateUserPool", &json!({ "PoolName": "pool", "DeviceConfiguration": tracking }))
            .unwrap();
        let id = text(&pool, "/UserPool/Id").to_owned();
        let client = json!({
            "UserPoolId": id,
            "ClientName": "app",
            "GenerateSecret": generate_secret,
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        });
        let client = endpoint.call("CreateUserPoolClient", &client).unwrap();
        let user = json!({ "UserPoolId": id, "Username": "alice", "TemporaryPassword": "Temporary-1" });
        endpoint.call("AdminCreateUser", &user).unwrap();
        let password =
            json!({ "UserPoolId": id, "Username": "alice", "Password": PASSWORD, "Permanent": true });
        endpoint.call("AdminSetUserPassword", &password).unwrap();
        let client_secret = client
            .pointer("/UserPoolClient/ClientSecret")
            .map(|_| text(&client, "/UserPoolClient/ClientSecret").to_owned());
        assert_eq!(client_secret.is_some(), generate_secret);
        Self { endpoint, client_id: text(&client, "/UserPoolClient/ClientId").to_owned(), id, client_secret }
    }

    fn context<'a>(&'a self, username: &'a str, device: Option<&'a Kept>) -> AuthContext<'a> {
        AuthContext {
            client_id: &self.client_id,
            client_secret: self.client_secret.as_deref(),
            username,
            device_key: device.map(|kept| kept.device_key.as_str()),
        }
    }

    fn initiate(&self, flow: &str, parameters: Parameters) -> Result<Value, (String, String)> {
        let parameters: BTreeMap<_, _> = parameters.into_iter().collect();
        let request = json!({ "ClientId": self.client_id, "AuthFlow": flow, "AuthParameters": parameters });
        self.endpoint.call("InitiateAuth", &request)
    }

    fn respond(
        &self,
        challenge: &str,
        session: &Value,
        responses: Parameters,
    ) -> Result<Value, (String, String)> {
        let responses: BTreeMap<_, _> = responses.into_iter().collect();
        let mut request = json!({
            "ClientId": self.client_id,
            "ChallengeName": challenge,
            "ChallengeResponses": responses,
        });
        if session.is_string() {
            request["Session"] = session.clone();
        }
        self.endpoint.call("RespondToAuthChallenge", &request)
    }

    /// Up to the answer to `PASSWORD_VERIFIER`.
    fn password(&self, password: &str, device: Option<&Kept>, time: u64) -> Result<Value, (String, String)> {
        let sign_in = SignIn::start(Ephemeral::generate().unwrap());
        let challenge =
            self.initiate("USER_SRP_AUTH", self.context("alice", device).user_srp_auth(&sign_in))?;
        assert_eq!(text(&challenge, "/ChallengeName"), "PASSWORD_VERIFIER");
        let parameter = |name: &str| text(&challenge, &format!("/ChallengeParameters/{name}"));
        let (secret_block, username) = (parameter("SECRET_BLOCK"), parameter("USERNAME"));
        let user = PoolUser { user_pool_id: &self.id, user_id_for_srp: parameter("USER_ID_FOR_SRP") };
        let parts = Challenge { srp_b: parameter("SRP_B"), salt: parameter("SALT"), secret_block };
        let claim =
            sign_in.answer_user(user, password, &parts, &Timestamp::from_unix(time).unwrap()).unwrap();
        let responses = self.context(username, device).password_verifier(secret_block, &claim);
        self.respond("PASSWORD_VERIFIER", &challenge["Session"], responses)
    }

    /// A whole sign-in with a device.
    fn device(&self, kept: &Kept, time: u64) -> Result<Value, (String, String)> {
        let challenge = self.password(PASSWORD, Some(kept), now())?;
        assert_eq!(text(&challenge, "/ChallengeName"), "DEVICE_SRP_AUTH");
        let context = self.context("alice", Some(kept));
        let sign_in = SignIn::start(Ephemeral::generate().unwrap());
        let responses = context.device_srp_auth(kept.device(), &sign_in);
        let challenge = self.respond("DEVICE_SRP_AUTH", &challenge["Session"], responses)?;
        assert_eq!(text(&challenge, "/ChallengeName"), "DEVICE_PASSWORD_VERIFIER");
        let parameter = |name: &str| text(&challenge, &format!("/ChallengeParameters/{name}"));
        let secret_block = parameter("SECRET_BLOCK");
        let parts = Challenge { srp_b: parameter("SRP_B"), salt: parameter("SALT"), secret_block };
        let secret = DeviceSecret::from_text(&kept.secret).unwrap();
        let claim = sign_in
            .answer_device(kept.device(), &secret, &parts, &Timestamp::from_unix(time).unwrap())
            .unwrap();
        let responses = context.device_password_verifier(kept.device(), secret_block, &claim);
        self.respond("DEVICE_PASSWORD_VERIFIER", &challenge["Session"], responses)
    }

    /// Registers the device that a sign-in was offered.
    fn register(&self, signed_in: &Value) -> Kept {
        let offered = |name: &str| {
            text(signed_in, &format!("/AuthenticationResult/NewDeviceMetadata/{name}")).to_owned()
        };
        let (device_key, device_group_key) = (offered("DeviceKey"), offered("DeviceGroupKey"));
        let device = NewDeviceMetadata { device_group_key: &device_group_key, device_key: &device_key };
        let registration = DeviceRegistration::generate(device).unwrap();
        let request = json!({
            "AccessToken": text(signed_in, "/AuthenticationResult/AccessToken"),
            "DeviceKey": device_key,
            "DeviceSecretVerifierConfig": {
                "PasswordVerifier": registration.config.password_verifier(),
                "Salt": registration.config.salt(),
            },
        });
        let confirmed = self.endpoint.call("ConfirmDevice", &request).unwrap();
        assert_eq!(confirmed, json!({ "UserConfirmationNecessary": false }));
        let secret = registration.secret.expose_secret().to_owned();
        Kept { device_key, device_group_key, secret }
    }
}

/// Against the pool of the examples, or against the one that `USER_POOL_ENDPOINT` names: others have this much of the protocol.
#[test]
fn the_right_password_signs_in_and_no_other() {
    let endpoint = match std::env::var("USER_POOL_ENDPOINT") {
        Ok(address) => Endpoint(address.parse().unwrap()),
        Err(_) => Endpoint::start(0),
    };
    for generate_secret in [false, true] {
        let pool = Pool::new(endpoint, generate_secret);
        let signed_in = pool.password(PASSWORD, None, now()).unwrap();
        assert!(text(&signed_in, "/AuthenticationResult/AccessToken").contains('.'));
        refused(pool.password("correct-horse-battery-1", None, now()), WRONG);
    }
}

#[test]
fn a_device_lives_its_life() {
    for generate_secret in [false, true] {
        let pool = Pool::new(Endpoint::start(0), generate_secret);
        let kept = pool.register(&pool.password(PASSWORD, None, now()).unwrap());

        let signed_in = pool.device(&kept, now()).unwrap();
        assert!(signed_in.pointer("/AuthenticationResult/NewDeviceMetadata").is_none());
        let access_token = text(&signed_in, "/AuthenticationResult/AccessToken");
        let refresh_token = text(&signed_in, "/AuthenticationResult/RefreshToken");
        let refresh = |device| {
            let parameters = pool.context("alice", device).refresh_token_auth(refresh_token);
            pool.initiate("REFRESH_TOKEN_AUTH", parameters)
        };
        refresh(Some(&kept)).unwrap();
        refused(refresh(None), ("NotAuthorizedException", "Invalid Refresh Token"));

        let wrong = Kept { secret: "wrong".into(), ..kept.clone() };
        refused(pool.device(&wrong, now()), WRONG);
        refused(pool.device(&kept, now() - 310), WRONG);
        refused(pool.device(&kept, now() + 310), WRONG);
        pool.device(&kept, now() - 290).unwrap();

        let request = json!({ "AccessToken": access_token, "DeviceKey": kept.device_key });
        let device = pool.endpoint.call("GetDevice", &request).unwrap();
        assert_eq!(text(&device, "/Device/DeviceKey"), kept.device_key);
        pool.endpoint.call("ForgetDevice", &request).unwrap();
        refused(pool.endpoint.call("ForgetDevice", &request), GONE);
        refused(pool.device(&kept, now()), GONE);
        refused(refresh(Some(&kept)), GONE);

        let another = pool.register(&pool.password(PASSWORD, None, now()).unwrap());
        assert_ne!(another.device_key, kept.device_key);
        pool.device(&another, now()).unwrap();
    }
}

#[test]
fn clocks_are_compared_with_the_pools_own() {
    let pool = Pool::new(Endpoint::start(600), false);
    refused(pool.password(PASSWORD, None, now()), WRONG);
    pool.password(PASSWORD, None, now() + 600).unwrap();
}

#[test]
fn many_sign_in_at_once() {
    let pool = Pool::new(Endpoint::start(0), false);
    let kept = pool.register(&pool.password(PASSWORD, None, now()).unwrap());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    pool.device(&kept, now()).unwrap();
                    refused(pool.password("wrong", None, now()), WRONG);
                }
            });
        }
    });
}

#[test]
fn hostile_requests_are_refused_and_nothing_falls_over() {
    let pool = Pool::new(Endpoint::start(0), false);
    let endpoint = pool.endpoint;
    let srp_a = |srp_a: &str| {
        let parameters = json!({ "USERNAME": "alice", "SRP_A": srp_a });
        let request =
            json!({ "ClientId": pool.client_id, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
        endpoint.call("InitiateAuth", &request).unwrap_err().0
    };
    let n = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3\
             cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5\
             ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356\
             208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28f\
             b5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521ab\
             df1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6b\
             f12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfc\
             e0fd108e4b82d120a93ad2caffffffffffffffff";
    assert_eq!(n.len(), 768);
    for hostile in ["0", n, &format!("{n}0"), "-1", "xyz", "", " 2", &"f".repeat(100_000)] {
        assert_eq!(srp_a(hostile), "InvalidParameterException", "{hostile:.20}");
    }

    let nested = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    for body in [&b""[..], b"{", b"null", b"[]", b"{}", b"\xff\xfe", br#"{"AuthFlow":7}"#, &nested] {
        for operation in
            ["InitiateAuth", "RespondToAuthChallenge", "ConfirmDevice", "ListDevices", "CreateUserPool"]
        {
            let (status, body) = endpoint.post(operation, body);
            assert!(status == 400 && body.contains("Exception"), "{operation}: {status} {body}");
        }
    }
    let (status, body) = endpoint.post("DeleteEverything", b"{}");
    assert!(status == 400 && body.contains("UnknownOperationException"), "{status} {body}");
    let (status, _) = endpoint.post("InitiateAuth", &vec![b' '; 1 << 20]);
    assert_eq!(status, 413);
    for (request, wanted) in [
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", 400),
        ("OPTIONS / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 200),
    ] {
        assert_eq!(endpoint.exchange(request.as_bytes()).0, wanted, "{request}");
    }
    pool.password(PASSWORD, None, now()).unwrap();
}

#[test]
fn only_loopback_addresses_are_listened_on() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        assert!(service::bind(address.parse().unwrap()).is_err(), "{address}");
    }
}
