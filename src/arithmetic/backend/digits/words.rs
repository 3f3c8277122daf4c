//! What the arithmetic asks of a processor: vectors of four 64-bit words, and products of 32-bit numbers in them.
//!
//! Contract: the operations are constant time, and to have a value that implements [`Words`] is to be allowed them.

/// Work that is compiled for the processor that has the vectors.
pub(crate) trait Kernel {
    type Output;
    /// To be `#[inline(always)]`, with all that it calls.
    fn run<W: Words>(self, words: W) -> Self::Output;
}

/// Four words of 64 bits, the lowest first, and single ones.
pub(crate) trait Words: Copy {
    type Vector: Copy;
    /// Vectors in the form in which they are multiplied.
    type Factors: Copy;

    fn run<K: Kernel>(self, kernel: K) -> K::Output;

    fn load(self, from: &[u64; 4]) -> Self::Vector;
    fn store(self, to: &mut [u64; 4], a: Self::Vector);
    /// `a` in every word.
    fn splat(self, a: u64) -> Self::Vector;
    /// `a` in the lowest word, and 0 in the others.
    fn in_lowest(self, a: u64) -> Self::Vector;
    /// Whether every word is below `bound`: for assertions, and not constant time.
    fn all_below(self, a: Self::Vector, bound: u64) -> bool;

    /// a + b. Requires it to be below 2^64.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b. Requires b <= a.
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a` as factors. Requires it to be below 2^32.
    fn factors(self, a: Self::Vector) -> Self::Factors;
    /// a b
    fn mul(self, a: Self::Factors, b: &Self::Factors) -> Self::Vector;
    /// a mod 2^`BITS`
    fn low_bits<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// floor(a / 2^`BITS`)
    fn high_bits<const BITS: i32>(self, a: Self::Vector) -> Self::Vector;

    /// All ones where a = b, and 0 elsewhere, of which the compiler does not know that it is one of these.
    fn equal(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn and(self, a: Self::Vector, mask: Self::Vector) -> Self::Vector;
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// In each place, the word of `a` that the one of `index` says. Requires `index` < 4.
    fn permute(self, a: Self::Vector, index: Self::Vector) -> Self::Vector;
    /// Every word one place higher, and the highest in the lowest place.
    fn rotate_up(self, a: Self::Vector) -> Self::Vector;
    /// `a` with the lowest word of b.
    fn with_lowest(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// What vectors do, of single words.
    #[inline(always)]
    fn add_word(self, a: u64, b: u64) -> u64 {
        a + b
    }
    #[inline(always)]
    fn mul_word(self, a: u64, b: u64) -> u64 {
        a * b
    }
    #[inline(always)]
    fn low_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        a & ((1 << BITS) - 1)
    }
    #[inline(always)]
    fn high_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        a >> BITS
    }
}
