//! Proofs by running the algorithms on symbols, in limbs of 32 and of 64 bits: each result is right for all elements.
//! docs/proofs.md says what a run proves and what it depends on. contracts.rs compares the operations on limbs with wider
//! numbers.
//!
//! A limb is the index of a value. A repeated operation returns the same index. So a part of an algorithm that is run alone has
//! the same limbs as in the algorithm. A carry that decides whether N is subtracted is 0 in one run and 1 in another, until all
//! cases have been covered.

use super::*;
use crate::arithmetic::backend::symbols::{
    Atoms, Expanded, Polynomial, Terms, Value, assert_found, in_limbs, minus, product_in_limbs, times, two_to,
};
use core::array::from_fn;
use num_bigint::{BigInt, BigUint};
use std::cell::RefCell;
use std::collections::HashMap;
use std::vec::Vec;

/// A limb with as many bits as `H`. `H` holds the index of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Symbol<H>(H);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    MulAddAdd,
    AddCarry,
    SubBorrow,
}

/// An error planted in an operation, to test that a proof fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The n-th subtraction or addition of N is left out.
    OneReductionTooFew(u32),
    /// The n-th carry of a sum is left out.
    ForgottenCarry(u32),
    /// The n-th borrow of a difference is left out.
    ForgottenBorrow(u32),
    /// The n-th high half of a product is left out.
    ForgottenHighHalf(u32),
    /// A limb of N is too large by 1.
    LimbOfN,
    /// A limb of R^2 is too large by 1.
    LimbOfRSquared,
    /// N is subtracted where the n-th deciding carry is 0, and not where it is 1.
    DecidedOtherwise(u32),
    /// A look-up finds the next entry.
    NextEntry,
}

struct Run {
    bits: u32,
    atoms: Atoms,
    values: Vec<Value>,
    constants: HashMap<u128, usize>,
    known: HashMap<(Operation, [usize; 4]), (usize, usize)>,
    /// The current case: the values of the deciding carries, and the carries that have come up so far.
    cases: Vec<bool>,
    came_up: Vec<usize>,
    fault: Option<Fault>,
    /// How often the run has passed a place of the fault's kind.
    passed: u32,
}

std::thread_local! {
    static RUN: RefCell<Run> = RefCell::new(Run {
        bits: 0,
        atoms: Atoms::new(),
        values: Vec::new(),
        constants: HashMap::new(),
        known: HashMap::new(),
        cases: Vec::new(),
        came_up: Vec::new(),
        fault: None,
        passed: 0,
    });
}

fn with<T>(work: impl FnOnce(&mut Run) -> T) -> T {
    RUN.with_borrow_mut(work)
}

impl Run {
    fn fails(&mut self, fault: impl Fn(u32) -> Fault) -> bool {
        let here = self.fault == Some(fault(self.passed));
        let passes = self
            .fault
            .is_some_and(|planted| core::mem::discriminant(&planted) == core::mem::discriminant(&fault(0)));
        self.passed += u32::from(passes);
        here
    }

    /// The value of a limb, in the current case.
    fn value(&self, limb: usize) -> Value {
        match self.came_up.iter().position(|&carry| carry == limb) {
            Some(at) => Value::constant(self.cases[at].into()),
            None => self.values[limb].clone(),
        }
    }

    fn limb(&mut self, value: Value) -> usize {
        assert!(value.max >> self.bits == 0, "a limb overflows");
        let constant = value.as_constant();
        if let Some(known) = constant.and_then(|number| self.constants.get(&number)) {
            return *known;
        }
        self.values.push(value);
        let limb = self.values.len() - 1;
        if let Some(number) = constant {
            self.constants.insert(number, limb);
        }
        limb
    }

    fn once<const OPERANDS: usize>(
        &mut self,
        operation: Operation,
        operands: [usize; OPERANDS],
        compute: impl FnOnce(&mut Self, [Value; OPERANDS]) -> (Value, Value),
    ) -> (usize, usize) {
        let mut key = (operation, [0; 4]);
        key.1[..OPERANDS].copy_from_slice(&operands);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let values = operands.map(|limb| self.value(limb));
        let (low, high) = compute(self, values);
        let result = (self.limb(low), self.limb(high));
        self.known.insert(key, result);
        result
    }

