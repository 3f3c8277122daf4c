//! The lanes of AVX-512, and all the unsafe code of this backend.
//!
//! # How it could be wrong, and what stops it
//!
//! - *The instructions run on a processor without them, or under an operating system that does not save the registers.* Every
//!   operation is a method of [`Ifma`]. Only [`Ifma::new`] can make one. It asks the processor for each feature that the code
//!   is compiled for (one list serves both), and XCR0 for the registers. (The compiler assumes that AVX-512 implies F16C, which
//!   is true. No instruction of F16C is used here.)
//! - *A function with the features and one without call each other, and pass vectors differently.* All functions have Rust's
//!   own calling convention, under which vectors are passed in memory whatever the features. (Everything is inlined into
//!   `with_features`. That is for speed, and safety does not depend on it.)
//! - *A load or a store accesses memory that is not the caller's, or is not aligned.* There are five loads and stores. Each
//!   takes a reference to the 8 or 64 bytes or to the eight lines. Those that need alignment take a [`Line`], whose type is
//!   aligned.
//! - *A masked load or store, a gather or a scatter accesses memory outside its mask.* No operation is one of these. If the
//!   compiler combines a load and a choice into a masked load, the memory of all lanes was valid for the load.
//! - *Assembly has effects that its operands do not declare.* Two pieces have no instruction: they hide from the compiler the
//!   value of a vector, or that a reference is unchanged. One clears the registers that it names. The products change the
//!   registers that they name, and read the eight lines. One stores the 8 bytes of a word. None uses the stack or changes the
//!   flags.
//!
//! Everything else computes on values only.

use super::lanes::{Kernel, Lanes, Line};
use crate::hygiene::processor;
use core::arch::asm;
use core::arch::x86_64::*;
use core::hint::black_box;

/// The proof that the instructions can be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ifma(());

impl Ifma {
    /// `None` unless the processor has all of the features and the operating system saves their registers.
    pub(crate) fn new() -> Option<Self> {
        processor::has_ifma().then_some(Self(()))
    }
}

