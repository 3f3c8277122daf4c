//! The arithmetic mod N in limbs of any width: limb32.rs and limb64.rs define the limb, and this file the algorithms. R =
//! 2^3072, `L` limbs, least significant first.
//!
//! Bounds. An element is any number of `L` limbs, so it is below R. A product is (a b + q N) / R < (R^2 + R N) / R = R + N. It
//! has at most one bit above `L` limbs, and if that bit is set, one subtraction of N leaves less than R. The sum of two
//! elements is below 2 R < R + 2 N, so two subtractions are enough. Only [`Arithmetic::canonical`] compares with N.
//!
//! Carries. A product of two limbs plus two limbs is at most (2^w - 1)^2 + 2 (2^w - 1) = 2^2w - 1, so the carry of a row is one
//! limb. The sum of two limbs and a carry of at most 1 is at most 2^(w + 1) - 1, so the carry of a sum is at most 1.
//!
//! N = -1 mod 2^w, so the quotient digit that clears a limb is equal to the limb, and so is the carry out of the cleared limb.

#[cfg(test)]
mod contracts;
#[cfg(test)]
mod proof;

use super::{Arithmetic, Entries};
use crate::arithmetic::residue::{BYTES, Residue};
use crate::hygiene::ct::Mask;
use core::hint::black_box;
use core::ops::{BitAnd, BitOr, Not};
use core::sync::atomic::{Ordering, compiler_fence};
use zeroize::Zeroize;

/// A limb of w bits, of which `L` make 3072.
pub(crate) trait Limb<const L: usize>:
    Copy + Zeroize + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self> + 'static
{
    const BITS: u32;
    const ZERO: Self;
    const N: &'static [Self; L];
    const R_SQUARED: &'static [Self; L];

    /// `self` b + c + d, which is below 2^2w, as its low and high limb.
    fn mul_add_add(self, b: Self, c: Self, d: Self) -> (Self, Self);
    /// Adds two rows of a product in one pass: each limb of `to` is loaded and stored once for two multiplications. `to` += `a`
    /// b0 + 2^w `a` b1 + `below` b1 + carry0 + carry1. Returns the two limbs above `to`. Requires `a` and `to` to have the
    /// same, even number of limbs.
    // registers: the loop can use all of them
    #[inline(never)]
    fn add_rows(
        to: &mut [Self],
        a: &[Self],
        b: (Self, Self),
        below: Self,
        carries: (Self, Self),
    ) -> (Self, Self) {
        Rows { below, carries }.add(to, a, b)
    }
    /// [`Arithmetic::lookup_all`]
    fn look_up_all<const K: usize>(to: &mut [[Self; L]], entries: &Entries<K>, indices: &[u32]) {
        for (to, &index) in to.iter_mut().zip(indices) {
            look_up(to, entries, index);
        }
    }
    /// `self` + b + carry: low limb, carry. The carry is at most 1 if the one given is.
    fn add_carry(self, b: Self, carry: Self) -> (Self, Self);
    /// `self` - b - borrow: low limb, borrow (0 or 1).
    fn sub_borrow(self, b: Self, borrow: Self) -> (Self, Self);
    /// A carry or borrow as a number. Requires `self` <= 1.
    fn bit(self) -> u32;
    /// 2^`at` `bit`, for a public `at` below w.
    fn from_bit(bit: u32, at: u32) -> Self;
    fn mask(mask: Mask) -> Self;
    /// `limb` if `mask` is all ones, and `self` if it is 0. Requires `self` to be 0 if `mask` is all ones.
    #[inline(always)]
    fn pick(self, limb: Self, mask: Self) -> Self {
        self | (limb & mask)
    }
    /// The limbs of a residue.
    fn from_be_bytes(bytes: &[u8; BYTES]) -> [Self; L];
    /// The first limb of `bytes`, little-endian.
    fn from_le_bytes(bytes: &[u8]) -> Self;
    /// Requires as many bytes as the limb has.
    fn write_be_bytes(self, bytes: &mut [u8]);
}

