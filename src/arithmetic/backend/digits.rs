//! The group in 112 digits of 28 bits, R = 2^3136, four digits to a vector, for x86-64 processors with AVX2 and for WebAssembly
//! with vectors. This file has the algorithms. digits/words.rs declares the operations that they need, and digits/ymm.rs and
//! digits/v128.rs implement these, with all the unsafe code. For tests, a model implements them on plain numbers, on any
//! processor.
//!
//! A digit occupies 64 bits, so products are summed without carries. The carries at the end are incomplete: a digit of an
//! element can be a little larger than 28 bits.
//!
//! Bounds. An element has digits of at most 2^28 + 2^8 (`LIMIT`). Its digit with bit 3072 is at most 2^20 + 3 (`HIGHEST_MAX`),
//! and the two digits above are 0. So it is below E = 2^3072 + 2^3055 < 2 N. A product is (a b + q N) / R < E^2 / R + N <
//! 2^3009 + 2^3072 - 2^3008. Each of its uncarried digits is the sum of at most 110 products of digits of elements, 110
//! products of 28-bit digits and a carry below 2^37, which is less than 2^64. [`fold`] brings sums, differences and doubles
//! below E.
//!
//! N = -1 mod 2^28, so the quotient digit that clears a digit is equal to the digit, and so is the carry that clearing adds to
//! the next one.
//!
//! Constant time: branches and addresses depend only on public loop counters. Wiping is best effort: the stack is overwritten
//! after the call (stack.rs), and registers are not cleared.

#[cfg(all(
    test,
    any(
        all(target_arch = "x86_64", target_feature = "sse2"),
        all(target_arch = "wasm32", target_feature = "simd128"),
    ),
))]
mod contracts;
#[cfg(test)]
mod model;
#[cfg(test)]
mod proof;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod v128;
mod words;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod ymm;

use crate::arithmetic::backend::limb64::Limb64;
use crate::arithmetic::backend::portable::subtract_if;
use crate::arithmetic::backend::{Arithmetic, Entries};
use crate::arithmetic::residue::{self, BYTES, Residue};
use crate::hygiene::ct::Mask;
use core::ops::Range;
use words::{Kernel, Words};
use zeroize::{Zeroize, Zeroizing};

/// The arithmetic in digits, on the vectors of `W`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digits<W>(W);

/// The arithmetic on the vectors of AVX2. A value is the proof that the processor has AVX2.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) type Avx2 = Digits<ymm::Ymm>;

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
impl Avx2 {
    /// `None` unless the processor and the operating system support AVX2.
    pub(crate) fn new() -> Option<Self> {
        ymm::Ymm::new().map(Self)
    }
}

/// The arithmetic on the vectors of WebAssembly.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) type Simd128 = Digits<v128::V128>;

#[cfg(test)]
pub(crate) const MODEL: Digits<model::Model> = Digits(model::Model);

/// Bits of a digit.
const BITS: u32 = 28;
/// The largest number of 28 bits.
const MAX: u64 = (1 << BITS) - 1;
/// The largest digit of an element.
const LIMIT: u64 = (1 << BITS) + (1 << 8);
/// The largest digit of a sum, a difference or a double of elements.
const UNCARRIED_MAX: u64 = (1 << (BITS + 2)) + (1 << 8);
/// Digits of an element, a multiple of 8: products handle blocks of 8 digits.
const DIGITS: usize = 112;
/// The index of the digit with bit 3072, the number of its bits below bit 3072, and its largest value in an element.
const HIGHEST: usize = 3072 / BITS as usize;
const HIGHEST_BITS: u32 = 3072 % BITS;
const HIGHEST_MAX: u64 = (1 << HIGHEST_BITS) + 3;
/// log2 R
const R_BITS: u32 = 3136;
/// Vectors of an element.
const VECTORS: usize = DIGITS / 4;
/// Digits of a half of an element.
const HALF: usize = DIGITS / 2;

const _: () = {
    assert!(BITS * DIGITS as u32 == R_BITS);
    assert!(110 * (LIMIT as u128 * LIMIT as u128 + MAX as u128 * MAX as u128) + (1 << 37) < 1 << 64);
    // the product of sums of halves
    assert!(HALF as u128 * (4 * LIMIT as u128 * LIMIT as u128) < 1 << 64);
    // after a product, the second `carry_once` leaves at most LIMIT: the first leaves less than 2^28 + 2^36
    assert!(MAX + (((1 << 28) + (1 << 36)) >> BITS) <= LIMIT);
    // in `fold`, one `carry_once` leaves at most LIMIT: a difference has the largest digits
    assert!(LIMIT + MAX + 2 * (1 << BITS) <= UNCARRIED_MAX && 2 * LIMIT <= UNCARRIED_MAX);
    assert!(MAX + ((UNCARRIED_MAX + 7 * MAX) >> BITS) <= LIMIT);
    // the digit with bit 3072 and the carry into it, where the digit below receives nothing from the folded part
    assert!((1 << HIGHEST_BITS) - 1 + (UNCARRIED_MAX >> BITS) <= HIGHEST_MAX && COMPLEMENT[HIGHEST - 1] == 0);
    assert!(N[0] == MAX && N[1] == MAX);
    // the only digit of an element that is in vector `VECTORS` of one of its shifts is the highest, shifted by three digits
    assert!(HIGHEST + 3 == DIGITS);
};

