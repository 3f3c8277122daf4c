//! The structs that cross the C ABI, and their sizes.
//!
//! A struct in an argument contains only words of a pointer's size, and a struct in an output only bytes. So none has padding, and
//! all compilers of a target use the same layout.

use crate::arithmetic::residue;
use crate::device::config::DeviceSecretVerifierConfig;
use crate::device::registration::DeviceRegistration;
use crate::device::secret::DeviceSecret;
use crate::srp::client::SuspendedSignIn;
use crate::srp::ephemeral::Ephemeral;
use crate::srp::salt;
use crate::srp::timestamp;
use crate::srp::verifier;
use core::ffi::{CStr, c_char};

/// Random bytes of a registration: 40 for the secret, 16 for the salt.
pub const COGNITO_DEVICE_SRP_ENTROPY_SIZE: usize = 56;
/// Random bytes of a salt.
pub const COGNITO_DEVICE_SRP_SALT_ENTROPY_SIZE: usize = 16;
/// Random bytes of a sign-in, and of a verifier's challenge.
pub const COGNITO_DEVICE_SRP_EPHEMERAL_ENTROPY_SIZE: usize = 32;
/// The longest ephemeral that can be given.
pub const COGNITO_DEVICE_SRP_EPHEMERAL_MAX_SIZE: usize = 1024;
/// The longest text that is read.
pub const COGNITO_DEVICE_SRP_TEXT_MAX_SIZE: usize = 131072;
/// A new device secret: 56 characters and NUL.
pub const COGNITO_DEVICE_SRP_SECRET_SIZE: usize = 57;
/// `PasswordVerifier`: up to 516 characters and NUL.
pub const COGNITO_DEVICE_SRP_PASSWORD_VERIFIER_SIZE: usize = 517;
/// `Salt`: up to 88 characters and NUL.
pub const COGNITO_DEVICE_SRP_SALT_SIZE: usize = 89;
/// `SRP_A` and `SRP_B`: up to 768 hexadecimal digits and NUL.
pub const COGNITO_DEVICE_SRP_NUMBER_SIZE: usize = 769;
/// `SALT` of a challenge: up to 128 hexadecimal digits and NUL.
pub const COGNITO_DEVICE_SRP_SALT_HEX_SIZE: usize = 129;
/// `PASSWORD_CLAIM_SIGNATURE` and `SECRET_HASH`: 44 characters and NUL.
pub const COGNITO_DEVICE_SRP_SIGNATURE_SIZE: usize = 45;
/// `TIMESTAMP`: up to 28 characters and NUL.
pub const COGNITO_DEVICE_SRP_TIMESTAMP_SIZE: usize = 29;
/// The hash of a user's password.
pub const COGNITO_DEVICE_SRP_PASSWORD_HASH_SIZE: usize = 32;
/// The number of a stored verifier.
pub const COGNITO_DEVICE_SRP_VERIFIER_SIZE: usize = 384;
/// The salt of a stored verifier, and the longest salt that can be given.
pub const COGNITO_DEVICE_SRP_SALT_BYTES_SIZE: usize = 64;
/// A sign-in that waits for its challenge.
pub const COGNITO_DEVICE_SRP_SIGN_IN_SIZE: usize = 770;
/// A challenge that waits for its claim.
pub const COGNITO_DEVICE_SRP_EXPECTED_CLAIM_SIZE: usize = 416;