    fn mul_add_add(&mut self, operands: [usize; 4]) -> (usize, usize) {
        self.once(Operation::MulAddAdd, operands, |run, [a, b, c, d]| {
            let (low, high) = run.atoms.split(&a.times(&b).plus(&c).plus(&d), run.bits);
            (low, if run.fails(Fault::ForgottenHighHalf) { Value::constant(0) } else { high })
        })
    }

    fn add_carry(&mut self, operands: [usize; 3]) -> (usize, usize) {
        self.once(Operation::AddCarry, operands, |run, [a, b, carry]| {
            let (low, high) = run.atoms.split(&a.plus(&b).plus(&carry), run.bits);
            assert!(high.max <= 1, "a carry of more than 1");
            (low, if run.fails(Fault::ForgottenCarry) { Value::constant(0) } else { high })
        })
    }

    fn sub_borrow(&mut self, operands: [usize; 3]) -> (usize, usize) {
        self.once(Operation::SubBorrow, operands, |run, [a, b, borrow]| {
            let (low, out) = run.atoms.difference(&a, &b.plus(&borrow), run.bits);
            (low, if run.fails(Fault::ForgottenBorrow) { Value::constant(0) } else { out })
        })
    }

    /// A carry as a number, in the current case, which becomes an assumption of the run.
    fn bit(&mut self, limb: usize) -> u32 {
        let value = self.value(limb);
        assert!(value.max <= 1, "neither 0 nor 1");
        let decided_otherwise = self.fails(Fault::DecidedOtherwise);
        if self.fails(Fault::OneReductionTooFew) {
            return 0;
        }
        let bit = match value.as_constant() {
            Some(bit) => bit as u32,
            None => {
                if self.came_up.len() == self.cases.len() {
                    self.cases.push(false);
                }
                let case = self.cases[self.came_up.len()];
                self.came_up.push(limb);
                self.atoms.assume(&value.polynomial, case.into());
                case.into()
            }
        };
        bit ^ u32::from(decided_otherwise)
    }
}

impl<H: Copy + TryInto<u64> + TryFrom<u64>> Symbol<H> {
    fn at(index: usize) -> Self {
        Self(H::try_from(index as u64).ok().unwrap())
    }

    fn index(self) -> usize {
        self.0.try_into().ok().unwrap() as usize
    }

    fn value(self) -> Value {
        with(|run| run.value(self.index()))
    }

    fn constant(number: u128) -> Self {
        Self::at(with(|run| run.limb(Value::constant(number))))
    }

    fn pair((a, b): (usize, usize)) -> (Self, Self) {
        (Self::at(a), Self::at(b))
    }
}

/// All ones.
fn ones() -> u128 {
    u128::MAX >> (128 - with(|run| run.bits))
}

impl<H: Copy + TryInto<u64> + TryFrom<u64>> BitAnd for Symbol<H> {
    type Output = Self;

    fn bitand(self, mask: Self) -> Self {
        match mask.value().as_constant() {
            Some(0) => Self::at(0),
            Some(mask) if mask == ones() => self,
            _ => panic!("an and with what is no mask"),
        }
    }
}

impl<H: Copy + TryInto<u64> + TryFrom<u64>> BitOr for Symbol<H> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        match (self.index(), other.index()) {
            (0, _) => other,
            (_, 0) => self,
            _ => panic!("an or of two limbs, neither of which is masked out"),
        }
    }
}

impl<H: Copy + TryInto<u64> + TryFrom<u64>> Not for Symbol<H> {
    type Output = Self;

    fn not(self) -> Self {
        let mask = self.value().as_constant().expect("a mask");
        Self::constant(ones() ^ mask)
    }
}

