//! The arithmetic of the tests' clients, by this crate's client side.

use crate::harness::{parameter, text};
use cognito_device_srp::*;
use serde_json::{Value, json};

/// What a device keeps.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) device_key: String,
    pub(crate) device_group_key: String,
    pub(crate) secret: String,
}

impl Kept {
    pub(crate) fn device(&self) -> Device<'_> {
        Device::new(&self.device_group_key, &self.device_key).unwrap()
    }
}

pub(crate) fn secret_hash(secret: &str, username: &str, client_id: &str) -> String {
    SecretHash::new(secret, username, client_id).as_str().to_owned()
}

pub(crate) fn start() -> SignIn {
    SignIn::generate().unwrap()
}

fn parts(challenge: &Value) -> Challenge<'_> {
    let parameter = |name| parameter(challenge, name);
    Challenge { srp_b: parameter("SRP_B"), salt: parameter("SALT"), secret_block: parameter("SECRET_BLOCK") }
}

fn timestamp(time: u64) -> Timestamp {
    Timestamp::from_unix(time.try_into().unwrap()).unwrap()
}

fn entries(challenge: &Value, claim: &PasswordClaim) -> Value {
    json!({
        "USERNAME": parameter(challenge, "USERNAME"),
        "PASSWORD_CLAIM_SECRET_BLOCK": parameter(challenge, "SECRET_BLOCK"),
        "PASSWORD_CLAIM_SIGNATURE": claim.signature(),
        "TIMESTAMP": claim.timestamp(),
    })
}

/// The claim that answers `PASSWORD_VERIFIER`.
pub(crate) fn user_claim(
    sign_in: SignIn,
    pool_id: &str,
    password: &str,
    challenge: &Value,
    time: u64,
) -> Value {
    entries(challenge, &answer_user(sign_in, pool_id, password, challenge, time))
}

pub(crate) fn answer_user(
    sign_in: SignIn,
    pool_id: &str,
    password: &str,
    challenge: &Value,
    time: u64,
) -> PasswordClaim {
    let user = Credentials::user(pool_id, parameter(challenge, "USER_ID_FOR_SRP"), password).unwrap();
    sign_in.answer(&user, &parts(challenge), &timestamp(time)).unwrap()
}

/// The claim that answers `DEVICE_PASSWORD_VERIFIER`.
pub(crate) fn device_claim(sign_in: SignIn, kept: &Kept, challenge: &Value, time: u64) -> Value {
    let mut entries = entries(challenge, &answer_device(sign_in, kept, challenge, time));
    entries["DEVICE_KEY"] = json!(kept.device_key);
    entries
}

pub(crate) fn answer_device(sign_in: SignIn, kept: &Kept, challenge: &Value, time: u64) -> PasswordClaim {
    let secret = DeviceSecret::from_text(&kept.secret).unwrap();
    let device = Credentials::device(kept.device(), &secret);
    sign_in.answer(&device, &parts(challenge), &timestamp(time)).unwrap()
}

/// The device that a sign-in was offered, with a new secret, and the config that confirms it.
pub(crate) fn new_device(signed_in: &Value) -> (Kept, Value) {
    let offered =
        |name: &str| text(signed_in, &format!("/AuthenticationResult/NewDeviceMetadata/{name}")).to_owned();
    let (device_key, device_group_key) = (offered("DeviceKey"), offered("DeviceGroupKey"));
    let device = Device::new(&device_group_key, &device_key).unwrap();
    let registration = DeviceRegistration::generate(device).unwrap();
    let config = json!({
        "PasswordVerifier": registration.config().password_verifier(),
        "Salt": registration.config().salt(),
    });
    let secret = registration.secret().expose_secret().to_owned();
    drop(registration);
    (Kept { device_key, device_group_key, secret }, config)
}
