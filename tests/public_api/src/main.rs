//! Compares the public API of the crate with the list that is kept in api.txt, and exits with 1 if they differ.
//!
//!     cargo run -p public_api              # compare
//!     cargo run -p public_api -- --bless   # keep what is there now
//!
//! With all features but that of the AWS SDK, which adds conversions alone and takes minutes to compile. Blanket and auto
//! trait implementations are left out.

use public_api::Builder;
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const FEATURES: &str = "capi,num-bigint,serde,std";

/// Writes rustdoc's JSON, for which a stable compiler has to be told that it may.
fn rustdoc_json(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let target = root.join("target/public_api");
    let status = Command::new(env!("CARGO"))
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(root)
        .args(["rustdoc", "--quiet", "--package", "cognito-device-srp", "--lib", "--features", FEATURES])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
        .status()?;
    if !status.success() {
        return Err("cargo rustdoc failed".into());
    }
    Ok(target.join("doc/cognito_device_srp.json"))
}

/// The lines that are in one of the lists only, as a diff shows them.
fn differences(kept: &str, now: &str) -> Vec<String> {
    let lines = |list: &'_ str| list.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (kept, now) = (lines(kept), lines(now));
    let gone = kept.difference(&now).map(|line| format!("- {line}"));
    gone.chain(now.difference(&kept).map(|line| format!("+ {line}"))).collect()
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = here.join("api.txt");
    let json = rustdoc_json(&here.join("../.."))?;
    let api = Builder::from_rustdoc_json(json)
        .sorted(true)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .include_function_parameter_names(true)
        .build()?;
    let now = api.to_string();
    match std::env::args().nth(1).as_deref() {
        Some("--bless") => fs::write(list, now)?,
        None => {
            let differences = differences(&fs::read_to_string(list)?, &now);
            if !differences.is_empty() {
                println!("{}", differences.join("\n"));
                println!("The public API has changed. If it should, keep it with --bless.");
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(other) => return Err(format!("not an argument: {other}").into()),
    }
    Ok(ExitCode::SUCCESS)
}

#[test]
fn removed_and_added_items_are_found() {
    let kept = "pub fn a()\npub fn b() -> u8\npub fn c()\n";
    assert_eq!(differences(kept, kept), Vec::<String>::new());
    assert_eq!(differences(kept, "pub fn a()\npub fn c()\n"), ["- pub fn b() -> u8"]);
    assert_eq!(differences(kept, &format!("{kept}pub fn d()\n")), ["+ pub fn d()"]);
    let changed = kept.replace("u8", "u16");
    assert_eq!(differences(kept, &changed), ["- pub fn b() -> u8", "+ pub fn b() -> u16"]);
}
