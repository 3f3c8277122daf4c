//! Proof that a comb computes 2^x for every x, by computing with the exponents of the powers. docs/proofs.md says what a run
//! proves and what it depends on.
//!
//! Each element of a run is a power of 2 divided by a power of R. A squaring doubles both exponents, a product adds them, and
//! each divides by one R more. An entry of the table is the power of 2 that belongs to the bits of its index
//! (tests/comb_table.rs checks the table). So the final exponent of 2 is a sum over the bits of the number X that the comb
//! reads, with a weight for each bit, and the final exponent of R does not depend on X. It remains to prove that bit p has the
//! weight 2^p, and that X - M log2 R = x.

use super::*;
use crate::arithmetic::backend::symbols::assert_found;
use num_bigint::BigUint;
use std::cell::RefCell;
use std::vec::Vec;
use zeroize::Zeroize;

/// A power 2^`exponent` / R^`lost`, by its index in a list.
#[derive(Clone, Copy)]
struct Power(usize);

impl Zeroize for Power {
    fn zeroize(&mut self) {
        self.0 = 0;
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Exponents {
    exponent: BigUint,
    lost: u128,
}

/// An error planted in a comb or its table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The table is that of a comb with one more round.
    OneRoundMore,
    /// The table is that of a comb with one more column.
    NextColumn,
    /// A squaring is left out.
    ForgottenSquaring,
    /// A doubling is left out.
    ForgottenDoubling,
}

/// The current comb (its rounds, its columns and the address of its table), and the powers of the run.
#[derive(Default)]
struct Run {
    rounds: usize,
    columns: usize,
    table: usize,
    powers: Vec<Exponents>,
    last: Exponents,
    fault: Option<Fault>,
}

std::thread_local! {
    static RUN: RefCell<Run> = RefCell::default();
}

fn with<T>(work: impl FnOnce(&mut Run) -> T) -> T {
    RUN.with_borrow_mut(work)
}

impl Run {
    fn push(&mut self, exponent: BigUint, lost: u128) -> Power {
        self.powers.push(Exponents { exponent, lost });
        Power(self.powers.len() - 1)
    }
}

/// The arithmetic of exponents, with the R of a backend.
#[derive(Clone, Copy)]
struct InExponents<const R_BITS: u32>;

impl<const R_BITS: u32> Arithmetic for InExponents<R_BITS> {
    const R_BITS: u32 = R_BITS;
    type Element = Power;
    type Work = [u8; 0];

    fn zero(self) -> Power {
        with(|run| run.push(BigUint::ZERO, 0))
    }

    fn work(self) -> [u8; 0] {
        []
    }

    fn power_of_two(self, exponent: u32) -> Power {
        assert!(exponent < 3072);
        with(|run| run.push(exponent.into(), 0))
    }

    fn lookup<const K: usize>(self, to: &mut Power, entries: &Entries<K>, index: u32) {
        assert!((index as usize) < K);
        *to = with(|run| {
            let column = (entries.as_ptr().addr() - run.table) / (K * BYTES);
            assert!(column < run.columns);
            let rounds = run.rounds + usize::from(run.fault == Some(Fault::OneRoundMore));
            let columns = run.columns + usize::from(run.fault == Some(Fault::NextColumn));
            let exponent = (0..K.ilog2() as usize)
                .filter(|tooth| index >> tooth & 1 == 1)
                .map(|tooth| BigUint::from(1u8) << (run.rounds + 10 + rounds * (columns * tooth + column)))
                .sum();
            run.push(exponent, 0)
        });
    }

    fn mont_mul(self, a: &mut Power, b: &Power, _: &mut [u8; 0]) {
        *a = with(|run| {
            let (a, b) = (run.powers[a.0].clone(), run.powers[b.0].clone());
            run.push(a.exponent + b.exponent, a.lost + b.lost + 1)
        });
    }

    fn mont_sqr(self, a: &mut Power, _: &mut [u8; 0]) {
        *a = with(|run| {
            let Exponents { exponent, lost } = run.powers[a.0].clone();
            let forgotten = run.fault == Some(Fault::ForgottenSquaring);
            run.push(if forgotten { exponent } else { exponent * 2u8 }, 2 * lost + 1)
        });
    }

