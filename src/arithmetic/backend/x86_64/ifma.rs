//! The group in 60 limbs of 52 bits, R = 2^3120, for x86-64 processors that multiply such limbs in vectors of eight
//! (AVX-512 IFMA): the algorithms. What they ask of the processor is in ifma/lanes.rs, and ifma/avx512.rs gives it, with
//! all the unsafe code; a model of plain numbers, for tests, has the same algorithms run on any processor.
//!
//! Limb 8 i + j is lane i of vector j. So the product of a limb and a number shifts no lanes: for limb j of eight it is added
//! to a sum from its vector j on, where vector 8 + j is vector j one lane further up. Lanes move when limbs are taken off.
//!
//! A product goes down the 60 limbs of R like this: limbs q at its low end, once carried, are taken off, and q C is added to
//! what is above, where C = 2^-52k mod N for k limbs. That needs no quotient, which would be a chain of products; but q C has
//! k limbs more than N. So it does for 52 limbs, at first four and then six times eight, and the last eight are cleared as
//! Montgomery has it, by a multiple of N.
//!
//! Bounds. An element has limbs below 2^52 and is below 2^3073. A product of two is below 2^6146; after 52 limbs that is
//! below 2^3442, and q C < 2^416 C more, and a little of the q C before; after the last eight, below 2^3026 + C + N and a
//! little, which is below 2^3073 since C for eight limbs is below 2^3071. Nothing is subtracted. Sums, differences and
//! doubles are brought below that by [`Fold`]. A lane that is not yet carried has, from before it came down and since, the
//! low and the high halves of at most 8 products of a and b, of 8 of q and C and of 8 of q and N, each below 2^52, and two
//! limbs that were carried: 50, so it is below 2^58. A squaring has no more products, of doubles that are below 2^52 too.
//!
//! Constant time: no branch and no address depends on anything but public loops. Wiping is best effort: vector and mask
//! registers are cleared at the end of an exponentiation, by [`Arithmetic::residue`]; what kernels and the compiler have put
//! on the stack is overwritten after the call (stack.rs).

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) mod avx512;
mod lanes;
#[cfg(test)]
pub(crate) mod model;

use crate::arithmetic::backend::Arithmetic;
use crate::arithmetic::residue::{self, BYTES, Residue};
use crate::hygiene::ct::Mask;
use lanes::{Kernel, Lanes, Line};
use zeroize::Zeroize;

/// 64 limbs of 52 bits, the highest four 0: eight vectors.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Number([Line; 8]);

const MASK: u64 = (1 << 52) - 1;
/// The highest limb of an element, at most: bit 3072 is its bit 4.
const TOP: u64 = (1 << 5) - 1;

static N: Number = Number::from_be_bytes(&residue::N);
static R_SQUARED: Number = Number::from_be_bytes(&residue::TWO_TO_6240);
/// 2^3072 - N, which is 2^3072 mod N: the complement of N, and 1, which carries nowhere since N is odd.
static TWO_TO_3072: Number = {
    let mut bytes = residue::N;
    let mut i = 0;
    while i < BYTES {
        bytes[i] = !bytes[i];
        i += 1;
    }
    bytes[BYTES - 1] += 1;
    Number::from_be_bytes(&bytes)
};
/// C for four limbs, 2^-208 mod N.
static FOUR_LOWER: Number = halved(4 * 52).0;
/// C for eight, 2^-416 mod N.
static EIGHT_LOWER: Number = halved(8 * 52).0;
/// -1 / N mod 2^416
static MINUS_INVERSE: Number = halved(8 * 52).1;
/// 8 N, each limb having lent 1 to the one below, so that no limb of an element is larger.
static LARGE: Number = {
    let mut large = Number::from_be_bytes(&residue::N);
    let mut i = 60;
    while i > 0 {
        i -= 1;
        let (above, below) = (large.limb(i) << 3 & MASK, if i == 0 { 0 } else { large.limb(i - 1) >> 49 });
        let limb = (above | below) + (if i == 59 { 0 } else { 1 << 52 }) - (if i == 0 { 0 } else { 1 });
        assert!(limb >= if i == 59 { TOP } else { MASK });
        *large.limb_mut(i) = limb;
    }
    large
};

