//! What refusals mean.

use super::exception::Exception;
use core::fmt;

macro_rules! diagnoses {
    ($($(#[doc = $doc:literal])+ $variant:ident = $advice:literal;)+) => {
        /// What a refusal that many people have met comes from. [`Display`](fmt::Display) says what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Diagnosis {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Diagnosis {
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
        (only USER_SRP_AUTH gives such keys), or the request has no DeviceSecretVerifierConfig, or the key is another \
        region's or user's, or confirmed already";
    /// `ConfirmDevice`: the key is confirmed already, maybe by an earlier try whose answer was lost.
    DeviceAlreadyConfirmed = "the device is confirmed already: keep the secret of the request that did it; if that is \
        lost, forget the device and sign in without a device key for a new one";
    /// "Device does not exist.", of any call: it was forgotten, here or from another device, or its user was deleted.
    DeviceForgotten = "the device was forgotten: drop its key, group key and secret, and sign in once more without a \
        device key";
    /// The service's time and this machine's differ, or the time was written in another way than the service reads.
    ClockSkew = "the clock is off, or TIMESTAMP is not of the form EEE MMM d HH:mm:ss UTC yyyy in English: set the clock, or \
        take the time from the Date header of the service's answer";
    /// "Incorrect username or password.": of `PASSWORD_VERIFIER`, the user's password; of `DEVICE_PASSWORD_VERIFIER`, the
    /// device's secret. A clock that is more than about five minutes off ends in the same words.
    WrongSecretOrClock = "the password or the device secret is not the one that the service has a verifier of, or the \
        clock is more than about five minutes off: compare it with the Date header of the service's answer";
    /// "Invalid Refresh Token"
    RefreshTokenOfAnotherDevice = "the refresh token is of another device, revoked or out of date: DEVICE_KEY has to go \
        with REFRESH_TOKEN_AUTH when the pool tracks devices";
    /// "Unable to verify secret hash for client ..."
    WrongSecretHash = "SECRET_HASH is not of this app client's secret and of USERNAME of the same request";
    /// The access token's time is over, or it was revoked.
    AccessTokenEnded = "the access token is out of date or revoked: refresh it, and send the request again";
    /// "Access Token does not have required scopes"
    AccessTokenWithoutScope = "the access token lacks the scope aws.cognito.signin.user.admin, which a sign-in by \
        InitiateAuth gives and one by the hosted pages only on demand";
}

impl Diagnosis {
    /// What an exception and its message stand for, if that is known.
    pub(super) fn of(exception: &Exception, message: &str) -> Option<Self> {
        let message = message.to_ascii_lowercase();
        let by_message = Self::BY_MESSAGE.iter().find(|(words, _)| message.contains(words));
        match (exception, by_message) {
            (Exception::DeviceKeyExists, _) => Some(Self::DeviceAlreadyConfirmed),
            (_, Some((_, diagnosis))) => Some(*diagnosis),
            (Exception::Unknown(name), None) if Self::CLOCK_SKEW.contains(&name.as_str()) => {
                Some(Self::ClockSkew)
            }
            _ => None,
        }
    }

    /// Words of messages, in lower case.
    const BY_MESSAGE: &'static [(&'static str, Self)] = &[
        ("invalid device key given", Self::DeviceCannotBeConfirmed),
        ("device does not exist", Self::DeviceForgotten),
        ("timestamp format should be", Self::ClockSkew),
        ("signature expired", Self::ClockSkew),
        ("signature not yet current", Self::ClockSkew),
        ("incorrect username or password", Self::WrongSecretOrClock),
        ("invalid refresh token", Self::RefreshTokenOfAnotherDevice),
        ("unable to verify secret hash", Self::WrongSecretHash),
        ("access token has expired", Self::AccessTokenEnded),
        ("access token has been revoked", Self::AccessTokenEnded),
        ("access token does not have required scopes", Self::AccessTokenWithoutScope),
    ];
    /// Exceptions common to all of AWS.
    const CLOCK_SKEW: &'static [&'static str] =
        &["RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"];
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice())
    }
}
