//! `srp-a`, `answer` and `secret-hash`: the client's part of a sign-in, as JSON.

use crate::arguments::{Arguments, Command};
use crate::json::{self, JsonObject, PLACEHOLDER, present};
use crate::lines::{Line, Lines};
use crate::secret_file::{SecretFile, sync_name};
use crate::{Failure, output, read};
use base64ct::{Base64, Encoding as _};
use cognito_device_srp::{
    Challenge, Credentials, Device, DeviceSecret, Ephemeral, Error, RememberedDevice, SecretHash, SignIn,
    Timestamp,
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// The part of a help text about `--lines`.
macro_rules! lines_help {
    () => {
        "\
With --lines, blank lines are skipped. For a line that is rejected, {\"Error\": ...} is printed, and the exit code is 1.
A line may have at most 1 MiB.
"
    };
}

const SRP_A_HELP: &str = concat!(
    "\
Begin a sign-in of a device or a user: print SRP_A, and the state for the command answer.

Usage: cognito-device-srp srp-a [--state-file PATH | --lines] < FILE

Reads one JSON object, {} or {\"a\": ...}. An empty input counts as {}. a is the client's ephemeral number for known
answers: 1 to 1024 bytes in hex. Without it, 256 random bits are drawn.

Prints {\"SRP_A\": ..., \"State\": ...}. State is a secret in base64, for one sign-in.

Options:
  --state-file PATH  the file to make (mode 0600) for {\"State\": ...}, which is then not printed; an existing one is
                     not touched. It is on disk before SRP_A is printed, and is removed if the command fails
  --lines            read an object from each line, and print a line for each as soon as it is read
  -h, --help         print this

",
    lines_help!()
);

const ANSWER_HELP: &str = concat!(
    "\
Answer the challenge of a sign-in that srp-a began: DEVICE_PASSWORD_VERIFIER or PASSWORD_VERIFIER.

Usage: cognito-device-srp answer [--device-file PATH] [--state-file PATH | --lines] < FILE

Reads one JSON object:
  {\"ChallengeParameters\": ..., \"State\": ..., \"Timestamp\": ..., and who signs in}
ChallengeParameters is the object that the service sent. SRP_B, SALT and SECRET_BLOCK are used, and USER_ID_FOR_SRP
for a user. Who signs in is one of these:
  \"DeviceGroupKey\": ..., \"DeviceKey\": ..., \"DeviceSecret\": ...
  \"UserPoolId\": ..., \"Password\": ...
  \"UserPoolId\": ..., \"PasswordHash\": ...
PasswordHash is SHA-256 of pool name, USER_ID_FOR_SRP, \":\" and password, in hex or base64. Timestamp is a number of
seconds since 1970, or a text in the service's format or in that of the HTTP header Date. Without it, the time of this
machine is used. ChallengeName, Session and SRP_A are ignored, so that you can merge the service's response and the
output of srp-a into one object.

Prints {\"PASSWORD_CLAIM_SIGNATURE\": ..., \"PASSWORD_CLAIM_SECRET_BLOCK\": ..., \"TIMESTAMP\": ...}.

Options:
  --device-file PATH  take the device from this file, which register made
  --state-file PATH   take the state from this file, which srp-a made, and remove it
  --lines             read an object from each line, and print a line for each as soon as it is read
  -h, --help          print this

Answer a sign-in only once. The state's file is removed, and its removal is on disk, before the answer is printed. So no
file is used twice, even by two runs at the same time. The file stays if the input is rejected. Its blocks on the disk
are not overwritten. If you pass State in the input, make sure yourself that you use it once.

",
    lines_help!()
);

const SECRET_HASH_HELP: &str = concat!(
    "\
Print the SECRET_HASH of an app client that has a secret.

Usage: cognito-device-srp secret-hash [--lines] < FILE

Reads one JSON object with these three texts and nothing else:
  {\"ClientId\": ..., \"ClientSecret\": ..., \"Username\": ...}
Username is the USERNAME of the same request. At the beginning of a sign-in it is what the user typed, then it is the
challenge's USERNAME.

Prints {\"SECRET_HASH\": ...}.

Options:
  --lines     read an object from each line, and print a line for each as soon as it is read
  -h, --help  print this

",
    lines_help!()
);

pub(crate) const SRP_A: Command =
    Command { options: &["state-file"], flags: &["lines"], ..Command::new("srp-a", SRP_A_HELP, srp_a) };

pub(crate) const ANSWER: Command = Command {
    options: &["device-file", "state-file"],
    flags: &["lines"],
    ..Command::new("answer", ANSWER_HELP, answer)
};

pub(crate) const SECRET_HASH: Command =
    Command { flags: &["lines"], ..Command::new("secret-hash", SECRET_HASH_HELP, secret_hash) };

/// The longest line that is accepted.
const LONGEST: usize = 1 << 20;

type Secret = Zeroizing<String>;

/// A line of JSON.
type Made = Zeroizing<Vec<u8>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning {
    #[serde(default, deserialize_with = "present")]
    a: Option<Secret>,
}

struct Begun {
    srp_a: String,
    state: Secret,
}

impl Begun {
    fn line(&self) -> Result<Made, Failure> {
        self.line_of(Some(&self.srp_a), true)
    }

    fn line_of(&self, srp_a: Option<&str>, with_state: bool) -> Result<Made, Failure> {
        #[derive(Serialize)]
        struct Around<'a> {
            #[serde(rename = "SRP_A", skip_serializing_if = "Option::is_none")]
            srp_a: Option<&'a str>,
            #[serde(rename = "State", skip_serializing_if = "Option::is_none")]
            state: Option<&'static str>,
        }
        let around = Around { srp_a, state: with_state.then_some(PLACEHOLDER) };
        Ok(if with_state { json::line_ending_in(&around, &self.state) } else { json::line(&around) }?)
    }
}

/// The content of the state's file.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct State {
    state: Secret,
}

impl Object for Beginning {
    const FIELDS: &str = "at most the text a, in hex";
}

impl Beginning {
    fn begin(self) -> Result<Begun, Failure> {
        let sign_in = match self.a {
            None => SignIn::generate().map_err(|error| Failure::failed(error.message()))?,
            Some(a) => {
                let digits = Zeroizing::new([if a.len() % 2 == 1 { "0" } else { "" }, &a].concat());
                let a = base16ct::mixed::decode_vec(&*digits).map(Zeroizing::new);
                SignIn::start(Ephemeral::from_bytes(&a.map_err(|_| Failure::bad_input("a is not hex"))?)?)
            }
        };
        let srp_a = sign_in.srp_a().to_owned();
        let state = Zeroizing::new(Base64::encode_string(sign_in.suspend().expose_secret()));
        Ok(Begun { srp_a, state })
    }
}

fn begin(beginning: Beginning) -> Result<Made, Failure> {
    beginning.begin()?.line()
}

fn srp_a(mut arguments: Arguments) -> Result<(), Failure> {
    let Some(path) = state_file(&mut arguments)? else {
        return convert(&arguments, begin);
    };
    let begun = one::<Beginning>()?.begin()?;
    let file = SecretFile::create(Path::new(&path), &begun.line_of(None, true)?)?;
    output::print(&begun.line_of(Some(&begun.srp_a), false)?).map_err(|failure| file.remove(failure))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Question {
    challenge_parameters: JsonObject<ChallengeParameters>,
    #[serde(default, deserialize_with = "present")]
    state: Option<Secret>,
    #[serde(default, deserialize_with = "present")]
    timestamp: Option<Moment>,
    #[serde(default, deserialize_with = "present")]
    device_group_key: Option<String>,
    #[serde(default, deserialize_with = "present")]
    device_key: Option<String>,
    #[serde(default, deserialize_with = "present")]
    device_secret: Option<Secret>,
    #[serde(default, deserialize_with = "present")]
    user_pool_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    password: Option<Secret>,
    #[serde(default, deserialize_with = "present")]
    password_hash: Option<Secret>,
    #[serde(default, rename = "ChallengeName")]
    _challenge_name: IgnoredAny,
    #[serde(default, rename = "Session")]
    _session: IgnoredAny,
    #[serde(default, rename = "SRP_A")]
    _srp_a: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct ChallengeParameters {
    srp_b: String,
    salt: String,
    secret_block: String,
    user_id_for_srp: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(i64),
    Text(String),
}

impl Moment {
    fn timestamp(&self) -> Result<Timestamp, Error> {
        match self {
            Self::Seconds(seconds) => Timestamp::from_unix(*seconds),
            Self::Text(text) => Timestamp::from_http_date(text).or_else(|_| Timestamp::parse(text)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Answer<'a> {
    password_claim_signature: &'a str,
    password_claim_secret_block: &'a str,
    timestamp: &'a str,
}

fn answer(mut arguments: Arguments) -> Result<(), Failure> {
    let device = arguments.take("device-file").map(|path| device(Path::new(&path))).transpose()?;
    let Some(path) = state_file(&mut arguments)? else {
        return convert(&arguments, |question: Question| question.answer(device.as_ref()));
    };
    let path = Path::new(&path);
    let about_it = |failure: Failure| failure.about(path.display());
    let question: Question = one()?;
    if question.state.is_some() {
        return Err(Failure::bad_input("State is in the input and --state-file is given: use one of them"));
    }
    let text = read::file(path)?;
    let State { state } = json::object(text.as_bytes(), "the text State alone").map_err(about_it)?;
    let answer = question.answer_from(&state, device.as_ref())?;
    // if two runs use it at the same time, one of them fails here
    fs::remove_file(path)
        .and_then(|()| sync_name(path))
        .map_err(|error| about_it(Failure::failed(error.to_string())))?;
    output::print(&answer)
}

/// The device in a file that `register` made.
fn device(path: &Path) -> Result<RememberedDevice, Failure> {
    json::object(
        read::file(path)?.as_bytes(),
        "the texts DeviceGroupKey, DeviceKey and DeviceSecret, and nothing else",
    )
    .map_err(|failure| failure.about(path.display()))
}

impl Object for Question {
    const FIELDS: &str = "ChallengeParameters, State and who signs in, see answer --help";
}

impl Question {
    fn answer(mut self, device: Option<&RememberedDevice>) -> Result<Made, Failure> {
        let state = self.state.take().ok_or_else(|| Failure::bad_input("State is missing"))?;
        self.answer_from(&state, device)
    }

    fn answer_from(self, state: &str, device: Option<&RememberedDevice>) -> Result<Made, Failure> {
        let state = Base64::decode_vec(state).map(Zeroizing::new);
        let sign_in = SignIn::resume(&state.map_err(|_| Error::SuspendedSignInMalformed)?)?;
        let JsonObject(ChallengeParameters { srp_b, salt, secret_block, user_id_for_srp }) =
            self.challenge_parameters;
        let challenge = Challenge { srp_b: &srp_b, salt: &salt, secret_block: &secret_block };
        let user_id = || user_id_for_srp.as_deref().ok_or(Error::ChallengeIncomplete);
        let timestamp = match self.timestamp {
            Some(moment) => moment.timestamp()?,
            None => SystemTime::now().try_into()?,
        };
        let of_device = (self.device_group_key, self.device_key, self.device_secret);
        let of_user = (self.user_pool_id, self.password, self.password_hash);
        let (secret, hash);
        let credentials = match (device, &of_device, &of_user) {
            (Some(device), (None, None, None), (None, None, None)) => device.credentials(),
            (None, (Some(group_key), Some(key), Some(text)), (None, None, None)) => {
                secret = DeviceSecret::from_text(text)?;
                Credentials::device(Device::new(group_key, key)?, &secret)
            }
            (None, (None, None, None), (Some(pool_id), Some(password), None)) => {
                Credentials::user(pool_id, user_id()?, password)?
            }
            (None, (None, None, None), (Some(pool_id), None, Some(text))) => {
                hash = password_hash(text)
                    .ok_or_else(|| Failure::bad_input("PasswordHash is not 32 bytes in hex or base64"))?;
                Credentials::user_hashed(pool_id, user_id()?, &hash)?
            }
            _ => return Err(Failure::bad_input("the input does not say who signs in, see answer --help")),
        };
        let claim = sign_in.answer(&credentials, &challenge, &timestamp)?;
        Ok(json::line(&Answer {
            password_claim_signature: claim.signature(),
            password_claim_secret_block: &secret_block,
            timestamp: claim.timestamp(),
        })?)
    }
}

fn password_hash(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut hash = Zeroizing::new([0; 32]);
    let length = match text.len() {
        64 => base16ct::mixed::decode(text, &mut *hash).ok()?.len(),
        _ => Base64::decode(text, &mut *hash).ok()?.len(),
    };
    (length == hash.len()).then_some(hash)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Client {
    client_id: String,
    client_secret: Secret,
    username: String,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Hash<'a> {
    secret_hash: &'a str,
}

impl Object for Client {
    const FIELDS: &str = "the texts ClientId, ClientSecret and Username, and nothing else";
}

impl Client {
    fn hash(self) -> Result<Made, Failure> {
        let Self { client_id, client_secret, username } = self;
        if client_id.is_empty() || client_secret.is_empty() || username.is_empty() {
            return Err(Failure::bad_input("ClientId, ClientSecret or Username is empty"));
        }
        let hash = SecretHash::new(&client_secret, &username, &client_id);
        Ok(json::line(&Hash { secret_hash: hash.as_str() })?)
    }
}

fn secret_hash(arguments: Arguments) -> Result<(), Failure> {
    convert(&arguments, Client::hash)
}

fn state_file(arguments: &mut Arguments) -> Result<Option<std::ffi::OsString>, Failure> {
    let path = arguments.take("state-file");
    if path.is_some() && arguments.has("lines") {
        return Err(Failure::bad_input("--state-file cannot be used with --lines"));
    }
    Ok(path)
}

/// The input of a command.
trait Object: DeserializeOwned {
    /// Its fields, for the message when the input has others.
    const FIELDS: &str;
}

/// The object on stdin. An empty input counts as an object without fields.
fn one<T: Object>() -> Result<T, Failure> {
    let text = read::stdin_text()?;
    let text = text.trim_ascii();
    json::object(if text.is_empty() { b"{}" } else { text.as_bytes() }, T::FIELDS)
        .map_err(|failure| failure.about("stdin"))
}

/// Converts the object on stdin, or with `--lines` the object on each line, and prints the result.
fn convert<T: Object>(
    arguments: &Arguments,
    make: impl Fn(T) -> Result<Made, Failure>,
) -> Result<(), Failure> {
    if !arguments.has("lines") {
        return output::print(&make(one()?)?);
    }
    let stdin = read::stdin().map_err(unreadable)?;
    convert_lines(stdin, make, output::print)
}

fn unreadable(error: io::Error) -> Failure {
    Failure::bad_input(format!("stdin: {error}"))
}

/// Prints a line for each line of a stream that is not blank.
fn convert_lines<T: Object>(
    stream: impl Read + Send + 'static,
    make: impl Fn(T) -> Result<Made, Failure>,
    mut print: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Refused {
        error: String,
    }
    let mut lines = Lines::new(stream, LONGEST);
    let (mut first, mut objects, mut refused) = (true, 0, 0);
    while let Some((line, _)) = lines.next().map_err(unreadable)? {
        let made = match line {
            Line::TooLong => Err(Failure::bad_input(format!("longer than {LONGEST} bytes"))),
            Line::Whole(line) => {
                let line =
                    if std::mem::take(&mut first) { read::without_bom(line) } else { line }.trim_ascii();
                if line.is_empty() {
                    continue;
                }
                json::object(line, T::FIELDS).and_then(&make)
            }
        };
        objects += 1;
        print(&match made {
            Ok(made) => made,
            Err(Failure { message, .. }) => {
                refused += 1;
                json::line(&Refused { error: message })?
            }
        })?;
    }
    match refused {
        0 => Ok(()),
        _ => Err(Failure::failed(format!("{refused} of {objects} lines are rejected"))),
    }
}

/// What `srp-a`, `answer` and `secret-hash` print with `--lines`, each for the same input: for fuzzing.
pub(crate) fn converted_lines(input: &[u8]) -> [String; 3] {
    fn converted<T: Object>(input: &[u8], make: impl Fn(T) -> Result<Made, Failure>) -> String {
        let mut printed = Vec::new();
        let print = |line: &[u8]| {
            printed.extend_from_slice(line);
            Ok(())
        };
        // the printed lines show which inputs were rejected
        let _ = convert_lines(io::Cursor::new(input.to_vec()), make, print);
        String::from_utf8_lossy(&printed).into_owned()
    }
    [
        converted(input, begin),
        converted(input, |question: Question| question.answer(None)),
        converted(input, Client::hash),
    ]
}
