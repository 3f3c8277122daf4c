//! The user pool of the examples, over HTTP, with this crate as the client.
//!
//! This file has the life of a device, with the crate's own parameter maps. The modules test what the pool rejects: they make
//! requests entry by entry, and the pool must reject each request with a wrong or missing entry.

mod challenges;
mod flows;
mod harness;
mod hostile;
mod refresh;
#[path = "../../examples/user_pool/service/mod.rs"]
mod service;
mod srp;

use cognito_device_srp::service::{AuthContext, Parameters};
use harness::{Answer, GONE, PASSWORD, Pool, Server, WRONG, now, parameter, refused, text};
use serde_json::{Value, json};
use srp::Kept;
use std::collections::BTreeMap;
use std::thread;

/// The maps of the crate, sent as they are.
struct Client<'a>(&'a Pool);

impl Client<'_> {
    fn context<'a>(&'a self, username: &'a str, device: Option<&'a Kept>) -> AuthContext<'a> {
        let mut context = AuthContext::new(&self.0.client_id, username).unwrap();
        if let Some(secret) = &self.0.client_secret {
            context = context.with_client_secret(secret);
        }
        device.map_or(context, |kept| context.with_device(kept.device()))
    }

    fn initiate(&self, flow: &str, parameters: Parameters) -> Answer {
        let parameters: BTreeMap<_, _> = parameters.into_iter().collect();
        let request = json!({ "ClientId": self.0.client_id, "AuthFlow": flow, "AuthParameters": parameters });
        self.0.send(&request)
    }

    fn respond(&self, challenge: &str, session: &Value, responses: Parameters) -> Answer {
        let responses: BTreeMap<_, _> = responses.into_iter().collect();
        let mut request = json!({
            "ClientId": self.0.client_id,
            "ChallengeName": challenge,
            "ChallengeResponses": responses,
        });
        if session.is_string() {
            request["Session"] = session.clone();
        }
        self.0.send(&request)
    }

    /// Up to the answer to `PASSWORD_VERIFIER`.
    fn password(&self, password: &str, device: Option<&Kept>, time: u64) -> Answer {
        let sign_in = srp::start();
        let challenge =
            self.initiate("USER_SRP_AUTH", self.context("alice", device).user_srp_auth(&sign_in))?;
        assert_eq!(text(&challenge, "/ChallengeName"), "PASSWORD_VERIFIER");
        let (username, secret_block) =
            (parameter(&challenge, "USERNAME"), parameter(&challenge, "SECRET_BLOCK"));
        let claim = srp::answer_user(sign_in, &self.0.id, password, &challenge, time);
        let responses = self.context(username, device).password_verifier(secret_block, &claim);
        self.respond("PASSWORD_VERIFIER", &challenge["Session"], responses)
    }

    /// A sign-in with a device, to the end.
    fn device(&self, kept: &Kept, time: u64) -> Answer {
        let challenge = self.password(PASSWORD, Some(kept), now())?;
        assert_eq!(text(&challenge, "/ChallengeName"), "DEVICE_SRP_AUTH");
        let context = self.context("alice", Some(kept));
        let sign_in = srp::start();
        let responses = context.device_srp_auth(kept.device(), &sign_in);
        let challenge = self.respond("DEVICE_SRP_AUTH", &challenge["Session"], responses)?;
        assert_eq!(text(&challenge, "/ChallengeName"), "DEVICE_PASSWORD_VERIFIER");
        let claim = srp::answer_device(sign_in, kept, &challenge, time);
        let secret_block = parameter(&challenge, "SECRET_BLOCK");
        let responses = context.device_password_verifier(kept.device(), secret_block, &claim);
        self.respond("DEVICE_PASSWORD_VERIFIER", &challenge["Session"], responses)
    }
}

/// A pool whose app client allows what is needed here alone, with a secret or without.
fn pool_on(server: &'static Server, generate_secret: bool) -> Pool {
    let flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let client = json!({ "GenerateSecret": generate_secret, "ExplicitAuthFlows": flows });
    let pool = Pool::on(server, json!({}), client);
    assert_eq!(pool.client_secret.is_some(), generate_secret);
    pool
}

/// Against the pool of the examples, or against the one that `USER_POOL_ENDPOINT` names: others have this much of the protocol.
#[test]
fn the_right_password_signs_in_and_no_other() {
    let server = match std::env::var("USER_POOL_ENDPOINT") {
        Ok(address) => Server::at(&address),
        Err(_) => Server::start(),
    };
    for generate_secret in [false, true] {
        let pool = pool_on(server, generate_secret);
        let client = Client(&pool);
        let signed_in = client.password(PASSWORD, None, now()).unwrap();
        assert!(text(&signed_in, "/AuthenticationResult/AccessToken").contains('.'));
        refused(client.password("correct-horse-battery-1", None, now()), WRONG);
    }
}

#[test]
fn a_device_is_confirmed_used_and_forgotten() {
    for generate_secret in [false, true] {
        let pool = pool_on(Server::start(), generate_secret);
        let client = Client(&pool);
        let kept = pool.register(&client.password(PASSWORD, None, now()).unwrap());

        let signed_in = client.device(&kept, now()).unwrap();
        assert!(signed_in.pointer("/AuthenticationResult/NewDeviceMetadata").is_none());
        let access_token = text(&signed_in, "/AuthenticationResult/AccessToken");
        let refresh_token = text(&signed_in, "/AuthenticationResult/RefreshToken");
        let refresh = |device| {
            let parameters = client.context("alice", device).refresh_token_auth(refresh_token).unwrap();
            client.initiate("REFRESH_TOKEN_AUTH", parameters)
        };
        refresh(Some(&kept)).unwrap();
        refused(refresh(None), ("NotAuthorizedException", "Invalid Refresh Token"));

        let wrong = Kept { secret: "wrong".into(), ..kept.clone() };
        refused(client.device(&wrong, now()), WRONG);
        refused(client.device(&kept, now() - 310), WRONG);
        refused(client.device(&kept, now() + 310), WRONG);
        client.device(&kept, now() - 290).unwrap();

        let request = json!({ "AccessToken": access_token, "DeviceKey": kept.device_key });
        let device = pool.server.call("GetDevice", &request).unwrap();
        assert_eq!(text(&device, "/Device/DeviceKey"), kept.device_key);
        pool.server.call("ForgetDevice", &request).unwrap();
        refused(pool.server.call("ForgetDevice", &request), GONE);
        refused(client.device(&kept, now()), GONE);
        refused(refresh(Some(&kept)), GONE);

        let another = pool.register(&client.password(PASSWORD, None, now()).unwrap());
        assert_ne!(another.device_key, kept.device_key);
        client.device(&another, now()).unwrap();
    }
}

#[test]
fn timestamps_are_compared_with_the_clock_of_the_pool() {
    let pool = pool_on(Server::start(), false);
    let client = Client(&pool);
    pool.server.set_clock(600);
    refused(client.password(PASSWORD, None, now()), WRONG);
    client.password(PASSWORD, None, now() + 600).unwrap();
}

#[test]
fn many_users_sign_in_at_the_same_time() {
    let pool = pool_on(Server::start(), false);
    let client = Client(&pool);
    let kept = pool.register(&client.password(PASSWORD, None, now()).unwrap());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    client.device(&kept, now()).unwrap();
                    refused(client.password("wrong", None, now()), WRONG);
                }
            });
        }
    });
}
