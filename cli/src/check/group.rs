//! The group and the hashes that the cases of a file use.

use super::{Difference, hex, same_if_any};
use crate::json::present;
use cognito_device_srp::__internals as internals;
use serde::Deserialize;

/// Each fact is compared if it is published.
#[derive(Default, Deserialize)]
pub(super) struct Group {
    #[serde(rename = "N_hex", default, deserialize_with = "present")]
    modulus: Option<String>,
    #[serde(rename = "g", default, deserialize_with = "present")]
    base: Option<u64>,
    #[serde(rename = "k_hex", default, deserialize_with = "present")]
    multiplier: Option<String>,
    #[serde(default, deserialize_with = "present")]
    hash: Option<String>,
    #[serde(default, deserialize_with = "present")]
    hkdf_info: Option<String>,
}

impl Group {
    pub(super) fn check(&self) -> Result<(), Difference> {
        same_if_any("group.N_hex", &self.modulus, hex(&internals::modulus()))?;
        same_if_any("group.g", &self.base, 2)?;
        same_if_any("group.k_hex", &self.multiplier, hex(&internals::multiplier()))?;
        same_if_any("group.hash", &self.hash, "SHA-256".into())?;
        same_if_any("group.hkdf_info", &self.hkdf_info, "Caldera Derived Key".into())
    }
}
