//! `bench`: how fast each backend registers and signs in on this machine.

use crate::arguments::{Arguments, Command};
use crate::{Failure, json, output};
use cognito_device_srp::__internals as internals;
use cognito_device_srp::verifier::StoredVerifier;
use cognito_device_srp::{
    Challenge, Credentials, Device, DeviceSecret, DeviceSecretVerifierConfig, Ephemeral, Error, Salt, SignIn,
    Timestamp,
};
use serde::Serialize;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

const HELP: &str = "\
Measure how fast each backend that runs here registers and signs in, in one thread.

Usage: cognito-device-srp bench [--seconds N] [--json]

A registration computes the DeviceSecretVerifierConfig of a secret. A sign-in is the client's side: SRP_A and the
answer to the challenge. Each figure is the median of several batches.

Options:
  --seconds N  the total time, 1 to 3600; the default is 4
  --json       print one JSON object instead of a table
  -h, --help   print this

The object is {\"version\", \"arch\", \"processor\", \"backends\": [{\"name\", \"registrations_per_second\",
\"sign_ins_per_second\", \"registration_microseconds\", \"sign_in_microseconds\"}]}, the default backend first. The
processor is \"unknown\" if the system does not name it. Later versions may add fields.
";

pub(crate) const COMMAND: Command =
    Command { options: &["seconds"], flags: &["json"], ..Command::new("bench", HELP, run) };

const KEYS: (&str, &str) = ("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8");
/// A secret of no real device.
const SECRET: &str = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
const SECONDS: u64 = 4;
/// About how many batches fill the time of one figure.
const BATCHES: u32 = 32;

#[derive(Serialize)]
struct Report {
    version: &'static str,
    arch: &'static str,
    processor: String,
    backends: Vec<Figures>,
}

#[derive(Serialize)]
struct Figures {
    name: &'static str,
    registrations_per_second: f64,
    sign_ins_per_second: f64,
    registration_microseconds: f64,
    sign_in_microseconds: f64,
}

fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let seconds = match arguments.take("seconds") {
        None => SECONDS,
        Some(text) => match text.to_str().and_then(|text| text.parse().ok()) {
            Some(seconds @ 1..=3600) => seconds,
            _ => return Err(Failure::bad_input("--seconds must be a whole number from 1 to 3600")),
        },
    };
    let names = internals::backends();
    let time = Duration::from_secs(seconds) / (2 * names.len() as u32);
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        arch: std::env::consts::ARCH,
        processor: processor(),
        backends: names
            .iter()
            .map(|name| internals::on(name, || measure(name, time)))
            .collect::<Result<_, _>>()?,
    };
    if arguments.has("json") {
        output::print(&json::line(&report)?)
    } else {
        output::print(table(&report).as_bytes())
    }
}

/// The figures of one backend, taking `time` for each operation.
fn measure(name: &'static str, time: Duration) -> Result<Figures, Error> {
    let secret = DeviceSecret::from_text(SECRET)?;
    let salt = Salt::from_bytes(&[7; 16])?;
    let device = Device::new(KEYS.0, KEYS.1)?;
    let derive = || Ok(DeviceSecretVerifierConfig::derive(device, &secret, &salt));
    let credentials = Credentials::device(device, &secret);
    let timestamp = Timestamp::from_unix(1_735_787_045)?;
    let start = || Ephemeral::from_bytes(&[5; 32]).map(SignIn::start);
    let issued = StoredVerifier::for_device(&derive()?)?
        .challenge(start()?.srp_a(), Ephemeral::from_bytes(&[9; 32])?)?;
    let challenge = Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block: "AAAA" };

    let registration = median(time, derive)?;
    let sign_in = median(time, || start()?.answer(&credentials, &challenge, &timestamp))?;
    Ok(Figures {
        name,
        registrations_per_second: 1.0 / registration,
        sign_ins_per_second: 1.0 / sign_in,
        registration_microseconds: registration * 1e6,
        sign_in_microseconds: sign_in * 1e6,
    })
}

/// Seconds that `operation` takes, the median of batches that fill `time`.
fn median<T>(time: Duration, operation: impl Fn() -> Result<T, Error>) -> Result<f64, Error> {
    let batch = |size: u32| {
        let start = Instant::now();
        for _ in 0..size {
            black_box(operation()?);
        }
        Ok(start.elapsed())
    };
    let end = Instant::now() + time;
    // the first batches warm up, and determine the size
    let mut size = 1;
    while batch(size)? < time / BATCHES {
        size *= 2;
    }
    let mut batches = Vec::new();
    while batches.is_empty() || Instant::now() < end {
        batches.push(batch(size)?.as_secs_f64() / f64::from(size));
    }
    batches.sort_by(f64::total_cmp);
    Ok(batches[batches.len() / 2])
}

fn table(report: &Report) -> String {
    let Report { version, arch, processor, backends } = report;
    let mut table = format!(
        "cognito-device-srp {version}, {arch}, {}\n\n{:10} {:>15} {:>12} {:>12} {:>12}\n",
        output::one_line(processor),
        "backend",
        "registrations/s",
        "sign-ins/s",
        "registration",
        "sign-in",
    );
    for figures in backends {
        // writing to a String cannot fail
        let _ = writeln!(
            table,
            "{:10} {:>15.0} {:>12.0} {:>9.1} us {:>9.1} us",
            figures.name,
            figures.registrations_per_second,
            figures.sign_ins_per_second,
            figures.registration_microseconds,
            figures.sign_in_microseconds,
        );
    }
    table
}

/// The name that the processor or the system has for it.
#[cfg(target_arch = "x86_64")]
fn processor() -> String {
    let brand = raw_cpuid::CpuId::new().get_processor_brand_string();
    let name = brand.as_ref().map_or("", |brand| brand.as_str().trim());
    if name.is_empty() { "unknown".into() } else { name.into() }
}

/// The name that the processor or the system has for it.
#[cfg(not(target_arch = "x86_64"))]
fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        matches!(key.trim(), "model name" | "Model" | "cpu model" | "uarch").then(|| value.trim().to_owned())
    });
    name.unwrap_or_else(|| "unknown".into())
}
