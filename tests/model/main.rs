//! Every request that the crate forms, and every exception, flow and challenge that it knows, against the service's own model as botocore ships
//! it. `tests/model/run.sh` installs botocore, and passes its Python interpreter in `BOTOCORE_PYTHON`.

use cognito_device_srp::service::*;
use cognito_device_srp::verifier::StoredVerifier;
use cognito_device_srp::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

#[path = "../common/mod.rs"]
mod common;

use common::DEVICE;

fn case(operation: &str, request: impl Serialize) -> Value {
    json!({"operation": operation, "request": serde_json::to_value(request).unwrap()})
}

/// The requests about devices, from the least that a constraint allows to the most.
fn device_requests() -> Vec<Value> {
    let mut requests = Vec::new();
    let longest = format!("a_{}", "0".repeat(53));
    let registration = DeviceRegistration::generate(DEVICE).unwrap();
    let small = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
    for token in ["a", "eyJraWQiOiJ.eyJzdWIiOiI-_=.c2lnbmF0dXJl", &"x".repeat(10_000)] {
        let token = AccessToken::new(token).unwrap();
        for key in ["a_0", DEVICE.device_key(), &longest] {
            for config in [registration.config(), &small] {
                let request = ConfirmDeviceRequest::new(&token, Device::new("-G", key).unwrap(), config);
                requests.push(case("ConfirmDevice", request));
                for name in ["x", "\u{1f511}", &"é".repeat(1024)] {
                    requests.push(case("ConfirmDevice", request.with_device_name(name).unwrap()));
                }
            }
            for status in [DeviceRememberedStatus::Remembered, DeviceRememberedStatus::NotRemembered] {
                let request = UpdateDeviceStatusRequest::new(&token, key, status).unwrap();
                requests.push(case("UpdateDeviceStatus", request));
            }
            requests.push(case("ForgetDevice", ForgetDeviceRequest::new(&token, key).unwrap()));
            requests.push(case("GetDevice", GetDeviceRequest::new(&token, key).unwrap()));
        }
        let list = ListDevicesRequest::new(&token);
        for list in [list, list.with_limit(0).unwrap(), list.with_limit(60).unwrap()] {
            requests.push(case("ListDevices", list));
            requests.push(case("ListDevices", list.with_pagination_token("x").unwrap()));
        }
    }
    requests
}