const _: () = {
    assert!(COGNITO_DEVICE_SRP_ENTROPY_SIZE == DeviceRegistration::ENTROPY_LEN);
    assert!(COGNITO_DEVICE_SRP_SALT_ENTROPY_SIZE == salt::Salt::ENTROPY_LEN);
    assert!(COGNITO_DEVICE_SRP_EPHEMERAL_ENTROPY_SIZE == Ephemeral::ENTROPY_LEN);
    assert!(COGNITO_DEVICE_SRP_EPHEMERAL_MAX_SIZE == Ephemeral::MAX_LEN);
    assert!(COGNITO_DEVICE_SRP_SECRET_SIZE == DeviceSecret::LEN + 1);
    assert!(COGNITO_DEVICE_SRP_PASSWORD_VERIFIER_SIZE == DeviceSecretVerifierConfig::MAX_VERIFIER_BASE64 + 1);
    assert!(COGNITO_DEVICE_SRP_SALT_SIZE == salt::Salt::MAX_BASE64 + 1);
    assert!(COGNITO_DEVICE_SRP_NUMBER_SIZE == 2 * residue::BYTES + 1);
    assert!(COGNITO_DEVICE_SRP_SALT_HEX_SIZE == 2 * salt::Salt::MAX_LEN + 1);
    assert!(COGNITO_DEVICE_SRP_TIMESTAMP_SIZE == timestamp::Timestamp::MAX_LEN + 1);
    assert!(COGNITO_DEVICE_SRP_VERIFIER_SIZE == verifier::StoredVerifier::LEN);
    assert!(COGNITO_DEVICE_SRP_SALT_BYTES_SIZE == salt::Salt::MAX_LEN);
    assert!(COGNITO_DEVICE_SRP_SIGN_IN_SIZE == SuspendedSignIn::LEN);
    assert!(COGNITO_DEVICE_SRP_EXPECTED_CLAIM_SIZE == verifier::ExpectedClaim::STATE_LEN);
};

/// `kind` of a device's credentials: `group` is the device group key, `name` the device key, `secret` the device secret.
pub const COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE: usize = 1;
/// `kind` of a user's credentials: `group` is the user pool's id, `name` is `USER_ID_FOR_SRP` of the challenge, `secret` the
/// password.
pub const COGNITO_DEVICE_SRP_CREDENTIALS_USER: usize = 2;
/// `kind` of a user's credentials whose `secret` is the password's hash, 32 bytes: SHA-256 of the pool's name (what follows
/// the underscore of its id), the user id, ":" and the password.
pub const COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH: usize = 3;

/// The kind of 0, and of a number that is no status.
pub const COGNITO_DEVICE_SRP_KIND_NONE: i32 = 0;
/// A value of the caller is invalid. Another call with the same values fails again.
pub const COGNITO_DEVICE_SRP_KIND_INPUT: i32 = 1;
/// A value from the other side of the sign-in is invalid. A new sign-in may succeed.
pub const COGNITO_DEVICE_SRP_KIND_PEER: i32 = 2;
/// The random generator failed. Nothing was made.
pub const COGNITO_DEVICE_SRP_KIND_RANDOMNESS: i32 = 3;
/// All values are valid, but a signature or a verifier does not belong to the secret.
pub const COGNITO_DEVICE_SRP_KIND_REJECTED: i32 = 4;

/// A text that is read: UTF-8.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    /// Its first byte.
    pub at: *const c_char,
    /// Its length in bytes, at most 131072. `SIZE_MAX` means that the text ends before the first NUL, which must be within
    /// 131072 bytes.
    pub len: usize,
}

/// The two identifiers of a device, from `NewDeviceMetadata`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Device {
    /// `DeviceGroupKey`: 1 to 131072 bytes.
    pub device_group_key: Text,
    /// `DeviceKey`: 1 to 55 characters.
    pub device_key: Text,
}

/// Who signs in, and with what. `kind` says what the three texts are.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Credentials {
    /// `COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE`, `_USER` or `_USER_HASH`.
    pub kind: usize,
    /// The device group key, or the user pool's id.
    pub group: Text,
    /// The device key, or `USER_ID_FOR_SRP`.
    pub name: Text,
    /// The device secret, the password, or the password's hash, whose length is given as 32.
    pub secret: Text,
}

/// What the service sends in `ChallengeParameters`, as it came.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Challenge {
    /// `SRP_B`: hexadecimal.
    pub srp_b: Text,
    /// `SALT`: hexadecimal.
    pub salt: Text,
    /// `SECRET_BLOCK`: base64.
    pub secret_block: Text,
}

