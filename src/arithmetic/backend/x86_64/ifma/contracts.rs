//! Compares the operations of the processor with the model, at edge cases and for random operands. The proofs rest on these
//! operations. The same comparison is made with faulty operations, two for each, and must find all faults.

use super::avx512::Ifma;
use super::lanes::{Kernel, Lanes, Line};
use super::model::Model;
use crate::arithmetic::backend::tests::{Fault, Random, operations};
use core::array::from_fn;
use std::vec::Vec;

type Vector = [u64; 8];

/// Numbers below 2^`bits`, many of them next to a power of two.
struct Source {
    random: Random,
    bits: u32,
}

impl Source {
    fn new(seed: u64) -> Self {
        Self { random: Random(seed), bits: 64 }
    }

    fn bits(&mut self, bits: u32) -> &mut Self {
        self.bits = bits;
        self
    }

    fn number(&mut self) -> u64 {
        let (number, shift) = (self.random.next(), self.random.next() % 64);
        let number = match self.random.next() % 4 {
            0 => (1u64 << shift).wrapping_sub(number % 3),
            1 => (number >> shift << shift) | (number & 1),
            _ => number,
        };
        number & (u64::MAX >> (64 - self.bits))
    }

    fn vectors<const K: usize>(&mut self) -> [Vector; K] {
        from_fn(|_| from_fn(|_| self.number()))
    }
}

/// Operands of all operations.
#[derive(Debug)]
struct Case {
    any: [Vector; 8],
    /// Below 2^63.
    terms: [Vector; 2],
    /// Below 2^52.
    factors: [Vector; 2],
    /// Sums below 2^57, and factors below 2^52.
    rows: ([Vector; 12], [Vector; 4], [Vector; 8]),
    mask: u8,
    bits: u64,
    bound: u64,
    /// The bound, 1 less or 1 more.
    beside: [Vector; 8],
    /// A number of 128 bits in each lane.
    halves: [Vector; 2],
    shift: u32,
}

impl Case {
    fn new(source: &mut Source) -> Self {
        let (mask, bits, shift) = (source.random.next(), source.random.next(), source.random.next());
        let bound = source.bits(63).number() | 1;
        let beside = |at: usize| bound - 1 + (bits >> at & 1) + (bits >> (at ^ 5) & 1);
        Self {
            any: source.bits(64).vectors(),
            terms: source.bits(63).vectors(),
            factors: source.bits(52).vectors(),
            rows: (source.bits(57).vectors(), source.bits(52).vectors(), source.vectors()),
            mask: mask as u8,
            bits,
            bound,
            beside: from_fn(|j| from_fn(|i| beside(8 * i + j))),
            halves: source.bits(64).vectors(),
            shift: shift as u32 % 64,
        }
    }
}

