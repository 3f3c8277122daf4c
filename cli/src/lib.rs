//! The program `cognito-device-srp` as a library, for its `main` and for fuzzing. The contract is the program's, not that of
//! these functions.
//!
//! This module has the commands and their common part: a failure is one line on stderr and an exit code.

mod arguments;
mod bench;
mod check;
mod completions;
mod derive;
mod help;
mod json;
mod lines;
mod man;
mod output;
mod provision;
mod read;
mod records;
mod register;
mod secret_file;
mod sign_in;

use arguments::{Arguments, Command, help_or_refuse, suggestion};
use cognito_device_srp::{__internals as internals, DeviceSecretVerifierConfig};
use lexopt::prelude::*;
use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

const HELP: &str = "\
Make and check Amazon Cognito device secrets.

Usage: cognito-device-srp COMMAND [OPTIONS]

Commands:
  register     make a device secret, keep it in a file, print the ConfirmDevice request
  provision    make the secrets and requests of a list of devices, on all cores
  derive       print the verifier of an existing secret and salt (JSON on stdin)
  srp-a        begin a sign-in of a device or a user: print SRP_A (JSON on stdin)
  answer       answer the challenge of that sign-in (JSON on stdin)
  secret-hash  print the SECRET_HASH of an app client that has a secret (JSON on stdin)
  check        run files of known answers, on every backend
  backends     list the backends that run on this machine, the default first
  bench        measure how fast each backend registers and signs in
  completions  print the completions of a shell: bash, zsh or fish
  man          print the man page

Options:
  -h, --help     print this; after a command, print the help of that command
  -V, --version  print the version

A first registration, with the two keys from AuthenticationResult.NewDeviceMetadata:
  cognito-device-srp register --device-group-key -AbCdEfGh \\
      --device-key us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8 \\
      --access-token-file token --secret-file device.json > request.json
  aws cognito-idp confirm-device --cli-input-json file://request.json

Exit codes: 0 done; 1 a check failed, something could not be written, or provision rejected lines; 2 bad usage or other
bad input; 130 or 143 a signal stopped provision.
An error is one line on stderr. Secrets are never arguments. The time to write a secret does not depend on the
secret. The time to read a secret or an access token from JSON does.
";

const COMMANDS: [&Command; 11] = [
    &register::COMMAND,
    &provision::COMMAND,
    &derive::COMMAND,
    &sign_in::SRP_A,
    &sign_in::ANSWER,
    &sign_in::SECRET_HASH,
    &check::COMMAND,
    &BACKENDS,
    &bench::COMMAND,
    &completions::COMMAND,
    &man::COMMAND,
];

const BACKENDS: Command = Command::new("backends", BACKENDS_HELP, backends);

const BACKENDS_HELP: &str = "\
List the backends that run on this machine, one a line, the default first.

Usage: cognito-device-srp backends
";

/// Why a command ends without its result.
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A check failed, or something could not be written.
    fn failed(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// Bad usage or bad input.
    fn bad_input(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// The failure with `what` in front of its message.
    fn about(self, what: impl Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::bad_input(error.to_string())
    }
}

impl From<cognito_device_srp::Error> for Failure {
    fn from(error: cognito_device_srp::Error) -> Self {
        Self::bad_input(error.message())
    }
}

impl From<serde_json::Error> for Failure {
    /// Errors of serialising. Errors of parsing have messages of their own.
    fn from(error: serde_json::Error) -> Self {
        Self::failed(error.to_string())
    }
}

/// The program: runs the command that its arguments name.
pub fn main() -> ExitCode {
    match run(&mut lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, message }) => {
            let line = format!("cognito-device-srp: {}\n", output::one_line(&message));
            // there is nowhere else to report an error
            let _ = std::io::stderr().write_all(line.as_bytes());
            ExitCode::from(code)
        }
    }
}

fn run(parser: &mut lexopt::Parser) -> Result<(), Failure> {
    let command = match parser.next()? {
        Some(Value(command)) => command,
        Some(Short('V') | Long("version")) => {
            return output::print(concat!("cognito-device-srp ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
        }
        Some(other) => return help_or_refuse(other, HELP, &["version"]),
        None => {
            return Err(Failure::bad_input("no command; usage: cognito-device-srp COMMAND, see --help"));
        }
    };
    match COMMANDS.iter().find(|known| command == known.name) {
        Some(command) => command.start(parser),
        None => {
            let names = COMMANDS.iter().map(|known| known.name);
            let meant = command.to_str().map_or_else(String::new, |given| suggestion(given, names, ""));
            Err(Failure::bad_input(format!("no such command, see --help{meant}")))
        }
    }
}

fn backends(_: Arguments) -> Result<(), Failure> {
    let lines: String = internals::backends().iter().flat_map(|name| [name, "\n"]).collect();
    output::print(lines.as_bytes())
}

/// The result of `derive`, or `None` if it rejects the input. For fuzzing.
#[doc(hidden)]
pub fn derive_config(json: &str) -> Option<DeviceSecretVerifierConfig> {
    derive::config(json).ok()
}

/// The number of cases that `check` reads from a file with this text, or `None` if it rejects the file. For fuzzing.
#[doc(hidden)]
pub fn count_cases(json: &str) -> Option<usize> {
    check::cases(json).ok().map(|cases| cases.len())
}

/// The outputs of `srp-a`, `answer` and `secret-hash` for an input with `--lines`. For fuzzing.
#[doc(hidden)]
pub fn converted_lines(input: &[u8]) -> [String; 3] {
    sign_in::converted_lines(input)
}

#[doc(hidden)]
pub use provision::Remaining;

/// What `provision --resume` has yet to do for a list with these requests, secrets and rejects, or `None` if it refuses them.
/// For fuzzing.
#[doc(hidden)]
pub fn remaining(list: &[u8], outputs: [&[u8]; 3]) -> Option<Remaining> {
    provision::remaining(list, outputs).ok()
}
