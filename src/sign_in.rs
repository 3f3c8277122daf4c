//! Signing in with a secret, and the service's part in it: SRP as Cognito speaks it, with g = 2, k = H(N || g), and
//! numbers hashed in signed form.
//!
//! ```text
//!   client                                   verifier: keeps v = 2^x and the salt
//!   a random, A = 2^a       -- SRP_A -->     b random, B = k v + 2^b
//!                           <-- SRP_B, SALT, SECRET_BLOCK --
//!   u = H(A || B)                            u = H(A || B)
//!   x = H(salt || I)
//!   S = (B - k 2^x)^(a + u x)                S = (A v^u)^b
//!   key = HKDF(u, S)                         key = HKDF(u, S)
//!   HMAC(key, group || name || SECRET_BLOCK || TIMESTAMP)  -- signature -->  compared
//! ```
//!
//! I is H(group || name || ":" || password). For a device, group and name are its group key and its key, and the
//! password is its secret; for a user, the pool's name and `USER_ID_FOR_SRP`. The two flows differ in nothing else.

mod client;
mod ephemeral;
mod identity;
#[cfg(feature = "alloc")]
mod parameters;
mod timestamp;
mod verifier;

pub use client::{Challenge, PasswordClaim, SignIn};
pub use ephemeral::Ephemeral;
pub use identity::{PoolUser, SecretHash};
#[cfg(feature = "alloc")]
pub use parameters::{AuthContext, Parameters};
pub use timestamp::Timestamp;
pub use verifier::{Claim, IssuedChallenge, StoredVerifier};
#[cfg(feature = "__internals")]
pub(crate) use verifier::{public_b, shared};

use crate::arithmetic::residue::{BYTES, Residue};
use crate::encoding::{Bytes, NotHex, decode_base64, decode_hex, pieces};
use crate::error::Error;
use crate::hash::{self, ClaimKey, Mac};
use identity::Identity;
use zeroize::Zeroizing;

/// k = H(N || g), both in signed form.
pub(crate) static K: Residue = Residue::from_256_bits(&[
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9, 0xf5,
    0xb3, 0xa6, 0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
]);

/// A number that the other side sent, if it is what it may be: 0 < number < N.
fn public_key(hex: &str, malformed: Error, out_of_range: Error) -> Result<Residue, Error> {
    match decode_hex::<BYTES>(hex) {
        Ok(bytes) => Residue::from_bytes_vartime(&bytes).ok_or(out_of_range),
        // digits alone, but more than a residue has
        Err(NotHex::TooLong) => Err(out_of_range),
        Err(NotHex::Malformed) => Err(malformed),
    }
}

/// u = H(A || B), refused if it is zero.
pub(crate) fn scrambler(public_a: &Residue, public_b: &Residue) -> Result<[u8; 32], Error> {
    let u = hash::scrambler(public_a.signed().as_slice(), public_b.signed().as_slice());
    if u == [0; 32] { Err(Error::ScramblerZero) } else { Ok(u) }
}

/// The key that signs a claim.
pub(crate) fn claim_key(u: &[u8; 32], shared: &Residue) -> ClaimKey {
    let shared = Zeroizing::new(shared.signed());
    hash::claim_key(Bytes::<33>::signed(u).as_slice(), shared.as_slice())
}

/// HMAC(key, group || name || secret block || timestamp), not finished.
fn claim_mac(
    key: &ClaimKey,
    identity: Identity<'_>,
    secret_block: &str,
    timestamp: &str,
) -> Result<Mac, Error> {
    let mut mac = Mac::new(&**key);
    mac.update(identity.group.as_bytes());
    mac.update(identity.name.as_bytes());
    for_each_decoded(secret_block, |bytes| mac.update(bytes))?;
    mac.update(timestamp.as_bytes());
    Ok(mac)
}

/// Decodes a secret block piece by piece.
fn for_each_decoded(secret_block: &str, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
    const PIECE: usize = 48;
    let mut texts = pieces::<{ PIECE / 3 * 4 }>(secret_block.as_bytes()).peekable();
    if texts.peek().is_none() {
        return Err(Error::SecretBlockNotBase64);
    }
    while let Some(text) = texts.next() {
        let text = core::str::from_utf8(text).map_err(|_| Error::SecretBlockNotBase64)?;
        let bytes = decode_base64::<PIECE>(text).ok_or(Error::SecretBlockNotBase64)?;
        // padding ends the whole, not a piece
        if texts.peek().is_some() && bytes.as_slice().len() != PIECE {
            return Err(Error::SecretBlockNotBase64);
        }
        take(bytes.as_slice());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::residue::N;

    #[test]
    fn k_is_the_hash_of_n_and_g() {
        let k = hash::digest(&[&[0], &N, &[2]]);
        assert_eq!(K.0, Residue::from_256_bits(&k).0);
    }
}
