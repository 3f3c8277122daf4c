//! The program as it ships holds none of the marks that tell valgrind what is secret. They exist on x86-64 alone.

use std::fs;
use std::path::Path;
use std::process::Command;

/// `rol rdi, 3`, `rol rdi, 13`, `rol rdi, 61`, `rol rdi, 51`: what a mark begins with, and no other code holds.
const MARK: [u8; 16] =
    [0x48, 0xc1, 0xc7, 0x03, 0x48, 0xc1, 0xc7, 0x0d, 0x48, 0xc1, 0xc7, 0x3d, 0x48, 0xc1, 0xc7, 0x33];

/// How many marks the program holds, built by itself for release, with these arguments besides.
fn marks_in_program(arguments: &[&str]) -> usize {
    // a folder of its own: what is built beside this test has the features of all that is tested
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("shipped");
    let status = Command::new(std::env::var_os("CARGO").unwrap())
        .args(["build", "--quiet", "--release", "--locked", "-p", "cognito-device-srp-cli"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .unwrap();
    assert!(status.success(), "the program does not build with {arguments:?}");
    let program = format!("cognito-device-srp{}", std::env::consts::EXE_SUFFIX);
    let bytes = fs::read(target.join("release").join(program)).unwrap();
    bytes.windows(MARK.len()).filter(|window| *window == MARK).count()
}

#[test]
fn only_a_program_built_with_marks_has_marks() {
    if !cfg!(target_arch = "x86_64") {
        println!("the marks are written for x86-64: no program was searched for them");
        return;
    }
    assert!(marks_in_program(&["--features", "cognito-device-srp/__marks"]) > 0);
    assert_eq!(marks_in_program(&[]), 0);
}
