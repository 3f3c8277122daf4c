//! The operations that the arithmetic needs: vectors of eight 64-bit lanes, and sums of 52-bit products.
//!
//! Contract: the operations are constant time. A value that implements [`Lanes`] is the proof that they can be executed.

/// A vector in memory.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Line(pub(crate) [u64; 8]);

/// Work that is compiled for the processor with these operations.
pub(crate) trait Kernel {
    type Output;
    /// Must be `#[inline(always)]`, like everything that it calls.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// Eight lanes of 64 bits, the lowest first. A mask has a bit for each lane, the lowest first.
pub(crate) trait Lanes: Copy {
    type Vector: Copy;

    fn run<K: Kernel>(self, kernel: K) -> K::Output;
    /// Clears the vector and mask registers.
    fn wipe(self);

    fn load(self, line: &Line) -> Self::Vector;
    fn store(self, line: &mut Line, a: Self::Vector);
    /// Stores the lowest lane.
    fn store_lowest(self, to: &mut u64, a: Self::Vector);
    /// Stores a word by an instruction of its own.
    fn store_word(self, to: &mut u64, a: u64);
    /// Loads the lanes from little-endian bytes.
    fn load_bytes(self, bytes: &[u8; 64]) -> Self::Vector;
    /// `a` in every lane.
    fn splat(self, a: u64) -> Self::Vector;
    /// Lane `LANE` of `a` in every lane.
    fn splat_lane<const LANE: usize>(self, a: Self::Vector) -> Self::Vector;
    /// `a`, about whose value the compiler can assume nothing.
    fn hide(self, a: Self::Vector) -> Self::Vector;
    /// `a`, which the compiler does not know to be the same reference.
    fn hide_reference<T>(self, a: &T) -> &T;
    /// Whether every lane is below `bound`. For assertions, not constant time.
    fn all_below(self, a: Self::Vector, bound: u64) -> bool;

    /// a + b. Requires the sum to be below 2^64.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b. Requires b <= a.
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `sum` + (a b mod 2^52). Requires a and b below 2^52, and the result below 2^64.
    fn add_low(self, sum: Self::Vector, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `sum` + floor(a b / 2^52). Requires what [`add_low`](Self::add_low) requires.
    fn add_high(self, sum: Self::Vector, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `sum` += `a[i]` b from vector i on, for all i. The high half of a product is added to the vector after that of its low
    /// half. Requires what [`add_low`](Self::add_low) requires.
    fn add_four_rows(self, sum: &mut [Self::Vector; 12], a: [Self::Vector; 4], b: &[Line; 8]);
    /// a mod 2^`BITS`
    fn low_bits<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// floor(a / 2^`BITS`)
    fn high_bits<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;

    /// The mask of the lanes where a = b.
    fn equal(self, a: Self::Vector, b: Self::Vector) -> u8;
    /// The mask of the lanes where a >= `bound`: bit 8 i + j is for lane i of vector j.
    fn reach(self, a: [Self::Vector; 8], bound: u64) -> u64;
    /// a + 1 in the lanes whose bit is 1, and a in the others: bit 8 i + j is for lane i of vector j. Requires each sum to be
    /// below 2^64.
    fn add_bits(self, a: [Self::Vector; 8], bits: u64) -> [Self::Vector; 8];
    /// b in the lanes of the mask, and a in the others. If the mask is secret, a and b must be [hidden](Self::hide): a compiler
    /// that knows how they are computed can compute them with the mask, and then reads an operand in memory only in the lanes
    /// of the mask.
    fn choose(self, mask: u8, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Moves every lane down by one. The lowest is dropped, and the highest becomes 0.
    fn lanes_down(self, a: Self::Vector) -> Self::Vector;
    /// Moves every lane up by one. The highest is dropped, and the lowest becomes the highest lane of `below`.
    fn lanes_up(self, a: Self::Vector, below: Self::Vector) -> Self::Vector;
    /// Lane i is the lane of `a` whose number is in lane i of `index`, mod 8.
    fn permute(self, a: Self::Vector, index: Self::Vector) -> Self::Vector;
    /// Lane i is the one of 16 lanes, those of `a` and then those of `b`, whose number is in lane i of `index`, mod 16.
    fn permute_two(self, a: Self::Vector, b: Self::Vector, index: Self::Vector) -> Self::Vector;
    /// Lane i of vector j becomes lane j of vector i.
    fn transpose(self, a: [Self::Vector; 8]) -> [Self::Vector; 8];
    /// The operations on single words that correspond to those on vectors.
    #[inline(always)]
    fn add_word(self, a: u64, b: u64) -> u64 {
        a + b
    }
    #[inline(always)]
    fn low_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        a & ((1 << BITS) - 1)
    }
    #[inline(always)]
    fn high_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        a >> BITS
    }

    /// 52 bits, from bit `shift` on, of the 128-bit number with these halves. Requires `shift` < 64.
    fn limb(self, low: Self::Vector, high: Self::Vector, shift: u32) -> Self::Vector;
}
