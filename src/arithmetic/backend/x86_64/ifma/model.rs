//! The lanes in plain numbers, for any processor: what the vector instructions are meant to compute. Every requirement is
//! checked.

use super::lanes::{Kernel, Lanes, Line};
use core::array::from_fn;

#[derive(Clone, Copy)]
pub(crate) struct Model;

type Vector = [u64; 8];

fn product(a: u64, b: u64) -> u128 {
    assert!(a >> 52 == 0 && b >> 52 == 0);
    u128::from(a) * u128::from(b)
}

fn sum(a: u64, b: u64) -> u64 {
    a.checked_add(b).expect("a sum below 2^64")
}

fn mask(condition: impl Fn(usize) -> bool) -> u8 {
    (0..8).fold(0, |mask, i| mask | u8::from(condition(i)) << i)
}

impl Lanes for Model {
    type Vector = Vector;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    fn wipe(self) {}

    fn load(self, line: &Line) -> Vector {
        line.0
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
        a.iter().all(|&a| a < bound)
    }

    fn add(self, a: Vector, b: Vector) -> Vector {
        from_fn(|i| sum(a[i], b[i]))
    }

    fn sub(self, a: Vector, b: Vector) -> Vector {
        from_fn(|i| a[i].checked_sub(b[i]).expect("a difference of at least 0"))
    }

    fn add_low(self, to: Vector, a: Vector, b: Vector) -> Vector {
        from_fn(|i| sum(to[i], product(a[i], b[i]) as u64 % (1 << 52)))
    }

    fn add_high(self, to: Vector, a: Vector, b: Vector) -> Vector {
        from_fn(|i| sum(to[i], (product(a[i], b[i]) >> 52) as u64))
    }

    fn add_four_rows(self, sum: &mut [Vector; 12], a: [Vector; 4], b: &[Line; 8]) {
        for (j, b) in b.iter().enumerate() {
            for (j, a) in (j..).zip(a) {
                sum[j] = self.add_low(sum[j], a, b.0);
                sum[j + 1] = self.add_high(sum[j + 1], a, b.0);
            }
        }
    }

    fn low_bits<const BITS: u32>(self, a: Vector) -> Vector {
        a.map(|a| a % (1 << BITS))
    }

    fn high_bits<const BITS: u32>(self, a: Vector) -> Vector {
        a.map(|a| a >> BITS)
    }

    fn equal(self, a: Vector, b: Vector) -> u8 {
        mask(|i| a[i] == b[i])
    }

    fn reach(self, a: [Vector; 8], bound: u64) -> u64 {
        (0..64).fold(0, |bits, at| bits | u64::from(a[at % 8][at / 8] >= bound) << at)
    }

    fn add_bits(self, a: [Vector; 8], bits: u64) -> [Vector; 8] {
        from_fn(|j| from_fn(|i| sum(a[j][i], bits >> (8 * i + j) & 1)))
    }

    fn choose(self, mask: u8, a: Vector, b: Vector) -> Vector {
        from_fn(|i| if mask >> i & 1 == 1 { b[i] } else { a[i] })
    }

    fn lanes_down(self, a: Vector) -> Vector {
        from_fn(|i| if i == 7 { 0 } else { a[i + 1] })
    }

    fn lanes_up(self, a: Vector, below: Vector) -> Vector {
        from_fn(|i| if i == 0 { below[7] } else { a[i - 1] })
    }

    fn permute(self, a: Vector, index: Vector) -> Vector {
        index.map(|i| a[i as usize % 8])
    }

    fn permute_two(self, a: Vector, b: Vector, index: Vector) -> Vector {
        index.map(|i| [a, b].as_flattened()[i as usize % 16])
    }

    fn transpose(self, a: [Vector; 8]) -> [Vector; 8] {
        from_fn(|i| from_fn(|j| a[j][i]))
    }

    fn limb(self, low: Vector, high: Vector, shift: u32) -> Vector {
        from_fn(|i| (u128::from(low[i]) | u128::from(high[i]) << 64) >> shift)
            .map(|number: u128| number as u64 % (1 << 52))
    }
}
