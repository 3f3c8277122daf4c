//! The protocol's hashes. The only file that names sha2.
//!
//! Contract: H is SHA-256, `||` joins bytes, numbers enter in signed form. Hash states and digests of secrets
//! are wiped.

use crate::secret::Salt;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A digest, wiped on drop.
type Secret32 = Zeroizing<[u8; 32]>;

/// I = H(DeviceGroupKey || DeviceKey || ":" || secret), nothing between the two keys.
pub(crate) fn identity_hash(device_group_key: &str, device_key: &str, secret: &[u8]) -> Secret32 {
    digest(&[device_group_key.as_bytes(), device_key.as_bytes(), b":", secret])
}

/// x = H(salt || I), all 32 bytes of it.
pub(crate) fn private_key(salt: &Salt, identity_hash: &[u8; 32]) -> Secret32 {
    digest(&[salt.as_signed_bytes(), identity_hash])
}

fn digest(parts: &[&[u8]]) -> Secret32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mut out = Zeroizing::new([0; 32]);
    hash.finalize_into((&mut *out).into());
    out
}
