//! The complete parameter maps of every flow and challenge, with and without a client secret and a device.

use cognito_device_srp::service::*;
use cognito_device_srp::*;
use serde_json::{Value, json};

mod common;

use common::{DEVICE, SECRET_BLOCK as BLOCK};

/// Of `client-secret`, `alice` and `client-id`.
const HASH: &str = "qROqM+PMKX09MK8ulDVm8LCWdCRqQQEUG9HcF+N7/S4=";

fn sign_in() -> SignIn {
    SignIn::start(Ephemeral::from_bytes(&[10]).unwrap())
}

fn claim() -> PasswordClaim {
    let user = Credentials::user("us-east-1_AbCdEfGhI", "alice", "password").unwrap();
    let challenge = Challenge { srp_b: "c", salt: "d", secret_block: BLOCK };
    sign_in().answer(&user, &challenge, &Timestamp::from_unix(0).unwrap()).unwrap()
}

/// What is added to the entries of a map of its own.
#[derive(Clone, Copy)]
enum Added {
    /// `USERNAME`
    Username,
    /// `USERNAME`, and `DEVICE_KEY` whatever the context has.
    UsernameAndDevice,
    /// Nothing.
    Nothing,
}

type Row = (&'static str, Added, Value, fn(&AuthContext<'_>) -> Result<Parameters, Error>);

/// `InitiateAuth`: the flow, the entries of its own, the call.
fn flows() -> Vec<Row> {
    use Added::{Nothing, Username};
    use PreferredChallenge as Preferred;
    vec![
        ("USER_SRP_AUTH", Username, json!({"SRP_A": "400"}), |c| Ok(c.user_srp_auth(&sign_in()))),
        ("USER_AUTH", Username, json!({}), |c| Ok(c.user_auth())),
        ("USER_AUTH", Username, json!({"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "400"}), |c| {
            c.user_auth_preferring(Preferred::PasswordSrp(&sign_in()))
        }),
        ("USER_AUTH", Username, json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "p"}), |c| {
            c.user_auth_preferring(Preferred::Password("p"))
        }),
        ("USER_AUTH", Username, json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"}), |c| {
            c.user_auth_preferring(Preferred::EmailOtp)
        }),
        ("USER_AUTH", Username, json!({"PREFERRED_CHALLENGE": "SMS_OTP"}), |c| {
            c.user_auth_preferring(Preferred::SmsOtp)
        }),
        ("USER_AUTH", Username, json!({"PREFERRED_CHALLENGE": "WEB_AUTHN"}), |c| {
            c.user_auth_preferring(Preferred::WebAuthn)
        }),
        ("CUSTOM_AUTH", Username, json!({}), |c| Ok(c.custom_auth())),
        ("CUSTOM_AUTH", Username, json!({"CHALLENGE_NAME": "SRP_A", "SRP_A": "400"}), |c| {
            Ok(c.custom_auth_with_srp(&sign_in()))
        }),
        ("REFRESH_TOKEN_AUTH", Nothing, json!({"REFRESH_TOKEN": "r"}), |c| c.refresh_token_auth("r")),
    ]
}

