//! Requests that no client should send, and what the pool says to browsers, slow clients and odd clocks.

use crate::harness::{Pool, Refusal, Server, refused, text};
use crate::service;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

#[test]
fn hostile_requests_are_rejected_and_the_pool_goes_on() {
    let pool = Pool::with(json!({}), json!({ "GenerateSecret": false }));
    let server = pool.server;
    let srp_a = |srp_a: &str| {
        let parameters = json!({ "USERNAME": "alice", "SRP_A": srp_a });
        let request =
            json!({ "ClientId": pool.client_id, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
        server.call("InitiateAuth", &request).unwrap_err().0
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
            let (status, _, body) = server.post(operation, body);
            assert!(status == 400 && body.contains("Exception"), "{operation}: {status} {body}");
        }
    }
    let (status, _, body) = server.post("DeleteEverything", b"{}");
    assert!(status == 400 && body.contains("UnknownOperationException"), "{status} {body}");
    let (status, ..) = server.post("InitiateAuth", &vec![b' '; 1 << 20]);
    assert_eq!(status, 413);
    for (request, wanted) in [
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", 400),
        ("OPTIONS / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 400),
    ] {
        assert_eq!(server.exchange(request.as_bytes()).0, wanted, "{request}");
    }
    pool.signed_in();
}

#[test]
fn only_loopback_addresses_are_accepted() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        assert!(service::bind(address.parse().unwrap()).is_err(), "{address}");
    }
}

#[test]
fn members_must_meet_the_constraints_of_the_model() {
    let pool = Pool::new();
    let server = pool.server;
    let (id, client_id) = (&pool.id, &pool.client_id);
    let invalid = |what: &str, constraint: &str| {
        format!(
            "1 validation error detected: Value{what} failed to satisfy constraint: Member must {constraint}"
        )
    };
    let short = "x".repeat(19);
    let key = "us-east-1_00000000-0000-4000-8000-000000000000";
    let token = "satisfy regular expression pattern: [A-Za-z0-9-_=.]+";
    for (operation, request, message) in [
        (
            "InitiateAuth",
            json!({ "AuthFlow": "USER_SRP_AUTH" }),
            invalid(" null at 'clientId'", "not be null"),
        ),
        (
            "RespondToAuthChallenge",
            json!({ "ClientId": client_id }),
            invalid(" null at 'challengeName'", "not be null"),
        ),
        (
            "RespondToAuthChallenge",
            json!({ "ClientId": client_id, "ChallengeName": "SMS_MFA", "Session": short }),
            invalid(" at 'session'", "have length greater than or equal to 20"),
        ),
        (
            "RespondToAuthChallenge",
            json!({ "ClientId": client_id, "ChallengeName": "SMS_MFA" }),
            "Missing required parameter challenge responses.".into(),
        ),
        (
            "InitiateAuth",
            json!({ "ClientId": "", "AuthFlow": "USER_AUTH" }),
            invalid(" at 'clientId'", "have length greater than or equal to 1"),
        ),
        ("GetUser", json!({ "AccessToken": "a b" }), invalid(" at 'accessToken'", token)),
        ("GetUser", json!({ "AccessToken": "" }), invalid(" at 'accessToken'", token)),
        (
            "GetTokensFromRefreshToken",
            json!({ "ClientId": client_id, "RefreshToken": "a\nb" }),
            invalid(" at 'refreshToken'", token),
        ),
        (
            "ForgetDevice",
            json!({ "AccessToken": "a.b.c", "DeviceKey": "" }),
            invalid(" '' at 'deviceKey'", "satisfy regular expression pattern: [\\w-]+_[0-9a-f-]+"),
        ),
        (
            "ConfirmDevice",
            json!({ "AccessToken": "a.b.c", "DeviceKey": key, "DeviceName": "" }),
            invalid(" at 'deviceName'", "have length greater than or equal to 1"),
        ),
        (
            "AdminCreateUser",
            json!({ "UserPoolId": id, "Username": "x".repeat(129) }),
            invalid(" at 'username'", "have length less than or equal to 128"),
        ),
    ] {
        refused(server.call(operation, &request), ("InvalidParameterException", &message));
    }
    // a value of another type is no JSON of this request, and is not repeated
    for request in [
        json!({ "ClientId": 7, "AuthFlow": "USER_SRP_AUTH" }),
        json!({ "ClientId": client_id, "AuthFlow": ["USER_SRP_AUTH"] }),
        json!({ "ClientId": client_id, "AuthFlow": "USER_AUTH", "AuthParameters": "hunter2" }),
        json!({ "ClientId": client_id, "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": true } }),
    ] {
        let (name, message) = server.call("InitiateAuth", &request).unwrap_err();
        assert!(name == "SerializationException" && !message.contains("hunter2"), "{name}: {message}");
    }
}

