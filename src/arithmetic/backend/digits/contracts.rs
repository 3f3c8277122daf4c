//! Compares the operations of the processor with the model, at edge cases and for random operands. The proofs rest on these
//! operations. The same comparison is made with faulty operations, two for each, and must find all faults.

use super::model::Model;
use super::words::{Kernel, Words};
use crate::arithmetic::backend::tests::{Fault, Random, operations};
use core::array::from_fn;
use std::vec::Vec;

type Vector = [u64; 4];

/// Operands of all operations: b has some words of a.
#[derive(Debug)]
struct Case {
    a: Vector,
    b: Vector,
}

/// All operations, each with its name and what it makes of the case.
impl Kernel for &Case {
    type Output = Vec<(&'static str, Vector)>;

    #[inline(always)]
    fn run<W: Words>(self, words: W) -> Self::Output {
        let load = |a: Vector| words.load(&a);
        let stored = |a: W::Vector| {
            let mut to = [0; 4];
            words.store(&mut to, a);
            to
        };
        let Case { a, b } = *self;
        let (x, y) = (load(a), load(b));
        let [half_a, half_b] = [a, b].map(|a| a.map(|word| word >> 1));
        let [less, more] = [u64::min, u64::max].map(|of| load(from_fn(|i| of(a[i], b[i]))));
        let [low_a, low_b] = [a, b].map(|a| a.map(|word| word >> 32));
        let greatest = half_a.into_iter().fold(0, u64::max);
        Vec::from([
            ("load, store", stored(x)),
            ("splat", stored(words.splat(a[0]))),
            ("in_lowest", stored(words.in_lowest(a[0]))),
            ("all_below", [words.all_below(load(half_a), greatest).into(); 4]),
            ("all_below", [words.all_below(load(half_a), greatest + 1).into(); 4]),
            ("add", stored(words.add(load(half_a), load(half_b)))),
            ("sub", stored(words.sub(more, less))),
            ("factors, mul", stored(words.mul(words.factors(load(low_a)), &words.factors(load(low_b))))),
            ("low_bits", stored(words.low_bits::<28>(x))),
            ("high_bits", stored(words.high_bits::<28>(x))),
            ("equal", stored(words.equal(x, y))),
            ("and", stored(words.and(x, y))),
            ("or", stored(words.or(x, y))),
            ("permute", stored(words.permute(x, load(b.map(|word| word % 4))))),
            ("rotate_up", stored(words.rotate_up(x))),
            ("with_lowest", stored(words.with_lowest(x, y))),
            ("add_word", [words.add_word(half_a[0], half_b[0]); 4]),
            ("mul_word", [words.mul_word(low_a[0], low_b[0]); 4]),
            ("low_bits_of_word", [words.low_bits_of_word::<28>(a[0]); 4]),
            ("high_bits_of_word", [words.high_bits_of_word::<28>(a[0]); 4]),
        ])
    }
}

/// Two edges at each place.
fn edges() -> impl Iterator<Item = Case> {
    const EDGES: [u64; 12] = [
        0,
        1,
        (1 << 28) - 1,
        1 << 28,
        (1 << 28) + (1 << 8),
        (1 << 32) - 1,
        1 << 32,
        ((1 << 28) + (1 << 8)) << 32,
        (1 << 63) - 1,
        1 << 63,
        u64::MAX - 1,
        u64::MAX,
    ];
    (0..4 * 12 * 12).map(|case| {
        let (place, a, b) = (case % 4, EDGES[case / 4 % 12], EDGES[case / 48]);
        Case { a: from_fn(|i| if i == place { a } else { b }), b: [b, a, b, b] }
    })
}

/// A million words of every operation.
fn random_cases() -> impl Iterator<Item = Case> {
    let mut random = Random(7);
    (0..1_000_000 / 4).map(move |_| {
        let a: Vector = from_fn(|_| random.next());
        let same = random.next();
        Case { a, b: from_fn(|i| if same >> i & 1 == 1 { a[i] } else { random.next() }) }
    })
}

/// The first operation that differs from that of the model, with its operands.
fn first_difference(words: impl Words) -> Option<(&'static str, Case)> {
    random_cases().chain(edges()).find_map(|case| {
        let (found, wanted) = (words.run(&case), Model.run(&case));
        let ((operation, _), _) = wanted.into_iter().zip(found).find(|(wanted, found)| wanted != found)?;
        Some((operation, case))
    })
}

#[test]
fn operations_are_those_of_the_model() {
    let check = |difference: Option<_>| assert!(difference.is_none(), "{difference:?}");
    #[cfg(target_arch = "x86_64")]
    match super::ymm::Ymm::new() {
        Some(ymm) => check(first_difference(ymm)),
        None => std::println!("this processor has no AVX2: nothing was tested"),
    }
    #[cfg(target_arch = "wasm32")]
    check(first_difference(super::v128::V128));
}

/// The model with a fault in one operation.
#[derive(Clone, Copy)]
struct Faulty(Fault);

impl Words for Faulty {
    type Vector = Vector;
    type Factors = Vector;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    fn load(self, from: &[u64; 4]) -> Vector {
        self.0.either("load", *from, [reversed(*from), Model.rotate_up(*from)])
    }

    fn store(self, to: &mut [u64; 4], a: Vector) {
        *to = self.0.either("store", a, [reversed(a), in_low_halves(a)]);
    }

