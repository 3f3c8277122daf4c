//! The service's exceptions by name.

use super::names::names;

names! {
    /// The exceptions of the calls about devices, of sign-ins and of refreshes, by the service's names without `Exception` at
    /// their end: all that its current model has for them. The status is 500 for [`InternalError`](Self::InternalError) and
    /// 400 for the others.
    ///
    /// ```
    /// use cognito_device_srp::service::Exception;
    ///
    /// assert_eq!(Exception::from_name("NotAuthorizedException"), Exception::NotAuthorized);
    /// assert_eq!(Exception::from_name("NewException").name(), "NewException");
    /// ```
    Exception,
    /// Any other, by the name it came with: one of another call, one common to all of AWS, or one that is new. Empty
    /// if it came without, as from a proxy on the way.
    Unknown;

    /// Another user has this address or number as an alias.
    AliasExists = "AliasExistsException";
    /// The code is not the one that was expected, or the session is not.
    CodeMismatch = "CodeMismatchException";
    /// The device key is confirmed already.
    DeviceKeyExists = "DeviceKeyExistsException";
    /// The code has run out, or was used already.
    ExpiredCode = "ExpiredCodeException";
    /// The pool's plan does not have this feature.
    FeatureUnavailableInTier = "FeatureUnavailableInTierException";
    /// The firewall in front of the user pool (AWS WAF) did not let the request through.
    Forbidden = "ForbiddenException";
    /// The service failed.
    InternalError = "InternalErrorException";
    /// The pool may not use its address for mail.
    InvalidEmailRoleAccessPolicy = "InvalidEmailRoleAccessPolicyException";
    /// A Lambda trigger of the pool answered what the service does not understand.
    InvalidLambdaResponse = "InvalidLambdaResponseException";
    /// A parameter is wrong; the message says which.
    InvalidParameter = "InvalidParameterException";
    /// A password is not one the pool allows.
    InvalidPassword = "InvalidPasswordException";
    /// The pool may not send text messages.
    InvalidSmsRoleAccessPolicy = "InvalidSmsRoleAccessPolicyException";
    /// The role by which the pool sends text messages does not trust the service.
    InvalidSmsRoleTrustRelationship = "InvalidSmsRoleTrustRelationshipException";
    /// The pool's configuration is wrong.
    InvalidUserPoolConfiguration = "InvalidUserPoolConfigurationException";
    /// There is no second factor of this kind.
    MfaMethodNotFound = "MFAMethodNotFoundException";
    /// The access token is wrong, out of date or revoked; in a sign-in, the password or the device secret.
    NotAuthorized = "NotAuthorizedException";
    /// The operation is not to be had in this region, or with this pool's configuration.
    OperationNotEnabled = "OperationNotEnabledException";
    /// The new password is one that the user had before.
    PasswordHistoryPolicyViolation = "PasswordHistoryPolicyViolationException";
    /// The user has to reset the password first.
    PasswordResetRequired = "PasswordResetRequiredException";
    /// The refresh token has been exchanged for the next one.
    RefreshTokenReuse = "RefreshTokenReuseException";
    /// The device, or something else that the request names, is not there.
    ResourceNotFound = "ResourceNotFoundException";
    /// The user has no authenticator app set up, or the pool does not take any.
    SoftwareTokenMfaNotFound = "SoftwareTokenMFANotFoundException";
    /// Too many requests for this operation.
    TooManyRequests = "TooManyRequestsException";
    /// A Lambda trigger of the pool failed.
    UnexpectedLambda = "UnexpectedLambdaException";
    /// The app client does not allow the operation.
    UnsupportedOperation = "UnsupportedOperationException";
    /// A Lambda trigger of the pool refused; the message is its own.
    UserLambdaValidation = "UserLambdaValidationException";
    /// The user has not been confirmed.
    UserNotConfirmed = "UserNotConfirmedException";
    /// There is no such user.
    UserNotFound = "UserNotFoundException";
    /// There is a user of this name.
    UsernameExists = "UsernameExistsException";
}