/// All operations, each with its name and what it makes of the case.
impl Kernel for &Case {
    type Output = Vec<(&'static str, Vector)>;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Self::Output {
        let load = |a: Vector| lanes.load(&Line(a));
        let stored = |a: L::Vector| {
            let mut line = Line([0; 8]);
            lanes.store(&mut line, a);
            line.0
        };
        let (mask, [a, b]) = (self.mask, self.terms);
        let (x, y) = (load(a), load(b));
        let [less, more] = [u64::min, u64::max].map(|of| load(from_fn(|i| of(a[i], b[i]))));
        let some_equal = load(from_fn(|i| if mask >> i & 1 == 1 { b[i] } else { a[i] }));
        let greatest = a.into_iter().fold(0, u64::max);
        let [factor, other] = self.factors.map(load);
        let index = load(self.any[0]);
        let [low, high] = self.halves;
        let bytes = from_fn(|i| low[i / 8].to_le_bytes()[i % 8]);
        let (mut lowest, mut word) = (0, 0);
        lanes.store_lowest(&mut lowest, x);
        lanes.store_word(&mut word, a[1]);
        let mut outcomes = Vec::from([
            ("load, store", stored(x)),
            ("store_lowest", [lowest; 8]),
            ("store_word", [word; 8]),
            ("load_bytes", stored(lanes.load_bytes(&bytes))),
            ("splat", stored(lanes.splat(a[0]))),
            ("splat_lane", stored(lanes.splat_lane::<0>(x))),
            ("splat_lane", stored(lanes.splat_lane::<7>(x))),
            ("hide", stored(lanes.hide(x))),
            ("all_below", [lanes.all_below(x, greatest).into(); 8]),
            ("all_below", [lanes.all_below(x, greatest + 1).into(); 8]),
            ("add", stored(lanes.add(x, y))),
            ("sub", stored(lanes.sub(more, less))),
            ("add_low", stored(lanes.add_low(x, factor, other))),
            ("add_high", stored(lanes.add_high(x, factor, other))),
            ("low_bits", stored(lanes.low_bits::<52>(x))),
            ("low_bits", stored(lanes.low_bits::<4>(x))),
            ("high_bits", stored(lanes.high_bits::<52>(x))),
            ("high_bits", stored(lanes.high_bits::<4>(x))),
            ("equal", [lanes.equal(x, some_equal).into(); 8]),
            ("choose", stored(lanes.choose(mask, x, y))),
            ("lanes_down", stored(lanes.lanes_down(x))),
            ("lanes_up", stored(lanes.lanes_up(x, y))),
            ("permute", stored(lanes.permute(x, index))),
            ("permute_two", stored(lanes.permute_two(x, y, index))),
            ("add_word", [lanes.add_word(a[0], b[0]); 8]),
            ("low_bits_of_word", [lanes.low_bits_of_word::<52>(a[0]); 8]),
            ("high_bits_of_word", [lanes.high_bits_of_word::<52>(a[0]); 8]),
            ("limb", stored(lanes.limb(load(low), load(high), self.shift))),
        ]);
        let beside = self.beside.map(load);
        for bound in [self.bound, self.bound + 1, self.bits] {
            outcomes.push(("reach", [lanes.reach(beside, bound); 8]));
        }
        let (mut sum, a, b) = (self.rows.0.map(load), self.rows.1.map(load), self.rows.2.map(Line));
        lanes.add_four_rows(&mut sum, a, &b);
        outcomes.extend(sum.map(|sum| ("add_four_rows", stored(sum))));
        outcomes.extend(lanes.add_bits(beside, self.bits).map(|sum| ("add_bits", stored(sum))));
        outcomes.extend(lanes.transpose(self.any.map(load)).map(|line| ("transpose", stored(line))));
        outcomes
    }
}

/// Cases whose rows have one nonzero product at each place of a vector, which shows where each half is added. The other
/// operations have random operands.
fn products_of_edges() -> impl Iterator<Item = Case> {
    const EDGES: Vector = [0, 1, 2, (1 << 26) - 1, 1 << 26, 1 << 51, (1 << 52) - 2, (1 << 52) - 1];
    let mut source = Source::new(1);
    (0..4 * 8 * 8 * 3).map(move |case| {
        let (row, at, x, sum) =
            (case % 4, case / 4 % 8, EDGES[case / 32 % 8], [0, 1, u64::MAX >> 1][case / 256]);
        let mut rows = ([[sum; 8]; 12], [[0; 8]; 4], [[0; 8]; 8]);
        (rows.1[row], rows.2[at]) = ([x; 8], EDGES);
        Case { rows, ..Case::new(&mut source) }
    })
}

/// Each single bit of the numbers that limbs are cut out of, and none, with each shift.
fn single_bits() -> impl Iterator<Item = Case> {
    let mut source = Source::new(2);
    (0..64 * 129).map(move |case| {
        let (shift, bit) = (case % 64, case / 64);
        let halves = [0, 1].map(|half| [if bit / 64 == half { 1 << (bit % 64) } else { 0 }; 8]);
        Case { halves, shift, ..Case::new(&mut source) }
    })
}

/// A million lanes of every operation.
fn random_cases() -> impl Iterator<Item = Case> {
    let mut source = Source::new(3);
    (0..1_000_000 / 8).map(move |_| Case::new(&mut source))
}

/// The first operation that differs from that of the model, with its operands.
fn first_difference(lanes: impl Lanes) -> Option<(&'static str, Case)> {
    products_of_edges().chain(single_bits()).chain(random_cases()).find_map(|case| {
        let (found, wanted) = (lanes.run(&case), Model.run(&case));
        let ((operation, _), _) = wanted.into_iter().zip(found).find(|(wanted, found)| wanted != found)?;
        Some((operation, case))
    })
}

#[test]
fn operations_are_those_of_the_model() {
    match Ifma::new() {
        Some(ifma) => assert!(first_difference(ifma).is_none(), "{:?}", first_difference(ifma)),
        None => std::println!("this processor has no IFMA: nothing was tested"),
    }
}

