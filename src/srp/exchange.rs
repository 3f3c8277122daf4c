//! What both sides of a sign-in compute: k, u, S, and the key and the MAC of a claim.

use super::credentials::Claimant;
use super::ephemeral::Ephemeral;
use super::hash::{self, ClaimKey, Mac};
use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::power;
use crate::arithmetic::residue::{BYTES, Residue};
use crate::encoding::{Bytes, NotHex, decode_base64, decode_hex, fixed_chunks};
use crate::hygiene::ct;
use zeroize::Zeroizing;

/// k = H(N || g), both in signed form.
pub(crate) static K: Residue = Residue::from_256_bits(&[
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9, //
    0xf5, 0xb3, 0xa6, 0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
]);

/// Why a text is not A or B.
pub(super) enum NotPublic {
    /// It is not a hexadecimal number.
    Malformed,
    /// It is 0, or not below N, or has more digits than a number below N.
    OutOfRange,
}

/// The A or B that the other side sent: 0 < number < N.
#[inline(never)] // flash and frame: it has several callers, and holds two copies of the bytes
pub(super) fn public_number(hex: &str) -> Result<Residue, NotPublic> {
    match decode_hex::<BYTES>(hex) {
        Ok(bytes) => Residue::from_bytes_vartime(&bytes).ok_or(NotPublic::OutOfRange),
        Err(NotHex::TooLong) => Err(NotPublic::OutOfRange),
        Err(NotHex::Malformed) => Err(NotPublic::Malformed),
    }
}

/// u = H(A || B). `None` if it is zero, because S would then not depend on the password.
pub(crate) fn scrambler(public_a: &Residue, public_b: &Residue) -> Option<[u8; 32]> {
    let u = hash::scrambler(public_a.signed().as_slice(), public_b.signed().as_slice());
    (u != [0; 32]).then_some(u)
}

/// The client's S: `number`, which is B on entry, becomes (B - k 2^x)^(a + u x).
#[inline(never)] // frame: its table of powers is not in the frame of the hashes
pub(crate) fn client_shared(number: &mut Residue, a: &Ephemeral, u: &[u8; 32], x: &Exponent<8>) {
    subtract_verifier(number, x);
    a.raise_with(number, &Exponent::from_bytes(u), x);
}

/// `number` = `number` - k 2^x
#[inline(never)] // frame: 2^x is not in the caller's frame while S is computed
fn subtract_verifier(number: &mut Residue, x: &Exponent<8>) {
    power::sub_product(number, &K, &power::pow_g(x));
}

/// B = k v + 2^b
#[inline(never)] // frame: as for `subtract_verifier`
pub(crate) fn public_b(verifier: &Residue, b: &Ephemeral) -> Residue {
    let public_b = power::add_product(&b.public(), &K, verifier);
    ct::declassify(&public_b.0);
    public_b
}

/// The verifier's S, (A v^u)^b.
#[inline(never)] // frame: as for `client_shared`
pub(crate) fn verifier_shared(
    verifier: &Residue,
    public_a: &Residue,
    u: &[u8; 32],
    b: &Ephemeral,
) -> Residue {
    let mut number = Residue(verifier.0);
    power::pow(&mut number, Exponent::<8>::from_bytes(u).view(), 256);
    number = power::mul(public_a, &number);
    b.raise(&mut number);
    number
}

/// The key that signs a claim.
#[inline(never)] // frame: the hashed bytes are not in the caller's frame
pub(crate) fn claim_key(u: &[u8; 32], shared: &Residue) -> ClaimKey {
    let shared = Zeroizing::new(shared.signed());
    hash::claim_key(Bytes::<33>::signed(u).as_slice(), shared.as_slice())
}

/// A secret block is not base64.
pub(super) struct NotBase64;

/// HMAC(key, group || name || secret block || timestamp), not finished.
pub(super) fn claim_mac(
    key: &ClaimKey,
    claimant: Claimant<'_>,
    secret_block: &str,
    timestamp: &str,
) -> Result<Mac, NotBase64> {
    let mut mac = Mac::new(&**key);
    mac.update(claimant.group.as_bytes());
    mac.update(claimant.name.as_bytes());
    decode_secret_block(secret_block, |bytes| mac.update(bytes))?;
    mac.update(timestamp.as_bytes());
    Ok(mac)
}

/// Decodes a secret block of any length, a chunk at a time.
pub(super) fn decode_secret_block(secret_block: &str, mut take: impl FnMut(&[u8])) -> Result<(), NotBase64> {
    const CHUNK: usize = 48;
    let mut texts = fixed_chunks::<{ CHUNK / 3 * 4 }>(secret_block.as_bytes()).peekable();
    if texts.peek().is_none() {
        return Err(NotBase64);
    }
    while let Some(text) = texts.next() {
        let text = core::str::from_utf8(text).map_err(|_| NotBase64)?;
        let bytes = decode_base64::<CHUNK>(text).ok_or(NotBase64)?;
        // padding ends the block, not a chunk of it
        if texts.peek().is_some() && bytes.as_slice().len() != CHUNK {
            return Err(NotBase64);
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
