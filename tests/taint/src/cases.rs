//! The calls that are given secrets. What is made ready for them is public, and so is whatever they return.

use cognito_device_srp::__internals::mark_secret;
use cognito_device_srp::verifier::{Claim, StoredVerifier};
use cognito_device_srp::*;
use std::hint::black_box;

/// A call, with its name.
pub(crate) type Case = (&'static str, fn());

pub(crate) const CASES: &[Case] = &[
    ("prove", prove),
    ("sign-in of a device", device),
    ("sign-in of a user", user),
    ("challenge and check", verifier),
    ("from_entropy", from_entropy),
    ("derive", derive),
];

const DEVICE: Device<'_> = match Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8") {
    Ok(device) => device,
    Err(_) => panic!(),
};
const SECRET_BLOCK: &str = "k3dX8yL3YxhLlZLasmbzTkU=";

const SECRET: [u8; 56] = *b"/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";

/// Bytes that are secret.
#[inline(always)]
fn secret<const LEN: usize>(bytes: [u8; LEN]) -> [u8; LEN] {
    let bytes = black_box(bytes);
    mark_secret(&bytes);
    bytes
}

/// ASCII, which is not looked at, since it is secret.
fn text(bytes: &[u8]) -> &str {
    // SAFETY: all callers have ASCII
    unsafe { str::from_utf8_unchecked(bytes) }
}

fn ephemeral(seed: u8) -> Ephemeral {
    Ephemeral::from_entropy(&mut secret([seed; 32])).unwrap()
}

fn salt() -> Salt {
    Salt::from_bytes(&[7; 16]).unwrap()
}

fn from_entropy() {
    let mut entropy = secret(std::array::from_fn::<_, 56, _>(|i| i as u8 + 3));
    black_box(DeviceRegistration::from_entropy(DEVICE, &mut entropy).unwrap());
}

fn derive() {
    let secret = secret(SECRET);
    let secret = DeviceSecret::from_text(text(&secret)).unwrap();
    black_box(DeviceSecretVerifierConfig::derive(DEVICE, &secret, &salt()));
}

fn prove() {
    let secret = secret(SECRET);
    let secret = DeviceSecret::from_text(text(&secret)).unwrap();
    DeviceRegistration::for_secret(DEVICE, secret, salt()).prove().unwrap();
}

fn sign_in(credentials: &Credentials<'_>) {
    let sign_in = SignIn::start(ephemeral(5));
    let challenge = Challenge { srp_b: "abcdef", salt: "1f", secret_block: SECRET_BLOCK };
    let timestamp = Timestamp::from_unix(1_522_798_170).unwrap();
    black_box(sign_in.answer(credentials, &challenge, &timestamp).unwrap());
}

fn device() {
    let secret = secret(SECRET);
    let secret = DeviceSecret::from_text(text(&secret)).unwrap();
    sign_in(&Credentials::device(DEVICE, &secret));
}

fn user() {
    let password = secret(*b"correct horse");
    sign_in(&Credentials::user("us-east-1_AbCdEfGhI", "alice", text(&password)).unwrap());
}

/// The verifier is secret as well.
fn verifier() {
    let password = secret(*b"correct horse");
    let user = Credentials::user("us-east-1_AbCdEfGhI", "alice", text(&password)).unwrap();
    let issued = StoredVerifier::for_user(&user, salt()).challenge("abc", ephemeral(3)).unwrap();
    let signature = "msjfIlG/62RRYbVBY9fAXhxaRdtjSUODZZ/nEXi2le0=";
    let claim = Claim { secret_block: SECRET_BLOCK, timestamp: "", signature };
    black_box(issued.check(&user, &claim).is_err());
}