const _: () = {
    assert!(MASK == u64::MAX >> 12 && residue::N[BYTES - 8] == 0xff);
    // a lane of a product
    assert!((3 * (8 + 8) + 2) * MASK < 1 << 58);
    // below 2^3071
    assert!(EIGHT_LOWER.limb(59) < 1 << 3);
    // what Fold leaves, in units of 2^3068: the limb above that, what limbs below 2^54 carry into it, and what is folded
    assert!(15 + 4 + 1 < TOP);
};

/// 1, halved `times` times after N was added where it was odd: 2^-`times` mod N. And how many N were added in all:
/// -1 / N mod 2^`times`.
const fn halved(times: usize) -> (Number, Number) {
    let n = Number::from_be_bytes(&residue::N);
    let (mut number, mut added) = (Number::ZERO, Number::ZERO);
    *number.limb_mut(0) = 1;
    let mut at = 0;
    while at < times {
        let odd = number.limb(0) & 1;
        *added.limb_mut(at / 52) |= odd << (at % 52);
        let (mut i, mut carry) = (0, 0);
        while i < 60 {
            let limb = number.limb(i) + odd * n.limb(i) + carry;
            *number.limb_mut(i) = (limb & MASK) >> 1;
            if i > 0 {
                *number.limb_mut(i - 1) |= (limb & 1) << 51;
            }
            carry = limb >> 52;
            i += 1;
        }
        at += 1;
    }
    (number, added)
}

impl Number {
    const ZERO: Self = Self([Line([0; 8]); 8]);

    const fn limb(&self, i: usize) -> u64 {
        self.0[i % 8].0[i / 8]
    }

    const fn limb_mut(&mut self, i: usize) -> &mut u64 {
        &mut self.0[i % 8].0[i / 8]
    }

    /// All limbs, in the order of memory.
    fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().flat_map(|line| line.0)
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        self.0.iter_mut().flat_map(|line| &mut line.0)
    }

    /// A number below 2^3072.
    const fn from_be_bytes(bytes: &[u8; BYTES]) -> Self {
        let mut number = Self::ZERO;
        let mut i = 0;
        while i < BYTES {
            let (at, shift) = (8 * i / 52, 8 * i % 52);
            let byte = (bytes[BYTES - 1 - i] as u64) << shift;
            *number.limb_mut(at) |= byte & MASK;
            *number.limb_mut(at + 1) |= byte >> 52;
            i += 1;
        }
        number
    }

    /// The number mod 2^3072.
    fn to_be_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (i, word) in bytes.as_rchunks_mut().1.iter_mut().rev().enumerate() {
            // 64 bits of three limbs, which have 52 - shift, 52 and what is still missing
            let (at, shift) = (64 * i / 52, 64 * i % 52);
            let low = self.limb(at) >> shift | self.limb(at + 1) << (52 - shift);
            let high = if shift > 40 { self.limb(at + 2) << (104 - shift) } else { 0 };
            *word = (low | high).to_be_bytes();
        }
        bytes
    }

    #[inline(always)]
    fn load<L: Lanes>(&self, lanes: L) -> [L::Vector; 8] {
        let mut vectors = [lanes.splat(0); 8];
        for (vector, line) in vectors.iter_mut().zip(&self.0) {
            *vector = lanes.load(line);
        }
        vectors
    }

    #[inline(always)]
    fn store<L: Lanes>(&mut self, lanes: L, vectors: [L::Vector; 8]) {
        for (line, vector) in self.0.iter_mut().zip(vectors) {
            lanes.store(line, vector);
        }
    }
}

impl Zeroize for Number {
    fn zeroize(&mut self) {
        for line in &mut self.0 {
            line.0.zeroize();
        }
    }
}

