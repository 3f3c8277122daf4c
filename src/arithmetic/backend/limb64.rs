//! The group in 48 limbs of 64 bits, R = 2^3072. The mirror image of limb32.rs.

use super::portable::{Limb, Portable};
use crate::arithmetic::residue::{self, BYTES};
use crate::hygiene::ct::Mask;

#[cfg(all(
    target_arch = "aarch64",
    target_feature = "neon",
    target_endian = "little",
    not(cognito_device_srp_backend = "limb64"),
    not(miri),
))]
mod a64;

pub(crate) type Limb64 = Portable<u64, 48>;

impl Limb<48> for u64 {
    const BITS: u32 = u64::BITS;
    const ZERO: u64 = 0;
    const N: &[u64; 48] = &limbs(&residue::N);
    const R_SQUARED: &[u64; 48] = &limbs(&residue::TWO_TO_6144);

    #[inline(always)]
    fn mul_add_add(self, b: u64, c: u64, d: u64) -> (u64, u64) {
        // The halves are added separately. In one 128-bit sum, c + d would be added first, which makes the chain of carries
        // longer by one addition.
        let product = u128::from(self) * u128::from(b);
        let (low, carry) = (product as u64).overflowing_add(c);
        // neither addition to the high limb overflows, since the result is below 2^128
        let high = (product >> 64) as u64 + u64::from(carry);
        let (low, carry) = low.overflowing_add(d);
        (low, high + u64::from(carry))
    }

    #[cfg(all(
        target_arch = "aarch64",
        target_feature = "neon",
        target_endian = "little",
        not(cognito_device_srp_backend = "limb64"),
        not(miri),
    ))]
    fn add_rows(to: &mut [u64], a: &[u64], b: (u64, u64), below: u64, carries: (u64, u64)) -> (u64, u64) {
        a64::add_rows(to, a, b, below, carries)
    }

    #[cfg(all(
        target_arch = "aarch64",
        target_feature = "neon",
        target_endian = "little",
        not(cognito_device_srp_backend = "limb64"),
        not(miri),
    ))]
    fn look_up_all<const K: usize>(to: &mut [[u64; 48]], entries: &super::Entries<K>, indices: &[u32]) {
        a64::look_up_all(to, entries, indices);
    }

    #[inline(always)]
    fn add_carry(self, b: u64, carry: u64) -> (u64, u64) {
        let sum = u128::from(self) + u128::from(b) + u128::from(carry);
        (sum as u64, (sum >> 64) as u64)
    }

    #[inline(always)]
    fn sub_borrow(self, b: u64, borrow: u64) -> (u64, u64) {
        let difference = u128::from(self).wrapping_sub(u128::from(b)).wrapping_sub(u128::from(borrow));
        (difference as u64, (difference >> 64) as u64 & 1)
    }

    #[inline(always)]
    fn bit(self) -> u32 {
        debug_assert!(self <= 1);
        self as u32
    }

    #[inline(always)]
    fn from_bit(bit: u32, at: u32) -> u64 {
        debug_assert!(bit <= 1 && at < Self::BITS);
        u64::from(bit) << at
    }

    #[inline(always)]
    fn mask(mask: Mask) -> u64 {
        i64::from(mask.as_i32()) as u64
    }

    fn from_be_bytes(bytes: &[u8; BYTES]) -> [u64; 48] {
        limbs(bytes)
    }

    #[inline(always)]
    fn from_le_bytes(bytes: &[u8]) -> u64 {
        bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    #[inline(always)]
    fn write_be_bytes(self, bytes: &mut [u8]) {
        debug_assert!(bytes.len() == size_of::<Self>());
        bytes.copy_from_slice(&self.to_be_bytes());
    }
}

/// The limbs of a big-endian number, least significant first.
const fn limbs(bytes: &[u8; BYTES]) -> [u64; 48] {
    let mut limbs = [0; 48];
    let mut i = 0;
    while i < BYTES {
        limbs[i / 8] |= (bytes[BYTES - 1 - i] as u64) << (8 * (i % 8));
        i += 1;
    }
    limbs
}
