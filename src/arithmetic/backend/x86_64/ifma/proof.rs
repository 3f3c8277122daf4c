//! Proofs by running the kernels on symbols: each result is right for all elements, no lane overflows, and no factor has more
//! than 52 bits. docs/proofs.md says what a run proves and what it depends on. contracts.rs tests the model of the processor's
//! operations on which the proofs depend.
//!
//! A repeated operation returns the same symbol. So a part of a kernel that is run alone has the same lanes as in the kernel.

use super::lanes::{Kernel, Lanes, Line};
use super::*;
use crate::arithmetic::backend::symbols::{
    Atom, Expanded, Lane, Operation, Polynomial, Registers, SYMBOL, Terms, Value, assert_found, in_limbs,
    max_in_limbs, minus, product_in_limbs, times, two_to,
};
use core::array::from_fn;
use core::ops::{Deref, DerefMut};
use num_bigint::{BigInt, BigUint};
use std::cell::RefCell;
use std::collections::HashMap;
use std::vec::Vec;

type Vector = [Lane; 8];

/// An error planted in a kernel, to test that its proof fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// A carry moves up by one limb only.
    NoRipple,
    /// A limb that is almost full counts as full.
    FullLimbIsAnother,
    /// The carry out of the cleared limbs is rounded down instead of up.
    CarryNotRoundedUp,
    /// The n-th product of four rows leaves out one high half.
    ForgottenHighHalf(u32),
    /// A limb of this constant is too large by 1.
    Limb(Constant),
    /// Two columns of a squaring are swapped.
    WrongColumn,
    /// A doubled block includes a carry that it must not have.
    WrongCarryIntoDouble,
    /// A limb is cut off at 51 bits.
    MaskOneBitShort,
    /// The highest limb is cut off at bit 3071.
    HighestOneBitShort,
    /// The n-th carry from one limb to the next is left out.
    ForgottenCarry(u32),
    /// The lane that moves into a vector from below is 0.
    NothingFromBelow,
    /// The comparison with N is inverted.
    ComparedTheOtherWay,
    /// A look-up finds the next entry within the group of 16.
    NextEntry,
    /// A look-up finds the entry of another group of 16.
    OtherSixteen,
    /// A selection finds the next element.
    NextElement,
    /// A sum is not folded.
    NotFolded,
    /// The highest limb of an element is as large as the others.
    LargerElements,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Constant {
    N,
    TwoToMinus208,
    TwoToMinus416,
    MinusInverse,
    TwoTo3072,
    EightN,
    RSquared,
}

struct Run {
    registers: Registers,
    /// The calls of [`Lanes::reach`]: the limbs, the bound, and the result.
    asked: Vec<([Vector; 8], u64, u64)>,
    /// The results of [`Lanes::limb`].
    cut: HashMap<(Lane, Lane, u32), Lane>,
    /// The result of a comparison of symbols, in the current case.
    equal: Option<bool>,
    loaded: usize,
    fault: Option<Fault>,
    /// How often the run has passed a place of the fault's kind.
    passed: u32,
}

std::thread_local! {
    static RUN: RefCell<Run> = RefCell::new(Run::new(None));
}

fn with<T>(work: impl FnOnce(&mut Run) -> T) -> T {
    RUN.with_borrow_mut(work)
}

/// Starts a new run, with the same fault.
fn begin() {
    with(|run| *run = Run::new(run.fault));
}

impl Deref for Run {
    type Target = Registers;

    fn deref(&self) -> &Registers {
        &self.registers
    }
}

impl DerefMut for Run {
    fn deref_mut(&mut self) -> &mut Registers {
        &mut self.registers
    }
}

impl Run {
    fn new(fault: Option<Fault>) -> Self {
        Run {
            registers: Registers::default(),
            asked: Vec::new(),
            cut: HashMap::new(),
            equal: None,
            loaded: 0,
            fault,
            passed: 0,
        }
    }

