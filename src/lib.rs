#![no_std]
#![doc = include_str!("../README.md")]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod arithmetic;
#[cfg(feature = "aws-sdk-cognitoidentityprovider")]
mod aws_sdk;
#[cfg(feature = "num-bigint")]
mod bigint;
#[cfg(feature = "capi")]
pub mod capi;
mod config;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod confirm_device;
mod encoding;
#[cfg(any(feature = "getrandom", feature = "rand_core"))]
mod entropy;
mod error;
mod hash;
mod hygiene;
mod metadata;
mod secret;
#[cfg(feature = "serde")]
mod serde;
mod sign_in;

#[cfg(feature = "__internals")]
#[doc(hidden)]
#[path = "internals.rs"]
pub mod __internals;

pub use config::{DeviceRegistration, DeviceSecretVerifierConfig};
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use confirm_device::{
    AccessToken, AskUser, AuthenticationResult, ConfirmDeviceError, ConfirmDeviceRequest,
    ConfirmDeviceResponse, DeviceRememberedStatus, Diagnosis, Exception, ForgetDeviceRequest, NextStep,
    UpdateDeviceStatusRequest,
};
pub use error::Error;
pub use metadata::NewDeviceMetadata;
pub use secret::{DeviceSecret, Salt};
#[cfg(feature = "alloc")]
pub use sign_in::{AuthContext, Parameters};
pub use sign_in::{
    Challenge, Claim, Ephemeral, IssuedChallenge, PasswordClaim, PoolUser, SecretHash, SignIn,
    StoredVerifier, Timestamp,
};
