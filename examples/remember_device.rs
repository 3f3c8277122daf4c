//! The whole life of a device with the official SDK: a user's sign-in, `ConfirmDevice`, a sign-in with the device,
//! `ForgetDevice`, and a sign-in that finds the device forgotten and falls back to the user alone.
//!
//! ```sh
//! cargo run --release --features aws-sdk-cognitoidentityprovider --example remember_device -- \
//!     --user-pool-id us-east-1_AbCdEfGhI --client-id 5n3dpl --username alice --password-file password
//! ```
//!
//! The pool has to track devices, and the app client to allow `ALLOW_USER_SRP_AUTH`. It prints one line a step, and ends with
//! 0 only if every step did what it should.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Config, Region};
use aws_sdk_cognitoidentityprovider::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::confirm_device::builders::ConfirmDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::forget_device::builders::ForgetDeviceInputBuilder;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeOutput;
use aws_sdk_cognitoidentityprovider::operation::update_device_status::builders::UpdateDeviceStatusInputBuilder;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType, ChallengeNameType};
use aws_smithy_http_client::tls;
use cognito_device_srp::service::{
    AuthContext, AuthenticationResult, ConfirmDeviceRequest, ConfirmDeviceResponse, DeviceRememberedStatus,
    Diagnosis, ForgetDeviceRequest, NewDeviceMetadata, NextStep, Parameters, ServiceError,
};
use cognito_device_srp::{Challenge, Credentials, DeviceRegistration, RememberedDevice, SignIn, Timestamp};
use lexopt::prelude::*;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::SystemTime;
use zeroize::Zeroizing;

const USAGE: &str = "usage: remember_device --user-pool-id P --client-id C --username U --password-file F \
    [--client-secret-file F] [--endpoint-url URL]";

/// Who signs in, and where.
struct User {
    user_pool_id: String,
    client_id: String,
    client_secret: Option<Zeroizing<String>>,
    username: String,
    password: Zeroizing<String>,
}

/// How a sign-in came to its tokens.
#[derive(Debug, PartialEq)]
enum By {
    User,
    Device,
}

