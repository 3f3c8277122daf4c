//! Symbols: words of which only an upper bound is known. A run of a kernel on symbols is a proof for all inputs. docs/proofs.md
//! explains how to read one.
//!
//! A value is a polynomial of degree at most 2 with integer coefficients over *atoms*, with an upper bound. A value is never
//! negative. An atom stands for one number that the inputs determine: an input itself, or the result of an operation that is
//! not a polynomial, for example the high half of a product. If P = 2^b high + low, the high half is a new atom, and the low
//! half is an atom *defined* as P - 2^b high. An identity holds if the difference of its sides is 0 after each defined atom has
//! been replaced by its definition, the last one first.

use num_bigint::{BigInt, BigUint, Sign};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::vec::Vec;

/// The number of an atom. Atom 0 is the number 1.
pub(crate) type Atom = u32;
/// The product of two atoms, the later one first.
pub(crate) type Monomial = (Atom, Atom);

fn product(a: Monomial, b: Monomial) -> Monomial {
    let mut atoms = [a.0, a.1, b.0, b.1];
    atoms.sort_unstable();
    assert!(atoms[..2] == [0, 0], "a product of a degree above 2");
    (atoms[3], atoms[2])
}

/// A polynomial: its terms in ascending order, without zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Polynomial(pub(crate) Vec<(Monomial, i128)>);

impl Polynomial {
    pub(crate) fn constant(number: i128) -> Self {
        Self(if number == 0 { Vec::new() } else { Vec::from([((0, 0), number)]) })
    }

    fn atom(atom: Atom) -> Self {
        Self(Vec::from([((atom, 0), 1)]))
    }

    fn from_terms(mut terms: Vec<(Monomial, i128)>) -> Self {
        terms.sort_unstable_by_key(|term| term.0);
        let mut merged = Self::default();
        for (monomial, coefficient) in terms {
            match merged.0.last_mut() {
                Some(last) if last.0 == monomial => last.1 = last.1.checked_add(coefficient).unwrap(),
                _ => merged.0.push((monomial, coefficient)),
            }
        }
        merged.0.retain(|term| term.1 != 0);
        merged
    }

    /// `self` + `factor` `other`
    pub(crate) fn plus(&self, factor: i128, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut sum = Vec::with_capacity(self.0.len() + other.0.len());
        loop {
            let next = match (a.peek(), b.peek()) {
                (None, None) => return Self(sum),
                (Some(x), Some(y)) if x.0 == y.0 => {
                    let (x, y) = (a.next().unwrap(), b.next().unwrap());
                    (x.0, y.1.checked_mul(factor).and_then(|y| x.1.checked_add(y)).unwrap())
                }
                (Some(x), Some(y)) if x.0 < y.0 => *a.next().unwrap(),
                (Some(_), None) => *a.next().unwrap(),
                _ => b.next().map(|y| (y.0, y.1.checked_mul(factor).unwrap())).unwrap(),
            };
            if next.1 != 0 {
                sum.push(next);
            }
        }
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut terms = Vec::with_capacity(self.0.len() * other.0.len());
        for &(a, c) in &self.0 {
            terms.extend(other.0.iter().map(|&(b, d)| (product(a, b), c.checked_mul(d).unwrap())));
        }
        Self::from_terms(terms)
    }

    fn is_even(&self) -> bool {
        self.0.iter().all(|term| term.1 & 1 == 0)
    }

    /// The atom, if the polynomial is a single atom.
    pub(crate) fn as_atom(&self) -> Option<Atom> {
        match self.0[..] {
            [((atom, 0), 1)] if atom != 0 => Some(atom),
            _ => None,
        }
    }
}

/// A number that is not negative: its polynomial and its upper bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) polynomial: Polynomial,
    pub(crate) max: u128,
}

impl Value {
    pub(crate) fn constant(number: u128) -> Self {
        Self { polynomial: Polynomial::constant(number.try_into().unwrap()), max: number }
    }

    /// The number, if the value is a constant.
    pub(crate) fn as_constant(&self) -> Option<u128> {
        match self.polynomial.0[..] {
            [] => Some(0),
            [((0, 0), number)] => Some(number.try_into().unwrap()),
            _ => None,
        }
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        let max = self.max.checked_add(other.max).unwrap();
        Self { polynomial: self.polynomial.plus(1, &other.polynomial), max }
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        let max = self.max.checked_mul(other.max).unwrap();
        Self { polynomial: self.polynomial.times(&other.polynomial), max }
    }
}

