//! The statuses that C functions return, except 0.

use crate::error::{Error, ErrorKind};
use core::ffi::CStr;

/// The code of an [`Error`], or a code that only C can get. No code ever changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// An error that a caller in any language can get.
    Error(Error),
    /// A pointer is null.
    ArgumentNull,
    /// An output overlaps another buffer.
    ArgumentsOverlap,
    /// The caller was compiled with a header of another version than the library.
    VersionMismatch,
    /// The kind of the credentials is unknown.
    CredentialsKindUnknown,
}

impl Status {
    const OF_C: [Self; 4] =
        [Self::ArgumentNull, Self::ArgumentsOverlap, Self::VersionMismatch, Self::CredentialsKindUnknown];

    /// The number that the C function returns.
    pub fn code(self) -> i32 {
        match self {
            Self::Error(error) => error.code(),
            Self::ArgumentNull => 101,
            // 102 is Error::ArgumentLength
            Self::ArgumentsOverlap => 103,
            // 104 and 105 are Error::TextNotUtf8 and Error::SuspendedSignInMalformed
            Self::VersionMismatch => 106,
            Self::CredentialsKindUnknown => 107,
        }
    }

    /// The status with this [`code`](Self::code), if there is one.
    pub fn from_code(code: i32) -> Option<Self> {
        let of_c = Self::OF_C.into_iter().find(|status| status.code() == code);
        of_c.or_else(|| Error::from_code(code).map(Self::Error))
    }

    fn message(self) -> &'static CStr {
        match self {
            Self::Error(error) => error.c_message(),
            Self::ArgumentNull => c"argument is null",
            Self::ArgumentsOverlap => c"arguments overlap",
            Self::VersionMismatch => c"header and library are of different versions",
            Self::CredentialsKindUnknown => c"kind of credentials is unknown",
        }
    }

    /// Who caused it. The statuses that only C can get are errors of the caller.
    pub fn kind(self) -> ErrorKind {
        match self {
            Self::Error(error) => error.kind(),
            _ => ErrorKind::Input,
        }
    }

    /// The message for the return value of a function, or for any other number.
    pub(super) fn message_of(code: i32) -> &'static CStr {
        match code {
            0 => c"done",
            _ => Self::from_code(code).map_or(c"unknown status", Self::message),
        }
    }
}

impl core::fmt::Display for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.message().to_str().unwrap_or_default())
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_has_two_meanings() {
        for status in Status::OF_C {
            assert!(Error::from_code(status.code()).is_none());
            assert_eq!(Status::message_of(status.code()), status.message());
        }
        assert_eq!(Status::message_of(27), Error::SignatureMismatch.c_message());
        assert_eq!((Status::message_of(0), Status::message_of(-1)), (c"done", c"unknown status"));
    }
}
