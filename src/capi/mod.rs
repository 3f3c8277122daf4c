//! The C ABI: registration, proof and device sign-in over buffers of the caller.
//!
//! Contract: a function looks at every pointer and length before anything else, and answers 0 or a status: the code of an [`Error`], or one that C alone can get.
//! Unless it answers 0, each of its output buffers holds zeros, as far as it could be written at all. Nothing is
//! allocated, kept or to be freed, and nothing panics.
//!
//! Texts are UTF-8 with a length and need no NUL; texts that come out end in NUL and fill the rest of their buffer with
//! NUL. An output buffer has just the size that its macro says. Inputs may overlap each other; an output may overlap
//! nothing.
//!
//! # Building
//! The header is `src/cognito_device_srp.h`, which a test keeps the same as this file. A library that C links needs a panic
//! handler, though nothing calls it. On a host that of `std` serves:
//! `cargo rustc --release --no-default-features --features capi,std --crate-type staticlib`, or `cdylib`. Without std it
//! takes a crate of one function around this one: `tests/capi/bare` is it, for bare metal and for WebAssembly.
//!
//! # Safety
//! Every way in which this could be unsound, and what stops it:
//! - a pointer is null, or its range leaves the address space or is above `isize::MAX` bytes: refused;
//! - a range is written while it is read: refused, since no output overlaps another buffer;
//! - memory was never written: an output is filled with zeros before there is a reference to it. Inputs, and the buffers
//!   that go in and out, must have been written by the caller;
//! - a range is not the caller's to read or write, or another thread writes it meanwhile: that cannot be seen from here,
//!   and is all that is left to the caller. Bytes have no alignment, and no input is read beyond its stated bound.

mod arguments;
mod status;

use crate::device::config::DeviceSecretVerifierConfig;
use crate::device::identifiers::Device;
use crate::device::registration::DeviceRegistration;
use crate::device::secret::DeviceSecret;
use crate::error::Error;
use crate::hygiene::ct;
use crate::srp::client::{Challenge, SignIn, SuspendedSignIn};
use crate::srp::credentials::Credentials;
use crate::srp::ephemeral::Ephemeral;
use crate::srp::salt::Salt;
use crate::srp::timestamp::Timestamp;
use arguments::{Input, Output, call};
use core::ffi::c_char;
pub use status::Status;
use zeroize::Zeroize;

/// Bytes of randomness that a registration takes.
pub const COGNITO_DEVICE_SRP_ENTROPY_SIZE: usize = 56;
/// A new device secret: 56 characters and NUL.
pub const COGNITO_DEVICE_SRP_SECRET_SIZE: usize = 57;
/// `PasswordVerifier`: up to 516 characters and NUL.
pub const COGNITO_DEVICE_SRP_VERIFIER_SIZE: usize = 517;
/// `Salt`: up to 88 characters and NUL.
pub const COGNITO_DEVICE_SRP_SALT_SIZE: usize = 89;
/// The least randomness of a sign-in, and as much as it needs.
pub const COGNITO_DEVICE_SRP_EPHEMERAL_SIZE: usize = 32;
/// The most randomness of a sign-in.
pub const COGNITO_DEVICE_SRP_EPHEMERAL_MAX: usize = 1024;
/// A sign-in that waits for its challenge. Bytes of any alignment; secret.
pub const COGNITO_DEVICE_SRP_SIGN_IN_SIZE: usize = 770;
/// `SRP_A`: up to 768 digits and NUL.
pub const COGNITO_DEVICE_SRP_SRP_A_SIZE: usize = 769;
/// `PASSWORD_CLAIM_SIGNATURE`: 44 characters and NUL.
pub const COGNITO_DEVICE_SRP_SIGNATURE_SIZE: usize = 45;
/// `TIMESTAMP`: up to 28 characters and NUL.
pub const COGNITO_DEVICE_SRP_TIMESTAMP_SIZE: usize = 29;
/// Bytes of the longest text that is read.
pub const COGNITO_DEVICE_SRP_TEXT_MAX: usize = 131072;

const STATE: usize = COGNITO_DEVICE_SRP_SIGN_IN_SIZE;
const EPHEMERAL: usize = COGNITO_DEVICE_SRP_EPHEMERAL_MAX;

const _: () = {
    assert!(COGNITO_DEVICE_SRP_ENTROPY_SIZE == DeviceRegistration::ENTROPY_LEN);
    assert!(COGNITO_DEVICE_SRP_SECRET_SIZE == DeviceSecret::LEN + 1);
    assert!(COGNITO_DEVICE_SRP_VERIFIER_SIZE == DeviceSecretVerifierConfig::MAX_VERIFIER_BASE64 + 1);
    assert!(COGNITO_DEVICE_SRP_SALT_SIZE == Salt::MAX_BASE64 + 1);
    assert!(COGNITO_DEVICE_SRP_EPHEMERAL_SIZE == Ephemeral::ENTROPY_LEN);
    assert!(EPHEMERAL == Ephemeral::MAX_LEN);
    assert!(STATE == SuspendedSignIn::LEN);
    assert!(COGNITO_DEVICE_SRP_SRP_A_SIZE == 2 * crate::arithmetic::residue::BYTES + 1);
    assert!(COGNITO_DEVICE_SRP_TIMESTAMP_SIZE == Timestamp::MAX_LEN + 1);
};