struct AtomOf {
    max: u128,
    definition: Option<Polynomial>,
}

/// All atoms of a run.
pub(crate) struct Atoms(Vec<AtomOf>);

impl Atoms {
    pub(crate) fn new() -> Self {
        Self(Vec::from([AtomOf { max: 1, definition: None }]))
    }

    /// A new atom for a number from 0 to `max`.
    pub(crate) fn input(&mut self, max: u128) -> Value {
        self.push(max, None)
    }

    /// The value as a single atom, so that the degree does not grow.
    pub(crate) fn named(&mut self, value: Value) -> Value {
        match value.as_constant() {
            Some(_) => value,
            None if value.polynomial.as_atom().is_some() => value,
            None => self.push(value.max, Some(value.polynomial)),
        }
    }

    fn push(&mut self, max: u128, definition: Option<Polynomial>) -> Value {
        self.0.push(AtomOf { max, definition });
        Value { polynomial: Polynomial::atom(self.0.len() as Atom - 1), max }
    }

    /// The low `bits` bits of a value, and the bits above them.
    pub(crate) fn split(&mut self, value: &Value, bits: u32) -> (Value, Value) {
        if let Some(number) = value.as_constant() {
            return (Value::constant(number % (1 << bits)), Value::constant(number >> bits));
        }
        if value.max >> bits == 0 {
            let linear = value.polynomial.0.iter().all(|term| term.0.1 == 0);
            let low = if linear { value.clone() } else { self.named(value.clone()) };
            return (low, Value::constant(0));
        }
        let high = self.input(value.max >> bits);
        (self.low_half(value, bits, &high), high)
    }

    /// The low half of a value whose high half is known.
    pub(crate) fn low_half(&mut self, value: &Value, bits: u32, high: &Value) -> Value {
        // the low half of an even number is even
        let max = ((1 << bits) - 1 - u128::from(value.polynomial.is_even())).min(value.max);
        self.push(max, Some(value.polynomial.plus(-(1 << bits), &high.polynomial)))
    }

    /// a - b + 2^bits borrow, and the borrow, which is 0 or 1.
    pub(crate) fn difference(&mut self, a: &Value, b: &Value, bits: u32) -> (Value, Value) {
        if let (Some(a), Some(b)) = (a.as_constant(), b.as_constant()) {
            let low = a.wrapping_sub(b) & ((1 << bits) - 1);
            return (Value::constant(low), Value::constant(u128::from(a < b)));
        }
        let polynomial = a.polynomial.plus(-1, &b.polynomial);
        if b.max <= a.as_constant().unwrap_or(0) {
            return (Value { polynomial, max: a.max }, Value::constant(0));
        }
        let borrow = self.input(1);
        (self.push((1 << bits) - 1, Some(polynomial.plus(1 << bits, &borrow.polynomial))), borrow)
    }

    pub(crate) fn max(&self, atom: Atom) -> u128 {
        self.0[atom as usize].max
    }

    /// The upper bound of a polynomial, or none if it has negative terms.
    fn max_of(&self, polynomial: &Polynomial) -> Option<u128> {
        let of_term =
            |&((a, b), c): &(Monomial, i128)| Some(u128::try_from(c).ok()? * self.max(a) * self.max(b));
        polynomial.0.iter().map(of_term).sum()
    }

    /// Assumes that `polynomial` is `number`, which a lemma has shown, or which is the current case. Defines the last atom of
    /// `polynomial` that has no definition and the coefficient 1 or -1 accordingly.
    pub(crate) fn assume(&mut self, polynomial: &Polynomial, number: i128) {
        let solvable = |&&((atom, other), c): &&(Monomial, i128)| {
            other == 0 && atom != 0 && c.abs() == 1 && self.0[atom as usize].definition.is_none()
        };
        let &((atom, _), sign) =
            polynomial.0.iter().rev().find(solvable).expect("an equation that can be solved");
        let without = polynomial.plus(-sign, &Polynomial::atom(atom));
        assert!(without.0.iter().all(|term| term.0.0 < atom), "an atom that would be defined by later ones");
        // sign atom + without = number
        let definition = Polynomial::constant(number * sign).plus(-sign, &without);
        let known = &mut self.0[atom as usize];
        if let Some(number) = (Value { polynomial: definition.clone(), max: 0 }).as_constant_signed() {
            known.max = number.try_into().expect("a case that is not negative");
        }
        known.definition = Some(definition);
    }

