//! The WebAssembly module of the npm package. It has no imports, no allocator and no state between two calls.
//!
//! Each function takes the address of an [`Exchange`] and returns 0 or the code of an error. The caller writes the exchange and
//! then the inputs after this module's own data, and afterwards overwrites both and the stack.
#![no_std]

use cognito_device_srp::service::Diagnosis;
use cognito_device_srp::verifier::{Claim, Claimant, IssuedChallenge, StoredVerifier};
use cognito_device_srp::{
    Challenge, Credentials, Device, DeviceRegistration, DeviceSecret, DeviceSecretVerifierConfig, Ephemeral,
    Error, ErrorKind, Salt, SecretHash, SignIn, Timestamp,
};

/// The largest number of inputs of a call.
const INPUTS: usize = 9;
/// More bytes than the outputs of any call have. `SRP_A` has 768 and a suspended sign-in 770.
const OUTPUTS_LEN: usize = 2048;

/// The inputs and outputs of a call.
#[repr(C)]
pub struct Exchange {
    inputs: [Input; INPUTS],
    outputs: Outputs,
}

/// The address and length of an input.
#[repr(C)]
#[derive(Clone, Copy)]
struct Input {
    at: *const u8,
    len: usize,
}

/// The outputs in order. Each follows its length in four bytes, little-endian.
#[repr(C)]
struct Outputs([u8; OUTPUTS_LEN]);

impl Outputs {
    fn set(&mut self, outputs: &[&[u8]]) {
        let mut room = self.0.iter_mut();
        for output in outputs {
            let len = (output.len() as u32).to_le_bytes();
            for (&byte, to) in len.iter().chain(*output).zip(room.by_ref()) {
                *to = byte;
            }
        }
    }
}

fn bytes(input: &[u8]) -> Result<&[u8], Error> {
    Ok(input)
}

fn text(input: &[u8]) -> Result<&str, Error> {
    core::str::from_utf8(input).map_err(|_| Error::TextNotUtf8)
}

fn array<const N: usize>(input: &[u8]) -> Result<[u8; N], Error> {
    input.try_into().map_err(|_| Error::ArgumentLength)
}

/// A device. A NUL in front of its key means that the key can have any form. The package puts it there for a
/// `DeviceKeyForTests`, and rejects all other texts with a NUL.
fn device<'a>(group: &'a str, key: &'a str) -> Result<Device<'a>, Error> {
    match key.strip_prefix('\0') {
        Some(key) => Device::for_tests_with_any_key(group, key),
        None => Device::new(group, key),
    }
}

/// Runs `work` with the first `N` inputs of an exchange.
///
/// # Safety
/// `exchange` is an [`Exchange`] that nothing else refers to, and each of its first `N` inputs lies outside of it.
unsafe fn run<const N: usize>(
    exchange: *mut Exchange,
    work: impl FnOnce([&[u8]; N], &mut Outputs) -> Result<(), Error>,
) -> i32 {
    const { assert!(N <= INPUTS) };
    // SAFETY: the caller's promise
    let Exchange { inputs, outputs } = unsafe { &mut *exchange };
    let inputs = core::array::from_fn(|i| {
        // SAFETY: the caller's promise
        unsafe { core::slice::from_raw_parts(inputs[i].at, inputs[i].len) }
    });
    match work(inputs, outputs) {
        Ok(()) => 0,
        Err(error) => error.code(),
    }
}

macro_rules! constants {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:expr;)+) => {$(
        $(#[doc = $doc])+
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> usize {
            $value
        }
    )+};
}

constants! {
    /// Bytes of an exchange.
    exchange_len = size_of::<Exchange>();
    /// The offset of the outputs in an exchange. The inputs are at its beginning.
    outputs_at = core::mem::offset_of!(Exchange, outputs);
    /// Random bytes that `register` takes.
    registration_entropy_len = DeviceRegistration::ENTROPY_LEN;
    /// Random bytes that `sign_in` takes.
    ephemeral_entropy_len = Ephemeral::ENTROPY_LEN;
    /// Random bytes that `new_salt` takes.
    salt_entropy_len = Salt::ENTROPY_LEN;
    /// The code for a sign-in or a challenge that was answered already.
    answered_already = Error::SuspendedSignInMalformed as usize;
    /// The code for a generator that failed.
    randomness_unavailable = Error::RandomnessUnavailable as usize;
    /// The code for inputs that are too long.
    argument_length = Error::ArgumentLength as usize;
    /// The code for a text that has a lone surrogate.
    text_not_utf8 = Error::TextNotUtf8 as usize;
    /// The code for a text that has a NUL.
    text_has_nul = Error::TextHasNul as usize;
    /// The code for a map that lacks an entry.
    parameter_missing = Error::ParameterMissing as usize;
    /// The code for an entry that is empty.
    parameter_empty = Error::ParameterEmpty as usize;
    /// The code for an entry that the library adds itself.
    parameter_repeated = Error::ParameterRepeated as usize;
}

