//! Secret exponents: fixed width, wiped on drop.
//!
//! Contract: the width is public, and the value is secret. Bits are read only at public positions.

use super::residue::{BYTES, N};
use crate::hygiene::ct::{self, Mask};
use zeroize::Zeroize;

/// A secret number below 2^(32 `WORDS`), least significant word first.
pub(crate) struct Exponent<const WORDS: usize>([u32; WORDS]);

impl<const WORDS: usize> Exponent<WORDS> {
    /// From big-endian bytes. Requires at most 4 `WORDS` bytes. Any bytes above are dropped.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        debug_assert!(bytes.len() <= 4 * WORDS);
        let mut exponent = Self([0; WORDS]);
        for (word, chunk) in exponent.0.iter_mut().zip(bytes.rchunks(4)) {
            *word = chunk.iter().fold(0, |word, &byte| word << 8 | u32::from(byte));
        }
        exponent
    }

    /// Writes all 4 `WORDS` bytes, big-endian. Requires `bytes` to have this length.
    pub(crate) fn write_be_bytes(&self, bytes: &mut [u8]) {
        debug_assert!(bytes.len() == 4 * WORDS);
        for (to, word) in bytes.rchunks_mut(4).zip(&self.0) {
            for (to, byte) in to.iter_mut().zip(word.to_be_bytes()) {
                *to = byte;
            }
        }
    }

    /// The sum of `self` and a public number. Requires `MORE` >= `WORDS` + 1 (checked at compile time), so the sum does not
    /// overflow.
    pub(crate) fn plus<const MORE: usize>(&self, public: u128) -> Exponent<MORE> {
        const { assert!(MORE > WORDS && WORDS >= 4) }
        let mut sum = Exponent([0; MORE]);
        let addend = (0..4).map(|i| (public >> (32 * i)) as u32).chain(core::iter::repeat(0));
        let words = self.0.iter().copied().chain(core::iter::once(0));
        let mut carry = 0;
        for ((to, word), add) in sum.0.iter_mut().zip(words).zip(addend) {
            // below 2^33, and the carry at most 1
            let total = u64::from(word) + u64::from(add) + carry;
            *to = total as u32;
            carry = total >> 32;
        }
        sum
    }

    /// `self` + u x. Requires `MORE` >= `WORDS` + 1, and `MORE` > 16 since u x has 16 words, so the sum does not overflow.
    pub(crate) fn plus_product<const MORE: usize>(&self, u: &Exponent<8>, x: &Exponent<8>) -> Exponent<MORE> {
        const { assert!(MORE > WORDS && MORE > 16) }
        let mut sum = Exponent([0; MORE]);
        for (to, &word) in sum.0.iter_mut().zip(&self.0) {
            *to = word;
        }
        for (i, &u) in u.0.iter().enumerate() {
            let mut carry = 0;
            let row = x.0.iter().copied().chain(core::iter::repeat(0));
            for (to, x) in sum.0.iter_mut().skip(i).zip(row) {
                // at most (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1
                let total = u64::from(u) * u64::from(x) + u64::from(*to) + carry;
                *to = total as u32;
                carry = total >> 32;
            }
        }
        sum
    }

    /// The low `FEWER` words.
    pub(crate) fn low<const FEWER: usize>(&self) -> Exponent<FEWER> {
        const { assert!(FEWER <= WORDS) }
        let mut low = Exponent([0; FEWER]);
        for (to, &word) in low.0.iter_mut().zip(&self.0) {
            *to = word;
        }
        low
    }

    /// Its bits, in a type that does not depend on the width.
    #[inline(always)]
    pub(crate) fn view(&self) -> Bits<'_> {
        Bits(&self.0)
    }

    /// As [`Bits::bit`].
    #[inline(always)]
    pub(crate) fn bit(&self, position: usize) -> u32 {
        self.view().bit(position)
    }

    /// As [`Bits::bits`].
    #[inline(always)]
    pub(crate) fn bits(&self, from: usize, count: usize, step: usize) -> u32 {
        self.view().bits(from, count, step)
    }
}

/// The bits of an exponent of any width.
#[derive(Clone, Copy)]
pub(crate) struct Bits<'a>(&'a [u32]);

impl Bits<'_> {
    /// Bit `position`, or 0 above the width. The position is public.
    #[inline(always)]
    pub(crate) fn bit(self, position: usize) -> u32 {
        match self.0.get(position / 32) {
            Some(word) => word >> (position % 32) & 1,
            None => 0,
        }
    }

    /// `count` bits at the positions `from`, `from` + `step` and so on. The first becomes the lowest. The arguments are public,
    /// and the bits are not.
    #[inline(always)]
    pub(crate) fn bits(self, from: usize, count: usize, step: usize) -> u32 {
        (0..count).fold(0, |bits, i| bits | self.bit(from + step * i) << i)
    }
}

/// N - 1, the order of the multiplicative group mod N, least significant word first. N is odd, so N - 1 is N with its lowest
/// bit cleared.
static ORDER: [u32; BYTES / 4] = {
    let mut order = [0; BYTES / 4];
    let mut i = 0;
    while i < BYTES {
        order[i / 4] |= (N[BYTES - 1 - i] as u32) << (8 * (i % 4));
        i += 1;
    }
    order[0] &= !1;
    order
};

impl Exponent<{ BYTES / 4 }> {
    /// A number of this many bytes is always below the order: 2^(8 * 383) < 2^3071 < N - 1.
    pub(crate) const BELOW_ORDER: usize = BYTES - 1;