macro_rules! symbolic_limb {
    ($limb:ty, $limbs:literal) => {
        impl Zeroize for Symbol<$limb> {
            fn zeroize(&mut self) {
                self.0 = 0;
            }
        }

        impl Limb<$limbs> for Symbol<$limb> {
            const BITS: u32 = <$limb>::BITS;
            const ZERO: Self = Symbol(0);
            const N: &'static [Self; $limbs] = &{
                let mut limbs = [Symbol(0); $limbs];
                let mut i = 0;
                while i < $limbs {
                    limbs[i] = Symbol(1 + i as $limb);
                    i += 1;
                }
                limbs
            };
            const R_SQUARED: &'static [Self; $limbs] = &{
                let mut limbs = [Symbol(0); $limbs];
                let mut i = 0;
                while i < $limbs {
                    limbs[i] = Symbol(1 + $limbs + i as $limb);
                    i += 1;
                }
                limbs
            };

            fn mul_add_add(self, b: Self, c: Self, d: Self) -> (Self, Self) {
                Self::pair(with(|run| run.mul_add_add([self, b, c, d].map(Self::index))))
            }

            fn add_carry(self, b: Self, carry: Self) -> (Self, Self) {
                Self::pair(with(|run| run.add_carry([self, b, carry].map(Self::index))))
            }

            fn sub_borrow(self, b: Self, borrow: Self) -> (Self, Self) {
                Self::pair(with(|run| run.sub_borrow([self, b, borrow].map(Self::index))))
            }

            fn bit(self) -> u32 {
                with(|run| run.bit(self.index()))
            }

            fn from_bit(bit: u32, at: u32) -> Self {
                Self::constant(u128::from(bit) << at)
            }

            fn mask(mask: Mask) -> Self {
                Self::constant(mask.as_i32() as u128 & ones())
            }

            fn from_be_bytes(bytes: &[u8; BYTES]) -> [Self; $limbs] {
                let limbs = bytes.as_chunks().0;
                from_fn(|i| Symbol(<$limb>::from_be_bytes(limbs[$limbs - 1 - i])))
            }

            fn from_le_bytes(bytes: &[u8]) -> Self {
                Symbol(<$limb>::from_le_bytes(*bytes.first_chunk().unwrap()))
            }

            fn write_be_bytes(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.0.to_be_bytes());
            }
        }
    };
}
symbolic_limb!(u32, 96);
symbolic_limb!(u64, 48);

/// Runs a proof in all cases of its deciding carries, in limbs of 32 and of 64 bits.
macro_rules! in_all_cases {
    ($proof:ident) => {
        fn $proof() {
            in_all_cases::<Symbol<u32>, 96>(proofs::$proof);
            in_all_cases::<Symbol<u64>, 48>(proofs::$proof);
        }
    };
}

fn in_all_cases<W: Word<L>, const L: usize>(proof: fn(Portable<W, L>)) {
    let mut cases = Vec::new();
    loop {
        begin::<W, L>(cases);
        proof(Portable::default());
        cases = with(|run| core::mem::take(&mut run.cases));
        while cases.pop_if(|case| *case).is_some() {}
        match cases.last_mut() {
            Some(case) => *case = true,
            None => return,
        }
    }
}

/// A limb that is a symbol.
trait Word<const L: usize>: Limb<L> + PartialEq + core::fmt::Debug {
    fn input() -> Self;
    fn known(self) -> Value;
}

impl<const L: usize, H: Copy + TryInto<u64> + TryFrom<u64>> Word<L> for Symbol<H>
where
    Self: Limb<L> + PartialEq + core::fmt::Debug,
{
    fn input() -> Self {
        Self::at(with(|run| {
            let value = run.atoms.input(u128::MAX >> (128 - run.bits));
            run.limb(value)
        }))
    }

    fn known(self) -> Value {
        self.value()
    }
}

