//! `register`: a new secret into a file, and the `ConfirmDevice` request to stdout.

use super::secret_file::SecretFile;
use super::{Failure, help_or_refuse, json, output, read};
use cognito_device_srp::{DeviceRegistration, DeviceSecretVerifierConfig, Error, NewDeviceMetadata};
use lexopt::prelude::*;
use serde::Serialize;
use std::ffi::OsString;
use std::path::Path;
use zeroize::Zeroizing;

const HELP: &str = "\
Make a device secret, keep it in a new file, and print the ConfirmDevice request.

Usage: cognito-device-srp register --device-group-key G --device-key K [--device-name NAME]
           [--access-token-file PATH] --secret-file PATH

Options:
  --device-group-key G      DeviceGroupKey of NewDeviceMetadata, as in -AbCdEfGh
  --device-key K            DeviceKey of NewDeviceMetadata, as in us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8
  --device-name NAME        a name for the device, 1 to 1024 characters
  --access-token-file PATH  the access token of the sign-in that gave the two keys; one newline at its end is
                            left out
  --secret-file PATH        the file to make (mode 0600); an existing one is not touched
  -h, --help                print this

Environment:
  COGNITO_ACCESS_TOKEN      the access token, if there is no --access-token-file

A value may begin with a hyphen, as real group keys do, and may be joined to its option by '='.

A whole sign-in with the new secret is played against the verifier that is to be sent. Then PATH gets
{\"DeviceKey\", \"DeviceGroupKey\", \"DeviceSecret\"}: all that later sign-ins need. It is on disk before anything is
printed, and gone again if the command fails. The request on stdout is
{\"AccessToken\", \"DeviceKey\", \"DeviceName\", \"DeviceSecretVerifierConfig\": {\"PasswordVerifier\", \"Salt\"}}, the first
and the third only if they were given, as `aws cognito-idp confirm-device --cli-input-json` takes it. It holds the
access token, so take care of it.
";

const TOKEN_VARIABLE: &str = "COGNITO_ACCESS_TOKEN";

/// The options as they were given.
#[derive(Default)]
struct Options {
    device_group_key: Option<OsString>,
    device_key: Option<OsString>,
    device_name: Option<OsString>,
    access_token_file: Option<OsString>,
    secret_file: Option<OsString>,
}

/// `ConfirmDevice`, as the service takes it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) access_token: Option<&'a str>,
    pub(super) device_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device_name: Option<&'a str>,
    pub(super) device_secret_verifier_config: &'a DeviceSecretVerifierConfig,
}

/// What the device keeps.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Kept<'a> {
    pub(super) device_key: &'a str,
    pub(super) device_group_key: &'a str,
    pub(super) device_secret: &'a str,
}

pub(super) fn run(parser: &mut lexopt::Parser) -> Result<(), Failure> {
    let mut options = Options::default();
    while let Some(arg) = parser.next()? {
        let (name, slot) = match arg {
            Long("device-group-key") => ("--device-group-key", &mut options.device_group_key),
            Long("device-key") => ("--device-key", &mut options.device_key),
            Long("device-name") => ("--device-name", &mut options.device_name),
            Long("access-token-file") => ("--access-token-file", &mut options.access_token_file),
            Long("secret-file") => ("--secret-file", &mut options.secret_file),
            other => return help_or_refuse(other, HELP),
        };
        if slot.replace(parser.value()?).is_some() {
            return Err(Failure::bad_input(format!("{name} is given twice")));
        }
    }
    register(options)
}

fn register(options: Options) -> Result<(), Failure> {
    let group_key = text("--device-group-key", required("--device-group-key", options.device_group_key)?)?;
    let device_key = text("--device-key", required("--device-key", options.device_key)?)?;
    let device_name = options.device_name.map(device_name).transpose()?;
    let secret_file = required("--secret-file", options.secret_file)?;
    let device = NewDeviceMetadata { device_group_key: &group_key, device_key: &device_key };
    device.check()?;
    let access_token = access_token(options.access_token_file)?;

    let registration = DeviceRegistration::generate(device).map_err(not_made)?;
    registration.prove(device).map_err(not_made)?;

    let request = json::line(&Request {
        access_token: access_token.as_ref().map(|token| token.as_str()),
        device_key: &device_key,
        device_name: device_name.as_deref(),
        device_secret_verifier_config: &registration.config,
    })?;
    let kept = json::line(&Kept {
        device_key: &device_key,
        device_group_key: &group_key,
        device_secret: registration.secret.expose_secret(),
    })?;
    let file = SecretFile::create(Path::new(&secret_file), &kept)?;
    output::print(&request).map_err(|failure| file.remove(failure))
}

/// The input was checked before, so this is no fault of it.
pub(super) fn not_made(error: Error) -> Failure {
    Failure::failed(error.message())
}

pub(super) fn required(name: &str, value: Option<OsString>) -> Result<OsString, Failure> {
    value.ok_or_else(|| Failure::bad_input(format!("{name} is missing, see register --help")))
}

fn text(name: &str, value: OsString) -> Result<String, Failure> {
    value.into_string().map_err(|_| Failure::bad_input(format!("{name} is not UTF-8")))
}

fn device_name(value: OsString) -> Result<String, Failure> {
    let name = text("--device-name", value)?;
    check_device_name(&name)?;
    Ok(name)
}

pub(super) fn check_device_name(name: &str) -> Result<(), Failure> {
    match name.chars().count() {
        1..=1024 => Ok(()),
        _ => Err(Failure::bad_input("device name is not of 1 to 1024 characters")),
    }
}

/// The access token: from the file, else from the environment, else none.
fn access_token(path: Option<OsString>) -> Result<Option<Zeroizing<String>>, Failure> {
    let token = match (path, std::env::var_os(TOKEN_VARIABLE)) {
        (Some(path), _) => without_newline(read::file(Path::new(&path))?),
        (None, Some(value)) => Zeroizing::new(text(TOKEN_VARIABLE, value)?),
        (None, None) => return Ok(None),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte);
    if token.is_empty() || !token.bytes().all(fits) {
        return Err(Failure::bad_input("access token is not one or more of A-Z a-z 0-9 - _ = ."));
    }
    Ok(Some(token))
}

/// A file's text without the newline that ends it.
fn without_newline(mut text: Zeroizing<String>) -> Zeroizing<String> {
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let length = line.unwrap_or(&text).len();
    text.truncate(length);
    text
}
