//! Proofs by running the kernels on symbols: each result is right for all elements, no word overflows, and no factor has more
//! than 32 bits. docs/proofs.md says what a run proves and what it depends on. contracts.rs tests the model of the processor's
//! operations on which the proofs depend.

use super::*;
use crate::arithmetic::backend::symbols::{
    Expanded, Lane, Operation, Polynomial, Registers, SYMBOL, Terms, Value, assert_found, in_limbs,
    max_in_limbs, minus, product_in_limbs, times,
};
use core::array::from_fn;
use num_bigint::{BigInt, BigUint};
use std::cell::RefCell;
use std::collections::HashMap;
use std::vec::Vec;

type Vector = [Lane; 4];

/// An error planted in a kernel, to test that its proof fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The n-th product of vectors is left out.
    ForgottenProduct(u32),
    /// The n-th carry of a vector is left out.
    ForgottenCarry(u32),
    /// The n-th difference of vectors is left out.
    ForgottenDifference(u32),
    /// The carry from one vector into the next is left out.
    NothingFromBelow,
    /// A digit is cut off at 27 bits.
    MaskOneBitShort,
    /// A digit of the quotient is cut off at 27 bits.
    QuotientOneBitShort,
    /// The highest digit is cut off at bit 3071.
    HighestOneBitShort,
    /// The n-th doubling of a digit is left out.
    ForgottenDoubling(u32),
    /// The carry out of the cleared digits is left out.
    ForgottenLowCarry,
    /// A digit of 2^3072 - N or of 2 N is too large by 1.
    DigitOfConstant,
    /// A look-up finds the next entry within the group of four.
    NextEntry,
    /// A look-up finds the entry of the next group of four.
    NextFour,
    /// The highest digits of an element are as large as the others.
    LargerElements,
}

#[derive(Default)]
struct Run {
    registers: Registers,
    fault: Option<Fault>,
    /// How often the run has passed a place of the fault's kind.
    passed: u32,
}

std::thread_local! {
    static RUN: RefCell<Run> = RefCell::default();
}

fn with<T>(work: impl FnOnce(&mut Registers) -> T) -> T {
    RUN.with_borrow_mut(|run| work(&mut run.registers))
}

/// Starts a new run, with the same fault.
fn begin() {
    RUN.with_borrow_mut(|run| *run = Run { fault: run.fault, ..Run::default() });
}

/// Whether the fault is planted here: at the n-th place of its kind.
fn fails(fault: impl Fn(u32) -> Fault) -> bool {
    RUN.with_borrow_mut(|run| {
        let here = run.fault == Some(fault(run.passed));
        let passes = run
            .fault
            .is_some_and(|planted| core::mem::discriminant(&planted) == core::mem::discriminant(&fault(0)));
        run.passed += u32::from(passes);
        here
    })
}

fn product(registers: &mut Registers, a: Lane, b: Lane) -> Lane {
    let product = |registers: &mut Registers| {
        let (a, b) = (registers.value(a), registers.value(b));
        assert!(a.max >> 32 == 0 && b.max >> 32 == 0, "a factor of more than 32 bits");
        (a.times(&b), Value::constant(0))
    };
    registers.once((Operation::Product, a.min(b), a.max(b)), product).0
}

#[derive(Clone, Copy)]
struct Symbols;

impl Words for Symbols {
    type Vector = Vector;
    type Factors = Vector;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    fn load(self, from: &[u64; 4]) -> Vector {
        let is_constant = *from == COMPLEMENT.as_chunks().0[5] || *from == TWO_N.as_chunks().0[5];
        let wrong = is_constant && fails(|_| Fault::DigitOfConstant);
        from_fn(|i| from[i] + u64::from(wrong && i == 2))
    }

    fn store(self, to: &mut [u64; 4], a: Vector) {
        *to = a;
    }

    fn splat(self, a: u64) -> Vector {
        [a; 4]
    }

    fn in_lowest(self, a: u64) -> Vector {
        [if fails(|_| Fault::ForgottenLowCarry) { 0 } else { a }, 0, 0, 0]
    }

    fn all_below(self, a: Vector, bound: u64) -> bool {
        with(|run| a.iter().all(|&a| run.value(a).max < bound.into()))
    }

    fn add(self, a: Vector, b: Vector) -> Vector {
        with(|run| from_fn(|i| run.add(a[i], b[i])))
    }

    fn sub(self, a: Vector, b: Vector) -> Vector {
        if fails(Fault::ForgottenDifference) {
            return a;
        }
        with(|run| from_fn(|i| run.sub(a[i], b[i])))
    }

    fn factors(self, a: Vector) -> Vector {
        a
    }

