//! The library's errors as one exception.

use cognito_device_srp as srp;

/// Why an input was refused. Nothing was computed from it.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum SrpError {
    /// The only case.
    #[error("{description}")]
    Refused {
        /// A number that stays the same for ever, in all languages.
        code: i32,
        /// Whose fault it is.
        kind: ErrorKind,
        /// What is wrong, in English. It has no part of the input in it.
        description: String,
    },
}

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, uniffi::Enum)]
pub enum ErrorKind {
    /// A value of the caller's own is not what it must be. The same values fail again.
    Input,
    /// A value that the service sent is not what it must be. A new sign-in may succeed.
    Peer,
    /// The random generator failed.
    Randomness,
    /// All values are well formed, but a signature or a verifier does not belong to the secret.
    Rejected,
}

/// Refuses a NUL, at which other programs would cut a text.
pub(crate) fn without_nul(texts: &[&str]) -> Result<(), srp::Error> {
    if texts.iter().any(|text| text.contains('\0')) { Err(srp::Error::TextHasNul) } else { Ok(()) }
}

impl From<srp::Error> for SrpError {
    fn from(error: srp::Error) -> Self {
        let kind = match error.kind() {
            srp::ErrorKind::Peer => ErrorKind::Peer,
            srp::ErrorKind::Randomness => ErrorKind::Randomness,
            srp::ErrorKind::Rejected => ErrorKind::Rejected,
            _ => ErrorKind::Input,
        };
        Self::Refused { code: error.code(), kind, description: error.message().to_owned() }
    }
}