/// `RespondToAuthChallenge`: the challenge, the entries of its own, the call.
fn challenges() -> Vec<Row> {
    use Added::{Username, UsernameAndDevice};
    use SelectedChallenge as Selected;
    let proof = || {
        let claim = claim();
        json!({
            "PASSWORD_CLAIM_SECRET_BLOCK": BLOCK, "PASSWORD_CLAIM_SIGNATURE": claim.signature(),
            "TIMESTAMP": "Thu Jan 1 00:00:00 UTC 1970",
        })
    };
    vec![
        ("SELECT_CHALLENGE", Username, json!({"ANSWER": "PASSWORD_SRP", "SRP_A": "400"}), |c| {
            c.select_challenge(Selected::PasswordSrp(&sign_in()))
        }),
        ("SELECT_CHALLENGE", Username, json!({"ANSWER": "PASSWORD", "PASSWORD": "p"}), |c| {
            c.select_challenge(Selected::Password("p"))
        }),
        ("SELECT_CHALLENGE", Username, json!({"ANSWER": "EMAIL_OTP"}), |c| {
            c.select_challenge(Selected::EmailOtp)
        }),
        ("SELECT_CHALLENGE", Username, json!({"ANSWER": "SMS_OTP"}), |c| {
            c.select_challenge(Selected::SmsOtp)
        }),
        ("SELECT_CHALLENGE", Username, json!({"ANSWER": "WEB_AUTHN", "CREDENTIAL": "{}"}), |c| {
            c.select_challenge(Selected::WebAuthn("{}"))
        }),
        ("PASSWORD_SRP", Username, json!({"SRP_A": "400"}), |c| Ok(c.password_srp(&sign_in()))),
        ("PASSWORD", Username, json!({"PASSWORD": "p"}), |c| c.password("p")),
        ("PASSWORD_VERIFIER", Username, proof(), |c| Ok(c.password_verifier(BLOCK, &claim()))),
        ("DEVICE_SRP_AUTH", UsernameAndDevice, json!({"SRP_A": "400"}), |c| {
            Ok(c.device_srp_auth(DEVICE, &sign_in()))
        }),
        ("DEVICE_PASSWORD_VERIFIER", UsernameAndDevice, proof(), |c| {
            Ok(c.device_password_verifier(DEVICE, BLOCK, &claim()))
        }),
        ("SMS_MFA", Username, json!({"SMS_MFA_CODE": "1"}), |c| c.sms_mfa("1")),
        ("SOFTWARE_TOKEN_MFA", Username, json!({"SOFTWARE_TOKEN_MFA_CODE": "1"}), |c| {
            c.software_token_mfa("1")
        }),
        ("EMAIL_OTP", Username, json!({"EMAIL_OTP_CODE": "1"}), |c| c.email_otp("1")),
        ("SMS_OTP", Username, json!({"SMS_OTP_CODE": "1"}), |c| c.sms_otp("1")),
        ("SELECT_MFA_TYPE", Username, json!({"ANSWER": "SMS_MFA"}), |c| c.select_mfa_type(MfaType::Sms)),
        ("SELECT_MFA_TYPE", Username, json!({"ANSWER": "EMAIL_OTP"}), |c| {
            c.select_mfa_type(MfaType::EmailOtp)
        }),
        ("SELECT_MFA_TYPE", Username, json!({"ANSWER": "SOFTWARE_TOKEN_MFA"}), |c| {
            c.select_mfa_type(MfaType::SoftwareToken)
        }),
        ("MFA_SETUP", Username, json!({}), |c| Ok(c.mfa_setup())),
        ("NEW_PASSWORD_REQUIRED", Username, json!({"NEW_PASSWORD": "n"}), |c| {
            c.new_password_required("n", &[])
        }),
        (
            "NEW_PASSWORD_REQUIRED",
            Username,
            json!({"NEW_PASSWORD": "n", "userAttributes.email": "a@b", "userAttributes.custom:x": "y"}),
            // one as the challenge's requiredAttributes names it
            |c| c.new_password_required("n", &[("email", "a@b"), ("userAttributes.custom:x", "y")]),
        ),
        ("CUSTOM_CHALLENGE", Username, json!({"ANSWER": "a"}), |c| c.custom_challenge("a")),
        ("WEB_AUTHN", Username, json!({"CREDENTIAL": "{}"}), |c| c.web_authn("{}")),
    ]
}

