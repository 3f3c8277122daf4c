//! The calls of a device's life: what is sent, what is rejected before it is sent, and how every answer is read.

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
fn requests_serialise_to_the_json_of_the_service() {
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

    let wanted = json!({"AccessToken": TOKEN, "DeviceKey": DEVICE_KEY});
    let request = ForgetDeviceRequest::new(&token, DEVICE_KEY).unwrap();
    assert_eq!(serde_json::to_value(request).unwrap(), wanted);
    assert_eq!((request.access_token().expose_secret(), request.device_key()), (TOKEN, DEVICE_KEY));
    let request = GetDeviceRequest::new(&token, DEVICE_KEY).unwrap();
    assert_eq!(serde_json::to_value(request).unwrap(), wanted);
    assert_eq!((request.access_token().expose_secret(), request.device_key()), (TOKEN, DEVICE_KEY));

    let request = ListDevicesRequest::new(&token);
    assert_eq!(serde_json::to_value(request).unwrap(), json!({"AccessToken": TOKEN}));
    let request = request.with_limit(60).unwrap().with_pagination_token("next").unwrap();
    let wanted = json!({"AccessToken": TOKEN, "Limit": 60, "PaginationToken": "next"});
    assert_eq!(serde_json::to_value(request).unwrap(), wanted);
    let fields = (request.access_token().expose_secret(), request.limit(), request.pagination_token());
    assert_eq!(fields, (TOKEN, Some(60), Some("next")));
}

const CLIENT_SECRET: &str = "1example0client1secret2of3letters";

#[test]
fn get_tokens_from_refresh_token_has_secret_and_device() {
    let context = AuthContext::new("5n3dpl", "alice").unwrap();
    let with_secret = context.with_client_secret(CLIENT_SECRET);
    let least = json!({"RefreshToken": "cmVm", "ClientId": "5n3dpl"});
    for (context, secret, device) in [
        (context, None, None),
        (context.with_device(DEVICE), None, Some(DEVICE_KEY)),
        (with_secret, Some(CLIENT_SECRET), None),
        (with_secret.with_device(DEVICE), Some(CLIENT_SECRET), Some(DEVICE_KEY)),
    ] {
        let request = GetTokensFromRefreshTokenRequest::new(&context, "cmVm").unwrap();
        let mut wanted = least.clone();
        if let Some(secret) = secret {
            wanted["ClientSecret"] = secret.into();
        }
        if let Some(device) = device {
            wanted["DeviceKey"] = device.into();
        }
        assert_eq!(serde_json::to_value(request).unwrap(), wanted);
        assert_eq!((request.refresh_token(), request.client_id()), ("cmVm", "5n3dpl"));
        assert_eq!((request.client_secret(), request.device_key()), (secret, device));
        let shown = format!("{request:?} {request:#?}");
        assert!(shown.contains("5n3dpl"), "{shown}");
        assert!(!shown.contains("cmVm") && !shown.contains("example0client"), "{shown}");
    }
    for bad in ["", " ", "a b", "a+b", "é"] {
        let refused = GetTokensFromRefreshTokenRequest::new(&context, bad).err();
        assert_eq!(refused, Some(Error::RefreshTokenMalformed), "{bad:?}");
    }
    for (bad, error) in [
        (AuthContext::new("", "alice").unwrap(), Error::ClientIdMalformed),
        (AuthContext::new("a-b", "alice").unwrap(), Error::ClientIdMalformed),
        (AuthContext::new(&"x".repeat(129), "alice").unwrap(), Error::ClientIdMalformed),
        (context.with_client_secret(""), Error::ClientSecretMalformed),
        (context.with_client_secret(&"x".repeat(23)), Error::ClientSecretMalformed),
        (context.with_client_secret(&"x".repeat(65)), Error::ClientSecretMalformed),
        (context.with_client_secret("an-example-of-a-secret-hm"), Error::ClientSecretMalformed),
    ] {
        assert_eq!(GetTokensFromRefreshTokenRequest::new(&bad, "cmVm").err(), Some(error), "{bad:?}");
    }
}