/// Digits, least significant first.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Element([u64; DIGITS]);

impl Element {
    #[inline(always)]
    fn vectors_mut(&mut self) -> &mut [[u64; 4]; VECTORS] {
        let vectors = self.0.as_chunks_mut().0.first_chunk_mut();
        vectors.unwrap_or_else(|| unreachable!("digits in vectors of four"))
    }

    /// The lower and the upper half of the digits.
    #[inline(always)]
    fn halves(&self) -> &[[u64; HALF]; 2] {
        let halves = self.0.as_chunks().0.first_chunk();
        halves.unwrap_or_else(|| unreachable!("an even number of digits"))
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Zeros below the digits of a [`Padded`]: one block of 8 digits.
const BELOW: usize = 8;

/// The digits of a number with zeros below and above, so that it can be read shifted up by up to three digits.
#[repr(C, align(64))]
struct Padded<const WORDS: usize>([u64; WORDS]);

/// An element.
type PaddedElement = Padded<{ BELOW + DIGITS + 4 }>;
/// A half of an element, or the sum of both.
type PaddedHalf = Padded<{ BELOW + HALF + 4 }>;

impl<const WORDS: usize> Zeroize for Padded<WORDS> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl PaddedElement {
    const fn new(digits: &[u64; DIGITS]) -> Self {
        let mut padded = [0; BELOW + DIGITS + 4];
        let mut i = 0;
        while i < DIGITS {
            padded[BELOW + i] = digits[i];
            i += 1;
        }
        Self(padded)
    }
}

impl<const WORDS: usize> Padded<WORDS> {
    #[inline(always)]
    fn digits_mut(&mut self) -> &mut [u64] {
        &mut self.0[BELOW..WORDS - 4]
    }

    /// The number times 2^(28 j) for j = 0 .. 3.
    #[inline(always)]
    fn shifted(&self) -> [&[[u64; 4]]; 4] {
        let from = |at: usize| self.0[at..].as_chunks().0;
        [from(BELOW), from(BELOW - 1), from(BELOW - 2), from(BELOW - 3)]
    }
}

/// The uncarried digits of a product, each below 2^64: twice as many as an element has.
type Sum = [[u64; 4]; 2 * VECTORS];

/// Scratch space of a product.
#[repr(C, align(64))]
pub(crate) struct Work {
    sum: Sum,
    halves: Halves,
    doubles: [PaddedElement; 2],
}

/// Scratch space of [`Multiply`].
#[repr(C, align(64))]
struct Halves {
    /// The halves of a, low and high, and their sum.
    a: [PaddedHalf; 3],
    /// The sum of the halves of b.
    b: [u64; HALF],
    /// The product of both sums.
    middle: [[u64; 4]; VECTORS],
}

impl Zeroize for Work {
    fn zeroize(&mut self) {
        self.sum.zeroize();
        self.halves.a.zeroize();
        self.halves.b.zeroize();
        self.halves.middle.zeroize();
        self.doubles.zeroize();
    }
}

const N: [u64; DIGITS] = digits(&residue::N);
static PADDED_N: PaddedElement = Padded::new(&N);

/// The digits of a big-endian number.
const fn digits(bytes: &[u8; BYTES]) -> [u64; DIGITS] {
    let mut digits = [0; DIGITS];
    let mut i = 0;
    while i < BYTES {
        let (at, shift) = (8 * i / BITS as usize, 8 * i as u32 % BITS);
        let shifted = (bytes[BYTES - 1 - i] as u64) << shift;
        digits[at] |= shifted & MAX;
        digits[at + 1] |= shifted >> BITS;
        i += 1;
    }
    digits
}

/// 2^6272 mod N, which is R^2, computed by doubling 2^6144.
const R_SQUARED: [u64; DIGITS] = {
    let mut power = digits(&residue::TWO_TO_6144);
    let mut doublings = 0;
    while doublings < 2 * R_BITS - 6144 {
        let (mut less, mut carry, mut borrow) = ([0; DIGITS], 0, 0);
        let mut i = 0;
        while i < DIGITS {
            let doubled = 2 * power[i] + carry;
            (power[i], carry) = (doubled & MAX, doubled >> BITS);
            let difference = power[i].wrapping_sub(N[i] + borrow);
            (less[i], borrow) = (difference & MAX, difference >> 63);
            i += 1;
        }
        if borrow == 0 {
            power = less;
        }
        doublings += 1;
    }
    power
};

/// 2^3072 - N
const COMPLEMENT: [u64; DIGITS] = {
    let mut complement = digits(&[0xff; BYTES]);
    let mut i = 0;
    while i < DIGITS {
        complement[i] -= N[i];
        i += 1;
    }
    // the lowest digit was 0, since the lowest digit of N is 2^28 - 1
    complement[0] += 1;
    complement
};

/// 2 N, where each digit up to that of bit 3072 has lent 2 to the digit below, so that no digit is smaller than the same digit
/// of any element.
const TWO_N: [u64; DIGITS] = {
    let (mut two_n, mut carry) = ([0; DIGITS], 0);
    let mut i = 0;
    while i <= HIGHEST {
        let doubled = 2 * N[i] + carry;
        (two_n[i], carry) = if i == HIGHEST { (doubled, 0) } else { (doubled & MAX, doubled >> BITS) };
        two_n[i] = two_n[i] + (if i == HIGHEST { 0 } else { 2 << BITS }) - (if i == 0 { 0 } else { 2 });
        assert!(two_n[i] >= if i == HIGHEST { HIGHEST_MAX } else { LIMIT });
        i += 1;
    }
    two_n
};

/// Adds b c to a sum, from the lowest vector to the highest, where b has eight digits.
struct Pass<'a, W: Words> {
    /// The digits of b, each in every word of a vector.
    b: [W::Factors; 8],
    c: [&'a [[u64; 4]]; 4],
    /// The products with the upper four digits of b, which belong to the next vector.
    carried: W::Vector,
}

impl<'a, W: Words> Pass<'a, W> {
    #[inline(always)]
    fn new<const WORDS: usize>(words: W, b: &[u64; 8], c: &'a Padded<WORDS>) -> Self {
        let mut digits = [words.factors(words.splat(0)); 8];
        for (vector, &digit) in digits.iter_mut().zip(b) {
            *vector = words.factors(words.splat(digit));
        }
        Self { b: digits, c: c.shifted(), carried: words.splat(0) }
    }

    /// Vector `at` of `sum` + b c. Requires that the vectors below were computed before, or that c is 0 there. Leaves out shifts
    /// of c by fewer than `LEAST` digits, which must be 0 there.
    #[inline(always)]
    fn add<const LEAST: usize>(&mut self, words: W, sum: W::Vector, at: usize) -> W::Vector {
        let mut sum = words.add(sum, self.carried);
        self.carried = words.splat(0);
        for (i, shifted) in self.c.iter().enumerate().skip(LEAST) {
            let c = words.factors(words.load(&shifted[at]));
            sum = words.add(sum, words.mul(c, &self.b[i]));
            self.carried = words.add(self.carried, words.mul(c, &self.b[4 + i]));
        }
        sum
    }

    /// Computes the next vectors, those `at` of `sum` + b c, in place.
    #[inline(always)]
    fn add_to(&mut self, words: W, sum: &mut [[u64; 4]], at: Range<usize>) {
        for (sum, at) in sum[at.clone()].iter_mut().zip(at) {
            words.store(sum, self.add::<0>(words, words.load(sum), at));
        }
    }

    /// Computes the two vectors above those of c in place: in the first are only digits that are shifted, by at least `LEAST`
    /// digits, and the second receives only what is carried.
    #[inline(always)]
    fn finish<const LEAST: usize>(mut self, words: W, sum: &mut [[u64; 4]], at: usize) {
        let first = self.add::<LEAST>(words, words.load(&sum[at]), at);
        words.store(&mut sum[at], first);
        let second = words.add(words.load(&sum[at + 1]), self.carried);
        words.store(&mut sum[at + 1], second);
    }
}

/// The lowest digits of a sum, while they are cleared one after another.
struct Low {
    digits: [u64; 8],
    /// The carry into the first digit.
    carry: u64,
}

impl Low {
    #[inline(always)]
    fn new(digits: &[[u64; 4]]) -> Self {
        let mut low = Self { digits: [0; 8], carry: 0 };
        low.digits.copy_from_slice(digits.as_flattened());
        low
    }

    /// Returns the digit q for which the first digit of the sum plus q N is 0, and moves on to the next digit.
    #[inline(always)]
    fn clear<W: Words>(&mut self, words: W) -> u64 {
        let low = words.add_word(self.digits[0], self.carry);
        let q = words.low_bits_of_word::<BITS>(low);
        // q N_0 = 2^28 q - q
        self.carry = words.add_word(words.high_bits_of_word::<BITS>(low), q);
        let [_, digits @ ..] = self.digits;
        for ((to, digit), &n) in self.digits.iter_mut().zip(digits).zip(&N[1..]) {
            *to = words.add_word(digit, words.mul_word(q, n));
        }
        q
    }
}

/// `a` = `sum` / R mod N
struct Reduce<'a> {
    a: &'a mut Element,
    sum: &'a mut Sum,
}

impl Kernel for Reduce<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let Self { a, sum } = self;
        let mut q = [0; 8];
        let mut low = Low::new(&sum[..2]);
        for q in &mut q {
            *q = low.clear(words);
        }
        for i in 0..DIGITS / 8 {
            let sum = &mut sum[2 * i..];
            let mut pass = Pass::new(words, &q, &PADDED_N);
            // the lowest two vectors become 0 and leave a carry, which is known already
            pass.add::<0>(words, words.splat(0), 0);
            pass.add::<0>(words, words.splat(0), 1);
            pass.carried = words.add(pass.carried, words.in_lowest(low.carry));
            pass.add_to(words, sum, 2..4);
            // each digit of the next q depends on the one before, so they are computed between the vectors of this pass
            low = Low::new(&sum[2..4]);
            for (q, at) in q.as_chunks_mut::<2>().0.iter_mut().zip((4..).step_by(6)) {
                *q = [low.clear(words), low.clear(words)];
                // an array of known length, over which the compiler unrolls the loop
                if let Some(six) = sum[at..].first_chunk_mut::<6>() {
                    for (sum, at) in six.iter_mut().zip(at..) {
                        words.store(sum, pass.add::<0>(words, words.load(sum), at));
                    }
                }
            }
            pass.finish::<3>(words, sum, VECTORS);
        }
        let sum = &mut sum[VECTORS..];
        carry_once(words, sum);
        carry_once(words, sum);
        a.0.copy_from_slice(sum.as_flattened());
    }
}

