//! The group in 60 limbs of 52 bits, R = 2^3120, for x86-64 processors that multiply such limbs in vectors of eight
//! (AVX-512 IFMA): the algorithms. What they ask of the processor is in ifma/lanes.rs, and ifma/avx512.rs gives it, with
//! all the unsafe code; a model of plain numbers, for tests, has the same algorithms run on any processor.
//!
//! Limb 8 i + j is lane i of vector j. So the product of a limb and a number shifts no lanes: for limb j of eight it is added
//! to a sum from its vector j on, where vector 8 + j is vector j one lane further up. Lanes move when limbs are taken off.
//!
//! A product goes down the 60 limbs of R like this: limbs q at its low end are carried and taken off, and q C is added to what is
//! above, where C = 2^-52k mod N for k limbs. That needs no quotient, which would be a chain of products; but q C has k limbs
//! more than N. So it does for 52 limbs, at first four and then six times eight, and the last eight are cleared as Montgomery
//! has it, by a multiple of N. Nothing else is carried on the way: a lane has room for all that is added to it.
//!
//! Bounds. An element has limbs below 2^52 and is below 2^3073. A product of two is below 2^6146; after 52 limbs that is
//! below 2^3442, and q C < 2^416 C more, and a little of the q C before; after the last eight, below 2^3026 + C + N and a
//! little, which is below 2^3073 since C for eight limbs is below 2^3071. Nothing is subtracted. Sums, differences and
//! doubles are brought below that by [`fold`].
//!
//! A lane of a [`Sum`] has, of each of 60 rows of a and b and of each of 60 of q and C or N, a low and a high half, each below
//! 2^52: 240, so it is below 2^60, and what is carried into it is below 2^9. A squaring has 40 rows of a and a. Their factors are
//! below 2^52 too: a limb of a [`Double`] is the low half of an even number, so at most 2^52 - 2, and the carry into it is at
//! most 1.
//!
//! A digit of [`quotient`] is the sum of at most 8 low and 7 high halves of products and the carry of the digit before, which is
//! below 2^4 then: below 15 2^52 + 2^4 < 2^56.
//!
//! What [`fold`] gets: of [`add`](Arithmetic::add) and [`double_if`](Arithmetic::double_if), limbs below 2^53, and the highest
//! at most 62; of [`sub`](Arithmetic::sub), a + 8 N - b, with limbs below 2^52 + 2^53 and the highest at most 31 + 126.
//!
//! Constant time: no branch and no address depends on anything but public loops. Wiping is best effort: vector and mask
//! registers are cleared at the end of an exponentiation, by [`Arithmetic::canonical`]; what kernels and the compiler have put
//! on the stack is overwritten after the call (stack.rs).

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) mod avx512;
#[cfg(all(test, target_arch = "x86_64", target_feature = "sse2"))]
mod contracts;
mod lanes;
#[cfg(test)]
pub(crate) mod model;
#[cfg(test)]
mod proof;

use crate::arithmetic::backend::{Arithmetic, Entries};
use crate::arithmetic::residue::{self, BYTES, Residue};
use crate::hygiene::ct::Mask;
use lanes::{Kernel, Lanes, Line};
use zeroize::Zeroize;

/// An element, or a constant: 64 limbs below 2^52, the highest four 0, in eight vectors.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Number([Line; 8]);

/// 2 a, of an element a: limbs below 2^52, each with what the one below it carries.
struct Double(Number);

/// A product underway: 16 vectors of limbs that are not carried, each below 2^60, and what those that were taken off carry into
/// the lowest limb.
struct Sum<V> {
    limbs: [V; 16],
    carry: u64,
}

/// Limbs below 2^63 that are not carried, of a number below 2^3120.
struct Uncarried<V>([V; 8]);

/// Limbs below 2^52.
struct Carried<V>([V; 8]);