/// The arithmetic in `L` limbs of type `W`.
#[derive(Clone, Copy)]
pub(crate) struct Portable<W, const L: usize>(core::marker::PhantomData<W>);

impl<W, const L: usize> Default for Portable<W, L> {
    fn default() -> Self {
        Self(core::marker::PhantomData)
    }
}

/// The state between two steps over the rows of a product: the limb that the second row multiplies next, and the carry of each
/// row.
struct Rows<W> {
    below: W,
    carries: (W, W),
}

impl<W> Rows<W> {
    /// [`Limb::add_rows`] in plain Rust.
    #[inline(always)]
    fn add<const L: usize>(mut self, to: &mut [W], a: &[W], b: (W, W)) -> (W, W)
    where
        W: Limb<L>,
    {
        debug_assert!(a.len() == to.len() && a.len().is_multiple_of(2));
        // in chunks of four, whose loop the compiler unrolls
        let (to_fours, to_rest) = to.as_chunks_mut::<4>();
        let (fours, rest) = a.as_chunks::<4>();
        for (to, a) in to_fours.iter_mut().zip(fours) {
            self.step(to, a, b);
        }
        self.step(to_rest, rest, b);
        self.below.mul_add_add(b.1, self.carries.0, self.carries.1)
    }

    #[inline(always)]
    fn step<const L: usize>(&mut self, to: &mut [W], a: &[W], b: (W, W))
    where
        W: Limb<L>,
    {
        for (to, &a) in to.iter_mut().zip(a) {
            let sum;
            (sum, self.carries.0) = a.mul_add_add(b.0, *to, self.carries.0);
            (*to, self.carries.1) = self.below.mul_add_add(b.1, sum, self.carries.1);
            self.below = a;
            // keeps the compiler from loading limbs ahead, for which most machines do not have enough registers
            compiler_fence(Ordering::SeqCst);
        }
    }
}

/// The `len` limbs from `at` on, and the two above them. Every caller asks for limbs that exist. The result is an `Option`
/// because the compiler does not see this at every level of optimization, and indexing would leave a panic in the program.
#[inline(always)]
fn row_at<W>(wide: &mut [W], at: usize, len: usize) -> Option<(&mut [W], &mut [W; 2])> {
    let (row, above) = wide.get_mut(at..)?.split_at_mut_checked(len)?;
    Some((row, above.first_chunk_mut()?))
}

/// `wide` = a b, where b is the upper half of `wide`. Each pass reads two limbs of b and writes two limbs of the product over
/// them.
// registers, as for the rows
#[inline(never)]
fn product<W: Limb<L>, const L: usize>(wide: &mut [W], a: &[W; L]) {
    wide.iter_mut().take(L).for_each(|limb| *limb = W::ZERO);
    for i in 0..L / 2 {
        let Some((row, above)) = row_at(wide, 2 * i, L) else { return };
        let [b0, b1] = *above;
        *above = W::add_rows(row, a, (b0, b1), W::ZERO, (W::ZERO, W::ZERO)).into();
    }
}

/// `wide` = the sum of the products of all pairs of different limbs of a, each pair once.
// registers, as for the rows
#[inline(never)]
fn cross_products<W: Limb<L>, const L: usize>(wide: &mut [W], a: &[W; L]) {
    wide.iter_mut().take(L).for_each(|limb| *limb = W::ZERO);
    let mut rest = &a[..];
    for i in 0..L / 2 {
        let [a0, a1, higher @ ..] = rest else { return };
        let Some((row, [low, high])) = row_at(wide, 4 * i + 1, L - 2 * i - 1) else { return };
        let [first, row @ ..] = row else { return };
        let carry;
        (*first, carry) = a0.mul_add_add(*a1, *first, W::ZERO);
        (*low, *high) = W::add_rows(row, higher, (*a0, *a1), W::ZERO, (carry, W::ZERO));
        rest = higher;
    }
}

