//! The service's exceptions by name.

use super::names::names;

names! {
    /// The exceptions of the calls about devices, of sign-ins and of refreshes, named like the service's without `Exception` at
    /// the end. These are all exceptions in the service's current model for these calls. The status is 500 for
    /// [`InternalError`](Self::InternalError) and 400 for the others.
    ///
    /// ```
    /// use cognito_device_srp::service::Exception;
    ///
    /// assert_eq!(Exception::from_name("NotAuthorizedException"), Exception::NotAuthorized);
    /// assert_eq!(Exception::from_name("NewException").name(), "NewException");
    /// ```
    Exception,
    /// Any other exception, with its name: of another call, common to all of AWS, or new. The name is empty if the response
    /// had none, as from a proxy.
    Unknown;

    /// Another user has this address or number as an alias.
    AliasExists = "AliasExistsException";
    /// The code or the session is wrong.
    CodeMismatch = "CodeMismatchException";
    /// The device key is confirmed already.
    DeviceKeyExists = "DeviceKeyExistsException";
    /// The code has expired, or was used already.
    ExpiredCode = "ExpiredCodeException";
    /// The pool's plan does not have this feature.
    FeatureUnavailableInTier = "FeatureUnavailableInTierException";
    /// The firewall in front of the user pool (AWS WAF) did not let the request through.
    Forbidden = "ForbiddenException";
    /// The service failed.
    InternalError = "InternalErrorException";
    /// The pool may not use its address for mail.
    InvalidEmailRoleAccessPolicy = "InvalidEmailRoleAccessPolicyException";
    /// The service does not understand the response of a Lambda trigger of the pool.
    InvalidLambdaResponse = "InvalidLambdaResponseException";
    /// A parameter is wrong. The message says which.
    InvalidParameter = "InvalidParameterException";
    /// The pool does not allow the password.
    InvalidPassword = "InvalidPasswordException";
    /// The pool may not send text messages.
    InvalidSmsRoleAccessPolicy = "InvalidSmsRoleAccessPolicyException";
    /// The role by which the pool sends text messages does not trust the service.
    InvalidSmsRoleTrustRelationship = "InvalidSmsRoleTrustRelationshipException";
    /// The pool's configuration is wrong.
    InvalidUserPoolConfiguration = "InvalidUserPoolConfigurationException";
    /// The second factor of this kind does not exist.
    MfaMethodNotFound = "MFAMethodNotFoundException";
    /// The access token is wrong, expired or revoked. In a sign-in: the password or the device secret is wrong.
    NotAuthorized = "NotAuthorizedException";
    /// The operation does not exist in this region, or with this pool's configuration.
    OperationNotEnabled = "OperationNotEnabledException";
    /// The new password is one that the user had before.
    PasswordHistoryPolicyViolation = "PasswordHistoryPolicyViolationException";
    /// The user must reset the password first.
    PasswordResetRequired = "PasswordResetRequiredException";
    /// The refresh token has been exchanged for the next one.
    RefreshTokenReuse = "RefreshTokenReuseException";
    /// The device, or something else that the request names, does not exist.
    ResourceNotFound = "ResourceNotFoundException";
    /// The user has no authenticator app set up, or the pool does not take any.
    SoftwareTokenMfaNotFound = "SoftwareTokenMFANotFoundException";
    /// Too many requests for this operation.
    TooManyRequests = "TooManyRequestsException";
    /// A Lambda trigger of the pool failed.
    UnexpectedLambda = "UnexpectedLambdaException";
    /// The app client does not allow the operation.
    UnsupportedOperation = "UnsupportedOperationException";
    /// A Lambda trigger of the pool rejected the request. The message is the trigger's.
    UserLambdaValidation = "UserLambdaValidationException";
    /// The user has not been confirmed.
    UserNotConfirmed = "UserNotConfirmedException";
    /// The user does not exist.
    UserNotFound = "UserNotFoundException";
    /// There is a user of this name.
    UsernameExists = "UsernameExistsException";
}
