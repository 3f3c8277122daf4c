//! The library for Kotlin, Swift and Ruby, which call it through code that UniFFI generates. The API is that of the Python
//! package.

mod error;
mod registration;
mod sign_in;

pub use error::{ErrorKind, SrpError};
pub use registration::{DeviceSecretVerifierConfig, Registration, derive};
pub use sign_in::{PasswordClaim, SignIn, SuspendedSignIn, Timestamp};

uniffi::setup_scaffolding!("cognito_device_srp");

/// `SECRET_HASH` for a request with `username`, for an app client that has a secret: base64.
#[uniffi::export]
pub fn secret_hash(client_secret: String, username: &str, client_id: &str) -> Result<String, SrpError> {
    let client_secret = zeroize::Zeroizing::new(client_secret);
    error::without_nul(&[&client_secret, username, client_id])?;
    Ok(cognito_device_srp::SecretHash::new(&client_secret, username, client_id).as_str().to_owned())
}

/// The name of the arithmetic backend that is used on this machine: `"ifma"`, `"avx2"`, `"limb64"` or `"limb32"`.
#[uniffi::export]
pub fn backend() -> String {
    cognito_device_srp::backend().to_owned()
}
