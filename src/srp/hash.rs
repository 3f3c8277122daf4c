//! The protocol's hashes. The only file that names sha2, hkdf and hmac.
//!
//! Contract: H is SHA-256, `||` joins bytes, and numbers are hashed in signed form. Hash states and digests of secrets are
//! wiped.

use crate::hygiene::wipe::{Wiped, wipe};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// A digest, wiped on drop.
pub(crate) type Secret32 = Wiped<32>;

/// The key that signs a claim, wiped on drop.
pub(crate) type ClaimKey = Wiped<16>;

/// I = H(group || name || ":" || password), with no separator between the first two. For a device, these are DeviceGroupKey,
/// DeviceKey and secret. For a user, they are pool name, USER_ID_FOR_SRP and password.
pub(crate) fn identity_hash(group: &str, name: &str, password: &[u8]) -> Secret32 {
    digest(&[group.as_bytes(), name.as_bytes(), b":", password])
}

/// x = H(salt || I), all 32 bytes of it.
pub(crate) fn private_key(salt: &[u8], identity_hash: &[u8; 32]) -> Secret32 {
    digest(&[salt, identity_hash])
}

/// u = H(A || B)
pub(crate) fn scrambler(public_a: &[u8], public_b: &[u8]) -> [u8; 32] {
    *digest(&[public_a, public_b])
}

/// The first 16 bytes of HKDF-SHA256 of S, with u as the salt.
#[inline(never)] // frame: its frame is below the caller's, where the stack is wiped
pub(crate) fn claim_key(u: &[u8], shared: &[u8]) -> ClaimKey {
    let (mut pseudorandom, hkdf) = Hkdf::<Sha256>::extract(Some(u), shared);
    wipe(&mut pseudorandom);
    let mut key = Wiped([0; 16]);
    // fails only for more than 255 blocks, and this is half a block
    let expanded = hkdf.expand(b"Caldera Derived Key", &mut *key);
    debug_assert!(expanded.is_ok());
    key
}

/// HMAC-SHA256, fed in parts.
pub(crate) struct Mac(Hmac<Sha256>);

impl Mac {
    /// Starts with a key of any length. A key of more than 64 bytes, the block size, is hashed first (RFC 2104).
    #[inline(never)] // flash: it has several callers
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut block = Wiped([0; 64]);
        match block.get_mut(..key.len()) {
            Some(start) => start.copy_from_slice(key),
            None => block[..32].copy_from_slice(&*digest(&[key])),
        }
        Self(Hmac::new((&*block).into()))
    }

    #[inline(never)] // flash: it has several callers
    pub(crate) fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    #[inline(never)] // flash: it has several callers
    pub(crate) fn finish(self) -> Secret32 {
        Wiped(self.0.finalize().into_bytes().into())
    }
}

pub(crate) fn digest(parts: &[&[u8]]) -> Secret32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mut out = Wiped([0; 32]);
    hash.finalize_into((&mut *out).into());
    out
}