/// The functions that are compiled with the features.
macro_rules! with_features {
    ($($feature:tt),*) => {
        #[cfg(all(cognito_device_srp_backend = "ifma", not(all($(target_feature = $feature),*))))]
        compile_error!(concat!("the backend ifma can only be forced with target-feature=", $("+", $feature, ","),*));

        $(#[target_feature(enable = $feature)])*
        // registers: each kernel can use all of them
        #[inline(never)]
        fn with_features<K: Kernel>(lanes: Ifma, kernel: K) -> K::Output {
            // This variable aligns the frame to cache lines, so that spilled vectors do not straddle two.
            black_box(&mut Line([0; 8]));
            kernel.run(lanes)
        }

        #[inline]
        $(#[target_feature(enable = $feature)])*
        fn hidden(mut a: __m512i) -> __m512i {
            // SAFETY: the assembly has no instruction
            unsafe { asm!("/* {} */", inout(zmm_reg) a, options(pure, nomem, nostack, preserves_flags)) }
            a
        }

        #[inline]
        $(#[target_feature(enable = $feature)])*
        fn lowest(to: &mut u64, a: __m512i) {
            // in assembly, since compilers combine two of these stores in one vector register
            // SAFETY: writes the 8 bytes of the reference
            unsafe {
                asm!("vmovq [{}], {}", in(reg) to, in(xmm_reg) _mm512_castsi512_si128(a), options(nostack, preserves_flags));
            }
        }

        #[inline]
        $(#[target_feature(enable = $feature)])*
        fn four_rows(sum: &mut [__m512i; 12], a: [__m512i; 4], b: &[Line; 8]) {
            // in assembly for the order of the products: additions to the same vector are seven or more products apart, so that
            // its sum is ready
            // SAFETY: reads the eight lines, which are aligned, and changes only the registers that it names
            unsafe {
                asm!(
                    "vmovdqa64 {t}, [{b} + 0]", "vmovdqa64 {u}, [{b} + 256]",
                    "vpmadd52luq {s0}, {a0}, {t}", "vpmadd52luq {s1}, {a1}, {t}",
                    "vpmadd52luq {s2}, {a2}, {t}", "vpmadd52luq {s3}, {a3}, {t}",
                    "vpmadd52luq {s4}, {a0}, {u}", "vpmadd52luq {s5}, {a1}, {u}",
                    "vpmadd52luq {s6}, {a2}, {u}", "vpmadd52luq {s7}, {a3}, {u}",
                    "vpmadd52huq {s1}, {a0}, {t}", "vpmadd52huq {s2}, {a1}, {t}",
                    "vpmadd52huq {s3}, {a2}, {t}", "vpmadd52huq {s4}, {a3}, {t}",
                    "vpmadd52huq {s5}, {a0}, {u}", "vpmadd52huq {s6}, {a1}, {u}",
                    "vpmadd52huq {s7}, {a2}, {u}", "vpmadd52huq {s8}, {a3}, {u}",
                    "vmovdqa64 {t}, [{b} + 64]", "vmovdqa64 {u}, [{b} + 320]",
                    "vpmadd52luq {s1}, {a0}, {t}", "vpmadd52luq {s2}, {a1}, {t}",
                    "vpmadd52luq {s3}, {a2}, {t}", "vpmadd52luq {s4}, {a3}, {t}",
                    "vpmadd52luq {s5}, {a0}, {u}", "vpmadd52luq {s6}, {a1}, {u}",
                    "vpmadd52luq {s7}, {a2}, {u}", "vpmadd52luq {s8}, {a3}, {u}",
                    "vpmadd52huq {s2}, {a0}, {t}", "vpmadd52huq {s3}, {a1}, {t}",
                    "vpmadd52huq {s4}, {a2}, {t}", "vpmadd52huq {s5}, {a3}, {t}",
                    "vpmadd52huq {s6}, {a0}, {u}", "vpmadd52huq {s7}, {a1}, {u}",
                    "vpmadd52huq {s8}, {a2}, {u}", "vpmadd52huq {s9}, {a3}, {u}",
                    "vmovdqa64 {t}, [{b} + 128]", "vmovdqa64 {u}, [{b} + 384]",
                    "vpmadd52luq {s2}, {a0}, {t}", "vpmadd52luq {s3}, {a1}, {t}",
                    "vpmadd52luq {s4}, {a2}, {t}", "vpmadd52luq {s5}, {a3}, {t}",
                    "vpmadd52luq {s6}, {a0}, {u}", "vpmadd52luq {s7}, {a1}, {u}",
                    "vpmadd52luq {s8}, {a2}, {u}", "vpmadd52luq {s9}, {a3}, {u}",
                    "vpmadd52huq {s3}, {a0}, {t}", "vpmadd52huq {s4}, {a1}, {t}",
                    "vpmadd52huq {s5}, {a2}, {t}", "vpmadd52huq {s6}, {a3}, {t}",
                    "vpmadd52huq {s7}, {a0}, {u}", "vpmadd52huq {s8}, {a1}, {u}",
                    "vpmadd52huq {s9}, {a2}, {u}", "vpmadd52huq {s10}, {a3}, {u}",
                    "vmovdqa64 {t}, [{b} + 192]", "vmovdqa64 {u}, [{b} + 448]",
                    "vpmadd52luq {s3}, {a0}, {t}", "vpmadd52luq {s4}, {a1}, {t}",
                    "vpmadd52luq {s5}, {a2}, {t}", "vpmadd52luq {s6}, {a3}, {t}",
                    "vpmadd52luq {s7}, {a0}, {u}", "vpmadd52luq {s8}, {a1}, {u}",
                    "vpmadd52luq {s9}, {a2}, {u}", "vpmadd52luq {s10}, {a3}, {u}",
                    "vpmadd52huq {s4}, {a0}, {t}", "vpmadd52huq {s5}, {a1}, {t}",
                    "vpmadd52huq {s6}, {a2}, {t}", "vpmadd52huq {s7}, {a3}, {t}",
                    "vpmadd52huq {s8}, {a0}, {u}", "vpmadd52huq {s9}, {a1}, {u}",
                    "vpmadd52huq {s10}, {a2}, {u}", "vpmadd52huq {s11}, {a3}, {u}",
                    b = in(reg) b,
                    a0 = in(zmm_reg) a[0],
                    a1 = in(zmm_reg) a[1],
                    a2 = in(zmm_reg) a[2],
                    a3 = in(zmm_reg) a[3],
                    t = out(zmm_reg) _,
                    u = out(zmm_reg) _,
                    s0 = inout(zmm_reg) sum[0],
                    s1 = inout(zmm_reg) sum[1],
                    s2 = inout(zmm_reg) sum[2],
                    s3 = inout(zmm_reg) sum[3],
                    s4 = inout(zmm_reg) sum[4],
                    s5 = inout(zmm_reg) sum[5],
                    s6 = inout(zmm_reg) sum[6],
                    s7 = inout(zmm_reg) sum[7],
                    s8 = inout(zmm_reg) sum[8],
                    s9 = inout(zmm_reg) sum[9],
                    s10 = inout(zmm_reg) sum[10],
                    s11 = inout(zmm_reg) sum[11],
                    options(pure, readonly, nostack, preserves_flags),
                );
            }
        }

        $(#[target_feature(enable = $feature)])*
        fn clear() {
            // SAFETY: changes only the registers that it names
            unsafe {
                asm!(
                    "vzeroall",
                    "vpxord zmm16, zmm16, zmm16", "vpxord zmm17, zmm17, zmm17",
                    "vpxord zmm18, zmm18, zmm18", "vpxord zmm19, zmm19, zmm19",
                    "vpxord zmm20, zmm20, zmm20", "vpxord zmm21, zmm21, zmm21",
                    "vpxord zmm22, zmm22, zmm22", "vpxord zmm23, zmm23, zmm23",
                    "vpxord zmm24, zmm24, zmm24", "vpxord zmm25, zmm25, zmm25",
                    "vpxord zmm26, zmm26, zmm26", "vpxord zmm27, zmm27, zmm27",
                    "vpxord zmm28, zmm28, zmm28", "vpxord zmm29, zmm29, zmm29",
                    "vpxord zmm30, zmm30, zmm30", "vpxord zmm31, zmm31, zmm31",
                    "kxorw k0, k0, k0", "kxorw k1, k1, k1", "kxorw k2, k2, k2", "kxorw k3, k3, k3",
                    "kxorw k4, k4, k4", "kxorw k5, k5, k5", "kxorw k6, k6, k6", "kxorw k7, k7, k7",
                    out("zmm0") _, out("zmm1") _, out("zmm2") _, out("zmm3") _, out("zmm4") _, out("zmm5") _,
                    out("zmm6") _, out("zmm7") _, out("zmm8") _, out("zmm9") _, out("zmm10") _, out("zmm11") _,
                    out("zmm12") _, out("zmm13") _, out("zmm14") _, out("zmm15") _, out("zmm16") _,
                    out("zmm17") _, out("zmm18") _, out("zmm19") _, out("zmm20") _, out("zmm21") _,
                    out("zmm22") _, out("zmm23") _, out("zmm24") _, out("zmm25") _, out("zmm26") _,
                    out("zmm27") _, out("zmm28") _, out("zmm29") _, out("zmm30") _, out("zmm31") _,
                    out("k0") _, out("k1") _, out("k2") _, out("k3") _, out("k4") _, out("k5") _, out("k6") _, out("k7") _,
                    options(nomem, nostack, preserves_flags),
                );
            }
        }
    };
}
// The code uses instructions of the first, the fourth and the last. The compiler implies the others, or they are for masks.
processor::ifma_features!(with_features);

/// An operation on values. `self` is the proof that it can be executed.
macro_rules! proven {
    ($lanes:ident, $operation:expr) => {{
        let Ifma(()) = $lanes;
        // SAFETY: an `Ifma` exists, so the processor has the features, and memory is accessed only through references
        unsafe { $operation }
    }};
}

impl Lanes for Ifma {
    type Vector = __m512i;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        proven!(self, with_features(self, kernel))
    }

    fn wipe(self) {
        proven!(self, clear());
    }

    #[inline(always)]
    fn load(self, line: &Line) -> __m512i {
        proven!(self, _mm512_load_si512(line.0.as_ptr().cast()))
    }

    #[inline(always)]
    fn store(self, line: &mut Line, a: __m512i) {
        proven!(self, _mm512_store_si512(line.0.as_mut_ptr().cast(), a));
    }

    #[inline(always)]
    fn store_lowest(self, to: &mut u64, a: __m512i) {
        proven!(self, lowest(to, a));
    }

    #[inline(always)]
    fn store_word(self, to: &mut u64, a: u64) {
        // SAFETY: `to` is a reference
        unsafe { core::ptr::write_volatile(to, a) }
    }

    #[inline(always)]
    fn load_bytes(self, bytes: &[u8; 64]) -> __m512i {
        proven!(self, _mm512_loadu_si512(bytes.as_ptr().cast()))
    }

    #[inline(always)]
    fn splat(self, a: u64) -> __m512i {
        proven!(self, _mm512_set1_epi64(a as i64))
    }

    #[inline(always)]
    fn splat_lane<const LANE: usize>(self, a: __m512i) -> __m512i {
        const { assert!(LANE < 8) }
        if LANE == 0 {
            return proven!(self, _mm512_broadcastq_epi64(_mm512_castsi512_si128(a)));
        }
        self.permute(a, self.splat(LANE as u64))
    }

    #[inline(always)]
    fn hide(self, a: __m512i) -> __m512i {
        proven!(self, hidden(a))
    }

    #[inline(always)]
    fn hide_reference<T>(self, a: &T) -> &T {
        let mut at: *const T = a;
        // SAFETY: the assembly has no instruction
        #[allow(clippy::pointers_in_nomem_asm_block)]
        unsafe {
            asm!("/* {} */", inout(reg) at, options(nomem, nostack, preserves_flags))
        };
        // SAFETY: `at` is still the pointer of `a`
        unsafe { &*at }
    }

    #[inline(always)]
    fn all_below(self, a: __m512i, bound: u64) -> bool {
        proven!(self, _mm512_cmplt_epu64_mask(a, _mm512_set1_epi64(bound as i64))) == u8::MAX
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        let sum = proven!(self, _mm512_add_epi64(a, b));
        debug_assert!(proven!(self, _mm512_cmpge_epu64_mask(sum, a)) == u8::MAX);
        sum
    }

    #[inline(always)]
    fn sub(self, a: __m512i, b: __m512i) -> __m512i {
        debug_assert!(proven!(self, _mm512_cmple_epu64_mask(b, a)) == u8::MAX);
        proven!(self, _mm512_sub_epi64(a, b))
    }

    #[inline(always)]
    fn add_low(self, sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
        debug_assert!(self.all_below(a, 1 << 52) && self.all_below(b, 1 << 52));
        proven!(self, _mm512_madd52lo_epu64(sum, a, b))
    }

    #[inline(always)]
    fn add_high(self, sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
        debug_assert!(self.all_below(a, 1 << 52) && self.all_below(b, 1 << 52));
        proven!(self, _mm512_madd52hi_epu64(sum, a, b))
    }

    #[inline(always)]
    fn add_four_rows(self, sum: &mut [__m512i; 12], a: [__m512i; 4], b: &[Line; 8]) {
        debug_assert!(a.iter().all(|&a| self.all_below(a, 1 << 52)));
        debug_assert!(b.iter().all(|b| self.all_below(self.load(b), 1 << 52)));
        proven!(self, four_rows(sum, a, b));
    }

    #[inline(always)]
    fn low_bits<const BITS: u32>(self, a: __m512i) -> __m512i {
        proven!(self, _mm512_and_si512(a, _mm512_set1_epi64((1 << BITS) - 1)))
    }

    #[inline(always)]
    fn high_bits<const BITS: u32>(self, a: __m512i) -> __m512i {
        proven!(self, _mm512_srli_epi64::<BITS>(a))
    }

    #[inline(always)]
    fn equal(self, a: __m512i, b: __m512i) -> u8 {
        proven!(self, _mm512_cmpeq_epu64_mask(a, b))
    }

    #[inline(always)]
    fn reach(self, a: [__m512i; 8], bound: u64) -> u64 {
        let bound = self.splat(bound);
        (0..).zip(a).fold(0, |bits, (j, a)| {
            // Bit i of 8 is bit 8 i + j of 64. The time of `pdep` and `pext` can only depend on the mask, which is a constant
            // here. On processors with IFMA it does not depend on it either.
            bits | proven!(
                self,
                _pdep_u64(_mm512_cmpge_epu64_mask(a, bound).into(), 0x0101_0101_0101_0101 << j)
            )
        })
    }

    #[inline(always)]
    fn add_bits(self, a: [__m512i; 8], bits: u64) -> [__m512i; 8] {
        // hidden, since the compiler could otherwise load it with the mask
        let one = self.hide(self.splat(1));
        let mut sum = a;
        for (j, sum) in (0..).zip(&mut sum) {
            *sum = proven!(self, {
                _mm512_mask_add_epi64(*sum, _pext_u64(bits, 0x0101_0101_0101_0101 << j) as u8, *sum, one)
            });
        }
        sum
    }

    #[inline(always)]
    fn choose(self, mask: u8, a: __m512i, b: __m512i) -> __m512i {
        proven!(self, _mm512_mask_blend_epi64(mask, a, b))
    }

    #[inline(always)]
    fn lanes_down(self, a: __m512i) -> __m512i {
        proven!(self, _mm512_alignr_epi64::<1>(_mm512_setzero_si512(), a))
    }

    #[inline(always)]
    fn lanes_up(self, a: __m512i, below: __m512i) -> __m512i {
        proven!(self, _mm512_alignr_epi64::<7>(a, below))
    }

    #[inline(always)]
    fn permute(self, a: __m512i, index: __m512i) -> __m512i {
        proven!(self, _mm512_permutexvar_epi64(index, a))
    }

    #[inline(always)]
    fn permute_two(self, a: __m512i, b: __m512i, index: __m512i) -> __m512i {
        proven!(self, _mm512_permutex2var_epi64(a, index, b))
    }

    #[inline(always)]
    fn transpose(self, a: [__m512i; 8]) -> [__m512i; 8] {
        /// Transposes pairs of lanes as the entries of a 4 x 4 matrix.
        macro_rules! transpose_pairs {
            ($a:expr, $b:expr, $c:expr, $d:expr) => {{
                let (even, odd) =
                    (_mm512_shuffle_i64x2::<0x88>($a, $b), _mm512_shuffle_i64x2::<0xdd>($a, $b));
                let (even2, odd2) =
                    (_mm512_shuffle_i64x2::<0x88>($c, $d), _mm512_shuffle_i64x2::<0xdd>($c, $d));
                [
                    _mm512_shuffle_i64x2::<0x88>(even, even2),
                    _mm512_shuffle_i64x2::<0x88>(odd, odd2),
                    _mm512_shuffle_i64x2::<0xdd>(even, even2),
                    _mm512_shuffle_i64x2::<0xdd>(odd, odd2),
                ]
            }};
        }
        proven!(self, {
            let [r0, r2, r4, r6] = transpose_pairs!(
                _mm512_unpacklo_epi64(a[0], a[1]),
                _mm512_unpacklo_epi64(a[2], a[3]),
                _mm512_unpacklo_epi64(a[4], a[5]),
                _mm512_unpacklo_epi64(a[6], a[7])
            );
            let [r1, r3, r5, r7] = transpose_pairs!(
                _mm512_unpackhi_epi64(a[0], a[1]),
                _mm512_unpackhi_epi64(a[2], a[3]),
                _mm512_unpackhi_epi64(a[4], a[5]),
                _mm512_unpackhi_epi64(a[6], a[7])
            );
            [r0, r1, r2, r3, r4, r5, r6, r7]
        })
    }

    #[inline(always)]
    fn limb(self, low: __m512i, high: __m512i, shift: u32) -> __m512i {
        debug_assert!(shift < 64);
        let (down, up) = (self.splat(shift.into()), self.splat((64 - shift).into()));
        // a shift by 64 leaves 0
        self.low_bits::<52>(proven!(self, {
            _mm512_or_si512(_mm512_srlv_epi64(low, down), _mm512_sllv_epi64(high, up))
        }))
    }
}
