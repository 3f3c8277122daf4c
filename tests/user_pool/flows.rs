//! The rows of `InitiateAuth`: how a sign-in begins, in each flow, and whom it is for.

use crate::harness::{
    NO_SESSION, OTHER_SESSION, PASSWORD, Pool, Refusal, WRONG, now, parameter, refused, text,
};
use crate::srp;
use serde_json::{Value, json};

pub(crate) fn missing(name: &str) -> String {
    format!("Missing required parameter {name}")
}

/// Missing and malformed `SRP_A`.
const NO_SRP_A: Refusal<'_> = ("InvalidParameterException", "Missing required parameter SRP_A");
const NOT_HEX: Refusal<'_> = (
    "InvalidParameterException",
    "1 validation error detected: Value 'xyz' at 'sRPA' failed to satisfy constraint: Member must satisfy regular \
     expression pattern: ^[0-9a-fA-F]+$",
);
const SRP_A: [(&str, Option<&str>, Refusal<'_>); 4] = [
    ("SRP_A", None, NO_SRP_A),
    ("SRP_A", Some(""), NO_SRP_A),
    ("SRP_A", Some("xyz"), NOT_HEX),
    ("SRP_A", Some("0"), ("InvalidParameterException", "Invalid SRP_A value")),
];
const NOBODY: (&str, Option<&str>) = ("USERNAME", Some("nobody"));

/// What a pool needs for custom challenges.
pub(crate) fn triggers() -> Value {
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:any";
    json!({ "DefineAuthChallenge": arn, "CreateAuthChallenge": arn, "VerifyAuthChallengeResponse": arn })
}

/// A pool with a custom challenge, whose users may begin with all that it plays.
pub(crate) fn pool_of_all_factors() -> Pool {
    let factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"];
    let pool = json!({
        "LambdaConfig": triggers(),
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
    });
    Pool::with(pool, json!({}))
}

fn challenge(answer: &Value) -> &str {
    text(answer, "/ChallengeName")
}

#[test]
fn user_srp_auth_leads_to_password_verifier() {
    let pool = Pool::new();
    let wrong_hash = pool.wrong_hash();
    let entries = json!({ "USERNAME": "alice", "SRP_A": srp::start().srp_a() });
    let request = pool.auth("USER_SRP_AUTH", entries);
    // the secret hash is of the name in the same request
    let other = [(NOBODY.0, NOBODY.1, ("NotAuthorizedException", wrong_hash.as_str()))];
    let asked = pool.row(request, &[&SRP_A[..], &other].concat());
    assert_eq!(challenge(&asked), "PASSWORD_VERIFIER");
    assert!(asked.get("Session").is_none());
    assert_eq!((parameter(&asked, "USERNAME"), parameter(&asked, "USER_ID_FOR_SRP")), ("alice", "alice"));
}

#[test]
fn user_auth_with_a_preference_leads_to_its_challenge() {
    let pool = pool_of_all_factors();
    pool.add_user("bob", &[]);
    let entries =
        json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp::start().srp_a() });
    let no_challenge = "1 validation error detected: Value 'SRP' at 'preferredChallenge' failed to satisfy constraint: \
                        Member must satisfy enum value set: [PASSWORD_SRP, PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN]";
    let other = [("PREFERRED_CHALLENGE", Some("SRP"), ("InvalidParameterException", no_challenge))];
    let asked = pool.row(pool.auth("USER_AUTH", entries), &[&SRP_A[..], &other].concat());
    assert_eq!(challenge(&asked), "PASSWORD_VERIFIER");
    assert!(asked["Session"].is_string());

    let entries = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    let no_password = missing("PASSWORD");
    let cases = [
        ("PASSWORD", None, ("InvalidParameterException", no_password.as_str())),
        ("PASSWORD", Some(""), ("InvalidParameterException", no_password.as_str())),
        ("PASSWORD", Some("wrong"), WRONG),
    ];
    let tokens = pool.row(pool.auth("USER_AUTH", entries), &cases);
    assert!(tokens["AuthenticationResult"].is_object());

    // what the user has no address for is not on offer, and a preference for it is none
    let codes = json!({ "USERNAME": "bob", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let asked = pool.row(pool.auth("USER_AUTH", codes), &[]);
    assert_eq!(challenge(&asked), "SELECT_CHALLENGE");
    assert_eq!(asked["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP"]));
    pool.add_user("carol", &[("email", "carol@example.com"), ("phone_number", "+15550100")]);
    for code in ["EMAIL_OTP", "SMS_OTP"] {
        let entries = json!({ "USERNAME": "carol", "PREFERRED_CHALLENGE": code });
        let asked = pool.row(pool.auth("USER_AUTH", entries), &[]);
        assert_eq!(challenge(&asked), code);
        assert!(parameter(&asked, "CODE_DELIVERY_DESTINATION").len() < 9, "the address is not told");
    }
    let entries = json!({ "USERNAME": "carol", "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let asked = pool.row(pool.auth("USER_AUTH", entries), &[]);
    assert_eq!(asked["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"]));
}

#[test]
fn user_auth_without_a_preference_leads_to_select_challenge() {
    let pool = Pool::new();
    let asked = pool.row(pool.auth("USER_AUTH", json!({ "USERNAME": "alice" })), &[]);
    assert_eq!(challenge(&asked), "SELECT_CHALLENGE");
    assert_eq!(asked["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP"]));
    assert!(asked["Session"].is_string());
}