/// `a` = a b / R mod N
///
/// Rows of a and b have a sum of their own, so that they can be worked on while the limbs that are to be taken off are still
/// being carried.
struct MontMul<'a> {
    a: &'a mut Number,
    b: &'a Number,
}

impl Kernel for MontMul<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let (a, b) = (&*self.a, self.b);
        let mut sum = [lanes.splat(0); 16];
        add_rows::<4, L>(lanes, &mut sum, |i| lanes.splat(a.limb(i)), b);
        let mut more = [lanes.splat(0); 16];
        add_rows::<8, L>(lanes, &mut more, |i| lanes.splat(a.limb(4 + i)), b);
        sum = lower::<4, L>(lanes, sum, more, &FOUR_LOWER);
        for block in 1..7 {
            let mut more = [lanes.splat(0); 16];
            add_rows::<8, L>(lanes, &mut more, |i| lanes.splat(a.limb(8 * block + 4 + i)), b);
            sum = lower::<8, L>(lanes, sum, more, &EIGHT_LOWER);
        }
        self.a.store(lanes, finish(lanes, sum));
    }
}

/// `a` = a^2 / R mod N
///
/// The same, but of two blocks of eight limbs I < J only one product is taken, with the double of J. As there are then too
/// few for all lanes, a lane need not have the block I that the others have: lane l, when s blocks of the sum have been taken
/// off, takes any two blocks with I + J = s + l. That is 36 pairs in five times eight lanes, once for the lower four rows of
/// I and once for the upper four, which are four limbs further up, and 0 in the highest block.
struct MontSqr<'a>(&'a mut Number);

impl Kernel for MontSqr<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let zero = [lanes.splat(0); 16];
        let mut factors = Factors::new(lanes, self.0);
        let mut sum = zero;
        factors.pick_columns(lanes, &LOWER[0]);
        factors.add_rows::<0, L>(lanes, &mut sum, &LOWER[0]);
        let mut more = zero;
        factors.add_rows::<4, L>(lanes, &mut more, &UPPER[0]);
        factors.pick_columns(lanes, &LOWER[1]);
        factors.add_rows::<0, L>(lanes, &mut more[4..], &LOWER[1]);
        sum = lower::<4, L>(lanes, sum, more, &FOUR_LOWER);
        for i in 1..3 {
            let mut more = zero;
            factors.add_rows::<4, L>(lanes, &mut more, &UPPER[i]);
            sum = lower::<8, L>(lanes, sum, more, &EIGHT_LOWER);
            let mut more = zero;
            factors.pick_columns(lanes, &LOWER[i + 1]);
            factors.add_rows::<0, L>(lanes, &mut more[4..], &LOWER[i + 1]);
            sum = lower::<8, L>(lanes, sum, more, &EIGHT_LOWER);
        }
        let mut more = zero;
        factors.add_rows::<4, L>(lanes, &mut more, &UPPER[3]);
        sum = lower::<8, L>(lanes, sum, more, &EIGHT_LOWER);
        let mut more = zero;
        factors.pick_columns(lanes, &UPPER[4]);
        factors.add_rows::<4, L>(lanes, &mut more, &UPPER[4]);
        factors.pick_columns(lanes, &LOWER[4]);
        factors.add_rows::<0, L>(lanes, &mut more[4..], &LOWER[4]);
        sum = lower::<8, L>(lanes, sum, more, &EIGHT_LOWER);
        let squared = finish(lanes, sum);
        self.0.store(lanes, squared);
    }
}

/// What each lane multiplies.
struct Pairs {
    /// The block I.
    rows: Line,
    /// The block J, plus 8 for its double, if J > I.
    columns: Line,
    /// The lanes that have a pair.
    used: u8,
    /// Those with J = I + 1.
    adjacent: u8,
}

/// The pairs for five s. Both have the same, but for the last, so that the columns of one serve for the other.
static LOWER: [Pairs; 5] = pairs([0, 1, 3, 5, 7]);
static UPPER: [Pairs; 5] = pairs([0, 1, 3, 5, 6]);

