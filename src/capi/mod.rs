//! The C ABI: registration, sign-in and the verifier's side, over memory of the caller.
//!
//! Contract: a function checks every pointer and length before anything else. It returns 0 or a status: the code of an [`Error`],
//! or one of the codes that only C can get.
//! - Unless it returns 0, its output is zeros, if the output can be written and is not part of an input.
//! - If a function rejects its arguments, it does not change its inputs. Randomness and states are wiped when they have been used: when
//!   the function returns 0, and when a claim was checked and does not match. So a sign-in whose challenge was rejected can
//!   answer another one.
//! - Nothing is allocated, kept, or must be freed, and nothing panics. Calls on different memory may run at the same time.
//!
//! A text in an argument is a pointer and a length, or ends in NUL if the length is `SIZE_MAX`. A text in an output ends in NUL, and NULs
//! fill the rest of its array. Inputs may overlap each other. Memory that is written may overlap no other argument. Pointers need not be
//! aligned.
//!
//! Structs in arguments contain only pointers and `size_t`, and structs in outputs contain only bytes. So none has padding. One number
//! can be wider than a pointer: the seconds of `cognito_device_srp_timestamp_from_unix`. It is the first argument, so that
//! 32-bit machines skip no register before it.
//! `cognito_device_srp_size_of` gives all sizes at run time to languages that do not read the header.
//!
//! # Building
//! The header is `src/cognito_device_srp.h`, which a test keeps the same as this module. A library that C links needs a panic
//! handler, although nothing calls it. On a host it comes from `std`:
//! `cargo rustc --release --no-default-features --features capi,std --crate-type staticlib`, or `cdylib`. Without `std`, it
//! comes from a crate of one function around this one: `bindings/c`, for hosts, bare metal and WebAssembly.
//!
//! # Safety
//! Every way in which this could be unsound, and what stops it:
//! - a pointer is null, or its range leaves the address space or has more than `isize::MAX` bytes: rejected;
//! - a range is written while it is read: rejected, since a range that is written may overlap no other;
//! - memory was never written: an output is filled with zeros before there is a reference to it, and a text in an array is
//!   read only up to its NUL. Other inputs must have been written by the caller;
//! - the caller may not read or write a range, or another thread writes it meanwhile: the library cannot see that, so the
//!   caller is responsible for it, and for nothing else. No input is read beyond its stated bound.

mod arguments;
mod status;
mod types;

use crate::arithmetic::power;
use crate::hygiene::ct;
use crate::hygiene::wipe::Wiped;
use crate::srp::credentials::Claimant;
use crate::srp::verifier;
use crate::{
    DeviceRegistration, DeviceSecret, DeviceSecretVerifierConfig, Ephemeral, Error, ErrorKind, Salt,
};
use arguments::{Input, NO_OUTPUT, Range, Used, call, read};
use core::ffi::{CStr, c_char};
use core::mem::offset_of;
pub use status::Status;
pub use types::*;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

fn text(bytes: &[u8]) -> Result<&str, Status> {
    core::str::from_utf8(bytes).map_err(|_| Error::TextNotUtf8.into())
}

/// The text of a secret. Constant time if it is ASCII, as the secrets of all known clients are. Whether it is ASCII becomes
/// public.
fn secret_text(bytes: &[u8]) -> Result<&str, Status> {
    let beyond_ascii = bytes.iter().fold(0, |any, &byte| any | byte) & 0x80;
    if ct::reveal_is_zero(&[beyond_ascii]) {
        // SAFETY: ASCII is UTF-8
        Ok(unsafe { core::str::from_utf8_unchecked(bytes) })
    } else {
        text(bytes)
    }
}

fn secret(bytes: &[u8]) -> Result<DeviceSecret<'_>, Status> {
    Ok(DeviceSecret::from_text(secret_text(bytes)?)?)
}

fn device<'a>(device_group_key: &'a [u8], device_key: &'a [u8]) -> Result<crate::Device<'a>, Status> {
    Ok(crate::Device::new(text(device_group_key)?, text(device_key)?)?)
}