/// Replaces each digit by its value mod 2^28 plus the bits above 28 of the digit below. Requires the number to be below R.
#[inline(always)]
fn carry_once<W: Words>(words: W, digits: &mut [[u64; 4]]) {
    let mut below = words.splat(0);
    for digits in digits {
        let vector = words.load(digits);
        let carries = words.rotate_up(words.high_bits::<{ BITS as i32 }>(vector));
        let low = words.low_bits::<BITS>(vector);
        words.store(digits, words.add(low, words.with_lowest(carries, below)));
        below = carries;
    }
}

/// `sum` = a b by Karatsuba's method. With a = l + h B and b = m + k B, where B = 2^(28 * 56), three products of halves are
/// enough: l m, h k and (l + h)(m + k). The last one less the other two is the middle part, l k + h m.
struct Multiply<'a> {
    sum: &'a mut Sum,
    halves: &'a mut Halves,
    a: &'a Element,
    b: &'a Element,
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let Self { sum, halves: Halves { a: [a_low, a_high, a_sum], b: b_sum, middle }, a, b } = self;
        let (a_digits, b_digits) = (a.halves(), b.halves());
        add_halves(words, a_sum.digits_mut(), a_digits);
        add_halves(words, b_sum, b_digits);
        a_low.digits_mut().copy_from_slice(&a_digits[0]);
        a_high.digits_mut().copy_from_slice(&a_digits[1]);

        let (low, high) = sum.split_at_mut(VECTORS);
        let products =
            [(&mut *low, a_low, &b_digits[0]), (&mut *high, a_high, &b_digits[1]), (middle, a_sum, b_sum)];
        for (product, a, b) in products {
            product.fill([0; 4]);
            for (i, b) in b.as_chunks().0.iter().enumerate() {
                let (mut pass, product) = (Pass::new(words, b, a), &mut product[2 * i..]);
                pass.add_to(words, product, 0..VECTORS / 2);
                pass.finish::<1>(words, product, VECTORS / 2);
            }
        }

        // the middle part is added to the upper half of the low product and to the lower half of the high one
        let (low, low_end) = low.split_at_mut(VECTORS / 2);
        let (high_start, high) = high.split_at_mut(VECTORS / 2);
        let (middle, middle_end) = middle.split_at(VECTORS / 2);
        for i in 0..VECTORS / 2 {
            let (low, to_low) = (words.load(&low[i]), words.load(&low_end[i]));
            let (to_high, high) = (words.load(&high_start[i]), words.load(&high[i]));
            let first = words.sub(words.sub(words.load(&middle[i]), low), to_high);
            let second = words.sub(words.sub(words.load(&middle_end[i]), to_low), high);
            words.store(&mut low_end[i], words.add(to_low, first));
            words.store(&mut high_start[i], words.add(to_high, second));
        }
    }
}