/// `wide` = 2 `wide` + the sum of the squares of the limbs of a. The result is a^2 < R^2, so the last carries are 0. Both
/// carries are at most 1 throughout: the square of a limb plus 1 has two limbs, and twice a limb plus 1 is below 2^(w + 1).
// registers, as for the rows
#[inline(never)]
fn double_and_add_squares<W: Limb<L>, const L: usize>(wide: &mut [W], a: &[W; L]) {
    let mut shifted_out = W::ZERO;
    let mut carry = W::ZERO;
    for ([low, high], &a) in wide.as_chunks_mut().0.iter_mut().zip(a) {
        let (square_low, square_high) = a.mul_add_add(a, carry, W::ZERO);
        let doubled;
        (doubled, shifted_out) = low.add_carry(*low, shifted_out);
        (*low, carry) = square_low.add_carry(doubled, W::ZERO);
        let doubled;
        (doubled, shifted_out) = high.add_carry(*high, shifted_out);
        (*high, carry) = square_high.add_carry(doubled, carry);
    }
}

/// The quotient digit that clears `next`, and the carry out of `next` that is due to `q0`. `q0` is the digit that clears the
/// limb below `next`.
#[inline(always)]
fn second_quotient<W: Limb<L>, const L: usize>(q0: W, next: W) -> (W, W) {
    // N = -1 mod 2^64, so with limbs of 32 bits N[1] is all ones too, and the carry is q0
    if W::BITS == 32 { (next, q0) } else { q0.mul_add_add(W::N[1], next, q0) }
}

/// `a` = `wide` / R mod N, below R, for any `wide` of 2 `L` limbs. Each pass clears two limbs.
// registers, as for the rows
#[inline(never)]
fn reduce<W: Limb<L>, const L: usize>(a: &mut [W; L], wide: &mut [W]) {
    let [_, n1, n @ ..] = &W::N[..] else { return };
    let mut top = W::ZERO;
    for i in 0..L / 2 {
        let Some((row, [above0, above1])) = row_at(wide, 2 * i, L) else { return };
        let [q0, next, row @ ..] = row else { return };
        let (q1, carry) = second_quotient(*q0, *next);
        let (low, high) = W::add_rows(row, n, (*q0, q1), *n1, (carry, q1));
        let carry;
        (*above0, carry) = above0.add_carry(low, top);
        (*above1, top) = above1.add_carry(high, carry);
    }
    if let Some(high) = wide.last_chunk() {
        *a = *high;
    }
    // (wide + q N) / R < R + N
    subtract_if(a, top);
}

/// Subtracts N from 2^(w `L`) `top` + `a` if `top` is 1. Returns the new top. Requires `top` <= 1.
// flash: it has many callers
#[inline(never)]
pub(in crate::arithmetic::backend) fn subtract_if<W: Limb<L>, const L: usize>(a: &mut [W; L], top: W) -> W {
    let mask = W::mask(Mask::from_bit(top.bit()));
    let mut borrow = W::ZERO;
    for (a, &n) in a.iter_mut().zip(W::N) {
        (*a, borrow) = a.sub_borrow(n & mask, borrow);
    }
    top.sub_borrow(borrow, W::ZERO).0
}

/// How many limbs [`scan`] keeps in registers while it reads elements.
const BLOCK: usize = if cfg!(target_pointer_width = "64") { 16 } else { 8 };

/// How many limbs [`scan`] keeps in registers while it reads a table: one or two of its 64-bit words.
const WORDS: usize = 2;

/// The slice, with a length that the compiler does not know. So it does not unroll a loop over the slice, which would take
/// flash and spill registers.
fn of_unknown_length<S>(slice: S) -> S {
    black_box(slice)
}

