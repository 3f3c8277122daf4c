//! The documents that use the program: each of their commands is run as it stands there, in order, in one directory.
#![cfg(unix)]

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const FRONT_PAGE: &str = include_str!("../../README.md");
const PROGRAM: &str = include_str!("../README.md");
const WRITING_AN_SDK: &str = include_str!("../../src/guide/writing_an_sdk.md");
const PROVISIONING: &str = include_str!("../../src/guide/provisioning.md");
const LIFE_OF_A_DEVICE: &str = include_str!("../../src/guide/life_of_a_device.md");
const FIRMWARE: &str = include_str!("../../src/guide/firmware.md");

/// The blocks that are marked as commands of a shell.
fn commands(text: &str) -> Vec<&str> {
    text.split("\n```sh\n").skip(1).map(|block| block.split_once("\n```").unwrap().0).collect()
}

/// How the verifier of the documents' example begins.
const VERIFIER: &str = r#"{"PasswordVerifier":"AJxGiSd3xO2pISbGVXNmP/zOBYz/mESz"#;

/// A directory with the files and programs that the commands need.
fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_cognito-device-srp"), place.path().join("bin/cognito-device-srp")).unwrap();
    symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors"), place.path().join("vectors")).unwrap();
    let devices: String = (0..40)
        .map(|number| {
            format!("{{\"DeviceGroupKey\": \"-NXiVKS5p\", \"DeviceKey\": \"us-east-1_{number:08x}\"}}\n")
        })
        .collect();
    fs::write(place.path().join("devices.jsonl"), devices).unwrap();
    place
}

fn shell(place: &TempDir, command: &str) -> String {
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", command])
        .current_dir(place)
        .env("PATH", format!("{}:{path}", place.path().join("bin").display()))
        .env("AWS_BATCH_JOB_ARRAY_INDEX", "2")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}\n{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn lines(place: &TempDir, name: &str) -> Vec<String> {
    fs::read_to_string(place.path().join(name)).expect(name).lines().map(str::to_owned).collect()
}

#[test]
fn the_front_page_derives_a_known_answer() {
    let commands = commands(FRONT_PAGE);
    let derive = commands.iter().find(|command| command.contains("cognito-device-srp derive")).unwrap();
    assert!(shell(&place(), derive).starts_with(VERIFIER));
}

#[test]
fn the_commands_of_the_programs_page_work() {
    let place = place();
    let commands = commands(PROGRAM);
    let first_try = commands.iter().find(|command| command.contains("> request.json")).unwrap();
    shell(&place, first_try);
    assert!(lines(&place, "device.json")[0].contains("\"DeviceSecret\""));
    assert!(lines(&place, "request.json")[0].contains("\"DeviceSecretVerifierConfig\""));
}

#[test]
fn the_commands_of_the_guide_for_sdks_work() {
    let place = place();
    let commands = commands(WRITING_AN_SDK);
    let [check] = commands[..] else { panic!("{commands:?}") };
    assert!(shell(&place, check).lines().count() > 0);
}

/// With a recorded sign-in as the client's.
#[test]
fn the_cause_of_a_rejected_claim_is_found() {
    let place = place();
    let vectors: Value =
        serde_json::from_str(&fs::read_to_string("../vectors/device_auth.json").unwrap()).unwrap();
    let case = &vectors["cases"][0];
    let write = |name: &str, value: &Value| fs::write(place.path().join(name), value.to_string()).unwrap();
    let mut logged = json!({
        "DeviceGroupKey": case["device_group_key"],
        "DeviceKey": case["device_key"],
        "DeviceSecret": case["password"],
        "ChallengeParameters": case["challenge_parameters"],
        "Timestamp": case["timestamp"],
    });
    let base64 = |hex: &str| Base64::encode_string(&base16ct::lower::decode_vec(hex).unwrap());
    let (salt, verifier) =
        (case["salt_hashed_hex"].as_str().unwrap(), case["verifier_hex"].as_str().unwrap());
    write("a.json", &json!({ "a": case["a_hex"] }));
    let mut registered = logged.clone();
    registered.as_object_mut().unwrap().retain(|name, _| name.starts_with("Device"));
    registered["Salt"] = json!(base64(salt));
    write("registered.json", &registered);

    let commands = commands(LIFE_OF_A_DEVICE);
    let claim = commands.iter().find(|command| command.contains("cognito-device-srp answer")).unwrap();
    let derive = commands.iter().find(|command| command.contains("cognito-device-srp derive")).unwrap();
    let signature_of = |logged: &Value| {
        write("logged.json", logged);
        let printed = shell(&place, claim);
        let (begun, answered) = printed.split_once('\n').expect("two lines");
        let [begun, answered]: [Value; 2] = [begun, answered].map(|line| serde_json::from_str(line).unwrap());
        assert_eq!(begun["SRP_A"], case["A_hex"]);
        answered["PASSWORD_CLAIM_SIGNATURE"].clone()
    };
    assert_eq!(signature_of(&logged), case["signature"]);
    logged["DeviceGroupKey"] = json!("-another");
    assert_ne!(signature_of(&logged), case["signature"]);
    let derived: Value = serde_json::from_str(&shell(&place, derive)).unwrap();
    // its first bit is 1, so a zero byte is in front
    assert_eq!(derived["PasswordVerifier"], json!(base64(&format!("00{verifier}"))));
}

#[test]
fn the_commands_of_the_provisioning_guide_work() {
    let place = place();
    let commands = commands(PROVISIONING);
    let [provision, resume, twice, split, parallel, batch] = commands[..] else { panic!("{commands:?}") };
    shell(&place, provision);
    let secrets = lines(&place, "secrets.jsonl");
    assert_eq!((secrets.len(), lines(&place, "requests.jsonl").len()), (40, 40));
    assert!(lines(&place, "rejects.jsonl").is_empty());
    shell(&place, resume);
    assert_eq!(lines(&place, "secrets.jsonl"), secrets);

    assert_eq!(shell(&place, twice), "");
    assert_eq!(
        shell(&place, &twice.replace("devices.jsonl", "devices.jsonl devices.jsonl")).lines().count(),
        40
    );

    shell(&place, split);
    let all = lines(&place, "all.secrets");
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40);
    for (secret, request) in all.iter().zip(lines(&place, "all.requests")) {
        let key = |line: &str| line.split('"').nth(3).unwrap().to_owned();
        assert_eq!(key(secret), key(&request));
    }
    let remove = "rm part.????.requests part.????.secrets";
    shell(&place, remove);
    shell(&place, batch);
    assert_eq!(lines(&place, "part.0002.secrets").len(), lines(&place, "part.0002").len());
    if Command::new("parallel").arg("--version").output().is_ok() {
        shell(&place, parallel);
        assert_eq!(lines(&place, "part.0003.secrets").len(), lines(&place, "part.0003").len());
    } else {
        assert!(std::env::var_os("CHECKS_REQUIRED").is_none(), "GNU parallel is not there");
        eprintln!("not run, since GNU parallel is missing: {parallel}");
    }
}

/// tests/firmware at the root builds and runs it.
#[test]
fn the_firmware_is_the_image_that_runs() {
    let image = include_str!("../../tests/firmware/image/examples/microbit.rs");
    let code = &image[image.find("#![no_std]").unwrap()..];
    assert!(FIRMWARE.contains(&format!("\n```rs\n{code}```\n")));
}