    /// Whether the fault is planted here: at the n-th place of its kind.
    fn fails(&mut self, fault: impl Fn(u32) -> Fault) -> bool {
        let here = self.fault == Some(fault(self.passed));
        let passes = self
            .fault
            .is_some_and(|planted| core::mem::discriminant(&planted) == core::mem::discriminant(&fault(0)));
        self.passed += u32::from(passes);
        here
    }

    /// The low and the high half of a product.
    fn halves(&mut self, a: Lane, b: Lane) -> (Lane, Lane) {
        let halves = |run: &mut Registers| {
            let (a, b) = (run.value(a), run.value(b));
            assert!(a.max >> 52 == 0 && b.max >> 52 == 0, "a factor of more than 52 bits");
            let product = a.times(&b);
            // the low half stays a polynomial, and is named only after it has been added to others
            match product.max >> 52 {
                0 => (product, Value::constant(0)),
                max if product.as_constant().is_none() => {
                    let high = run.atoms.input(max);
                    let polynomial = product.polynomial.plus(-(1 << 52), &high.polynomial);
                    (Value { polynomial, max: MASK.into() }, high)
                }
                _ => run.atoms.split(&product, 52),
            }
        };
        self.once((Operation::Product, a.min(b), a.max(b)), halves)
    }

    /// 52 bits of two words, as a new symbol.
    fn limb(&mut self, low: Lane, high: Lane, shift: u32) -> Lane {
        if let Some(limb) = self.cut.get(&(low, high, shift)) {
            return *limb;
        }
        let bits = if high == 0 { 64 - shift } else { 52 };
        let limb = self.input(MASK >> (52 - bits.min(52)));
        self.cut.insert((low, high, shift), limb);
        limb
    }

    /// The carries into the limbs, from two comparisons that were recorded: which limbs carry, and which would carry with 1
    /// more.
    ///
    /// Lemma: let bit i of c be 1 if limb i carries, and bit i of f if it carries or is full, so f has all bits of c. In the
    /// addition c + f, let k_i be the carry into bit i. The carry out of bit i is f_i if k_i is 1, and c_i if k_i is 0, which
    /// is the carry out of limb i if k_i is the carry into it. So k_i is the carry into limb i, and (c + f) ^ c ^ f has the
    /// bits k_i.
    fn carries(&mut self, bits: u64) -> [Vector; 8] {
        let [(limbs, 0x10_0000_0000_0000, carry), (same, MASK, carry_or_full)] = self.asked[..] else {
            panic!("not asked for the limbs that carry and for those that would with 1 more");
        };
        assert_eq!(limbs, same);
        self.asked.clear();
        assert_eq!(
            bits,
            carry.wrapping_add(carry_or_full) ^ carry ^ carry_or_full,
            "not the carries of an addition"
        );
        let mut carries = [[0; 8]; 8];
        let mut carry = 0;
        for at in 0..64 {
            let limb = limbs[at % 8][at / 8];
            carries[at % 8][at / 8] = carry;
            let sum = self.add(limb, carry);
            let value = self.value(sum);
            assert!(value.max < 1 << 53, "a limb that carries more than 1");
            // the carry is the high half of the sum of the limb and the carry into it
            carry = self.split(sum, 52).1;
            assert!(self.value(carry).max <= 1);
        }
        assert_eq!(carry, 0, "a carry out of the highest limb");
        carries
    }
}

#[derive(Clone, Copy)]
struct Symbols;

impl Symbols {
    fn in_lanes(self, a: Vector, b: Vector, operation: impl Fn(&mut Run, Lane, Lane) -> Lane) -> Vector {
        with(|run| from_fn(|i| operation(run, a[i], b[i])))
    }
}

/// The results of the two comparisons: arbitrary bits that a kernel can only get from them. The second includes all bits of the
/// first.
const TOKENS: [u64; 2] = [0x9216_d5d9_8979_fb1b & 0xd131_0ba6_98df_b5ac, 0xd131_0ba6_98df_b5ac];

impl Lanes for Symbols {
    type Vector = Vector;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    fn wipe(self) {}

