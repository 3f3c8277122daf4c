//! `derive`: the config of an existing secret.

use crate::arguments::{Arguments, Command};
use crate::{Failure, json, output, read};
use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, Salt};
use serde::Deserialize;
use zeroize::Zeroizing;

const HELP: &str = "\
Print the DeviceSecretVerifierConfig of an existing secret and salt. The same input always gives the same output.

Usage: cognito-device-srp derive < FILE

Reads one JSON object with these four texts and nothing else:
  {\"DeviceGroupKey\": ..., \"DeviceKey\": ..., \"DeviceSecret\": ..., \"Salt\": ...}
Salt is base64, as ConfirmDevice sends it. DeviceSecret is the text that the device keeps. Any client may have made it.

Prints {\"PasswordVerifier\": ..., \"Salt\": ...}.

Options:
  -h, --help  print this
";

pub(crate) const COMMAND: Command = Command::new("derive", HELP, run);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Input {
    device_group_key: String,
    device_key: String,
    device_secret: Zeroizing<String>,
    salt: String,
}

const FIELDS: &str = "the texts DeviceGroupKey, DeviceKey, DeviceSecret and Salt, and nothing else";

fn run(_: Arguments) -> Result<(), Failure> {
    output::print(&json::line(&config(&read::stdin_text()?)?)?)
}

/// The config of the one object that the text is.
pub(crate) fn config(json: &str) -> Result<DeviceSecretVerifierConfig, Failure> {
    let input: Input = json::object(json.as_bytes(), FIELDS).map_err(|failure| failure.about("stdin"))?;
    let device = Device::new(&input.device_group_key, &input.device_key)?;
    let secret = DeviceSecret::from_text(&input.device_secret)?;
    Ok(DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_base64(&input.salt)?))
}