fn begin<W: Limb<L>, const L: usize>(cases: Vec<bool>) {
    let digits = |bytes: [u8; BYTES]| {
        let number = BigUint::from_bytes_be(&bytes);
        (0..L as u32).map(move |i| {
            let limb = (&number >> (W::BITS * i)) & ((BigUint::from(1u8) << W::BITS) - 1u8);
            Value::constant(limb.try_into().unwrap())
        })
    };
    with(|run| {
        run.bits = W::BITS;
        run.atoms = Atoms::new();
        run.values = Vec::from([Value::constant(0)]);
        run.constants = HashMap::from([(0, 0)]);
        run.values.extend(digits(crate::arithmetic::residue::N));
        run.values.extend(digits(crate::arithmetic::residue::TWO_TO_6144));
        run.known.clear();
        run.cases = cases;
        run.came_up.clear();
        run.passed = 0;
        for (fault, at) in [(Fault::LimbOfN, 1 + L / 2), (Fault::LimbOfRSquared, 1 + L + L / 2)] {
            if run.fault == Some(fault) {
                run.values[at] = run.values[at].plus(&Value::constant(1));
            }
        }
    });
}

fn n() -> BigInt {
    BigUint::from_bytes_be(&crate::arithmetic::residue::N).into()
}

fn r() -> BigInt {
    two_to(3072)
}

fn value<W: Word<L>, const L: usize>(limbs: &[W]) -> Terms {
    in_limbs(&limbs.iter().map(|limb| limb.known()).collect::<Vec<_>>(), W::BITS)
}

fn constant(number: BigInt) -> Terms {
    Vec::from([(number, Polynomial::constant(1))])
}

fn plus(a: Terms, b: Terms) -> Terms {
    a.into_iter().chain(b).collect()
}

fn product_of<W: Word<L>, const L: usize>(a: &[W; L], b: &[W; L]) -> Terms {
    product_in_limbs(&a.map(W::known), &b.map(W::known), W::BITS)
}

fn left(terms: Terms) -> Expanded {
    with(|run| run.atoms.expand(terms, None, &HashMap::new()))
}

/// Asserts that the sum of the terms is 0 for all inputs.
fn assert_zero(terms: Terms) {
    let left = left(terms);
    assert!(left.is_zero(), "{} terms are left", left.0.len());
}

/// Asserts that the sum of the terms is 0, or `unit` (c - 1) for a last carry c that must be 1. c is 1 because N was subtracted
/// the last time, so the bit above R was 1 before, and left a number from `least` to `most`, which is below R and not negative.
fn assert_zero_but_for_a_carry(terms: Terms, unit: &BigInt, [least, most]: [BigInt; 2]) {
    let left = left(terms);
    if left.is_zero() {
        return;
    }
    let taken_last = with(|run| run.came_up.len().checked_sub(1).is_some_and(|last| run.cases[last]));
    assert!(taken_last && least >= BigInt::ZERO && most < r(), "{} terms are left", left.0.len());
    let is_carry = |atom: u32| with(|run| run.atoms.max(atom)) == 1;
    match &left.0.iter().collect::<Vec<_>>()[..] {
        [((0, 0), number), ((c, 0), factor)] if is_carry(*c) => {
            assert!(*factor == unit && **number == -unit, "no multiple of {unit}");
        }
        _ => panic!("{} terms are left", left.0.len()),
    }
}

fn element<W: Word<L>, const L: usize>() -> [W; L] {
    from_fn(|_| W::input())
}

/// How often N was subtracted or added after the first `before` deciding carries.
fn taken_since(before: usize) -> BigInt {
    with(|run| run.cases[before..run.came_up.len()].iter().filter(|case| **case).count().into())
}

mod proofs {
    use super::*;

    /// Lemma: the product plus q N is R v, where q has the quotient digits, and v is the number above the cleared limbs. So v
    /// is less than R + N, and has at most one bit above R. If that bit is 1, v is at least R > N.
    fn reduces_to<W: Word<L>, const L: usize>(wide: &mut [W], product: Terms) -> [W; L] {
        let most = r() - 1;
        assert!(&most * &most + &most * n() < r() * (r() + n()));
        let mut out = [W::ZERO; L];
        reduce(&mut out, wide);
        let mut digits = Vec::new();
        for [q0, next] in wide[..L].as_chunks().0 {
            digits.extend([*q0, second_quotient(*q0, *next).0]);
        }
        let subtracted = taken_since(0) * n();
        let sum = plus(product, times(&n(), value(&digits)));
        let terms = minus(times(&r(), plus(value(&out), constant(subtracted.clone()))), sum);
        let range = [r() - &subtracted, r() + n() - 1 - subtracted];
        assert_zero_but_for_a_carry(terms, &(r() * r()), range);
        out
    }