/// `to` = number `index` of `K` numbers, where `block(k, i)` is the i-th block of limbs of number k. Reads all numbers, first
/// block 0 of each, then block 1 of each, and so on, so that the picked block stays in registers.
#[inline(always)]
fn scan<W: Limb<L>, const L: usize, const K: usize, const BLOCK: usize>(
    to: &mut [W; L],
    index: u32,
    block: impl Fn(usize, usize) -> [W; BLOCK],
) {
    let mut masks = [W::ZERO; K];
    for (mask, at) in of_unknown_length(&mut masks[..]).iter_mut().zip(0..) {
        *mask = W::mask(Mask::equal(at, index));
    }
    let masks = of_unknown_length(&masks);
    for (i, to) in to.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
        let mut picked = [W::ZERO; BLOCK];
        for (at, &mask) in masks.iter().enumerate() {
            for (picked, limb) in picked.iter_mut().zip(block(at, i)) {
                *picked = picked.pick(limb, mask);
            }
            if cfg!(target_pointer_width = "32") {
                // keeps the compiler from loading limbs ahead, as in `Rows::step`
                compiler_fence(Ordering::SeqCst);
            }
        }
        *to = picked;
    }
}

/// [`Arithmetic::lookup`]
// registers: the picked limbs stay in them
#[inline(never)]
fn look_up<W: Limb<L>, const L: usize, const K: usize>(to: &mut [W; L], entries: &Entries<K>, index: u32) {
    debug_assert!((index as usize) < K);
    scan::<W, L, K, WORDS>(to, index, |at, i| {
        core::array::from_fn(|j| {
            let byte = size_of::<W>() * (WORDS * i + j);
            let word = entries.get(byte / 8).and_then(|word| word.get(at));
            W::from_le_bytes(word.and_then(|word| word.get(byte % 8..)).unwrap_or_default())
        })
    });
}

/// A sum of two elements, 2^(w `L`) `top` + `low`. It is not an element, since it can have one bit more.
struct Sum<'a, W, const L: usize> {
    low: &'a mut [W; L],
    top: W,
}

impl<W: Limb<L>, const L: usize> Sum<'_, W, L> {
    /// Makes `low` an element that is equal to the sum mod N. The sum is below 2 R < R + 2 N, so two subtractions are enough.
    #[inline(always)]
    fn reduce(self) {
        let top = subtract_if(self.low, self.top);
        subtract_if(self.low, top);
    }
}

impl<W: Limb<L>, const L: usize> Arithmetic for Portable<W, L> {
    const R_BITS: u32 = 3072;
    type Element = [W; L];
    type Work = [[W; L]; 2];

    fn zero(self) -> [W; L] {
        [W::ZERO; L]
    }

    fn work(self) -> [[W; L]; 2] {
        [[W::ZERO; L]; 2]
    }

    // constant time: the compiler does not see the exponents of the callers
    #[inline(never)]
    fn power_of_two(self, exponent: u32) -> [W; L] {
        debug_assert!(exponent < 3072);
        let bit = (0..W::BITS).fold(W::ZERO, |word, at| {
            let here = Mask::equal(at, exponent % W::BITS);
            word | (W::from_bit(1, at) & W::mask(here))
        });
        let mut power = [W::ZERO; L];
        for (limb, at) in power.iter_mut().zip(0..) {
            *limb = bit & W::mask(Mask::equal(at, exponent / W::BITS));
        }
        power
    }

    #[inline(always)]
    fn lookup<const K: usize>(self, to: &mut [W; L], entries: &Entries<K>, index: u32) {
        look_up(to, entries, index);
    }

    #[inline(always)]
    fn lookup_all<const K: usize, const AT_ONCE: usize>(
        self,
        to: &mut [[W; L]; AT_ONCE],
        entries: &Entries<K>,
        indices: &[u32; AT_ONCE],
    ) {
        W::look_up_all(to, entries, indices);
    }