/// `sum` = the lower plus the upper half of an element.
#[inline(always)]
fn add_halves<W: Words>(words: W, sum: &mut [u64], [low, high]: &[[u64; HALF]; 2]) {
    for ((sum, low), high) in sum.as_chunks_mut().0.iter_mut().zip(low.as_chunks().0).zip(high.as_chunks().0)
    {
        words.store(sum, words.add(words.load(low), words.load(high)));
    }
}

/// `sum` = a^2. Each block is multiplied by itself and by twice the digits above it, so every product of digits of two
/// different blocks is computed once.
struct Square<'a> {
    sum: &'a mut Sum,
    doubles: &'a mut [PaddedElement; 2],
    a: &'a Element,
}

impl Kernel for Square<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let Self { sum, doubles, a } = self;
        // Two multiplicands take turns, so that the changes of one have reached memory when it is read.
        let [even, odd] = doubles;
        for ((even, odd), &a) in even.0[BELOW..].iter_mut().zip(&mut odd.0[BELOW..]).zip(&a.0) {
            let double = words.add_word(a, a);
            (*even, *odd) = (double, double);
        }
        even.0[BELOW..][..8].copy_from_slice(&a.0[..8]);
        odd.0[BELOW..][..8].fill(0);
        odd.0[BELOW..][8..16].copy_from_slice(&a.0[8..16]);
        sum.fill([0; 4]);
        for (i, block) in a.0.as_chunks().0.iter().enumerate() {
            let multiplicand = &mut doubles[i % 2];
            let (mut pass, sum) = (Pass::new(words, block, multiplicand), &mut sum[2 * i..]);
            pass.add_to(words, sum, 2 * i..VECTORS);
            pass.finish::<3>(words, sum, VECTORS);
            if let Some(next) = a.0.as_chunks::<8>().0.get(i + 2) {
                let rest = &mut multiplicand.0[BELOW + 8 * i..];
                rest[..16].fill(0);
                rest[16..24].copy_from_slice(next);
            }
        }
    }
}