    pub(super) fn mont_mul<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        by(portable, &element());
    }

    fn by<W: Word<L>, const L: usize>(portable: Portable<W, L>, b: &[W; L]) {
        let a = element::<W, L>();
        let mut work = [[W::ZERO; L], *b];
        product(work.as_flattened_mut(), &a);
        assert_zero(minus(value(work.as_flattened()), product_of(&a, b)));
        let out = reduces_to(work.as_flattened_mut(), product_of(&a, b));
        let mut again = a;
        portable.mont_mul(&mut again, b, &mut work);
        assert!(again == out);
    }

    pub(super) fn mont_sqr<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        let (a, mut work) = (element::<W, L>(), portable.work());
        let wide = work.as_flattened_mut();
        cross_products(wide, &a);
        double_and_add_squares(wide, &a);
        // Lemma: a square is less than R^2. It is equal to the number in the limbs plus R^2 times the carry out of them, so
        // that carry is 0.
        for (monomial, factor) in left(minus(value(wide), product_of(&a, &a))).0 {
            assert!(monomial.1 == 0 && factor == -r() * r() && with(|run| run.atoms.max(monomial.0)) == 1);
            with(|run| run.atoms.assume(&Polynomial(Vec::from([(monomial, 1)])), 0));
        }
        let out = reduces_to(wide, product_of(&a, &a));
        let mut again = a;
        portable.mont_sqr(&mut again, &mut work);
        assert!(again == out);
    }

    /// `enter` is a product by R^2 mod N, and its inverse a product by 1.
    pub(super) fn enter<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        by(portable, W::R_SQUARED);
        let r_squared: Terms = constant(BigInt::from(2).modpow(&BigInt::from(6144), &n()));
        assert_zero(minus(value(W::R_SQUARED), r_squared));
    }

    pub(super) fn leave<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        by(portable, &from_fn(|i| if i == 0 { W::from_bit(1, 0) } else { W::ZERO }));
    }

    /// Lemma: if N was subtracted the last time, the number before was at least R, so the number after is at least R - N.
    pub(super) fn add<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        let (a, b) = (element::<W, L>(), element());
        let mut sum = a;
        portable.add(&mut sum, &b);
        let subtracted = taken_since(0) * n();
        let terms = plus(value(&sum), constant(subtracted.clone()));
        let range = [r() - n(), r() * 2 - 2 - subtracted];
        assert_zero_but_for_a_carry(minus(terms, plus(value(&a), value(&b))), &r(), range);
    }

    /// The lemma of [`add`] holds here too.
    pub(super) fn double<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        for bit in [0, 1] {
            let a = element::<W, L>();
            let (mut doubled, before) = (a, with(|run| run.came_up.len()));
            portable.double_if(&mut doubled, bit);
            let subtracted = taken_since(before) * n();
            let terms = plus(value(&doubled), constant(subtracted.clone()));
            let range = [r() - n(), r() * 2 - 2 - subtracted];
            assert_zero_but_for_a_carry(minus(terms, times(&BigInt::from(1 << bit), value(&a))), &r(), range);
        }
    }

    /// Lemma: a difference of two elements is at least 1 - R. If N was added the last time, the number before was negative.
    pub(super) fn sub<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        let (a, b) = (element::<W, L>(), element());
        let mut difference = a;
        portable.sub(&mut difference, &b);
        let added = taken_since(0) * n();
        let terms = minus(minus(value(&a), value(&b)), value(&difference));
        let range = [&added + 1 - r(), n() - 1];
        assert_zero_but_for_a_carry(plus(terms, constant(added)), &r(), range);
    }

    /// Lemma: let c be the bit of R + a - N above the limbs, so the limbs are a - N + R (1 - c). If c is 1, the limbs are a -
    /// N, which is then not negative and less than R - N < N. If c is 0, the limbs are a - N + R. This is less than R, so a <
    /// N.
    pub(super) fn canonical<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        assert!(r() - n() < n());
        let a = element::<W, L>();
        let mut less = a;
        let reaches_n = subtract_if(&mut less, W::from_bit(1, 0));
        let terms = minus(plus(value(&less), constant(n())), value(&a));
        // less = a - N + R (1 - c)
        assert_zero(plus(minus(terms, constant(r())), times(&r(), value(&[reaches_n]))));
        let out = W::from_be_bytes(&portable.canonical(&a).0);
        // c decides whether N is subtracted
        assert!(reaches_n.known() == Value::constant(taken_since(0).try_into().unwrap()));
        assert_zero(minus(plus(value(&out), constant(taken_since(0) * n())), value(&a)));
    }

    /// Every index into a table of 32.
    pub(super) fn tables<W: Word<L>, const L: usize>(portable: Portable<W, L>) {
        let elements: [[W; L]; 32] = from_fn(|_| element());
        let entries: Entries<32> = from_fn(|word| {
            from_fn(|i| {
                let mut bytes = [0; 8];
                let per_word = 8 / size_of::<W>();
                let limbs = elements[i][per_word * word..].iter();
                for (bytes, limb) in bytes.chunks_exact_mut(size_of::<W>()).zip(limbs) {
                    limb.write_be_bytes(bytes);
                    bytes.reverse();
                }
                bytes
            })
        });
        for index in 0..32 {
            let asked = with(|run| (index + usize::from(run.fails(|_| Fault::NextEntry))) % 32);
            let mut found = element();
            portable.select(&mut found, &elements, asked as u32);
            assert!(found == elements[index]);
            portable.lookup(&mut found, &entries, asked as u32);
            assert!(found == elements[index]);
        }
    }
}
in_all_cases!(mont_mul);
in_all_cases!(mont_sqr);
in_all_cases!(enter);
in_all_cases!(leave);
in_all_cases!(add);
in_all_cases!(double);
in_all_cases!(sub);
in_all_cases!(canonical);
in_all_cases!(tables);

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
    enter();
    leave();
}