/// The texts of a device: group key and key.
///
/// # Safety
/// As [`Input::text`] for both.
unsafe fn device_texts(device_group_key: Text, device_key: Text) -> [Input; 2] {
    const KEY: usize = crate::Device::MAX_DEVICE_KEY;
    const GROUP_KEY: usize = crate::Device::MAX_GROUP_KEY;
    // SAFETY: required of the caller
    unsafe {
        [
            Input::text_up_to(device_group_key, GROUP_KEY, Error::DeviceGroupKeyTooLong.into()),
            Input::text_up_to(device_key, KEY, Error::DeviceKeyMalformed.into()),
        ]
    }
}

/// The two texts that identify who signs in: group and name.
///
/// # Safety
/// As [`Input::text`] for both.
unsafe fn claimant_texts(Credentials { kind, group, name, .. }: Credentials) -> [Input; 2] {
    // SAFETY: required of the caller
    unsafe {
        match kind {
            COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE => device_texts(group, name),
            _ => [Input::text(group), Input::text(name)],
        }
    }
}

fn claimant<'a>(kind: usize, group: &'a [u8], name: &'a [u8]) -> Result<Claimant<'a>, Status> {
    match kind {
        COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE => Ok(device(group, name)?.into()),
        COGNITO_DEVICE_SRP_CREDENTIALS_USER | COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH => {
            Ok(Claimant::user(text(group)?, text(name)?)?)
        }
        _ => Err(Status::CredentialsKindUnknown),
    }
}

/// # Safety
/// As [`Input::text`] for the secret.
unsafe fn secret_input(Credentials { kind, secret, .. }: Credentials) -> Input {
    match kind {
        COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH => {
            let most = COGNITO_DEVICE_SRP_PASSWORD_HASH_SIZE;
            Input::bytes(secret.at.cast(), secret.len, most, Error::ArgumentLength.into())
        }
        // SAFETY: required of the caller
        _ => unsafe { Input::text(secret) },
    }
}

/// Calls `work` with the credentials, and returns its result.
fn with_credentials<T>(
    kind: usize,
    [group, name, secret]: [&[u8]; 3],
    work: impl FnOnce(&crate::Credentials<'_>) -> Result<T, Error>,
) -> Result<T, Status> {
    Ok(match kind {
        COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE => {
            let secret = self::secret(secret)?;
            work(&crate::Credentials::device(device(group, name)?, &secret))?
        }
        COGNITO_DEVICE_SRP_CREDENTIALS_USER => {
            work(&crate::Credentials::user(text(group)?, text(name)?, secret_text(secret)?)?)?
        }
        COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH => {
            let hash = secret.try_into().map_err(|_| Error::ArgumentLength)?;
            work(&crate::Credentials::user_hashed(text(group)?, text(name)?, hash)?)?
        }
        _ => return Err(Status::CredentialsKindUnknown),
    })
}

fn salt_input(at: *const u8, len: usize) -> Input {
    Input::bytes(at, len, COGNITO_DEVICE_SRP_SALT_BYTES_SIZE, Error::SaltTooLong.into())
}

/// The texts of a config.
///
/// # Safety
/// `config` is null or good for a `Config`.
unsafe fn config_texts(config: *const Config) -> [Input; 2] {
    let at = |offset| config.cast::<u8>().wrapping_add(if config.is_null() { 0 } else { offset });
    // SAFETY: required of the caller
    unsafe {
        [
            Input::field(
                at(offset_of!(Config, password_verifier)),
                COGNITO_DEVICE_SRP_PASSWORD_VERIFIER_SIZE,
            ),
            Input::field(at(offset_of!(Config, salt)), COGNITO_DEVICE_SRP_SALT_SIZE),
        ]
    }
}

fn config(password_verifier: &[u8], salt: &[u8]) -> Result<DeviceSecretVerifierConfig, Status> {
    Ok(DeviceSecretVerifierConfig::from_base64(text(password_verifier)?, text(salt)?)?)
}

/// Writes a text to an array of zeros, which must be longer than the text.
fn put<const SIZE: usize>(to: &mut [c_char; SIZE], text: impl AsRef<[u8]>) {
    debug_assert!(text.as_ref().len() < SIZE);
    for (to, &byte) in to.iter_mut().zip(text.as_ref()) {
        *to = byte as c_char;
    }
}

fn put_config(to: &mut Config, config: &DeviceSecretVerifierConfig) {
    put(&mut to.password_verifier, config.password_verifier());
    put(&mut to.salt, config.salt());
}

fn put_started(to: &mut StartedSignIn, sign_in: crate::SignIn) {
    put(&mut to.srp_a, sign_in.srp_a());
    to.sign_in.state = *sign_in.suspend().expose_secret();
}

fn put_stored(to: &mut StoredVerifier, stored: &verifier::StoredVerifier) {
    to.verifier = *stored.verifier();
    // `StoredVerifier::from_parts` compares a stored verifier with N in variable time
    ct::declassify(&to.verifier);
    let salt = stored.salt().as_signed_bytes();
    for (to, &byte) in to.salt.iter_mut().rev().zip(salt.iter().rev()) {
        *to = byte;
    }
}

/// Answers `SRP_A` for a stored verifier.
fn issue(to: &mut IssuedChallenge, stored: &[u8], srp_a: &[u8], ephemeral: Ephemeral) -> Result<(), Status> {
    let (number, salt) =
        stored.split_first_chunk::<{ verifier::StoredVerifier::LEN }>().ok_or(Error::ArgumentLength)?;
    let stored = verifier::StoredVerifier::from_parts(number, Salt::from_bytes(salt)?)?;
    let issued = stored.challenge(text(srp_a)?, ephemeral)?;
    put(&mut to.srp_b, issued.srp_b());
    put(&mut to.salt, issued.salt());
    issued.expected().write_state(&mut to.expected.state);
    Ok(())
}

/// The library's version, as `COGNITO_DEVICE_SRP_VERSION` has the header's. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_device_srp_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Checks that header and library have the same version. Call it with `COGNITO_DEVICE_SRP_VERSION` before anything else.
///
/// # Safety
/// `version` is null or ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_check_version(version: *const c_char) -> i32 {
    if version.is_null() {
        return Status::ArgumentNull.code();
    }
    // SAFETY: required of the caller
    if unsafe { is_text(version, VERSION) } { 0 } else { Status::VersionMismatch.code() }
}

