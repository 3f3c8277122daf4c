//! The vectors of WebAssembly, two of 128 bits for four words, and all the unsafe code of theirs.
//!
//! # How it could be wrong, and what stops it
//!
//! - *An engine without vectors comes to run it.* Such an engine refuses the module, of which every function is checked before
//!   one runs. This file is compiled for modules that are built with the vectors.
//! - *A load or a store reaches memory that is not there.* There is one of each, and it takes a reference to the 32 bytes.

use super::words::{Kernel, Words, none_below};
use core::arch::wasm32::*;

/// The vectors that the module is built with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct V128;

/// The lower two words and the upper two.
type Pair = [v128; 2];

// registers: one kernel has them all
#[inline(never)]
fn with_v128<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(V128)
}

/// `a`, of which the compiler knows nothing from here on.
#[inline(always)]
fn hidden(a: &v128) -> v128 {
    // SAFETY: a reference can be read
    unsafe { core::ptr::from_ref(a).read_volatile() }
}

#[inline(always)]
fn each([a, b]: Pair, [c, d]: Pair, operation: impl Fn(v128, v128) -> v128) -> Pair {
    [operation(a, c), operation(b, d)]
}

impl Words for V128 {
    type Vector = Pair;
    /// The low halves of the words.
    type Factors = v128;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        with_v128(kernel)
    }

    #[inline(always)]
    fn load(self, from: &[u64; 4]) -> Pair {
        // SAFETY: the reference is to 32 bytes, and a load may be unaligned
        unsafe { [v128_load(from.as_ptr().cast()), v128_load(from[2..].as_ptr().cast())] }
    }

    #[inline(always)]
    fn store(self, to: &mut [u64; 4], [low, high]: Pair) {
        // SAFETY: the reference is to 32 bytes, and a store may be unaligned
        unsafe {
            v128_store(to.as_mut_ptr().cast(), low);
            v128_store(to[2..].as_mut_ptr().cast(), high);
        }
    }

    #[inline(always)]
    fn splat(self, a: u64) -> Pair {
        [u64x2_splat(a); 2]
    }

    #[inline(always)]
    fn in_lowest(self, a: u64) -> Pair {
        [u64x2(a, 0), u64x2_splat(0)]
    }

    #[inline(always)]
    fn all_below(self, a: Pair, bound: u64) -> bool {
        let mut words = [0; 4];
        self.store(&mut words, a);
        words.iter().all(|&word| word < bound)
    }

    #[inline(always)]
    fn add(self, a: Pair, b: Pair) -> Pair {
        each(a, b, |a, b| u64x2_add(a, b))
    }

    #[inline(always)]
    fn sub(self, a: Pair, b: Pair) -> Pair {
        debug_assert!(none_below(self, a, b));
        each(a, b, |a, b| u64x2_sub(a, b))
    }

    #[inline(always)]
    fn factors(self, a: Pair) -> v128 {
        debug_assert!(self.all_below(a, 1 << 32));
        u32x4_shuffle::<0, 2, 4, 6>(a[0], a[1])
    }

    #[inline(always)]
    fn mul(self, a: v128, b: &v128) -> Pair {
        // To the compiler a product of 32-bit numbers is one of widened numbers. It widens those of `b` once for many products, if
        // it can, and then multiplies in full, twice as slow.
        let b = hidden(b);
        [u64x2_extmul_low_u32x4(a, b), u64x2_extmul_high_u32x4(a, b)]
    }

    #[inline(always)]
    fn low_bits<const BITS: u32>(self, a: Pair) -> Pair {
        self.and(a, self.splat((1 << BITS) - 1))
    }

    #[inline(always)]
    fn high_bits<const BITS: i32>(self, a: Pair) -> Pair {
        a.map(|a| u64x2_shr(a, BITS as u32))
    }

    #[inline(always)]
    fn equal(self, a: Pair, b: Pair) -> Pair {
        each(a, b, |a, b| hidden(&u64x2_eq(a, b)))
    }

    #[inline(always)]
    fn and(self, a: Pair, mask: Pair) -> Pair {
        each(a, mask, |a, mask| v128_and(a, mask))
    }

    #[inline(always)]
    fn or(self, a: Pair, b: Pair) -> Pair {
        each(a, b, |a, b| v128_or(a, b))
    }

    #[inline(always)]
    fn permute(self, [low, high]: Pair, index: Pair) -> Pair {
        debug_assert!(self.all_below(index, 4));
        index.map(|index| {
            // the bytes of word i are 8 i to 8 i + 7, and one that is not there is 0
            let i = u8x16_shuffle::<0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8>(index, index);
            let bytes = u8x16_add(u8x16_shl(i, 3), u8x16(0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7));
            let of_high = u8x16_sub(bytes, u8x16_splat(16));
            v128_or(u8x16_swizzle(low, bytes), u8x16_swizzle(high, of_high))
        })
    }

    #[inline(always)]
    fn rotate_up(self, [low, high]: Pair) -> Pair {
        [u64x2_shuffle::<1, 2>(high, low), u64x2_shuffle::<1, 2>(low, high)]
    }

    #[inline(always)]
    fn with_lowest(self, [low, high]: Pair, b: Pair) -> Pair {
        [u64x2_shuffle::<0, 3>(b[0], low), high]
    }
}