    fn load(self, line: &Line) -> Vector {
        let constant = [(Constant::TwoTo3072, &TWO_TO_3072), (Constant::EightN, &EIGHT_N)]
            .into_iter()
            .find(|(_, number)| core::ptr::eq(line, &number.0[3]));
        let wrong = constant.is_some_and(|(name, _)| with(|run| run.fails(|_| Fault::Limb(name))));
        from_fn(|i| line.0[i] + u64::from(wrong && i == 3))
    }

    fn store(self, line: &mut Line, a: Vector) {
        line.0 = a;
    }

    fn store_lowest(self, to: &mut u64, a: Vector) {
        *to = a[0];
    }

    fn store_word(self, to: &mut u64, a: u64) {
        *to = a;
    }

    fn load_bytes(self, bytes: &[u8; 64]) -> Vector {
        with(|run| run.loaded += 1);
        from_fn(|i| u64::from_le_bytes(bytes.as_chunks().0[i]))
    }

    fn splat(self, a: u64) -> Vector {
        [a; 8]
    }

    fn splat_lane<const LANE: usize>(self, a: Vector) -> Vector {
        [a[LANE]; 8]
    }

    fn hide(self, a: Vector) -> Vector {
        a
    }

    fn hide_reference<T>(self, a: &T) -> &T {
        a
    }

    fn all_below(self, a: Vector, bound: u64) -> bool {
        with(|run| a.iter().all(|&a| run.value(a).max < bound.into()))
    }

    fn add(self, a: Vector, b: Vector) -> Vector {
        if b == [MASK; 8] && with(|run| run.fails(|_| Fault::CarryNotRoundedUp)) {
            return a;
        }
        self.in_lanes(a, b, |run, a, b| run.add(a, b))
    }

    fn sub(self, a: Vector, b: Vector) -> Vector {
        self.in_lanes(a, b, |run, a, b| run.sub(a, b))
    }

    fn add_low(self, to: Vector, a: Vector, b: Vector) -> Vector {
        let low = self.in_lanes(a, self.perhaps_wrong_inverse(b), |run, a, b| run.halves(a, b).0);
        Lanes::add(self, to, low)
    }

    fn add_high(self, to: Vector, a: Vector, b: Vector) -> Vector {
        let high = self.in_lanes(a, self.perhaps_wrong_inverse(b), |run, a, b| run.halves(a, b).1);
        Lanes::add(self, to, high)
    }

    fn add_four_rows(self, sum: &mut [Vector; 12], a: [Vector; 4], b: &[Line; 8]) {
        let forgotten = with(|run| run.fails(Fault::ForgottenHighHalf));
        let constants = [
            (Constant::N, &N),
            (Constant::TwoToMinus208, &TWO_TO_MINUS_208),
            (Constant::TwoToMinus416, &TWO_TO_MINUS_416),
            (Constant::RSquared, &R_SQUARED),
        ];
        let constant = constants.into_iter().find(|(_, number)| core::ptr::eq(b, &number.0));
        let wrong = constant.is_some_and(|(name, _)| with(|run| run.fails(|_| Fault::Limb(name))));
        for (j, b) in b.iter().enumerate() {
            let b = from_fn(|i| b.0[i] + u64::from(wrong && 8 * i + j == 20));
            for (row, (at, a)) in (j..).zip(a).enumerate() {
                sum[at] = self.add_low(sum[at], a, b);
                if !(forgotten && row == 1 && j == 5) {
                    sum[at + 1] = self.add_high(sum[at + 1], a, b);
                }
            }
        }
    }

    fn low_bits<const BITS: u32>(self, a: Vector) -> Vector {
        let short = match BITS {
            52 => with(|run| run.fails(|_| Fault::MaskOneBitShort)),
            _ => with(|run| run.fails(|_| Fault::HighestOneBitShort)),
        };
        let bits = BITS - u32::from(short);
        self.in_lanes(a, a, |run, a, _| run.split(a, bits).0)
    }