/// A sum, a difference or a double of elements: below 2^3075, with digits of at most `UNCARRIED_MAX`.
struct Uncarried<'a>(&'a mut [[u64; 4]; VECTORS]);

/// Replaces h 2^3072 + l by h (2^3072 - N) + l, which is equal mod N, and carries once, which makes it an element. h < 8, and
/// the carries of l are at most 4, so l is below 2^3072 + 2^3054.
#[inline(always)]
fn fold<W: Words>(words: W, Uncarried(digits): Uncarried) {
    let highest = &mut digits.as_flattened_mut()[HIGHEST];
    let high = words.splat(words.high_bits_of_word::<HIGHEST_BITS>(*highest));
    *highest = words.low_bits_of_word::<HIGHEST_BITS>(*highest);
    debug_assert!(words.all_below(high, 8));
    let high = words.factors(high);
    for (digits, complement) in digits.iter_mut().zip(COMPLEMENT.as_chunks().0) {
        debug_assert!(words.all_below(words.load(digits), UNCARRIED_MAX + 1));
        let product = words.mul(words.factors(words.load(complement)), &high);
        words.store(digits, words.add(words.load(digits), product));
    }
    carry_once(words, digits);
}

/// `a` = a + b mod N
struct Add<'a> {
    a: &'a mut Element,
    b: &'a Element,
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let sum = self.a.vectors_mut();
        for (a, b) in sum.iter_mut().zip(self.b.0.as_chunks().0) {
            words.store(a, words.add(words.load(a), words.load(b)));
        }
        fold(words, Uncarried(sum));
    }
}

/// `a` = a - b mod N
struct Sub<'a> {
    a: &'a mut Element,
    b: &'a Element,
}

impl Kernel for Sub<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let difference = self.a.vectors_mut();
        for ((a, b), two_n) in difference.iter_mut().zip(self.b.0.as_chunks().0).zip(TWO_N.as_chunks().0) {
            let more = words.sub(words.load(two_n), words.load(b));
            words.store(a, words.add(words.load(a), more));
        }
        fold(words, Uncarried(difference));
    }
}

/// `a` = 2 a mod N if the mask is all ones, and a mod N if it is 0.
struct DoubleIf<'a> {
    a: &'a mut Element,
    mask: u64,
}

