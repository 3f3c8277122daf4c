//! 2^x mod N by a Lim-Lee comb over a table of powers of 2.
//!
//! With T teeth, C columns and B rounds, an exponent of up to T C B + B + 10 bits is divided as follows:
//!
//! ```text
//!   bits 0 .. B-2            one doubling a round
//!   bits B-1 .. B+9          the power of 2 the first round starts from: 2^11 < 3072, so it is one bit of a residue
//!   bits L + B (C t + c) + i of tooth t, column c, round i, where L = B + 10
//! ```
//!
//! Round i, from B-1 down to 0, squares the accumulator and doubles it if bit i is set (neither in the first round), and
//! multiplies it by one entry of each column. Entry k of column c is the product of 2^(2^(L + B (C t + c))) over the bits t of
//! k. This takes C B products and B-1 squarings.
//!
//! The entries are not in Montgomery form, so each product and squaring divides by R. The later squarings raise these factors
//! too, so the result is divided by R^M, M = C (2^B - 1) + 2^(B-1) - 1. Since R is a power of 2, adding M log2(R) to x
//! beforehand compensates for this, at no cost and for every radix.
//!
//! Constant time: the rounds do not depend on x, and every look-up reads all entries of its column.

#[cfg(test)]
mod proof;

use super::backend::{Arithmetic, Backend, Entries, with_arithmetic};
use super::exponent::Exponent;
use crate::arithmetic::residue::{BYTES, Residue};
use zeroize::Zeroizing;

/// A table of `LEN` bytes, aligned to cache lines: a vector load that straddles two takes twice as long.
#[repr(C, align(64))]
struct Table<const LEN: usize>([u8; LEN]);

/// A comb of log2 `ENTRIES` teeth, `COLUMNS` columns and `ROUNDS` rounds. The entries of `AT_ONCE` rounds are looked up
/// together, in one pass over each column.
pub(crate) struct Comb<const ENTRIES: usize, const COLUMNS: usize, const ROUNDS: usize, const AT_ONCE: usize>
{
    /// The entries, column after column.
    pub(crate) table: &'static [Entries<ENTRIES>; COLUMNS],
}

/// 336 KiB: 35 products and 4 squarings. For hosts.
pub(crate) const WIDE: Comb<128, 7, 5, 5> = {
    static TABLE: Table<{ 7 * 128 * BYTES }> = Table(*include_bytes!("comb/wide.bin"));
    Comb { table: TABLE.0.as_chunks().0.as_chunks().0.as_chunks().0.first_chunk().unwrap() }
};

/// 6 KiB: 50 products and 49 squarings. For firmware and other small machines.
pub(crate) const COMPACT: Comb<16, 1, 50, 1> = {
    static TABLE: Table<{ 16 * BYTES }> = Table(*include_bytes!("comb/compact.bin"));
    Comb { table: TABLE.0.as_chunks().0.as_chunks().0.as_chunks().0.first_chunk().unwrap() }
};

/// 3 KiB: 62 products and 61 squarings. For firmware that is short of flash.
pub(crate) const SMALL: Comb<8, 1, 62, 1> = {
    static TABLE: Table<{ 8 * BYTES }> = Table(*include_bytes!("comb/small.bin"));
    Comb { table: TABLE.0.as_chunks().0.as_chunks().0.as_chunks().0.first_chunk().unwrap() }
};

/// Whether the comb for hosts is used: it is forced, or the target has 64 bits and an operating system and no other comb is
/// forced.
const PREFER_WIDE: bool = cfg!(any(
    cognito_device_srp_comb = "wide",
    all(
        target_pointer_width = "64",
        not(target_os = "none"),
        not(any(cognito_device_srp_comb = "compact", cognito_device_srp_comb = "small")),
    ),
));

/// 2^x mod N. The linker leaves out the tables that are not used.
pub(crate) fn pow_g(backend: Backend, x: &Exponent<8>) -> Residue {
    if PREFER_WIDE {
        WIDE.pow_g(backend, x)
    } else if cfg!(cognito_device_srp_comb = "small") {
        SMALL.pow_g(backend, x)
    } else {
        COMPACT.pow_g(backend, x)
    }
}

