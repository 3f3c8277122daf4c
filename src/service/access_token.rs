//! The access token, which authorises every call about devices.

use crate::error::Error;
use alloc::string::String;
use core::fmt;
use zeroize::Zeroizing;

/// `AccessToken`: one or more of `A-Z a-z 0-9 - _ = .`, of any length.
///
/// ```
/// use cognito_device_srp::{Error, service::AccessToken};
///
/// let token = AccessToken::new("eyJraWQiOiJ.eyJzdWIiOiI.c2lnbmF0dXJl")?;
/// assert_eq!(format!("{token:?}"), "AccessToken(..)");
/// assert_eq!(AccessToken::new("Bearer eyJraWQiOiJ").err(), Some(Error::AccessTokenMalformed));
/// # Ok::<(), Error>(())
/// ```
///
/// # Security
/// It is wiped on drop, and also if it is rejected. `Debug` does not show it, and it has no `Clone`, `PartialEq` or `Serialize`. It
/// leaves by [`expose_secret`](Self::expose_secret) and in the requests that are made with it.
pub struct AccessToken(Zeroizing<String>);

impl AccessToken {
    /// A token from the service. A `String` is moved, not copied.
    ///
    /// # Errors
    /// [`Error::AccessTokenMalformed`].
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = Zeroizing::new(text.into());
        if is_token(&text) { Ok(Self(text)) } else { Err(Error::AccessTokenMalformed) }
    }

    /// The text, to be sent.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

/// The service's constraint on all kinds of tokens.
pub(super) fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}
