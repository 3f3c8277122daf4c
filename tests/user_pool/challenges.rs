//! The rows of `RespondToAuthChallenge`: each challenge that the pool plays, with each entry wrong or missing.

use crate::flows::{missing, pool_of_all_factors, triggers};
use crate::harness::{
    GONE, OTHER_SESSION, PASSWORD, Pool, Refusal, TEMPORARY, USED_SESSION, WRONG, now, parameter, refused,
    text,
};
use crate::srp;
use cognito_device_srp::Timestamp;
use serde_json::{Value, json};

const NO_DEVICE: &str = "us-east-1_00000000-0000-4000-8000-000000000000";
const MISTYPED: Refusal<'_> = ("CodeMismatchException", "Invalid code or auth state for the user.");

/// The cases of a code: missing, empty, mistyped.
fn code_cases<'a>(
    entry: &'a str,
    missing: &'a str,
    mismatch: Refusal<'a>,
) -> [(&'a str, Option<&'a str>, Refusal<'a>); 5] {
    let missing = ("InvalidParameterException", missing);
    [
        (entry, None, missing),
        (entry, Some(""), missing),
        (entry, Some("x"), mismatch),
        (entry, Some("1234567"), mismatch),
        ("DEVICE_KEY", Some(NO_DEVICE), GONE),
    ]
}

/// What a claim is refused for, whoever it is of.
const CLAIM: [(&str, Option<&str>, Refusal<'_>); 9] = {
    const FORMAT: Refusal<'_> =
        ("InvalidParameterException", "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
    const BASE64: Refusal<'_> =
        ("InvalidParameterException", "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.");
    [
        ("TIMESTAMP", None, ("InvalidParameterException", "Missing required parameter TIMESTAMP")),
        ("TIMESTAMP", Some("2025-01-02T03:04:05Z"), FORMAT),
        ("TIMESTAMP", Some("Thu Jan 2 03:04:05 CET 2025"), FORMAT),
        ("TIMESTAMP", Some("Thu Jan 2 03:04:05 UTC 2025"), WRONG),
        (
            "PASSWORD_CLAIM_SIGNATURE",
            None,
            ("InvalidParameterException", "Missing required parameter PASSWORD_CLAIM_SIGNATURE"),
        ),
        ("PASSWORD_CLAIM_SIGNATURE", Some("no base64"), BASE64),
        ("PASSWORD_CLAIM_SIGNATURE", Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), WRONG),
        (
            "PASSWORD_CLAIM_SECRET_BLOCK",
            None,
            ("InvalidParameterException", "Missing required parameter PASSWORD_CLAIM_SECRET_BLOCK"),
        ),
        ("PASSWORD_CLAIM_SECRET_BLOCK", Some("AAAA"), WRONG),
    ]
};

/// Begins a choice of challenges.
fn select(pool: &Pool, username: &str) -> Value {
    pool.send(&pool.auth("USER_AUTH", json!({ "USERNAME": username }))).unwrap()
}

#[test]
fn select_challenge_checks_its_entries_and_offers_the_choice() {
    let pool = pool_of_all_factors();
    pool.add_user("bob", &[("email", "bob@example.com"), ("phone_number", "+15550100")]);
    let no_answer = missing("ANSWER");
    let none = ("InvalidParameterException", "ANSWER is none of the available challenges");
    let answers = [
        ("ANSWER", None, ("InvalidParameterException", no_answer.as_str())),
        ("ANSWER", Some("WEB_AUTHN"), none),
        ("ANSWER", Some("SMS_MFA"), none),
    ];
    let sign_in = srp::start();
    let no_srp_a = missing("SRP_A");
    let srp_a = [("SRP_A", None, ("InvalidParameterException", no_srp_a.as_str()))];
    let no_password = missing("PASSWORD");
    let password = [
        ("PASSWORD", None, ("InvalidParameterException", no_password.as_str())),
        ("PASSWORD", Some("wrong"), WRONG),
        ("DEVICE_KEY", Some(NO_DEVICE), GONE),
    ];
    let with_srp = json!({ "USERNAME": "alice", "ANSWER": "PASSWORD_SRP", "SRP_A": sign_in.srp_a() });
    let with_password = json!({ "USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });

    let answer = |entries: &Value| pool.answer(&select(&pool, "alice"), "SELECT_CHALLENGE", entries.clone());
    let asked = pool.row(answer(&with_srp), &[&answers[..], &srp_a].concat());
    assert_eq!(text(&asked, "/ChallengeName"), "PASSWORD_VERIFIER");
    let entries = srp::user_claim(sign_in, &pool.id, PASSWORD, &asked, now());
    let signed_in = pool.row(pool.answer(&asked, "PASSWORD_VERIFIER", entries), &CLAIM);
    pool.register(&signed_in);
    let signed_in = pool.row(answer(&with_password), &[&answers[..], &password].concat());
    assert!(signed_in["AuthenticationResult"].is_object());
    for code in ["EMAIL_OTP", "SMS_OTP"] {
        let entries = json!({ "USERNAME": "bob", "ANSWER": code });
        let asked = pool.row(pool.answer(&select(&pool, "bob"), "SELECT_CHALLENGE", entries), &[]);
        assert_eq!(text(&asked, "/ChallengeName"), code);
    }

    // the challenge that was chosen may also be answered at once
    let srp_alone = json!({ "USERNAME": "alice", "SRP_A": srp::start().srp_a() });
    let asked = pool.row(pool.answer(&select(&pool, "alice"), "PASSWORD_SRP", srp_alone), &srp_a);
    assert_eq!(text(&asked, "/ChallengeName"), "PASSWORD_VERIFIER");
    let password_alone = json!({ "USERNAME": "alice", "PASSWORD": PASSWORD });
    let signed_in = pool.row(pool.answer(&select(&pool, "alice"), "PASSWORD", password_alone), &password);
    assert!(signed_in["AuthenticationResult"].is_object());
}

#[test]
fn password_verifier_checks_its_entries_and_the_claim() {
    let lambdas = json!({ "LambdaConfig": triggers() });
    for flow in ["USER_SRP_AUTH", "USER_AUTH", "CUSTOM_AUTH"] {
        let pool = Pool::with(lambdas.clone(), json!({}));
        pool.add_user("bob", &[]);
        let request = pool.password_answer(flow, None);
        let mut of_bob = request.clone();
        of_bob["ChallengeResponses"]["USERNAME"] = json!("bob");
        of_bob["ChallengeResponses"]["SECRET_HASH"] = json!(pool.hash("bob"));
        let has_session = request["Session"].is_string();
        refused(pool.send(&of_bob), if has_session { OTHER_SESSION } else { WRONG });
        let device = [("DEVICE_KEY", Some(NO_DEVICE), GONE)];
        let next = pool.row(request.clone(), &[&CLAIM[..], &device].concat());
        if flow == "CUSTOM_AUTH" {
            assert_eq!(text(&next, "/ChallengeName"), "CUSTOM_CHALLENGE");
        } else {
            assert!(next["AuthenticationResult"].is_object());
        }
        refused(pool.send(&request), if has_session { USED_SESSION } else { WRONG });
    }
    // a claim that signs another secret block than the challenge's
    let pool = Pool::new();
    let sign_in = srp::start();
    let mut asked = pool.asked_for_password("USER_AUTH", sign_in.srp_a());
    asked["ChallengeParameters"]["SECRET_BLOCK"] = json!("AAAA");
    let entries = srp::user_claim(sign_in, &pool.id, PASSWORD, &asked, now());
    refused(pool.send(&pool.answer(&asked, "PASSWORD_VERIFIER", entries)), WRONG);
    // a claim whose TIMESTAMP has another text than the one that was signed
    const MISMATCH: &str = "PASSWORD_CLAIM_SIGNATURE does not match: another password or device secret, device key, device \
        group key, SECRET_BLOCK or TIMESTAMP was signed";
    let pool = Pool::new();
    let request = pool.password_answer("USER_SRP_AUTH", None);
    let other = Timestamp::from_unix(1_735_787_045).unwrap();
    let in_gmt = "Thu Jan 02 03:04:05 GMT 2025";
    let canonical = format!("TIMESTAMP was sent as {in_gmt}, but the text that must be signed is {other}");
    for (sent, reason) in
        [(other.as_str(), MISMATCH.to_owned()), (in_gmt, format!("{MISMATCH}. {canonical}"))]
    {
        let mut request = request.clone();
        request["ChallengeResponses"]["TIMESTAMP"] = json!(sent);
        refused(pool.send(&request), WRONG);
        let (name, message) = WRONG;
        let report = format!("RespondToAuthChallenge refused: {name}: {message} [{reason}]");
        assert_eq!(pool.server.report(), report);
    }
    pool.send(&request).unwrap();
    // USER_SRP_AUTH gives no session, and takes none
    let pool = Pool::new();
    let mut request = pool.password_answer("USER_SRP_AUTH", None);
    request["Session"] = request["ChallengeResponses"]["PASSWORD_CLAIM_SECRET_BLOCK"].clone();
    refused(pool.send(&request), OTHER_SESSION);
    request["Session"] = select(&pool, "alice")["Session"].clone();
    refused(pool.send(&request), OTHER_SESSION);
}

#[test]
fn device_challenges_check_their_entries_and_the_claim() {
    let pool = Pool::new();
    let kept = pool.register(&pool.signed_in());
    let other = pool.register(&pool.signed_in());
    let no_key = missing("DEVICE_KEY");
    let no_srp_a = missing("SRP_A");
    let device = [
        ("DEVICE_KEY", None, ("InvalidParameterException", no_key.as_str())),
        ("DEVICE_KEY", Some(""), GONE),
        ("DEVICE_KEY", Some(NO_DEVICE), GONE),
        ("DEVICE_KEY", Some(other.device_key.as_str()), WRONG),
    ];
    let srp_a = [
        ("SRP_A", None, ("InvalidParameterException", no_srp_a.as_str())),
        ("SRP_A", Some("0"), ("InvalidParameterException", "Invalid SRP_A value")),
    ];
    for flow in ["USER_SRP_AUTH", "USER_AUTH"] {
        let asked = pool.after_password(flow, Some(&kept.device_key));
        assert_eq!(text(&asked, "/ChallengeName"), "DEVICE_SRP_AUTH");
        assert_eq!(parameter(&asked, "DEVICE_KEY"), kept.device_key);
        let sign_in = srp::start();
        let request = pool.device_answer(&asked, &kept, sign_in.srp_a());
        let asked = pool.row(request, &[&device[..], &srp_a].concat());
        assert_eq!(text(&asked, "/ChallengeName"), "DEVICE_PASSWORD_VERIFIER");
        let entries = srp::device_claim(sign_in, &kept, &asked, now());
        let request = pool.answer(&asked, "DEVICE_PASSWORD_VERIFIER", entries);
        let signed_in = pool.row(request, &[&device[..], &CLAIM].concat());
        assert!(signed_in["AuthenticationResult"]["NewDeviceMetadata"].is_null());
    }

    // the device of another user is none
    pool.add_user("bob", &[]);
    let entries = json!({ "USERNAME": "bob", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": TEMPORARY });
    let mut request = pool.auth("USER_AUTH", entries);
    request["AuthParameters"]["DEVICE_KEY"] = json!(kept.device_key);
    refused(pool.send(&request), GONE);
    // one that was offered and not confirmed is none either
    let signed_in = pool.signed_in();
    let offered = text(&signed_in, "/AuthenticationResult/NewDeviceMetadata/DeviceKey");
    refused(pool.send(&pool.password_answer("USER_SRP_AUTH", Some(offered))), GONE);
}

#[test]
fn device_challenges_need_no_session_with_the_option() {
    use crate::harness::{NO_SESSION, Server};
    for optional in [false, true] {
        let server = Server::with(|options| options.device_session_optional = optional);
        let pool = Pool::on(server, json!({}), json!({}));
        let kept = pool.register(&pool.signed_in());
        let asked = pool.after_password("USER_SRP_AUTH", Some(&kept.device_key));
        let sign_in = srp::start();
        let mut request = pool.device_answer(&asked, &kept, sign_in.srp_a());
        request.as_object_mut().unwrap().remove("Session");
        if !optional {
            refused(pool.send(&request), NO_SESSION);
            continue;
        }
        let asked = pool.send(&request).unwrap();
        let entries = srp::device_claim(sign_in, &kept, &asked, now());
        let mut request = pool.answer(&asked, "DEVICE_PASSWORD_VERIFIER", entries);
        request.as_object_mut().unwrap().remove("Session");
        pool.send(&request).unwrap();
        refused(pool.send(&request), WRONG);
        request["ChallengeName"] = json!("SMS_MFA");
        refused(pool.send(&request), NO_SESSION);
    }
}

/// A pool that asks alice for second factors: those that are set up.
fn pool_with_mfa(preference: Value) -> Pool {
    let pool = Pool::with(json!({ "MfaConfiguration": "OPTIONAL" }), json!({}));
    prefer(&pool, preference);
    pool
}

fn prefer(pool: &Pool, preference: Value) {
    let mut request = json!({ "UserPoolId": pool.id, "Username": "alice" });
    request.as_object_mut().unwrap().extend(preference.as_object().unwrap().clone());
    pool.server.call("AdminSetUserMFAPreference", &request).unwrap();
}

#[test]
fn codes_are_checked_as_a_second_factor() {
    for (settings, challenge, entry, mismatch) in [
        ("SMSMfaSettings", "SMS_MFA", "SMS_MFA_CODE", MISTYPED),
        ("EmailMfaSettings", "EMAIL_OTP", "EMAIL_OTP_CODE", MISTYPED),
        (
            "SoftwareTokenMfaSettings",
            "SOFTWARE_TOKEN_MFA",
            "SOFTWARE_TOKEN_MFA_CODE",
            ("CodeMismatchException", "Invalid code received for user"),
        ),
    ] {
        let pool = pool_with_mfa(json!({ settings: { "Enabled": true } }));
        for flow in ["USER_SRP_AUTH", "USER_AUTH"] {
            let asked = pool.after_password(flow, None);
            assert_eq!(text(&asked, "/ChallengeName"), challenge);
            let code = pool.server.code(challenge);
            let missing = missing(entry);
            let request = pool.answer(&asked, challenge, json!({ "USERNAME": "alice", entry: code }));
            let signed_in = pool.row(request, &code_cases(entry, &missing, mismatch));
            // a remembered device stands in for it
            let kept = pool.register(&signed_in);
            let asked = pool.after_password(flow, Some(&kept.device_key));
            assert_eq!(text(&asked, "/ChallengeName"), "DEVICE_SRP_AUTH");
        }
        // a pool without a second factor asks for none, whatever the user has set up
        let pool = Pool::new();
        prefer(&pool, json!({ settings: { "Enabled": true } }));
        pool.signed_in();
    }
}

#[test]
fn a_device_may_have_to_come_after_the_second_factor() {
    let tracking =
        json!({ "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false });
    let mfa = json!({ "MfaConfiguration": "OPTIONAL", "DeviceConfiguration": tracking });
    let pool = Pool::with(mfa, json!({}));
    let kept = pool.register(&pool.signed_in());
    prefer(&pool, json!({ "SMSMfaSettings": { "Enabled": true } }));
    let answer = |device_key: Option<&str>| {
        let asked = pool.after_password("USER_SRP_AUTH", Some(&kept.device_key));
        let mut entries = json!({ "USERNAME": "alice", "SMS_MFA_CODE": pool.server.code("SMS_MFA") });
        if let Some(key) = device_key {
            entries["DEVICE_KEY"] = json!(key);
        }
        pool.send(&pool.answer(&asked, "SMS_MFA", entries)).unwrap()
    };
    assert_eq!(text(&answer(Some(&kept.device_key)), "/ChallengeName"), "DEVICE_SRP_AUTH");
    // an answer without the key makes it a new device
    assert!(answer(None)["AuthenticationResult"]["NewDeviceMetadata"].is_object());
}

#[test]
fn select_mfa_type_checks_its_entries_and_offers_the_choice() {
    let enabled = json!({ "Enabled": true });
    let pool = pool_with_mfa(json!({ "EmailMfaSettings": enabled, "SoftwareTokenMfaSettings": enabled }));
    let no_answer = missing("ANSWER");
    let none = ("InvalidParameterException", "ANSWER is none of MFAS_CAN_CHOOSE");
    let cases = [
        ("ANSWER", None, ("InvalidParameterException", no_answer.as_str())),
        ("ANSWER", Some("SMS_MFA"), none),
        ("ANSWER", Some("EMAIL_MFA"), none),
        ("DEVICE_KEY", Some(NO_DEVICE), GONE),
    ];
    for (chosen, entry) in
        [("EMAIL_OTP", "EMAIL_OTP_CODE"), ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE")]
    {
        let asked = pool.after_password("USER_SRP_AUTH", None);
        assert_eq!(text(&asked, "/ChallengeName"), "SELECT_MFA_TYPE");
        assert_eq!(parameter(&asked, "MFAS_CAN_CHOOSE"), r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#);
        let entries = json!({ "USERNAME": "alice", "ANSWER": chosen });
        let asked = pool.row(pool.answer(&asked, "SELECT_MFA_TYPE", entries), &cases);
        assert_eq!(text(&asked, "/ChallengeName"), chosen);
        let entries = json!({ "USERNAME": "alice", entry: pool.server.code(chosen) });
        let signed_in = pool.send(&pool.answer(&asked, chosen, entries)).unwrap();
        assert!(signed_in["AuthenticationResult"].is_object());
    }
    // a preference is a choice
    prefer(&pool, json!({ "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } }));
    assert_eq!(text(&pool.after_password("USER_SRP_AUTH", None), "/ChallengeName"), "EMAIL_OTP");
}

#[test]
fn mfa_setup_requires_a_verified_software_token() {
    let pool = Pool::with(json!({ "MfaConfiguration": "ON" }), json!({}));
    let asked = pool.after_password("USER_SRP_AUTH", None);
    assert_eq!(text(&asked, "/ChallengeName"), "MFA_SETUP");
    let answer = |asked: &Value| pool.answer(asked, "MFA_SETUP", json!({ "USERNAME": "alice" }));
    refused(pool.send(&answer(&asked)), OTHER_SESSION);

    let call = |operation: &str, session: &Value, code: Option<&str>| {
        pool.server.call(operation, &json!({ "Session": session, "UserCode": code }))
    };
    let other = select(&pool, "alice");
    refused(call("AssociateSoftwareToken", &other["Session"], None), OTHER_SESSION);
    let associated = call("AssociateSoftwareToken", &asked["Session"], None).unwrap();
    assert_eq!(text(&associated, "/SecretCode").len(), 32);
    refused(call("AssociateSoftwareToken", &asked["Session"], None), USED_SESSION);
    let code = pool.server.code("MFA_SETUP");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mismatch = ("EnableSoftwareTokenMFAException", "Code mismatch");
    refused(call("VerifySoftwareToken", &associated["Session"], Some(wrong)), mismatch);
    refused(pool.send(&answer(&associated)), OTHER_SESSION);
    let verified = call("VerifySoftwareToken", &associated["Session"], Some(&code)).unwrap();
    assert_eq!(text(&verified, "/Status"), "SUCCESS");
    let signed_in = pool.row(answer(&verified), &[("DEVICE_KEY", Some(NO_DEVICE), GONE)]);
    assert!(signed_in["AuthenticationResult"].is_object());
    assert_eq!(text(&pool.after_password("USER_SRP_AUTH", None), "/ChallengeName"), "SOFTWARE_TOKEN_MFA");

    // the same by one who is signed in
    let pool = Pool::new();
    let signed_in = pool.signed_in();
    let access_token = text(&signed_in, "/AuthenticationResult/AccessToken");
    let associated = pool.server.call("AssociateSoftwareToken", &json!({ "AccessToken": access_token }));
    assert!(associated.unwrap()["Session"].is_null());
    let verify = json!({ "AccessToken": access_token, "UserCode": pool.server.code("MFA_SETUP") });
    pool.server.call("VerifySoftwareToken", &verify).unwrap();
    refused(pool.server.call("VerifySoftwareToken", &verify), mismatch);
}

#[test]
fn codes_are_checked_as_the_first_factor() {
    let pool = pool_of_all_factors();
    for (challenge, entry) in [("EMAIL_OTP", "EMAIL_OTP_CODE"), ("SMS_OTP", "SMS_OTP_CODE")] {
        let entries = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": challenge });
        let asked = pool.send(&pool.auth("USER_AUTH", entries)).unwrap();
        assert_eq!(text(&asked, "/ChallengeName"), challenge);
        let code = pool.server.code(challenge);
        let missing = missing(entry);
        let request = pool.answer(&asked, challenge, json!({ "USERNAME": "alice", entry: code }));
        let signed_in = pool.row(request, &code_cases(entry, &missing, MISTYPED));
        // a sign-in without SRP has a device key that cannot be confirmed
        let (kept, config) = srp::new_device(&signed_in);
        let invalid_key = ("InvalidParameterException", "Invalid device key given.");
        refused(pool.confirm(&signed_in, &kept, config), invalid_key);
    }
}

#[test]
fn new_password_required_checks_the_password_and_the_attributes() {
    let schema = json!([{ "Name": "name", "Required": true }, { "Name": "email", "Required": true }]);
    let pool = Pool::with(json!({ "Schema": schema }), json!({}));
    pool.add_user("bob", &[("email", "bob@example.com")]);
    let begin = |password: &str| {
        let entries = json!({ "USERNAME": "bob", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password });
        pool.send(&pool.auth("USER_AUTH", entries))
    };
    let asked = begin(TEMPORARY).unwrap();
    assert_eq!(text(&asked, "/ChallengeName"), "NEW_PASSWORD_REQUIRED");
    assert_eq!(parameter(&asked, "requiredAttributes"), r#"["userAttributes.name"]"#);
    let entries = json!({ "USERNAME": "bob", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Bob" });
    let no_password = missing("NEW_PASSWORD");
    let no_name = ("InvalidParameterException", "Invalid attributes given, name is missing");
    let blank = "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: [\\S]+";
    let cases = [
        ("NEW_PASSWORD", None, ("InvalidParameterException", no_password.as_str())),
        ("NEW_PASSWORD", Some(""), ("InvalidParameterException", no_password.as_str())),
        ("NEW_PASSWORD", Some("a b"), ("InvalidParameterException", blank)),
        ("userAttributes.name", None, no_name),
        ("userAttributes.name", Some(""), no_name),
        ("DEVICE_KEY", Some(NO_DEVICE), GONE),
    ];
    let request = pool.answer(&asked, "NEW_PASSWORD_REQUIRED", entries);
    let mut refused_one = request.clone();
    refused_one["ChallengeResponses"]["DEVICE_KEY"] = json!(NO_DEVICE);
    refused(pool.send(&refused_one), GONE);
    begin(TEMPORARY).expect("nothing was changed");
    let signed_in = pool.row(request, &cases);
    assert!(signed_in["AuthenticationResult"].is_object());
    refused(begin(TEMPORARY), WRONG);
    assert!(begin(PASSWORD).unwrap()["AuthenticationResult"].is_object());
}

#[test]
fn custom_challenge_checks_its_answer() {
    let pool = pool_of_all_factors();
    let no_answer = missing("ANSWER");
    let cases = [
        ("ANSWER", None, ("InvalidParameterException", no_answer.as_str())),
        ("ANSWER", Some(""), ("InvalidParameterException", no_answer.as_str())),
        ("DEVICE_KEY", Some(NO_DEVICE), GONE),
    ];
    // after SRP, the device of a sign-in can be confirmed and then comes last
    let asked = pool.after_password("CUSTOM_AUTH", None);
    let entries = json!({ "USERNAME": "alice", "ANSWER": pool.server.code("CUSTOM_CHALLENGE") });
    let signed_in = pool.row(pool.answer(&asked, "CUSTOM_CHALLENGE", entries), &cases);
    let kept = pool.register(&signed_in);
    let asked = pool.after_password("CUSTOM_AUTH", Some(&kept.device_key));
    let mut entries = json!({ "USERNAME": "alice", "ANSWER": pool.server.code("CUSTOM_CHALLENGE") });
    entries["DEVICE_KEY"] = json!(kept.device_key);
    let asked = pool.row(pool.answer(&asked, "CUSTOM_CHALLENGE", entries), &cases[..2]);
    assert_eq!(text(&asked, "/ChallengeName"), "DEVICE_SRP_AUTH");

    // a wrong answer ends it
    let asked = pool.send(&pool.auth("CUSTOM_AUTH", json!({ "USERNAME": "alice" }))).unwrap();
    let code = pool.server.code("CUSTOM_CHALLENGE");
    let answer = |answer: &str| {
        let entries = json!({ "USERNAME": "alice", "ANSWER": answer });
        pool.send(&pool.answer(&asked, "CUSTOM_CHALLENGE", entries))
    };
    refused(answer("wrong"), WRONG);
    refused(answer(&code), USED_SESSION);

    // without SRP the device cannot be confirmed
    let asked = pool.send(&pool.auth("CUSTOM_AUTH", json!({ "USERNAME": "alice" }))).unwrap();
    let entries = json!({ "USERNAME": "alice", "ANSWER": pool.server.code("CUSTOM_CHALLENGE") });
    let signed_in = pool.send(&pool.answer(&asked, "CUSTOM_CHALLENGE", entries)).unwrap();
    let (kept, config) = srp::new_device(&signed_in);
    let invalid_key = ("InvalidParameterException", "Invalid device key given.");
    refused(pool.confirm(&signed_in, &kept, config), invalid_key);
}

#[test]
fn answers_to_other_challenges_are_rejected() {
    let pool = Pool::new();
    let asked = select(&pool, "alice");
    for name in ["WEB_AUTHN", "ADMIN_NO_SRP_AUTH", "MFA_SETUP", "SOFTWARE_TOKEN_MFA", "DEVICE_SRP_AUTH"] {
        let entries = json!({ "USERNAME": "alice", "CREDENTIAL": "{}" });
        refused(pool.send(&pool.answer(&asked, name, entries)), OTHER_SESSION);
    }
    let unknown = pool.answer(&asked, "PASSKEY", json!({ "USERNAME": "alice" }));
    assert!(pool.send(&unknown).unwrap_err().1.contains("at 'challengeName' failed to satisfy constraint"));
}
