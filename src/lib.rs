#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
// a library that C links needs a panic handler, which cargo-c has nobody else to take from
#[cfg(any(feature = "std", cargo_c, test))]
extern crate std;

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
