//! What can go wrong, in one small type. It carries no user data.

use core::fmt;

macro_rules! errors {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $text:literal;)+) => {
        /// Why an input was refused. Nothing was computed from it and nothing was written.
        ///
        /// `Error as i32` is a code that stays the same for ever; 0 is no error.
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
    /// The device key is not 1 to 55 ASCII characters `[\w-]+_[0-9a-f-]+`. A pair given in the wrong order,
    /// or a user name in its place, ends here.
    DeviceKeyMalformed = 3, "device key is not of the form region_uuid";
    /// The device secret is empty.
    DeviceSecretEmpty = 4, "device secret is empty";
    /// No randomness: the generator failed, or left part of the buffer or all of it zero.
    RandomnessUnavailable = 5, "random generator failed or returned zeros";
    /// The salt has no byte.
    SaltEmpty = 6, "salt is empty";
    /// The salt is above 64 bytes.
    SaltTooLong = 7, "salt is longer than 64 bytes";
    /// The salt is not base64 (standard alphabet, padded, canonical).
    SaltNotBase64 = 8, "salt is not canonical base64";
    /// The salt has its top bit set: as signed big-endian, which the service reads, it is negative.
    SaltNegative = 9, "salt is negative";
    /// The salt has a leading zero byte that its sign does not need, so that others would hash other bytes.
    SaltNotMinimal = 10, "salt has a needless leading zero byte";
    /// The verifier is not base64 (standard alphabet, padded, canonical).
    VerifierNotBase64 = 11, "password verifier is not canonical base64";
    /// The verifier has its top bit set: as signed big-endian, which the service reads, it is negative.
    VerifierNegative = 12, "password verifier is negative";
    /// The verifier has a leading zero byte that its sign does not need.
    VerifierNotMinimal = 13, "password verifier has a needless leading zero byte";
    /// The verifier is 0, or not below N.
    VerifierOutOfRange = 14, "password verifier is not a residue of the group";
    /// A given ephemeral is empty, zero, or longer than 256 bytes.
    EphemeralOutOfRange = 15, "ephemeral is zero or longer than 256 bytes";
    /// `SRP_A` is empty, or not hexadecimal digits alone.
    SrpAMalformed = 16, "srp_a is not a hexadecimal number";
    /// `SRP_A` is 0, not below N, or longer than 770 digits.
    SrpAOutOfRange = 17, "srp_a is not a residue of the group";
    /// `SRP_B` is empty, or not hexadecimal digits alone.
    SrpBMalformed = 18, "srp_b is not a hexadecimal number";
    /// `SRP_B` is 0, not below N, or longer than 770 digits.
    SrpBOutOfRange = 19, "srp_b is not a residue of the group";
    /// The scrambling parameter u is zero.
    ScramblerZero = 20, "scrambling parameter is zero";
    /// `SALT` is not hexadecimal digits alone. A `-` in front has been seen from the service, for unknown users.
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
    /// The signature is not the one that the stored verifier calls for: another secret, another device, another
    /// message, or another time.
    SignatureMismatch = 27, "signature does not match";
    /// The config is not that of this secret and device.
    ProofFailed = 28, "verifier does not belong to this secret and device";
    /// The access token is empty, or has another character than `A-Z a-z 0-9 - _ = .`.
    AccessTokenMalformed = 29, "access token is empty or has a character that no token has";
    /// The device name is not of 1 to 1024 characters.
    DeviceNameOutOfRange = 30, "device name is not of 1 to 1024 characters";
    /// The challenge lacks `SRP_B`, `SALT` or `SECRET_BLOCK`: it is of another kind, as custom flows may send.
    ChallengeIncomplete = 31, "challenge lacks srp_b, salt or secret_block";
    /// By the C ABI: a pointer is null.
    ArgumentNull = 101, "argument is null";
    /// By the C ABI: a buffer has not the size that it must have, or a text is longer than 131072 bytes.
    ArgumentLength = 102, "argument is too short or too long";
    /// By the C ABI: an output overlaps another buffer.
    ArgumentsOverlap = 103, "arguments overlap";
    /// By the C ABI: a text is not UTF-8.
    TextNotUtf8 = 104, "text is not utf-8";
    /// By the C ABI: the buffer of a sign-in holds none, or one that was answered.
    SignInNotStarted = 105, "sign-in was not started or was answered already";
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}