/// All pairs, each when its lane is there.
const fn pairs(shifts: [usize; 5]) -> [Pairs; 5] {
    let mut pairs = [const { Pairs { rows: Line([0; 8]), columns: Line([0; 8]), used: 0, adjacent: 0 } }; 5];
    // by I + J: the next I
    let mut next = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7];
    let mut at = 0;
    while at < 40 {
        let (pairs, lane) = (&mut pairs[at / 8], at % 8);
        let sum = shifts[at / 8] + lane;
        let (i, j) = (next[sum], sum - next[sum]);
        if i <= j {
            pairs.rows.0[lane] = i as u64;
            pairs.columns.0[lane] = (j + if i < j { 8 } else { 0 }) as u64;
            pairs.used |= 1 << lane;
            pairs.adjacent |= ((j == i + 1) as u8) << lane;
            next[sum] += 1;
        }
        at += 1;
    }
    // but for that of the highest block with itself, where its upper rows are meant
    let mut sum = 0;
    while sum < if shifts[4] == 7 { 15 } else { 14 } {
        assert!(next[sum] == sum / 2 + 1);
        sum += 1;
    }
    pairs
}

/// A number, in blocks to be picked from.
struct Factors<'a, V> {
    single: &'a Number,
    /// With what each block carries into the next.
    double: Number,
    /// The lowest limbs of the doubles, without what is carried into them.
    lowest: V,
    columns: Number,
}

impl<'a, V: Copy> Factors<'a, V> {
    #[inline(always)]
    fn new<L: Lanes<Vector = V>>(lanes: L, single: &'a Number) -> Self {
        let mut twice = single.load(lanes);
        for limb in &mut twice {
            *limb = lanes.add(*limb, *limb);
        }
        let lowest = lanes.low(twice[0]);
        let (mut double, columns) = (Number::ZERO, Number::ZERO);
        double.store(lanes, carry_once(lanes, twice));
        Self { single, double, lowest, columns }
    }

    /// Puts the second of each pair into `columns`.
    #[inline(always)]
    fn pick_columns<L: Lanes<Vector = V>>(&mut self, lanes: L, pairs: &Pairs) {
        let index = lanes.load(&pairs.columns);
        let mut columns = lanes.again(self.single).load(lanes);
        for (column, double) in columns.iter_mut().zip(self.double.load(lanes)) {
            *column = lanes.pick_of_two(*column, double, index);
        }
        // into the double of the block above I, nothing is carried
        columns[0] = lanes.choose(pairs.adjacent, columns[0], lanes.pick(self.lowest, index));
        self.columns.store(lanes, columns);
    }

    /// `sum` += the products of four rows of the first of each pair, from `FIRST` on, and the second.
    #[inline(always)]
    fn add_rows<const FIRST: usize, L: Lanes<Vector = V>>(&self, lanes: L, sum: &mut [V], pairs: &Pairs) {
        let (single, index) = (lanes.again(self.single), lanes.load(&pairs.rows));
        let mut rows = [lanes.splat(0); 4];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = lanes.choose(pairs.used, *row, lanes.pick(lanes.load(&single.0[FIRST + i]), index));
        }
        add_rows::<4, L>(lanes, sum, |i| rows[i], &self.columns);
    }
}

/// `sum` += the product of some limbs and b, where `row` gives a limb in all lanes.
#[inline(always)]
fn add_rows<const ROWS: usize, L: Lanes>(
    lanes: L,
    sum: &mut [L::Vector],
    row: impl Fn(usize) -> L::Vector,
    b: &Number,
) {
    // those of two neighbours would be added to the same vectors at the same time, and wait for one another
    for first in (0..ROWS).step_by(4) {
        for i in [first, first + 1] {
            let Some(sum) = sum[i..].first_chunk_mut() else { unreachable!("a sum of 8 + ROWS vectors") };
            lanes.add_two_rows(sum, [row(i), row(i + 2)], &b.0);
        }
    }
}