impl<const ENTRIES: usize, const COLUMNS: usize, const ROUNDS: usize, const AT_ONCE: usize>
    Comb<ENTRIES, COLUMNS, ROUNDS, AT_ONCE>
{
    pub(crate) const TEETH: usize = ENTRIES.ilog2() as usize;
    /// L: the bits below it belong to the starting power and the doublings.
    const LOW: usize = ROUNDS + 10;
    /// M: the result is divided by R^M.
    const LOST: u128 = COLUMNS as u128 * ((1 << ROUNDS) - 1) + (1 << (ROUNDS - 1)) - 1;

    /// 2^x mod N.
    pub(crate) fn pow_g(&self, backend: Backend, x: &Exponent<8>) -> Residue {
        with_arithmetic!(backend, arithmetic => self.run(arithmetic, x))
    }

    // frame: otherwise that of the caller would have room for the elements of every backend at once
    #[inline(never)]
    fn run<A: Arithmetic>(&self, arithmetic: A, x: &Exponent<8>) -> Residue {
        const {
            // x + M log2(R) < 2^256 + 2^127 fits the comb
            assert!(Self::LOW + Self::TEETH * COLUMNS * ROUNDS > 256);
            assert!(Self::LOST < (1 << 127) / A::R_BITS as u128);
            assert!(ROUNDS.is_multiple_of(AT_ONCE));
        }
        let x: Exponent<9> = x.plus(Self::LOST * u128::from(A::R_BITS));
        let mut power = Zeroizing::new(arithmetic.power_of_two(x.bits(ROUNDS - 1, 11, 1)));
        self.rounds(arithmetic, &x, &mut power);
        arithmetic.canonical(&power)
    }

    // frame: the scratch space is released before the power is reduced below N
    #[inline(never)]
    fn rounds<A: Arithmetic>(&self, arithmetic: A, x: &Exponent<9>, power: &mut A::Element) {
        let mut work = Zeroizing::new(arithmetic.work());
        if COLUMNS == 1 && AT_ONCE == 1 {
            for round in (0..ROUNDS).rev() {
                self.begin_round(arithmetic, power, x, round, &mut work);
                let index = x.bits(Self::LOW + round, Self::TEETH, ROUNDS);
                arithmetic.mont_mul_by(power, &mut work, |entry| {
                    arithmetic.lookup(entry, &self.table[0], index);
                });
            }
            return;
        }
        let mut products = Zeroizing::new([arithmetic.zero(); AT_ONCE]);
        for first in (0..ROUNDS).step_by(AT_ONCE).rev() {
            self.look_up(arithmetic, &mut products, x, first, &mut work);
            for (i, product) in products.iter().enumerate().rev() {
                self.begin_round(arithmetic, power, x, first + i, &mut work);
                arithmetic.mont_mul(power, product, &mut work);
            }
        }
    }

    /// Squares the power, and doubles it if the bit of the round is 1. Does nothing in the first round.
    #[inline(always)]
    fn begin_round<A: Arithmetic>(
        &self,
        arithmetic: A,
        power: &mut A::Element,
        x: &Exponent<9>,
        round: usize,
        work: &mut A::Work,
    ) {
        if round != ROUNDS - 1 {
            arithmetic.mont_sqr(power, work);
            arithmetic.double_if(power, x.bit(round));
        }
    }

    /// `products[i]` = the product of the entries of round `first` + i, one entry of each column.
    fn look_up<A: Arithmetic>(
        &self,
        arithmetic: A,
        products: &mut [A::Element; AT_ONCE],
        x: &Exponent<9>,
        first: usize,
        work: &mut A::Work,
    ) {
        let indices = |column| {
            core::array::from_fn(|i| {
                x.bits(Self::LOW + ROUNDS * column + first + i, Self::TEETH, ROUNDS * COLUMNS)
            })
        };
        arithmetic.lookup_all(products, &self.table[0], &indices(0));
        if COLUMNS > 1 {
            let mut entries = Zeroizing::new([arithmetic.zero(); AT_ONCE]);
            for (column, table) in self.table.iter().enumerate().skip(1) {
                arithmetic.lookup_all(&mut entries, table, &indices(column));
                for (product, entry) in products.iter_mut().zip(entries.iter()) {
                    arithmetic.mont_mul(product, entry, work);
                }
            }
        }
    }
}