impl Kernel for DoubleIf<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let (double, mask) = (self.a.vectors_mut(), words.splat(self.mask));
        for a in double.iter_mut() {
            let digits = words.load(a);
            words.store(a, words.add(digits, words.and(digits, mask)));
        }
        fold(words, Uncarried(double));
    }
}

/// Carries through all digits, so that each is below 2^28.
struct Carry<'a>(&'a mut Element);

impl Kernel for Carry<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let mut carry = 0;
        for digit in &mut self.0.0 {
            let sum = words.add_word(*digit, carry);
            *digit = words.low_bits_of_word::<BITS>(sum);
            carry = words.high_bits_of_word::<BITS>(sum);
        }
    }
}

/// Looks up five residues of `entries` in one pass, word by word. `fours` receives the residues with the indices `four`, each
/// in a place of its own, and `lasts` the residue with the index `last`: in each vector, one place has its word, and the others
/// are 0.
struct Lookup<'a, const K: usize> {
    fours: &'a mut [[u64; 4]; BYTES / 8],
    lasts: &'a mut [[u64; 4]; BYTES / 8],
    entries: &'a Entries<K>,
    four: [u64; 4],
    last: u64,
}

impl<const K: usize> Kernel for Lookup<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        const { assert!(K.is_multiple_of(4) && K <= 128) }
        // for `four`, the low bits of an index choose one of each four numbers, and the other bits choose among the results
        let (four, last) = (words.load(&self.four), words.splat(self.last));
        let (lowest, group) = (words.low_bits::<2>(four), words.high_bits::<2>(four));
        let mut masks = [[[0; 4]; 2]; 128 / 4];
        let mut places = words.load(&[0, 1, 2, 3]);
        for ([of_group, of_place], at) in masks.iter_mut().zip(0..) {
            words.store(of_group, words.equal(group, words.splat(at)));
            words.store(of_place, words.equal(places, last));
            places = words.add(places, words.splat(4));
        }
        for ((fours, lasts), numbers) in self.fours.iter_mut().zip(self.lasts).zip(self.entries) {
            let mut picked = [words.splat(0); 2];
            for (&[a, b, c, d], [of_group, of_place]) in numbers.as_chunks().0.iter().zip(&masks) {
                let numbers = words.load(&[
                    u64::from_le_bytes(a),
                    u64::from_le_bytes(b),
                    u64::from_le_bytes(c),
                    u64::from_le_bytes(d),
                ]);
                let of_four = words.permute(numbers, lowest);
                picked[0] = words.or(picked[0], words.and(of_four, words.load(of_group)));
                picked[1] = words.or(picked[1], words.and(numbers, words.load(of_place)));
            }
            words.store(fours, picked[0]);
            words.store(lasts, picked[1]);
        }
    }
}

/// `to` = `elements[index]`. Reads all elements.
struct Select<'a> {
    to: &'a mut Element,
    elements: &'a [Element],
    index: u32,
}

impl Kernel for Select<'_> {
    type Output = ();

    #[inline(always)]
    fn run<W: Words>(self, words: W) {
        let wanted = words.splat(self.index.into());
        // in two halves, each of which stays in registers
        for (half, to) in self.to.0.as_chunks_mut::<{ DIGITS / 2 }>().0.iter_mut().enumerate() {
            let (mut picked, mut at) = ([words.splat(0); DIGITS / 8], words.splat(0));
            for element in self.elements {
                let mask = words.equal(at, wanted);
                let vectors = &element.0.as_chunks().0[DIGITS / 8 * half..];
                for (picked, vector) in picked.iter_mut().zip(vectors) {
                    *picked = words.or(*picked, words.and(words.load(vector), mask));
                }
                at = words.add(at, words.splat(1));
            }
            for (to, vector) in to.as_chunks_mut().0.iter_mut().zip(picked) {
                words.store(to, vector);
            }
        }
    }
}

/// Cuts a number into digits. On entry, the first 48 words of `a` are its limbs of 64 bits.
#[inline]
fn cut_into_digits(a: &mut Element) {
    a.0[BYTES / 8..].fill(0);
    // Seven limbs are 16 digits. Starting at the highest, every limb is read before it is overwritten.
    for i in (0..DIGITS / 16).rev() {
        let mut limbs = [0; 8];
        limbs[..7].copy_from_slice(&a.0[7 * i..][..7]);
        for (j, digits) in a.0[16 * i..].as_chunks_mut().0[..8].iter_mut().enumerate() {
            let bit = 2 * BITS as usize * j;
            let wide = u128::from(limbs[bit / 64 + 1]) << 64 | u128::from(limbs[bit / 64]);
            let pair = (wide >> (bit % 64)) as u64;
            *digits = [pair & MAX, pair >> BITS & MAX];
        }
    }
}