/// Takes the lowest limbs off the sum, and adds their product with `c`, and `more`, to what is above.
#[inline(always)]
fn lower<const LIMBS: usize, L: Lanes>(
    lanes: L,
    mut sum: [L::Vector; 16],
    more: [L::Vector; 16],
    c: &Number,
) -> [L::Vector; 16] {
    carry_lowest::<LIMBS, L>(lanes, &mut sum);
    let mut lowered = more;
    for j in LIMBS..16 {
        lowered[j - LIMBS] = lanes.add(lowered[j - LIMBS], sum[j]);
    }
    for j in 0..LIMBS {
        lowered[8 - LIMBS + j] = lanes.add(lowered[8 - LIMBS + j], lanes.down(sum[j]));
    }
    add_rows::<LIMBS, L>(lanes, &mut lowered, |i| lanes.spread(sum[i]), c);
    lowered
}

/// Carries from the lowest limbs, and from those that are in the same vectors, into those above.
#[inline(always)]
fn carry_lowest<const LIMBS: usize, L: Lanes>(lanes: L, sum: &mut [L::Vector; 16]) {
    for j in 0..LIMBS {
        sum[j + 1] = lanes.add(sum[j + 1], lanes.high(sum[j]));
        sum[j] = lanes.low(sum[j]);
    }
}

/// Clears the last eight limbs; returns an element.
#[inline(always)]
fn finish<L: Lanes>(lanes: L, mut sum: [L::Vector; 16]) -> [L::Vector; 8] {
    carry_lowest::<8, L>(lanes, &mut sum);
    let digits = quotient(lanes, &sum);
    add_rows::<8, L>(lanes, &mut sum, |i| lanes.spread(digits[i]), &N);
    // what is carried out of the highest limb that is cleared: with what the lower ones carry into it, less than 2^52, it is
    // a multiple of 2^52
    let carried = lanes.high(lanes.add(sum[7], lanes.splat(MASK)));
    let mut limbs = [lanes.splat(0); 8];
    for j in 0..8 {
        limbs[j] = lanes.add(lanes.down(sum[j]), sum[8 + j]);
    }
    limbs[0] = lanes.add(limbs[0], lanes.choose(1, lanes.splat(0), carried));
    carry(lanes, limbs)
}

/// The digits q, in the lowest lanes, for which `sum` + q N has its eight lowest limbs 0: q = -sum / N mod 2^416. Requires
/// those limbs to be carried.
#[inline(always)]
fn quotient<L: Lanes>(lanes: L, sum: &[L::Vector; 16]) -> [L::Vector; 8] {
    // in memory, where a multiplication can take it from
    let inverse = lanes.again(&MINUS_INVERSE);
    let (mut low, mut high) = ([lanes.splat(0); 8], [lanes.splat(0); 8]);
    for i in 0..8 {
        // the lowest limb of the inverse is 1
        low[i] = lanes.add(low[i], sum[i]);
        for j in i + 1..8 {
            let inverse = lanes.splat(inverse.limb(j - i));
            low[j] = lanes.add_low(low[j], sum[i], inverse);
            if j < 7 {
                high[j + 1] = lanes.add_high(high[j + 1], sum[i], inverse);
            }
        }
    }
    let mut carry = lanes.splat(0);
    for i in 0..8 {
        let digit = lanes.add(lanes.add(low[i], high[i]), carry);
        carry = lanes.high(digit);
        low[i] = lanes.low(digit);
    }
    low
}

/// Each limb less what it has above 52 bits, which the next one gets.
#[inline(always)]
fn carry_once<L: Lanes>(lanes: L, limbs: [L::Vector; 8]) -> [L::Vector; 8] {
    let mut carried = limbs;
    let mut below = lanes.up(lanes.high(limbs[7]), lanes.splat(0));
    for (carried, limb) in carried.iter_mut().zip(limbs) {
        *carried = lanes.add(lanes.low(limb), below);
        below = lanes.high(limb);
    }
    carried
}

