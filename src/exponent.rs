//! Secret exponents: fixed width, wiped on drop.
//!
//! Contract: the width is public, the value is not. A bit is read at a public position only.

use zeroize::Zeroize;

/// A secret number below 2^(32 `WORDS`), least significant word first.
pub(crate) struct Exponent<const WORDS: usize>([u32; WORDS]);

impl<const WORDS: usize> Exponent<WORDS> {
    /// From 4 `WORDS` big-endian bytes or fewer; higher ones would be dropped.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let mut words = [0; WORDS];
        for (word, chunk) in words.iter_mut().zip(bytes.rchunks(4)) {
            *word = chunk.iter().fold(0, |word, &byte| word << 8 | u32::from(byte));
        }
        Self(words)
    }

    /// The sum of `self` and a public number, one word wider and more. Requires `MORE` >= `WORDS` + 1 (checked
    /// when compiled), so nothing is carried out.
    pub(crate) fn plus<const MORE: usize>(&self, public: u64) -> Exponent<MORE> {
        const { assert!(MORE > WORDS && WORDS >= 2) }
        let mut sum = Exponent([0; MORE]);
        let addend = [public as u32, (public >> 32) as u32].into_iter().chain(core::iter::repeat(0));
        let words = self.0.iter().copied().chain(core::iter::once(0));
        let mut carry = 0;
        for ((to, word), add) in sum.0.iter_mut().zip(words).zip(addend) {
            let total = u64::from(word) + u64::from(add) + carry;
            *to = total as u32;
            carry = total >> 32;
        }
        sum
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
        let sum: Exponent<9> = Exponent::<8>::from_bytes(&[0xff; 32]).plus(u64::MAX);
        // 2^256 - 1 + 2^64 - 1 = 2^256 + 2^64 - 2
        for position in 0..400 {
            assert_eq!(sum.bit(position), u32::from(position == 256 || (1..64).contains(&position)));
        }
    }

    #[test]
    fn short_input_is_padded_above() {
        let x = Exponent::<8>::from_bytes(&[0x80, 0, 0, 0, 1]);
        assert!((0..300).all(|p| x.bit(p) == u32::from(p == 0 || p == 39)));
    }
}
