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
    DeviceKeyMalformed = 3, "device key is not of the form REGION_UUID";
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
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}