/// The size of a struct, or of an array within one, by its name in lower case: `"registration"` is that of
/// `cognito_device_srp_registration_t`, `"secret"` is `COGNITO_DEVICE_SRP_SECRET_SIZE`. 0 if there is none of that name.
///
/// # Safety
/// `name` is null or ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_size_of(name: *const c_char) -> usize {
    // SAFETY: required of the caller
    unsafe { size_of_named(name) }
}

/// The name of the arithmetic that runs on this machine: `"ifma"`, `"avx2"`, `"simd128"`, `"limb64"` or `"limb32"`. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_device_srp_backend() -> *const c_char {
    let name = match power::backend() {
        "ifma" => c"ifma",
        "avx2" => c"avx2",
        "simd128" => c"simd128",
        "limb64" => c"limb64",
        _ => c"limb32",
    };
    name.as_ptr()
}

/// The message of a status, in English. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_device_srp_message(status: i32) -> *const c_char {
    Status::message_of(status).as_ptr()
}

/// Who caused a status: one of `COGNITO_DEVICE_SRP_KIND_...`.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_device_srp_kind(status: i32) -> i32 {
    match Status::from_code(status).map(Status::kind) {
        None => COGNITO_DEVICE_SRP_KIND_NONE,
        Some(ErrorKind::Input) => COGNITO_DEVICE_SRP_KIND_INPUT,
        Some(ErrorKind::Peer) => COGNITO_DEVICE_SRP_KIND_PEER,
        Some(ErrorKind::Randomness) => COGNITO_DEVICE_SRP_KIND_RANDOMNESS,
        Some(ErrorKind::Rejected) => COGNITO_DEVICE_SRP_KIND_REJECTED,
    }
}

/// Registers a device with 56 random bytes, which are wiped: a new secret to keep, and the config to send.
///
/// # Safety
/// Each pointer is null or valid for its type or length. This includes the pointers within structs, here and below.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_register(
    device: *const Device,
    entropy: *mut u8,
    entropy_len: usize,
    registration: *mut Registration,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe {
        let Device { device_group_key, device_key } = read(device);
        device_texts(device_group_key, device_key)
    };
    call(
        &[Range::of(device)],
        inputs,
        Used::bytes(entropy, entropy_len),
        registration,
        |[group, key], entropy, to| {
            let device = self::device(group, key)?;
            let registration = DeviceRegistration::from_entropy(device, &mut Wiped(*entropy))?;
            put(&mut to.secret, registration.secret().as_bytes());
            put_config(&mut to.config, registration.config());
            Ok(())
        },
    )
}