    /// The sum of the polynomials times their factors, modulo a number if one is given, where every defined atom is replaced by
    /// its definition. The definitions in `instead` take precedence.
    pub(crate) fn expand(
        &self,
        sum: impl IntoIterator<Item = (BigInt, Polynomial)>,
        modulus: Option<&BigUint>,
        instead: &HashMap<Atom, Expanded>,
    ) -> Expanded {
        let modulus = modulus.map(|modulus| BigInt::from(modulus.clone()));
        let is_defined =
            |atom: Atom| self.0[atom as usize].definition.is_some() || instead.contains_key(&atom);
        // the monomials and their coefficients, by the later defined atom of the monomial, or 0 if it has none
        let mut pending: Vec<BTreeMap<Monomial, BigInt>> =
            std::iter::repeat_with(BTreeMap::new).take(self.0.len()).collect();
        let add = |pending: &mut Vec<BTreeMap<Monomial, BigInt>>, monomial: Monomial, c: BigInt| {
            let owner = [monomial.0, monomial.1].into_iter().find(|&atom| is_defined(atom)).unwrap_or(0);
            *pending[owner as usize].entry(monomial).or_default() += c;
        };
        for (factor, polynomial) in sum {
            for (monomial, c) in polynomial.0 {
                add(&mut pending, monomial, &factor * c);
            }
        }
        for atom in (1..self.0.len() as Atom).rev() {
            let terms = std::mem::take(&mut pending[atom as usize]);
            if terms.is_empty() {
                continue;
            }
            let definition: Vec<(Monomial, BigInt)> = match instead.get(&atom) {
                Some(expanded) => expanded.0.iter().map(|(m, c)| (*m, c.clone())).collect(),
                None => {
                    let definition = self.0[atom as usize].definition.as_ref().unwrap();
                    definition.0.iter().map(|&(m, c)| (m, c.into())).collect()
                }
            };
            for ((a, b), c) in terms {
                let c = reduced(c, modulus.as_ref());
                if c == BigInt::ZERO {
                    continue;
                }
                // in a square, both factors are replaced, otherwise only this one
                let other = if a == atom { b } else { a };
                let others = match other {
                    _ if other == atom => definition.clone(),
                    _ => Vec::from([((other, 0), BigInt::from(1))]),
                };
                for (x, d) in &definition {
                    for (y, e) in &others {
                        add(&mut pending, product(*x, *y), &c * d * e);
                    }
                }
            }
        }
        let left = std::mem::take(&mut pending[0]).into_iter();
        let left = left.map(|(m, c)| (m, reduced(c, modulus.as_ref()))).filter(|(_, c)| *c != BigInt::ZERO);
        Expanded(left.collect())
    }
}

impl Value {
    fn as_constant_signed(&self) -> Option<i128> {
        match self.polynomial.0[..] {
            [] => Some(0),
            [((0, 0), number)] => Some(number),
            _ => None,
        }
    }
}

fn reduced(number: BigInt, modulus: Option<&BigInt>) -> BigInt {
    let Some(modulus) = modulus else { return number };
    let rest = number % modulus;
    if rest.sign() == Sign::Minus { rest + modulus } else { rest }
}

/// A polynomial over atoms that have no definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expanded(pub(crate) BTreeMap<Monomial, BigInt>);

impl Expanded {
    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
}

pub(crate) fn two_to(exponent: u32) -> BigInt {
    BigInt::from(1) << exponent
}

/// The number with these limbs of `bits` bits, as terms of a sum to expand.
pub(crate) fn in_limbs(limbs: &[Value], bits: u32) -> Terms {
    limbs.iter().zip(0..).map(|(limb, i)| (two_to(bits * i), limb.polynomial.clone())).collect()
}

/// The largest number whose limbs are within these bounds.
pub(crate) fn max_in_limbs(limbs: &[Value], bits: u32) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |number, limb| (number << bits) + limb.max)
}

/// A word of 64 bits as it is in memory: a constant below 2^63, or bit 63 and the index of a value.
pub(crate) type Lane = u64;

