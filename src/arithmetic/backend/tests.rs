//! Compares the arithmetic of every backend with big integers, at edge cases and for random elements.

use super::digits;
use super::x86_64::ifma;
use super::{Arithmetic, Backend, Entries, with_arithmetic};
use crate::arithmetic::residue::{self, BYTES, Residue};
use core::array::from_fn;
use num_bigint::BigUint;
use proptest::prelude::*;
use std::vec::Vec;
use zeroize::Zeroize as _;

/// Evaluates the expression with the arithmetic of each backend that runs here, and with the models of ifma and of digits, which
/// run on any machine. A failed test prints the name of the last one.
macro_rules! on_every_backend {
    ($arithmetic:ident => $body:expr) => {{
        for name in Backend::available() {
            std::println!("on {name}");
            with_arithmetic!(Backend::named(name).unwrap(), $arithmetic => $body);
        }
        {
            std::println!("on the model of ifma");
            let $arithmetic = ifma::model::Model;
            $body
        }
        std::println!("on the model of digits");
        let $arithmetic = digits::MODEL;
        $body
    }};
}

/// SplitMix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// A fault to plant in one operation of a model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) operation: &'static str,
    pub(super) which: usize,
}

impl Fault {
    /// What `operation` gives: the right result, or a wrong one if the fault is in this operation.
    pub(super) fn either<T, const K: usize>(self, operation: &str, right: T, wrong: [T; K]) -> T {
        if self.operation != operation {
            return right;
        }
        wrong.into_iter().nth(self.which).expect("a fault of that number")
    }
}