/// Registers an existing secret, under a new salt of 16 random bytes, which are wiped.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_register_secret(
    device: *const Device,
    secret: *const Text,
    entropy: *mut u8,
    entropy_len: usize,
    config: *mut Config,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe {
        let Device { device_group_key, device_key } = read(device);
        let [group, key] = device_texts(device_group_key, device_key);
        [group, key, Input::text(read(secret))]
    };
    let structs = [Range::of(device), Range::of(secret)];
    call(&structs, inputs, Used::bytes(entropy, entropy_len), config, |[group, key, secret], entropy, to| {
        let (device, secret) = (self::device(group, key)?, self::secret(secret)?);
        let salt = Salt::from_entropy(&mut { *entropy })?;
        put_config(to, &DeviceSecretVerifierConfig::derive(device, &secret, &salt));
        Ok(())
    })
}

/// The config of a secret under a salt of 1 to 64 bytes (unsigned, big-endian). Deterministic.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_derive(
    device: *const Device,
    secret: *const Text,
    salt: *const u8,
    salt_len: usize,
    config: *mut Config,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe {
        let Device { device_group_key, device_key } = read(device);
        let [group, key] = device_texts(device_group_key, device_key);
        [group, key, Input::text(read(secret)), salt_input(salt, salt_len)]
    };
    let structs = [Range::of(device), Range::of(secret)];
    call(&structs, inputs, Used::NOTHING, config, |[group, key, secret, salt], _, to| {
        let (device, secret) = (self::device(group, key)?, self::secret(secret)?);
        put_config(to, &DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_bytes(salt)?));
        Ok(())
    })
}

/// Proves that a config belongs to this secret and device.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_prove(
    device: *const Device,
    secret: *const Text,
    config: *const Config,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe {
        let Device { device_group_key, device_key } = read(device);
        let [group, key] = device_texts(device_group_key, device_key);
        let [password_verifier, salt] = config_texts(config);
        [group, key, Input::text(read(secret)), password_verifier, salt]
    };
    let structs = [Range::of(device), Range::of(secret), Range::of(config)];
    call(
        &structs,
        inputs,
        Used::NOTHING,
        NO_OUTPUT,
        |[group, key, secret, password_verifier, salt], _, ()| {
            let config = self::config(password_verifier, salt)?;
            Ok(config.prove(self::device(group, key)?, &self::secret(secret)?)?)
        },
    )
}

/// Begins a sign-in with 32 random bytes, which are wiped.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_sign_in_start(
    entropy: *mut u8,
    entropy_len: usize,
    started: *mut StartedSignIn,
) -> i32 {
    call(&[], [], Used::bytes(entropy, entropy_len), started, |[], entropy, to| {
        put_started(to, crate::SignIn::from_entropy(&mut Wiped(*entropy))?);
        Ok(())
    })
}

/// Begins a sign-in with a given ephemeral of 1 to 1024 bytes, big-endian, for known answers. The ephemeral is not
/// changed, and the caller must wipe it.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_sign_in_start_with(
    ephemeral: *const u8,
    ephemeral_len: usize,
    started: *mut StartedSignIn,
) -> i32 {
    call(&[], [ephemeral_input(ephemeral, ephemeral_len)], Used::NOTHING, started, |[ephemeral], _, to| {
        put_started(to, crate::SignIn::start(Ephemeral::from_bytes(ephemeral)?));
        Ok(())
    })
}

