//! Constant-time operations: masks, the barriers that keep the compiler from turning masks into branches, and the marks that
//! tell a checker which bytes are secret.
//!
//! Contract: nothing here branches on a value or uses one as an address. A condition on a secret is a
//! [`Mask`], never a `bool`. A secret becomes public only by a call of [`declassify`].
//!
//! A compiler that knows a carry to be 0 or 1 can turn the arithmetic of a mask back into a branch, or a loop of selections
//! into a conditional `memcpy`. So two values are hidden from it: the bit before the arithmetic and the mask after it. Hiding
//! only one of them failed on Cortex-M0. The language does not guarantee that a barrier works. The tests of the machine code
//! check it.

use core::hint::black_box;

/// All ones or all zeros.
#[derive(Clone, Copy)]
pub(crate) struct Mask(u32);

impl Mask {
    /// All ones if `bit` is 1. Requires `bit` <= 1.
    #[inline(always)]
    pub(crate) fn from_bit(bit: u32) -> Self {
        debug_assert!(bit <= 1);
        Self(black_box(0u32.wrapping_sub(black_box(bit))))
    }

    /// All ones if `a == b`. Requires both below 2^31: then a difference that is not 0, or its negative, has the sign bit set.
    #[inline(always)]
    pub(crate) fn equal(a: u32, b: u32) -> Self {
        debug_assert!((a | b) >> 31 == 0);
        let difference = a ^ b;
        Self::from_bit(1 ^ ((difference | difference.wrapping_neg()) >> 31))
    }

    /// All ones if `a < b`. Requires both below 2^31: then the sign bit of the difference says whether it is negative. The
    /// difference is hidden, so the compiler does not recognize a comparison.
    #[inline(always)]
    pub(crate) fn less(a: u32, b: u32) -> Self {
        debug_assert!((a | b) >> 31 == 0);
        Self::from_bit(black_box(a.wrapping_sub(b)) >> 31)
    }

    /// All ones if `first <= a <= last`. Requires all three below 2^31, as [`less`](Self::less) does.
    #[inline(always)]
    pub(crate) fn within(first: u32, last: u32, a: u32) -> Self {
        debug_assert!((first | last | a) >> 31 == 0);
        Self::from_bit(1 ^ (black_box(a.wrapping_sub(first) | last.wrapping_sub(a)) >> 31))
    }

    /// The mask in 32 bits. Sign extension gives it in a wider word.
    #[inline(always)]
    pub(crate) fn as_i32(self) -> i32 {
        self.0 as i32
    }
}

/// Marks bytes as secret for a checker that tracks uninitialised memory.
#[cfg(feature = "__marks")]
pub(crate) fn classify(bytes: &[u8]) {
    marks::request(marks::MAKE_MEM_UNDEFINED, bytes.as_ptr().cast_mut(), bytes.len());
}

/// Marks bytes as public from here on: the caller states that they may be branched on. Does nothing without
/// `__marks`, or when no checker listens.
#[inline(always)]
pub(crate) fn declassify(bytes: &[u8]) {
    marks::request(marks::MAKE_MEM_DEFINED, bytes.as_ptr().cast_mut(), bytes.len());
}

/// `value`, made public.
pub(crate) fn reveal(value: usize) -> usize {
    let mut value = black_box(value).to_ne_bytes();
    // in memory that the request can change, so that the bytes that are read are those that were marked
    marks::request(marks::MAKE_MEM_DEFINED, value.as_mut_ptr(), value.len());
    usize::from_ne_bytes(value)
}

/// Whether all of `bytes` are zero. Only this becomes public.
pub(crate) fn reveal_is_zero(bytes: &[u8]) -> bool {
    let any = bytes.iter().fold(0, |any, &byte| any | byte);
    reveal(Mask::equal(u32::from(any), 0).0 as usize & 1) == 1
}

/// Whether two texts are equal. Only this becomes public. Their lengths are public already.
pub(crate) fn reveal_equal(a: &[u8], b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0, |any, (a, b)| any | (a ^ b));
    reveal_is_zero(&[difference]) & (a.len() == b.len())
}

/// The number of zero bytes at the start of `bytes`. Only this becomes public: the loop ends at the first byte that is not zero.
pub(crate) fn reveal_leading_zeros(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| reveal_is_zero(&[byte])).count()
}

/// Whether a checker is listening, so that a check can fail if its marks have no effect.
#[cfg(feature = "__marks")]
pub(crate) fn is_checked() -> bool {
    marks::request(marks::RUNNING_ON_VALGRIND, core::ptr::null_mut(), 0) != 0
}

#[cfg(all(feature = "__marks", target_arch = "x86_64"))]
mod marks {
    pub(super) const RUNNING_ON_VALGRIND: u64 = 0x1001;
    pub(super) const MAKE_MEM_UNDEFINED: u64 = 0x4d43_0001;
    pub(super) const MAKE_MEM_DEFINED: u64 = 0x4d43_0002;

    /// Valgrind's client request: four rotations by 128 bits in total, and an exchange of a register with itself. A processor
    /// executes this without an effect, and valgrind takes it as a call. Returns valgrind's answer, or 0 without valgrind.
    #[inline(always)]
    pub(super) fn request(what: u64, start: *mut u8, len: usize) -> u64 {
        let words = [what, start as u64, len as u64, 0, 0, 0];
        let answer;
        // SAFETY: changes rdx (the output) and the flags, and rotates rdi by 128 bits, which leaves it unchanged. Reads the six
        // words. Under valgrind it changes only the checker's shadow memory.
        unsafe {
            core::arch::asm!(
                "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
                in("rax") &words, inout("rdx") 0u64 => answer, in("rdi") 0u64, options(nostack),
            );
        }
        answer
    }
}

#[cfg(not(all(feature = "__marks", target_arch = "x86_64")))]
mod marks {
    #[cfg(feature = "__marks")]
    pub(super) const RUNNING_ON_VALGRIND: u64 = 0;
    #[cfg(feature = "__marks")]
    pub(super) const MAKE_MEM_UNDEFINED: u64 = 0;
    pub(super) const MAKE_MEM_DEFINED: u64 = 0;

    #[inline(always)]
    pub(super) fn request(_: u64, _: *mut u8, _: usize) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_all_ones_or_zero() {
        assert_eq!((Mask::from_bit(0).as_i32(), Mask::from_bit(1).as_i32()), (0, -1));
        for a in [0, 1, 2, 127, 128, 1 << 30, (1 << 31) - 1] {
            for b in [0, 1, 2, 127, 128, 1 << 30, (1 << 31) - 1] {
                assert_eq!(Mask::equal(a, b).as_i32(), if a == b { -1 } else { 0 }, "{a} {b}");
                assert_eq!(Mask::less(a, b).as_i32(), if a < b { -1 } else { 0 }, "{a} {b}");
                for c in [0, 1, 2, 127, 128, 1 << 30, (1 << 31) - 1] {
                    let wanted = if (a..=b).contains(&c) { -1 } else { 0 };
                    assert_eq!(Mask::within(a, b, c).as_i32(), wanted, "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn texts_are_equal_in_every_byte_and_in_length() {
        assert!(reveal_equal(b"", b"") && reveal_equal(b"ab", b"ab"));
        // equal differences, which would cancel each other; different lengths; one byte
        for (a, b) in [
            (&b"aa"[..], &b"bb"[..]),
            (b"ab", b"bb"),
            (b"a", b"ab"),
            (b"ab", b"a"),
            (b"", b"a"),
            (b"a", b"b"),
        ] {
            assert!(!reveal_equal(a, b), "{a:?} {b:?}");
        }
    }
}