const MASK: u64 = (1 << 52) - 1;
/// The highest limb of an element, limb 59, is at most this, and is lane 7 of vector 3. Its bit 4 is bit 3072.
const HIGHEST_MAX: u64 = (1 << 5) - 1;
/// Where the highest limb is.
const HIGHEST: (usize, usize) = (59 % 8, 59 / 8);

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
static TWO_TO_MINUS_208: Number = inverse_of_two_to(4 * 52).0;
/// C for eight, 2^-416 mod N.
static TWO_TO_MINUS_416: Number = inverse_of_two_to(8 * 52).0;
/// -1 / N mod 2^416 in lanes, from lane i on in line i.
static MINUS_INVERSE: [Line; 8] = {
    let inverse = inverse_of_two_to(8 * 52).1;
    let mut lines = [const { Line([0; 8]) }; 8];
    let mut at = 0;
    while at < 64 {
        let (i, lane) = (at / 8, at % 8);
        lines[i].0[lane] = if lane < i { 0 } else { inverse.limb(lane - i) };
        at += 1;
    }
    lines
};
/// 8 N, each limb having lent 1 to the one below, so that no limb of an element is larger.
static EIGHT_N: Number = {
    let mut eight_n = Number::from_be_bytes(&residue::N);
    let mut i = 60;
    while i > 0 {
        i -= 1;
        let (above, below) =
            (eight_n.limb(i) << 3 & MASK, if i == 0 { 0 } else { eight_n.limb(i - 1) >> 49 });
        let limb = (above | below) + (if i == 59 { 0 } else { 1 << 52 }) - (if i == 0 { 0 } else { 1 });
        assert!(if i == 59 { limb >= HIGHEST_MAX && limb <= 126 } else { limb >= MASK && limb < 1 << 53 });
        *eight_n.limb_mut(i) = limb;
    }
    eight_n
};

const _: () = {
    assert!(MASK == u64::MAX >> 12 && residue::N[BYTES - 8] == 0xff);
    // a lane of a product, with what is carried into it
    assert!(4 * 60 * MASK + (1 << 9) < 1 << 60);
    // a digit of the quotient
    assert!((8 + 7) * MASK + (1 << 4) < 1 << 56);
    // below 2^3071
    assert!(TWO_TO_MINUS_416.limb(59) < 1 << 3);
    // what `fold` takes: the largest limbs, and the highest, of a difference
    assert!(MASK + (1 << 53) < 1 << 54 && HIGHEST_MAX + 126 < 1 << 9);
    // what `fold` leaves, in units of 2^3068: the limb above that, what limbs below 2^54 carry into it, and what is folded
    assert!(15 + 4 + 1 < HIGHEST_MAX);
};

/// 1, halved `times` times after N was added where it was odd: 2^-`times` mod N. And how many N were added in all:
/// -1 / N mod 2^`times`.
const fn inverse_of_two_to(times: usize) -> (Number, Number) {
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
    fn store<L: Lanes>(&mut self, lanes: L, limbs: Carried<L::Vector>) {
        for (line, vector) in self.0.iter_mut().zip(limbs.0) {
            debug_assert!(lanes.all_below(vector, 1 << 52));
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
struct MontMul<'a> {
    a: &'a mut Number,
    b: &'a Number,
}

impl Kernel for MontMul<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let sum = self.sum(lanes);
        self.a.store(lanes, finish(lanes, sum));
    }
}

impl MontMul<'_> {
    /// a b / 2^2704 mod N, of which eight limbs are still to be cleared.
    #[inline(always)]
    fn sum<L: Lanes>(&self, lanes: L) -> Sum<L::Vector> {
        let (a, b) = (&*self.a, self.b);
        let mut sum = Sum::zero(lanes);
        add_rows::<4, L>(lanes, &mut sum.limbs, |i| lanes.splat(a.limb(i)), b);
        let next = |sum: &mut [_; 16]| add_rows::<8, L>(lanes, sum, |i| lanes.splat(a.limb(4 + i)), b);
        sum = take_off::<4, L>(lanes, sum, next, &TWO_TO_MINUS_208);
        for block in 1..7 {
            let row = |i| lanes.splat(a.limb(8 * block + 4 + i));
            let next = |sum: &mut [_; 16]| add_rows::<8, L>(lanes, sum, row, b);
            sum = take_off::<8, L>(lanes, sum, next, &TWO_TO_MINUS_416);
        }
        sum
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
        let sum = self.sum(lanes);
        self.0.store(lanes, finish(lanes, sum));
    }
}