/// Answers the challenge `DEVICE_PASSWORD_VERIFIER` or `PASSWORD_VERIFIER`. The sign-in is then wiped, because it can answer
/// only once. If the function returns a status, the sign-in is not changed, and may answer another challenge.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_sign_in_answer(
    sign_in: *mut SignIn,
    credentials: *const Credentials,
    challenge: *const Challenge,
    timestamp: *const Timestamp,
    claim: *mut Claim,
) -> i32 {
    // SAFETY: required of the caller
    let (kind, inputs) = unsafe {
        let (credentials, challenge) = (read(credentials), read(challenge));
        let [group, name] = claimant_texts(credentials);
        let (b, salt, block) = (challenge.srp_b, challenge.salt, challenge.secret_block);
        let time = Input::field(timestamp.cast(), COGNITO_DEVICE_SRP_TIMESTAMP_SIZE);
        let [b, salt, block] = [Input::text(b), Input::text(salt), Input::text(block)];
        (credentials.kind, [group, name, secret_input(credentials), b, salt, block, time])
    };
    let structs = [Range::of(credentials), Range::of(challenge), Range::of(timestamp)];
    let used = Used::<{ size_of::<SignIn>() }>::of(sign_in);
    call(
        &structs,
        inputs,
        used,
        claim,
        |[group, name, secret, srp_b, salt, secret_block, time], state, to| {
            let challenge = crate::Challenge {
                srp_b: text(srp_b)?,
                salt: text(salt)?,
                secret_block: text(secret_block)?,
            };
            let time = crate::Timestamp::parse(text(time)?)?;
            let sign_in = crate::SignIn::resume(state)?;
            let claim = with_credentials(kind, [group, name, secret], |credentials| {
                sign_in.answer(credentials, &challenge, &time)
            })?;
            put(&mut to.signature, claim.signature());
            put(&mut to.timestamp, claim.timestamp());
            Ok(())
        },
    )
}

/// `SECRET_HASH` for a request of `username`.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_secret_hash(
    client_secret: *const Text,
    username: *const Text,
    client_id: *const Text,
    hash: *mut SecretHash,
) -> i32 {
    let texts = [client_secret, username, client_id];
    // SAFETY: required of the caller
    let inputs = texts.map(|text| unsafe { Input::text(read(text)) });
    call(&texts.map(Range::of), inputs, Used::NOTHING, hash, |[client_secret, username, client_id], _, to| {
        let hash = crate::SecretHash::new(secret_text(client_secret)?, text(username)?, text(client_id)?);
        put(&mut to.text, hash.as_str());
        Ok(())
    })
}

/// The timestamp of a number of seconds since the beginning of 1970, UTC.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_timestamp_from_unix(
    seconds: i64,
    timestamp: *mut Timestamp,
) -> i32 {
    call(&[], [], Used::NOTHING, timestamp, |[], _, to| {
        put(&mut to.text, crate::Timestamp::from_unix(seconds)?.as_str());
        Ok(())
    })
}

/// The moment of an HTTP `Date` header, as in `Sun, 06 Nov 1994 08:49:37 GMT`: a clock for machines without one.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_timestamp_from_http_date(
    date: *const Text,
    timestamp: *mut Timestamp,
) -> i32 {
    // SAFETY: required of the caller
    unsafe { timestamp_of(date, timestamp, crate::Timestamp::from_http_date) }
}

/// The timestamp of a text in the format of `TIMESTAMP` that another program wrote. The output is the canonical text.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_timestamp_parse(
    date: *const Text,
    timestamp: *mut Timestamp,
) -> i32 {
    // SAFETY: required of the caller
    unsafe { timestamp_of(date, timestamp, crate::Timestamp::parse) }
}

/// # Safety
/// As `cognito_device_srp_register`.
unsafe fn timestamp_of(
    date: *const Text,
    timestamp: *mut Timestamp,
    read_date: impl FnOnce(&str) -> Result<crate::Timestamp, Error>,
) -> i32 {
    // SAFETY: required of the caller
    let input = unsafe { Input::text(read(date)) };
    call(&[Range::of(date)], [input], Used::NOTHING, timestamp, |[date], _, to| {
        put(&mut to.text, read_date(text(date)?)?.as_str());
        Ok(())
    })
}

/// The verifier of a device's config, as a service stores it.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_verifier_of_config(
    config: *const Config,
    stored: *mut StoredVerifier,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe { config_texts(config) };
    call(&[Range::of(config)], inputs, Used::NOTHING, stored, |[password_verifier, salt], _, to| {
        let config = self::config(password_verifier, salt)?;
        put_stored(to, &verifier::StoredVerifier::for_device(&config)?);
        Ok(())
    })
}

