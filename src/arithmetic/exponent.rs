//! Secret exponents: fixed width, wiped on drop.
//!
//! Contract: the width is public, the value is not. A bit is read at a public position only.

use zeroize::Zeroize;

/// A secret number below 2^(32 `WORDS`), least significant word first.
pub(crate) struct Exponent<const WORDS: usize>([u32; WORDS]);

impl<const WORDS: usize> Exponent<WORDS> {
    /// From big-endian bytes. Requires no more than 4 `WORDS`: higher ones would be dropped.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        debug_assert!(bytes.len() <= 4 * WORDS);
        let mut exponent = Self([0; WORDS]);
        for (word, chunk) in exponent.0.iter_mut().zip(bytes.rchunks(4)) {
            *word = chunk.iter().fold(0, |word, &byte| word << 8 | u32::from(byte));
        }
        exponent
    }

    /// The sum of `self` and a public number, one word wider and more. Requires `MORE` >= `WORDS` + 1 (checked
    /// when compiled), so nothing is carried out.
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

    /// `self` + u x. Requires `MORE` >= `WORDS` + 1 and 16 words for u x, so nothing is carried out.
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

    /// Bit `position` (public), 0 above the width.
    #[inline(always)]
    pub(crate) fn bit(&self, position: usize) -> u32 {
        match self.0.get(position / 32) {
            Some(word) => word >> (position % 32) & 1,
            None => 0,
        }
    }

    /// `count` bits from position `from` upwards, `step` apart, the first the lowest. All public but the bits.
    #[inline(always)]
    pub(crate) fn bits(&self, from: usize, count: usize, step: usize) -> u32 {
        (0..count).fold(0, |bits, i| bits | self.bit(from + step * i) << i)
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
}
