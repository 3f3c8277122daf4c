//! The group in 60 limbs of 52 bits, R = 2^3120, for x86-64 processors that multiply such limbs in vectors of eight (AVX-512
//! IFMA). This file has the algorithms. ifma/lanes.rs declares the operations that they need, and ifma/avx512.rs implements
//! these, with all the unsafe code. For tests, a model implements them on plain numbers, on any processor.
//!
//! Limb 8 i + j is lane i of vector j. So the product of a number and limb j of eight is added to a sum from vector j on,
//! without moving lanes, where vector 8 + j of the sum is vector j one lane further up. Lanes are moved only when the lowest
//! limbs are removed.
//!
//! A product removes the 60 limbs of R from the low end of the sum. To remove k limbs, it carries through them, which gives the
//! limbs q, and adds q C to the limbs above, where C = 2^-52k mod N. This needs no Montgomery quotient, whose digits depend on
//! one another, but q C has k limbs more than N. So 52 limbs are removed in this way, first four and then six times eight, and
//! Montgomery's method clears the last eight by adding a multiple of N. Nothing else is carried until the end: a lane has room
//! for everything that is added to it.
//!
//! Bounds. An element has limbs below 2^52 and is below 2^3073. A product of two elements is below 2^6146. When 52 limbs have
//! been removed, what is left of it is below 2^3442, to which the last q C adds less than 2^416 C, and the earlier ones a
//! little more. When the last eight are removed, the result is below 2^3026 + C + N and a little more. This is below 2^3073,
//! since C for eight limbs is below 2^3071. Nothing is subtracted. [`fold`] brings sums, differences and doubles below 2^3073.
//!
//! A lane of a [`Sum`] is the sum of 240 halves of products, each below 2^52: a low and a high half for each of 60 rows of a
//! and b, and for each of 60 rows of q and C or N. So it is below 2^60, and the carry into it is below 2^9. A squaring has 40
//! rows instead of the first 60. Their factors are below 2^52 too: a limb of a [`Double`] is the low part of an even number, at
//! most 2^52 - 2, plus a carry of at most 1.
//!
//! A digit of [`quotient`] is the sum of at most 8 low and 7 high halves of products and the carry of the digit below, which is
//! less than 2^4. So it is below 15 2^52 + 2^4 < 2^56.
//!
//! The arguments of [`fold`]: [`add`](Arithmetic::add) and [`double_if`](Arithmetic::double_if) pass limbs below 2^53, the
//! highest at most 62. [`sub`](Arithmetic::sub) passes a + 8 N - b, with limbs below 2^52 + 2^53, the highest at most 31 + 126.
//!
//! Constant time: branches and addresses depend only on public loop counters. Wiping is best effort. [`Arithmetic::canonical`],
//! which ends an exponentiation, clears the vector and mask registers. The stack is overwritten after the call (stack.rs).

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

/// An element or a constant: 64 limbs below 2^52 in eight vectors. The highest four limbs are 0.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Number([Line; 8]);

/// 2 a for an element a. Its limbs are below 2^52: each limb has received the carry of the limb below.
struct Double(Number);

/// The state of a product: 16 vectors of uncarried limbs, each below 2^60, and the carry of the removed limbs into the lowest
/// one.
struct Sum<V> {
    limbs: [V; 16],
    carry: u64,
}

/// Uncarried limbs, each below 2^63, of a number below 2^3120.
struct Uncarried<V>([V; 8]);

/// Limbs below 2^52.
struct Carried<V>([V; 8]);

const MASK: u64 = (1 << 52) - 1;
/// The bound of limb 59, the highest of an element. Bit 4 of that limb is bit 3072 of the number.
const HIGHEST_MAX: u64 = (1 << 5) - 1;
/// The vector and the lane of limb 59: lane 7 of vector 3.
const HIGHEST: (usize, usize) = (59 % 8, 59 / 8);

static N: Number = Number::from_be_bytes(&residue::N);
static R_SQUARED: Number = Number::from_be_bytes(&residue::TWO_TO_6240);
/// 2^3072 - N, which is 2^3072 mod N: the complement of N plus 1. The 1 does not carry, since N is odd.
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
/// C for eight limbs, 2^-416 mod N.
static TWO_TO_MINUS_416: Number = inverse_of_two_to(8 * 52).0;
/// -1 / N mod 2^416. In line i, its limbs are shifted up by i lanes.
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
/// 8 N, where each limb has lent 1 to the limb below, so that no limb is smaller than the same limb of any element.
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
    // a lane of a product and the carry into it
    assert!(4 * 60 * MASK + (1 << 9) < 1 << 60);
    // a digit of the quotient
    assert!((8 + 7) * MASK + (1 << 4) < 1 << 56);
    // C for eight limbs is below 2^3071
    assert!(TWO_TO_MINUS_416.limb(59) < 1 << 3);
    // the largest limbs that `fold` accepts are those of a difference
    assert!(MASK + (1 << 53) < 1 << 54 && HIGHEST_MAX + 126 < 1 << 9);
    // the highest limb that `fold` leaves: its low four bits, the carry of limbs below 2^54, and the folded part
    assert!(15 + 4 + 1 < HIGHEST_MAX);
};