#[test]
fn unknown_access_tokens_are_rejected() {
    let pool = Pool::new();
    let signed_in = pool.signed_in();
    let token = |name: &str| text(&signed_in, &format!("/AuthenticationResult/{name}")).to_owned();
    let invalid: Refusal<'_> = ("NotAuthorizedException", "Invalid Access Token");
    let access = token("AccessToken");
    let user = |access: &str| pool.server.call("GetUser", &json!({ "AccessToken": access }));
    for wrong in [&token("RefreshToken"), &token("IdToken"), &format!("{access}A"), "a.b.c"] {
        refused(user(wrong), invalid);
    }
    refused(pool.server.call("ForgetDevice", &json!({ "DeviceKey": "a_0" })), invalid);
    user(&access).unwrap();
    pool.server.set_clock(3601);
    refused(user(&access), ("NotAuthorizedException", "Access Token has expired"));
}

#[test]
fn web_pages_have_access_only_with_an_option() {
    const ALLOW: &str = "access-control-allow-origin";
    let preflight = b"OPTIONS / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let closed = Server::start();
    let open = Server::with(|options| options.allow_origin = Some("https://example.com".parse().unwrap()));
    for (server, is_open) in [(closed, false), (open, true)] {
        let (_, post, _) = server.post("GetUser", b"{}");
        let (status, asked, _) = server.exchange(preflight);
        assert_eq!(status, if is_open { 200 } else { 400 });
        for head in [post, asked] {
            assert_eq!(head.contains(ALLOW), is_open, "{head}");
            assert_eq!(head.contains("access-control-allow-origin: https://example.com"), is_open, "{head}");
        }
    }
}

#[test]
fn a_client_that_does_not_finish_is_dropped() {
    let server = Server::with(|options| options.patience = Duration::from_millis(300));
    let unfinished_body = "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-amz-json-1.1\r\n\
                           X-Amz-Target: AWSCognitoIdentityProviderService.GetUser\r\nContent-Length: 9\r\n\r\n{";
    for (request, wanted) in [("", ""), ("POST / HT", ""), (unfinished_body, "HTTP/1.1 408")] {
        let mut stream = server.connect();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let since = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).expect("the connection is closed");
        let response = String::from_utf8_lossy(&response);
        assert!(since.elapsed() >= Duration::from_millis(250), "{request}");
        assert!(response.starts_with(wanted), "{request}: {response}");
    }
}

#[test]
fn any_clock_offset_works() {
    let pool = Pool::new();
    for offset in [i64::MIN, -1 << 40, -1, 0, 1, 253_402_300_799, 1 << 40, i64::MAX] {
        pool.server.set_clock(offset);
        let (status, head, body) = pool.server.post("GetUser", br#"{"AccessToken":"a.b.c"}"#);
        assert!(status == 400 && body.contains("Invalid Access Token"), "{offset}: {status} {body}");
        assert!(head.contains("\r\ndate: "), "{offset}: {head}");
        let asked = pool.asked_for_password("USER_SRP_AUTH", crate::srp::start().srp_a());
        assert_eq!(text(&asked, "/ChallengeName"), "PASSWORD_VERIFIER");
        let plain = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": crate::harness::PASSWORD });
        let tokens: Value = pool.send(&pool.auth("USER_AUTH", plain)).unwrap();
        assert!(tokens["AuthenticationResult"].is_object(), "{offset}");
    }
}
