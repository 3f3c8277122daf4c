//! The service's exceptions by name.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

macro_rules! exceptions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// The exceptions of `ConfirmDevice`, by the service's names without `Exception` at their end: those of the API
        /// reference, and `DeviceKeyExists`, `Forbidden` and `OperationNotEnabled` of the service's current model. The status
        /// is 500 for [`InternalError`](Self::InternalError) and 400 for the others.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Exception {
            $($(#[doc = $doc])+ $variant,)+
            /// Any other, by the name it came with: one of another call, one common to all of AWS, or one that is new. Empty
            /// if it came without, as from a proxy on the way.
            Unknown(String),
        }

        impl Exception {
            /// The names of all that are known.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The exception of a name.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)+
                    _ => Self::Unknown(name.to_owned()),
                }
            }

            /// The name, as in `InvalidParameterException`.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Unknown(name) => name,
                }
            }
        }
    };
}

exceptions! {
    /// The device key is confirmed already.
    DeviceKeyExists = "DeviceKeyExistsException";
    /// The firewall in front of the user pool (AWS WAF) did not let the request through.
    Forbidden = "ForbiddenException";
    /// The service failed.
    InternalError = "InternalErrorException";
    /// A Lambda trigger of the pool answered what the service does not understand.
    InvalidLambdaResponse = "InvalidLambdaResponseException";
    /// A parameter is wrong; the message says which.
    InvalidParameter = "InvalidParameterException";
    /// A password is not one the pool allows.
    InvalidPassword = "InvalidPasswordException";
    /// The pool's configuration is wrong.
    InvalidUserPoolConfiguration = "InvalidUserPoolConfigurationException";
    /// The access token is wrong, out of date or revoked; in a sign-in, the password or the device secret.
    NotAuthorized = "NotAuthorizedException";
    /// The operation is not to be had in this region, or with this pool's configuration.
    OperationNotEnabled = "OperationNotEnabledException";
    /// The user has to reset the password first.
    PasswordResetRequired = "PasswordResetRequiredException";
    /// The device, or something else that the request names, is not there.
    ResourceNotFound = "ResourceNotFoundException";
    /// Too many requests for this operation.
    TooManyRequests = "TooManyRequestsException";
    /// The user has not been confirmed.
    UserNotConfirmed = "UserNotConfirmedException";
    /// There is no such user.
    UserNotFound = "UserNotFoundException";
    /// There is a user of this name.
    UsernameExists = "UsernameExistsException";
}