    fn double_if(self, a: &mut Power, bit: u32) {
        assert!(bit <= 1);
        *a = with(|run| {
            let Exponents { exponent, lost } = run.powers[a.0].clone();
            let forgotten = run.fault == Some(Fault::ForgottenDoubling);
            run.push(if forgotten { exponent } else { exponent + bit }, lost)
        });
    }

    fn canonical(self, a: &Power) -> Residue {
        with(|run| run.last = run.powers[a.0].clone());
        Residue([0; BYTES])
    }

    fn select<const K: usize>(self, _: &mut Power, _: &[Power; K], _: u32) {
        unreachable!("no comb selects elements");
    }

    fn element(self, _: &Residue) -> Power {
        unreachable!("no comb takes residues in");
    }

    fn add(self, _: &mut Power, _: &Power) {
        unreachable!("no comb adds");
    }

    fn sub(self, _: &mut Power, _: &Power) {
        unreachable!("no comb subtracts");
    }

    fn enter(self, _: &mut Power, _: &mut [u8; 0]) {
        unreachable!("no comb enters Montgomery form");
    }
}

impl<const ENTRIES: usize, const COLUMNS: usize, const ROUNDS: usize, const AT_ONCE: usize>
    Comb<ENTRIES, COLUMNS, ROUNDS, AT_ONCE>
{
    fn begin(&self) {
        with(|run| {
            let (table, fault) = (self.table.as_ptr().addr(), run.fault);
            *run = Run { rounds: ROUNDS, columns: COLUMNS, table, fault, ..Run::default() };
        });
    }

    /// The exponents of the result for the X of which only this bit is 1, or no bit.
    fn of_bit(&self, bit: Option<usize>) -> Exponents {
        let mut bytes = [0; 36];
        if let Some(bit) = bit {
            bytes[35 - bit / 8] = 1 << (bit % 8);
        }
        let x = Exponent::<9>::from_bytes(&bytes);
        self.begin();
        let mut power = InExponents::<3072>.power_of_two(x.bits(ROUNDS - 1, 11, 1));
        self.rounds(InExponents::<3072>, &x, &mut power);
        with(|run| run.powers[power.0].clone())
    }

    fn prove(&self) {
        // the bits of X < 2^256 + 2^127
        for bit in 0..257 {
            let wanted = Exponents { exponent: BigUint::from(1u8) << bit, lost: Self::LOST };
            assert_eq!(self.of_bit(Some(bit)), wanted, "bit {bit}");
        }
        assert_eq!(self.of_bit(None), Exponents { exponent: BigUint::ZERO, lost: Self::LOST });
        // X - M log2 R = x, for the R of each backend
        for x in [[0; 32], [0xff; 32], core::array::from_fn(|i| (i as u8).wrapping_mul(37))] {
            self.prove_run::<3072>(&x);
            self.prove_run::<3120>(&x);
            self.prove_run::<3136>(&x);
        }
    }

    fn prove_run<const R_BITS: u32>(&self, x: &[u8; 32]) {
        self.begin();
        self.run(InExponents::<R_BITS>, &Exponent::from_bytes(x));
        let Exponents { exponent, lost } = with(|run| run.last.clone());
        assert_eq!(exponent, BigUint::from_bytes_be(x) + BigUint::from(lost) * R_BITS);
        assert_eq!(lost, Self::LOST);
    }
}

const PROOFS: [fn(); 3] = [|| WIDE.prove(), || COMPACT.prove(), || SMALL.prove()];

#[test]
fn every_comb_counts_each_bit_of_x_once() {
    for proof in PROOFS {
        proof();
    }
}

#[test]
fn every_proof_fails_with_each_fault() {
    for fault in [Fault::OneRoundMore, Fault::NextColumn, Fault::ForgottenSquaring, Fault::ForgottenDoubling]
    {
        for proof in PROOFS {
            assert_found(fault, |fault| with(|run| run.fault = Some(fault)), proof);
        }
    }
}
