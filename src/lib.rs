#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
//! Amazon Cognito device secrets: a client registers a device, signs in with it, and plays the service's side of both.
//!
//! Cognito can remember a device. The client draws a secret, derives a salt and an SRP verifier from it, sends those two with
//! `ConfirmDevice`, and later signs in with the secret where a code would be asked for otherwise. The group is RFC 3526 group 15
//! (3072 bits) with g = 2, the hash SHA-256.
//!
//! ```
//! use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, Salt};
//!
//! // a known answer: identifiers, secret and salt in, what ConfirmDevice takes out
//! let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
//! let secret = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==")?;
//! let salt = Salt::from_base64("AK6IMNudrufZX83cZmrED0Q=")?;
//! let config = DeviceSecretVerifierConfig::derive(device, &secret, &salt);
//! assert!(config.password_verifier().starts_with("AJxGiSd3xO2pISbGVXNmP/zOBYz/mESz"));
//! # Ok::<(), cognito_device_srp::Error>(())
//! ```
//!
//! # Where to begin
//! - [`DeviceRegistration`]: a new secret and its config, proven before it is sent; `RememberedDevice` (feature `alloc`) is what is kept.
//! - [`SignIn`]: `SRP_A`, and the answer to a challenge, with the [`Credentials`] of a device or of a user.
//! - `service` (features `alloc`, `serde`): the parameter maps of every flow, the requests of a device's life, and what a refusal means.
//! - [`verifier`]: the service's side, for proofs, emulators and tests.
//!
//! # Conventions
//! - A value that exists is right: identifiers, secrets, salts and configs are checked when they are made, once.
//! - Constant time in every secret: ephemerals, device secrets, passwords, and what follows from them. What is public by the
//!   protocol is said where it is, and a function that is not constant time in a number has `_vartime` in its name.
//! - Secrets are wiped, and `Debug` shows none. They leave by `expose_secret` and `RememberedDevice::expose` alone.
//! - Numbers travel *signed big-endian*: the shortest two's complement of a number that is not negative. Other clients call it
//!   padHex.
//! - Bad input is an [`Error`] with a stable code. Nothing was computed from it and nothing was written; nothing panics.
//!
//! # Stack
//! What a call needs on a host of 64 bits, in KiB, of a release build and of one for debugging. Most of it is what is overwritten
//! afterwards. Small machines need 3 to 16 KiB.
//!
//! | calls | release | debug |
//! |---|---|---|
//! | `SecretHash::new`, `StoredVerifier::for_device` | 16 | 32 |
//! | `DeviceSecretVerifierConfig::derive`, `DeviceRegistration::generate`, `DeviceRegistration::from_entropy`, `DeviceRegistration::for_secret`, `RememberedDevice::new`, `Ephemeral::generate`, `SignIn::generate`, `SignIn::start`, `SignIn::suspend`, `SignIn::resume`, `StoredVerifier::for_user` | 40 | 96 |
//! | `SignIn::answer`, `StoredVerifier::challenge`, `IssuedChallenge::check`; `SignIn::start` of an ephemeral longer than 32 bytes | 80 | 144 |
//! | `DeviceSecretVerifierConfig::prove`, `DeviceRegistration::prove` | 96 | 192 |
//!
//! # Features
//! `getrandom` and `rand_core` (default): randomness of the system, and of a caller's generator. `alloc`: owned secrets, parameter
//! maps. `serde`: the service's JSON. `std`: `SystemTime`. `capi`: the C ABI. `num-bigint`, `aws-sdk-cognitoidentityprovider`:
//! conversions. `wasm_js`: `getrandom` in a browser. Without any there is neither `std` nor a heap.

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
// a library that C links needs a panic handler, which cargo-c has nobody else to take from
#[cfg(any(feature = "std", cargo_c, test))]
extern crate std;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod arithmetic;
#[cfg(feature = "aws-sdk-cognitoidentityprovider")]
mod aws_sdk;
#[cfg(feature = "num-bigint")]
mod bigint;
#[cfg(feature = "capi")]
pub mod capi;
mod device;
mod encoding;
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
mod entropy;
mod error;
mod hygiene;
#[cfg(any(feature = "alloc", feature = "serde"))]
pub mod service;
mod srp;

#[cfg(feature = "__internals")]
#[doc(hidden)]
#[path = "internals.rs"]
pub mod __internals;

pub use device::config::DeviceSecretVerifierConfig;
pub use device::identifiers::Device;
pub use device::registration::DeviceRegistration;
#[cfg(feature = "alloc")]
pub use device::remembered::RememberedDevice;
pub use device::secret::DeviceSecret;
pub use error::{Error, ErrorKind};
pub use srp::client::{Challenge, PasswordClaim, SignIn, SuspendedSignIn};
pub use srp::credentials::Credentials;
pub use srp::ephemeral::Ephemeral;
pub use srp::salt::Salt;
pub use srp::secret_hash::SecretHash;
pub use srp::timestamp::Timestamp;

/// The verifier's side of a sign-in, as the service plays it: for proofs, emulators and tests.
///
/// ```
/// use cognito_device_srp::verifier::{Claim, Claimant, StoredVerifier};
/// use cognito_device_srp::{Challenge, Credentials, Ephemeral, Salt, SignIn, Timestamp};
///
/// let alice = Credentials::user("us-east-1_AbCdEfGhI", "alice", "correct horse")?;
/// let stored = StoredVerifier::for_user(&alice, Salt::generate()?);
///
/// let sign_in = SignIn::generate()?;
/// let issued = stored.challenge(sign_in.srp_a(), Ephemeral::generate()?)?;
/// let secret_block = "k3dX8yL3YxhLlZLasmbzTkU=";
/// let challenge = Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block };
/// let claim = sign_in.answer(&alice, &challenge, &Timestamp::from_unix(1_522_798_170)?)?;
/// let claim = Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() };
/// issued.check(Claimant::user("us-east-1_AbCdEfGhI", "alice")?, &claim)?;
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
pub mod verifier {
    pub use crate::srp::credentials::Claimant;
    pub use crate::srp::verifier::{Claim, IssuedChallenge, StoredVerifier};
}

/// The name of the arithmetic that runs on this machine: `"ifma"`, `"avx2"`, `"limb64"` or `"limb32"`.
///
/// ```
/// assert!(["ifma", "avx2", "limb64", "limb32"].contains(&cognito_device_srp::backend()));
/// ```
pub fn backend() -> &'static str {
    arithmetic::power::backend()
}