    fn mul(self, a: Vector, b: &Vector) -> Vector {
        if fails(Fault::ForgottenProduct) {
            return [0; 4];
        }
        with(|run| from_fn(|i| product(run, a[i], b[i])))
    }

    fn low_bits<const BITS: u32>(self, a: Vector) -> Vector {
        let bits = BITS - u32::from(fails(|_| Fault::MaskOneBitShort));
        with(|run| a.map(|a| run.split(a, bits).0))
    }

    fn high_bits<const BITS: i32>(self, a: Vector) -> Vector {
        if fails(Fault::ForgottenCarry) {
            return [0; 4];
        }
        with(|run| a.map(|a| run.split(a, BITS as u32).1))
    }

    fn equal(self, a: Vector, b: Vector) -> Vector {
        assert!(a.iter().chain(&b).all(|lane| lane & SYMBOL == 0), "an index that is a symbol");
        let next = u64::from(fails(|_| Fault::NextFour));
        from_fn(|i| if a[i] == b[i] + next { u64::MAX } else { 0 })
    }

    fn and(self, a: Vector, mask: Vector) -> Vector {
        from_fn(|i| match mask[i] {
            0 => 0,
            u64::MAX => a[i],
            _ => panic!("an and with what is no mask"),
        })
    }

    fn or(self, a: Vector, b: Vector) -> Vector {
        assert!((0..4).all(|i| a[i] == 0 || b[i] == 0), "an or of two words, neither of which is masked out");
        from_fn(|i| a[i] | b[i])
    }

    fn permute(self, a: Vector, index: Vector) -> Vector {
        let next = u64::from(fails(|_| Fault::NextEntry));
        index.map(|i| a[(i + next) as usize % 4])
    }

    fn rotate_up(self, a: Vector) -> Vector {
        [a[3], a[0], a[1], a[2]]
    }

    fn with_lowest(self, a: Vector, b: Vector) -> Vector {
        [if fails(|_| Fault::NothingFromBelow) { 0 } else { b[0] }, a[1], a[2], a[3]]
    }

    fn add_word(self, a: u64, b: u64) -> u64 {
        if a == b && a != 0 && fails(Fault::ForgottenDoubling) {
            return a;
        }
        with(|run| run.add(a, b))
    }

    fn mul_word(self, a: u64, b: u64) -> u64 {
        with(|run| product(run, a, b))
    }

    fn low_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        let short = match BITS {
            HIGHEST_BITS => fails(|_| Fault::HighestOneBitShort),
            _ => fails(|_| Fault::QuotientOneBitShort),
        };
        with(|run| run.split(a, BITS - u32::from(short)).0)
    }

    fn high_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        with(|run| run.split(a, BITS).1)
    }
}

const ARITHMETIC: Digits<Symbols> = Digits(Symbols);

/// An element of which nothing is known.
fn element() -> Element {
    let larger = fails(|_| Fault::LargerElements);
    Element(from_fn(|i| match i {
        _ if i < HIGHEST || larger => with(|run| run.input(LIMIT)),
        HIGHEST => with(|run| run.input(HIGHEST_MAX)),
        _ => 0,
    }))
}

fn digits_of(element: &Element) -> Vec<Value> {
    with(|run| element.0.iter().map(|&digit| run.value(digit)).collect())
}

fn number(element: &Element) -> Terms {
    in_limbs(&digits_of(element), BITS)
}

fn n() -> BigUint {
    BigUint::from_bytes_be(&residue::N)
}

fn left(terms: Terms, modulus: Option<&BigUint>) -> Expanded {
    with(|run| run.atoms.expand(terms, modulus, &HashMap::new()))
}

fn assert_zero(terms: Terms, modulus: Option<&BigUint>) {
    let left = left(terms, modulus);
    assert!(left.is_zero(), "{} terms are left", left.0.len());
}

fn assert_digits(element: &Element) {
    assert!(digits_of(element).iter().all(|digit| digit.max <= LIMIT.into()));
}

/// Asserts that the digits are within the bounds of an element.
fn assert_element(element: &Element) {
    assert_digits(element);
    let digits = digits_of(element);
    assert!(digits[HIGHEST].max <= HIGHEST_MAX.into() && digits[HIGHEST + 1..].iter().all(|d| d.max == 0));
}