    // registers, likewise
    #[inline(never)]
    fn select<const K: usize>(self, to: &mut [W; L], elements: &[[W; L]; K], index: u32) {
        debug_assert!((index as usize) < K);
        scan::<W, L, K, BLOCK>(to, index, |at, i| {
            let element = elements.get(at).and_then(|element| element.as_chunks().0.get(i));
            element.copied().unwrap_or([W::ZERO; BLOCK])
        });
    }

    // flash: it has many callers
    #[inline(never)]
    fn element(self, a: &Residue) -> [W; L] {
        W::from_be_bytes(&a.0)
    }

    fn add(self, a: &mut [W; L], b: &[W; L]) {
        let mut top = W::ZERO;
        for (a, &b) in a.iter_mut().zip(b) {
            (*a, top) = a.add_carry(b, top);
        }
        Sum { low: a, top }.reduce();
    }

    fn sub(self, a: &mut [W; L], b: &[W; L]) {
        // a - b > -R, and R < 2 N, so at most two additions of N bring it into 0..R
        let mut borrow = W::ZERO;
        for (a, &b) in a.iter_mut().zip(b) {
            (*a, borrow) = a.sub_borrow(b, borrow);
        }
        for _ in 0..2 {
            let mask = W::mask(Mask::from_bit(borrow.bit()));
            let mut carry = W::ZERO;
            for (a, &n) in a.iter_mut().zip(W::N) {
                (*a, carry) = a.add_carry(n & mask, carry);
            }
            borrow = borrow.sub_borrow(carry, W::ZERO).0;
        }
    }

    #[inline(never)] // flash
    fn enter(self, a: &mut [W; L], work: &mut [[W; L]; 2]) {
        self.mont_mul(a, W::R_SQUARED, work);
    }

    #[inline(always)]
    fn mont_mul(self, a: &mut [W; L], b: &[W; L], work: &mut [[W; L]; 2]) {
        self.mont_mul_by(a, work, |factor| *factor = *b);
    }

    #[inline(always)]
    fn mont_mul_by(self, a: &mut [W; L], work: &mut [[W; L]; 2], b: impl FnOnce(&mut [W; L])) {
        let [_, factor] = work;
        b(factor);
        product(work.as_flattened_mut(), a);
        reduce(a, work.as_flattened_mut());
    }

    #[inline(always)]
    fn mont_sqr(self, a: &mut [W; L], work: &mut [[W; L]; 2]) {
        cross_products(work.as_flattened_mut(), a);
        double_and_add_squares(work.as_flattened_mut(), a);
        reduce(a, work.as_flattened_mut());
    }

    fn double_if(self, a: &mut [W; L], bit: u32) {
        debug_assert!(bit <= 1);
        let mask = W::mask(Mask::from_bit(bit));
        let mut top = W::ZERO;
        for limb in a.iter_mut() {
            (*limb, top) = limb.add_carry(*limb & mask, top);
        }
        Sum { low: a, top }.reduce();
    }

    #[inline(never)] // frame: the result is written where the caller wants it
    fn canonical(self, a: &[W; L]) -> Residue {
        let mut residue = Residue([0; BYTES]);
        self.write_canonical(a, &mut residue);
        residue
    }

    #[inline(never)] // flash: it has several callers
    fn write_canonical(self, a: &[W; L], to: &mut Residue) {
        // a < R < 2 N, so the result is a - N if that does not borrow, and a otherwise
        let mut mask = !W::ZERO;
        for _ in 0..2 {
            let mut borrow = W::ZERO;
            let bytes = of_unknown_length(&mut to.0[..]).rchunks_exact_mut(size_of::<W>());
            for ((to, &a), &n) in bytes.zip(a).zip(W::N) {
                let limb;
                (limb, borrow) = a.sub_borrow(n & mask, borrow);
                limb.write_be_bytes(to);
            }
            let reaches_n = W::from_bit(1, 0).sub_borrow(borrow, W::ZERO).0;
            mask = mask & W::mask(Mask::from_bit(reaches_n.bit()));
        }
    }
}