/// Limbs are cut out by shifts, an or, and an and with a constant. So if the result is right for 0 and for each single bit, it
/// is right for all numbers.
#[test]
fn the_model_cuts_words_into_limbs_whatever_they_are() {
    for (case, bit) in single_bits().zip((0..129).flat_map(|bit| [bit; 64])) {
        let place = u32::wrapping_sub(bit, case.shift);
        let [low, high] = case.halves;
        assert_eq!(Model.limb(low, high, case.shift), [if place < 52 { 1 << place } else { 0 }; 8]);
    }
}

/// The model with a fault in one operation.
#[derive(Clone, Copy)]
struct Faulty(Fault);

impl Lanes for Faulty {
    type Vector = Vector;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    fn wipe(self) {}

    fn load(self, line: &Line) -> Vector {
        self.0.either("load", line.0, [reversed(line.0), Model.lanes_down(line.0)])
    }

    fn store(self, line: &mut Line, a: Vector) {
        line.0 = self.0.either("store", a, [reversed(a), Model.lanes_down(a)]);
    }

    fn store_lowest(self, to: &mut u64, a: Vector) {
        *to = self.0.either("store_lowest", a[0], [a[1], a[0] & u64::from(u32::MAX)]);
    }

    fn store_word(self, to: &mut u64, a: u64) {
        *to = self.0.either("store_word", a, [a >> 1, a & u64::from(u32::MAX)]);
    }

    fn load_bytes(self, bytes: &[u8; 64]) -> Vector {
        let right = Model.load_bytes(bytes);
        self.0.either("load_bytes", right, [right.map(u64::swap_bytes), reversed(right)])
    }

    fn splat(self, a: u64) -> Vector {
        self.0.either(
            "splat",
            [a; 8],
            [from_fn(|i| if i == 0 { a } else { 0 }), [a & u64::from(u32::MAX); 8]],
        )
    }

    fn splat_lane<const LANE: usize>(self, a: Vector) -> Vector {
        self.0.either("splat_lane", [a[LANE]; 8], [[a[7 - LANE]; 8], [a[LANE ^ 1]; 8]])
    }

    fn hide(self, a: Vector) -> Vector {
        self.0.either("hide", a, [reversed(a), Model.lanes_down(a)])
    }

    fn hide_reference<T>(self, a: &T) -> &T {
        a
    }

    fn all_below(self, a: Vector, bound: u64) -> bool {
        let [or_at_it, but_for_one] = [a.iter().all(|&a| a <= bound), a[..7].iter().all(|&a| a < bound)];
        self.0.either("all_below", Model.all_below(a, bound), [or_at_it, but_for_one])
    }

    fn add(self, a: Vector, b: Vector) -> Vector {
        let without_carry =
            from_fn(|i| ((a[i] >> 32) + (b[i] >> 32)) << 32 | (a[i] as u32).wrapping_add(b[i] as u32) as u64);
        self.0.either("add", Model.add(a, b), [without_carry, from_fn(|i| a[i] | b[i])])
    }

    fn sub(self, a: Vector, b: Vector) -> Vector {
        let wrong = [from_fn(|i| b[i].wrapping_sub(a[i])), from_fn(|i| a[i] ^ b[i])];
        self.0.either("sub", Model.sub(a, b), wrong)
    }

    fn add_low(self, to: Vector, a: Vector, b: Vector) -> Vector {
        let one_bit_short = from_fn(|i| to[i] + (a[i].wrapping_mul(b[i]) & ((1 << 51) - 1)));
        self.0.either("add_low", Model.add_low(to, a, b), [Model.add_high(to, a, b), one_bit_short])
    }

    fn add_high(self, to: Vector, a: Vector, b: Vector) -> Vector {
        let shifted_too_far = from_fn(|i| to[i] + ((u128::from(a[i]) * u128::from(b[i])) >> 53) as u64);
        self.0.either("add_high", Model.add_high(to, a, b), [Model.add_low(to, a, b), shifted_too_far])
    }

    fn add_four_rows(self, sum: &mut [Vector; 12], a: [Vector; 4], b: &[Line; 8]) {
        let rows = |a| {
            let mut sum = *sum;
            Model.add_four_rows(&mut sum, a, b);
            sum
        };
        let [mut without_one, mut exchanged] = [a; 2];
        without_one[3] = [0; 8];
        exchanged.swap(1, 2);
        *sum = self.0.either("add_four_rows", rows(a), [rows(without_one), rows(exchanged)]);
    }

    fn low_bits<const BITS: u32>(self, a: Vector) -> Vector {
        let wrong = [BITS - 1, BITS + 1].map(|bits| a.map(|a| a & ((1 << bits) - 1)));
        self.0.either("low_bits", Model.low_bits::<BITS>(a), wrong)
    }