    fn high_bits<const BITS: u32>(self, a: Vector) -> Vector {
        if BITS == 52 && with(|run| run.fails(Fault::ForgottenCarry)) {
            return [0; 8];
        }
        if BITS == 4 && with(|run| run.fails(|_| Fault::NotFolded)) {
            return [0; 8];
        }
        self.in_lanes(a, a, |run, a, _| run.split(a, BITS).1)
    }

    fn add_word(self, a: u64, b: u64) -> u64 {
        with(|run| run.add(a, b))
    }

    fn low_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        self.low_bits::<BITS>([a; 8])[0]
    }

    fn high_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        self.high_bits::<BITS>([a; 8])[0]
    }

    fn equal(self, a: Vector, b: Vector) -> u8 {
        if a.iter().chain(&b).all(|lane| lane & SYMBOL == 0) {
            let next = with(|run| run.fails(|_| Fault::NextElement));
            return (0..8).fold(0, |mask, i| mask | u8::from(a[i] == b[i] + u64::from(next)) << i);
        }
        assert!(a == [a[0]; 8] && b == [1; 8], "one symbol, compared with 1");
        with(|run| {
            let (value, equal) = (run.value(a[0]), run.equal.expect("a case of a comparison"));
            assert!(value.max <= 1, "neither 0 nor 1");
            run.atoms.assume(&value.polynomial, equal.into());
            if equal ^ run.fails(|_| Fault::ComparedTheOtherWay) { u8::MAX } else { 0 }
        })
    }

    fn reach(self, a: [Vector; 8], bound: u64) -> u64 {
        with(|run| {
            let wrong = bound == MASK && run.fails(|_| Fault::FullLimbIsAnother);
            let bits = TOKENS[run.asked.len() % 2];
            run.asked.push((a, bound - u64::from(wrong), bits));
            bits
        })
    }

    fn add_bits(self, a: [Vector; 8], bits: u64) -> [Vector; 8] {
        with(|run| {
            assert_eq!(run.asked[0].0, a, "bits of other limbs");
            let bits = if run.fails(|_| Fault::NoRipple) { run.asked[0].2 << 1 } else { bits };
            let carries = run.carries(bits);
            from_fn(|j| from_fn(|i| run.add(a[j][i], carries[j][i])))
        })
    }

    fn choose(self, mask: u8, a: Vector, b: Vector) -> Vector {
        let adjacent = mask == LOWER[1].adjacent;
        let wrong = adjacent && with(|run| run.fails(|_| Fault::WrongCarryIntoDouble));
        let mask = if wrong { mask & (mask - 1) } else { mask };
        let mask = mask ^ u8::from(with(|run| run.fails(|_| Fault::OtherSixteen)));
        from_fn(|i| if mask >> i & 1 == 1 { b[i] } else { a[i] })
    }

    fn lanes_down(self, a: Vector) -> Vector {
        from_fn(|i| if i == 7 { 0 } else { a[i + 1] })
    }

    fn lanes_up(self, a: Vector, below: Vector) -> Vector {
        if with(|run| run.fails(|_| Fault::NothingFromBelow)) {
            return [0; 8];
        }
        from_fn(|i| if i == 0 { below[7] } else { a[i - 1] })
    }

    fn permute(self, a: Vector, index: Vector) -> Vector {
        index.map(|i| a[i as usize % 8])
    }

    fn permute_two(self, a: Vector, b: Vector, mut index: Vector) -> Vector {
        if index == LOWER[1].columns.0 && with(|run| run.fails(|_| Fault::WrongColumn)) {
            index.swap(2, 3);
        }
        let next = u64::from(with(|run| run.fails(|_| Fault::NextEntry)));
        let index = index.map(|i| i + next);
        index.map(|i| [a, b].as_flattened()[i as usize % 16])
    }

    fn transpose(self, a: [Vector; 8]) -> [Vector; 8] {
        from_fn(|i| from_fn(|j| a[j][i]))
    }

    fn limb(self, low: Vector, high: Vector, shift: u32) -> Vector {
        with(|run| from_fn(|i| run.limb(low[i], high[i], shift)))
    }
}