/// The names of the functions of a trait, which is the last item of `source`.
pub(super) fn operations(source: &'static str, of: &str) -> Vec<&'static str> {
    let (_, functions) = source.split_once(of).expect("the trait");
    functions.lines().filter_map(|line| line.trim().strip_prefix("fn ")?.split(['(', '<']).next()).collect()
}

fn n() -> BigUint {
    BigUint::from_bytes_be(&residue::N)
}

/// A number below 2^3072 as an element, whether or not it is below N.
fn element<A: Arithmetic>(arithmetic: A, number: &BigUint) -> A::Element {
    let (number, mut bytes) = (number.to_bytes_be(), [0; BYTES]);
    bytes[BYTES - number.len()..].copy_from_slice(&number);
    arithmetic.element(&Residue(bytes))
}

fn value<A: Arithmetic>(arithmetic: A, element: &A::Element) -> BigUint {
    BigUint::from_bytes_be(&arithmetic.canonical(element).0)
}

/// Numbers whose products and sums have long carries, or are close to a multiple of N.
fn edges() -> Vec<BigUint> {
    let (one, n) = (BigUint::from(1u8), n());
    let all_ones: BigUint = (&one << 3072) - 1u8;
    let mut edges = Vec::from([
        BigUint::ZERO,
        one.clone(),
        BigUint::from(2u8),
        &n - 2u8,
        &n - 1u8,
        n.clone(),
        &n + 1u8,
        all_ones.clone(),
        &all_ones - 1u8,
        &all_ones ^ &(&one << 3071),
        &n >> 1,
        (&n >> 1) + 1u8,
        // their doubles are just below and just above R and R + N
        &one << 3071,
        (&one << 3071) - 1u8,
        (&all_ones + &n) >> 1,
    ]);
    for limb in [26, 32, 52, 64] {
        // all ones in every limb but one, and in one limb alone
        edges.push(&all_ones ^ &(((&one << limb) - 1u8) << (limb * 20)));
        edges.push(((&one << limb) - 1u8) << (limb * 20));
        edges.push(((&one << limb) - 1u8) << (3072 - limb));
        edges.push((&one << (limb * 20)) - 1u8);
        edges.push(&one << (limb * 20));
    }
    edges
}

/// Checks everything that the trait promises for two elements a and b below 2^3072.
fn check<A: Arithmetic>(arithmetic: A, a: &BigUint, b: &BigUint) {
    let n = n();
    let r = BigUint::from(1u8) << A::R_BITS;
    let mut work = arithmetic.work();
    let (of_a, of_b) = (element(arithmetic, a), element(arithmetic, b));
    assert_eq!(value(arithmetic, &of_a), a % &n);

    let mut product = of_a;
    arithmetic.mont_mul(&mut product, &of_b, &mut work);
    assert_eq!(value(arithmetic, &product) * &r % &n, a * b % &n);
    let mut square = of_a;
    arithmetic.mont_sqr(&mut square, &mut work);
    assert_eq!(value(arithmetic, &square) * &r % &n, a * a % &n);
    // results are accepted as operands without a reduction
    arithmetic.mont_mul(&mut square, &product, &mut work);
    assert_eq!(value(arithmetic, &square) * &r * &r * &r % &n, a * a * a * b % &n);

    let mut sum = of_a;
    arithmetic.add(&mut sum, &of_b);
    assert_eq!(value(arithmetic, &sum), (a + b) % &n);
    let mut difference = of_a;
    arithmetic.sub(&mut difference, &of_b);
    assert_eq!(value(arithmetic, &difference), (a + &n + &n - b) % &n);
    arithmetic.mont_mul(&mut sum, &difference, &mut work);
    assert_eq!(value(arithmetic, &sum) * &r % &n, (a + b) * (a + &n + &n - b) % &n);
    for bit in [0, 1] {
        let mut doubled = of_a;
        arithmetic.double_if(&mut doubled, bit);
        assert_eq!(value(arithmetic, &doubled), (a << bit) % &n);
    }

    let mut bytes = [0; BYTES];
    let reduced = (a % &n).to_bytes_be();
    bytes[BYTES - reduced.len()..].copy_from_slice(&reduced);
    assert_eq!(value(arithmetic, &arithmetic.element(&Residue(bytes))), a % &n);
    let mut entered = arithmetic.element(&Residue(bytes));
    arithmetic.enter(&mut entered, &mut work);
    assert_eq!(value(arithmetic, &entered), a * &r % &n);
}

#[test]
fn edges_against_each_other() {
    on_every_backend!(arithmetic => {
        for a in edges() {
            for b in edges() {
                check(arithmetic, &a, &b);
            }
        }
    });
}

#[test]
fn chains_of_one_operation() {
    on_every_backend!(arithmetic => {
        for a in edges() {
            for step in [Step::Mul, Step::Sqr, Step::Double, Step::Add, Step::Sub] {
                check_chain(arithmetic, &a, &n(), &[(step, false); 8]);
                check_chain(arithmetic, &a, &((&a << 1) % n()), &[(step, true); 8]);
            }
        }
    });
}

#[test]
fn elements_are_wiped() {
    on_every_backend!(arithmetic => {
        let mut element = element(arithmetic, &(n() - 1u8));
        element.zeroize();
        assert_eq!(value(arithmetic, &element), BigUint::ZERO);
    });
}

#[test]
fn every_power_of_two_and_every_place_of_a_table() {
    let entries: [[u8; BYTES]; 32] = from_fn(|i| from_fn(|j| (i as u8).wrapping_mul(37) ^ j as u8));
    let words: Entries<32> = from_fn(|word| from_fn(|i| entries[i].as_chunks().0[word]));
    let few: Entries<8> = from_fn(|word| from_fn(|i| words[word][i]));
    on_every_backend!(arithmetic => {
        for exponent in 0..3072 {
            let power = arithmetic.power_of_two(exponent);
            assert_eq!(value(arithmetic, &power), (BigUint::from(1u8) << exponent) % n());
        }
        let number = |i: u32| BigUint::from_bytes_le(&entries[i as usize]);
        let elements = from_fn::<_, 32, _>(|i| element(arithmetic, &number(i as u32)));
        for index in 0..32 {
            let mut found = element(arithmetic, &n());
            arithmetic.lookup(&mut found, &words, index);
            assert_eq!(value(arithmetic, &found), number(index) % n());
            arithmetic.lookup(&mut found, &few, index % 8);
            assert_eq!(value(arithmetic, &found), number(index % 8) % n());
            let indices = [index, 31, 0, index ^ 1, 31 - index];
            let mut found = [element(arithmetic, &n()); 5];
            arithmetic.lookup_all(&mut found, &words, &indices);
            for (found, index) in found.iter().zip(indices) {
                assert_eq!(value(arithmetic, found), number(index) % n());
            }
            let mut found = element(arithmetic, &n());
            arithmetic.select(&mut found, &elements, index);
            assert_eq!(value(arithmetic, &found), number(index) % n());
        }
    });
}

/// One step of a chain: the operation on the first of two elements, and whether they are swapped afterwards.
#[derive(Clone, Copy, Debug)]
enum Step {
    Mul,
    Sqr,
    Double,
    Add,
    Sub,
}

/// Checks that every operation accepts what another one leaves: nothing is reduced between the steps.
fn check_chain<A: Arithmetic>(arithmetic: A, a: &BigUint, b: &BigUint, steps: &[(Step, bool)]) {
    let n = n();
    let r_inverse = (BigUint::from(1u8) << A::R_BITS).modinv(&n).unwrap();
    let mut work = arithmetic.work();
    let mut elements = [element(arithmetic, a), element(arithmetic, b)];
    let mut numbers = [a % &n, b % &n];
    for &(step, swap) in steps {
        let ([to, by], [number, other]) = (&mut elements, &mut numbers);
        match step {
            Step::Mul => arithmetic.mont_mul(to, by, &mut work),
            Step::Sqr => arithmetic.mont_sqr(to, &mut work),
            Step::Double => arithmetic.double_if(to, 1),
            Step::Add => arithmetic.add(to, by),
            Step::Sub => arithmetic.sub(to, by),
        }
        *number = match step {
            Step::Mul => &*number * &*other * &r_inverse,
            Step::Sqr => &*number * &*number * &r_inverse,
            Step::Double => &*number + &*number,
            Step::Add => &*number + &*other,
            Step::Sub => &*number + &n - &*other,
        } % &n;
        if swap {
            elements.reverse();
            numbers.reverse();
        }
    }
    assert_eq!(elements.each_ref().map(|element| value(arithmetic, element)), numbers);
}

fn number() -> impl Strategy<Value = BigUint> {
    // runs of equal bits make long carries, which uniform bytes almost never do
    proptest::collection::vec((any::<bool>(), 1u32..200), 40..120).prop_map(|runs| {
        let number = runs.into_iter().fold(BigUint::ZERO, |number, (ones, length)| {
            (number << length) + if ones { (BigUint::from(1u8) << length) - 1u8 } else { BigUint::ZERO }
        });
        number % (BigUint::from(1u8) << 3072)
    })
}

fn step() -> impl Strategy<Value = (Step, bool)> {
    (proptest::sample::select(&[Step::Mul, Step::Sqr, Step::Double, Step::Add, Step::Sub]), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_two_elements(a in number(), b in number(), c in any::<[[u8; 32]; 12]>()) {
        let c = BigUint::from_bytes_be(c.as_flattened());
        on_every_backend!(arithmetic => {
            check(arithmetic, &a, &b);
            check(arithmetic, &c, &a);
        });
    }

    #[test]
    fn any_chain(a in number(), b in number(), steps in proptest::collection::vec(step(), 1..60)) {
        on_every_backend!(arithmetic => check_chain(arithmetic, &a, &b, &steps));
    }
}
