//! Devices: identifiers, secret, the verifier that `ConfirmDevice` takes, and the registration that makes both.
//!
//! `config.rs` computes `DeviceSecretVerifierConfig` from the identifiers, the secret and the salt.

pub(crate) mod config;
pub(crate) mod identifiers;
pub(crate) mod proof;
pub(crate) mod registration;
#[cfg(feature = "alloc")]
pub(crate) mod remembered;
pub(crate) mod secret;
