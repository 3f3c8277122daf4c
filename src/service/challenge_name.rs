//! The steps of a sign-in by name: the flow that begins it, and the challenges on the way.

use super::names::names;

names! {
    /// `ChallengeName`: what the service asks for next, all 16 of its model.
    ///
    /// ```
    /// use cognito_device_srp::service::ChallengeName;
    ///
    /// assert_eq!(ChallengeName::from_name("DEVICE_SRP_AUTH"), ChallengeName::DeviceSrpAuth);
    /// assert_eq!(ChallengeName::EmailOtp.name(), "EMAIL_OTP");
    /// // one that is newer than this crate: AuthContext::respond answers it
    /// assert_eq!(ChallengeName::from_name("NEW").name(), "NEW");
    /// ```
    ChallengeName,
    /// Any other challenge, with its name.
    Unknown;

    /// A user name and a password in the clear, for servers with credentials of AWS alone. It is also the older name of a flow.
    AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH";
    /// A challenge of the pool's own Lambda triggers.
    CustomChallenge = "CUSTOM_CHALLENGE";
    /// The device's claim.
    DevicePasswordVerifier = "DEVICE_PASSWORD_VERIFIER";
    /// The beginning of the device's sign-in.
    DeviceSrpAuth = "DEVICE_SRP_AUTH";
    /// A code by mail.
    EmailOtp = "EMAIL_OTP";
    /// A second factor is required and none is set up.
    MfaSetup = "MFA_SETUP";
    /// The user has a temporary password.
    NewPasswordRequired = "NEW_PASSWORD_REQUIRED";
    /// The password, in the clear.
    Password = "PASSWORD";
    /// The beginning of the user's sign-in by SRP.
    PasswordSrp = "PASSWORD_SRP";
    /// The user's claim.
    PasswordVerifier = "PASSWORD_VERIFIER";
    /// The choice of a first factor.
    SelectChallenge = "SELECT_CHALLENGE";
    /// The choice of a second factor.
    SelectMfaType = "SELECT_MFA_TYPE";
    /// A code by text message, as second factor.
    SmsMfa = "SMS_MFA";
    /// A code by text message, as first factor.
    SmsOtp = "SMS_OTP";
    /// A code of an authenticator app.
    SoftwareTokenMfa = "SOFTWARE_TOKEN_MFA";
    /// A passkey.
    WebAuthn = "WEB_AUTHN";
}

names! {
    /// `AuthFlow`: how a sign-in begins. [`AuthContext`](super::AuthContext) makes the parameters of the flows that can have an
    /// SRP claim or a device.
    ///
    /// ```
    /// use cognito_device_srp::service::AuthFlow;
    ///
    /// assert_eq!(AuthFlow::UserSrpAuth.name(), "USER_SRP_AUTH");
    /// ```
    AuthFlow,
    /// Any other flow, with its name.
    Unknown;

    /// Older name of [`AdminUserPasswordAuth`](Self::AdminUserPasswordAuth).
    AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH";
    /// A password in the clear, for servers with credentials of AWS alone: `AdminInitiateAuth`, not `InitiateAuth`.
    AdminUserPasswordAuth = "ADMIN_USER_PASSWORD_AUTH";
    /// A challenge of the pool's own Lambda triggers, after SRP or without it.
    CustomAuth = "CUSTOM_AUTH";
    /// Another name of [`RefreshTokenAuth`](Self::RefreshTokenAuth).
    RefreshToken = "REFRESH_TOKEN";
    /// New tokens for a refresh token.
    RefreshTokenAuth = "REFRESH_TOKEN_AUTH";
    /// The client, or else the user, chooses among the first factors that the user has.
    UserAuth = "USER_AUTH";
    /// A password in the clear. A device from this flow cannot be confirmed.
    UserPasswordAuth = "USER_PASSWORD_AUTH";
    /// A password by SRP.
    UserSrpAuth = "USER_SRP_AUTH";
}

impl ChallengeName {
    /// The entries of an answer besides `USERNAME`, `SECRET_HASH` and `DEVICE_KEY`, without those that depend on other entries.
    pub(super) fn required(&self) -> &'static [&'static str] {
        match self {
            Self::AdminNoSrpAuth | Self::Password => &["PASSWORD"],
            Self::CustomChallenge | Self::SelectChallenge | Self::SelectMfaType => &["ANSWER"],
            Self::DevicePasswordVerifier | Self::PasswordVerifier => {
                &["PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"]
            }
            Self::DeviceSrpAuth | Self::PasswordSrp => &["SRP_A"],
            Self::EmailOtp => &["EMAIL_OTP_CODE"],
            Self::NewPasswordRequired => &["NEW_PASSWORD"],
            Self::SmsMfa => &["SMS_MFA_CODE"],
            Self::SmsOtp => &["SMS_OTP_CODE"],
            Self::SoftwareTokenMfa => &["SOFTWARE_TOKEN_MFA_CODE"],
            Self::WebAuthn => &["CREDENTIAL"],
            Self::MfaSetup | Self::Unknown(_) => &[],
        }
    }

    /// The entry that completes the choice of this first factor in the same answer, if there is one.
    pub(super) fn required_when_selected(&self) -> &'static [&'static str] {
        match self {
            Self::Password | Self::PasswordSrp | Self::WebAuthn => self.required(),
            _ => &[],
        }
    }
}
