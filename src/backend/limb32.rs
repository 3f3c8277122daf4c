//! The group in 96 limbs of 32 bits, R = 2^3072. The mirror image of limb64.rs.

use super::portable::{Limb, Portable};
use crate::ct::Mask;
use crate::group::{self, BYTES};

pub(crate) type Limb32 = Portable<u32, 96>;

impl Limb<96> for u32 {
    const BITS: u32 = u32::BITS;
    const ZERO: u32 = 0;
    const N: &[u32; 96] = &limbs(&group::N);
    const R_SQUARED: &[u32; 96] = &limbs(&group::TWO_TO_6144);

    #[inline(always)]
    fn mul_add_add(self, b: u32, c: u32, d: u32) -> (u32, u32) {
        let product = u64::from(self) * u64::from(b) + u64::from(c) + u64::from(d);
        (product as u32, (product >> 32) as u32)
    }

    #[inline(always)]
    fn add_carry(self, b: u32, carry: u32) -> (u32, u32) {
        let sum = u64::from(self) + u64::from(b) + u64::from(carry);
        (sum as u32, (sum >> 32) as u32)
    }

    #[inline(always)]
    fn sub_borrow(self, b: u32, borrow: u32) -> (u32, u32) {
        let difference = u64::from(self).wrapping_sub(u64::from(b)).wrapping_sub(u64::from(borrow));
        (difference as u32, (difference >> 32) as u32 & 1)
    }

    #[inline(always)]
    fn bit(self) -> u32 {
        self
    }

    #[inline(always)]
    fn from_bit(bit: u32, at: u32) -> u32 {
        bit << at
    }

    #[inline(always)]
    fn mask(mask: Mask) -> u32 {
        mask.as_i32() as u32
    }

    fn from_be_bytes(bytes: &[u8; BYTES]) -> [u32; 96] {
        limbs(bytes)
    }

    #[inline(always)]
    fn from_le_bytes(bytes: &[u8]) -> u32 {
        bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    #[inline(always)]
    fn write_be_bytes(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.to_be_bytes());
    }
}

/// The limbs of a big-endian number, least significant first.
const fn limbs(bytes: &[u8; BYTES]) -> [u32; 96] {
    let mut limbs = [0; 96];
    let mut i = 0;
    while i < BYTES {
        limbs[i / 4] |= (bytes[BYTES - 1 - i] as u32) << (8 * (i % 4));
        i += 1;
    }
    limbs
}
