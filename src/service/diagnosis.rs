//! The causes of refusals.

use core::fmt;

macro_rules! diagnoses {
    ($($(#[doc = $doc:literal])+ $variant:ident = $advice:literal;)+) => {
        /// The cause of a well-known refusal. [`Display`](fmt::Display) says what to do.
        ///
        /// ```
        /// use cognito_device_srp::service::Diagnosis;
        ///
        /// let diagnosis = Diagnosis::of("NotAuthorizedException", "Password attempts exceeded");
        /// assert_eq!(diagnosis, Some(Diagnosis::LockedOut));
        /// assert!(diagnosis.is_some_and(Diagnosis::asks_to_wait));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Diagnosis {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Diagnosis {
            /// Its name, as in `"DeviceForgotten"`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                }
            }

            /// What to do.
            pub const fn advice(self) -> &'static str {
                match self {
                    $(Self::$variant => $advice,)+
                }
            }
        }
    };
}

diagnoses! {
    /// `ConfirmDevice`: "Invalid device key given."
    DeviceCannotBeConfirmed = "the device key is not one that can be confirmed: the sign-in that gave it was not by SRP \
        (only a sign-in by SRP gives such keys), or the request has no DeviceSecretVerifierConfig, or the key is another \
        region's or user's, or confirmed already";
    /// `ConfirmDevice`: the key is confirmed already, maybe by an earlier try whose answer was lost.
    DeviceAlreadyConfirmed = "the device is confirmed already: keep the secret of the request that did it; if that is \
        lost, forget the device and sign in without a device key for a new one";
    /// "Device does not exist.", of any call: it was forgotten, here or from another device, or its user was deleted.
    DeviceForgotten = "the device was forgotten: drop its key, group key and secret, and sign in once more without a \
        device key";
    /// The service's time and this machine's differ, or the time was not written in the service's format.
    ClockSkew = "the clock is off, or TIMESTAMP is not of the form EEE MMM d HH:mm:ss UTC yyyy in English: set the clock, or \
        take the time from the Date header of the service's answer";
    /// "Incorrect username or password.": of `PASSWORD_VERIFIER`, the user's password; of `DEVICE_PASSWORD_VERIFIER`, the
    /// device's secret. A clock that is more than about five minutes off, and an answer that comes too late, give the same
    /// message. A user who is locked out for a while can also get it, see [`LockedOut`](Self::LockedOut).
    WrongSecretOrClock = "the password or the device secret is not the one that the service has a verifier of, or the \
        clock is more than about five minutes off (compare it with the Date header of the service's answer), or the \
        answer came too late: begin the sign-in anew and answer its challenge within seconds";
    /// "Password attempts exceeded": after about five wrong tries the service accepts no password of this user, right or wrong,
    /// for a second, and for a longer time after each further try, up to about a quarter of an hour. This says nothing about the
    /// password of this try. Other limits on tries have the same diagnosis, "Attempt limit exceeded, ..."
    LockedOut = "too many tries have failed: wait before the next, longer each time, and begin the sign-in anew; whether \
        this try's password or code is right was not looked at";
    /// There are more requests than the service accepts for this pool or operation: "Rate exceeded", or the status 429.
    TooManyRequests = "too many requests: wait before the next try, longer each time";
    /// "Invalid Refresh Token"
    RefreshTokenInvalid = "the refresh token is refused for one of five reasons: the device key is missing in the request; \
        the device was never confirmed; the token is of another app client; the sign-in was by password and not by SRP; \
        the token was revoked or has run out. Refresh with the key of the confirmed device, else sign in again";
    /// "Refresh Token has been revoked", "Refresh Token has expired"
    RefreshTokenEnded = "the refresh token is out of date or revoked: sign in again";
    /// "Refresh Token has different Client"
    RefreshTokenOfAnotherClient = "the refresh token is of another app client: send the ClientId that it was given to, or \
        sign in again";
    /// `RefreshTokenReuseException`: the app client rotates refresh tokens, and this one was exchanged before.
    RefreshTokenRotated = "the refresh token was exchanged for the next one already: use that if it was kept, else sign in \
        again";
    /// "SecretHash does not match for the client: ...", "Unable to verify secret hash for client ..."
    WrongSecretHash = "SECRET_HASH is not of this app client's id and secret and of USERNAME of the same request; on a \
        refresh it is of the user pool's own name of the user, never of an alias";
    /// "Client ... is configured with secret but SECRET_HASH was not received", or in other words.
    SecretHashMissing = "the app client has a secret: every request must carry its SECRET_HASH, or ClientSecret where the \
        request has that";
    /// "Invalid session for the user.", with or without more words, or "Invalid session provided"
    SessionInvalid = "the Session is too old, was used before, or is of another challenge: send the one that came with the \
        challenge, once and within a few minutes, else begin the sign-in anew";
    /// "Missing required parameter Session"
    SessionMissing = "the Session was left out: send the one that came with the challenge, as a field beside ChallengeName \
        and ChallengeResponses";
    /// "USER_AUTH flow not enabled for this client", "USER_SRP_AUTH is not enabled for the client."
    FlowNotEnabled = "the app client does not allow this flow: add it to its ExplicitAuthFlows, as ALLOW_USER_SRP_AUTH, \
        ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH or ALLOW_REFRESH_TOKEN_AUTH";
    /// "Custom auth lambda trigger is not configured for the user pool."
    CustomAuthNotConfigured = "CUSTOM_AUTH needs Lambda triggers that define, create and verify the challenge: the user pool \
        has none";
    /// "Unable to login because of security reasons.", "Request not allowed due to security reasons.": the pool's threat
    /// protection has rejected the request. This says nothing about the password.
    BlockedAsRisky = "the user pool's threat protection takes this sign-in for an attack and refuses it, whether or not the \
        password is right: its event log for the user has the reasons";
    /// "User is disabled."
    UserDisabled = "an administrator has disabled the user, and has to enable the user again";
    /// "User account has expired, it must be reset by an administrator.": the user was to sign in with a temporary password.
    TemporaryPasswordExpired = "the user's temporary password has run out: an administrator has to set another one";
    /// `CodeMismatchException`: "Invalid code received for user", "Invalid code or auth state for the user."
    WrongCode = "the code is not the one that is expected: another challenge's or an older one, or the clock of the \
        authenticator app is off";
    /// `ExpiredCodeException`: "Invalid code provided, please request a code again."
    CodeExpired = "the code has run out: begin the sign-in anew to get another";
    /// "Your software token has already been used once."
    CodeUsed = "a code of an authenticator app is taken once: wait for the next, half a minute at most";
    /// The access token has expired or was revoked.
    AccessTokenEnded = "the access token is out of date or revoked: refresh it, and send the request again";
    /// "Invalid Access Token", "Could not verify signature for Access Token"
    AccessTokenInvalid = "the access token is not one that this region's service gave to the user: send AccessToken of the \
        sign-in, as it came, not IdToken";
    /// "Access Token does not have required scopes"
    AccessTokenWithoutScope = "the access token lacks the scope aws.cognito.signin.user.admin, which a sign-in by \
        InitiateAuth gives and one by the hosted pages only on demand";
}

