//! The errors of the library, in one small type that carries no user data.

use core::fmt;

macro_rules! errors {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $text:literal;)+) => {
        /// Why a call failed: an input was rejected, the random generator failed, or a signature or verifier does not belong to the
/// secret. There is no partial result.
        ///
        /// [`code`](Self::code) is a number that never changes. 0 is not the code of an error.
        ///
        /// ```
        /// use cognito_device_srp::{Device, Error};
        ///
        /// let error = Device::new("-NXiVKS5p", "alice").unwrap_err();
        /// assert_eq!(error, Error::DeviceKeyMalformed);
        /// assert_eq!((error.code(), error.to_string().as_str()), (3, "device key is not of the form region_uuid"));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum Error {
            $($(#[doc = $doc])+ $name = $code,)+
        }

        impl Error {
            /// The stable code of this error, for other languages.
            pub const fn code(self) -> i32 {
                self as i32
            }

            /// The error of a code that [`code`](Self::code) has given.
            pub const fn from_code(code: i32) -> Option<Self> {
                match code {
                    $($code => Some(Error::$name),)+
                    _ => None,
                }
            }

            /// [`message`](Self::message), NUL-terminated.
            #[cfg(feature = "capi")]
            pub(crate) const fn c_message(self) -> &'static core::ffi::CStr {
                let text = match self {
                    $(Error::$name => concat!($text, "\0"),)+
                };
                match core::ffi::CStr::from_bytes_with_nul(text.as_bytes()) {
                    Ok(message) => message,
                    Err(_) => c"",
                }
            }

            /// The message that [`Display`](fmt::Display) writes.
            pub const fn message(self) -> &'static str {
                match self {
                    $(Error::$name => $text,)+
                }
            }
        }
    };
}

