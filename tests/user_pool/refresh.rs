//! Refreshing: which token of which device is good for new tokens, and once it is rotated, for how long.

use crate::harness::{Answer, GONE, INVALID_TOKEN, PASSWORD, Pool, now, refused, text};
use crate::srp::Kept;
use serde_json::{Value, json};

fn token(signed_in: &Value) -> &str {
    text(signed_in, "/AuthenticationResult/RefreshToken")
}

fn refresh(pool: &Pool, token: &str, device_key: Option<&str>) -> Answer {
    let mut entries = json!({ "REFRESH_TOKEN": token, "SECRET_HASH": pool.hash("alice") });
    if let Some(key) = device_key {
        entries["DEVICE_KEY"] = json!(key);
    }
    pool.send(&pool.auth("REFRESH_TOKEN_AUTH", entries))
}

fn get_tokens(pool: &Pool, token: &str, device_key: Option<&str>) -> Answer {
    let request = json!({
        "RefreshToken": token,
        "ClientId": pool.client_id,
        "ClientSecret": pool.client_secret,
        "DeviceKey": device_key,
    });
    pool.server.call("GetTokensFromRefreshToken", &request)
}

/// A sign-in with a device that is confirmed.
fn with_device(pool: &Pool) -> (Value, Kept) {
    let kept = pool.register(&pool.signed_in());
    (pool.with_device(&kept, now()).unwrap(), kept)
}

#[test]
fn refresh_token_auth_checks_its_entries() {
    let pool = Pool::new();
    let (signed_in, kept) = with_device(&pool);
    let (_, other) = with_device(&pool);
    let id = &pool.client_id;
    let entries = json!({
        "REFRESH_TOKEN": token(&signed_in),
        "DEVICE_KEY": kept.device_key,
        "SECRET_HASH": pool.hash("alice"),
    });
    let no_hash = format!("Client {id} is configured with secret but SECRET_HASH was not received");
    let wrong_hash = format!("SecretHash does not match for the client: {id}");
    let access_token = text(&signed_in, "/AuthenticationResult/AccessToken");
    let forgotten = "us-east-1_00000000-0000-4000-8000-000000000000";
    let no_token = ("InvalidParameterException", "Missing required parameter REFRESH_TOKEN");
    let cases = [
        ("REFRESH_TOKEN", None, no_token),
        ("REFRESH_TOKEN", Some(""), no_token),
        ("REFRESH_TOKEN", Some("no token"), INVALID_TOKEN),
        ("REFRESH_TOKEN", Some(access_token), INVALID_TOKEN),
        ("SECRET_HASH", None, ("NotAuthorizedException", no_hash.as_str())),
        ("SECRET_HASH", Some("wrong"), ("NotAuthorizedException", wrong_hash.as_str())),
        ("DEVICE_KEY", None, INVALID_TOKEN),
        ("DEVICE_KEY", Some(&other.device_key), INVALID_TOKEN),
        ("DEVICE_KEY", Some(forgotten), GONE),
        ("DEVICE_KEY", Some(""), GONE),
    ];
    let refreshed = pool.row(pool.auth("REFRESH_TOKEN_AUTH", entries), &cases);
    assert!(refreshed["AuthenticationResult"]["RefreshToken"].is_null());
    assert!(refreshed["AuthenticationResult"]["AccessToken"].is_string());

    pool.server.set_clock(30 * 24 * 3600 + 60);
    refused(refresh(&pool, token(&signed_in), Some(&kept.device_key)), INVALID_TOKEN);
}

#[test]
fn get_tokens_from_refresh_token_checks_its_fields() {
    let pool = Pool::new();
    let (signed_in, kept) = with_device(&pool);
    let id = &pool.client_id;
    let right = json!({
        "RefreshToken": token(&signed_in),
        "ClientId": id,
        "ClientSecret": pool.client_secret,
        "DeviceKey": kept.device_key,
    });
    let no_secret = format!("Client {id} is configured for secret but secret was not received");
    let wrong_secret = format!("Unable to verify secret for client {id}");
    let null = |member: &str| {
        format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        )
    };
    for (member, value, (name, message)) in [
        ("RefreshToken", json!(null), ("SerializationException", "a value of another type at line")),
        ("RefreshToken", json!("a.b"), INVALID_TOKEN),
        (
            "ClientId",
            json!("nobody"),
            ("ResourceNotFoundException", "User pool client nobody does not exist."),
        ),
        ("ClientSecret", json!(null), ("NotAuthorizedException", &no_secret)),
        ("ClientSecret", json!("wrong"), ("NotAuthorizedException", &wrong_secret)),
        ("DeviceKey", json!(null), INVALID_TOKEN),
        ("DeviceKey", json!("a_0"), GONE),
    ] {
        let mut request = right.clone();
        request[member] = value;
        let refusal = pool.server.call("GetTokensFromRefreshToken", &request).unwrap_err();
        assert!(refusal.0 == name && refusal.1.starts_with(message), "{member}: {refusal:?}");
    }
    for (member, name) in [("RefreshToken", "refreshToken"), ("ClientId", "clientId")] {
        let mut request = right.clone();
        request.as_object_mut().unwrap().remove(member);
        let answer = pool.server.call("GetTokensFromRefreshToken", &request);
        refused(answer, ("InvalidParameterException", &null(name)));
    }
    let answer = pool.server.call("GetTokensFromRefreshToken", &right).unwrap();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["AuthenticationResult"]);
    assert!(answer["AuthenticationResult"]["RefreshToken"].is_null(), "this app client rotates nothing");

    let open = Pool::with(json!({}), json!({ "GenerateSecret": false }));
    let request = json!({ "RefreshToken": "a.b", "ClientId": open.client_id, "ClientSecret": "any" });
    let message =
        format!("App client {} is not configured for secret but secret was received", open.client_id);
    let answer = open.server.call("GetTokensFromRefreshToken", &request);
    refused(answer, ("InvalidParameterException", &message));
}

