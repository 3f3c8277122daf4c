//! Compares the operations of the processor with the model, at edge cases and for random operands. The proofs rest on these
//! operations.

use super::avx512::Ifma;
use super::lanes::{Lanes, Line};
use super::model::Model;
use crate::arithmetic::backend::tests::Random;
use core::array::from_fn;
use core::iter::repeat_with;

type Vector = [u64; 8];

/// Vectors of numbers with the given number of bits, many of them next to a power of two.
struct Source {
    random: Random,
    bits: u32,
}

impl Source {
    fn number(&mut self) -> u64 {
        let (number, shift) = (self.random.next(), self.random.next() % 64);
        let number = match self.random.next() % 4 {
            0 => (1u64 << shift).wrapping_sub(number % 3),
            1 => (number >> shift << shift) | (number & 1),
            _ => number,
        };
        number & (u64::MAX >> (64 - self.bits))
    }

    fn vector(&mut self) -> Vector {
        from_fn(|_| self.number())
    }
}

const EDGES: Vector = [0, 1, 2, (1 << 26) - 1, 1 << 26, 1 << 51, (1 << 52) - 2, (1 << 52) - 1];

fn on_the_processor(test: impl FnOnce(Ifma)) {
    match Ifma::new() {
        Some(ifma) => test(ifma),
        None => std::println!("this processor has no IFMA: nothing was tested"),
    }
}

fn load(ifma: Ifma, a: Vector) -> <Ifma as Lanes>::Vector {
    ifma.load(&Line(a))
}

fn stored(ifma: Ifma, a: <Ifma as Lanes>::Vector) -> Vector {
    let mut line = Line([0; 8]);
    ifma.store(&mut line, a);
    line.0
}

fn assert_four_rows(ifma: Ifma, sum: [Vector; 12], a: [Vector; 4], b: [Vector; 8]) {
    let lines = b.map(Line);
    let mut wanted = sum;
    Model.add_four_rows(&mut wanted, a, &lines);
    let mut found = sum.map(|sum| load(ifma, sum));
    ifma.add_four_rows(&mut found, a.map(|a| load(ifma, a)), &lines);
    assert_eq!(found.map(|sum| stored(ifma, sum)), wanted, "{a:?} {b:?}");
}

/// Tests one nonzero product at a time, at each place, which shows where each half is added.
#[test]
fn four_rows_put_every_product_of_edges_where_it_belongs() {
    on_the_processor(|ifma| {
        for (row, at) in (0..4).flat_map(|row| (0..8).map(move |at| (row, at))) {
            for (x, sum) in EDGES.into_iter().flat_map(|x| [0, 1, u64::MAX >> 1].map(|sum| (x, sum))) {
                let (mut a, mut b) = ([[0; 8]; 4], [[0; 8]; 8]);
                (a[row], b[at]) = ([x; 8], EDGES);
                assert_four_rows(ifma, [[sum; 8]; 12], a, b);
            }
        }
    });
}

#[test]
fn four_rows_are_those_of_the_model() {
    on_the_processor(|ifma| {
        let mut factors = Source { random: Random(1), bits: 52 };
        let mut sums = Source { random: Random(2), bits: 57 };
        // 256 products each
        for _ in 0..1_000_000 / 256 {
            let (a, b) = (from_fn(|_| factors.vector()), from_fn(|_| factors.vector()));
            assert_four_rows(ifma, from_fn(|_| sums.vector()), a, b);
        }
    });
}