errors! {
    /// The device group key is empty.
    DeviceGroupKeyEmpty = 1, "device group key is empty";
    /// The device group key is longer than the 131072 bytes that the service's model allows.
    DeviceGroupKeyTooLong = 2, "device group key is longer than 131072 bytes";
    /// The device key is not 1 to 55 ASCII characters `[\w-]+_[0-9a-f-]+`. A device group key or a user name gives
    /// this error.
    DeviceKeyMalformed = 3, "device key is not of the form region_uuid";
    /// The device secret is empty.
    DeviceSecretEmpty = 4, "device secret is empty";
    /// The random generator failed, or left a part of the buffer or all of it zero.
    RandomnessUnavailable = 5, "random generator failed or returned zeros";
    /// The salt has no bytes.
    SaltEmpty = 6, "salt is empty";
    /// The salt is longer than 64 bytes.
    SaltTooLong = 7, "salt is longer than 64 bytes";
    /// The salt is not base64 (standard alphabet, padded, canonical).
    SaltNotBase64 = 8, "salt is not canonical base64";
    /// The salt has its top bit set: as signed big-endian, which the service reads, it is negative.
    SaltNegative = 9, "salt is negative";
    /// The salt has a leading zero byte that its sign does not need. Other clients drop it and hash different bytes.
    SaltNotMinimal = 10, "salt has a needless leading zero byte";
    /// The verifier is not base64 (standard alphabet, padded, canonical).
    VerifierNotBase64 = 11, "password verifier is not canonical base64";
    /// The verifier has its top bit set: as signed big-endian, which the service reads, it is negative.
    VerifierNegative = 12, "password verifier is negative";
    /// The verifier has a leading zero byte that its sign does not need.
    VerifierNotMinimal = 13, "password verifier has a needless leading zero byte";
    /// The verifier is 0, or not below N.
    VerifierOutOfRange = 14, "password verifier is zero or too large";
    /// A given ephemeral is empty, longer than 1024 bytes, or a multiple of (N - 1) / 2, the order of 2. Zero is one.
    EphemeralOutOfRange = 15, "ephemeral is not 1 to 1024 bytes or is a multiple of the order of 2";
    /// `SRP_A` is empty, or has a character that is not a hexadecimal digit.
    SrpAMalformed = 16, "srp_a is not a hexadecimal number";
    /// `SRP_A` is 0, not below N, or longer than 770 digits.
    SrpAOutOfRange = 17, "srp_a is zero or too large";
    /// `SRP_B` is empty, or has a character that is not a hexadecimal digit.
    SrpBMalformed = 18, "srp_b is not a hexadecimal number";
    /// `SRP_B` is 0, not below N, or longer than 770 digits.
    SrpBOutOfRange = 19, "srp_b is zero or too large";
    /// The scrambling parameter u is zero.
    ScramblerZero = 20, "scrambling parameter is zero: start a new sign-in";
    /// `SALT` has a character that is not a hexadecimal digit. The service has been seen to send a `-` in front, for unknown
    /// users.
    SaltNotHex = 21, "salt is not a hexadecimal number";
    /// `SECRET_BLOCK` is empty or not base64 (standard alphabet, padded, canonical).
    SecretBlockNotBase64 = 22, "secret block is not canonical base64";
    /// The time is not within the years 1970 to 9999.
    TimestampOutOfRange = 23, "time is not within the years 1970 to 9999";
    /// The user pool id is not of the form `REGION_NAME`.
    UserPoolIdMalformed = 24, "user pool id is not of the form region_name";
    /// `USER_ID_FOR_SRP` is empty.
    UserIdEmpty = 25, "user id is empty";
    /// The user's password is empty.
    PasswordEmpty = 26, "password is empty";
    /// The signature does not fit the stored verifier: the secret, the device, the message or the time is another.
    SignatureMismatch = 27, "signature does not match";
    /// The config was not made from this secret and device.
    ProofFailed = 28, "verifier does not belong to this secret and device";
    /// The access token is empty, or has a character other than `A-Z a-z 0-9 - _ = .`.
    AccessTokenMalformed = 29, "access token is empty or has a character other than letters, digits, - _ . and =";
    /// The device name is not 1 to 1024 characters.
    DeviceNameOutOfRange = 30, "device name is not 1 to 1024 characters";
    /// The challenge lacks `SRP_B`, `SALT` or `SECRET_BLOCK`. Challenges of custom flows do.
    ChallengeIncomplete = 31, "challenge lacks srp_b, salt or secret_block";
    /// The text is not a time in the format of `TIMESTAMP`, `EEE MMM d HH:mm:ss UTC yyyy`, or not an HTTP date in the current format
    /// (RFC 9110), or its day of the week is not that of its date.
    TimestampMalformed = 32, "text is not a time of the form EEE MMM d HH:mm:ss UTC yyyy or of an http date, or its day of the week is wrong";
    /// The answer to a challenge lacks an entry that this challenge requires.
    ParameterMissing = 33, "answer lacks a parameter that its challenge requires";
    /// The name or the value of a parameter is empty.
    ParameterEmpty = 34, "name or value of a parameter is empty";
    /// A parameter is given twice, or is `USERNAME`, `SECRET_HASH` or `DEVICE_KEY`, which the crate adds.
    ParameterRepeated = 35, "parameter is given twice or is one that the library adds itself";
    /// The refresh token is empty, or has a character other than `A-Z a-z 0-9 - _ = .`.
    RefreshTokenMalformed = 36, "refresh token is empty or has a character other than letters, digits, - _ . and =";
    /// The app client's id is not 1 to 128 characters of `A-Z a-z 0-9 _ +`.
    ClientIdMalformed = 37, "app client id is not 1 to 128 letters, digits, underscores or plus signs";
    /// The app client's secret is not 24 to 64 characters of `A-Z a-z 0-9 _ +`.
    ClientSecretMalformed = 38, "app client secret is not 24 to 64 letters, digits, underscores or plus signs";
    /// More than 60 devices are asked for at once.
    ListLimitOutOfRange = 39, "limit of a list is above 60 devices";
    /// The pagination token is empty or has white space in it.
    PaginationTokenMalformed = 40, "pagination token is empty or has white space";
    /// A value has the wrong length, or is longer than what is read. Only C and the bindings return it, where types do not fix
    /// the length.
    ArgumentLength = 102, "argument is too short or too long";
    /// A text is not UTF-8, or has a lone surrogate. Only C and the bindings return it.
    TextNotUtf8 = 104, "text is not utf-8";
    /// The bytes are not a suspended sign-in: they were cut off, wiped, or made by something else.
    SuspendedSignInMalformed = 105, "sign-in was not started or was answered already: start a new one";
    /// A text has a NUL, at which a program in C would cut it. Only the bindings return it.
    TextHasNul = 108, "text has a nul character";
}

/// Who caused an [`Error`], and so what a caller can do about it.
///
/// ```
/// use cognito_device_srp::{Error, ErrorKind};
///
/// assert_eq!(Error::DeviceKeyMalformed.kind(), ErrorKind::Input);
/// assert_eq!(Error::SrpBOutOfRange.kind(), ErrorKind::Peer);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value of the caller is invalid. Another call with the same values fails again.
    Input,
    /// A value from the other side of the sign-in is invalid. A new sign-in may succeed.
    Peer,
    /// The random generator failed. Nothing was made.
    Randomness,
    /// All values are valid, but a signature or a verifier does not belong to the secret.
    Rejected,
}

impl Error {
    /// Who caused the error.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::RandomnessUnavailable => ErrorKind::Randomness,
            Self::SignatureMismatch | Self::ProofFailed => ErrorKind::Rejected,
            Self::SrpAMalformed
            | Self::SrpAOutOfRange
            | Self::SrpBMalformed
            | Self::SrpBOutOfRange
            | Self::ScramblerZero
            | Self::SaltNotHex
            | Self::SecretBlockNotBase64
            | Self::ChallengeIncomplete => ErrorKind::Peer,
            _ => ErrorKind::Input,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}