#[test]
fn custom_auth_leads_to_srp_or_to_the_custom_challenge() {
    let pool = pool_of_all_factors();
    let entries = json!({ "USERNAME": "alice", "CHALLENGE_NAME": "SRP_A", "SRP_A": srp::start().srp_a() });
    let other = [("CHALLENGE_NAME", Some("PASSWORD_VERIFIER"), WRONG)];
    let asked = pool.row(pool.auth("CUSTOM_AUTH", entries), &[&SRP_A[..], &other].concat());
    assert_eq!(challenge(&asked), "PASSWORD_VERIFIER");
    assert!(asked["Session"].is_string());
    // without it SRP is left out
    let asked = pool.row(pool.auth("CUSTOM_AUTH", json!({ "USERNAME": "alice" })), &[]);
    assert_eq!(challenge(&asked), "CUSTOM_CHALLENGE");

    let message = "Custom auth lambda trigger is not configured for the user pool.";
    for missing in ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"] {
        let mut triggers = triggers();
        triggers.as_object_mut().unwrap().remove(missing);
        let unset = Pool::with(json!({ "LambdaConfig": triggers }), json!({}));
        let begun = unset.send(&unset.auth("CUSTOM_AUTH", json!({ "USERNAME": "alice" })));
        refused(begun, ("InvalidParameterException", message));
    }
}