fn main() -> ExitCode {
    match options() {
        Ok(Some((user, endpoint_url))) => match run(&user, endpoint_url) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("remember_device: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(None) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("remember_device: {error}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(user: &User, endpoint_url: Option<String>) -> Result<(), Box<dyn Error>> {
    let region = user.user_pool_id.split('_').next().unwrap_or_default();
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .http_client(http);
    config.set_endpoint_url(endpoint_url);
    let client = Client::from_conf(config.build());
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(life(&client, user))
}

async fn life(client: &Client, user: &User) -> Result<(), Box<dyn Error>> {
    let (tokens, by) = sign_in(client, user, None).await.map_err(at("sign-in of the user"))?;
    let device = tokens
        .new_device_metadata()
        .ok_or("sign-in of the user: no device key, so the pool tracks no devices")?
        .device()?;
    expect("sign-in of the user", by, By::User)?;
    println!("signed in as the user; the service calls this device {}", device.device_key());

    let registration = DeviceRegistration::generate(device)?;
    registration.prove()?;
    println!("made a device secret, and proved its verifier");

    let request = ConfirmDeviceRequest::new(tokens.access_token(), device, registration.config())
        .with_device_name("remember_device")?;
    let output = ConfirmDeviceInputBuilder::from(&request).send_with(client).await;
    let response = ConfirmDeviceResponse::from(&output.map_err(Failure::from).map_err(at("ConfirmDevice"))?);
    println!("confirmed the device");
    match response.next_step(&request) {
        NextStep::Nothing => println!("the pool remembers devices by itself"),
        NextStep::AskUser(ask) => {
            let update = ask.answered(DeviceRememberedStatus::Remembered);
            let output = UpdateDeviceStatusInputBuilder::from(&update).send_with(client).await;
            output.map_err(Failure::from).map_err(at("UpdateDeviceStatus"))?;
            println!("the pool leaves it to the user: had the device remembered");
        }
    }
    let remembered = registration.remember();

    let (tokens, by) =
        sign_in(client, user, Some(&remembered)).await.map_err(at("sign-in with the device"))?;
    expect("sign-in with the device", by, By::Device)?;
    println!("signed in with the device");

    let request = ForgetDeviceRequest::new(tokens.access_token(), device.device_key())?;
    let output = ForgetDeviceInputBuilder::from(&request).send_with(client).await;
    output.map_err(Failure::from).map_err(at("ForgetDevice"))?;
    println!("had the device forgotten");

    match sign_in(client, user, Some(&remembered)).await {
        Err(Failure::Refused(error)) if error.diagnosis() == Some(Diagnosis::DeviceForgotten) => {
            println!("a sign-in with the device was refused: {}", error.message());
        }
        Err(other) => return Err(at("sign-in with the forgotten device")(other).into()),
        Ok(_) => return Err("sign-in with the forgotten device: it was not refused".into()),
    }
    let (tokens, by) = sign_in(client, user, None).await.map_err(at("sign-in after that"))?;
    expect("sign-in after that", by, By::User)?;
    let key = tokens.new_device_metadata().and_then(NewDeviceMetadata::device_key);
    if key == Some(device.device_key()) {
        return Err("sign-in after that: the forgotten device is back".into());
    }
    println!("signed in without the device");
    Ok(())
}

/// A sign-in by SRP: of the user, and then of the device if there is one that the service asks for.
async fn sign_in(
    client: &Client,
    user: &User,
    remembered: Option<&RememberedDevice>,
) -> Result<(AuthenticationResult, By), Failure> {
    let mut context = AuthContext::new(&user.client_id, &user.username)?;
    if let Some(secret) = &user.client_secret {
        context = context.with_client_secret(secret);
    }
    if let Some(remembered) = remembered {
        context = context.with_device(remembered.device());
    }

    let sign_in = SignIn::generate()?;
    let initiated = client
        .initiate_auth()
        .auth_flow(AuthFlowType::UserSrpAuth)
        .client_id(&user.client_id)
        .set_auth_parameters(Some(context.user_srp_auth(&sign_in).into()))
        .send();
    let answer = Answer::from(initiated.await?);
    let asked = answer.challenge(ChallengeNameType::PasswordVerifier)?;
    // from here on the name is the challenge's, which is not an alias
    let username = asked.get("USERNAME").unwrap_or(&user.username);
    context = context.with_username(username)?;
    let user_id = asked.get("USER_ID_FOR_SRP").unwrap_or(username);
    let credentials = Credentials::user(&user.user_pool_id, user_id, &user.password)?;
    let challenge = Challenge::try_from(asked)?;
    let claim = sign_in.answer(&credentials, &challenge, &now()?)?;
    let responses = context.password_verifier(challenge.secret_block, &claim);
    let verified = respond(client, user, ChallengeNameType::PasswordVerifier, &answer, responses).await?;
    if let Some(result) = verified.result {
        return Ok((result.try_into()?, By::User));
    }

    verified.challenge(ChallengeNameType::DeviceSrpAuth)?;
    let remembered = remembered.ok_or("a device is asked for that was not named")?;
    let sign_in = SignIn::generate()?;
    let responses = context.device_srp_auth(remembered.device(), &sign_in);
    let answer = respond(client, user, ChallengeNameType::DeviceSrpAuth, &verified, responses).await?;
    let challenge = Challenge::try_from(answer.challenge(ChallengeNameType::DevicePasswordVerifier)?)?;
    let claim = sign_in.answer(&remembered.credentials(), &challenge, &now()?)?;
    let responses = context.device_password_verifier(remembered.device(), challenge.secret_block, &claim);
    let done = respond(client, user, ChallengeNameType::DevicePasswordVerifier, &answer, responses).await?;
    Ok((done.result.ok_or("no tokens after the device's answer")?.try_into()?, By::Device))
}

async fn respond(
    client: &Client,
    user: &User,
    to: ChallengeNameType,
    answer: &Answer,
    responses: Parameters,
) -> Result<Answer, Failure> {
    let responded = client
        .respond_to_auth_challenge()
        .challenge_name(to)
        .client_id(&user.client_id)
        .set_session(answer.session.clone())
        .set_challenge_responses(Some(responses.into()));
    Ok(responded.send().await?.into())
}

fn now() -> Result<Timestamp, Failure> {
    Ok(Timestamp::try_from(SystemTime::now())?)
}

/// What both calls of a sign-in answer.
struct Answer {
    challenge: Option<ChallengeNameType>,
    parameters: Option<HashMap<String, String>>,
    session: Option<String>,
    result: Option<AuthenticationResultType>,
}

impl Answer {
    /// The parameters of the challenge, if it is the one that is to come.
    fn challenge(&self, expected: ChallengeNameType) -> Result<&HashMap<String, String>, Failure> {
        match (&self.challenge, &self.parameters) {
            (Some(challenge), Some(parameters)) if *challenge == expected => Ok(parameters),
            (Some(challenge), _) => {
                Err(Failure::Other(format!("the service asks for {challenge}, not for {expected}")))
            }
            (None, _) => Err(Failure::Other(format!("the service does not ask for {expected}"))),
        }
    }
}

impl From<InitiateAuthOutput> for Answer {
    fn from(output: InitiateAuthOutput) -> Self {
        Self {
            challenge: output.challenge_name,
            parameters: output.challenge_parameters,
            session: output.session,
            result: output.authentication_result,
        }
    }
}

impl From<RespondToAuthChallengeOutput> for Answer {
    fn from(output: RespondToAuthChallengeOutput) -> Self {
        Self {
            challenge: output.challenge_name,
            parameters: output.challenge_parameters,
            session: output.session,
            result: output.authentication_result,
        }
    }
}

/// Why a step failed.
#[derive(Debug)]
enum Failure {
    Refused(ServiceError),
    Other(String),
}

impl<E: ProvideErrorMetadata + Error + 'static> From<SdkError<E, HttpResponse>> for Failure {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match ServiceError::from_sdk(&error) {
            Some(refused) => Self::Refused(refused),
            None => Self::Other(DisplayErrorContext(error).to_string()),
        }
    }
}