impl MontSqr<'_> {
    /// a^2 / 2^2704 mod N, of which eight limbs are still to be cleared.
    #[inline(always)]
    fn sum<L: Lanes>(&self, lanes: L) -> Sum<L::Vector> {
        let mut factors = Factors::new(lanes, self.0);
        let mut sum = Sum::zero(lanes);
        factors.pick_columns(lanes, &LOWER[0]);
        factors.add_rows::<0, L>(lanes, &mut sum.limbs, &LOWER[0]);
        let next = |sum: &mut [_; 16]| {
            factors.add_rows::<4, L>(lanes, sum, &UPPER[0]);
            factors.pick_columns(lanes, &LOWER[1]);
            factors.add_rows::<0, L>(lanes, &mut sum[4..], &LOWER[1]);
        };
        sum = take_off::<4, L>(lanes, sum, next, &TWO_TO_MINUS_208);
        for i in 1..3 {
            let next = |sum: &mut [_; 16]| factors.add_rows::<4, L>(lanes, sum, &UPPER[i]);
            sum = take_off::<8, L>(lanes, sum, next, &TWO_TO_MINUS_416);
            let next = |sum: &mut [_; 16]| {
                factors.pick_columns(lanes, &LOWER[i + 1]);
                factors.add_rows::<0, L>(lanes, &mut sum[4..], &LOWER[i + 1]);
            };
            sum = take_off::<8, L>(lanes, sum, next, &TWO_TO_MINUS_416);
        }
        let next = |sum: &mut [_; 16]| factors.add_rows::<4, L>(lanes, sum, &UPPER[3]);
        sum = take_off::<8, L>(lanes, sum, next, &TWO_TO_MINUS_416);
        let next = |sum: &mut [_; 16]| {
            factors.pick_columns(lanes, &UPPER[4]);
            factors.add_rows::<4, L>(lanes, sum, &UPPER[4]);
            factors.pick_columns(lanes, &LOWER[4]);
            factors.add_rows::<0, L>(lanes, &mut sum[4..], &LOWER[4]);
        };
        take_off::<8, L>(lanes, sum, next, &TWO_TO_MINUS_416)
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
    double: Double,
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
        let lowest = lanes.low_bits::<52>(twice[0]);
        let (mut double, columns) = (Double(Number::ZERO), Number::ZERO);
        // an even limb below 2^53 and the carry of another: nothing is left to carry
        double.0.store(lanes, Carried(carry_once(lanes, Uncarried(twice))));
        Self { single, double, lowest, columns }
    }

    /// Puts the second of each pair into `columns`.
    #[inline(always)]
    fn pick_columns<L: Lanes<Vector = V>>(&mut self, lanes: L, pairs: &Pairs) {
        let index = lanes.load(&pairs.columns);
        let mut columns = lanes.hide_reference(self.single).load(lanes);
        for (column, double) in columns.iter_mut().zip(self.double.0.load(lanes)) {
            *column = lanes.permute_two(*column, double, index);
        }
        // into the double of the block above I, nothing is carried
        columns[0] = lanes.choose(pairs.adjacent, columns[0], lanes.permute(self.lowest, index));
        self.columns.store(lanes, Carried(columns));
    }

    /// `sum` += the products of four rows of the first of each pair, from `FIRST` on, and the second.
    #[inline(always)]
    fn add_rows<const FIRST: usize, L: Lanes<Vector = V>>(&self, lanes: L, sum: &mut [V], pairs: &Pairs) {
        let (single, index) = (lanes.hide_reference(self.single), lanes.load(&pairs.rows));
        let mut rows = [lanes.splat(0); 4];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = lanes.choose(pairs.used, *row, lanes.permute(lanes.load(&single.0[FIRST + i]), index));
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
    for first in (0..ROWS).step_by(4) {
        let Some(sum) = sum[first..].first_chunk_mut() else { unreachable!("a sum of 8 + ROWS vectors") };
        lanes.add_four_rows(sum, [row(first), row(first + 1), row(first + 2), row(first + 3)], &b.0);
    }
}

impl<V: Copy> Sum<V> {
    #[inline(always)]
    fn zero<L: Lanes<Vector = V>>(lanes: L) -> Self {
        Self { limbs: [lanes.splat(0); 16], carry: 0 }
    }

    /// The lowest limbs as digits of 52 bits, and what they carry.
    ///
    /// By way of memory, since that costs no operation on vectors, which a product is short of. Nothing is carried in the other
    /// lanes: each is carried when it is the lowest.
    #[inline(always)]
    fn digits<const LIMBS: usize, L: Lanes<Vector = V>>(&self, lanes: L) -> (Line, u64) {
        debug_assert!(self.limbs.iter().all(|&limb| lanes.all_below(limb, 1 << 60)));
        let mut lowest = Line([0; 8]);
        for (lowest, &limb) in lowest.0.iter_mut().zip(&self.limbs[..LIMBS]) {
            lanes.store_lowest(lowest, limb);
        }
        carry_words::<LIMBS, L>(lanes, lanes.hide_reference(&lowest), self.carry)
    }
}