/// The 48 limbs of 64 bits of a number with digits below 2^28, and in the 49th the bits from 3072 on.
fn limbs_of_digits(digits: &[u64; DIGITS]) -> [u64; BYTES / 8 + 1] {
    let mut limbs = [0; BYTES / 8 + 1];
    for (digit, at) in digits.iter().zip((0..).step_by(BITS as usize)) {
        let shifted = u128::from(*digit) << (at % 64);
        limbs[at / 64] |= shifted as u64;
        if let Some(above) = limbs.get_mut(at / 64 + 1) {
            *above |= (shifted >> 64) as u64;
        }
    }
    limbs
}

impl<W: Words> Arithmetic for Digits<W> {
    const R_BITS: u32 = R_BITS;
    type Element = Element;
    type Work = Work;

    fn zero(self) -> Element {
        Element([0; DIGITS])
    }

    fn work(self) -> Work {
        let halves = Halves { a: [const { Padded([0; _]) }; 3], b: [0; HALF], middle: [[0; 4]; VECTORS] };
        Work { sum: [[0; 4]; 2 * VECTORS], halves, doubles: [const { Padded([0; _]) }; 2] }
    }

    fn power_of_two(self, exponent: u32) -> Element {
        let mut power = self.zero();
        power.0[..BYTES / 8].copy_from_slice(&Limb64::default().power_of_two(exponent));
        cut_into_digits(&mut power);
        power
    }

    fn lookup<const K: usize>(self, to: &mut Element, entries: &Entries<K>, index: u32) {
        self.lookup_all(core::array::from_mut(to), entries, &[index]);
    }

    fn lookup_all<const K: usize, const AT_ONCE: usize>(
        self,
        to: &mut [Element; AT_ONCE],
        entries: &Entries<K>,
        indices: &[u32; AT_ONCE],
    ) {
        const { assert!(AT_ONCE <= 5) }
        debug_assert!(indices.iter().all(|&index| (index as usize) < K));
        let mut wanted = [0; 5];
        for (wanted, &index) in wanted.iter_mut().zip(indices) {
            *wanted = index.into();
        }
        let [a, b, c, d, last] = wanted;
        let mut words = Zeroizing::new([[[0; 4]; BYTES / 8]; 2]);
        let [fours, lasts] = &mut *words;
        self.0.run(Lookup { fours, lasts, entries, four: [a, b, c, d], last });
        for (i, to) in to.iter_mut().enumerate() {
            for ((to, four), [a, b, c, d]) in to.0.iter_mut().zip(&*fours).zip(&*lasts) {
                *to = four.get(i).copied().unwrap_or(a | b | c | d);
            }
            cut_into_digits(to);
        }
    }

    fn select<const K: usize>(self, to: &mut Element, elements: &[Element; K], index: u32) {
        debug_assert!((index as usize) < K);
        self.0.run(Select { to, elements, index });
    }

    fn element(self, a: &Residue) -> Element {
        Element(digits(&a.0))
    }

    fn add(self, a: &mut Element, b: &Element) {
        self.0.run(Add { a, b });
    }

    fn sub(self, a: &mut Element, b: &Element) {
        self.0.run(Sub { a, b });
    }

    fn enter(self, a: &mut Element, work: &mut Work) {
        self.mont_mul(a, &Element(R_SQUARED), work);
    }

    fn mont_mul(self, a: &mut Element, b: &Element, work: &mut Work) {
        let Work { sum, halves, .. } = work;
        self.0.run(Multiply { sum, halves, a, b });
        self.0.run(Reduce { a, sum });
    }

    fn mont_sqr(self, a: &mut Element, work: &mut Work) {
        let Work { sum, doubles, .. } = work;
        self.0.run(Square { sum, doubles, a });
        self.0.run(Reduce { a, sum });
    }

    fn double_if(self, a: &mut Element, bit: u32) {
        debug_assert!(bit <= 1);
        self.0.run(DoubleIf { a, mask: i64::from(Mask::from_bit(bit).as_i32()) as u64 });
    }

    fn canonical(self, a: &Element) -> Residue {
        let mut carried = Zeroizing::new(*a);
        self.0.run(Carry(&mut carried));
        let mut limbs = Zeroizing::new(limbs_of_digits(&carried.0));
        // a < E, so `top` is at most 1, and if it is 1, a - N < E - N is below 2^3072
        let [limbs @ .., top] = &mut *limbs;
        subtract_if(limbs, *top);
        Limb64::default().canonical(limbs)
    }
}