/// The limbs below 2^52. Requires them below 2^63, and the number below 2^3120.
#[inline(always)]
fn carry<L: Lanes>(lanes: L, limbs: [L::Vector; 8]) -> [L::Vector; 8] {
    // what limbs carry is below 2^11, and after that at most 1
    let mut carried = carry_once(lanes, limbs);
    // a limb that is full passes on a 1 that comes into it, as an addition of bits does that are 1 where a limb carries, and
    // 1 and 0 where it is full
    let mut one_more = carried;
    for limb in &mut one_more {
        *limb = lanes.add(*limb, lanes.splat(1));
    }
    let (carry, carry_or_full) = (lanes.bits_52(carried), lanes.bits_52(one_more));
    let came_in = lanes.split(carry.wrapping_add(carry_or_full) ^ carry ^ carry_or_full);
    for (limb, carry) in carried.iter_mut().zip(came_in) {
        *limb = lanes.low(lanes.add(*limb, carry));
    }
    carried
}

/// The number, brought to an element. Requires limbs below 2^54, and the highest of them below 2^9.
struct Fold<'a>(&'a mut Number);

impl Kernel for Fold<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let top = self.0.limb_mut(59);
        let folded = lanes.splat(*top >> 4);
        *top &= 15;
        let mut limbs = self.0.load(lanes);
        let mut high = [lanes.splat(0); 8];
        for ((limb, high), n) in limbs.iter_mut().zip(&mut high).zip(TWO_TO_3072.load(lanes)) {
            *limb = lanes.add_low(*limb, folded, n);
            *high = lanes.add_high(*high, folded, n);
        }
        let mut below = lanes.up(high[7], lanes.splat(0));
        for (limb, high) in limbs.iter_mut().zip(high) {
            *limb = lanes.add(*limb, below);
            below = high;
        }
        self.0.store(lanes, carry(lanes, limbs));
    }
}

/// The number, with its limbs below 2^52. Requires them below 2^63.
struct Carry<'a>(&'a mut Number);

impl Kernel for Carry<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        self.0.store(lanes, carry(lanes, self.0.load(lanes)));
    }
}

/// `to[i]` = `entries[indices[i]]` for all i, in one pass over the entries. What is loaded is hidden from the compiler, or it
/// would load with the mask of the choice, and so perhaps not at all.
struct Lookup<'a, const K: usize, const AT_ONCE: usize> {
    to: &'a mut [Number; AT_ONCE],
    entries: &'a [[u8; BYTES]; K],
    indices: &'a [u32; AT_ONCE],
}

impl<const K: usize, const AT_ONCE: usize> Kernel for Lookup<'_, K, AT_ONCE> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let zero = lanes.splat(0);
        let mut wanted = [Line([0; 8]); AT_ONCE];
        for (wanted, &index) in wanted.iter_mut().zip(self.indices) {
            *wanted = Line([u64::from(index); 8]);
        }
        let mut found = [[zero; 6]; AT_ONCE];
        let mut at = zero;
        for entry in self.entries {
            let lines = entry.as_chunks::<64>().0;
            let mut here = [0; AT_ONCE];
            for (here, wanted) in here.iter_mut().zip(lanes.again(&wanted)) {
                *here = lanes.equal(at, lanes.load(wanted));
            }
            for (i, line) in lines.iter().enumerate() {
                let line = lanes.hide(lanes.load_bytes(line));
                for (found, &here) in found.iter_mut().zip(&here) {
                    found[i] = lanes.choose(here, found[i], line);
                }
            }
            at = lanes.add(at, lanes.splat(1));
        }
        for (to, [a, b, c, d, e, f]) in self.to.iter_mut().zip(found) {
            to.store(lanes, lanes.transpose(lanes.limbs([a, b, c, d, e, f])));
        }
    }
}

/// `to` = `elements[index]`, likewise.
struct Select<'a, const K: usize> {
    to: &'a mut Number,
    elements: &'a [Number; K],
    index: u32,
}