/// The first numbers of a line as digits of 52 bits, and what they carry.
#[inline(always)]
fn carry_words<const COUNT: usize, L: Lanes>(lanes: L, numbers: &Line, mut carry: u64) -> (Line, u64) {
    let mut digits = Line([0; 8]);
    for (digit, &number) in digits.0.iter_mut().zip(&numbers.0[..COUNT]) {
        // each is below 2^60, so the carry is below 2^9
        let sum = lanes.add_word(number, carry);
        lanes.store_word(digit, lanes.low_bits_of_word::<52>(sum));
        carry = lanes.high_bits_of_word::<52>(sum);
    }
    (digits, carry)
}

/// Takes the lowest limbs off the sum, and adds to what is above their product with `c`, and the `next` rows. Those are worked on
/// while the limbs are still being carried.
#[inline(always)]
fn take_off<const LIMBS: usize, L: Lanes>(
    lanes: L,
    sum: Sum<L::Vector>,
    next: impl FnOnce(&mut [L::Vector; 16]),
    c: &Number,
) -> Sum<L::Vector> {
    let (digits, carry) = sum.digits::<LIMBS, L>(lanes);
    let digits = lanes.hide_reference(&digits);
    let mut rest = [lanes.splat(0); 16];
    rest[..16 - LIMBS].copy_from_slice(&sum.limbs[LIMBS..]);
    next(&mut rest);
    for j in 0..LIMBS {
        rest[8 - LIMBS + j] = lanes.add(rest[8 - LIMBS + j], lanes.lanes_down(sum.limbs[j]));
    }
    add_rows::<LIMBS, L>(lanes, &mut rest, |i| lanes.splat(digits.0[i]), c);
    Sum { limbs: rest, carry }
}

/// Clears the last eight limbs; what is above them is an element.
#[inline(always)]
fn finish<L: Lanes>(lanes: L, sum: Sum<L::Vector>) -> Carried<L::Vector> {
    let Sum { limbs: sum, .. } = clear(lanes, sum);
    // what is carried out of the highest limb that is cleared: with what the lower ones carry into it, less than 2^52, it is
    // a multiple of 2^52
    let carried = lanes.high_bits::<52>(lanes.add(sum[7], lanes.splat(MASK)));
    let mut limbs = [lanes.splat(0); 8];
    for j in 0..8 {
        limbs[j] = lanes.add(lanes.lanes_down(sum[j]), sum[8 + j]);
    }
    limbs[0] = lanes.add(limbs[0], lanes.choose(1, lanes.splat(0), carried));
    carry(lanes, Uncarried(limbs))
}

/// The sum and a multiple of N, such that the eight lowest limbs come to a multiple of 2^416.
#[inline(always)]
fn clear<L: Lanes>(lanes: L, mut sum: Sum<L::Vector>) -> Sum<L::Vector> {
    let (digits, _) = sum.digits::<8, L>(lanes);
    let quotient = quotient(lanes, &digits);
    let quotient = lanes.hide_reference(&quotient);
    add_rows::<8, L>(lanes, &mut sum.limbs, |i| lanes.splat(quotient.0[i]), &N);
    sum
}

/// The digits q for which these digits and those of q N come to a multiple of 2^416: q = -digits / N mod 2^416.
#[inline(always)]
fn quotient<L: Lanes>(lanes: L, digits: &Line) -> Line {
    // in memory, where a multiplication can take them from
    let (digits, inverse) = (lanes.hide_reference(digits), lanes.hide_reference(&MINUS_INVERSE));
    // in four sums, since each waits for what was added to it before
    let (mut low, mut high) = ([lanes.splat(0); 2], [lanes.splat(0); 2]);
    for i in 0..8 {
        let digit = lanes.splat(digits.0[i]);
        low[i % 2] = lanes.add_low(low[i % 2], digit, lanes.load(&inverse[i]));
        if i < 7 {
            high[i % 2] = lanes.add_high(high[i % 2], digit, lanes.load(&inverse[i + 1]));
        }
    }
    let mut uncarried = Line([0; 8]);
    let even_and_odd = [0, 1].map(|i| lanes.add(low[i], high[i]));
    lanes.store(&mut uncarried, lanes.add(even_and_odd[0], even_and_odd[1]));
    carry_words::<8, L>(lanes, lanes.hide_reference(&uncarried), 0).0
}