#[test]
fn a_refresh_is_answered_with_tokens() {
    let result = json!({"AccessToken": TOKEN, "ExpiresIn": 3600, "TokenType": "Bearer", "IdToken": "a.b.c"});
    for next in [None, Some("bmV4dA")] {
        let mut result = result.clone();
        if let Some(next) = next {
            result["RefreshToken"] = next.into();
        }
        let answer = json!({"AuthenticationResult": result, "Else": [1]});
        let answer: GetTokensFromRefreshTokenResponse = serde_json::from_value(answer).unwrap();
        let result = &answer.authentication_result;
        assert_eq!((result.access_token().expose_secret(), result.refresh_token()), (TOKEN, next));
        assert!(!format!("{answer:?}").contains("eyJra"));
    }
    for bad in ["{}", "[]", r#"{"AuthenticationResult":null}"#, r#"{"AuthenticationResult":{}}"#, "{"] {
        assert!(serde_json::from_str::<GetTokensFromRefreshTokenResponse>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_device_is_read_even_if_fields_are_missing() {
    let whole = json!({
        "DeviceKey": DEVICE_KEY,
        "DeviceAttributes": [
            {"Name": "device_status", "Value": "valid"}, {"Name": "device_name", "Value": "laptop"},
            {"Name": "dev:device_remembered_status", "Value": "not_remembered"},
            {"Name": "last_ip_used", "Value": "192.0.2.1"},
        ],
        "DeviceCreateDate": 1735787045.25, "DeviceLastModifiedDate": 1735787046, "DeviceLastAuthenticatedDate": -1,
    });
    let read = |device: &Value| -> TrackedDevice {
        let text = json!({"Device": device, "Else": null}).to_string();
        serde_json::from_str::<GetDeviceResponse>(&text).unwrap().device
    };
    let device = read(&whole);
    let shown = format!("{device:?}");
    assert!(shown.contains(device.device_key().unwrap()) && !shown.contains("192.0.2.1"), "{shown}");
    assert_eq!(device.device_key(), Some(DEVICE_KEY));
    assert_eq!(device.remembered_status(), Some(DeviceRememberedStatus::NotRemembered));
    assert_eq!((device.attribute("device_name"), device.attribute("x")), (Some("laptop"), None));
    assert_eq!(device.attributes().count(), 4);
    let dates = (device.created(), device.last_modified(), device.last_authenticated());
    assert_eq!(dates, (Some(1735787045.25), Some(1735787046.0), Some(-1.0)));
    assert!(!format!("{device:?}").contains("192.0.2.1"));

    for (attribute, value, wanted) in [
        ("dev:device_remembered_status", "remembered", Some(DeviceRememberedStatus::Remembered)),
        ("device_status", "remembered", Some(DeviceRememberedStatus::Remembered)),
        ("device_status", "valid", None),
        ("dev:device_remembered_status", "Remembered", None),
        ("device_name", "remembered", None),
    ] {
        let device = read(&json!({"DeviceAttributes": [{"Name": attribute, "Value": value}]}));
        assert_eq!(device.remembered_status(), wanted, "{attribute} {value}");
    }
    // each field odd, the others read all the same
    for name in whole.as_object().unwrap().keys() {
        for odd in
            [json!(null), json!(true), json!("text"), json!(7), json!([1, [{}], {"Name": 3}]), json!({})]
        {
            let mut device = whole.clone();
            device[name] = odd.clone();
            let device = read(&device);
            let there = [
                ("DeviceKey", device.device_key() == Some(DEVICE_KEY)),
                ("DeviceAttributes", device.attributes().count() == 4),
                ("DeviceCreateDate", device.created() == Some(1735787045.25)),
                ("DeviceLastModifiedDate", device.last_modified() == Some(1735787046.0)),
                ("DeviceLastAuthenticatedDate", device.last_authenticated() == Some(-1.0)),
            ];
            assert!(there.iter().all(|(this, is)| (this != name) == *is), "{name} {odd}");
        }
    }
    for bad in ["{}", r#"{"Device":null}"#, r#"{"Device":[]}"#, "[]", "null", "{"] {
        assert!(serde_json::from_str::<GetDeviceResponse>(bad).is_err(), "{bad}");
    }
}

#[test]
fn devices_are_listed_page_by_page() {
    let read = |answer: Value| serde_json::from_str::<ListDevicesResponse>(&answer.to_string()).unwrap();
    let page =
        read(json!({"Devices": [{"DeviceKey": "a_0"}, null, {"DeviceKey": "a_1"}], "PaginationToken": "n"}));
    let keys: Vec<_> = page.devices.iter().map(TrackedDevice::device_key).collect();
    assert_eq!((keys, page.pagination_token.as_deref()), (vec![Some("a_0"), Some("a_1")], Some("n")));
    for odd in [json!({}), json!({"Devices": null, "PaginationToken": 7}), json!({"Devices": {}})] {
        assert_eq!(read(odd), ListDevicesResponse::default());
    }
    assert!(serde_json::from_str::<ListDevicesResponse>("[]").is_err());
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
        assert_eq!(GetDeviceRequest::new(&token, bad).err(), refused, "{bad:?}");
    }
    let list = ListDevicesRequest::new(&token);
    assert_eq!(list.with_limit(61).err(), Some(Error::ListLimitOutOfRange));
    assert!(list.with_limit(0).is_ok());
    for bad in ["", " ", "a b", "a\n", "\u{a0}"] {
        assert_eq!(list.with_pagination_token(bad).err(), Some(Error::PaginationTokenMalformed), "{bad:?}");
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
        format!("{:?}", GetDeviceRequest::new(&token, DEVICE_KEY)),
        format!("{:?}", ListDevicesRequest::new(&token)),
        format!("{result:?}"),
        format!("{result:#?}"),
        format!("{token:?}"),
    ];
    for text in shown {
        assert!(!text.is_empty());
        for part in TOKEN.split('.').chain(["c2VjcmV0", "aWQ"]) {
            assert!(!text.contains(part), "{text}");
        }
    }
}

#[test]
fn the_response_tells_the_next_step() {
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
fn the_result_of_a_sign_in_has_the_device() {
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
fn tokens_are_read_with_any_metadata() {
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
    // those of the calls about devices, then those that sign-ins and refreshes have beside
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
        ("AliasExistsException", Exception::AliasExists, 400),
        ("CodeMismatchException", Exception::CodeMismatch, 400),
        ("ExpiredCodeException", Exception::ExpiredCode, 400),
        ("FeatureUnavailableInTierException", Exception::FeatureUnavailableInTier, 400),
        ("InvalidEmailRoleAccessPolicyException", Exception::InvalidEmailRoleAccessPolicy, 400),
        ("InvalidSmsRoleAccessPolicyException", Exception::InvalidSmsRoleAccessPolicy, 400),
        ("InvalidSmsRoleTrustRelationshipException", Exception::InvalidSmsRoleTrustRelationship, 400),
        ("MFAMethodNotFoundException", Exception::MfaMethodNotFound, 400),
        ("PasswordHistoryPolicyViolationException", Exception::PasswordHistoryPolicyViolation, 400),
        ("RefreshTokenReuseException", Exception::RefreshTokenReuse, 400),
        ("SoftwareTokenMFANotFoundException", Exception::SoftwareTokenMfaNotFound, 400),
        ("UnexpectedLambdaException", Exception::UnexpectedLambda, 400),
        ("UnsupportedOperationException", Exception::UnsupportedOperation, 400),
        ("UserLambdaValidationException", Exception::UserLambdaValidation, 400),
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
fn the_name_of_an_unknown_exception_is_kept() {
    let limit =
        error(400, None, r#"{"__type":"a.b#LimitExceededException","message":"Attempt limit exceeded"}"#);
    assert_eq!(limit.exception(), &Exception::Unknown("LimitExceededException".into()));
    assert_eq!(limit.to_string(), "LimitExceededException: Attempt limit exceeded");
    assert!(!limit.is_retryable());
    assert_eq!(limit.diagnosis(), Some(Diagnosis::LockedOut));
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
fn any_body_is_read_up_to_its_first_error() {
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

/// Status, exception, words, what they mean. The ids in the words are of no user and client that the crate knows.
const REFUSALS: &[(u16, &str, &str, Diagnosis)] = &[
    (400, "InvalidParameterException", "Invalid device key given.", Diagnosis::DeviceCannotBeConfirmed),
    (400, "NotAuthorizedException", "Invalid device key given.", Diagnosis::DeviceCannotBeConfirmed),
    (400, "DeviceKeyExistsException", "", Diagnosis::DeviceAlreadyConfirmed),
    (400, "ResourceNotFoundException", "Device does not exist.", Diagnosis::DeviceForgotten),
    (
        400,
        "InvalidParameterException",
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
        Diagnosis::ClockSkew,
    ),
    (
        400,
        "InvalidSignatureException",
        "Signature expired: 20210309T162431Z is now earlier than 20210309T163358Z",
        Diagnosis::ClockSkew,
    ),
    (
        400,
        "InvalidSignatureException",
        "Signature not yet current: 20210309T163358Z is still later than 20210309T162431Z",
        Diagnosis::ClockSkew,
    ),
    (400, "RequestExpired", "", Diagnosis::ClockSkew),
    (400, "RequestInTheFuture", "", Diagnosis::ClockSkew),
    (403, "RequestTimeTooSkewed", "", Diagnosis::ClockSkew),
    (400, "NotAuthorizedException", "Incorrect username or password.", Diagnosis::WrongSecretOrClock),
    (400, "NotAuthorizedException", "Password attempts exceeded", Diagnosis::LockedOut),
    (
        400,
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
        Diagnosis::LockedOut,
    ),
    (400, "TooManyFailedAttemptsException", "", Diagnosis::LockedOut),
    (400, "TooManyRequestsException", "Rate exceeded", Diagnosis::TooManyRequests),
    (400, "ThrottlingException", "Rate exceeded", Diagnosis::TooManyRequests),
    (429, "", "", Diagnosis::TooManyRequests),
    (400, "NotAuthorizedException", "Invalid Refresh Token", Diagnosis::RefreshTokenInvalid),
    (400, "NotAuthorizedException", "Invalid Refresh Token.", Diagnosis::RefreshTokenInvalid),
    (400, "NotAuthorizedException", "Refresh Token has been revoked", Diagnosis::RefreshTokenEnded),
    (400, "NotAuthorizedException", "Refresh Token has expired", Diagnosis::RefreshTokenEnded),
    (
        400,
        "NotAuthorizedException",
        "Refresh Token has different Client",
        Diagnosis::RefreshTokenOfAnotherClient,
    ),
    (400, "RefreshTokenReuseException", "Refresh token has been reused", Diagnosis::RefreshTokenRotated),
    (400, "RefreshTokenReuseException", "", Diagnosis::RefreshTokenRotated),
    (
        400,
        "NotAuthorizedException",
        "SecretHash does not match for the client: 5n3dpl",
        Diagnosis::WrongSecretHash,
    ),
    (
        400,
        "NotAuthorizedException",
        "Unable to verify secret hash for client 5n3dpl",
        Diagnosis::WrongSecretHash,
    ),
    (
        400,
        "NotAuthorizedException",
        "Client 5n3dpl is configured with secret but SECRET_HASH was not received",
        Diagnosis::SecretHashMissing,
    ),
    (
        400,
        "NotAuthorizedException",
        "Client 5n3dpl is configured for secret but secret was not received",
        Diagnosis::SecretHashMissing,
    ),
    (400, "NotAuthorizedException", "Invalid session for the user.", Diagnosis::SessionInvalid),
    (
        400,
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
        Diagnosis::SessionInvalid,
    ),
    (
        400,
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
        Diagnosis::SessionInvalid,
    ),
    (400, "CodeMismatchException", "Invalid session provided", Diagnosis::SessionInvalid),
    (400, "InvalidParameterException", "Missing required parameter Session", Diagnosis::SessionMissing),
    (
        400,
        "InvalidParameterException",
        "USER_AUTH flow not enabled for this client",
        Diagnosis::FlowNotEnabled,
    ),
    (
        400,
        "InvalidParameterException",
        "USER_SRP_AUTH is not enabled for the client.",
        Diagnosis::FlowNotEnabled,
    ),
    (400, "InvalidParameterException", "Auth flow not enabled for this client", Diagnosis::FlowNotEnabled),
    (
        400,
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
        Diagnosis::CustomAuthNotConfigured,
    ),
    (
        400,
        "NotAuthorizedException",
        "Unable to login because of security reasons.",
        Diagnosis::BlockedAsRisky,
    ),
    (
        400,
        "NotAuthorizedException",
        "Request not allowed due to security reasons.",
        Diagnosis::BlockedAsRisky,
    ),
    (400, "NotAuthorizedException", "User is disabled.", Diagnosis::UserDisabled),
    (
        400,
        "NotAuthorizedException",
        "User account has expired, it must be reset by an administrator.",
        Diagnosis::TemporaryPasswordExpired,
    ),
    (400, "CodeMismatchException", "Invalid code received for user", Diagnosis::WrongCode),
    (400, "CodeMismatchException", "Invalid code or auth state for the user.", Diagnosis::WrongCode),
    (
        400,
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
        Diagnosis::CodeExpired,
    ),
    (400, "ExpiredCodeException", "Your software token has already been used once.", Diagnosis::CodeUsed),
    (400, "NotAuthorizedException", "Access Token has expired", Diagnosis::AccessTokenEnded),
    (400, "NotAuthorizedException", "Access Token has been revoked", Diagnosis::AccessTokenEnded),
    (400, "NotAuthorizedException", "Invalid Access Token", Diagnosis::AccessTokenInvalid),
    (
        400,
        "NotAuthorizedException",
        "Could not verify signature for Access Token",
        Diagnosis::AccessTokenInvalid,
    ),
    (
        400,
        "NotAuthorizedException",
        "Access Token does not have required scopes",
        Diagnosis::AccessTokenWithoutScope,
    ),
];

#[test]
fn common_refusals_have_a_diagnosis() {
    for &(status, name, message, wanted) in REFUSALS {
        let error = error(status, None, &json!({"__type": name, "message": message}).to_string());
        assert_eq!(error.diagnosis(), Some(wanted), "{name} {message}");
        assert_eq!(wanted.to_string(), wanted.advice());
        // a refusal that means to wait is no word on the password
        let waits = matches!(wanted, Diagnosis::LockedOut | Diagnosis::TooManyRequests);
        assert_eq!((error.asks_to_wait(), wanted.asks_to_wait()), (waits, waits), "{name} {message}");
        assert!(!waits || wanted.advice().contains("wait before"), "{name}");
    }
    for clock in [Diagnosis::ClockSkew, Diagnosis::WrongSecretOrClock] {
        assert!(clock.advice().contains("clock") && clock.advice().contains("Date header"));
    }
    let causes = [
        "device key is missing",
        "never confirmed",
        "another app client",
        "by password and not by SRP",
        "revoked or has run out",
    ];
    assert!(causes.iter().all(|cause| Diagnosis::RefreshTokenInvalid.advice().contains(cause)));
    // what comes after the wait: the same request, or a new sign-in
    let throttled = error(400, Some("TooManyRequestsException"), "{}");
    let locked_out =
        error(400, Some("NotAuthorizedException"), r#"{"message":"Password attempts exceeded"}"#);
    assert!(throttled.is_retryable() && !locked_out.is_retryable());
}

#[test]
fn messages_of_other_exceptions_have_no_diagnosis() {
    for (name, message) in [
        ("ResourceNotFoundException", "User pool client x does not exist."),
        (
            "UserLambdaValidationException",
            "PreAuthentication failed with error Incorrect username or password.",
        ),
        ("UserLambdaValidationException", "PreAuthentication failed with error Password attempts exceeded."),
        ("InvalidParameterException", "Device does not exist."),
        ("InvalidParameterException", "Missing required parameter SRP_A"),
        ("NotAuthorizedException", "Missing required parameter Session"),
        ("UserNotFoundException", "User does not exist."),
        ("NotAuthorizedException", ""),
        ("", "Incorrect username or password."),
    ] {
        let error = error(400, None, &json!({"__type": name, "message": message}).to_string());
        assert_eq!((error.diagnosis(), error.asks_to_wait()), (None, false), "{name} {message}");
    }
}

#[test]
fn a_refresh_carries_the_device_key() {
    let context = AuthContext::new("id", "alice").unwrap().with_client_secret("client secret");
    let parameters = context.with_device(DEVICE).refresh_token_auth("cmVm").unwrap();
    let json = serde_json::to_value(&parameters).unwrap();
    let hash = SecretHash::new("client secret", "alice", "id");
    let wanted = json!({"REFRESH_TOKEN": "cmVm", "DEVICE_KEY": DEVICE_KEY, "SECRET_HASH": hash.as_str()});
    assert_eq!(json, wanted);
    assert!(context.refresh_token_auth("cmVm").unwrap().get("DEVICE_KEY").is_none());
}

#[test]
fn a_challenge_is_read_from_its_parameters() {
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
            Just("AuthenticationResult".to_owned()),
            Just("Device".to_owned()),
            Just("Devices".to_owned()),
            Just("DeviceAttributes".to_owned()),
            Just("DeviceCreateDate".to_owned()),
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
    fn no_response_causes_a_panic(value in any_json(), status: u16, header: Option<String>, cut: prop::sample::Index) {
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
            let _ = serde_json::from_slice::<GetTokensFromRefreshTokenResponse>(bytes);
            if let Ok(response) = serde_json::from_slice::<GetDeviceResponse>(bytes) {
                let _ = (response.device.remembered_status(), response.device.attributes().count());
            }
            let _ = serde_json::from_slice::<ListDevicesResponse>(bytes);
        }
    }
}