/// A claim as it came to the verifier.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ReceivedClaim {
    /// `PASSWORD_CLAIM_SECRET_BLOCK`. The caller must check that it is the one that was sent.
    pub secret_block: Text,
    /// `TIMESTAMP`, as it was signed. The caller must check that it is recent, and that it is the text that
    /// `cognito_device_srp_timestamp_parse` gives for it: the service accepts no signature of another text.
    pub timestamp: Text,
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: Text,
}

/// `DeviceSecretVerifierConfig`: what `ConfirmDevice` sends, and what the service stores.
#[repr(C)]
pub struct Config {
    /// `PasswordVerifier`: base64, NUL-terminated.
    pub password_verifier: [c_char; COGNITO_DEVICE_SRP_PASSWORD_VERIFIER_SIZE],
    /// `Salt`: base64, NUL-terminated.
    pub salt: [c_char; COGNITO_DEVICE_SRP_SALT_SIZE],
}

/// A new device secret, which the device keeps, and its config, which it sends.
#[repr(C)]
pub struct Registration {
    /// The device secret, NUL-terminated.
    pub secret: [c_char; COGNITO_DEVICE_SRP_SECRET_SIZE],
    /// The config to send.
    pub config: Config,
}

/// A sign-in that waits for its challenge. Secret. The bytes mean the same on every machine, and may be stored until the
/// challenge comes. Zeros are not a sign-in.
#[repr(C)]
pub struct SignIn {
    /// What only this library reads.
    pub state: [u8; COGNITO_DEVICE_SRP_SIGN_IN_SIZE],
}

/// A sign-in that has begun.
#[repr(C)]
pub struct StartedSignIn {
    /// `SRP_A`, to be sent: hexadecimal, NUL-terminated.
    pub srp_a: [c_char; COGNITO_DEVICE_SRP_NUMBER_SIZE],
    /// The state that answers the challenge.
    pub sign_in: SignIn,
}

/// A moment as the service wants it.
#[repr(C)]
pub struct Timestamp {
    /// `TIMESTAMP`, NUL-terminated.
    pub text: [c_char; COGNITO_DEVICE_SRP_TIMESTAMP_SIZE],
}

/// The answer to a challenge, without the values that came with it.
#[repr(C)]
pub struct Claim {
    /// `PASSWORD_CLAIM_SIGNATURE`: base64, NUL-terminated.
    pub signature: [c_char; COGNITO_DEVICE_SRP_SIGNATURE_SIZE],
    /// `TIMESTAMP`, NUL-terminated.
    pub timestamp: [c_char; COGNITO_DEVICE_SRP_TIMESTAMP_SIZE],
}

/// The proof that a request comes from an app client that has a secret.
#[repr(C)]
pub struct SecretHash {
    /// `SECRET_HASH`: base64, NUL-terminated.
    pub text: [c_char; COGNITO_DEVICE_SRP_SIGNATURE_SIZE],
}

/// A verifier as a service stores it. Two big-endian numbers, zeros in front.
#[repr(C)]
pub struct StoredVerifier {
    /// v, above 0 and below N.
    pub verifier: [u8; COGNITO_DEVICE_SRP_VERIFIER_SIZE],
    /// The salt.
    pub salt: [u8; COGNITO_DEVICE_SRP_SALT_BYTES_SIZE],
}

/// A challenge that waits for its claim. Secret. The bytes mean the same on every machine. Zeros are not a challenge.
#[repr(C)]
pub struct ExpectedClaim {
    /// What only this library reads.
    pub state: [u8; COGNITO_DEVICE_SRP_EXPECTED_CLAIM_SIZE],
}

/// A verifier's challenge.
#[repr(C)]
pub struct IssuedChallenge {
    /// `SRP_B`, to be sent: hexadecimal, NUL-terminated.
    pub srp_b: [c_char; COGNITO_DEVICE_SRP_NUMBER_SIZE],
    /// `SALT`, to be sent: hexadecimal, NUL-terminated.
    pub salt: [c_char; COGNITO_DEVICE_SRP_SALT_HEX_SIZE],
    /// The state that the claim is checked with.
    pub expected: ExpectedClaim,
}

