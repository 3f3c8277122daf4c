//! The group in 112 digits of 28 bits, R = 2^3136: four digits to a vector, for x86-64 processors with AVX2.
//!
//! A digit lies in 64 bits, so that products are added up without carries, which are taken at the end, and not all the
//! way: an element's digits may be a little above 28 bits.
//!
//! Bounds. An element is below E = 2^3072 + 2^3054 < 2 N, so its two highest digits are 0, and its digits are at most
//! 2^28 + 2^8 (`LIMIT`). A product is (a b + q N) / R < E^2 / R + N < 2^3009 + 2^3072, and its digits come to at most
//! 110 products of two such digits, 110 products of 28-bit ones and a carry below 2^37, together less than 2^64. Sums
//! and differences are brought below E again by [`fold`].
//!
//! N = -1 mod 2^28, so the quotient digit that clears a digit is that digit, and clearing it carries it upwards.
//!
//! # How the unsafe code here could be wrong, and what stops it
//!
//! - A processor without AVX2, or under an operating system that does not keep its registers, comes to run it: an
//!   [`Avx2`] has a private field and is made by [`Avx2::new`] alone, which asks, and the arithmetic needs one.
//! - [`load`] or [`store`] reaches memory that is not there: they take references to the 32 bytes, and these are found
//!   by safe indexing.
//! - The assembly of [`mul`] or [`equal`] does what its operands do not tell the compiler: it is one instruction on
//!   three registers, with no memory, stack or flags.
//!
//! All of it is constant time, as no branch or address depends on a number. Wiping is best effort: what the compiler keeps
//! on the stack is overwritten after the call (stack.rs), registers are not cleared.

use crate::arithmetic::backend::Arithmetic;
use crate::arithmetic::backend::limb64::Limb64;
use crate::arithmetic::backend::portable::subtract_if;
use crate::arithmetic::residue::{self, BYTES, Residue};
use crate::hygiene::ct::Mask;
use core::arch::x86_64::{
    __m256i as Vector, _mm256_add_epi64 as add, _mm256_and_si256 as and, _mm256_blend_epi32 as blend,
    _mm256_loadu_si256, _mm256_or_si256 as or, _mm256_permute4x64_epi64 as permute, _mm256_set_epi64x,
    _mm256_set1_epi64x as splat, _mm256_setzero_si256 as zero, _mm256_srli_epi64 as shift_right,
    _mm256_storeu_si256,
};
use core::ops::Range;
use zeroize::{Zeroize, Zeroizing};

cpufeatures::new!(cpuid, "avx2");

/// The proof that the processor has AVX2, and the arithmetic that needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// If and only if the processor and the operating system have it.
    pub(crate) fn new() -> Option<Self> {
        cpuid::get().then_some(Self(()))
    }
}

/// Bits of a digit.
const BITS: u32 = 28;
/// The largest digit that has no more bits than that.
const MAX: u64 = (1 << BITS) - 1;
/// The largest digit of an element.
const LIMIT: u64 = (1 << BITS) + (1 << 8);
/// Digits of an element: a multiple of a block of 8.
const DIGITS: usize = 112;
/// The digit of bit 3072, and how many bits it has below that.
const HIGHEST: usize = 3072 / BITS as usize;
const HIGHEST_BITS: u32 = 3072 % BITS;
/// Vectors of a sum: an element's and a block's.
const VECTORS: usize = DIGITS / 4 + 2;

const _: () = {
    assert!(BITS * DIGITS as u32 == Avx2::R_BITS);
    assert!(110 * (LIMIT as u128 * LIMIT as u128 + MAX as u128 * MAX as u128) + (1 << 37) < 1 << 64);
    // a vector's carries, taken twice: the first leave less than 2^28 + 2^36
    assert!(MAX + (((1 << 28) + (1 << 36)) >> BITS) <= LIMIT);
    // those of `fold`, taken once
    assert!(MAX + ((2 * LIMIT + 3 * MAX) >> BITS) <= LIMIT);
    assert!(N[0] == MAX && N[1] == MAX);
};

