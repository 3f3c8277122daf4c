//! What the arithmetic asks of a processor: vectors of eight 64-bit lanes, and 52-bit products added to them.
//!
//! Contract: the operations are constant time, and to have a value that implements [`Lanes`] is to be allowed them.

/// A vector in memory.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Line(pub(crate) [u64; 8]);

/// Work that is compiled for the processor that has the lanes.
pub(crate) trait Kernel {
    type Output;
    /// To be `#[inline(always)]`, with all that it calls.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// Eight lanes of 64 bits, the lowest first. Masks have a bit for each, the lowest first.
pub(crate) trait Lanes: Copy {
    type Vector: Copy;

    fn run<K: Kernel>(self, kernel: K) -> K::Output;
    /// Clears what kernels have left in vector and mask registers.
    fn wipe(self);

    fn load(self, line: &Line) -> Self::Vector;
    fn store(self, line: &mut Line, a: Self::Vector);
    /// Stores the lowest lane alone.
    fn store_lowest(self, to: &mut u64, a: Self::Vector);
    /// Stores a word, not together with others.
    fn store_word(self, to: &mut u64, a: u64);
    /// The lanes from little-endian bytes.
    fn load_bytes(self, bytes: &[u8; 64]) -> Self::Vector;
    /// `a` in every lane.
    fn splat(self, a: u64) -> Self::Vector;
    /// One lane in every lane.
    fn splat_lane<const LANE: usize>(self, a: Self::Vector) -> Self::Vector;
    /// `a`, of which the compiler knows nothing any more.
    fn hide(self, a: Self::Vector) -> Self::Vector;
    /// `a`, which the compiler does not know to be the same.
    fn hide_reference<T>(self, a: &T) -> &T;
    /// Whether every lane is below `bound`: for assertions, and not constant time.
    fn all_below(self, a: Self::Vector, bound: u64) -> bool;

    /// a + b. Requires it to be below 2^64.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b. Requires b <= a.
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `sum` + (a b mod 2^52). Requires a and b below 2^52, and the result below 2^64.
    fn add_low(self, sum: Self::Vector, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `sum` + floor(a b / 2^52). Requires the same.
    fn add_high(self, sum: Self::Vector, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `sum` += a[i] b from vector i on for all i, where the high half of a product belongs to the vector after that of the low
    /// one. Requires what [`add_low`](Self::add_low) does.
    fn add_four_rows(self, sum: &mut [Self::Vector; 12], a: [Self::Vector; 4], b: &[Line; 8]);
    /// a mod 2^`BITS`
    fn low_bits<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// floor(a / 2^`BITS`)
    fn high_bits<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;

    /// Where a = b.
    fn equal(self, a: Self::Vector, b: Self::Vector) -> u8;
    /// Where a >= `bound`: bit 8 i + j is for lane i of vector j.
    fn reach(self, a: [Self::Vector; 8], bound: u64) -> u64;
    /// a + 1 where a bit is 1, and a elsewhere: bit 8 i + j is for lane i of vector j. Requires the sum to be below 2^64.
    fn add_bits(self, a: [Self::Vector; 8], bits: u64) -> [Self::Vector; 8];
    /// b in the lanes of the mask, and a in the others. If the mask is secret, both must be [hidden](Self::hide): a compiler
    /// that knows how they are computed computes them with the mask, and then an operand in memory is read only where the
    /// mask has a bit.
    fn choose(self, mask: u8, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Every lane one place lower: the lowest falls out, 0 comes in.
    fn lanes_down(self, a: Self::Vector) -> Self::Vector;
    /// Every lane one place higher: the highest falls out, that of `below` comes in.
    fn lanes_up(self, a: Self::Vector, below: Self::Vector) -> Self::Vector;
    /// In lane i, the lane of `a` that lane i of `index` says. Takes the index mod 8.
    fn permute(self, a: Self::Vector, index: Self::Vector) -> Self::Vector;
    /// The same of 16 lanes, those of `a` and of `b`. Takes the index mod 16.
    fn permute_two(self, a: Self::Vector, b: Self::Vector, index: Self::Vector) -> Self::Vector;
    /// Lane i of vector j becomes lane j of vector i.
    fn transpose(self, a: [Self::Vector; 8]) -> [Self::Vector; 8];
    /// What vectors do, of single words.
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

    /// 52 bits of the number of 128 with these halves, from bit `shift` on. Requires `shift` < 64.
    fn limb(self, low: Self::Vector, high: Self::Vector, shift: u32) -> Self::Vector;
}
