//! The calls of a device's life: what is sent, what is refused before it is sent, and what is made of every answer.

use cognito_device_srp::service::*;
use cognito_device_srp::*;
use proptest::prelude::*;
use serde_json::{Value, json};

mod common;

use common::{DEVICE, DEVICE_GROUP_KEY, DEVICE_KEY};

const TOKEN: &str = "eyJraWQiOiJ.eyJzdWIiOiI-_=.c2lnbmF0dXJl";

fn token() -> AccessToken {
    AccessToken::new(TOKEN).unwrap()
}

fn config() -> DeviceSecretVerifierConfig {
    DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap()
}

fn error(status: u16, header: Option<&str>, body: &str) -> ServiceError {
    ServiceError::from_response(status, header, &mut serde_json::Deserializer::from_str(body))
}

#[test]
fn requests_are_the_services_json() {
    let (token, config) = (token(), config());
    let request = ConfirmDeviceRequest::new(&token, DEVICE, &config);
    let nameless = json!({
        "AccessToken": TOKEN,
        "DeviceKey": DEVICE_KEY,
        "DeviceSecretVerifierConfig": {"PasswordVerifier": "Ag==", "Salt": "AQ=="},
    });
    assert_eq!(serde_json::to_value(request).unwrap(), nameless);
    let named = request.with_device_name("é\"\n").unwrap();
    let mut wanted = nameless;
    wanted["DeviceName"] = "é\"\n".into();
    assert_eq!(serde_json::to_value(named).unwrap(), wanted);
    let fields =
        (named.access_token().expose_secret(), named.device_key(), named.device_name(), named.config());
    assert_eq!(fields, (TOKEN, DEVICE_KEY, Some("é\"\n"), &config));

    for (status, text) in [
        (DeviceRememberedStatus::Remembered, "remembered"),
        (DeviceRememberedStatus::NotRemembered, "not_remembered"),
    ] {
        let request = UpdateDeviceStatusRequest::new(&token, DEVICE_KEY, status).unwrap();
        let wanted = json!({"AccessToken": TOKEN, "DeviceKey": DEVICE_KEY, "DeviceRememberedStatus": text});
        assert_eq!(serde_json::to_value(request).unwrap(), wanted);
        let fields = (request.access_token().expose_secret(), request.device_key(), request.status());
        assert_eq!(fields, (TOKEN, DEVICE_KEY, status));
    }

    let request = ForgetDeviceRequest::new(&token, DEVICE_KEY).unwrap();
    let wanted = json!({"AccessToken": TOKEN, "DeviceKey": DEVICE_KEY});
    assert_eq!(serde_json::to_value(request).unwrap(), wanted);
    assert_eq!((request.access_token().expose_secret(), request.device_key()), (TOKEN, DEVICE_KEY));
}

#[test]
fn a_request_outside_the_constraints_cannot_be_made() {
    for good in ["a", "A.b-c_d=", &"x".repeat(100_000)] {
        assert_eq!(AccessToken::new(good).unwrap().expose_secret(), good);
    }
    for bad in ["", " ", "a b", "a\n", "a+b", "a/b", "é", "a\0"] {
        assert_eq!(AccessToken::new(bad).unwrap_err(), Error::AccessTokenMalformed, "{bad:?}");
    }
    let (token, config) = (token(), config());
    let long = format!("a_{}", "0".repeat(54));
    for bad in ["", "alice", "-NXiVKS5p", "a_", "_0", "a_G", "a_0\n", &long] {
        let refused = Some(Error::DeviceKeyMalformed);
        assert_eq!(Device::new("-G", bad).err(), refused, "{bad:?}");
        let status = DeviceRememberedStatus::Remembered;
        assert_eq!(UpdateDeviceStatusRequest::new(&token, bad, status).err(), refused, "{bad:?}");
        assert_eq!(ForgetDeviceRequest::new(&token, bad).err(), refused, "{bad:?}");
    }
    let request = ConfirmDeviceRequest::new(&token, Device::new("-G", &long[..55]).unwrap(), &config);
    // characters, not bytes
    let longest = "\u{1f511}".repeat(1024);
    for good in ["x", " ", &longest] {
        assert_eq!(request.with_device_name(good).unwrap().device_name(), Some(good));
    }
    for bad in ["", &"x".repeat(1025)] {
        assert_eq!(request.with_device_name(bad).err(), Some(Error::DeviceNameOutOfRange));
    }
}

