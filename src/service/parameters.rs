//! A request's parameters, as pairs of texts.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroize as _;

/// Names and values of one request, each name once. Iterates as pairs, to be collected into what a client wants; with
/// the feature `serde`, serialises as an object.
///
/// ```
/// use cognito_device_srp::service::AuthContext;
/// use std::collections::HashMap;
///
/// let parameters = AuthContext::new("client-id", "alice")?.sms_mfa("123456")?;
/// assert_eq!(parameters.get("SMS_MFA_CODE"), Some("123456"));
/// let map: HashMap<String, String> = parameters.into_iter().collect();
/// assert_eq!(map["USERNAME"], "alice");
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// `Debug` shows the names alone, since some values are secret. Values are wiped on drop, but those that were iterated
/// over by value are the caller's.
#[derive(Clone)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn new<'e>(entries: impl Iterator<Item = (&'e str, &'e str)>) -> Self {
        Self(entries.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(this, value)| (this == name).then_some(value))
    }

    /// All pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl IntoIterator for Parameters {
    type Item = (String, String);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(mut self) -> Self::IntoIter {
        core::mem::take(&mut self.0).into_iter()
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Parameters {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