pub(crate) const SYMBOL: Lane = 1 << 63;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Add,
    Sub,
    Product,
    Split(u32),
}

/// The words of a run. A repeated operation returns the same index.
pub(crate) struct Registers {
    pub(crate) atoms: Atoms,
    values: Vec<Value>,
    known: HashMap<(Operation, Lane, Lane), (Lane, Lane)>,
}

impl Default for Registers {
    fn default() -> Self {
        Self { atoms: Atoms::new(), values: Vec::new(), known: HashMap::new() }
    }
}

impl Registers {
    /// A new symbol for a word from 0 to `max`.
    pub(crate) fn input(&mut self, max: u64) -> Lane {
        let value = self.atoms.input(max.into());
        self.lane(value)
    }

    pub(crate) fn value(&self, lane: Lane) -> Value {
        match lane & SYMBOL {
            0 => Value::constant(lane.into()),
            _ => self.values[(lane ^ SYMBOL) as usize].clone(),
        }
    }

    pub(crate) fn lane(&mut self, value: Value) -> Lane {
        assert!(value.max >> 64 == 0, "a lane overflows");
        if let Some(number) = value.as_constant() {
            assert!(number >> 63 == 0, "a constant that looks like a symbol");
            return number as Lane;
        }
        self.values.push(value);
        SYMBOL | (self.values.len() as Lane - 1)
    }

    pub(crate) fn once(
        &mut self,
        operation: (Operation, Lane, Lane),
        compute: impl FnOnce(&mut Self) -> (Value, Value),
    ) -> (Lane, Lane) {
        if let Some(&known) = self.known.get(&operation) {
            return known;
        }
        let (a, b) = compute(self);
        let result = (self.lane(a), self.lane(b));
        self.known.insert(operation, result);
        result
    }

    pub(crate) fn add(&mut self, a: Lane, b: Lane) -> Lane {
        if a == 0 || b == 0 {
            return a | b;
        }
        let sum = |run: &mut Self| (run.value(a).plus(&run.value(b)), Value::constant(0));
        self.once((Operation::Add, a.min(b), a.max(b)), sum).0
    }

    /// A difference that is not negative: from a constant that is large enough, or with a polynomial without negative terms.
    pub(crate) fn sub(&mut self, a: Lane, b: Lane) -> Lane {
        let difference = |run: &mut Self| {
            let (a, b) = (run.value(a), run.value(b));
            let polynomial = a.polynomial.plus(-1, &b.polynomial);
            let max = match a.as_constant() {
                Some(least) => (b.max <= least).then_some(least),
                None => run.atoms.max_of(&polynomial),
            };
            (Value { polynomial, max: max.expect("a difference that can be below 0") }, Value::constant(0))
        };
        self.once((Operation::Sub, a, b), difference).0
    }

    pub(crate) fn split(&mut self, a: Lane, bits: u32) -> (Lane, Lane) {
        self.once((Operation::Split(bits), a, 0), |run| {
            let value = run.value(a);
            run.atoms.split(&value, bits)
        })
    }
}

/// A sum of polynomials times numbers.
pub(crate) type Terms = Vec<(BigInt, Polynomial)>;

pub(crate) fn times(factor: &BigInt, terms: Terms) -> Terms {
    terms.into_iter().map(|(c, polynomial)| (c * factor, polynomial)).collect()
}

pub(crate) fn minus(a: Terms, b: Terms) -> Terms {
    a.into_iter().chain(times(&BigInt::from(-1), b)).collect()
}

/// The product of two numbers with these limbs of `bits` bits.
pub(crate) fn product_in_limbs(a: &[Value], b: &[Value], bits: u32) -> Terms {
    let mut terms = Vec::new();
    for (i, a) in (0..).zip(a) {
        terms.extend((0..).zip(b).map(|(j, b)| (two_to(bits * (i + j)), a.polynomial.times(&b.polynomial))));
    }
    terms
}

/// Asserts that a proof fails in a thread where `plant` has set a fault.
pub(crate) fn assert_found<F: Copy + Debug + Send + 'static>(fault: F, plant: fn(F), proof: fn()) {
    let faulty = move || {
        plant(fault);
        proof();
    };
    assert!(std::thread::spawn(faulty).join().is_err(), "{fault:?} was not found");
}
