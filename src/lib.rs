#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
//! Amazon Cognito device secrets: register a device, sign in with it, and play the service's side of both.
//!
//! Cognito can remember a device. The client draws a device secret and a salt, computes from them a verifier for SRP (the Secure
//! Remote Password protocol), and sends verifier and salt with `ConfirmDevice`. Later the client proves that it has the secret, and
//! Cognito does not ask for a code. The group is RFC 3526 group 15 (3072 bits) with g = 2, and the hash is SHA-256.
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
//! # Reading order
//! 1. [`DeviceRegistration`] makes a new secret and its config, and proves the config before it is sent. `RememberedDevice`
//!    (feature `alloc`) is what the client keeps.
//! 2. [`SignIn`] makes `SRP_A` and answers a challenge, with the [`Credentials`] of a device or of a user.
//! 3. `service` (features `alloc`, `serde`) has the parameter maps of every flow, the requests of the calls about devices, and what
//!    a refusal means.
//! 4. [`verifier`] is the service's side, for proofs, emulators and tests.
//!
//! The module `guide` is the manual. It has a page for each task: the life of a device, writing an SDK, firmware, testing a
//! client, provisioning, and C. Its page `words` explains the words and letters: claim, ephemeral, x, S.
//!
//! # Conventions
//! - **Checked once.** Identifiers, secrets, salts and configs are checked when they are made. A value that exists is valid.
//! - **Secret:** device secrets, passwords and their hashes, entropy, ephemerals, and everything that is computed from them, except
//!   the public values. **Public although computed from secrets:** a device's config, `SRP_A`, `SRP_B` and the claim.
//! - **Constant time.** No branch, address or division depends on a secret. A function whose time depends on the value of its argument
//!   has `_vartime` in its name.
//! - **Wiping.** The crate wipes every secret that it owns. `Debug` shows no secret. Secrets leave only by `expose_secret`,
//!   `RememberedDevice::expose`, `StoredVerifier::verifier`, and in the parameter maps, requests and tokens of `service`.
//! - **Signed big-endian.** Numbers are hashed and sent most significant byte first, in as few bytes as possible. If the first byte is
//!   0x80 or more, a zero byte is put in front. Other clients call this padHex.
//! - **Errors.** Bad input is an [`Error`] with a stable code. Nothing partial is returned, and nothing panics.
//! - **Threads.** The types for registrations and sign-ins are `Send` and `Sync`. A call only computes: it waits for no network,
//!   file or lock. In async code it may be called directly.
//!
//! # Stack
//! How much stack each call needs on a 64-bit host, in KiB, in a release build and in a debug build. Most of it is a region
//! that the crate overwrites when the call ends. Microcontrollers need 3 to 15 KiB.
//!
//! | calls | release | debug |
//! |---|---|---|
//! | `SecretHash::new`, `StoredVerifier::for_device` | 16 | 32 |
//! | `DeviceSecretVerifierConfig::derive`, `DeviceRegistration::generate`, `DeviceRegistration::from_entropy`, `DeviceRegistration::for_secret`, `RememberedDevice::new`, `Ephemeral::generate`, `SignIn::generate`, `SignIn::start`, `SignIn::suspend`, `SignIn::resume`, `StoredVerifier::for_user` | 40 | 96 |
//! | `SignIn::answer`, `StoredVerifier::challenge`, `IssuedChallenge::check`; `SignIn::start` with an ephemeral longer than 32 bytes | 80 | 144 |
//! | `DeviceSecretVerifierConfig::prove`, `DeviceRegistration::prove` | 96 | 192 |
//!
//! # Features
//! - `getrandom` and `rand_core` (default): random bytes from the system, and from a caller's generator.
//! - `alloc`: owned secrets and parameter maps. `serde`: the service's JSON. `std`: `alloc`, and `SystemTime`.
//! - `capi`: the C ABI. `num-bigint` and `aws-sdk-cognitoidentityprovider`: conversions. `wasm_js`: `getrandom` in a browser.
//!
//! Without features the crate uses neither `std` nor a heap. No feature removes or changes a function.

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
// a library that C links needs a panic handler; with cargo-c it can only come from std
#[cfg(any(feature = "std", cargo_c, test))]
extern crate std;

#[cfg(doc)]
pub mod guide;

/// Documents outside the crate's own documentation, whose Rust is tested.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/run-your-tests.md")]
    struct RunYourTests;
}

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
/// // the service rejects a claim whose time has another form
/// assert_eq!(Timestamp::parse(claim.timestamp)?.as_str(), claim.timestamp);
/// issued.check(Claimant::user("us-east-1_AbCdEfGhI", "alice")?, &claim)?;
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
pub mod verifier {
    pub use crate::srp::credentials::Claimant;
    pub use crate::srp::verifier::{Claim, IssuedChallenge, StoredVerifier};
}

/// The name of the arithmetic that runs on this machine: `"ifma"`, `"avx2"`, `"simd128"`, `"limb64"` or `"limb32"`.
///
/// ```
/// assert!(["ifma", "avx2", "simd128", "limb64", "limb32"].contains(&cognito_device_srp::backend()));
/// ```
pub fn backend() -> &'static str {
    arithmetic::power::backend()
}