macro_rules! exports {
    ($($(#[doc = $doc:literal])+ $name:ident($($input:ident: $read:ident),*; $outputs:ident) $work:block)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Safety
        /// `exchange` is an [`Exchange`] that nothing else refers to, and its inputs lie outside of it.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(exchange: *mut Exchange) -> i32 {
            // SAFETY: the caller's promise
            unsafe {
                run(exchange, |[$($input),*], $outputs| {
                    $(let $input = $read($input)?;)*
                    $work
                    Ok(())
                })
            }
        }
    )+};
}

exports! {
    /// The message and the kind of an error's code.
    describe(code: array; outputs) {
        let error = Error::from_code(i32::from_le_bytes(code)).ok_or(Error::ArgumentLength)?;
        let kind = match error.kind() {
            ErrorKind::Input => "input",
            ErrorKind::Peer => "peer",
            ErrorKind::Randomness => "randomness",
            ErrorKind::Rejected => "rejected",
            _ => "other",
        };
        outputs.set(&[error.message().as_bytes(), kind.as_bytes()]);
    }

    /// The cause of a refusal of the service, what to do, and whether that is to wait. Empty if the cause is not known.
    diagnose(exception: text, message: text; outputs) {
        if let Some(diagnosis) = Diagnosis::of(exception, message) {
            let waits: &[u8] = if diagnosis.asks_to_wait() { b"wait" } else { b"" };
            outputs.set(&[diagnosis.name().as_bytes(), diagnosis.advice().as_bytes(), waits]);
        }
    }

    /// The name of the arithmetic backend.
    backend(; outputs) {
        outputs.set(&[cognito_device_srp::backend().as_bytes()]);
    }

    /// A new registration, which has been proven: secret, verifier, salt.
    register(group: text, key: text, entropy: array; outputs) {
        let mut entropy = entropy;
        let registration = DeviceRegistration::from_entropy(device(group, key)?, &mut entropy)?;
        registration.prove()?;
        let (secret, config) = (registration.secret().expose_secret(), registration.config());
        outputs.set(&[secret.as_bytes(), config.password_verifier().as_bytes(), config.salt().as_bytes()]);
    }

    /// The verifier of a secret: verifier, salt.
    derive(group: text, key: text, secret: text, salt: text; outputs) {
        let (device, secret) = (device(group, key)?, DeviceSecret::from_text(secret)?);
        let config = DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_base64(salt)?);
        outputs.set(&[config.password_verifier().as_bytes(), config.salt().as_bytes()]);
    }

    /// The verifier of a secret under a salt in bytes: verifier, salt.
    derive_with_salt(group: text, key: text, secret: text, salt: bytes; outputs) {
        let (device, secret) = (device(group, key)?, DeviceSecret::from_text(secret)?);
        let config = DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_bytes(salt)?);
        outputs.set(&[config.password_verifier().as_bytes(), config.salt().as_bytes()]);
    }

    /// Whether a verifier and its salt are those of a secret.
    prove(group: text, key: text, secret: text, verifier: text, salt: text; _outputs) {
        let (device, secret) = (device(group, key)?, DeviceSecret::from_text(secret)?);
        DeviceSecretVerifierConfig::from_base64(verifier, salt)?.prove(device, &secret)?;
    }

    /// Whether a device can have these identifiers and this secret.
    check_device(group: text, key: text, secret: text; _outputs) {
        device(group, key)?;
        DeviceSecret::from_text(secret)?;
    }

    /// A new sign-in: its `SRP_A`, its state.
    sign_in(entropy: array; outputs) {
        let mut entropy = entropy;
        set_sign_in(SignIn::from_entropy(&mut entropy)?, outputs);
    }

    /// A sign-in with a given ephemeral: its `SRP_A`, its state.
    sign_in_with(ephemeral: bytes; outputs) {
        set_sign_in(SignIn::start(Ephemeral::from_bytes(ephemeral)?), outputs);
    }

    /// The sign-in of a state: its `SRP_A`, its state.
    resume(state: bytes; outputs) {
        set_sign_in(SignIn::resume(state)?, outputs);
    }

    /// `TIMESTAMP` of the seconds since 1970.
    timestamp(seconds: array; outputs) {
        outputs.set(&[Timestamp::from_unix(i64::from_le_bytes(seconds))?.as_str().as_bytes()]);
    }

    /// The answer of a device: signature, timestamp.
    answer_device(
        state: bytes, srp_b: text, salt: text, secret_block: text, timestamp: text, group: text, key: text, secret: text;
        outputs
    ) {
        let (device, secret) = (device(group, key)?, DeviceSecret::from_text(secret)?);
        let challenge = Challenge { srp_b, salt, secret_block };
        answer(state, &Credentials::device(device, &secret), &challenge, timestamp, outputs)?;
    }

    /// The answer of a user: signature, timestamp.
    answer_user(
        state: bytes, srp_b: text, salt: text, secret_block: text, timestamp: text, pool: text, user: text, password: text;
        outputs
    ) {
        let challenge = Challenge { srp_b, salt, secret_block };
        answer(state, &Credentials::user(pool, user, password)?, &challenge, timestamp, outputs)?;
    }

    /// The answer of a user whose password is kept as its hash: signature, timestamp.
    answer_user_hashed(
        state: bytes, srp_b: text, salt: text, secret_block: text, timestamp: text, pool: text, user: text, hash: array;
        outputs
    ) {
        let challenge = Challenge { srp_b, salt, secret_block };
        answer(state, &Credentials::user_hashed(pool, user, &hash)?, &challenge, timestamp, outputs)?;
    }

    /// `SECRET_HASH`.
    secret_hash(client_secret: text, username: text, client_id: text; outputs) {
        outputs.set(&[SecretHash::new(client_secret, username, client_id).as_str().as_bytes()]);
    }

    /// A new salt: its bytes.
    new_salt(entropy: array; outputs) {
        let mut entropy = entropy;
        outputs.set(&[Salt::from_entropy(&mut entropy)?.as_signed_bytes()]);
    }

    /// The verifier of a device's two texts: verifier, salt, both in bytes.
    stored_for_device(verifier: text, salt: text; outputs) {
        let config = DeviceSecretVerifierConfig::from_base64(verifier, salt)?;
        set_stored(&StoredVerifier::for_device(&config)?, outputs);
    }

    /// The verifier of a user's password: verifier, salt, both in bytes.
    stored_for_user(pool: text, user: text, password: text, salt: bytes; outputs) {
        let user = Credentials::user(pool, user, password)?;
        set_stored(&StoredVerifier::for_user(&user, Salt::from_bytes(salt)?), outputs);
    }

    /// A verifier that was stored: verifier, salt, both in bytes.
    stored_from_parts(verifier: bytes, salt: bytes; outputs) {
        set_stored(&StoredVerifier::from_parts(verifier, Salt::from_bytes(salt)?)?, outputs);
    }

    /// The challenge of a verifier: `SRP_B`, `SALT`.
    challenge(verifier: bytes, salt: bytes, ephemeral: bytes, srp_a: text; outputs) {
        let issued = issue(verifier, salt, ephemeral, srp_a)?;
        outputs.set(&[issued.srp_b().as_bytes(), issued.salt().as_bytes()]);
    }

    /// Whether a device has answered a challenge, which is computed anew.
    check_device_claim(
        verifier: bytes, salt: bytes, ephemeral: bytes, srp_a: text,
        secret_block: text, timestamp: text, signature: text, group: text, key: text;
        _outputs
    ) {
        let claim = Claim { secret_block, timestamp, signature };
        issue(verifier, salt, ephemeral, srp_a)?.check(device(group, key)?, &claim)?;
    }

    /// Whether a user has answered a challenge, which is computed anew.
    check_user_claim(
        verifier: bytes, salt: bytes, ephemeral: bytes, srp_a: text,
        secret_block: text, timestamp: text, signature: text, pool: text, user: text;
        _outputs
    ) {
        let claim = Claim { secret_block, timestamp, signature };
        issue(verifier, salt, ephemeral, srp_a)?.check(Claimant::user(pool, user)?, &claim)?;
    }
}

