//! The operations that the arithmetic needs: vectors of four 64-bit words, and products of 32-bit numbers in them.
//!
//! Contract: that of ../x86_64/ifma/lanes.rs, with [`Words`] for `Lanes`.

/// Work that is compiled for the processor with these operations.
pub(crate) trait Kernel {
    type Output;
    /// Must be `#[inline(always)]`, like everything that it calls.
    fn run<W: Words>(self, words: W) -> Self::Output;
}

/// Four words of 64 bits, the lowest first, and single words.
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
    /// Whether every word is below `bound`. For assertions, not constant time.
    fn all_below(self, a: Self::Vector, bound: u64) -> bool;

    /// a + b. Requires the sum to be below 2^64.
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

    /// All ones in the words where a = b, and 0 in the others. The compiler does not know that a word is one of these two.
    fn equal(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn and(self, a: Self::Vector, mask: Self::Vector) -> Self::Vector;
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Word i is the word of `a` whose number is in word i of `index`. Requires each number to be below 4.
    fn permute(self, a: Self::Vector, index: Self::Vector) -> Self::Vector;
    /// Moves every word up by one, and the highest to the lowest place.
    fn rotate_up(self, a: Self::Vector) -> Self::Vector;
    /// `a` with its lowest word replaced by that of b.
    fn with_lowest(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// The operations on single words that correspond to those on vectors.
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

/// Whether no word of `a` is below that of `b`. For assertions, not constant time.
#[cfg(any(
    all(target_arch = "x86_64", target_feature = "sse2"),
    all(target_arch = "wasm32", target_feature = "simd128"),
))]
#[inline(always)]
pub(super) fn none_below<W: Words>(words: W, a: W::Vector, b: W::Vector) -> bool {
    let [mut of_a, mut of_b] = [[0; 4]; 2];
    words.store(&mut of_a, a);
    words.store(&mut of_b, b);
    of_a.iter().zip(of_b).all(|(&a, b)| a >= b)
}