impl Diagnosis {
    /// Whether only waiting helps: wait before the next request of this user or client, and longer after each refusal of this
    /// kind. It says nothing about whether the password, secret or code was right.
    pub const fn asks_to_wait(self) -> bool {
        matches!(self, Self::LockedOut | Self::TooManyRequests)
    }

    /// The diagnosis of an exception's name, as in `"NotAuthorizedException"`, and its message, if they are known.
    /// `ServiceError::diagnosis` (feature `serde`) reads both from a response.
    pub fn of(exception: &str, message: &str) -> Option<Self> {
        let part = |at: usize, len: usize| message.as_bytes().get(at..at.checked_add(len)?);
        let has = |words: &str| {
            (0..=message.len())
                .filter_map(|at| part(at, words.len()))
                .any(|part| part.eq_ignore_ascii_case(words.as_bytes()))
        };
        let fits =
            |(only, words, _): &&(&str, &str, Self)| (only.is_empty() || *only == exception) && has(words);
        Self::RULES.iter().find(fits).map(|(_, _, diagnosis)| *diagnosis)
    }

    /// Each rule has an exception, or matches any, and words of its message, upper or lower case, or none. The first rule that
    /// matches counts. No rule contains the ids of users or clients. A message of a Lambda trigger comes with an exception of
    /// its own, so no rule takes it for a message of the service.
    const RULES: &'static [(&'static str, &'static str, Self)] = &[
        ("", "invalid device key given", Self::DeviceCannotBeConfirmed),
        ("DeviceKeyExistsException", "", Self::DeviceAlreadyConfirmed),
        (RESOURCE_NOT_FOUND, "device does not exist", Self::DeviceForgotten),
        (INVALID_PARAMETER, "timestamp format should be", Self::ClockSkew),
        (INVALID_PARAMETER, "missing required parameter session", Self::SessionMissing),
        (INVALID_PARAMETER, "flow not enabled for this client", Self::FlowNotEnabled),
        (INVALID_PARAMETER, "is not enabled for the client", Self::FlowNotEnabled),
        (INVALID_PARAMETER, "custom auth lambda trigger is not configured", Self::CustomAuthNotConfigured),
        (NOT_AUTHORIZED, "incorrect username or password", Self::WrongSecretOrClock),
        (NOT_AUTHORIZED, "password attempts exceeded", Self::LockedOut),
        (NOT_AUTHORIZED, "invalid refresh token", Self::RefreshTokenInvalid),
        (NOT_AUTHORIZED, "refresh token has been revoked", Self::RefreshTokenEnded),
        (NOT_AUTHORIZED, "refresh token has expired", Self::RefreshTokenEnded),
        (NOT_AUTHORIZED, "refresh token has different client", Self::RefreshTokenOfAnotherClient),
        (NOT_AUTHORIZED, "secrethash does not match", Self::WrongSecretHash),
        (NOT_AUTHORIZED, "unable to verify secret hash", Self::WrongSecretHash),
        (NOT_AUTHORIZED, "secret_hash was not received", Self::SecretHashMissing),
        (NOT_AUTHORIZED, "configured for secret but secret was not received", Self::SecretHashMissing),
        (NOT_AUTHORIZED, "invalid session for the user", Self::SessionInvalid),
        (NOT_AUTHORIZED, "because of security reasons", Self::BlockedAsRisky),
        (NOT_AUTHORIZED, "due to security reasons", Self::BlockedAsRisky),
        (NOT_AUTHORIZED, "user is disabled", Self::UserDisabled),
        (NOT_AUTHORIZED, "must be reset by an administrator", Self::TemporaryPasswordExpired),
        (NOT_AUTHORIZED, "access token has expired", Self::AccessTokenEnded),
        (NOT_AUTHORIZED, "access token has been revoked", Self::AccessTokenEnded),
        (NOT_AUTHORIZED, "invalid access token", Self::AccessTokenInvalid),
        (NOT_AUTHORIZED, "could not verify signature for access token", Self::AccessTokenInvalid),
        (NOT_AUTHORIZED, "access token does not have required scopes", Self::AccessTokenWithoutScope),
        ("RefreshTokenReuseException", "", Self::RefreshTokenRotated),
        ("CodeMismatchException", "invalid session", Self::SessionInvalid),
        ("CodeMismatchException", "", Self::WrongCode),
        ("ExpiredCodeException", "already been used", Self::CodeUsed),
        ("ExpiredCodeException", "", Self::CodeExpired),
        ("TooManyRequestsException", "", Self::TooManyRequests),
        // of other calls of the service, about users
        ("LimitExceededException", "", Self::LockedOut),
        ("TooManyFailedAttemptsException", "", Self::LockedOut),
        // common to all of AWS
        ("ThrottlingException", "", Self::TooManyRequests),
        ("InvalidSignatureException", "signature expired", Self::ClockSkew),
        ("InvalidSignatureException", "signature not yet current", Self::ClockSkew),
        ("RequestExpired", "", Self::ClockSkew),
        ("RequestInTheFuture", "", Self::ClockSkew),
        ("RequestTimeTooSkewed", "", Self::ClockSkew),
    ];
}

const INVALID_PARAMETER: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const RESOURCE_NOT_FOUND: &str = "ResourceNotFoundException";

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice())
    }
}
