//! The library's errors as one exception.

use cognito_device_srp as srp;

/// Why an input was rejected. Nothing was computed from it.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum SrpError {
    /// The only case.
    #[error("{description}")]
    Refused {
        /// A number that never changes and is the same in all languages.
        code: i32,
        /// Who caused the error.
        kind: ErrorKind,
        /// What is wrong, in English. It contains no part of the input.
        description: String,
    },
}

/// Who caused an error.
#[derive(Clone, Copy, Debug, uniffi::Enum)]
pub enum ErrorKind {
    /// A value of the caller is invalid. The same values fail again.
    Input,
    /// A value from the service is invalid. A new sign-in may succeed.
    Peer,
    /// The random generator failed.
    Randomness,
    /// All values are well formed, but a signature or a verifier does not belong to the secret.
    Rejected,
}

/// Rejects a text with a NUL, at which other programs would cut it off.
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