/// Each limb less what it has above 52 bits, which the next one gets.
#[inline(always)]
fn carry_once<L: Lanes>(lanes: L, Uncarried(limbs): Uncarried<L::Vector>) -> [L::Vector; 8] {
    let mut carried = limbs;
    let mut below = lanes.lanes_up(lanes.high_bits::<52>(limbs[7]), lanes.splat(0));
    for (carried, limb) in carried.iter_mut().zip(limbs) {
        *carried = lanes.add(lanes.low_bits::<52>(limb), below);
        below = lanes.high_bits::<52>(limb);
    }
    carried
}

/// The same number with limbs below 2^52.
#[inline(always)]
fn carry<L: Lanes>(lanes: L, limbs: Uncarried<L::Vector>) -> Carried<L::Vector> {
    debug_assert!(limbs.0.iter().all(|&limb| lanes.all_below(limb, 1 << 63)));
    // what limbs carry is below 2^11, and after that at most 1
    let carried = carry_once(lanes, limbs);
    // a limb that is full passes on a 1 that comes into it, as an addition of bits does that are 1 where a limb carries, and
    // 1 and 0 where it is full
    let (carry, carry_or_full) = (lanes.reach(carried, 1 << 52), lanes.reach(carried, MASK));
    let came_in = carry.wrapping_add(carry_or_full) ^ carry ^ carry_or_full;
    let mut sums = lanes.add_bits(carried, came_in);
    for limb in &mut sums {
        *limb = lanes.low_bits::<52>(*limb);
    }
    Carried(sums)
}

/// An element that is the number mod N: of h 2^3072 + l, takes h (2^3072 - N) + l. Requires limbs below 2^54, and the highest
/// of them below 2^9.
#[inline(always)]
fn fold<L: Lanes>(lanes: L, Uncarried(mut limbs): Uncarried<L::Vector>) -> Carried<L::Vector> {
    debug_assert!(limbs.iter().all(|&limb| lanes.all_below(limb, 1 << 54)));
    debug_assert!(lanes.all_below(highest(lanes, &limbs), 1 << 9));
    let folded = lanes.high_bits::<4>(highest(lanes, &limbs));
    let kept = lanes.low_bits::<4>(limbs[HIGHEST.0]);
    limbs[HIGHEST.0] = lanes.choose(1 << HIGHEST.1, limbs[HIGHEST.0], kept);
    let mut high = [lanes.splat(0); 8];
    for ((limb, high), n) in limbs.iter_mut().zip(&mut high).zip(TWO_TO_3072.load(lanes)) {
        *limb = lanes.add_low(*limb, folded, n);
        *high = lanes.add_high(*high, folded, n);
    }
    let mut below = lanes.lanes_up(high[7], lanes.splat(0));
    for (limb, high) in limbs.iter_mut().zip(high) {
        *limb = lanes.add(*limb, below);
        below = high;
    }
    carry(lanes, Uncarried(limbs))
}

/// The highest limb, in all lanes.
#[inline(always)]
fn highest<L: Lanes>(lanes: L, limbs: &[L::Vector; 8]) -> L::Vector {
    lanes.splat_lane::<{ HIGHEST.1 }>(limbs[HIGHEST.0])
}

/// `a` = a + b mod N
struct Add<'a> {
    a: &'a mut Number,
    b: &'a Number,
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut sum = self.a.load(lanes);
        for (a, b) in sum.iter_mut().zip(self.b.load(lanes)) {
            *a = lanes.add(*a, b);
        }
        self.a.store(lanes, fold(lanes, Uncarried(sum)));
    }
}

/// `a` = a - b mod N
struct Sub<'a> {
    a: &'a mut Number,
    b: &'a Number,
}

impl Kernel for Sub<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut difference = self.a.load(lanes);
        for ((a, b), eight_n) in difference.iter_mut().zip(self.b.load(lanes)).zip(EIGHT_N.load(lanes)) {
            *a = lanes.add(*a, lanes.sub(eight_n, b));
        }
        self.a.store(lanes, fold(lanes, Uncarried(difference)));
    }
}