/// The requests of sign-ins, with every map of parameters there is.
fn sign_in_requests() -> Vec<Value> {
    let registration = DeviceRegistration::generate(DEVICE).unwrap();
    let sign_in = SignIn::generate().unwrap();
    let verifier = StoredVerifier::for_device(registration.config()).unwrap();
    let issued = verifier.challenge(sign_in.srp_a(), Ephemeral::generate().unwrap()).unwrap();
    let srp_a = SignIn::generate().unwrap();
    let block = "k3dX8yL3YxhLlZLasmbzTkU=";
    let challenge = Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block: block };
    let claim = sign_in
        .answer(
            &Credentials::device(DEVICE, registration.secret()),
            &challenge,
            &Timestamp::from_unix(0).unwrap(),
        )
        .unwrap();

    let mut requests = Vec::new();
    for client_secret in [None, Some("1example0client1secret2of3letters")] {
        for device in [None, Some(DEVICE)] {
            let mut context = AuthContext::new("5n3dpl", "alice").unwrap();
            if let Some(client_secret) = client_secret {
                context = context.with_client_secret(client_secret);
            }
            if let Some(device) = device {
                context = context.with_device(device);
            }
            for (flow, parameters) in [
                ("USER_SRP_AUTH", Ok(context.user_srp_auth(&srp_a))),
                ("USER_AUTH", Ok(context.user_auth())),
                ("USER_AUTH", context.user_auth_preferring(PreferredChallenge::PasswordSrp(&srp_a))),
                ("USER_AUTH", context.user_auth_preferring(PreferredChallenge::Password("password"))),
                ("USER_AUTH", context.user_auth_preferring(PreferredChallenge::EmailOtp)),
                ("USER_AUTH", context.user_auth_preferring(PreferredChallenge::SmsOtp)),
                ("USER_AUTH", context.user_auth_preferring(PreferredChallenge::WebAuthn)),
                ("CUSTOM_AUTH", Ok(context.custom_auth())),
                ("CUSTOM_AUTH", Ok(context.custom_auth_with_srp(&srp_a))),
                ("REFRESH_TOKEN_AUTH", context.refresh_token_auth("cmVm")),
            ] {
                let parameters = parameters.unwrap();
                let request = json!({"AuthFlow": flow, "ClientId": "5n3dpl", "AuthParameters": parameters});
                requests.push(case("InitiateAuth", request));
            }
            for (name, responses) in [
                ("SELECT_CHALLENGE", context.select_challenge(SelectedChallenge::PasswordSrp(&srp_a))),
                ("SELECT_CHALLENGE", context.select_challenge(SelectedChallenge::Password("password"))),
                ("SELECT_CHALLENGE", context.select_challenge(SelectedChallenge::EmailOtp)),
                ("SELECT_CHALLENGE", context.select_challenge(SelectedChallenge::SmsOtp)),
                ("SELECT_CHALLENGE", context.select_challenge(SelectedChallenge::WebAuthn("{}"))),
                ("PASSWORD_SRP", Ok(context.password_srp(&srp_a))),
                ("PASSWORD", context.password("password")),
                ("PASSWORD_VERIFIER", Ok(context.password_verifier(block, &claim))),
                ("DEVICE_SRP_AUTH", Ok(context.device_srp_auth(DEVICE, &srp_a))),
                ("DEVICE_PASSWORD_VERIFIER", Ok(context.device_password_verifier(DEVICE, block, &claim))),
                ("SMS_MFA", context.sms_mfa("123456")),
                ("SOFTWARE_TOKEN_MFA", context.software_token_mfa("123456")),
                ("EMAIL_OTP", context.email_otp("12345678")),
                ("SMS_OTP", context.sms_otp("12345678")),
                ("SELECT_MFA_TYPE", context.select_mfa_type(MfaType::EmailOtp)),
                ("MFA_SETUP", Ok(context.mfa_setup())),
                ("NEW_PASSWORD_REQUIRED", context.new_password_required("new", &[("email", "a@b")])),
                ("CUSTOM_CHALLENGE", context.custom_challenge("answer")),
                ("WEB_AUTHN", context.web_authn("{}")),
                (
                    "ADMIN_NO_SRP_AUTH",
                    context.respond(&ChallengeName::AdminNoSrpAuth, &[("PASSWORD", "password")]),
                ),
            ] {
                let request = json!({
                    "ChallengeName": name, "ClientId": "5n3dpl", "ChallengeResponses": responses.unwrap(),
                    "Session": "the one that came with it",
                });
                requests.push(case("RespondToAuthChallenge", request));
            }
            let refresh = GetTokensFromRefreshTokenRequest::new(&context, "cmVm").unwrap();
            requests.push(case("GetTokensFromRefreshToken", refresh));
        }
    }
    requests
}

#[test]
fn requests_and_exceptions_match_the_services_model() {
    let requests = [device_requests(), sign_in_requests()].concat();
    let exceptions: Value = [
        "ConfirmDevice",
        "ForgetDevice",
        "GetDevice",
        "GetTokensFromRefreshToken",
        "InitiateAuth",
        "ListDevices",
        "RespondToAuthChallenge",
        "UpdateDeviceStatus",
    ]
    .map(|operation| (operation.to_owned(), json!(Exception::NAMES)))
    .into_iter()
    .collect();
    let names = json!({"AuthFlowType": AuthFlow::NAMES, "ChallengeNameType": ChallengeName::NAMES});
    let input = json!({"requests": requests, "exceptions": exceptions, "names": names});
    let Some(python) = std::env::var_os("BOTOCORE_PYTHON") else {
        // past the capture of what tests print
        writeln!(
            std::io::stderr(),
            "no BOTOCORE_PYTHON: the service's model was not asked, see tests/model/run.sh"
        )
        .unwrap();
        return;
    };
    let mut check = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/model/check.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    check.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = check.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    println!("{said}");
}