fn set_sign_in(sign_in: SignIn, outputs: &mut Outputs) {
    let mut srp_a = [0; 2 * StoredVerifier::LEN];
    let srp_a = &mut srp_a[..sign_in.srp_a().len()];
    srp_a.copy_from_slice(sign_in.srp_a().as_bytes());
    outputs.set(&[srp_a, sign_in.suspend().expose_secret()]);
}

fn answer(
    state: &[u8],
    credentials: &Credentials<'_>,
    challenge: &Challenge<'_>,
    timestamp: &str,
    outputs: &mut Outputs,
) -> Result<(), Error> {
    let claim = SignIn::resume(state)?.answer(credentials, challenge, &Timestamp::parse(timestamp)?)?;
    outputs.set(&[claim.signature().as_bytes(), claim.timestamp().as_bytes()]);
    Ok(())
}

fn set_stored(stored: &StoredVerifier, outputs: &mut Outputs) {
    let salt = match stored.salt().as_signed_bytes() {
        [0, unsigned @ ..] if !unsigned.is_empty() => unsigned,
        signed => signed,
    };
    outputs.set(&[stored.verifier(), salt]);
}

fn issue(verifier: &[u8], salt: &[u8], ephemeral: &[u8], srp_a: &str) -> Result<IssuedChallenge, Error> {
    let stored = StoredVerifier::from_parts(verifier, Salt::from_bytes(salt)?)?;
    Ok(stored.challenge(srp_a, Ephemeral::from_bytes(ephemeral)?)?)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