/// Asserts that `Reduce` computes a b / R mod N from a sum that is a b, and that the result is an element.
///
/// Lemma: the number q with the quotient digits is below R, so a b + q N is less than R (2^3072 + 2^3009). It is also equal to
/// R times the result plus R^2 times the last carry out of the highest digit. If this carry were not 0, the sum would be at
/// least R^2. So the carry is 0, and the result is less than 2^3072 + 2^3009: its digit with bit 3072 is at most 2^20, and the
/// digits above are 0.
fn assert_reduced(sum: &Sum, a: &Element, b: &Element) {
    let product = product_in_limbs(&digits_of(a), &digits_of(b), BITS);
    let in_sum: Vec<_> = with(|run| sum.as_flattened().iter().map(|&digit| run.value(digit)).collect());
    assert_zero(minus(in_limbs(&in_sum, BITS), product.clone()), None);

    let (mut out, mut sum) = (*a, *sum);
    RUN.with_borrow_mut(|run| run.passed = 0);
    Symbols.run(Reduce { a: &mut out, sum: &mut sum });
    // computes the quotient as the kernel does: the sum still has the digits that each vector had when it was the lowest
    let mut quotient = Vec::new();
    for block in 0..DIGITS / 8 {
        let mut low = Low::new(&sum[2 * block..][..2]);
        quotient.extend((0..8).map(|_| low.clear(Symbols)));
    }
    let quotient: Vec<_> = with(|run| quotient.iter().map(|&digit| run.value(digit)).collect());
    let r = BigUint::from(1u8) << R_BITS;
    let most = max_in_limbs(&digits_of(a), BITS) * max_in_limbs(&digits_of(b), BITS);
    let most = most + max_in_limbs(&quotient, BITS) * n();
    assert!(most < ((BigUint::from(1u8) << 3072) + (BigUint::from(1u8) << 3009)) * &r);

    let q_n = times(&n().into(), in_limbs(&quotient, BITS));
    let r_out = times(&r.clone().into(), number(&out));
    let lost = left(minus(r_out, product.into_iter().chain(q_n).collect()), None);
    let r_squared = BigInt::from(&r * &r);
    for ((carry, other), factor) in &lost.0 {
        assert!(*carry != 0 && *other == 0 && *factor == -&r_squared, "{} terms are left", lost.0.len());
    }
    assert_digits(&out);
}

fn mont_mul_by(b: &Element) {
    let (a, mut work) = (element(), ARITHMETIC.work());
    let Work { sum, halves, .. } = &mut work;
    Symbols.run(Multiply { sum, halves, a: &a, b });
    assert_reduced(&work.sum, &a, b);
}

fn mont_mul() {
    begin();
    mont_mul_by(&element());
}

fn mont_sqr() {
    begin();
    let (a, mut work) = (element(), ARITHMETIC.work());
    let Work { sum, doubles, .. } = &mut work;
    Symbols.run(Square { sum, doubles, a: &a });
    assert_reduced(&work.sum, &a, &a);
}

/// `enter` is a product by R^2 mod N, and its inverse a product by 1.
fn enter_and_leave() {
    let r_squared = BigUint::from(2u8).modpow(&BigUint::from(2 * R_BITS), &n());
    begin();
    assert_zero(
        minus(number(&Element(R_SQUARED)), Vec::from([(r_squared.into(), Polynomial::constant(1))])),
        None,
    );
    mont_mul_by(&Element(R_SQUARED));
    begin();
    mont_mul_by(&Element(digits(&residue::ONE.0)));
}

fn sums() {
    begin();
    let (a, b) = (element(), element());
    let mut sum = a;
    ARITHMETIC.add(&mut sum, &b);
    assert_element(&sum);
    let terms = number(&a).into_iter().chain(number(&b)).collect();
    assert_zero(minus(number(&sum), terms), Some(&n()));
}

fn differences() {
    begin();
    let (a, b) = (element(), element());
    let mut difference = a;
    ARITHMETIC.sub(&mut difference, &b);
    assert_element(&difference);
    assert_zero(minus(number(&difference), minus(number(&a), number(&b))), Some(&n()));
}

fn doubles() {
    for bit in [0, 1] {
        begin();
        let a = element();
        let mut doubled = a;
        ARITHMETIC.double_if(&mut doubled, bit);
        assert_element(&doubled);
        assert_zero(minus(number(&doubled), times(&BigInt::from(1 << bit), number(&a))), Some(&n()));
    }
}

/// Carrying keeps the number. portable/proof.rs proves the reduction of its limbs.
fn carries() {
    begin();
    let a = element();
    let most = max_in_limbs(&digits_of(&a), BITS);
    assert!(most < n() << 1 && most < n() + (BigUint::from(1u8) << 3072));
    let mut carried = a;
    Symbols.run(Carry(&mut carried));
    let digits = digits_of(&carried);
    assert!(digits.iter().all(|digit| digit.max <= MAX.into()));
    assert_zero(minus(number(&carried), number(&a)), None);
}