impl<const K: usize> Kernel for Select<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let zero = lanes.splat(0);
        let wanted = lanes.hide(lanes.splat(u64::from(self.index)));
        let mut found = [zero; 8];
        let mut at = zero;
        for element in self.elements {
            let here = lanes.equal(at, wanted);
            for (found, vector) in found.iter_mut().zip(element.load(lanes)) {
                *found = lanes.choose(here, *found, lanes.hide(vector));
            }
            at = lanes.add(at, lanes.splat(1));
        }
        self.to.store(lanes, found);
    }
}

impl<L: Lanes> Arithmetic for L {
    const R_BITS: u32 = 3120;
    type Element = Number;
    type Work = [u64; 0];

    fn zero(self) -> Number {
        Number::ZERO
    }

    fn work(self) -> [u64; 0] {
        []
    }

    fn power_of_two(self, exponent: u32) -> Number {
        let mut power = Number::ZERO;
        for i in 0..60 {
            // the bit's place in this limb, if it is one
            let place = exponent.wrapping_sub(52 * i);
            let is_here = (u64::from(place).wrapping_sub(52) >> 63) as u32;
            *power.limb_mut(i as usize) = 1 << (place % 64) & mask(is_here);
        }
        power
    }

    fn lookup<const K: usize>(self, to: &mut Number, entries: &[[u8; BYTES]; K], index: u32) {
        self.lookup_all(core::array::from_mut(to), entries, &[index]);
    }

    fn lookup_all<const K: usize, const AT_ONCE: usize>(
        self,
        to: &mut [Number; AT_ONCE],
        entries: &[[u8; BYTES]; K],
        indices: &[u32; AT_ONCE],
    ) {
        self.run(Lookup { to, entries, indices });
    }

    fn select<const K: usize>(self, to: &mut Number, elements: &[Number; K], index: u32) {
        self.run(Select { to, elements, index });
    }

    fn element(self, a: &Residue) -> Number {
        Number::from_be_bytes(&a.0)
    }

    fn add(self, a: &mut Number, b: &Number) {
        a.iter_mut().zip(b.iter()).for_each(|(a, b)| *a += b);
        self.run(Fold(a));
    }

    fn sub(self, a: &mut Number, b: &Number) {
        a.iter_mut().zip(b.iter()).zip(LARGE.iter()).for_each(|((a, b), large)| *a += large - b);
        self.run(Fold(a));
    }

    fn enter(self, a: &Residue, work: &mut [u64; 0]) -> Number {
        let mut element = self.element(a);
        self.mont_mul(&mut element, &R_SQUARED, work);
        element
    }

    fn mont_mul(self, a: &mut Number, b: &Number, _: &mut [u64; 0]) {
        self.run(MontMul { a, b });
    }

    fn mont_sqr(self, a: &mut Number, _: &mut [u64; 0]) {
        self.run(MontSqr(a));
    }

    fn double_if(self, a: &mut Number, bit: u32) {
        let mask = mask(bit);
        a.iter_mut().for_each(|limb| *limb += *limb & mask);
        self.run(Fold(a));
    }

    fn residue(self, a: &Number) -> Residue {
        // the second time either nothing is folded, or hardly anything is there beside: it leaves less than 2^3072
        let mut below = *a;
        self.run(Fold(&mut below));
        self.run(Fold(&mut below));
        // below + (2^3072 - N) has bit 3072 if and only if below >= N, and has below - N under it
        let mut less_n = below;
        less_n.iter_mut().zip(TWO_TO_3072.iter()).for_each(|(limb, more)| *limb += more);
        self.run(Carry(&mut less_n));
        let mask = mask((less_n.limb(59) >> 4) as u32);
        below.iter_mut().zip(less_n.iter()).for_each(|(limb, less_n)| *limb ^= (*limb ^ less_n) & mask);
        let residue = Residue(below.to_be_bytes());
        below.zeroize();
        less_n.zeroize();
        self.wipe();
        residue
    }
}

/// All ones if `bit` is 1. Requires `bit` <= 1.
fn mask(bit: u32) -> u64 {
    i64::from(Mask::from_bit(bit).as_i32()) as u64
}