/// The verifier of credentials under a salt of 1 to 64 bytes (unsigned, big-endian), as a pool makes a user's.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_verifier_of_credentials(
    credentials: *const Credentials,
    salt: *const u8,
    salt_len: usize,
    stored: *mut StoredVerifier,
) -> i32 {
    // SAFETY: required of the caller
    let (kind, inputs) = unsafe {
        let credentials = read(credentials);
        let [group, name] = claimant_texts(credentials);
        (credentials.kind, [group, name, secret_input(credentials), salt_input(salt, salt_len)])
    };
    let structs = [Range::of(credentials)];
    call(&structs, inputs, Used::NOTHING, stored, |[group, name, secret, salt], _, to| {
        let salt = Salt::from_bytes(salt)?;
        let stored = with_credentials(kind, [group, name, secret], |credentials| {
            Ok(verifier::StoredVerifier::for_user(credentials, salt))
        })?;
        put_stored(to, &stored);
        Ok(())
    })
}

/// Answers `SRP_A` with a challenge, with 32 random bytes, which are wiped.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_verifier_challenge(
    stored: *const StoredVerifier,
    srp_a: *const Text,
    entropy: *mut u8,
    entropy_len: usize,
    issued: *mut IssuedChallenge,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe { [stored_input(stored), Input::text(read(srp_a))] };
    let used = Used::bytes(entropy, entropy_len);
    call(&[Range::of(srp_a)], inputs, used, issued, |[stored, srp_a], entropy, to| {
        issue(to, stored, srp_a, Ephemeral::from_entropy(&mut Wiped(*entropy))?)
    })
}

/// Answers `SRP_A` with a challenge, with a given ephemeral of 1 to 1024 bytes, big-endian, for known answers. The ephemeral is
/// not changed, and the caller must wipe it.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_verifier_challenge_with(
    stored: *const StoredVerifier,
    srp_a: *const Text,
    ephemeral: *const u8,
    ephemeral_len: usize,
    issued: *mut IssuedChallenge,
) -> i32 {
    // SAFETY: required of the caller
    let inputs = unsafe {
        [stored_input(stored), Input::text(read(srp_a)), ephemeral_input(ephemeral, ephemeral_len)]
    };
    call(&[Range::of(srp_a)], inputs, Used::NOTHING, issued, |[stored, srp_a, ephemeral], _, to| {
        issue(to, stored, srp_a, Ephemeral::from_bytes(ephemeral)?)
    })
}

/// Checks that a claim was signed with the secret that the verifier was made from. The secret in the credentials is not used.
/// The challenge's state is wiped, whether the claim matches or not, except if the claim cannot be checked.
///
/// # Safety
/// As `cognito_device_srp_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_verifier_check(
    expected: *mut ExpectedClaim,
    credentials: *const Credentials,
    claim: *const ReceivedClaim,
) -> i32 {
    // SAFETY: required of the caller
    let (kind, inputs) = unsafe {
        let (credentials, claim) = (read(credentials), read(claim));
        let [group, name] = claimant_texts(credentials);
        let [block, time, signature] =
            [Input::text(claim.secret_block), Input::text(claim.timestamp), Input::text(claim.signature)];
        (credentials.kind, [group, name, block, time, signature])
    };
    let used = Used::<{ size_of::<ExpectedClaim>() }>::of(expected);
    let structs = [Range::of(credentials), Range::of(claim)];
    call(&structs, inputs, used, NO_OUTPUT, |[group, name, block, time, signature], state, ()| {
        let claimant = self::claimant(kind, group, name)?;
        let claim = verifier::Claim {
            secret_block: text(block)?,
            timestamp: text(time)?,
            signature: text(signature)?,
        };
        let expected = verifier::ExpectedClaim::from_state(state).ok_or(Error::SuspendedSignInMalformed)?;
        Ok(expected.check(claimant, &claim)?)
    })
}

fn ephemeral_input(at: *const u8, len: usize) -> Input {
    Input::bytes(at, len, COGNITO_DEVICE_SRP_EPHEMERAL_MAX_SIZE, Error::EphemeralOutOfRange.into())
}

fn stored_input(stored: *const StoredVerifier) -> Input {
    const SIZE: usize = size_of::<StoredVerifier>();
    Input::bytes(stored.cast(), SIZE, SIZE, Error::ArgumentLength.into())
}