fn contexts() -> [(AuthContext<'static>, bool, bool); 4] {
    [(false, false), (false, true), (true, false), (true, true)].map(|(secret, device)| {
        let mut context = AuthContext::new("client-id", "alice").unwrap();
        if secret {
            context = context.with_client_secret("client-secret");
        }
        if device {
            context = context.with_device(DEVICE);
        }
        (context, secret, device)
    })
}

fn whole(own: &Value, added: Added, secret: bool, device: bool) -> Value {
    let mut whole = own.clone();
    if !matches!(added, Added::Nothing) {
        whole["USERNAME"] = "alice".into();
    }
    if secret {
        whole["SECRET_HASH"] = HASH.into();
    }
    if device || matches!(added, Added::UsernameAndDevice) {
        whole["DEVICE_KEY"] = DEVICE.device_key().into();
    }
    whole
}

/// A map as JSON, in which a name that is there twice would be one: so they are counted.
fn as_json(parameters: Parameters) -> Value {
    let json = serde_json::to_value(&parameters).unwrap();
    assert_eq!(parameters.iter().count(), json.as_object().unwrap().len(), "{parameters:?}");
    assert!(parameters.iter().all(|(name, value)| parameters.get(name) == Some(value)), "{parameters:?}");
    assert_eq!(parameters.get("no such name"), None);
    assert_eq!(
        parameters.into_iter().collect::<std::collections::BTreeMap<_, _>>().len(),
        json.as_object().unwrap().len()
    );
    json
}

#[test]
fn every_map_has_exactly_its_entries() {
    for (name, added, own, call) in [flows(), challenges()].concat() {
        for (context, secret, device) in contexts() {
            let wanted = whole(&own, added, secret, device);
            assert_eq!(as_json(call(&context).unwrap()), wanted, "{name} {secret} {device}");
        }
    }
}

#[test]
fn every_flow_and_challenge_is_tested() {
    let built: Vec<_> = flows().iter().map(|row| row.0).collect();
    // passwords in the clear, the service's own administrators, and another name of a flow that is there
    let others = ["ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN", "USER_PASSWORD_AUTH"];
    for name in AuthFlow::NAMES {
        assert!(built.contains(name) != others.contains(name), "{name}");
        assert_eq!(AuthFlow::from_name(name).name(), *name);
    }
    assert!(built.iter().all(|name| AuthFlow::NAMES.contains(name)));
    let built: Vec<_> = challenges().iter().map(|row| row.0).collect();
    for name in ChallengeName::NAMES {
        assert!(built.contains(name) != (*name == "ADMIN_NO_SRP_AUTH"), "{name}");
        assert_eq!(ChallengeName::from_name(name).name(), *name);
    }
    assert!(built.iter().all(|name| ChallengeName::NAMES.contains(name)));
    assert_eq!(ChallengeName::NAMES.len(), 16);
}

fn entries(own: &Value) -> Vec<(&str, &str)> {
    own.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

#[test]
fn an_answer_by_name_equals_that_of_the_method() {
    for (name, added, own, _) in challenges() {
        let challenge = ChallengeName::from_name(name);
        for (context, secret, device) in contexts() {
            let answer = context.respond(&challenge, &entries(&own));
            if matches!(added, Added::UsernameAndDevice) && !device {
                assert_eq!(answer.err(), Some(Error::ParameterMissing), "{name}");
                continue;
            }
            assert_eq!(as_json(answer.unwrap()), whole(&own, added, secret, device), "{name}");
            for (lacking, value) in entries(&own) {
                let all = || entries(&own).into_iter().filter(|(name, _)| *name != lacking);
                // attributes are the pool's to require
                if !lacking.starts_with("userAttributes.") {
                    let answer = context.respond(&challenge, &all().collect::<Vec<_>>());
                    assert_eq!(answer.err(), Some(Error::ParameterMissing), "{name} without {lacking}");
                }
                for (entry, error) in [
                    ((lacking, ""), Error::ParameterEmpty),
                    (("", value), Error::ParameterEmpty),
                    ((lacking, "twice"), Error::ParameterRepeated),
                    (("USERNAME", "bob"), Error::ParameterRepeated),
                    (("SECRET_HASH", "h"), Error::ParameterRepeated),
                    (("DEVICE_KEY", "a_0"), Error::ParameterRepeated),
                ] {
                    let kept =
                        (error == Error::ParameterRepeated || entry.0.is_empty()).then_some((lacking, value));
                    let answer =
                        context.respond(&challenge, &all().chain(kept).chain([entry]).collect::<Vec<_>>());
                    assert_eq!(answer.err(), Some(error), "{name} {entry:?}");
                }
            }
        }
    }
}

#[test]
fn an_unknown_challenge_can_be_answered() {
    let challenge = ChallengeName::from_name("PALM_OTP");
    assert_eq!(challenge, ChallengeName::Unknown("PALM_OTP".into()));
    for (context, secret, device) in contexts() {
        for own in [json!({}), json!({"PALM_OTP_CODE": "1", "SIDE": "left"})] {
            let answer = context.respond(&challenge, &entries(&own)).unwrap();
            assert_eq!(as_json(answer), whole(&own, Added::Username, secret, device));
        }
    }
    let (context, ..) = contexts()[0];
    assert_eq!(
        as_json(context.respond(&ChallengeName::AdminNoSrpAuth, &[("PASSWORD", "p")]).unwrap()),
        json!({"USERNAME": "alice", "PASSWORD": "p"})
    );
}

#[test]
fn a_context_takes_another_user_name() {
    let context = AuthContext::new("client-id", "alice").unwrap().with_username("bob").unwrap();
    assert_eq!(context.select_mfa_type(MfaType::Sms).unwrap().get("USERNAME"), Some("bob"));
}

#[test]
fn empty_values_are_rejected() {
    let (context, ..) = contexts()[3];
    for nameless in [AuthContext::new("client-id", ""), context.with_username("")] {
        assert_eq!(nameless.err(), Some(Error::ParameterEmpty));
    }
    for refused in [
        context.user_auth_preferring(PreferredChallenge::Password("")),
        context.select_challenge(SelectedChallenge::Password("")),
        context.select_challenge(SelectedChallenge::WebAuthn("")),
        context.refresh_token_auth(""),
        context.password(""),
        context.sms_mfa(""),
        context.software_token_mfa(""),
        context.email_otp(""),
        context.sms_otp(""),
        context.new_password_required("", &[]),
        context.new_password_required("n", &[("", "v")]),
        context.new_password_required("n", &[("userAttributes.", "v")]),
        context.new_password_required("n", &[("email", "")]),
        context.custom_challenge(""),
        context.web_authn(""),
    ] {
        assert_eq!(refused.err(), Some(Error::ParameterEmpty));
    }
    let twice = context.new_password_required("n", &[("email", "a"), ("userAttributes.email", "b")]);
    assert_eq!(twice.err(), Some(Error::ParameterRepeated));
}

#[test]
fn no_secret_is_shown() {
    let sign_in = sign_in();
    let context = AuthContext::new("client-id", "alice").unwrap().with_client_secret("planted secret");
    for shown in [
        format!("{context:?}"),
        format!("{:?}", context.password("planted password")),
        format!("{:?}", context.new_password_required("planted", &[("email", "planted")])),
        format!("{:?}", PreferredChallenge::Password("planted")),
        format!("{:?}", SelectedChallenge::Password("planted")),
        format!("{:?}", SelectedChallenge::WebAuthn("planted")),
        format!("{:?} {:?}", PreferredChallenge::PasswordSrp(&sign_in), SelectedChallenge::EmailOtp),
    ] {
        assert!(!shown.contains("planted") && !shown.is_empty() && shown != "Ok()", "{shown}");
    }
}