/// `a` = 2 a mod N if the mask is all ones, or else a mod N.
struct DoubleIf<'a> {
    a: &'a mut Number,
    mask: u8,
}

impl Kernel for DoubleIf<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut double = self.a.load(lanes);
        for limb in &mut double {
            let (single, twice) = (lanes.hide(*limb), lanes.hide(lanes.add(*limb, *limb)));
            *limb = lanes.choose(self.mask, single, twice);
        }
        self.a.store(lanes, fold(lanes, Uncarried(double)));
    }
}

/// `a` less the N that it has: below N.
struct Canonical<'a>(&'a mut Number);

impl Kernel for Canonical<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        // the second time either nothing is folded, or hardly anything is there beside: it leaves less than 2^3072
        let Carried(once) = fold(lanes, Uncarried(self.0.load(lanes)));
        let Carried(below) = fold(lanes, Uncarried(once));
        // below + (2^3072 - N) has bit 3072 if and only if below >= N, and has below - N under it
        let mut less_n = below;
        for (limb, more) in less_n.iter_mut().zip(TWO_TO_3072.load(lanes)) {
            *limb = lanes.add(*limb, more);
        }
        let Carried(mut less_n) = carry(lanes, Uncarried(less_n));
        let reaches_n = lanes.equal(lanes.high_bits::<4>(highest(lanes, &less_n)), lanes.splat(1));
        let under = lanes.low_bits::<4>(less_n[HIGHEST.0]);
        less_n[HIGHEST.0] = lanes.choose(1 << HIGHEST.1, less_n[HIGHEST.0], under);
        let mut canonical = below;
        for (limb, less_n) in canonical.iter_mut().zip(less_n) {
            *limb = lanes.choose(reaches_n, lanes.hide(*limb), lanes.hide(less_n));
        }
        self.0.store(lanes, Carried(canonical));
    }
}

/// `to[i]` = the residue `indices[i]` of `entries` for all i, in one pass over the entries: each i has a lane, which is given the
/// residue's words one after another.
struct Lookup<'a, const K: usize, const AT_ONCE: usize> {
    to: &'a mut [Number; AT_ONCE],
    entries: &'a Entries<K>,
    indices: &'a [u32; AT_ONCE],
}

impl<const K: usize, const AT_ONCE: usize> Kernel for Lookup<'_, K, AT_ONCE> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) {
        const { assert!(AT_ONCE <= 5) }
        let mut index = Line([0; 8]);
        for (lane, &index) in index.0.iter_mut().zip(self.indices) {
            *lane = index.into();
        }
        let choice = Choice::new(lanes, &index);
        let mut words = [Line([0; 8]); BYTES / 8];
        for (word, entries) in words.iter_mut().zip(self.entries) {
            lanes.store(word, choice.of(lanes, entries));
        }
        let words = lanes.hide_reference(&words);
        self.put_limbs::<0, L>(lanes, words);
        self.put_limbs::<1, L>(lanes, words);
        self.put_limbs::<2, L>(lanes, words);
        self.put_limbs::<3, L>(lanes, words);
        self.put_limbs::<4, L>(lanes, words);
        self.put_limbs::<5, L>(lanes, words);
        self.put_limbs::<6, L>(lanes, words);
        self.put_limbs::<7, L>(lanes, words);
    }
}

impl<const K: usize, const AT_ONCE: usize> Lookup<'_, K, AT_ONCE> {
    /// Limbs `J`, `J` + 8 and so on of the numbers with these words: vector `J` of each.
    // each with its own shifts, which are constants
    #[inline(always)]
    fn put_limbs<const J: usize, L: Lanes>(&mut self, lanes: L, words: &[Line; BYTES / 8]) {
        let zero = Line([0; 8]);
        let mut limbs = [lanes.splat(0); 8];
        for (i, limb) in limbs.iter_mut().enumerate() {
            let (word, shift) = (52 * (8 * i + J) / 64, 52 * (8 * i + J) % 64);
            if let Some(low) = words.get(word) {
                let high = words.get(word + 1).unwrap_or(&zero);
                *limb = lanes.limb(lanes.load(low), lanes.load(high), shift as u32);
            }
        }
        for (to, limbs) in self.to.iter_mut().zip(lanes.transpose(limbs)) {
            debug_assert!(lanes.all_below(limbs, 1 << 52));
            lanes.store(&mut to.0[J], limbs);
        }
    }
}

