//! The vectors of AVX2, and all the unsafe code of this backend.
//!
//! # How it could be wrong, and what stops it
//!
//! - *The instructions run on a processor without AVX2, or under an operating system that does not save its registers.* Every
//!   operation is a method of [`Ymm`]. Only [`Ymm::new`] can make one, after it has asked for both.
//! - *A load or a store accesses memory that is not the caller's.* There is one load and one store. Each takes a reference to
//!   the 32 bytes.
//! - *Assembly has effects that its operands do not declare.* Each piece is one instruction on three registers, and uses no
//!   memory, stack or flags.

use super::words::{Kernel, Words, none_below};
use core::arch::asm;
use core::arch::x86_64::*;

cpufeatures::new!(cpuid, "avx2");

/// The proof that the processor has AVX2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ymm(());

impl Ymm {
    /// `None` unless the processor and the operating system support AVX2.
    pub(super) fn new() -> Option<Self> {
        cpuid::get().then_some(Self(()))
    }
}

// registers: each kernel can use all of them
#[target_feature(enable = "avx2")]
#[inline(never)]
fn with_avx2<K: Kernel>(words: Ymm, kernel: K) -> K::Output {
    kernel.run(words)
}

/// The products of the low halves of each word. This is assembly because the compiler treats the intrinsic as a multiplication
/// of masked 64-bit numbers. It moves the masks elsewhere and then multiplies all 64 bits, which takes three times as long.
#[inline]
#[target_feature(enable = "avx2")]
fn products(a: __m256i, b: __m256i) -> __m256i {
    let product;
    // SAFETY: the one instruction reads two registers and writes a third.
    unsafe {
        asm!(
            "vpmuludq {}, {}, {}", lateout(ymm_reg) product, in(ymm_reg) a, in(ymm_reg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    product
}

#[inline]
#[target_feature(enable = "avx2")]
fn are_equal(a: __m256i, b: __m256i) -> __m256i {
    let mask;
    // SAFETY: the one instruction reads two registers and writes a third.
    unsafe {
        asm!(
            "vpcmpeqq {}, {}, {}", lateout(ymm_reg) mask, in(ymm_reg) a, in(ymm_reg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    mask
}

/// An operation on values. `self` is the proof that it can be executed.
macro_rules! proven {
    ($words:ident, $operation:expr) => {{
        let Ymm(()) = $words;
        // SAFETY: a `Ymm` exists, so the processor has AVX2, and memory is accessed only through references
        unsafe { $operation }
    }};
}

impl Words for Ymm {
    type Vector = __m256i;
    type Factors = __m256i;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        proven!(self, with_avx2(self, kernel))
    }

    #[inline(always)]
    fn load(self, from: &[u64; 4]) -> __m256i {
        proven!(self, _mm256_loadu_si256(from.as_ptr().cast()))
    }

    #[inline(always)]
    fn store(self, to: &mut [u64; 4], a: __m256i) {
        proven!(self, _mm256_storeu_si256(to.as_mut_ptr().cast(), a));
    }

    #[inline(always)]
    fn splat(self, a: u64) -> __m256i {
        proven!(self, _mm256_set1_epi64x(a as i64))
    }

    #[inline(always)]
    fn in_lowest(self, a: u64) -> __m256i {
        proven!(self, _mm256_set_epi64x(0, 0, 0, a as i64))
    }

    #[inline(always)]
    fn all_below(self, a: __m256i, bound: u64) -> bool {
        let mut words = [0; 4];
        self.store(&mut words, a);
        words.iter().all(|&word| word < bound)
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        proven!(self, _mm256_add_epi64(a, b))
    }

    #[inline(always)]
    fn sub(self, a: __m256i, b: __m256i) -> __m256i {
        debug_assert!(none_below(self, a, b));
        proven!(self, _mm256_sub_epi64(a, b))
    }

    #[inline(always)]
    fn factors(self, a: __m256i) -> __m256i {
        debug_assert!(self.all_below(a, 1 << 32));
        a
    }

    #[inline(always)]
    fn mul(self, a: __m256i, b: &__m256i) -> __m256i {
        proven!(self, products(a, *b))
    }

    #[inline(always)]
    fn low_bits<const BITS: u32>(self, a: __m256i) -> __m256i {
        proven!(self, _mm256_and_si256(a, _mm256_set1_epi64x((1 << BITS) - 1)))
    }

    #[inline(always)]
    fn high_bits<const BITS: i32>(self, a: __m256i) -> __m256i {
        proven!(self, _mm256_srli_epi64::<BITS>(a))
    }

    #[inline(always)]
    fn equal(self, a: __m256i, b: __m256i) -> __m256i {
        proven!(self, are_equal(a, b))
    }

    #[inline(always)]
    fn and(self, a: __m256i, mask: __m256i) -> __m256i {
        proven!(self, _mm256_and_si256(a, mask))
    }

    #[inline(always)]
    fn or(self, a: __m256i, b: __m256i) -> __m256i {
        proven!(self, _mm256_or_si256(a, b))
    }

    #[inline(always)]
    fn permute(self, a: __m256i, index: __m256i) -> __m256i {
        debug_assert!(self.all_below(index, 4));
        // the two 32-bit halves of word i are the halves 2 i and 2 i + 1 of the vector
        proven!(self, {
            let low = _mm256_add_epi64(index, index);
            let high = _mm256_slli_epi64::<32>(_mm256_add_epi64(low, _mm256_set1_epi64x(1)));
            _mm256_permutevar8x32_epi32(a, _mm256_or_si256(low, high))
        })
    }

    #[inline(always)]
    fn rotate_up(self, a: __m256i) -> __m256i {
        proven!(self, _mm256_permute4x64_epi64::<0b10_01_00_11>(a))
    }

    #[inline(always)]
    fn with_lowest(self, a: __m256i, b: __m256i) -> __m256i {
        proven!(self, _mm256_blend_epi32::<0b11>(a, b))
    }
}