    /// A big-endian number of any length, mod N - 1. Both exponents give the same power of any base that is not 0 mod N.
    /// Constant time for numbers of the same length.
    ///
    /// The modulus (N - 1) / 2, the order of 2, would be right for powers of 2 and of other squares, but a peer can send a
    /// number that is not a square.
    pub(crate) fn from_bytes_mod_order(bytes: &[u8]) -> Self {
        let (start, rest) = bytes.split_at(bytes.len().min(Self::BELOW_ORDER));
        let mut exponent = Self::from_bytes(start);
        for byte in rest {
            for bit in (0..8).rev() {
                exponent.shift_in(byte >> bit & 1);
            }
        }
        exponent
    }

    /// `self` = 2 `self` + `bit` mod N - 1. Requires `self` < N - 1 and `bit` <= 1, so that the sum is below 2 (N - 1).
    fn shift_in(&mut self, bit: u8) {
        debug_assert!(bit <= 1);
        let (mut carry, mut borrow) = (u32::from(bit), 0);
        let mut less = Self([0; BYTES / 4]);
        for ((word, less), &order) in self.0.iter_mut().zip(&mut less.0).zip(&ORDER) {
            let doubled = *word << 1 | carry;
            carry = *word >> 31;
            *word = doubled;
            let difference = u64::from(doubled).wrapping_sub(u64::from(order)).wrapping_sub(borrow);
            *less = difference as u32;
            borrow = difference >> 63;
        }
        // the number stays as it is if it was below N - 1: then the subtraction borrows, and the doubling did not carry
        let keep = Mask::from_bit(borrow as u32 & !carry & 1).as_i32() as u32;
        for (word, &less) in self.0.iter_mut().zip(&less.0) {
            *word = *word & keep | less & !keep;
        }
    }

    /// Whether 2^`self` is 1, which means that `self` is 0 or (N - 1) / 2, the order of 2. Only this becomes public. Requires
    /// `self` < N - 1.
    pub(crate) fn reveal_is_trivial(&self) -> bool {
        let (mut zero, mut half) = (0, 0);
        for (i, &word) in self.0.iter().enumerate() {
            let above = ORDER.get(i + 1).map_or(0, |above| above << 31);
            zero |= word;
            half |= word ^ (ORDER.get(i).map_or(0, |order| order >> 1) | above);
        }
        ct::reveal_is_zero(&zero.to_ne_bytes()) | ct::reveal_is_zero(&half.to_ne_bytes())
    }
}

impl<const WORDS: usize> Drop for Exponent<WORDS> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_ripple_into_the_word_above() {
        let sum: Exponent<9> = Exponent::<8>::from_bytes(&[0xff; 32]).plus(u128::MAX);
        // 2^256 - 1 + 2^128 - 1 = 2^256 + 2^128 - 2
        for position in 0..400 {
            assert_eq!(sum.bit(position), u32::from(position == 256 || (1..128).contains(&position)));
        }
    }

    #[test]
    fn the_largest_product_and_sum_fit() {
        let most = Exponent::<8>::from_bytes(&[0xff; 32]);
        // 2^256 - 1 + (2^256 - 1)^2 = 2^512 - 2^256
        let sum: Exponent<17> = most.plus_product(&most, &most);
        assert!((0..600).all(|p| sum.bit(p) == u32::from((256..512).contains(&p))));
        // 2^544 - 1 + (2^256 - 1)^2 = 2^544 + 2^512 - 2^257
        let sum: Exponent<18> = Exponent::<17>::from_bytes(&[0xff; 68]).plus_product(&most, &most);
        assert!((0..600).all(|p| sum.bit(p) == u32::from(p == 544 || (257..512).contains(&p))));
    }

    #[test]
    fn short_input_is_padded_above() {
        let x = Exponent::<8>::from_bytes(&[0x80, 0, 0, 0, 1]);
        assert!((0..300).all(|p| x.bit(p) == u32::from(p == 0 || p == 39)));
    }

    #[test]
    fn numbers_of_any_length_are_reduced_by_the_order() {
        use num_bigint::BigUint;
        let order = BigUint::from_bytes_be(&N) - 1u8;
        let value = |exponent: &Exponent<96>| {
            let mut bytes = [0; BYTES];
            exponent.write_be_bytes(&mut bytes);
            BigUint::from_bytes_be(&bytes)
        };
        let half: BigUint = &order >> 1;
        let mut edges = std::vec![
            order.clone(),
            &order - 1u8,
            &order + 1u8,
            &order * 2u8,
            &order * 2u8 - 1u8,
            &order * &order,
            half.clone(),
            &half - 1u8,
            &half + 1u8,
            &half * 3u8,
            &half * 5u8 - 1u8,
        ];
        for len in [1, 2, 382, 383, 384, 385, 512, 1023, 1024] {
            edges.push((BigUint::from(1u8) << (8 * len)) - 1u8);
            edges.push(BigUint::from(1u8) << (8 * len - 1));
            edges.push((BigUint::from(1u8) << (8 * len)) / 7u8);
        }
        for edge in edges {
            let reduced = Exponent::from_bytes_mod_order(&edge.to_bytes_be());
            assert_eq!(value(&reduced), &edge % &order, "{edge}");
            assert_eq!(reduced.reveal_is_trivial(), &edge % &half == BigUint::ZERO, "{edge}");
        }
        assert!(Exponent::from_bytes_mod_order(&[]).reveal_is_trivial());
    }
}