#[cfg(test)]
mod tests {
    //! Tests of what ../tests.rs does not reach: digits of more than 28 bits, and the bounds.

    use super::*;
    use crate::arithmetic::backend::tests::Random;
    use num_bigint::BigUint;
    use std::vec::Vec;

    fn value(digits: &[u64]) -> BigUint {
        digits.iter().rev().fold(BigUint::ZERO, |value, &digit| (value << BITS) + digit)
    }

    fn n() -> BigUint {
        BigUint::from_bytes_be(&residue::N)
    }

    /// Checks that the result of an operation is an element, and returns its value mod N.
    fn checked(element: &Element) -> BigUint {
        let value = value(&element.0);
        assert!(element.0.iter().all(|&digit| digit <= LIMIT));
        assert!(value < (BigUint::from(1u8) << 3072) + (BigUint::from(1u8) << 3055));
        value % n()
    }

    fn element(digits: impl FnMut(usize) -> u64) -> Element {
        Element(core::array::from_fn(digits))
    }

    /// Elements at the edges: around 0 and N, 2^3072 - 1, and the largest digits that an element can have. And random elements.
    fn elements() -> Vec<Element> {
        let mut random = Random(0);
        let mut elements: Vec<_> = [0, 1, MAX - 1]
            .map(|lowest| element(|i| if i == 0 { lowest } else { 0 }))
            .into_iter()
            .chain([MAX - 1, MAX].map(|lowest| element(|i| if i == 0 { lowest } else { N[i] })))
            .collect();
        // N + 1, first with a lowest digit of more than 28 bits, then carried
        elements.push(element(|i| if i == 0 { MAX + 1 } else { N[i] }));
        elements.push(element(|i| N[i] * u64::from(i > 1) + u64::from(i == 2)));
        elements.push(Element(digits(&[0xff; BYTES])));
        let largest = |i| if i < HIGHEST { LIMIT } else { u64::from(i == HIGHEST) * HIGHEST_MAX };
        elements.push(element(largest));
        for _ in 0..8 {
            elements.push(element(|i| random.next() % (largest(i) + 1)));
        }
        elements
    }

    #[test]
    fn operations_are_those_of_integers() {
        check_operations(MODEL);
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        match Avx2::new() {
            Some(avx2) => check_operations(avx2),
            None => std::println!("this processor has no AVX2: the model alone was tested"),
        }
    }

    fn check_operations<W: Words>(avx2: Digits<W>) {
        let mut work = avx2.work();
        let r = BigUint::from(1u8) << R_BITS;
        for a in elements() {
            let a_value = value(&a.0) % n();
            for b in elements() {
                let b_value = value(&b.0) % n();
                let mut c = a;
                avx2.mont_mul(&mut c, &b, &mut work);
                assert_eq!(checked(&c) * &r % n(), &a_value * &b_value % n());
                let mut c = a;
                avx2.add(&mut c, &b);
                assert_eq!(checked(&c), (&a_value + &b_value) % n());
                let mut c = a;
                avx2.sub(&mut c, &b);
                assert_eq!((checked(&c) + &b_value) % n(), a_value);
            }
            let mut c = a;
            avx2.mont_sqr(&mut c, &mut work);
            assert_eq!(checked(&c) * &r % n(), &a_value * &a_value % n());
            for bit in [0, 1] {
                let mut c = a;
                avx2.double_if(&mut c, bit);
                assert_eq!(checked(&c), (&a_value << bit) % n());
            }
            let residue = avx2.canonical(&a);
            assert_eq!(BigUint::from_bytes_be(&residue.0), a_value);
            assert_eq!(checked(&avx2.element(&residue)), a_value);
            let mut entered = avx2.element(&residue);
            avx2.enter(&mut entered, &mut work);
            assert_eq!(checked(&entered), a_value * &r % n());
        }
    }

    #[test]
    fn scratch_is_wiped() {
        let avx2 = MODEL;
        let mut work = avx2.work();
        let mut a = element(|i| N[i]);
        avx2.mont_sqr(&mut a, &mut work);
        avx2.mont_mul(&mut a, &element(|i| N[i] / 2), &mut work);
        work.zeroize();
        a.zeroize();
        assert!(work.sum.as_flattened().iter().all(|&digit| digit == 0));
        assert!(work.doubles.iter().all(|double| double.0 == [0; _]));
        assert!(work.halves.a.iter().all(|half| half.0 == [0; _]));
        assert!(
            work.halves.b == [0; HALF] && work.halves.middle.as_flattened().iter().all(|&digit| digit == 0)
        );
        assert!(a.0 == [0; DIGITS]);
    }
}