/// Which of up to 128 numbers each lane is to have.
struct Choice<V> {
    index: V,
    /// The lanes whose index has bit 4, those with bit 5, and those with bit 6.
    bits: [u8; 3],
}

impl<V: Copy> Choice<V> {
    #[inline(always)]
    fn new<L: Lanes<Vector = V>>(lanes: L, index: &Line) -> Self {
        let bit = |bit: u32| (0..8).fold(0, |lanes, i| lanes | ((index.0[i] >> bit & 1) as u8) << i);
        Self { index: lanes.load(lanes.hide_reference(index)), bits: [bit(4), bit(5), bit(6)] }
    }

    /// In each lane its number: of each 16 the one that the low bits of the index say, and of those by the other bits. What is
    /// chosen from is hidden from the compiler, or it would load with the mask of the choice, and so perhaps not at all.
    #[inline(always)]
    fn of<const K: usize, L: Lanes<Vector = V>>(&self, lanes: L, numbers: &[[u8; 8]; K]) -> V {
        const { assert!(K.is_power_of_two() && K >= 8 && K <= 128) }
        let mut found = [lanes.splat(0); 8];
        for (found, numbers) in found.iter_mut().zip(numbers.chunks(16)) {
            let (eights, _) = numbers.as_flattened().as_chunks();
            let of_16 = match eights {
                [low, high] => lanes.permute_two(lanes.load_bytes(low), lanes.load_bytes(high), self.index),
                [low] => lanes.permute(lanes.load_bytes(low), self.index),
                _ => unreachable!("8 numbers, or a multiple of 16"),
            };
            *found = lanes.hide(of_16);
        }
        let mut left = K / 16;
        for bit in self.bits {
            left /= 2;
            for i in 0..left {
                found[i] = lanes.choose(bit, found[2 * i], found[2 * i + 1]);
            }
        }
        found[0]
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
        self.to.store(lanes, Carried(found));
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
        debug_assert!(exponent < 3072);
        let mut power = Number::ZERO;
        for i in 0..60 {
            // the bit's place in this limb, if it is one
            let place = exponent.wrapping_sub(52 * i);
            let is_here = (u64::from(place).wrapping_sub(52) >> 63) as u32;
            let mask = i64::from(Mask::from_bit(is_here).as_i32()) as u64;
            *power.limb_mut(i as usize) = 1 << (place % 64) & mask;
        }
        power
    }

    fn lookup<const K: usize>(self, to: &mut Number, entries: &Entries<K>, index: u32) {
        self.lookup_all(core::array::from_mut(to), entries, &[index]);
    }

    fn lookup_all<const K: usize, const AT_ONCE: usize>(
        self,
        to: &mut [Number; AT_ONCE],
        entries: &Entries<K>,
        indices: &[u32; AT_ONCE],
    ) {
        debug_assert!(indices.iter().all(|&index| (index as usize) < K));
        self.run(Lookup { to, entries, indices });
    }

    fn select<const K: usize>(self, to: &mut Number, elements: &[Number; K], index: u32) {
        debug_assert!((index as usize) < K);
        self.run(Select { to, elements, index });
    }

    fn element(self, a: &Residue) -> Number {
        Number::from_be_bytes(&a.0)
    }

    fn add(self, a: &mut Number, b: &Number) {
        self.run(Add { a, b });
    }

    fn sub(self, a: &mut Number, b: &Number) {
        self.run(Sub { a, b });
    }

    fn enter(self, a: &mut Number, work: &mut [u64; 0]) {
        self.mont_mul(a, &R_SQUARED, work);
    }

    fn mont_mul(self, a: &mut Number, b: &Number, _: &mut [u64; 0]) {
        self.run(MontMul { a, b });
    }

    fn mont_sqr(self, a: &mut Number, _: &mut [u64; 0]) {
        self.run(MontSqr(a));
    }

    fn double_if(self, a: &mut Number, bit: u32) {
        debug_assert!(bit <= 1);
        self.run(DoubleIf { a, mask: Mask::from_bit(bit).as_i32() as u8 });
    }

    fn canonical(self, a: &Number) -> Residue {
        let mut canonical = *a;
        self.run(Canonical(&mut canonical));
        let residue = Residue(canonical.to_be_bytes());
        canonical.zeroize();
        self.wipe();
        residue
    }
}
