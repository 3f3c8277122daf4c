//! The group in 96 limbs of 32 bits, R = 2^3072. The mirror image of limb64.rs.

use super::portable::{Limb, Portable};
use crate::arithmetic::residue::{self, BYTES};
use crate::hygiene::ct::Mask;

#[cfg(any(
    cognito_device_srp_backend = "umaal",
    all(target_arch = "arm", target_feature = "dsp", not(cognito_device_srp_backend = "limb32")),
))]
mod umaal;

/// Whether the core has UMAAL. Such a core also has MLS, which multiplies and subtracts in one instruction, in a time that does
/// not depend on the operands.
const HAS_UMAAL: bool = cfg!(any(
    cognito_device_srp_backend = "umaal",
    all(target_arch = "arm", target_feature = "dsp", not(cognito_device_srp_backend = "limb32")),
));

/// Whether the core multiplies only 32 by 32 bits to 32, as Cortex-M0, M0+ and M1 do. They are recognized by their lack of
/// compare-and-swap.
const NARROW: bool = cfg!(all(target_arch = "arm", target_os = "none", not(target_has_atomic = "32")));

pub(crate) type Limb32 = Portable<u32, 96>;

impl Limb<96> for u32 {
    const BITS: u32 = u32::BITS;
    const ZERO: u32 = 0;
    const N: &[u32; 96] = &limbs(&residue::N);
    const R_SQUARED: &[u32; 96] = &limbs(&residue::TWO_TO_6144);

    #[inline(always)]
    fn mul_add_add(self, b: u32, c: u32, d: u32) -> (u32, u32) {
        if NARROW {
            return halves::mul_add_add(self, b, c, d);
        }
        let product = u64::from(self) * u64::from(b) + u64::from(c) + u64::from(d);
        (product as u32, (product >> 32) as u32)
    }

    #[cfg(any(
        cognito_device_srp_backend = "umaal",
        all(target_arch = "arm", target_feature = "dsp", not(cognito_device_srp_backend = "limb32")),
    ))]
    fn add_rows(to: &mut [u32], a: &[u32], b: (u32, u32), below: u32, carries: (u32, u32)) -> (u32, u32) {
        umaal::add_rows(to, a, b, below, carries)
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
        debug_assert!(self <= 1);
        self
    }

    #[inline(always)]
    fn from_bit(bit: u32, at: u32) -> u32 {
        debug_assert!(bit <= 1 && at < Self::BITS);
        bit << at
    }

    #[inline(always)]
    fn mask(mask: Mask) -> u32 {
        mask.as_i32() as u32
    }

    #[inline(always)]
    fn pick(self, limb: u32, mask: u32) -> u32 {
        if HAS_UMAAL { pick_by_product(self, limb, mask) } else { self | (limb & mask) }
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
        debug_assert!(bytes.len() == size_of::<Self>());
        // `copy_from_slice` checks the lengths at run time if the code is optimized for size
        for (to, byte) in bytes.iter_mut().zip(self.to_be_bytes()) {
            *to = byte;
        }
    }
}

/// [`Limb::pick`] by a multiplication with the mask, of which all ones is -1: one instruction on a core that has MLS.
#[inline(always)]
fn pick_by_product(picked: u32, limb: u32, mask: u32) -> u32 {
    picked.wrapping_sub(limb.wrapping_mul(mask))
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

/// A product of 32-bit limbs from products of their halves. No sum overflows: (2^16 - 1)^2 + 2 (2^16 - 1) < 2^32.
mod halves {
    pub(super) fn mul_add_add(a: u32, b: u32, c: u32, d: u32) -> (u32, u32) {
        let (low, high) = (|word: u32| word & 0xffff, |word: u32| word >> 16);
        let first = low(a) * low(b) + low(c) + low(d);
        let second = high(a) * low(b) + high(c) + high(first);
        let third = low(a) * high(b) + high(d) + low(second);
        (third << 16 | low(first), high(a) * high(b) + high(second) + high(third))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picking_by_a_product_returns_the_limb() {
        for limb in [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff] {
            assert_eq!(pick_by_product(0, limb, u32::MAX), limb);
            assert_eq!(pick_by_product(limb, !limb, 0), limb);
        }
    }

    #[test]
    fn a_product_by_halves_equals_the_product() {
        let edges = [0, 1, 2, 0xffff, 0x1_0000, 0x1_0001, 0x7fff_ffff, 0x8000_0000, 0xffff_0000, 0xffff_ffff];
        for (a, b) in edges.iter().flat_map(|&a| edges.map(|b| (a, b))) {
            for (c, d) in edges.iter().flat_map(|&c| edges.map(|d| (c, d))) {
                assert_eq!(halves::mul_add_add(a, b, c, d), a.mul_add_add(b, c, d), "{a} {b} {c} {d}");
            }
        }
    }
}