impl Symbols {
    fn perhaps_wrong_inverse(self, b: Vector) -> Vector {
        let wrong = b == MINUS_INVERSE[3].0 && with(|run| run.fails(|_| Fault::Limb(Constant::MinusInverse)));
        from_fn(|i| b[i] + u64::from(wrong && i == 7))
    }
}

/// A number of which only the bounds of its limbs are known.
fn number(max: impl Fn(usize) -> u64) -> Number {
    let mut number = Number::ZERO;
    for i in 0..60 {
        *number.limb_mut(i) = with(|run| run.input(max(i)));
    }
    number
}

/// An element of which nothing is known.
fn element() -> Number {
    let larger = with(|run| run.fails(|_| Fault::LargerElements));
    number(|i| if i == 59 && !larger { HIGHEST_MAX } else { MASK })
}

fn values(limbs: impl IntoIterator<Item = Lane>) -> Vec<Value> {
    with(|run| limbs.into_iter().map(|limb| run.value(limb)).collect())
}

fn limbs(number: &Number) -> Vec<Value> {
    values((0..64).map(|i| number.limb(i)))
}

fn limbs_of_vectors(vectors: &[Vector]) -> Vec<Value> {
    values((0..8 * vectors.len()).map(|i| vectors[i % vectors.len()][i / vectors.len()]))
}

fn n() -> BigUint {
    BigUint::from_bytes_be(&residue::N)
}

/// Asserts that the limbs are within the bounds of an element.
fn assert_element(number: &Number) {
    for (i, limb) in limbs(number).iter().enumerate() {
        let max = if i < 59 {
            MASK
        } else if i == 59 {
            HIGHEST_MAX
        } else {
            0
        };
        assert!(limb.max <= max.into(), "limb {i} may be {}", limb.max);
    }
}

fn value(number: &Number) -> Terms {
    in_limbs(&limbs(number), 52)
}

/// a b
fn product(a: &Number, b: &Number) -> Terms {
    let (a, b) = (limbs(a), limbs(b));
    product_in_limbs(&a, &b, 52)
}

/// Asserts that the sum of the terms is 0, or a multiple of the modulus, for all inputs.
fn assert_zero(terms: Terms, modulus: Option<&BigUint>, instead: &HashMap<Atom, Expanded>) {
    let left = with(|run| run.atoms.expand(terms, modulus, instead));
    assert!(left.is_zero(), "{} terms are left", left.0.len());
}

/// Asserts that `kernel` returns `product` / R mod N, and an element. `sum` is the state before the kernel clears the last
/// eight limbs.
fn assert_montgomery(sum: impl FnOnce() -> Sum<Vector>, kernel: impl FnOnce() -> Number, product: Terms) {
    // Lemma: the eight cleared limbs and the carry into the lowest are a multiple of 2^416, and those below the highest are
    // less than 2^416. So the highest limb plus the carry into it, which is at most 2^52 - 1, is a multiple of 2^52. Therefore
    // floor((highest + 2^52 - 1) / 2^52) is the carry out of all eight, their number / 2^416.
    let Sum { limbs: cleared, carry } = clear(Symbols, sum());
    let highest = cleared[7][0];
    let mut cleared: [Lane; 8] = from_fn(|i| cleared[i][0]);
    cleared[0] = Symbols.add_word(cleared[0], carry);
    let cleared = values(cleared);
    let two_to_416 = BigUint::from(1u8) << 416;
    assert!(max_in_limbs(&cleared[..7], 52) < two_to_416);
    assert_zero(in_limbs(&cleared, 52), Some(&two_to_416), &HashMap::new());
    let carried = with(|run| {
        run.passed = 0;
        let rounded_up = run.add(highest, MASK);
        let carried = run.split(rounded_up, 52).1;
        run.value(carried).polynomial.as_atom().expect("a carry")
    });
    let inverse = BigInt::from(two_to_416.modinv(&n()).unwrap());
    let mut quotient = Expanded::default();
    for (factor, polynomial) in times(&inverse, in_limbs(&cleared, 52)) {
        for (monomial, c) in polynomial.0 {
            *quotient.0.entry(monomial).or_default() += &factor * c;
        }
    }
    let out = kernel();
    assert_element(&out);
    let difference = minus(times(&two_to(3120), value(&out)), product);
    assert_zero(difference, Some(&n()), &HashMap::from([(carried, quotient)]));
}

