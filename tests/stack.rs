//! Each call gets along with the stack that the crate's documentation says it needs on hosts: on a thread with exactly that.

mod common;

use cognito_device_srp::verifier::{Claim, StoredVerifier};
use cognito_device_srp::*;
use common::DEVICE;
use std::hint::black_box;
use std::process::Command;
use std::thread;

const PAGE: &str = include_str!("../src/lib.rs");

/// KiB of the row that names a call, in this build.
fn documented(call: &str) -> usize {
    let named = format!("`{call}`");
    let row = PAGE.lines().find(|line| line.starts_with("//! | ") && line.contains(&named));
    let cells: Vec<_> = row.unwrap_or_else(|| panic!("{call} is in no row")).split('|').collect();
    let [_, _, release, debug, _] = cells[..] else { panic!("{cells:?}") };
    if cfg!(debug_assertions) { debug } else { release }.trim().parse().unwrap()
}

const SECRET: &str = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
const SECRET_BLOCK: &str = "k3dX8yL3YxhLlZLasmbzTkU=";

fn salt() -> Salt {
    Salt::from_bytes(&[7; 16]).unwrap()
}

fn secret() -> DeviceSecret<'static> {
    DeviceSecret::from_text(SECRET).unwrap()
}

fn ephemeral() -> Ephemeral {
    Ephemeral::from_bytes(&[9; 32]).unwrap()
}

fn registration() -> DeviceRegistration<'static> {
    DeviceRegistration::for_secret(DEVICE, secret(), salt())
}

fn stored() -> StoredVerifier {
    StoredVerifier::for_device(registration().config()).unwrap()
}

type Call = Box<dyn FnOnce() + Send>;

/// Each call, with what it takes made beforehand.
fn calls() -> Vec<(&'static str, Call)> {
    let answer = |ephemeral| -> Call {
        let (sign_in, srp_b) = (Box::new(SignIn::start(ephemeral)), "17".repeat(384));
        Box::new(move || {
            let challenge = Challenge { srp_b: &srp_b, salt: "1f", secret_block: SECRET_BLOCK };
            let (secret, timestamp) = (secret(), Timestamp::from_unix(0).unwrap());
            black_box(sign_in.answer(&Credentials::device(DEVICE, &secret), &challenge, &timestamp)).unwrap();
        })
    };
    let long = || Ephemeral::from_bytes(&[9; 1024]).unwrap();
    let (verifier, issued) = (stored(), stored().challenge("1f", ephemeral()).unwrap());
    let (config, suspended) = (registration().config().clone(), SignIn::start(ephemeral()).suspend());
    let (verifier_of, sign_in, longer) = (config.clone(), SignIn::start(ephemeral()), long());
    let claim = Claim {
        secret_block: "k3dX",
        timestamp: "",
        signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    };
    vec![
        (
            "DeviceSecretVerifierConfig::derive",
            Box::new(|| {
                black_box(DeviceSecretVerifierConfig::derive(DEVICE, &secret(), &salt()));
            }),
        ),
        ("DeviceRegistration::generate", Box::new(|| _ = black_box(DeviceRegistration::generate(DEVICE)))),
        (
            "DeviceRegistration::from_entropy",
            Box::new(|| {
                _ = black_box(DeviceRegistration::from_entropy(DEVICE, &mut [7; 56]));
            }),
        ),
        ("DeviceRegistration::for_secret", Box::new(|| _ = black_box(registration()))),
        ("RememberedDevice::new", Box::new(|| _ = black_box(RememberedDevice::new(DEVICE, &secret())))),
        ("Ephemeral::generate", Box::new(|| _ = black_box(Ephemeral::generate()))),
        ("SignIn::generate", Box::new(|| _ = black_box(SignIn::generate()))),
        ("SignIn::start", Box::new(|| _ = black_box(SignIn::start(ephemeral())))),
        ("SignIn::suspend", Box::new(move || _ = black_box(sign_in.suspend()))),
        ("SignIn::resume", Box::new(move || _ = black_box(SignIn::resume(suspended.expose_secret())))),
        (
            "StoredVerifier::for_user",
            Box::new(|| {
                let alice = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse").unwrap();
                black_box(StoredVerifier::for_user(&alice, salt()));
            }),
        ),
        (
            "StoredVerifier::for_device",
            Box::new(move || _ = black_box(StoredVerifier::for_device(&verifier_of))),
        ),
        ("SecretHash::new", Box::new(|| _ = black_box(SecretHash::new("secret", "alice", "id")))),
        ("SignIn::answer", answer(ephemeral())),
        ("SignIn::answer", answer(long())),
        ("SignIn::start_long", Box::new(move || _ = black_box(SignIn::start(longer)))),
        (
            "StoredVerifier::challenge",
            Box::new(move || {
                _ = black_box(verifier.challenge(&"17".repeat(384), ephemeral()));
            }),
        ),
        (
            "IssuedChallenge::check",
            Box::new(move || {
                assert_eq!(issued.check(DEVICE, &claim), Err(Error::SignatureMismatch));
            }),
        ),
        (
            "DeviceSecretVerifierConfig::prove",
            Box::new(move || assert_eq!(config.prove(DEVICE, &secret()), Ok(()))),
        ),
        ("DeviceRegistration::prove", {
            let registration = registration();
            Box::new(move || assert_eq!(registration.prove(), Ok(())))
        }),
    ]
}

/// In the place of what is documented, for the program that is started again: a call, and KiB.
const FORCED: &str = "STACK_TEST";

#[test]
fn the_documented_stack_is_enough() {
    let forced = std::env::var(FORCED).ok();
    let forced = forced.as_deref().and_then(|forced| forced.split_once('='));
    for (name, call) in calls() {
        // one that is longer than 32 bytes is what `start` is told to need more for
        let row = if name == "SignIn::start_long" { "SignIn::answer" } else { name };
        let size = match forced {
            Some((forced, size)) if forced == name => size.parse().unwrap(),
            Some(_) => continue,
            None => documented(row),
        };
        thread::Builder::new().stack_size(size << 10).spawn(call).unwrap().join().unwrap();
    }
}

/// So that the test above can be seen to fail, and the documentation not to ask for much more than is needed.
#[cfg(unix)]
#[test]
fn a_third_of_the_documented_stack_is_not_enough() {
    for name in ["DeviceRegistration::prove", "SignIn::answer", "DeviceRegistration::from_entropy"] {
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "the_documented_stack_is_enough"]);
        let ended = again.env(FORCED, format!("{name}={}", documented(name) / 3)).output().unwrap();
        assert_eq!(ended.status.code(), None, "{name}");
    }
}
