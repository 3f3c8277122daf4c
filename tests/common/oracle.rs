//! The protocol by plain arithmetic on big integers, written from its description and not from the crate.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test uses its part")]

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

/// N = 2^3072 - 2^3008 - 1 + 2^64 (floor(2^2942 pi) + 1690314) (RFC 3526, group 15)
pub fn n() -> BigUint {
    let two_to = |exponent: u32| BigUint::from(1u8) << exponent;
    two_to(3072) - two_to(3008) - 1u8 + ((pi(2942) + 1_690_314u32) << 64u32)
}

/// floor(2^bits pi), by Machin's formula with 64 bits to spare.
fn pi(bits: u32) -> BigUint {
    let one = BigUint::from(1u8) << (bits + 64);
    let arctan_of_inverse = |x: u32| {
        let (mut power, mut plus, mut minus) = (&one / x, BigUint::ZERO, BigUint::ZERO);
        for k in (1u32..).step_by(4) {
            if power == BigUint::ZERO {
                break;
            }
            plus += &power / k;
            power /= x * x;
            minus += &power / (k + 2);
            power /= x * x;
        }
        plus - minus
    };
    (arctan_of_inverse(5) * 16u8 - arctan_of_inverse(239) * 4u8) >> 64u32
}

pub fn g() -> BigUint {
    BigUint::from(2u8)
}

pub fn k() -> BigUint {
    BigUint::from_bytes_be(&h(&[&signed(&n()), &signed(&g())]))
}

pub fn h(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

pub fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = if key.len() > 64 { h(&[key]).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
    h(&[&pad(0x5c), &h(&[&pad(0x36), message])])
}

/// The shortest two's complement of a number that is not negative.
pub fn signed(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes[0] >= 0x80 {
        bytes.insert(0, 0);
    }
    bytes
}

pub fn x(salt: &[u8], group: &str, name: &str, password: &str) -> [u8; 32] {
    let identity = h(&[format!("{group}{name}:{password}").as_bytes()]);
    h(&[&signed(&BigUint::from_bytes_be(salt)), &identity])
}

pub fn verifier(x: &[u8]) -> BigUint {
    g().modpow(&BigUint::from_bytes_be(x), &n())
}

pub fn u(a: &BigUint, b: &BigUint) -> BigUint {
    BigUint::from_bytes_be(&h(&[&signed(a), &signed(b)]))
}

/// S = (B - k 2^x)^(a + u x)
pub fn client_shared(public_b: &BigUint, a: &BigUint, u: &BigUint, x: &BigUint) -> BigUint {
    let kv = k() * g().modpow(x, &n()) % n();
    ((public_b + n() - kv) % n()).modpow(&(a + u * x), &n())
}

/// B = k v + 2^b
pub fn public_b(v: &BigUint, b: &BigUint) -> BigUint {
    (k() * v + g().modpow(b, &n())) % n()
}

/// S = (A v^u)^b
pub fn verifier_shared(public_a: &BigUint, b: &BigUint, u: &BigUint, v: &BigUint) -> BigUint {
    (public_a * v.modpow(u, &n())).modpow(b, &n())
}

pub fn claim_key(u: &BigUint, shared: &BigUint) -> [u8; 16] {
    let pseudorandom = hmac(&signed(u), &signed(shared));
    hmac(&pseudorandom, b"Caldera Derived Key\x01")[..16].try_into().unwrap()
}

/// 384 bytes, big-endian.
pub fn padded(number: &BigUint) -> [u8; 384] {
    let bytes = number.to_bytes_be();
    let mut padded = [0; 384];
    padded[384 - bytes.len()..].copy_from_slice(&bytes);
    padded
}
