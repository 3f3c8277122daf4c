//! Compares the operations of the processor with the model, at edge cases and for random operands. The proofs rest on these
//! operations.

use super::model::Model;
use super::words::Words;
use crate::arithmetic::backend::tests::Random;
use core::array::from_fn;

type Vector = [u64; 4];

fn stored<W: Words>(words: W, a: W::Vector) -> Vector {
    let mut stored = [0; 4];
    words.store(&mut stored, a);
    stored
}

/// Compares all operations on two vectors, of which the second has some words of the first, with those of the model.
fn check<W: Words>(words: W, a: Vector, b: Vector) {
    let (x, y) = (words.load(&a), words.load(&b));
    let halves = |a: Vector| a.map(|word| word & (u64::MAX >> 1));
    let (half_a, half_b) = (halves(a), halves(b));
    assert_eq!(stored(words, words.add(words.load(&half_a), words.load(&half_b))), Model.add(half_a, half_b));
    let less = from_fn(|i| half_a[i] & b[i]);
    assert_eq!(stored(words, words.sub(words.load(&half_a), words.load(&less))), Model.sub(half_a, less));
    let (low_a, low_b) = (a.map(|word| word >> 32), b.map(|word| word >> 32));
    let product = words.mul(words.factors(words.load(&low_a)), &words.factors(words.load(&low_b)));
    assert_eq!(stored(words, product), Model.mul(low_a, &low_b), "{low_a:?} {low_b:?}");
    assert_eq!(stored(words, words.low_bits::<28>(x)), Model.low_bits::<28>(a));
    assert_eq!(stored(words, words.high_bits::<28>(x)), Model.high_bits::<28>(a));
    assert_eq!(words.all_below(x, b[0]), Model.all_below(a, b[0]));
    let mask = Model.equal(a, b);
    assert_eq!(stored(words, words.equal(x, y)), mask);
    assert_eq!(stored(words, words.and(x, words.load(&mask))), Model.and(a, mask));
    assert_eq!(stored(words, words.or(x, y)), Model.or(a, b));
    let index = b.map(|word| word % 4);
    assert_eq!(stored(words, words.permute(x, words.load(&index))), Model.permute(a, index));
    assert_eq!(stored(words, words.rotate_up(x)), Model.rotate_up(a));
    assert_eq!(stored(words, words.with_lowest(x, y)), Model.with_lowest(a, b));
    assert_eq!(stored(words, words.splat(a[0])), Model.splat(a[0]));
    assert_eq!(stored(words, words.in_lowest(a[0])), Model.in_lowest(a[0]));
    assert_eq!(Words::add_word(words, half_a[0], half_b[0]), half_a[0] + half_b[0]);
    assert_eq!(words.mul_word(low_a[0], low_b[0]), low_a[0] * low_b[0]);
    assert_eq!(words.low_bits_of_word::<28>(a[0]), a[0] % (1 << 28));
    assert_eq!(words.high_bits_of_word::<28>(a[0]), a[0] >> 28);
}

/// The same at edge cases and for random operands.
fn check_all<W: Words>(words: W) {
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
                check(words, from_fn(|i| if i == place { a } else { b }), [b, a, b, b]);
            }
        }
    }
    let mut random = Random(7);
    for _ in 0..1_000_000 / 4 {
        let a: Vector = from_fn(|_| random.next());
        let same = random.next();
        check(words, a, from_fn(|i| if same >> i & 1 == 1 { a[i] } else { random.next() }));
    }
}

#[test]
fn operations_on_words_are_those_of_the_model() {
    #[cfg(target_arch = "x86_64")]
    match super::ymm::Ymm::new() {
        Some(ymm) => check_all(ymm),
        None => std::println!("this processor has no AVX2: nothing was tested"),
    }
    #[cfg(target_arch = "wasm32")]
    check_all(super::v128::V128);
}