    fn high_bits<const BITS: u32>(self, a: Vector) -> Vector {
        let wrong = [BITS - 1, BITS + 1].map(|bits| a.map(|a| a >> bits));
        self.0.either("high_bits", Model.high_bits::<BITS>(a), wrong)
    }

    fn equal(self, a: Vector, b: Vector) -> u8 {
        let right = Model.equal(a, b);
        let in_low_halves = Model.equal(a.map(|a| a << 32), b.map(|b| b << 32));
        self.0.either("equal", right, [right.reverse_bits(), in_low_halves])
    }

    fn reach(self, a: [Vector; 8], bound: u64) -> u64 {
        let beyond = Model.reach(a, bound.saturating_add(1));
        self.0.either("reach", Model.reach(a, bound), [beyond, Model.reach(Model.transpose(a), bound)])
    }

    fn add_bits(self, a: [Vector; 8], bits: u64) -> [Vector; 8] {
        let transposed = Model.transpose(Model.add_bits(Model.transpose(a), bits));
        let wrong = [transposed, Model.add_bits(a, bits & (u64::MAX >> 1))];
        self.0.either("add_bits", Model.add_bits(a, bits), wrong)
    }

    fn choose(self, mask: u8, a: Vector, b: Vector) -> Vector {
        let wrong = [Model.choose(!mask, a, b), Model.choose(mask.reverse_bits(), a, b)];
        self.0.either("choose", Model.choose(mask, a, b), wrong)
    }

    fn lanes_down(self, a: Vector) -> Vector {
        let rotated = from_fn(|i| a[(i + 1) % 8]);
        self.0.either("lanes_down", Model.lanes_down(a), [rotated, Model.lanes_up(a, [0; 8])])
    }

    fn lanes_up(self, a: Vector, below: Vector) -> Vector {
        let wrong = [Model.lanes_up(a, [0; 8]), Model.lanes_up(a, reversed(below))];
        self.0.either("lanes_up", Model.lanes_up(a, below), wrong)
    }

    fn permute(self, a: Vector, index: Vector) -> Vector {
        let wrong = [Model.permute(a, index.map(|i| i % 4)), Model.permute(reversed(a), index)];
        self.0.either("permute", Model.permute(a, index), wrong)
    }

    fn permute_two(self, a: Vector, b: Vector, index: Vector) -> Vector {
        let wrong = [Model.permute(a, index), Model.permute_two(b, a, index)];
        self.0.either("permute_two", Model.permute_two(a, b, index), wrong)
    }

    fn transpose(self, a: [Vector; 8]) -> [Vector; 8] {
        self.0.either("transpose", Model.transpose(a), [a, Model.transpose(a.map(reversed))])
    }

    fn add_word(self, a: u64, b: u64) -> u64 {
        self.0.either("add_word", a + b, [a ^ b, a | b])
    }

    fn low_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        let [right, short, long] = [BITS, BITS - 1, BITS + 1].map(|bits| a & ((1 << bits) - 1));
        self.0.either("low_bits_of_word", right, [short, long])
    }

    fn high_bits_of_word<const BITS: u32>(self, a: u64) -> u64 {
        self.0.either("high_bits_of_word", a >> BITS, [a >> (BITS - 1), a >> (BITS + 1)])
    }

    fn limb(self, low: Vector, high: Vector, shift: u32) -> Vector {
        let right = Model.limb(low, high, shift);
        let wrong = [Model.limb(low, [0; 8], shift), right.map(|limb| limb & ((1 << 51) - 1))];
        self.0.either("limb", right, wrong)
    }
}

fn reversed(mut a: Vector) -> Vector {
    a.reverse();
    a
}

#[test]
fn the_comparison_finds_two_faults_in_every_operation() {
    // `run` runs the comparison itself, what `wipe` wipes is for tests/wiping.rs, and a fault of `hide_reference` would have
    // to make a value of any type
    let not_compared = ["run", "wipe", "hide_reference"];
    let operations = operations(include_str!("lanes.rs"), "trait Lanes");
    for operation in operations.into_iter().filter(|operation| !not_compared.contains(operation)) {
        for which in [0, 1] {
            let found = first_difference(Faulty(Fault { operation, which })).map(|(name, _)| name);
            let is_it = |name: &str| name.split(", ").any(|name| name == operation);
            assert!(found.is_some_and(is_it), "{operation}, {which}: {found:?}");
        }
    }
}