fn mont_mul_by(b: &Number) {
    let a = element();
    let mut out = a;
    assert_montgomery(
        || MontMul { a: &mut a.clone(), b }.sum(Symbols),
        || {
            Symbols.mont_mul(&mut out, b, &mut []);
            out
        },
        product(&a, b),
    );
}

fn mont_mul() {
    begin();
    mont_mul_by(&element());
}

fn mont_sqr() {
    begin();
    let a = element();
    let mut out = a;
    assert_montgomery(
        || MontSqr(&mut a.clone()).sum(Symbols),
        || {
            Symbols.mont_sqr(&mut out, &mut []);
            out
        },
        product(&a, &a),
    );
}

/// `enter` is a product by R^2 mod N, and its inverse a product by 1.
fn enter_and_leave() {
    let r_squared = BigUint::from(2u8).modpow(&BigUint::from(2 * 3120u32), &n());
    assert_eq!(BigUint::from_bytes_be(&R_SQUARED.to_be_bytes()), r_squared);
    assert_eq!(R_SQUARED.limb(59) >> 4, 0);
    begin();
    mont_mul_by(&R_SQUARED);
    begin();
    mont_mul_by(&Number::from_be_bytes(&residue::ONE.0));
}

/// Uncarried limbs of which only the bounds are known.
fn uncarried(max: impl Fn(usize) -> u64) -> Uncarried<Vector> {
    Uncarried(number(max).load(Symbols))
}

fn carried(Carried(limbs): Carried<Vector>) -> Number {
    let mut number = Number::ZERO;
    number.store(Symbols, Carried(limbs));
    number
}

fn carry_all() {
    begin();
    let limbs = uncarried(|i| if i == 59 { (1 << 51) - 1 } else { (1 << 63) - 1 });
    let before = in_limbs(&limbs_of_vectors(&limbs.0), 52);
    let after = carried(carry(Symbols, limbs));
    assert!(
        self::limbs(&after)
            .iter()
            .enumerate()
            .all(|(i, limb)| limb.max <= if i < 60 { MASK.into() } else { 0 })
    );
    assert_zero(minus(value(&after), before), None, &HashMap::new());
}

fn fold_all() {
    begin();
    let limbs = uncarried(|i| if i == 59 { (1 << 9) - 1 } else { (1 << 54) - 1 });
    let before = in_limbs(&limbs_of_vectors(&limbs.0), 52);
    let after = carried(fold(Symbols, limbs));
    assert_element(&after);
    assert_zero(minus(value(&after), before), Some(&n()), &HashMap::new());
}

fn sums() {
    begin();
    let (a, b) = (element(), element());
    let mut sum = a;
    Arithmetic::add(Symbols, &mut sum, &b);
    assert_element(&sum);
    let terms: Terms = value(&a).into_iter().chain(value(&b)).collect();
    assert_zero(minus(value(&sum), terms), Some(&n()), &HashMap::new());
}

fn differences() {
    begin();
    let (a, b) = (element(), element());
    let mut difference = a;
    Arithmetic::sub(Symbols, &mut difference, &b);
    assert_element(&difference);
    assert_zero(minus(value(&difference), minus(value(&a), value(&b))), Some(&n()), &HashMap::new());
}

fn doubles() {
    for bit in [0, 1] {
        begin();
        let a = element();
        let mut doubled = a;
        Symbols.double_if(&mut doubled, bit);
        assert_element(&doubled);
        let terms = minus(value(&doubled), times(&BigInt::from(1 << bit), value(&a)));
        assert_zero(terms, Some(&n()), &HashMap::new());
    }
}

/// The bits of a number from 3072 on.
fn above_3072(number: &Number) -> Value {
    with(|run| {
        let above = run.split(number.limb(59), 4).1;
        run.value(above)
    })
}