fn text(bytes: &[u8]) -> Result<&str, Status> {
    core::str::from_utf8(bytes).map_err(|_| Status::TextNotUtf8)
}

/// A secret's text. Constant time for ASCII, which all known clients' secrets are; whether it is that is made public.
fn secret(bytes: &[u8]) -> Result<DeviceSecret<'_>, Status> {
    let beyond_ascii = bytes.iter().fold(0, |any, &byte| any | byte) & 0x80;
    let text = if ct::reveal_is_zero(&[beyond_ascii]) {
        // SAFETY: ASCII is UTF-8
        unsafe { core::str::from_utf8_unchecked(bytes) }
    } else {
        text(bytes)?
    };
    Ok(DeviceSecret::from_text(text)?)
}

fn device<'a>(device_group_key: &'a [u8], device_key: &'a [u8]) -> Result<Device<'a>, Status> {
    Ok(Device::new(text(device_group_key)?, text(device_key)?)?)
}

fn put(to: &mut [u8], bytes: &[u8]) {
    for (to, &byte) in to.iter_mut().zip(bytes) {
        *to = byte;
    }
}

fn group_key(at: *const c_char, len: usize) -> Input {
    Input::bounded(at.cast(), len, Device::MAX_GROUP_KEY, Error::DeviceGroupKeyTooLong.into())
}

fn device_key(at: *const c_char, len: usize) -> Input {
    Input::bounded(at.cast(), len, Device::MAX_DEVICE_KEY, Error::DeviceKeyMalformed.into())
}

/// The message of a status, in English, NUL-terminated and static. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_device_srp_message(status: i32) -> *const c_char {
    Status::message_of(status).as_ptr()
}

/// Registers a device from 56 random bytes, which are wiped: a new secret to keep, and the verifier and salt to send.
///
/// # Safety
/// Each pointer is null or good for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_from_entropy(
    device_group_key: *const c_char,
    device_group_key_len: usize,
    device_key: *const c_char,
    device_key_len: usize,
    entropy: *mut u8,
    entropy_len: usize,
    secret: *mut c_char,
    secret_len: usize,
    verifier: *mut c_char,
    verifier_len: usize,
    salt: *mut c_char,
    salt_len: usize,
) -> i32 {
    const ENTROPY: usize = COGNITO_DEVICE_SRP_ENTROPY_SIZE;
    call(
        [group_key(device_group_key, device_group_key_len), self::device_key(device_key, device_key_len)],
        [
            Output::bytes(entropy, entropy_len, ENTROPY, ENTROPY, true),
            Output::text(secret, secret_len, COGNITO_DEVICE_SRP_SECRET_SIZE),
            Output::text(verifier, verifier_len, COGNITO_DEVICE_SRP_VERIFIER_SIZE),
            Output::text(salt, salt_len, COGNITO_DEVICE_SRP_SALT_SIZE),
        ],
        |[group, key], [entropy, secret, verifier, salt]| {
            let entropy = entropy.try_into().map_err(|_| Status::ArgumentLength)?;
            let registration = DeviceRegistration::from_entropy(device(group, key)?, entropy)?;
            put(secret, registration.secret().as_bytes());
            put(verifier, registration.config().password_verifier().as_bytes());
            put(salt, registration.config().salt().as_bytes());
            Ok(())
        },
    )
}

/// The verifier of a secret under a salt of 1 to 64 bytes (unsigned, big-endian), and both as they are sent.
///
/// # Safety
/// Each pointer is null or good for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_derive(
    device_group_key: *const c_char,
    device_group_key_len: usize,
    device_key: *const c_char,
    device_key_len: usize,
    secret: *const c_char,
    secret_len: usize,
    salt: *const u8,
    salt_len: usize,
    verifier: *mut c_char,
    verifier_len: usize,
    salt_text: *mut c_char,
    salt_text_len: usize,
) -> i32 {
    call(
        [
            group_key(device_group_key, device_group_key_len),
            self::device_key(device_key, device_key_len),
            Input::text(secret, secret_len),
            Input::bounded(salt, salt_len, Salt::MAX_LEN, Error::SaltTooLong.into()),
        ],
        [
            Output::text(verifier, verifier_len, COGNITO_DEVICE_SRP_VERIFIER_SIZE),
            Output::text(salt_text, salt_text_len, COGNITO_DEVICE_SRP_SALT_SIZE),
        ],
        |[group, key, secret, salt], [verifier, salt_text]| {
            let (secret, salt) = (self::secret(secret)?, Salt::from_bytes(salt)?);
            let config = DeviceSecretVerifierConfig::derive(device(group, key)?, &secret, &salt);
            put(verifier, config.password_verifier().as_bytes());
            put(salt_text, config.salt().as_bytes());
            Ok(())
        },
    )
}

