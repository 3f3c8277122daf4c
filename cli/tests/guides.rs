//! The guides of the README: each of their commands is run as it stands there, in their order, in one directory.
#![cfg(unix)]

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const README: &str = include_str!("../../README.md");

/// The text under a heading, up to the next one of its kind.
fn section(heading: &str) -> &str {
    let after = README.split_once(&format!("\n{heading}\n")).expect(heading).1;
    let mark = format!("\n{} ", heading.split(' ').next().unwrap());
    let end = [mark.as_str(), "\n## "].iter().filter_map(|mark| after.find(mark)).min();
    &after[..end.unwrap_or(after.len())]
}

/// The blocks that are marked as commands of a shell.
fn commands(text: &str) -> Vec<&str> {
    text.split("\n```sh\n").skip(1).map(|block| block.split_once("\n```").unwrap().0).collect()
}

/// A directory with what the commands take for granted.
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
fn i_write_an_sdk() {
    let place = place();
    let commands = commands(section("### I write an SDK"));
    let printed: Vec<_> = commands.iter().map(|command| shell(&place, command)).collect();
    let [check, derive] = &printed[..] else { panic!("{commands:?}") };
    assert!(check.lines().count() > 0, "{check}");
    assert!(derive.starts_with(r#"{"PasswordVerifier":"AJxGiSd3xO2pISbGVXNmP/zOBYz/mESz"#), "{derive}");
}

#[test]
fn i_provision_a_fleet() {
    let place = place();
    let commands = commands(section("### I provision a fleet"));
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
        eprintln!("not run, for want of GNU parallel: {parallel}");
    }
}

/// tests/firmware at the root builds and runs it.
#[test]
fn the_firmware_is_the_image_that_runs() {
    let image = include_str!("../../tests/firmware/image/examples/microbit.rs");
    let code = &image[image.find("#![no_std]").unwrap()..];
    assert!(section("### I write firmware").contains(&format!("\n```rs\n{code}```\n")));
}

#[test]
fn no_other_guide_has_commands() {
    let guides = section("## Guides");
    let run =
        ["### I write an SDK", "### I provision a fleet"].map(|heading| commands(section(heading)).len());
    assert_eq!(commands(guides).len(), run.iter().sum::<usize>());
    for heading in ["### I write firmware", "### I test my client"] {
        assert!(section(heading).contains("```rust\n"), "{heading}");
    }
}