impl From<cognito_device_srp::Error> for Failure {
    fn from(error: cognito_device_srp::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Other(message.to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => match error.diagnosis() {
                Some(diagnosis) => write!(f, "{error} ({diagnosis})"),
                None => error.fmt(f),
            },
            Self::Other(message) => f.write_str(message),
        }
    }
}

/// Names the step that failed.
fn at(step: &str) -> impl Fn(Failure) -> String {
    move |failure| format!("{step}: {failure}")
}

fn expect(step: &str, by: By, expected: By) -> Result<(), String> {
    if by == expected { Ok(()) } else { Err(format!("{step}: tokens came by {by:?}, not by {expected:?}")) }
}

/// The endpoint, where it is not the service's own.
type EndpointUrl = Option<String>;

/// The user and the endpoint, or nothing for `--help`.
fn options() -> Result<Option<(User, EndpointUrl)>, Box<dyn Error>> {
    let mut given: HashMap<&str, String> = HashMap::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        let name = match arg {
            Short('h') | Long("help") => return Ok(None),
            Long("user-pool-id") => "--user-pool-id",
            Long("client-id") => "--client-id",
            Long("username") => "--username",
            Long("password-file") => "--password-file",
            Long("client-secret-file") => "--client-secret-file",
            Long("endpoint-url") => "--endpoint-url",
            Value(_) => return Err("an argument without its option".into()),
            other => return Err(other.unexpected().into()),
        };
        if given.insert(name, parser.value()?.string()?).is_some() {
            return Err(format!("{name} is given twice").into());
        }
    }
    let mut required = |name| given.remove(name).ok_or_else(|| format!("{name} is missing"));
    let user = User {
        user_pool_id: required("--user-pool-id")?,
        client_id: required("--client-id")?,
        username: required("--username")?,
        password: secret(&required("--password-file")?)?,
        client_secret: given.remove("--client-secret-file").as_deref().map(secret).transpose()?,
    };
    Ok(Some((user, given.remove("--endpoint-url"))))
}

/// A file's text without the newline that may end it.
fn secret(path: &str) -> Result<Zeroizing<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let text = Zeroizing::new(text);
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(line.unwrap_or(&text).to_owned()))
}