/// Digits, least significant first.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Element([u64; DIGITS]);

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Zeros below the digits of a [`Padded`]: a block.
const BELOW: usize = 8;

/// An element's digits with zeros below and above, so that it can be read shifted by up to three digits upwards.
#[repr(C, align(64))]
struct Padded([u64; BELOW + 4 * VECTORS]);

impl Padded {
    const fn new(digits: &[u64; DIGITS]) -> Self {
        let mut padded = [0; BELOW + 4 * VECTORS];
        let mut i = 0;
        while i < DIGITS {
            padded[BELOW + i] = digits[i];
            i += 1;
        }
        Self(padded)
    }

    /// The number times 2^(28 j) for j = 0 .. 3.
    #[inline(always)]
    fn shifted(&self) -> [&[[u64; 4]; VECTORS]; 4] {
        let from = |at: usize| self.0[at..].as_chunks().0.first_chunk().unwrap_or(&[[0; 4]; VECTORS]);
        [from(BELOW), from(BELOW - 1), from(BELOW - 2), from(BELOW - 3)]
    }
}

/// Twice the digits of an element, each below 2^64.
type Sum = [[u64; 4]; DIGITS / 2];

/// Scratch of a product.
#[repr(C, align(64))]
pub(crate) struct Work {
    sum: Sum,
    multiplicands: [Padded; 2],
}

impl Zeroize for Work {
    fn zeroize(&mut self) {
        self.sum.zeroize();
        for multiplicand in &mut self.multiplicands {
            multiplicand.0.zeroize();
        }
    }
}

const N: [u64; DIGITS] = digits(&residue::N);
static PADDED_N: Padded = Padded::new(&N);

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