#[test]
fn sums_differences_and_doubles_are_right_for_all_elements() {
    add();
    sub();
    double();
}

#[test]
fn canonical_numbers_are_right_and_below_n_for_all_elements() {
    canonical();
}

#[test]
fn look_ups_find_every_entry_of_any_table() {
    tables();
}

/// Each fault, with a proof that must fail with it.
const FAULTS: &[(Fault, fn())] = &[
    (Fault::OneReductionTooFew(0), mont_mul),
    (Fault::OneReductionTooFew(0), mont_sqr),
    (Fault::OneReductionTooFew(0), add),
    (Fault::OneReductionTooFew(1), add),
    (Fault::OneReductionTooFew(1), sub),
    (Fault::OneReductionTooFew(3), double),
    (Fault::ForgottenCarry(7), mont_mul),
    (Fault::ForgottenCarry(70), mont_sqr),
    (Fault::ForgottenCarry(3), add),
    (Fault::ForgottenBorrow(5), mont_mul),
    (Fault::ForgottenBorrow(5), sub),
    (Fault::ForgottenBorrow(5), canonical),
    (Fault::ForgottenHighHalf(100), mont_mul),
    (Fault::ForgottenHighHalf(3000), mont_mul),
    (Fault::ForgottenHighHalf(100), mont_sqr),
    (Fault::LimbOfN, mont_mul),
    (Fault::LimbOfN, add),
    (Fault::LimbOfN, canonical),
    (Fault::LimbOfRSquared, enter),
    (Fault::DecidedOtherwise(0), mont_mul),
    (Fault::DecidedOtherwise(1), canonical),
    (Fault::OneReductionTooFew(0), sub),
    (Fault::OneReductionTooFew(2), double),
    (Fault::NextEntry, tables),
];

#[test]
fn each_fault_makes_its_proof_fail() {
    for &(fault, proof) in FAULTS {
        assert_found(fault, |fault| with(|run| run.fault = Some(fault)), proof);
    }
}