#[test]
fn only_flows_that_the_app_client_allows_are_accepted() {
    let all = ["USER_SRP_AUTH", "USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"];
    for (flow, message) in [
        ("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
        ("USER_AUTH", "USER_AUTH flow not enabled for this client"),
        ("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),
        ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN_AUTH flow not enabled for this client"),
    ] {
        let others: Vec<_> =
            all.iter().filter(|name| **name != flow).map(|name| format!("ALLOW_{name}")).collect();
        let pool = Pool::with(json!({}), json!({ "ExplicitAuthFlows": others }));
        let entries = json!({ "USERNAME": "alice", "SRP_A": srp::start().srp_a(), "REFRESH_TOKEN": "a" });
        refused(pool.send(&pool.auth(flow, entries)), ("InvalidParameterException", message));
    }
    let pool = Pool::new();
    let request = json!({ "ClientId": pool.client_id, "AuthFlow": "USER_PASSWORD_AUTH" });
    let message = "USER_PASSWORD_AUTH flow not enabled for this client";
    refused(pool.send(&request), ("InvalidParameterException", message));
    let request = json!({ "ClientId": pool.client_id, "AuthFlow": "SRP" });
    assert!(pool.send(&request).unwrap_err().1.contains("at 'authFlow' failed to satisfy constraint"));
    let client = json!({ "UserPoolId": pool.id, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_SRP"] });
    let refusal = pool.server.call("CreateUserPoolClient", &client).unwrap_err();
    assert!(refusal.1.contains("at 'explicitAuthFlows' failed to satisfy constraint"), "{refusal:?}");
    // without a secret there is no hash
    let open = Pool::with(json!({}), json!({ "GenerateSecret": false }));
    let entries = json!({ "USERNAME": "alice", "SRP_A": srp::start().srp_a(), "SECRET_HASH": "any" });
    let message =
        format!("App client {} is not configured for secret but secret hash was received", open.client_id);
    refused(open.send(&open.auth("USER_SRP_AUTH", entries)), ("InvalidParameterException", &message));
}

#[test]
fn user_names_can_ignore_case() {
    let begin = |pool: &Pool, username: &str| {
        let sign_in = srp::start();
        let entries = json!({ "USERNAME": username, "SRP_A": sign_in.srp_a() });
        let asked = pool.send(&pool.auth("USER_SRP_AUTH", entries))?;
        Ok::<_, (String, String)>((asked, sign_in))
    };
    let pool = Pool::with(json!({ "UsernameConfiguration": { "CaseSensitive": false } }), json!({}));
    // each request's hash is of the name in it, however that is spelt
    let (asked, sign_in) = begin(&pool, "ALICE").unwrap();
    assert_eq!((parameter(&asked, "USERNAME"), parameter(&asked, "USER_ID_FOR_SRP")), ("alice", "alice"));
    let mut entries = srp::user_claim(sign_in, &pool.id, PASSWORD, &asked, now());
    entries["USERNAME"] = json!("aLiCe");
    pool.send(&pool.answer(&asked, "PASSWORD_VERIFIER", entries)).unwrap();
    let again = json!({ "UserPoolId": pool.id, "Username": "Alice" });
    let exists = ("UsernameExistsException", "User account already exists");
    refused(pool.server.call("AdminCreateUser", &again), exists);

    for names in [json!({}), json!({ "UsernameConfiguration": { "CaseSensitive": true } })] {
        let pool = Pool::with(names, json!({}));
        let refusal = begin(&pool, "Alice").map(|_| ()).unwrap_err();
        assert_eq!(refusal, ("UserNotFoundException".into(), "User does not exist.".into()));
    }
}

#[test]
fn a_sign_in_begins_with_an_alias_and_continues_with_the_pools_name() {
    let pool = Pool::with(json!({ "AliasAttributes": ["email"] }), json!({}));
    pool.add_user("bob", &[("email", "bob@example.com")]);
    let password =
        json!({ "UserPoolId": pool.id, "Username": "bob", "Password": PASSWORD, "Permanent": true });
    pool.server.call("AdminSetUserPassword", &password).unwrap();
    let sign_in = srp::start();
    let entries = json!({ "USERNAME": "bob@example.com", "SRP_A": sign_in.srp_a() });
    let asked = pool.send(&pool.auth("USER_SRP_AUTH", entries)).unwrap();
    let right = srp::user_claim(sign_in, &pool.id, PASSWORD, &asked, now());
    assert_eq!(right["USERNAME"], "bob");
    let mut alias = right.clone();
    alias["USERNAME"] = json!("bob@example.com");
    refused(pool.send(&pool.answer(&asked, "PASSWORD_VERIFIER", alias)), WRONG);
    let signed_in = pool.send(&pool.answer(&asked, "PASSWORD_VERIFIER", right)).unwrap();

    // on a refresh too, the hash is of the pool's name
    let kept = pool.register(&signed_in);
    let token = text(&signed_in, "/AuthenticationResult/RefreshToken");
    let refresh = |name: &str| {
        let hash = pool.hash(name);
        let entries = json!({ "REFRESH_TOKEN": token, "DEVICE_KEY": kept.device_key, "SECRET_HASH": hash });
        pool.send(&pool.auth("REFRESH_TOKEN_AUTH", entries))
    };
    let message = format!("SecretHash does not match for the client: {}", pool.client_id);
    refused(refresh("bob@example.com"), ("NotAuthorizedException", &message));
    refresh("bob").unwrap();
}

#[test]
fn users_who_do_not_exist_are_hidden_if_the_app_client_asks_for_it() {
    let begin = |pool: &Pool, flow: &str, more: Value| {
        let mut entries = json!({ "USERNAME": "nobody" });
        for (name, value) in more.as_object().unwrap() {
            entries[name] = value.clone();
        }
        pool.send(&pool.auth(flow, entries))
    };
    let srp_a = srp::start().srp_a().to_owned();
    let with_srp = [
        ("USER_SRP_AUTH", json!({ "SRP_A": srp_a })),
        ("USER_AUTH", json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp_a })),
        ("CUSTOM_AUTH", json!({ "CHALLENGE_NAME": "SRP_A", "SRP_A": srp_a })),
    ];
    let without = [
        ("USER_AUTH", json!({})),
        ("USER_AUTH", json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "any" })),
        ("CUSTOM_AUTH", json!({})),
    ];
    let lambdas = json!({ "LambdaConfig": triggers() });
    let open = Pool::with(lambdas.clone(), json!({}));
    for (flow, more) in with_srp.iter().chain(&without) {
        refused(begin(&open, flow, more.clone()), ("UserNotFoundException", "User does not exist."));
    }
    let hides = Pool::with(lambdas, json!({ "PreventUserExistenceErrors": "ENABLED" }));
    for (flow, more) in without {
        refused(begin(&hides, flow, more), WRONG);
    }
    for (flow, more) in with_srp {
        let asked = begin(&hides, flow, more.clone()).unwrap();
        let again = begin(&hides, flow, more).unwrap();
        assert_eq!(challenge(&asked), "PASSWORD_VERIFIER");
        assert_eq!(parameter(&asked, "SALT"), parameter(&again, "SALT"));
        let entries = json!({
            "USERNAME": "nobody",
            "PASSWORD_CLAIM_SECRET_BLOCK": parameter(&asked, "SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": "AAAA",
            "TIMESTAMP": "Thu Jan 2 03:04:05 UTC 2025",
        });
        refused(hides.send(&hides.answer(&asked, "PASSWORD_VERIFIER", entries)), WRONG);
    }
}

#[test]
fn a_session_belongs_to_one_challenge_user_and_app_client_and_expires() {
    let pool = Pool::new();
    pool.add_user("bob", &[]);
    let select = || pool.send(&pool.auth("USER_AUTH", json!({ "USERNAME": "alice" }))).unwrap();
    let entries = |username: &str| json!({ "USERNAME": username, "ANSWER": "PASSWORD", "PASSWORD": PASSWORD, "SMS_MFA_CODE": "1" });
    let asked = select();
    refused(pool.send(&pool.answer(&asked, "SMS_MFA", entries("alice"))), OTHER_SESSION);
    refused(pool.send(&pool.answer(&asked, "SELECT_CHALLENGE", entries("bob"))), OTHER_SESSION);
    refused(pool.send(&pool.answer(&json!({}), "SELECT_CHALLENGE", entries("alice"))), NO_SESSION);
    pool.send(&pool.answer(&asked, "SELECT_CHALLENGE", entries("alice"))).unwrap();

    let asked = select();
    pool.server.set_clock(179);
    let last = pool.answer(&asked, "SELECT_CHALLENGE", entries("alice"));
    pool.server.set_clock(180);
    let expired = ("NotAuthorizedException", "Invalid session for the user, session is expired.");
    refused(pool.send(&last), expired);
    pool.server.set_clock(179);
    pool.send(&last).unwrap();

    // a claim that comes too late reads like a wrong one
    let request = pool.password_answer("USER_SRP_AUTH", None);
    pool.server.set_clock(179 + 200);
    refused(pool.send(&request), WRONG);
}