/// Lemma: let f be the bits of an element from 3072 on, and l the number below them. `fold` makes f (2^3072 - N) + l of it. The
/// first time, f is at most 1. If f is still 1 the second time, l is what is left of a number less than 2^3072 + 2^3072 - N, so
/// l is less than 2^3072 - N, and the result of `fold` less than twice that. So the result b of both is below 2^3072. Bit 3072
/// of b + 2^3072 - N is 1 if and only if b >= N, and it is the highest bit.
fn canonical() {
    let r = BigUint::from(1u8) << 3072;
    let t = &r - n();
    assert!(&t + &t < r && r < n() << 1);
    let t_terms = || value(&TWO_TO_3072);
    for reaches_n in [true, false] {
        begin();
        let a = element();
        let once = carried(fold(Symbols, Uncarried(a.load(Symbols))));
        let twice = carried(fold(Symbols, Uncarried(once.load(Symbols))));
        for (before, after) in [(&a, &once), (&once, &twice)] {
            let above = above_3072(before);
            assert!(above.max <= 1);
            // after - before = f (2^3072 - N) - f 2^3072, as integers
            let f_n = Vec::from([(-BigInt::from(n()), above.polynomial)]);
            assert_zero(minus(minus(value(after), value(before)), f_n), None, &HashMap::new());
        }
        let mut less_n = twice.load(Symbols);
        for (limb, more) in less_n.iter_mut().zip(TWO_TO_3072.load(Symbols)) {
            *limb = Lanes::add(Symbols, *limb, more);
        }
        let less_n = carried(carry(Symbols, Uncarried(less_n)));
        let sum: Terms = value(&twice).into_iter().chain(t_terms()).collect();
        assert_zero(minus(value(&less_n), sum), None, &HashMap::new());
        assert!(above_3072(&less_n).max <= 1);

        with(|run| {
            run.equal = Some(reaches_n);
            run.passed = 0;
        });
        let mut out = a;
        Symbols.run(Canonical(&mut out));
        // out = b - N if b >= N, and b otherwise, as integers
        let subtracted = Vec::from([(BigInt::from(n()), Polynomial::constant(reaches_n.into()))]);
        assert_zero(minus(minus(value(&twice), value(&out)), subtracted), None, &HashMap::new());
    }
}

/// Every index into tables of the largest and the smallest size. Each look-up reads all entries.
fn table_lookups() {
    table_lookups_among::<128>();
    table_lookups_among::<16>();
    table_lookups_among::<8>();
}

fn table_lookups_among<const K: usize>() {
    begin();
    let words: [[Lane; K]; BYTES / 8] = from_fn(|_| from_fn(|_| with(|run| run.input(u64::MAX))));
    let entries: Entries<K> = words.map(|word| word.map(u64::to_le_bytes));
    for index in 0..K {
        let indices = [index, K - 1 - index, 0, index ^ 1, (index + 5) % K];
        let mut found = [Number::ZERO; 5];
        with(|run| run.loaded = 0);
        Symbols.lookup_all(&mut found, &entries, &indices.map(|index| index as u32));
        assert_eq!(with(|run| run.loaded), BYTES / 8 * K / 8);
        for (found, index) in found.iter().zip(indices) {
            // the bits from 52 i on
            let limb = |i: usize| {
                let (word, shift) = (52 * i / 64, 52 * i % 64);
                let above = words.get(word + 1).map_or(0, |above| above[index]);
                with(|run| run.limb(words[word][index], above, shift as u32))
            };
            assert!((0..60).all(|i| found.limb(i) == limb(i)) && (60..64).all(|i| found.limb(i) == 0));
            assert_element(found);
        }
    }
}

fn selections() {
    const K: usize = 32;
    begin();
    let elements: [Number; K] = from_fn(|_| element());
    for index in 0..K {
        let mut found = Number::ZERO;
        Symbols.select(&mut found, &elements, index as u32);
        assert!((0..64).all(|i| found.limb(i) == elements[index].limb(i)));
    }
}

#[test]
fn the_montgomery_form_and_its_inverse_are_right_for_all_residues() {
    enter_and_leave();
}

