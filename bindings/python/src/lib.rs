//! The Python module `cognito_device_srp`. Contract: it adds no rules to those of the library except for the types of
//! arguments. Secrets leave only by calls whose names begin with `expose`. Other threads of the interpreter can run during a
//! computation.

mod arguments;
mod device;
mod error;
mod once;
mod service;
mod sign_in;
mod timestamp;
mod verifier;

/// Amazon Cognito device secrets and SRP sign-ins.
#[pyo3::pymodule(name = "cognito_device_srp")]
mod module {
    #[pymodule_export]
    use super::backend;
    #[pymodule_export]
    use crate::device::{DeviceKeyForTests, Registration, RememberedDevice, derive, prove};
    #[pymodule_export]
    use crate::error::Error;
    #[pymodule_export]
    use crate::service::{AuthContext, Refusal, secret_hash};
    #[pymodule_export]
    use crate::sign_in::{PasswordClaim, SignIn, SuspendedSignIn};
    #[pymodule_export]
    use crate::timestamp::Timestamp;
    #[pymodule_export]
    use crate::verifier::{IssuedChallenge, StoredVerifier};
}

/// The name of the arithmetic backend that is used on this machine: "ifma", "avx2", "limb64" or "limb32".
#[pyo3::pyfunction]
fn backend() -> &'static str {
    cognito_device_srp::backend()
}