#[test]
fn a_device_that_was_never_confirmed_cannot_refresh() {
    let pool = Pool::new();
    let signed_in = pool.signed_in();
    let offered = text(&signed_in, "/AuthenticationResult/NewDeviceMetadata/DeviceKey").to_owned();
    for key in [None, Some(offered.as_str())] {
        refused(refresh(&pool, token(&signed_in), key), INVALID_TOKEN);
        refused(get_tokens(&pool, token(&signed_in), key), INVALID_TOKEN);
    }
    let kept = pool.register(&signed_in);
    refused(refresh(&pool, token(&signed_in), None), INVALID_TOKEN);
    refresh(&pool, token(&signed_in), Some(&kept.device_key)).unwrap();

    // one that is forgotten is another matter
    let access_token = text(&signed_in, "/AuthenticationResult/AccessToken");
    let forget = json!({ "AccessToken": access_token, "DeviceKey": kept.device_key });
    pool.server.call("ForgetDevice", &forget).unwrap();
    refused(refresh(&pool, token(&signed_in), Some(&kept.device_key)), GONE);
    refused(get_tokens(&pool, token(&signed_in), Some(&kept.device_key)), GONE);

    // a pool that tracks no devices asks for none
    let pool = Pool::with(json!({ "DeviceConfiguration": null }), json!({}));
    let signed_in = pool.signed_in();
    assert!(signed_in["AuthenticationResult"]["NewDeviceMetadata"].is_null());
    refresh(&pool, token(&signed_in), None).unwrap();
    refused(refresh(&pool, token(&signed_in), Some("a_0")), GONE);
}

#[test]
fn a_sign_in_without_srp_has_no_device_to_confirm() {
    let pool = Pool::new();
    let entries = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    let signed_in = pool.send(&pool.auth("USER_AUTH", entries)).unwrap();
    let (kept, config) = crate::srp::new_device(&signed_in);
    let invalid_key = ("InvalidParameterException", "Invalid device key given.");
    refused(pool.confirm(&signed_in, &kept, config), invalid_key);
    refused(refresh(&pool, token(&signed_in), Some(&kept.device_key)), INVALID_TOKEN);
}

#[test]
fn tokens_of_another_app_client_and_revoked_tokens_are_rejected() {
    let pool = Pool::new();
    let (signed_in, kept) = with_device(&pool);
    let client = json!({ "UserPoolId": pool.id, "ClientName": "other" });
    let client = pool.server.call("CreateUserPoolClient", &client).unwrap();
    let client_id = text(&client, "/UserPoolClient/ClientId").to_owned();
    let entries = json!({ "REFRESH_TOKEN": token(&signed_in), "DEVICE_KEY": kept.device_key });
    let request =
        json!({ "ClientId": client_id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": entries });
    refused(pool.send(&request), INVALID_TOKEN);

    let revoke = json!({
        "Token": token(&signed_in),
        "ClientId": pool.client_id,
        "ClientSecret": pool.client_secret,
    });
    pool.server.call("RevokeToken", &revoke).unwrap();
    refused(refresh(&pool, token(&signed_in), Some(&kept.device_key)), INVALID_TOKEN);
}

#[test]
fn rotated_tokens_are_valid_for_the_grace_period() {
    let reused = ("RefreshTokenReuseException", "Refresh token has been invalidated by rotation.");
    let not_enabled = ("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client");
    for grace in [None, Some(0), Some(60)] {
        let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": grace });
        let pool = Pool::with(json!({}), json!({ "RefreshTokenRotation": rotation }));
        let (signed_in, kept) = with_device(&pool);
        let key = Some(kept.device_key.as_str());
        refused(refresh(&pool, token(&signed_in), key), not_enabled);
        // a refusal rotates nothing
        refused(get_tokens(&pool, token(&signed_in), None), INVALID_TOKEN);
        let first = get_tokens(&pool, token(&signed_in), key).unwrap();
        assert_ne!(token(&first), token(&signed_in));
        if grace == Some(60) {
            pool.server.set_clock(50);
            let retried = get_tokens(&pool, token(&signed_in), key).unwrap();
            assert_ne!(token(&retried), token(&first));
            // a retry does not prolong the period
            pool.server.set_clock(62);
        }
        refused(get_tokens(&pool, token(&signed_in), key), reused);
        let second = get_tokens(&pool, token(&first), key).unwrap();
        // it runs out when the first would have
        pool.server.set_clock(30 * 24 * 3600 + 60);
        refused(get_tokens(&pool, token(&second), key), INVALID_TOKEN);
    }
    let pool = Pool::with(json!({}), json!({ "RefreshTokenRotation": { "Feature": "DISABLED" } }));
    let (signed_in, kept) = with_device(&pool);
    refresh(&pool, token(&signed_in), Some(&kept.device_key)).unwrap();
    get_tokens(&pool, token(&signed_in), Some(&kept.device_key)).unwrap();
    get_tokens(&pool, token(&signed_in), Some(&kept.device_key)).unwrap();

    for rotation in [
        json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 61 }),
        json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": -1 }),
        json!({ "Feature": "YES" }),
        json!({}),
    ] {
        let client = json!({ "UserPoolId": pool.id, "ClientName": "app", "RefreshTokenRotation": rotation });
        let refusal = pool.server.call("CreateUserPoolClient", &client).unwrap_err();
        assert!(
            ["InvalidParameterException", "SerializationException"].contains(&&*refusal.0),
            "{refusal:?}"
        );
    }
}