/// 2^-`times` mod N and -1 / N mod 2^`times`. Halves 1 `times` times, each time after adding N if the number is odd. The bits
/// that say in which steps N was added are -1 / N mod 2^`times`.
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
            // 64 bits from three limbs: 52 - shift bits of the first, 52 of the second, and the rest from the third
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
    /// a b / 2^2704 mod N, whose lowest eight limbs are still to be cleared.
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
/// As [`MontMul`], but of the two products of different blocks I < J of eight limbs, it computes one, with the double of J.
/// This leaves too few products to fill all lanes with the same block I. So the lanes multiply different pairs: when s blocks
/// of the sum have been removed, lane l multiplies any two blocks with I + J = s + l. That makes 36 pairs in five times eight
/// lanes, computed once for the lower four limbs of I and once for the upper four. The upper four limbs of the highest block
/// are 0.
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
    /// a^2 / 2^2704 mod N, whose lowest eight limbs are still to be cleared.
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

/// The two blocks that each lane multiplies.
struct Pairs {
    /// The block I.
    rows: Line,
    /// The block J if J = I, or J + 8, which stands for its double, if J > I.
    columns: Line,
    /// The lanes that have a pair.
    used: u8,
    /// The lanes with J = I + 1.
    adjacent: u8,
}

/// The pairs for five values of s. Both tables have the same pairs except for the last value, so the columns of one serve for
/// the other.
static LOWER: [Pairs; 5] = pairs([0, 1, 3, 5, 7]);
static UPPER: [Pairs; 5] = pairs([0, 1, 3, 5, 6]);

/// Assigns each pair to the first free lane with the right s + l.
const fn pairs(shifts: [usize; 5]) -> [Pairs; 5] {
    let mut pairs = [const { Pairs { rows: Line([0; 8]), columns: Line([0; 8]), used: 0, adjacent: 0 } }; 5];
    // for each I + J, the next I
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
    // all pairs are assigned, except that of the highest block with itself in `UPPER`: its upper limbs are 0
    let mut sum = 0;
    while sum < if shifts[4] == 7 { 15 } else { 14 } {
        assert!(next[sum] == sum / 2 + 1);
        sum += 1;
    }
    pairs
}

/// A number and its double, from whose blocks the lanes take their factors.
struct Factors<'a, V> {
    single: &'a Number,
    double: Double,
    /// The lowest limb of each doubled block, without the carry into it.
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
        // the low 52 bits of an even limb are at most 2^52 - 2, so adding a carry of at most 1 needs no second carry
        double.0.store(lanes, Carried(carry_once(lanes, Uncarried(twice))));
        Self { single, double, lowest, columns }
    }

    /// Sets `columns` to the second block of each pair.
    #[inline(always)]
    fn pick_columns<L: Lanes<Vector = V>>(&mut self, lanes: L, pairs: &Pairs) {
        let index = lanes.load(&pairs.columns);
        let mut columns = lanes.hide_reference(self.single).load(lanes);
        for (column, double) in columns.iter_mut().zip(self.double.0.load(lanes)) {
            *column = lanes.permute_two(*column, double, index);
        }
        // if J = I + 1, nothing carries from block I into the double of block J, since I itself is not doubled
        columns[0] = lanes.choose(pairs.adjacent, columns[0], lanes.permute(self.lowest, index));
        self.columns.store(lanes, Carried(columns));
    }

    /// `sum` += the products of the four limbs from `FIRST` on of the first block of each pair, and the second block.
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

/// `sum` += the product of `ROWS` limbs and b, where `row(i)` is limb i in all lanes.
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

    /// The lowest limbs as digits of 52 bits, and the carry out of them.
    ///
    /// The carries are computed on words in memory, because the vector units limit the speed of a product. The other lanes are
    /// not carried: each is carried when it is the lowest.
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

