//! `check`: files of known answers, of all kinds in [`KINDS`]. The fields of a file tell its kind.

mod device_auth;
mod device_verifier;
mod group;
mod sign_in;
mod user_auth;

use crate::arguments::{Arguments, Command, Operands};
use crate::json::JsonObject;
use crate::{Failure, output, read};
use cognito_device_srp::__internals as internals;
use cognito_device_srp::Error;
use group::Group;
use serde::de::{self, IgnoredAny};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

const HELP: &str = "\
Run files of known answers, on every backend that runs here.

Usage: cognito-device-srp check FILE...

A file is one JSON object like those in vectors/, with \"cases\" and optionally the \"group\" that they use. Every value in
a case is computed again and compared. A case marked \"refused\" passes if its input is rejected and the arithmetic
agrees. These kinds of files are known:
  device_verifier  DeviceSecretVerifierConfig for ConfirmDevice
  device_auth      sign-in of a device: DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER
  user_auth        sign-in of a user: USER_SRP_AUTH, PASSWORD_VERIFIER
For a sign-in, the verifier's side is computed too. Each of the file's \"invalid_server_values\" is a case, named by its
\"why\", that passes if the value is rejected.

Prints `FILE: N passed, M failed` for each file, and then a line for each failed case with its name and the first
value that differs. The exit code is 0 if all cases passed, and 1 if one failed. It is 2, without a report, if a file
cannot be read, has no case, is of an unknown kind, or lacks a field.

Options:
  -h, --help  print this
";

pub(crate) const COMMAND: Command = Command { operands: Operands::Files, ..Command::new("check", HELP, run) };

/// A kind of file. A new kind needs a module and a line in [`KINDS`].
struct Kind {
    /// Fields that only cases of this kind have. One of them is enough.
    marks: &'static [&'static str],
    read: fn(&str) -> serde_json::Result<Cases>,
}

const KINDS: &[Kind] = &[device_verifier::KIND, device_auth::KIND, user_auth::KIND];

fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.operands.is_empty() {
        return Err(Failure::bad_input("FILE is missing, see check --help"));
    }
    let mut files = Vec::new();
    for path in arguments.operands.iter().map(Path::new) {
        let cases = cases(&read::file(path)?).map_err(|failure| failure.about(path.display()))?;
        files.push((path.display().to_string(), cases));
    }
    let (report, failed) = report(&files);
    output::print(report.as_bytes())?;
    match failed {
        0 => Ok(()),
        1 => Err(Failure::failed("1 case failed")),
        _ => Err(Failure::failed(format!("{failed} cases failed"))),
    }
}

pub(crate) fn cases(text: &str) -> Result<Cases, Failure> {
    #[derive(Deserialize)]
    struct Fields {
        cases: Vec<BTreeMap<String, IgnoredAny>>,
    }
    let malformed = |error: serde_json::Error| Failure::bad_input(error.to_string());
    let JsonObject(Fields { cases }) = serde_json::from_str(text).map_err(malformed)?;
    let first = cases.first().ok_or_else(|| Failure::bad_input("no case"))?;
    let kind = KINDS.iter().find(|kind| kind.marks.iter().any(|&mark| first.contains_key(mark)));
    let kind = kind.ok_or_else(|| Failure::bad_input("unknown kind of file"))?;
    (kind.read)(text).map_err(malformed)
}

/// Returns the lines to print and the number of failed cases.
fn report(files: &[(String, Cases)]) -> (String, usize) {
    let mut report = String::new();
    let mut all_failed = 0;
    for (file, cases) in files {
        let failed: Vec<_> = cases
            .iter()
            .filter_map(|case| case.check().err().map(|Difference(what)| format!("{}: {what}", case.name())))
            .collect();
        let passed = cases.len() - failed.len();
        all_failed += failed.len();
        for line in [format!("{file}: {passed} passed, {} failed", failed.len())].iter().chain(&failed) {
            report.push_str(&output::one_line(line));
            report.push('\n');
        }
    }
    (report, all_failed)
}

type Cases = Vec<Box<dyn Case>>;

/// A known answer.
pub(crate) trait Case {
    fn name(&self) -> &str;

    /// Computes every published value on every backend. The error says which one differs.
    fn check(&self) -> Result<(), Difference>;
}

/// A file of cases, all of one kind.
#[derive(Deserialize)]
#[serde(bound = "C: Deserialize<'de>")]
struct File<C> {
    #[serde(default)]
    group: JsonObject<Group>,
    cases: Vec<JsonObject<C>>,
}

impl<C: Case + 'static> File<C> {
    /// The cases use the file's group: if the group is wrong, all of them fail.
    fn into_cases(self) -> Cases {
        let group = self.group.0.check();
        let on_group = |JsonObject(case)| Box::new(OnGroup { group: group.clone(), case }) as Box<dyn Case>;
        self.cases.into_iter().map(on_group).collect()
    }
}

struct OnGroup<C> {
    group: Result<(), Difference>,
    case: C,
}

impl<C: Case> Case for OnGroup<C> {
    fn name(&self) -> &str {
        self.case.name()
    }

    fn check(&self) -> Result<(), Difference> {
        self.group.clone().and_then(|()| self.case.check())
    }
}

/// Why a case fails: the name of a field, or why its input was rejected.
#[derive(Clone)]
pub(crate) struct Difference(String);

impl Difference {
    /// The same, with where or why it is so.
    fn with(self, detail: impl Display) -> Self {
        Self(format!("{} ({detail})", self.0))
    }
}

impl From<&str> for Difference {
    fn from(field: &str) -> Self {
        Self(field.into())
    }
}

impl From<Error> for Difference {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// Compares a published value with ours. The error is the field's name.
fn same<T: PartialEq + ?Sized>(field: &str, published: &T, ours: &T) -> Result<(), Difference> {
    if published == ours { Ok(()) } else { Err(field.into()) }
}

/// The same for a value that need not be published.
fn same_if_any<T: PartialEq>(field: &str, published: &Option<T>, ours: T) -> Result<(), Difference> {
    published.as_ref().map_or(Ok(()), |published| same(field, published, &ours))
}

/// The result for a case's input, or `None` if it was rejected as the case requires.
fn outcome<T>(answer: Result<T, Error>, refused: &Option<String>) -> Result<Option<T>, Difference> {
    match (answer, refused) {
        (Ok(answer), None) => Ok(Some(answer)),
        (Err(_), Some(_)) => Ok(None),
        (Ok(_), Some(why)) => Err(Difference::from("refused").with(format!("taken, though: {why}"))),
        (Err(error), None) => Err(error.into()),
    }
}

/// Compares 2^x mod N with the results of the backend and of each comb.
fn check_power(x: &[u8; 32], verifier_hex: &str) -> Result<(), Difference> {
    for comb in internals::combs() {
        same("verifier_hex", verifier_hex, &hex(&internals::pow_g_by_comb(comb, x)))
            .map_err(|field| field.with(format!("{comb} comb")))?;
    }
    same("verifier_hex", verifier_hex, &hex(&internals::pow_g(x)))
}

/// Lower-case hex.
fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Bytes from an even number of hex digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    base16ct::mixed::decode_vec(text).ok()
}

/// A field of bytes in hex.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    unhex(&String::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("not bytes in hex"))
}
