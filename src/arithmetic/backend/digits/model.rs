//! The words in plain numbers, for any processor: what the vector instructions are meant to compute. Every requirement is
//! checked.

use super::words::{Kernel, Words};
use core::array::from_fn;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Model;

type Vector = [u64; 4];

impl Words for Model {
    type Vector = Vector;
    type Factors = Vector;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    fn load(self, from: &[u64; 4]) -> Vector {
        *from
    }

    fn store(self, to: &mut [u64; 4], a: Vector) {
        *to = a;
    }

    fn splat(self, a: u64) -> Vector {
        [a; 4]
    }

    fn in_lowest(self, a: u64) -> Vector {
        [a, 0, 0, 0]
    }

    fn all_below(self, a: Vector, bound: u64) -> bool {
        a.iter().all(|&a| a < bound)
    }

    fn add(self, a: Vector, b: Vector) -> Vector {
        from_fn(|i| a[i].checked_add(b[i]).expect("a sum below 2^64"))
    }

    fn sub(self, a: Vector, b: Vector) -> Vector {
        from_fn(|i| a[i].checked_sub(b[i]).expect("a difference of at least 0"))
    }

    fn factors(self, a: Vector) -> Vector {
        assert!(self.all_below(a, 1 << 32));
        a
    }

    fn mul(self, a: Vector, b: &Vector) -> Vector {
        from_fn(|i| a[i] * b[i])
    }

    fn low_bits<const BITS: u32>(self, a: Vector) -> Vector {
        a.map(|a| a % (1 << BITS))
    }

    fn high_bits<const BITS: i32>(self, a: Vector) -> Vector {
        a.map(|a| a >> BITS)
    }

    fn equal(self, a: Vector, b: Vector) -> Vector {
        from_fn(|i| if a[i] == b[i] { u64::MAX } else { 0 })
    }

    fn and(self, a: Vector, mask: Vector) -> Vector {
        from_fn(|i| a[i] & mask[i])
    }

    fn or(self, a: Vector, b: Vector) -> Vector {
        from_fn(|i| a[i] | b[i])
    }

    fn permute(self, a: Vector, index: Vector) -> Vector {
        index.map(|i| a[i as usize])
    }

    fn rotate_up(self, a: Vector) -> Vector {
        [a[3], a[0], a[1], a[2]]
    }

    fn with_lowest(self, a: Vector, b: Vector) -> Vector {
        [b[0], a[1], a[2], a[3]]
    }
}