/// The first `COUNT` numbers of a line as digits of 52 bits, and the carry out of them.
#[inline(always)]
fn carry_words<const COUNT: usize, L: Lanes>(lanes: L, numbers: &Line, mut carry: u64) -> (Line, u64) {
    let mut digits = Line([0; 8]);
    for (digit, &number) in digits.0.iter_mut().zip(&numbers.0[..COUNT]) {
        // each number is below 2^60, so the carry is below 2^9
        let sum = lanes.add_word(number, carry);
        lanes.store_word(digit, lanes.low_bits_of_word::<52>(sum));
        carry = lanes.high_bits_of_word::<52>(sum);
    }
    (digits, carry)
}

/// Removes the lowest limbs of the sum, and adds to the limbs above their product with `c` and the `next` rows. The processor
/// can compute the `next` rows while it still carries through the removed limbs.
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

/// Clears the last eight limbs. The limbs above them are an element.
#[inline(always)]
fn finish<L: Lanes>(lanes: L, sum: Sum<L::Vector>) -> Carried<L::Vector> {
    let Sum { limbs: sum, .. } = clear(lanes, sum);
    // the carry out of the highest cleared limb: this limb plus the carry into it, which is below 2^52, is a multiple of 2^52
    let carried = lanes.high_bits::<52>(lanes.add(sum[7], lanes.splat(MASK)));
    let mut limbs = [lanes.splat(0); 8];
    for j in 0..8 {
        limbs[j] = lanes.add(lanes.lanes_down(sum[j]), sum[8 + j]);
    }
    limbs[0] = lanes.add(limbs[0], lanes.choose(1, lanes.splat(0), carried));
    carry(lanes, Uncarried(limbs))
}

/// The sum plus the multiple of N that makes the number in the eight lowest limbs a multiple of 2^416.
#[inline(always)]
fn clear<L: Lanes>(lanes: L, mut sum: Sum<L::Vector>) -> Sum<L::Vector> {
    let (digits, _) = sum.digits::<8, L>(lanes);
    let quotient = quotient(lanes, &digits);
    let quotient = lanes.hide_reference(&quotient);
    add_rows::<8, L>(lanes, &mut sum.limbs, |i| lanes.splat(quotient.0[i]), &N);
    sum
}

/// The digits of the q for which the number with these digits plus q N is a multiple of 2^416: q = -digits / N mod 2^416.
#[inline(always)]
fn quotient<L: Lanes>(lanes: L, digits: &Line) -> Line {
    // in memory, from which a multiplication can read its operand
    let (digits, inverse) = (lanes.hide_reference(digits), lanes.hide_reference(&MINUS_INVERSE));
    // in four sums, since each addition waits for the one before to the same sum
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

/// Each limb mod 2^52, plus the bits above 52 of the limb below.
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
    // the first carry of a limb is below 2^11, and the second at most 1
    let carried = carry_once(lanes, limbs);
    // A full limb passes on a carry of 1. So carries move through the limbs as they do through the bits of an addition, if the
    // bits of both summands are 1 where a limb carries, and one of them is 1 where a limb is full.
    let (carry, carry_or_full) = (lanes.reach(carried, 1 << 52), lanes.reach(carried, MASK));
    let came_in = carry.wrapping_add(carry_or_full) ^ carry ^ carry_or_full;
    let mut sums = lanes.add_bits(carried, came_in);
    for limb in &mut sums {
        *limb = lanes.low_bits::<52>(*limb);
    }
    Carried(sums)
}

/// An element equal to the number mod N: for the number h 2^3072 + l, it is h (2^3072 - N) + l. Requires limbs below 2^54, and
/// the highest limb below 2^9.
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

/// `a` = 2 a mod N if the mask is all ones, and a mod N if it is 0.
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

/// `a` = a mod N, below N.
struct Canonical<'a>(&'a mut Number);

impl Kernel for Canonical<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        // the second `fold` leaves less than 2^3072: either bit 3072 is 0 before it, or the number under that bit is small
        // (proof.rs)
        let Carried(once) = fold(lanes, Uncarried(self.0.load(lanes)));
        let Carried(below) = fold(lanes, Uncarried(once));
        // bit 3072 of below + (2^3072 - N) is 1 if and only if below >= N, and then the bits under it are below - N
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

/// `to[i]` = the residue `indices[i]` of `entries` for all i, in one pass over the entries. Each i has a lane, which receives
/// the words of its residue one after another.
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
    /// Writes vector `J` of each number, which has the limbs `J`, `J` + 8 and so on, from the words of the numbers.
    // The shifts are constants in each instance.
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

/// The choice of one of up to 128 numbers for each lane.
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

    /// The chosen number in each lane. The low bits of the index choose one of each 16 numbers, and the other bits choose among
    /// the results. The operands of a choice are hidden from the compiler, which could otherwise load them with the mask of the
    /// choice, and so skip loads.
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

/// `to` = `elements[index]`. Reads all elements.
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
            // the position of the bit in this limb, if it is below 52
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
