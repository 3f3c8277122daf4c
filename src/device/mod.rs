//! Devices: identifiers, secret, the verifier that `ConfirmDevice` takes, and the registration that makes both.
//!
//! `config.rs` has the pipeline: identifiers, secret and salt in, `DeviceSecretVerifierConfig` out.

pub(crate) mod config;
pub(crate) mod identifiers;
pub(crate) mod proof;
pub(crate) mod registration;
#[cfg(feature = "alloc")]
pub(crate) mod remembered;
pub(crate) mod secret;
