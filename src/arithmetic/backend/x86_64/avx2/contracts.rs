//! Compares the operations of the processor with the model, at edge cases and for random operands. The proofs rest on these
//! operations.

use super::model::Model;
use super::words::Words;
use super::ymm::Ymm;
use crate::arithmetic::backend::tests::Random;
use core::array::from_fn;

type Vector = [u64; 4];

fn stored(ymm: Ymm, a: <Ymm as Words>::Vector) -> Vector {
    let mut words = [0; 4];
    ymm.store(&mut words, a);
    words
}

fn on_the_processor(test: impl FnOnce(Ymm)) {
    match Ymm::new() {
        Some(ymm) => test(ymm),
        None => std::println!("this processor has no AVX2: nothing was tested"),
    }
}

/// Compares all operations on two vectors, of which the second has some words of the first, with those of the model.
fn check(ymm: Ymm, a: Vector, b: Vector) {
    let (x, y) = (ymm.load(&a), ymm.load(&b));
    let halves = |a: Vector| a.map(|word| word & (u64::MAX >> 1));
    let (half_a, half_b) = (halves(a), halves(b));
    assert_eq!(stored(ymm, ymm.add(ymm.load(&half_a), ymm.load(&half_b))), Model.add(half_a, half_b));
    let less = from_fn(|i| half_a[i] & b[i]);
    assert_eq!(stored(ymm, ymm.sub(ymm.load(&half_a), ymm.load(&less))), Model.sub(half_a, less));
    let (low_a, low_b) = (a.map(|word| word >> 32), b.map(|word| word >> 32));
    let product = stored(ymm, ymm.mul(ymm.load(&low_a), ymm.load(&low_b)));
    assert_eq!(product, Model.mul(low_a, low_b), "{low_a:?} {low_b:?}");
    assert_eq!(stored(ymm, ymm.low_bits::<28>(x)), Model.low_bits::<28>(a));
    assert_eq!(stored(ymm, ymm.high_bits::<28>(x)), Model.high_bits::<28>(a));
    assert_eq!(ymm.all_below(x, b[0]), Model.all_below(a, b[0]));
    let mask = Model.equal(a, b);
    assert_eq!(stored(ymm, ymm.equal(x, y)), mask);
    assert_eq!(stored(ymm, ymm.and(x, ymm.load(&mask))), Model.and(a, mask));
    assert_eq!(stored(ymm, ymm.or(x, y)), Model.or(a, b));
    let index = b.map(|word| word % 4);
    assert_eq!(stored(ymm, ymm.permute(x, ymm.load(&index))), Model.permute(a, index));
    assert_eq!(stored(ymm, ymm.rotate_up(x)), Model.rotate_up(a));
    assert_eq!(stored(ymm, ymm.with_lowest(x, y)), Model.with_lowest(a, b));
    assert_eq!(stored(ymm, ymm.splat(a[0])), Model.splat(a[0]));
    assert_eq!(stored(ymm, ymm.in_lowest(a[0])), Model.in_lowest(a[0]));
    assert_eq!(Words::add_word(ymm, half_a[0], half_b[0]), half_a[0] + half_b[0]);
    assert_eq!(ymm.mul_word(low_a[0], low_b[0]), low_a[0] * low_b[0]);
    assert_eq!(ymm.low_bits_of_word::<28>(a[0]), a[0] % (1 << 28));
    assert_eq!(ymm.high_bits_of_word::<28>(a[0]), a[0] >> 28);
}

#[test]
fn operations_on_words_are_those_of_the_model() {
    on_the_processor(|ymm| {
        let edges: [u64; 12] = [
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
        for a in edges {
            for b in edges {
                for place in 0..4 {
                    check(ymm, from_fn(|i| if i == place { a } else { b }), [b, a, b, b]);
                }
            }
        }
        let mut random = Random(7);
        for _ in 0..1_000_000 / 4 {
            let a: Vector = from_fn(|_| random.next());
            let same = random.next();
            check(ymm, a, from_fn(|i| if same >> i & 1 == 1 { a[i] } else { random.next() }));
        }
    });
}