/// Every index into tables of the largest and the smallest size.
fn tables() {
    begin();
    places_of::<128>();
    places_of::<8>();
    let elements: [Element; 32] = from_fn(|_| element());
    for (index, element) in (0..).zip(&elements) {
        let mut found = ARITHMETIC.zero();
        ARITHMETIC.select(&mut found, &elements, index);
        assert_eq!(found.0, element.0);
    }
}

fn places_of<const K: usize>() {
    let symbols: [[Lane; K]; BYTES / 8] = from_fn(|_| from_fn(|_| with(|run| run.input(u64::MAX))));
    let entries: Entries<K> = symbols.map(|word| word.map(u64::to_le_bytes));
    for index in 0..K {
        let indices = [index, K - 1 - index, 0, index ^ 1, (index + 5) % K];
        let [four @ .., last] = indices.map(|index| index as u64);
        let (mut fours, mut lasts) = ([[0; 4]; BYTES / 8], [[0; 4]; BYTES / 8]);
        Symbols.run(Lookup { fours: &mut fours, lasts: &mut lasts, entries: &entries, four, last });
        for ((four, [a, b, c, d]), symbols) in fours.into_iter().zip(lasts).zip(&symbols) {
            assert!([a, b, c, d].iter().filter(|&&place| place != 0).count() == 1);
            let [e, f, g, h] = four;
            assert_eq!([e, f, g, h, a | b | c | d], indices.map(|index| symbols[index]));
        }
    }
}

#[test]
fn products_are_right_for_all_elements() {
    mont_mul();
}

#[test]
fn squares_are_right_for_all_elements() {
    mont_sqr();
}

#[test]
fn the_montgomery_form_and_its_inverse_are_right_for_all_residues() {
    enter_and_leave();
}

#[test]
fn sums_differences_and_doubles_are_right_for_all_elements() {
    sums();
    differences();
    doubles();
}

#[test]
fn carrying_keeps_the_number_of_every_element() {
    carries();
}

#[test]
fn look_ups_find_every_entry_of_any_table() {
    tables();
}

/// Digits and limbs are converted by shifts, ands with constants, and ors. So if the result is right for 0 and for each single
/// bit, it is right for all numbers.
#[test]
fn bytes_digits_and_limbs_are_the_same_number() {
    for bit in 0..3136 {
        let wanted: [u64; DIGITS] = from_fn(|i| if i == bit / 28 { 1 << (bit % 28) } else { 0 });
        let limbs = limbs_of_digits(&wanted);
        assert!((0..49).all(|i| limbs[i] == if i == bit / 64 { 1 << (bit % 64) } else { 0 }));
        if bit < 3072 {
            let mut bytes = [0; BYTES];
            bytes[BYTES - 1 - bit / 8] = 1 << (bit % 8);
            assert_eq!(digits(&bytes), wanted);
            let mut cut = ARITHMETIC.zero();
            cut.0[..BYTES / 8].copy_from_slice(&limbs[..BYTES / 8]);
            cut_into_digits(&mut cut);
            assert_eq!(cut.0, wanted);
        }
    }
}

/// Each fault, with a proof that must fail with it.
const FAULTS: &[(Fault, fn())] = &[
    (Fault::ForgottenProduct(0), mont_mul),
    (Fault::ForgottenProduct(2000), mont_mul),
    (Fault::ForgottenProduct(2000), mont_sqr),
    (Fault::ForgottenProduct(0), sums),
    (Fault::ForgottenCarry(0), mont_mul),
    (Fault::ForgottenCarry(40), mont_sqr),
    (Fault::ForgottenCarry(3), differences),
    (Fault::ForgottenDifference(0), mont_mul),
    (Fault::ForgottenDifference(41), mont_mul),
    (Fault::ForgottenDifference(9), differences),
    (Fault::NothingFromBelow, mont_mul),
    (Fault::NothingFromBelow, doubles),
    (Fault::MaskOneBitShort, mont_mul),
    (Fault::MaskOneBitShort, sums),
    (Fault::QuotientOneBitShort, mont_mul),
    (Fault::QuotientOneBitShort, carries),
    (Fault::HighestOneBitShort, sums),
    (Fault::ForgottenDoubling(20), mont_sqr),
    (Fault::ForgottenLowCarry, mont_mul),
    (Fault::DigitOfConstant, sums),
    (Fault::DigitOfConstant, differences),
    (Fault::NextEntry, tables),
    (Fault::NextFour, tables),
    (Fault::LargerElements, mont_mul),
    (Fault::LargerElements, differences),
    (Fault::LargerElements, carries),
];

#[test]
fn each_fault_makes_its_proof_fail() {
    for &(fault, proof) in FAULTS {
        assert_found(fault, |fault| RUN.with_borrow_mut(|run| run.fault = Some(fault)), proof);
    }
}