/// A struct of the ABI.
///
/// # Safety
/// The type has no padding, and any bytes are a valid value.
pub(super) unsafe trait Plain {}

macro_rules! plain {
    ($($name:ident)+) => {
        $(
            // SAFETY: the fields are words or bytes, and the sum of their sizes shows that there is no padding
            unsafe impl Plain for $name {}
        )+
    };
}

plain! {
    Text Device Credentials Challenge ReceivedClaim
    Config Registration SignIn StartedSignIn Timestamp Claim SecretHash StoredVerifier ExpectedClaim IssuedChallenge
}
// SAFETY: it has no bytes
unsafe impl Plain for () {}

macro_rules! sizes {
    (structs { $($type:ident $name:literal)+ } constants { $($constant:ident $constant_name:literal)+ }) => {
        const SIZES: &[(&CStr, usize)] = &[$(($name, size_of::<$type>()),)+ $(($constant_name, $constant),)+];
    };
}

sizes! {
    structs {
        Text c"text"
        Device c"device"
        Credentials c"credentials"
        Challenge c"challenge"
        ReceivedClaim c"received_claim"
        Config c"config"
        Registration c"registration"
        StartedSignIn c"started_sign_in"
        Claim c"claim"
        SecretHash c"secret_hash"
        StoredVerifier c"stored_verifier"
        IssuedChallenge c"issued_challenge"
    }
    constants {
        COGNITO_DEVICE_SRP_ENTROPY_SIZE c"entropy"
        COGNITO_DEVICE_SRP_SALT_ENTROPY_SIZE c"salt_entropy"
        COGNITO_DEVICE_SRP_EPHEMERAL_ENTROPY_SIZE c"ephemeral_entropy"
        COGNITO_DEVICE_SRP_EPHEMERAL_MAX_SIZE c"ephemeral_max"
        COGNITO_DEVICE_SRP_TEXT_MAX_SIZE c"text_max"
        COGNITO_DEVICE_SRP_SECRET_SIZE c"secret"
        COGNITO_DEVICE_SRP_PASSWORD_VERIFIER_SIZE c"password_verifier"
        COGNITO_DEVICE_SRP_SALT_SIZE c"salt"
        COGNITO_DEVICE_SRP_NUMBER_SIZE c"number"
        COGNITO_DEVICE_SRP_SALT_HEX_SIZE c"salt_hex"
        COGNITO_DEVICE_SRP_SIGNATURE_SIZE c"signature"
        COGNITO_DEVICE_SRP_TIMESTAMP_SIZE c"timestamp"
        COGNITO_DEVICE_SRP_PASSWORD_HASH_SIZE c"password_hash"
        COGNITO_DEVICE_SRP_VERIFIER_SIZE c"verifier"
        COGNITO_DEVICE_SRP_SALT_BYTES_SIZE c"salt_bytes"
        COGNITO_DEVICE_SRP_SIGN_IN_SIZE c"sign_in"
        COGNITO_DEVICE_SRP_EXPECTED_CLAIM_SIZE c"expected_claim"
    }
}

/// The size for a name in [`SIZES`], which must end in NUL. 0 for any other name.
///
/// # Safety
/// `name` is null or good up to its NUL.
pub(super) unsafe fn size_of_named(name: *const c_char) -> usize {
    // SAFETY: required of the caller
    let found = SIZES.iter().find(|(known, _)| unsafe { is_text(name, known) });
    found.map_or(0, |&(_, size)| size)
}

/// Whether the text at `at` is equal to `known`. Reads up to the first difference.
///
/// # Safety
/// `at` is null or good up to its NUL.
pub(super) unsafe fn is_text(at: *const c_char, known: &CStr) -> bool {
    let mut known = known.to_bytes_with_nul().iter().enumerate();
    // SAFETY: no byte before this one is NUL, so this one is within the text
    !at.is_null() && known.all(|(i, &byte)| unsafe { at.add(i).read() } as u8 == byte)
}