#[test]
fn no_token_is_shown() {
    let (token, config) = (token(), config());
    let request = ConfirmDeviceRequest::new(&token, DEVICE, &config);
    let yes = ConfirmDeviceResponse { user_confirmation_necessary: true };
    let status = DeviceRememberedStatus::Remembered;
    let result = json!({"AccessToken": TOKEN, "RefreshToken": "c2VjcmV0", "IdToken": "aWQ"});
    let result: AuthenticationResult = serde_json::from_value(result).unwrap();
    let shown = [
        format!("{token:?} {token:#?}"),
        format!("{request:?} {request:#?}"),
        format!("{:?}", yes.next_step(&request)),
        format!("{:?}", UpdateDeviceStatusRequest::new(&token, DEVICE_KEY, status)),
        format!("{:?}", ForgetDeviceRequest::new(&token, DEVICE_KEY)),
        format!("{result:?} {result:#?}"),
    ];
    for text in shown {
        for part in TOKEN.split('.').chain(["c2VjcmV0", "aWQ"]) {
            assert!(!text.contains(part), "{text}");
        }
    }
}

#[test]
fn the_answer_leads_to_the_next_step() {
    let (token, config) = (token(), config());
    let request = ConfirmDeviceRequest::new(&token, DEVICE, &config);
    for (body, necessary) in [
        (r#"{"UserConfirmationNecessary":true}"#, true),
        (r#"{"UserConfirmationNecessary":false}"#, false),
        (r#"{"UserConfirmationNecessary":null}"#, false),
        (r#"{"Else":[{}],"UserConfirmationNecessary":true,"x":1.5}"#, true),
        ("{}", false),
    ] {
        let response: ConfirmDeviceResponse = serde_json::from_str(body).unwrap();
        assert_eq!(response, ConfirmDeviceResponse { user_confirmation_necessary: necessary }, "{body}");
        match response.next_step(&request) {
            NextStep::Nothing => assert!(!necessary),
            NextStep::AskUser(ask) => {
                assert!(necessary);
                let update = ask.answered(DeviceRememberedStatus::NotRemembered);
                let wanted = json!({
                    "AccessToken": TOKEN, "DeviceKey": DEVICE_KEY, "DeviceRememberedStatus": "not_remembered",
                });
                assert_eq!(serde_json::to_value(update).unwrap(), wanted);
            }
        }
    }
    for bad in ["", "true", "[true]", "null", r#"{"UserConfirmationNecessary":"true"}"#, "{"] {
        assert!(serde_json::from_str::<ConfirmDeviceResponse>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_sign_ins_result_gives_the_device() {
    let metadata = json!({"DeviceKey": DEVICE_KEY, "DeviceGroupKey": DEVICE_GROUP_KEY});
    let full = json!({
        "AccessToken": TOKEN, "ExpiresIn": 3600, "TokenType": "Bearer", "RefreshToken": "cmVm", "IdToken": "aWQ",
        "NewDeviceMetadata": metadata,
    });
    for read in [
        serde_json::from_value::<AuthenticationResult>(full.clone()).unwrap(),
        serde_json::from_str(&full.to_string().replace("us-east", "us\\u002deast")).unwrap(),
        serde_json::from_reader(full.to_string().as_bytes()).unwrap(),
    ] {
        assert_eq!(read.access_token().expose_secret(), TOKEN);
        assert_eq!(read.refresh_token(), Some("cmVm"));
        assert_eq!(read.new_device_metadata().unwrap().device(), Ok(DEVICE));
    }
    for without in [
        json!({"AccessToken": TOKEN}),
        json!({"AccessToken": TOKEN, "NewDeviceMetadata": null, "RefreshToken": null}),
    ] {
        let read: AuthenticationResult = serde_json::from_value(without).unwrap();
        assert!(read.new_device_metadata().is_none() && read.refresh_token().is_none());
    }
    for (bad, wanted) in [
        (json!({"RefreshToken": "cmVm"}), "missing field `AccessToken`"),
        (json!({"AccessToken": null}), "missing field `AccessToken`"),
        (json!({"AccessToken": "a b"}), Error::AccessTokenMalformed.message()),
        (json!({"AccessToken": 1}), "invalid type: integer"),
        (json!([TOKEN]), "invalid type: sequence, expected an object"),
    ] {
        let refused = serde_json::from_value::<AuthenticationResult>(bad.clone()).unwrap_err();
        assert!(refused.to_string().starts_with(wanted), "{bad}: {refused}");
    }
}

#[test]
fn tokens_are_read_whatever_the_metadata_is() {
    let read = |metadata: Value| -> AuthenticationResult {
        let json = json!({"NewDeviceMetadata": metadata, "AccessToken": TOKEN, "RefreshToken": "cmVm"});
        let read: AuthenticationResult = serde_json::from_value(json).unwrap();
        assert_eq!((read.access_token().expose_secret(), read.refresh_token()), (TOKEN, Some("cmVm")));
        read
    };
    for none in [json!(null), json!("text"), json!(7), json!(true), json!(1.5), json!([1, {"a": []}])] {
        assert!(read(none.clone()).new_device_metadata().is_none(), "{none}");
    }
    for (odd, error) in [
        (json!({}), Error::DeviceGroupKeyEmpty),
        (json!({"DeviceKey": DEVICE_KEY}), Error::DeviceGroupKeyEmpty),
        (json!({"DeviceGroupKey": "-G"}), Error::DeviceKeyMalformed),
        (json!({"DeviceGroupKey": "-G", "DeviceKey": null}), Error::DeviceKeyMalformed),
        (json!({"DeviceGroupKey": "-G", "DeviceKey": 7}), Error::DeviceKeyMalformed),
        (json!({"DeviceGroupKey": ["-G"], "DeviceKey": DEVICE_KEY}), Error::DeviceGroupKeyEmpty),
        (json!({"DeviceGroupKey": DEVICE_KEY, "DeviceKey": "-G"}), Error::DeviceKeyMalformed),
    ] {
        let read = read(odd.clone());
        let metadata = read.new_device_metadata().unwrap();
        assert_eq!(metadata.device(), Err(error), "{odd}");
        assert_eq!(metadata.device_group_key(), odd["DeviceGroupKey"].as_str());
        assert_eq!(metadata.device_key(), odd["DeviceKey"].as_str());
    }
}

#[test]
fn every_documented_exception_is_known() {
    // the API reference's, and the three that the service's model has beside
    let documented = [
        ("InternalErrorException", Exception::InternalError, 500),
        ("InvalidLambdaResponseException", Exception::InvalidLambdaResponse, 400),
        ("InvalidParameterException", Exception::InvalidParameter, 400),
        ("InvalidPasswordException", Exception::InvalidPassword, 400),
        ("InvalidUserPoolConfigurationException", Exception::InvalidUserPoolConfiguration, 400),
        ("NotAuthorizedException", Exception::NotAuthorized, 400),
        ("PasswordResetRequiredException", Exception::PasswordResetRequired, 400),
        ("ResourceNotFoundException", Exception::ResourceNotFound, 400),
        ("TooManyRequestsException", Exception::TooManyRequests, 400),
        ("UsernameExistsException", Exception::UsernameExists, 400),
        ("UserNotConfirmedException", Exception::UserNotConfirmed, 400),
        ("UserNotFoundException", Exception::UserNotFound, 400),
        ("OperationNotEnabledException", Exception::OperationNotEnabled, 400),
        ("DeviceKeyExistsException", Exception::DeviceKeyExists, 400),
        ("ForbiddenException", Exception::Forbidden, 400),
    ];
    assert_eq!(Exception::NAMES.len(), documented.len());
    for (name, exception, status) in documented {
        assert!(Exception::NAMES.contains(&name));
        assert_eq!(exception.name(), name);
        let place = "http://internal.amazon.com/coral/com.amazonaws.cognitoidentityprovider/";
        let long = format!("com.amazonaws.cognito.identity.idp.model#{name}");
        let bodies = [
            (None, json!({"__type": name, "message": "m"})),
            (None, json!({"__type": long, "message": "m"})),
            (None, json!({"__type": format!("{name}:{place}"), "Message": "m"})),
            (None, json!({"code": name, "message": "m"})),
            (Some(format!("{name}:{place}")), json!({"message": "m"})),
            (Some(format!("{long}:{place}")), json!({"__type": "Other", "message": "m"})),
            (Some(name.to_owned()), json!({"message": "m", "reasonCode": "r"})),
            (Some(String::new()), json!({"message": "m", "__type": name})),
        ];
        for (header, body) in bodies {
            let error = error(status, header.as_deref(), &body.to_string());
            assert_eq!(
                (error.exception(), error.status(), error.message()),
                (&exception, status, "m"),
                "{header:?} {body}"
            );
            assert_eq!(error.to_string(), format!("{name}: m"));
            let retryable = matches!(exception, Exception::InternalError | Exception::TooManyRequests);
            assert_eq!(error.is_retryable(), retryable, "{name}");
            assert_eq!(
                ServiceError::from_response(status, header.as_deref(), body.clone()),
                error,
                "a value that was parsed before"
            );
        }
    }
}

#[test]
fn an_exception_that_is_not_known_is_kept() {
    let limit =
        error(400, None, r#"{"__type":"a.b#LimitExceededException","message":"Attempt limit exceeded"}"#);
    assert_eq!(limit.exception(), &Exception::Unknown("LimitExceededException".into()));
    assert_eq!(limit.to_string(), "LimitExceededException: Attempt limit exceeded");
    assert!(!limit.is_retryable() && limit.diagnosis().is_none());
    for (status, name, retryable) in [
        (400, "ThrottlingException", true),
        (500, "InternalFailure", true),
        (503, "ServiceUnavailable", true),
        (408, "", true),
        (429, "", true),
        (502, "", true),
        (504, "Other", true),
        (501, "", false),
        (400, "", false),
        (403, "AccessDeniedException", false),
        (400, "internalerrorexception", false),
    ] {
        let body = json!({"__type": name}).to_string();
        assert_eq!(error(status, None, &body).is_retryable(), retryable, "{status} {name}");
    }
}

#[test]
fn bodies_of_any_kind_are_read_as_far_as_they_go() {
    let kind = |error: &ServiceError| (error.exception().name().to_owned(), error.message().to_owned());
    for (body, name, message) in [
        ("", "", ""),
        ("null", "", ""),
        ("[]", "", ""),
        ("\"UserNotFoundException\"", "", ""),
        ("<html>502 Bad Gateway</html>", "", ""),
        ("{", "", ""),
        ("{}", "", ""),
        (r#"{"__type":"UserNotFoundException""#, "UserNotFoundException", ""),
        (r#"{"__type":"UserNotFoundException","message":"cut o"#, "UserNotFoundException", ""),
        (r#"{"__type":null,"message":null}"#, "", ""),
        (r#"{"__type":7,"message":{"a":[1,{}]},"Message":"m"}"#, "", "m"),
        (r#"{"__type":["x"],"code":true,"message":-1,"a":1e999}"#, "", ""),
        (r#"{"message":"first","Message":"second"}"#, "", "second"),
        (r#"{"message":"first","Message":1.5}"#, "", "first"),
        ("{\"__type\":\"#\",\"code\":\":x\",\"message\":\"\\ud83d\\udd11\"}", "", "\u{1f511}"),
        (r#"{"__type":"a#b#C:d#e:f"}"#, "C", ""),
    ] {
        assert_eq!(kind(&error(400, None, body)), (name.into(), message.into()), "{body}");
    }
    let nested = format!("{{\"__type\":\"UserNotFoundException\",\"x\":{}", "[".repeat(1_000_000));
    assert_eq!(kind(&error(400, None, &nested)), ("UserNotFoundException".into(), String::new()));
    assert_eq!(error(502, None, "<html>").to_string(), "HTTP status 502");
}

#[test]
fn what_people_meet_is_explained() {
    for (name, message, wanted) in [
        ("InvalidParameterException", "Invalid device key given.", Diagnosis::DeviceCannotBeConfirmed),
        ("DeviceKeyExistsException", "", Diagnosis::DeviceAlreadyConfirmed),
        ("ResourceNotFoundException", "Device does not exist.", Diagnosis::DeviceForgotten),
        (
            "InvalidParameterException",
            "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
            Diagnosis::ClockSkew,
        ),
        (
            "InvalidSignatureException",
            "Signature expired: 20210309T162431Z is now earlier than 20210309T163358Z",
            Diagnosis::ClockSkew,
        ),
        ("RequestTimeTooSkewed", "", Diagnosis::ClockSkew),
        ("NotAuthorizedException", "Incorrect username or password.", Diagnosis::WrongSecretOrClock),
        ("NotAuthorizedException", "Invalid Refresh Token.", Diagnosis::RefreshTokenOfAnotherDevice),
        (
            "NotAuthorizedException",
            "Unable to verify secret hash for client 5n3dpl",
            Diagnosis::WrongSecretHash,
        ),
        ("NotAuthorizedException", "Access Token has expired", Diagnosis::AccessTokenEnded),
        ("NotAuthorizedException", "Access Token has been revoked", Diagnosis::AccessTokenEnded),
        (
            "NotAuthorizedException",
            "Access Token does not have required scopes",
            Diagnosis::AccessTokenWithoutScope,
        ),
    ] {
        let error = error(400, None, &json!({"__type": name, "message": message}).to_string());
        assert_eq!(error.diagnosis(), Some(wanted), "{message}");
        assert_eq!(wanted.to_string(), wanted.advice());
    }
    for clock in [Diagnosis::ClockSkew, Diagnosis::WrongSecretOrClock] {
        assert!(clock.advice().contains("clock") && clock.advice().contains("Date header"));
    }
    let other =
        json!({"__type": "ResourceNotFoundException", "message": "User pool client x does not exist."});
    assert_eq!(error(400, None, &other.to_string()).diagnosis(), None);
}

#[test]
fn a_refresh_carries_the_device_key() {
    let context = AuthContext::new("id", "alice").with_client_secret("client secret");
    let parameters = context.with_device(DEVICE).refresh_token_auth("cmVm");
    let json = serde_json::to_value(&parameters).unwrap();
    let hash = SecretHash::new("client secret", "alice", "id");
    let wanted = json!({"REFRESH_TOKEN": "cmVm", "DEVICE_KEY": DEVICE_KEY, "SECRET_HASH": hash.as_str()});
    assert_eq!(json, wanted);
    assert!(context.refresh_token_auth("cmVm").get("DEVICE_KEY").is_none());
    let pairs: Vec<(&str, String)> = parameters.into_iter().collect();
    assert_eq!(pairs.len(), 3);
}

#[test]
fn a_challenge_is_found_among_the_parameters() {
    let parameters = json!({"SRP_B": "0c", "SALT": "0d", "SECRET_BLOCK": "k3dX", "USERNAME": "alice"});
    let wanted = Challenge { srp_b: "0c", salt: "0d", secret_block: "k3dX" };
    assert_eq!(Challenge::from_parameters(|name| parameters[name].as_str()), Ok(wanted));
    for lacking in ["SRP_B", "SALT", "SECRET_BLOCK"] {
        let found = |name: &str| parameters[name].as_str().filter(|_| name != lacking);
        assert_eq!(Challenge::from_parameters(found), Err(Error::ChallengeIncomplete));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            Just("__type".to_owned()),
            Just("message".to_owned()),
            Just("AccessToken".to_owned()),
            Just("NewDeviceMetadata".to_owned()),
            Just("UserConfirmationNecessary".to_owned()),
            any::<String>(),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_panics(value in any_json(), status: u16, header: Option<String>, cut: prop::sample::Index) {
        let text = value.to_string();
        let cut = &text.as_bytes()[..cut.index(text.len() + 1)];
        for bytes in [text.as_bytes(), cut] {
            let json = &mut serde_json::Deserializer::from_slice(bytes);
            let error = ServiceError::from_response(status, header.as_deref(), json);
            prop_assert_eq!(error.status(), status);
            prop_assert!(!error.to_string().is_empty());
            let _ = (error.is_retryable(), error.diagnosis());
            let _ = serde_json::from_slice::<ConfirmDeviceResponse>(bytes);
            let _ = serde_json::from_slice::<AuthenticationResult>(bytes);
        }
    }
}
