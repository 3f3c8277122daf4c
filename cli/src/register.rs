//! `register`: a new secret into a file, and the `ConfirmDevice` request to stdout.

use crate::arguments::{self, Arguments, Command};
use crate::secret_file::SecretFile;
use crate::{Failure, output, read, records};
use cognito_device_srp::service::{AccessToken, check_device_name};
use cognito_device_srp::{Device, DeviceRegistration, Error};
use std::ffi::OsString;
use std::path::Path;
use zeroize::{Zeroizing, zeroize_stack};

const HELP: &str = "\
Make a device secret, keep it in a new file, and print the ConfirmDevice request.

Usage: cognito-device-srp register --device-group-key G --device-key K [--device-name NAME]
           [--access-token-file PATH] --secret-file PATH

Options:
  --device-group-key G      DeviceGroupKey of NewDeviceMetadata, as in -AbCdEfGh
  --device-key K            DeviceKey of NewDeviceMetadata, as in us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8
  --device-name NAME        a name for the device, 1 to 1024 characters
  --access-token-file PATH  the access token of the sign-in that gave the two keys; one newline at its end is
                            ignored
  --secret-file PATH        the file to make (mode 0600); an existing one is not touched
  -h, --help                print this

Environment:
  COGNITO_ACCESS_TOKEN      the access token, if there is no --access-token-file

A value may begin with a hyphen, as real group keys do, and may be joined to its option by '='.

First the command plays a complete sign-in with the new secret against the verifier. Then it writes
{\"DeviceKey\", \"DeviceGroupKey\", \"DeviceSecret\"} to the file PATH: everything that later sign-ins need. The file is on disk
before anything is printed. It is removed if the command fails or if a signal other than SIGKILL stops it.
The request on stdout is
{\"AccessToken\", \"DeviceKey\", \"DeviceName\", \"DeviceSecretVerifierConfig\": {\"PasswordVerifier\", \"Salt\"}}, as
`aws cognito-idp confirm-device --cli-input-json` takes it. AccessToken and DeviceName are there only if you gave
them. The access token is a secret: protect the request.
";

pub(crate) const COMMAND: Command = Command {
    options: &["device-group-key", "device-key", "device-name", "access-token-file", "secret-file"],
    ..Command::new("register", HELP, run)
};

const TOKEN_VARIABLE: &str = "COGNITO_ACCESS_TOKEN";

fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let group_key = arguments.take_required_text("device-group-key")?;
    let device_key = arguments.take_required_text("device-key")?;
    let device_name = arguments.take_text("device-name")?;
    device_name.as_deref().map(check_device_name).transpose()?;
    let secret_file = arguments.take_required("secret-file")?;
    let device = Device::new(&group_key, &device_key)?;
    let access_token = access_token(arguments.take("access-token-file"))?;
    let made = make(device, device_name.as_deref(), access_token.as_ref(), Path::new(&secret_file));
    zeroize_stack::<STACK>();
    let (file, request) = made?;
    output::print(&request).map_err(|failure| file.remove(failure))
}

/// The number of bytes of the stack that are wiped after a registration. Moved values leave copies of the secret there.
pub(super) const STACK: usize = 64 << 10;

/// The secret, kept in its file, and the request.
#[inline(never)] // frame: it is wiped afterwards
fn make<'a>(
    device: Device<'_>,
    device_name: Option<&str>,
    access_token: Option<&AccessToken>,
    secret_file: &'a Path,
) -> Result<(SecretFile<'a>, Zeroizing<Vec<u8>>), Failure> {
    let registration = DeviceRegistration::generate(device).map_err(not_made)?;
    registration.prove().map_err(not_made)?;
    let request = records::request_line(access_token, &registration, device_name)?;
    let file = SecretFile::create(secret_file, &records::remembered_line(&registration)?)?;
    Ok((file, request))
}

/// The input has been checked before, so this is not bad input.
pub(super) fn not_made(error: Error) -> Failure {
    Failure::failed(error.message())
}

/// The access token from the file, or from the environment if no file is given, or none.
fn access_token(path: Option<OsString>) -> Result<Option<AccessToken>, Failure> {
    let mut token = match (path, std::env::var_os(TOKEN_VARIABLE)) {
        (Some(path), _) => without_newline(read::file(Path::new(&path))?),
        (None, Some(value)) => Zeroizing::new(arguments::text(TOKEN_VARIABLE, value)?),
        (None, None) => return Ok(None),
    };
    Ok(Some(AccessToken::new(std::mem::take(&mut *token))?))
}

/// A file's text without the newline that ends it.
fn without_newline(mut text: Zeroizing<String>) -> Zeroizing<String> {
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let length = line.unwrap_or(&text).len();
    text.truncate(length);
    text
}