/// 2^6272 mod N: R^2, by doubling 2^6144.
const R_SQUARED: [u64; DIGITS] = {
    let mut power = digits(&residue::TWO_TO_6144);
    let mut doublings = 0;
    while doublings < 2 * Avx2::R_BITS - 6144 {
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
    // the lowest digit was 0, as that of N is 2^28 - 1
    complement[0] += 1;
    complement
};

#[inline]
#[target_feature(enable = "avx2")]
fn load(from: &[u64; 4]) -> Vector {
    // SAFETY: reads the 32 bytes that `from` refers to; any bits are a vector.
    unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(to: &mut [u64; 4], vector: Vector) {
    // SAFETY: writes the 32 bytes that `to` refers to; any bits are four numbers.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), vector) }
}

/// The products of the low halves of each 64 bits. The intrinsic for it is a multiplication of masked 64-bit numbers to
/// the compiler, which moves the masks elsewhere and then multiplies in full, three times as slow.
#[inline]
#[target_feature(enable = "avx2")]
fn mul(a: Vector, b: Vector) -> Vector {
    let product;
    // SAFETY: the one instruction reads two registers and writes a third.
    unsafe {
        core::arch::asm!(
            "vpmuludq {}, {}, {}", lateout(ymm_reg) product, in(ymm_reg) a, in(ymm_reg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    product
}

/// All ones where the 64 bits are the same, and 0 elsewhere. As it is assembly, the compiler does not know that it is a
/// mask, and what is masked not a choice.
#[inline]
#[target_feature(enable = "avx2")]
fn equal(a: Vector, b: Vector) -> Vector {
    let mask;
    // SAFETY: the one instruction reads two registers and writes a third.
    unsafe {
        core::arch::asm!(
            "vpcmpeqq {}, {}, {}", lateout(ymm_reg) mask, in(ymm_reg) a, in(ymm_reg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    mask
}

/// Adds b c to a sum, from low to high vectors, where b has eight digits.
struct Pass<'a> {
    /// The digits of b, each in all places of a vector.
    b: [Vector; 8],
    c: [&'a [[u64; 4]; VECTORS]; 4],
    /// What the products of the vector below add to the next one.
    carried: Vector,
}

impl<'a> Pass<'a> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(b: &[u64; 8], c: &'a Padded) -> Self {
        let mut digits = [zero(); 8];
        for (vector, &digit) in digits.iter_mut().zip(b) {
            *vector = splat(digit as i64);
        }
        Self { b: digits, c: c.shifted(), carried: zero() }
    }

    /// Vector `at` of `sum` + b c. Requires that the ones below were taken before, or that c is 0 there.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn add(&mut self, sum: Vector, at: usize) -> Vector {
        let mut sum = add(sum, self.carried);
        self.carried = zero();
        for (i, shifted) in self.c.iter().enumerate() {
            let c = load(&shifted[at]);
            sum = add(sum, mul(c, self.b[i]));
            self.carried = add(self.carried, mul(c, self.b[4 + i]));
        }
        sum
    }

    /// Takes the next vectors, which are those `at` of `sum` and of b c.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn add_to(&mut self, sum: &mut [[u64; 4]], at: Range<usize>) {
        for (sum, at) in sum[at.clone()].iter_mut().zip(at) {
            store(sum, self.add(load(sum), at));
        }
    }
}

/// The lowest digits of a sum, while they are cleared one after another.
struct Low {
    digits: [u64; 8],
    /// Into the first digit, from the one below and its quotient digit.
    carry: u64,
}

impl Low {
    #[inline(always)]
    fn new(digits: &[[u64; 4]]) -> Self {
        let mut low = Self { digits: [0; 8], carry: 0 };
        low.digits.copy_from_slice(digits.as_flattened());
        low
    }

    /// The digit q for which the first digit of the sum and q N is 0, and goes on with the next.
    #[inline(always)]
    fn clear(&mut self) -> u64 {
        let low = self.digits[0] + self.carry;
        let q = low & MAX;
        // q N_0 = 2^28 q - q
        self.carry = (low >> BITS) + q;
        let [_, digits @ ..] = self.digits;
        for ((to, digit), n) in self.digits.iter_mut().zip(digits).zip(&N[1..]) {
            *to = digit + q * n;
        }
        q
    }
}

/// `a` = `sum` / R mod N
#[inline]
#[target_feature(enable = "avx2")]
fn reduce(a: &mut Element, sum: &mut Sum) {
    let mut q = [0; 8];
    let mut low = Low::new(&sum[..2]);
    for q in &mut q {
        *q = low.clear();
    }
    for i in 0..DIGITS / 8 {
        let sum = &mut sum[2 * i..];
        let mut pass = Pass::new(&q, &PADDED_N);
        // what this makes of the lowest two vectors is known: 0, and a carry
        pass.add(zero(), 0);
        pass.add(zero(), 1);
        pass.carried = add(pass.carried, _mm256_set_epi64x(0, 0, 0, low.carry as i64));
        pass.add_to(sum, 2..4);
        // the next digits of q wait for each other, so they are found between the vectors of this pass
        low = Low::new(&sum[2..4]);
        for (q, at) in q.as_chunks_mut::<2>().0.iter_mut().zip((4..).step_by(6)) {
            *q = [low.clear(), low.clear()];
            pass.add_to(sum, at..at + 6);
        }
        pass.add_to(sum, 28..VECTORS);
    }
    let sum = &mut sum[DIGITS / 4..];
    for _ in 0..2 {
        let mut below = zero();
        for digits in sum.iter_mut() {
            let vector = load(digits);
            let carries = permute::<0b10_01_00_11>(shift_right::<{ BITS as i32 }>(vector));
            store(digits, add(and(vector, splat(MAX as i64)), blend::<0b11>(carries, below)));
            below = carries;
        }
    }
    a.0.copy_from_slice(sum.as_flattened());
}

// registers: sixteen, all of which it uses
#[inline(never)]
#[target_feature(enable = "avx2")]
fn mont_mul(a: &mut Element, b: &Element, work: &mut Work) {
    work.multiplicands[0].0[BELOW..][..DIGITS].copy_from_slice(&a.0);
    work.sum.fill([0; 4]);
    for (i, b) in b.0.as_chunks().0.iter().enumerate() {
        Pass::new(b, &work.multiplicands[0]).add_to(&mut work.sum[2 * i..], 0..VECTORS);
    }
    reduce(a, &mut work.sum);
}

/// Every product of digits of two different blocks once, doubled: a block is multiplied by itself and by twice what
/// is above it.
// registers, likewise
#[inline(never)]
#[target_feature(enable = "avx2")]
fn mont_sqr(a: &mut Element, work: &mut Work) {
    // Two multiplicands take turns, so that what is changed in one is in memory when it is read.
    let [even, odd] = &mut work.multiplicands;
    for ((even, odd), a) in even.0[BELOW..].iter_mut().zip(&mut odd.0[BELOW..]).zip(&a.0) {
        *even = 2 * a;
        *odd = 2 * a;
    }
    even.0[BELOW..][..8].copy_from_slice(&a.0[..8]);
    odd.0[BELOW..][..8].fill(0);
    odd.0[BELOW..][8..16].copy_from_slice(&a.0[8..16]);
    work.sum.fill([0; 4]);
    for (i, block) in a.0.as_chunks().0.iter().enumerate() {
        let multiplicand = &mut work.multiplicands[i % 2];
        Pass::new(block, multiplicand).add_to(&mut work.sum[2 * i..], 2 * i..VECTORS);
        let rest = &mut multiplicand.0[BELOW + 8 * i..];
        rest[..16].fill(0);
        if let Some(next) = a.0.as_chunks::<8>().0.get(i + 2) {
            rest[16..24].copy_from_slice(next);
        }
    }
    reduce(a, &mut work.sum);
}

/// The vectors of `table[index]`, where `vector(entry, i)` is an entry's i-th one. Reads all of the table.
#[inline]
#[target_feature(enable = "avx2")]
fn scan<T, const V: usize>(table: &[T], index: u32, vector: impl Fn(&T, usize) -> Vector) -> [Vector; V] {
    let (wanted, mut at) = (splat(index.into()), zero());
    let mut picked = [zero(); V];
    for entry in table {
        let mask = equal(at, wanted);
        for (i, picked) in picked.iter_mut().enumerate() {
            *picked = or(*picked, and(vector(entry, i), mask));
        }
        at = add(at, splat(1));
    }
    picked
}

// registers: what is picked out stays in them
#[inline(never)]
#[target_feature(enable = "avx2")]
fn lookup(to: &mut Element, entries: &[[u8; BYTES]], index: u32) {
    let picked: [_; BYTES / 32] = scan(entries, index, |entry, i| {
        let mut limbs = [0; 4];
        for (limb, bytes) in limbs.iter_mut().zip(entry.as_chunks::<32>().0[i].as_chunks().0) {
            *limb = u64::from_le_bytes(*bytes);
        }
        load(&limbs)
    });
    for (limbs, vector) in to.0.as_chunks_mut().0.iter_mut().zip(picked) {
        store(limbs, vector);
    }
    cut(to);
}

// registers, likewise
#[inline(never)]
#[target_feature(enable = "avx2")]
fn select(to: &mut Element, elements: &[Element], index: u32) {
    // by halves, each of which stays in registers while it is looked for
    for (half, to) in to.0.as_chunks_mut::<{ DIGITS / 2 }>().0.iter_mut().enumerate() {
        let picked: [_; DIGITS / 8] =
            scan(elements, index, |element, i| load(&element.0.as_chunks().0[DIGITS / 8 * half + i]));
        for (to, vector) in to.as_chunks_mut().0.iter_mut().zip(picked) {
            store(to, vector);
        }
    }
}

/// Cuts a number into digits, of which `a` has the 48 limbs of 64 bits.
#[inline]
fn cut(a: &mut Element) {
    a.0[BYTES / 8..].fill(0);
    // Seven limbs are 16 digits. From the highest on, what is written has been read.
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

impl Arithmetic for Avx2 {
    const R_BITS: u32 = 3136;
    type Element = Element;
    type Work = Work;

    fn zero(self) -> Element {
        Element([0; DIGITS])
    }

    fn work(self) -> Work {
        Work { sum: [[0; 4]; DIGITS / 2], multiplicands: [const { Padded::new(&[0; DIGITS]) }; 2] }
    }

    fn power_of_two(self, exponent: u32) -> Element {
        let mut power = self.zero();
        power.0[..BYTES / 8].copy_from_slice(&Limb64::default().power_of_two(exponent));
        cut(&mut power);
        power
    }

    fn lookup<const K: usize>(self, to: &mut Element, entries: &[[u8; BYTES]; K], index: u32) {
        debug_assert!((index as usize) < K);
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { lookup(to, entries, index) }
    }

    fn select<const K: usize>(self, to: &mut Element, elements: &[Element; K], index: u32) {
        debug_assert!((index as usize) < K);
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { select(to, elements, index) }
    }

    fn element(self, a: &Residue) -> Element {
        Element(digits(&a.0))
    }

    fn add(self, a: &mut Element, b: &Element) {
        for (a, b) in a.0.iter_mut().zip(&b.0) {
            *a += b;
        }
        fold(Uncarried(&mut a.0));
    }

    fn sub(self, a: &mut Element, b: &Element) {
        // a - b + 2 N > 2 N - E > 0, and below E + 2 N < 2^3074. A digit's difference is from -2^28 - 2^8 - 2 to
        // 3 2^28 + 2^8 + 1, so that what it carries is from -2 to 3; all in all nothing is carried out.
        let mut carry = 0;
        for ((a, b), n) in a.0.iter_mut().zip(&b.0).zip(&N) {
            let difference = (*a + 2 * n) as i64 - *b as i64 + carry;
            debug_assert!((-2..=3).contains(&(difference >> BITS)));
            (*a, carry) = (difference as u64 & MAX, difference >> BITS);
        }
        fold(Uncarried(&mut a.0));
    }

    fn enter(self, a: &Residue, work: &mut Work) -> Element {
        let mut element = self.element(a);
        self.mont_mul(&mut element, &Element(R_SQUARED), work);
        element
    }

    fn mont_mul(self, a: &mut Element, b: &Element, work: &mut Work) {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { mont_mul(a, b, work) }
    }

    fn mont_sqr(self, a: &mut Element, work: &mut Work) {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { mont_sqr(a, work) }
    }

    fn double_if(self, a: &mut Element, bit: u32) {
        debug_assert!(bit <= 1);
        let mask = word(Mask::from_bit(bit));
        for digit in &mut a.0 {
            *digit += *digit & mask;
        }
        fold(Uncarried(&mut a.0));
    }

    fn canonical(self, a: &Element) -> Residue {
        let mut limbs = Zeroizing::new([0; DIGITS * BITS as usize / 64]);
        let mut left = limbs.iter_mut();
        let (mut sum, mut bits) = (0, 0);
        for &digit in &a.0 {
            // what is there is at most 1 more than has `bits` < 64, and a digit is below 2^29: the sum is below 2^93
            sum += u128::from(digit) << bits;
            bits += BITS;
            if bits >= 64
                && let Some(limb) = left.next()
            {
                *limb = sum as u64;
                sum >>= 64;
                bits -= 64;
            }
        }
        // a < E, so `top` is 1 at most, and if it is, a - N < E - N is below 2^3072
        let [limbs @ .., top] = &mut *limbs;
        subtract_if(limbs, *top);
        Limb64::default().canonical(limbs)
    }
}

/// A number below 2^3074 with digits of at most 2 `LIMIT`: a sum, a difference or a double.
struct Uncarried<'a>(&'a mut [u64; DIGITS]);

/// Of a = h 2^3072 + l, takes h (2^3072 - N) + l = a mod N, and carries once. h < 4, and l < 2^3072 + 2^3053.
fn fold(Uncarried(digits): Uncarried) {
    debug_assert!(digits.iter().all(|&digit| digit <= 2 * LIMIT));
    let highest = &mut digits[HIGHEST];
    let high = *highest >> HIGHEST_BITS;
    debug_assert!(high < 4);
    *highest &= (1 << HIGHEST_BITS) - 1;
    let mut carry = 0;
    for (digit, complement) in digits.iter_mut().zip(&COMPLEMENT) {
        let sum = *digit + high * complement;
        (*digit, carry) = ((sum & MAX) + carry, sum >> BITS);
    }
}

/// The mask at 64 bits.
fn word(mask: Mask) -> u64 {
    i64::from(mask.as_i32()) as u64
}

#[cfg(test)]
mod tests {
    //! What ../tests.rs cannot see: digits of more than 28 bits, and the bounds.

    use super::*;
    use crate::arithmetic::backend::tests::Random;
    use num_bigint::BigUint;
    use std::eprintln;
    use std::vec::Vec;

    fn avx2() -> Option<Avx2> {
        let found = Avx2::new();
        if found.is_none() {
            eprintln!("this processor has no AVX2: nothing was tested");
        }
        found
    }

    fn value(digits: &[u64]) -> BigUint {
        digits.iter().rev().fold(BigUint::ZERO, |value, &digit| (value << BITS) + digit)
    }

    fn n() -> BigUint {
        BigUint::from_bytes_be(&residue::N)
    }

    /// The value mod N of what an operation left, which must be an element.
    fn checked(element: &Element) -> BigUint {
        let value = value(&element.0);
        assert!(element.0.iter().all(|&digit| digit <= LIMIT));
        assert!(value < (BigUint::from(1u8) << 3072) + (BigUint::from(1u8) << 3054));
        value % n()
    }

    fn element(digits: impl FnMut(usize) -> u64) -> Element {
        Element(core::array::from_fn(digits))
    }

    /// 0, 1, the neighbours of N, 2^3072 - 1, the largest digits there are, and random ones.
    fn elements() -> Vec<Element> {
        let mut random = Random(0);
        let mut elements: Vec<_> = [0, 1, MAX - 1]
            .map(|lowest| element(|i| if i == 0 { lowest } else { 0 }))
            .into_iter()
            .chain([MAX - 1, MAX].map(|lowest| element(|i| if i == 0 { lowest } else { N[i] })))
            .collect();
        // N + 1, with its lowest digit above 28 bits and carried
        elements.push(element(|i| if i == 0 { MAX + 1 } else { N[i] }));
        elements.push(element(|i| N[i] * u64::from(i > 1) + u64::from(i == 2)));
        elements.push(Element(digits(&[0xff; BYTES])));
        let largest =
            |i| if i < HIGHEST { LIMIT } else { u64::from(i == HIGHEST) * ((1 << HIGHEST_BITS) + 2) };
        elements.push(element(largest));
        for _ in 0..8 {
            elements.push(element(|i| random.next() % (largest(i) + 1)));
        }
        elements
    }

    #[test]
    fn operations_are_those_of_integers() {
        let Some(avx2) = avx2() else { return };
        let mut work = avx2.work();
        let r = BigUint::from(1u8) << Avx2::R_BITS;
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
            assert_eq!(checked(&avx2.enter(&residue, &mut work)), a_value * &r % n());
        }
    }

    #[test]
    fn scratch_is_wiped() {
        let Some(avx2) = avx2() else { return };
        let mut work = avx2.work();
        let mut a = element(|i| N[i]);
        avx2.mont_sqr(&mut a, &mut work);
        work.zeroize();
        a.zeroize();
        assert!(work.sum.as_flattened().iter().all(|&digit| digit == 0));
        assert!(work.multiplicands.iter().all(|multiplicand| multiplicand.0.iter().all(|&digit| digit == 0)));
        assert!(a.0 == [0; DIGITS]);
    }
}