    fn splat(self, a: u64) -> Vector {
        self.0.either("splat", [a; 4], [[a, 0, a, 0], in_low_halves([a; 4])])
    }

    fn in_lowest(self, a: u64) -> Vector {
        self.0.either("in_lowest", [a, 0, 0, 0], [[a; 4], [0, 0, 0, a]])
    }

    fn all_below(self, a: Vector, bound: u64) -> bool {
        let wrong = [a.iter().all(|&a| a <= bound), a[..3].iter().all(|&a| a < bound)];
        self.0.either("all_below", Model.all_below(a, bound), wrong)
    }

    fn add(self, a: Vector, b: Vector) -> Vector {
        self.0.either("add", Model.add(a, b), [in_halves(a, b, u32::wrapping_add), from_fn(|i| a[i] | b[i])])
    }

    fn sub(self, a: Vector, b: Vector) -> Vector {
        let exchanged = from_fn(|i| b[i].wrapping_sub(a[i]));
        self.0.either("sub", Model.sub(a, b), [in_halves(a, b, u32::wrapping_sub), exchanged])
    }

    fn factors(self, a: Vector) -> Vector {
        self.0.either("factors", Model.factors(a), [reversed(a), a.map(|word| word % (1 << 31))])
    }

    fn mul(self, a: Vector, b: &Vector) -> Vector {
        let right = Model.mul(a, b);
        self.0.either("mul", right, [in_low_halves(right), right.map(|product| product >> 32)])
    }

    fn low_bits<const BITS: u32>(self, a: Vector) -> Vector {
        let wrong = [BITS - 1, BITS + 1].map(|bits| a.map(|a| a & ((1 << bits) - 1)));
        self.0.either("low_bits", Model.low_bits::<BITS>(a), wrong)
    }

    fn high_bits<const BITS: i32>(self, a: Vector) -> Vector {
        let with_sign = a.map(|a| (a as i64 >> BITS) as u64);
        self.0.either("high_bits", Model.high_bits::<BITS>(a), [a.map(|a| a >> (BITS - 1)), with_sign])
    }

    fn equal(self, a: Vector, b: Vector) -> Vector {
        let right = Model.equal(a, b);
        let of_low_halves = Model.equal(in_low_halves(a), in_low_halves(b));
        self.0.either("equal", right, [right.map(|mask| mask >> 1), of_low_halves])
    }

    fn and(self, a: Vector, mask: Vector) -> Vector {
        self.0.either("and", Model.and(a, mask), [a, Model.and(a, mask.map(|mask| !mask))])
    }

    fn or(self, a: Vector, b: Vector) -> Vector {
        self.0.either("or", Model.or(a, b), [from_fn(|i| a[i] ^ b[i]), a])
    }

    fn permute(self, a: Vector, index: Vector) -> Vector {
        let wrong = [Model.permute(a, index.map(|i| i % 2)), Model.permute(reversed(a), index)];
        self.0.either("permute", Model.permute(a, index), wrong)
    }

    fn rotate_up(self, a: Vector) -> Vector {
        self.0.either("rotate_up", Model.rotate_up(a), [[0, a[0], a[1], a[2]], [a[1], a[2], a[3], a[0]]])
    }

    fn with_lowest(self, a: Vector, b: Vector) -> Vector {
        self.0.either(
            "with_lowest",
            Model.with_lowest(a, b),
            [Model.with_lowest(b, a), [b[0], b[1], a[2], a[3]]],
        )
    }

    fn add_word(self, a: u64, b: u64) -> u64 {
        self.0.either("add_word", a + b, [a ^ b, a | b])
    }

    fn mul_word(self, a: u64, b: u64) -> u64 {
        self.0.either("mul_word", a * b, [(a * b) % (1 << 32), (a * b) >> 32])
    }

    fn low_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        let [right, short, long] = [BITS, BITS - 1, BITS + 1].map(|bits| a & ((1 << bits) - 1));
        self.0.either("low_bits_of_word", right, [short, long])
    }

    fn high_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        self.0.either("high_bits_of_word", a >> BITS, [a >> (BITS - 1), a >> (BITS + 1)])
    }
}

fn reversed(mut a: Vector) -> Vector {
    a.reverse();
    a
}

fn in_low_halves(a: Vector) -> Vector {
    a.map(|word| word % (1 << 32))
}

/// The operation on both halves of each word, with no carry between them.
fn in_halves(a: Vector, b: Vector, operation: fn(u32, u32) -> u32) -> Vector {
    let half = |i: usize, shift| operation((a[i] >> shift) as u32, (b[i] >> shift) as u32);
    from_fn(|i| u64::from(half(i, 32)) << 32 | u64::from(half(i, 0)))
}

#[test]
fn the_comparison_finds_two_faults_in_every_operation() {
    // `run` runs the comparison itself
    let operations = operations(include_str!("words.rs"), "trait Words");
    for operation in operations.into_iter().filter(|&operation| operation != "run") {
        for which in [0, 1] {
            let found = first_difference(Faulty(Fault { operation, which })).map(|(name, _)| name);
            let is_it = |name: &str| name.split(", ").any(|name| name == operation);
            assert!(found.is_some_and(is_it), "{operation}, {which}: {found:?}");
        }
    }
}