#[test]
fn operations_on_lanes_are_those_of_the_model() {
    on_the_processor(|ifma| {
        let mut source = Source { random: Random(3), bits: 63 };
        for _ in 0..1_000_000 / 8 {
            source.bits = 63;
            let (a, b) = (source.vector(), source.vector());
            let (x, y) = (load(ifma, a), load(ifma, b));
            assert_eq!(stored(ifma, ifma.add(x, y)), Model.add(a, b));
            let less = from_fn(|i| a[i] & b[i]);
            assert_eq!(stored(ifma, ifma.sub(x, load(ifma, less))), Model.sub(a, less));
            assert_eq!(stored(ifma, ifma.low_bits::<52>(x)), Model.low_bits::<52>(a));
            assert_eq!(stored(ifma, ifma.high_bits::<52>(x)), Model.high_bits::<52>(a));
            assert_eq!(stored(ifma, ifma.low_bits::<4>(x)), Model.low_bits::<4>(a));
            assert_eq!(stored(ifma, ifma.high_bits::<4>(x)), Model.high_bits::<4>(a));
            assert_eq!(ifma.all_below(x, b[0]), Model.all_below(a, b[0]));
            let (mut lowest, mut word) = (0, 0);
            ifma.store_lowest(&mut lowest, x);
            ifma.store_word(&mut word, a[1]);
            assert_eq!([lowest, word], [a[0], a[1]]);
            assert_eq!(ifma.add_word(a[0], b[0]), Model.add(a, b)[0]);
            assert_eq!(ifma.low_bits_of_word::<52>(a[0]), Model.low_bits::<52>(a)[0]);
            assert_eq!(ifma.high_bits_of_word::<52>(a[0]), Model.high_bits::<52>(a)[0]);
            let mask = source.random.next() as u8;
            assert_eq!(stored(ifma, ifma.choose(mask, x, y)), Model.choose(mask, a, b));
            let some_equal = Model.choose(mask, a, b);
            assert_eq!(ifma.equal(x, load(ifma, some_equal)), Model.equal(a, some_equal));
            assert_eq!(stored(ifma, ifma.lanes_down(x)), Model.lanes_down(a));
            assert_eq!(stored(ifma, ifma.lanes_up(x, y)), Model.lanes_up(a, b));
            assert_eq!(stored(ifma, ifma.splat(a[0])), Model.splat(a[0]));
            assert_eq!(stored(ifma, ifma.splat_lane::<0>(x)), Model.splat_lane::<0>(a));
            assert_eq!(stored(ifma, ifma.splat_lane::<7>(x)), Model.splat_lane::<7>(a));
            let index = source.vector();
            let at = load(ifma, index);
            assert_eq!(stored(ifma, ifma.permute(x, at)), Model.permute(a, index));
            assert_eq!(stored(ifma, ifma.permute_two(x, y, at)), Model.permute_two(a, b, index));
            source.bits = 52;
            let (a, b) = (source.vector(), source.vector());
            let (x, y) = (load(ifma, a), load(ifma, b));
            assert_eq!(stored(ifma, ifma.add_low(at, x, y)), Model.add_low(index, a, b));
            assert_eq!(stored(ifma, ifma.add_high(at, x, y)), Model.add_high(index, a, b));
        }
    });
}

#[test]
fn operations_on_eight_vectors_are_those_of_the_model() {
    on_the_processor(|ifma| {
        let mut source = Source { random: Random(4), bits: 64 };
        let bits = (0..64).map(|bit| 1 << bit).chain(repeat_with(|| source.number()).take(10_000));
        for bits in bits.collect::<std::vec::Vec<u64>>() {
            // the bound, 1 less than the bound, and any number
            let beside = |bound: u64, at: usize| bound - 1 + (bits >> at & 1) + (bits >> (at ^ 5) & 1);
            let bound = source.number() >> 1 | 1;
            let limbs: [Vector; 8] = from_fn(|j| from_fn(|i| beside(bound, 8 * i + j)));
            let loaded = limbs.map(|limb| load(ifma, limb));
            for bound in [bound, bound + 1, source.number()] {
                assert_eq!(ifma.reach(loaded, bound), Model.reach(limbs, bound));
            }
            let sums = ifma.add_bits(loaded, bits).map(|limb| stored(ifma, limb));
            assert_eq!(sums, Model.add_bits(limbs, bits));
            let limbs: [Vector; 8] = from_fn(|_| from_fn(|_| source.random.next()));
            let found = ifma.transpose(limbs.map(|limb| load(ifma, limb))).map(|limb| stored(ifma, limb));
            assert_eq!(found, Model.transpose(limbs));
        }
    });
}

/// Limbs are cut out by shifts, an or, and an and with a constant. So if the result is right for 0 and for each single bit, it
/// is right for all numbers.
#[test]
fn words_are_cut_into_limbs_whatever_they_are() {
    for (shift, bit) in (0..64).flat_map(|shift| (0..129).map(move |bit| (shift, bit))) {
        let half = |from: u32| [bit; 8].map(|bit: u32| if bit / 64 == from { 1 << (bit % 64) } else { 0 });
        let (low, high) = (half(0), half(1));
        let place = bit.wrapping_sub(shift);
        let wanted = [if place < 52 { 1 << place } else { 0 }; 8];
        assert_eq!(Model.limb(low, high, shift), wanted);
        on_the_processor(|ifma| {
            assert_eq!(stored(ifma, ifma.limb(load(ifma, low), load(ifma, high), shift)), wanted);
            let bytes: [u8; 64] = from_fn(|i| low[i / 8].to_le_bytes()[i % 8]);
            assert_eq!(stored(ifma, ifma.load_bytes(&bytes)), low);
        });
    }
}