#[test]
fn carrying_keeps_the_number_and_leaves_52_bits() {
    carry_all();
}

#[test]
fn folding_keeps_the_residue_and_leaves_an_element() {
    fold_all();
}

#[test]
fn sums_differences_and_doubles_are_right_for_all_elements() {
    sums();
    differences();
    doubles();
}

#[test]
fn canonical_numbers_are_right_and_below_n_for_all_elements() {
    canonical();
}

#[test]
fn look_ups_find_every_entry_of_any_table() {
    table_lookups();
    selections();
}

/// The number is cut into limbs by shifts, ands with constants, and ors. So if the result is right for 0 and for each single
/// bit, it is right for all numbers.
#[test]
fn bytes_and_limbs_are_the_same_number() {
    assert!(Number::from_be_bytes(&[0; BYTES]).to_be_bytes() == [0; BYTES]);
    for bit in 0..3072 {
        let mut bytes = [0; BYTES];
        bytes[BYTES - 1 - bit / 8] = 1 << (bit % 8);
        let number = Number::from_be_bytes(&bytes);
        for i in 0..64 {
            assert_eq!(number.limb(i), if i == bit / 52 { 1 << (bit % 52) } else { 0 });
        }
        assert!(number.to_be_bytes() == bytes);
    }
}

#[test]
fn every_power_of_two_has_exactly_its_bit() {
    for exponent in 0..3072 {
        let power = Symbols.power_of_two(exponent as u32);
        for i in 0..64 {
            assert_eq!(power.limb(i), if i == exponent / 52 { 1 << (exponent % 52) } else { 0 });
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

/// Each fault, with a proof that must fail with it.
const FAULTS: &[(Fault, fn())] = &[
    (Fault::NoRipple, mont_mul),
    (Fault::FullLimbIsAnother, mont_mul),
    (Fault::CarryNotRoundedUp, mont_mul),
    (Fault::CarryNotRoundedUp, mont_sqr),
    (Fault::ForgottenHighHalf(0), mont_mul),
    (Fault::ForgottenHighHalf(20), mont_mul),
    (Fault::ForgottenHighHalf(20), mont_sqr),
    (Fault::Limb(Constant::N), mont_mul),
    (Fault::Limb(Constant::TwoToMinus208), mont_mul),
    (Fault::Limb(Constant::TwoToMinus416), mont_sqr),
    (Fault::Limb(Constant::MinusInverse), mont_mul),
    (Fault::WrongColumn, mont_sqr),
    (Fault::WrongCarryIntoDouble, mont_sqr),
    (Fault::MaskOneBitShort, mont_mul),
    (Fault::ForgottenCarry(1), mont_mul),
    (Fault::ForgottenCarry(40), mont_mul),
    (Fault::ForgottenCarry(70), mont_mul),
    (Fault::ForgottenCarry(0), mont_sqr),
    (Fault::NothingFromBelow, mont_mul),
    (Fault::LargerElements, mont_mul),
    (Fault::LargerElements, canonical),
    (Fault::Limb(Constant::RSquared), enter_and_leave),
    (Fault::NoRipple, carry_all),
    (Fault::ForgottenCarry(0), carry_all),
    (Fault::NothingFromBelow, carry_all),
    (Fault::MaskOneBitShort, carry_all),
    (Fault::HighestOneBitShort, fold_all),
    (Fault::NotFolded, fold_all),
    (Fault::NotFolded, sums),
    (Fault::Limb(Constant::TwoTo3072), sums),
    (Fault::Limb(Constant::EightN), differences),
    (Fault::NoRipple, doubles),
    (Fault::HighestOneBitShort, canonical),
    (Fault::ComparedTheOtherWay, canonical),
    (Fault::NextEntry, table_lookups),
    (Fault::OtherSixteen, table_lookups),
    (Fault::NextElement, selections),
];

#[test]
fn each_fault_makes_its_proof_fail() {
    for &(fault, proof) in FAULTS {
        assert_found(fault, |fault| with(|run| run.fault = Some(fault)), proof);
    }
}