/// Proves that verifier and salt, as they are sent, belong to this secret and device.
///
/// # Safety
/// Each pointer is null or good for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_prove(
    device_group_key: *const c_char,
    device_group_key_len: usize,
    device_key: *const c_char,
    device_key_len: usize,
    secret: *const c_char,
    secret_len: usize,
    verifier: *const c_char,
    verifier_len: usize,
    salt: *const c_char,
    salt_len: usize,
) -> i32 {
    call(
        [
            group_key(device_group_key, device_group_key_len),
            self::device_key(device_key, device_key_len),
            Input::text(secret, secret_len),
            Input::text(verifier, verifier_len),
            Input::text(salt, salt_len),
        ],
        [],
        |[group, key, secret, verifier, salt], []| {
            let config = DeviceSecretVerifierConfig::from_base64(text(verifier)?, text(salt)?)?;
            Ok(config.prove(device(group, key)?, &self::secret(secret)?)?)
        },
    )
}

/// Begins a sign-in with 32 to 1024 random bytes, which are wiped: `SRP_A`, and the state that
/// `cognito_device_srp_sign_in_answer` takes.
///
/// # Safety
/// Each pointer is null or good for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_sign_in_start(
    entropy: *mut u8,
    entropy_len: usize,
    sign_in: *mut u8,
    sign_in_len: usize,
    srp_a: *mut c_char,
    srp_a_len: usize,
) -> i32 {
    call(
        [],
        [
            Output::bytes(entropy, entropy_len, COGNITO_DEVICE_SRP_EPHEMERAL_SIZE, EPHEMERAL, true),
            Output::bytes(sign_in, sign_in_len, STATE, STATE, false),
            Output::text(srp_a, srp_a_len, COGNITO_DEVICE_SRP_SRP_A_SIZE),
        ],
        |[], [entropy, state, srp_a]| {
            let ephemeral = Ephemeral::from_bytes(entropy).map_err(|_| Error::RandomnessUnavailable)?;
            let started = SignIn::start(ephemeral);
            put(srp_a, started.srp_a().as_bytes());
            put(state, started.suspend().expose_secret());
            entropy.zeroize();
            Ok(())
        },
    )
}

/// Answers `DEVICE_PASSWORD_VERIFIER` at a time in seconds since 1970, UTC. The state is wiped, whatever the outcome: a
/// sign-in is answered once.
///
/// # Safety
/// Each pointer is null or good for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_device_srp_sign_in_answer(
    sign_in: *mut u8,
    sign_in_len: usize,
    device_group_key: *const c_char,
    device_group_key_len: usize,
    device_key: *const c_char,
    device_key_len: usize,
    secret: *const c_char,
    secret_len: usize,
    srp_b: *const c_char,
    srp_b_len: usize,
    salt: *const c_char,
    salt_len: usize,
    secret_block: *const c_char,
    secret_block_len: usize,
    unix_seconds: u64,
    signature: *mut c_char,
    signature_len: usize,
    timestamp: *mut c_char,
    timestamp_len: usize,
) -> i32 {
    call(
        [
            group_key(device_group_key, device_group_key_len),
            self::device_key(device_key, device_key_len),
            Input::text(secret, secret_len),
            Input::text(srp_b, srp_b_len),
            Input::text(salt, salt_len),
            Input::text(secret_block, secret_block_len),
        ],
        [
            Output::bytes(sign_in, sign_in_len, STATE, STATE, true),
            Output::text(signature, signature_len, COGNITO_DEVICE_SRP_SIGNATURE_SIZE),
            Output::text(timestamp, timestamp_len, COGNITO_DEVICE_SRP_TIMESTAMP_SIZE),
        ],
        |[group, key, secret, srp_b, salt, secret_block], [state, signature, timestamp]| {
            let (srp_b, salt, secret_block) = (text(srp_b)?, text(salt)?, text(secret_block)?);
            let challenge = Challenge { srp_b, salt, secret_block };
            let seconds = i64::try_from(unix_seconds).map_err(|_| Error::TimestampOutOfRange)?;
            let now = Timestamp::from_unix(seconds)?;
            let secret = self::secret(secret)?;
            let credentials = Credentials::device(device(group, key)?, &secret);
            let claim = SignIn::resume(state)?.answer(&credentials, &challenge, &now)?;
            put(signature, claim.signature().as_bytes());
            put(timestamp, claim.timestamp().as_bytes());
            state.zeroize();
            Ok(())
        },
    )
}
