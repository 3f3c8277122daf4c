//! Two rows of a product in 32-bit limbs by UMAAL, for Arm cores that have it: Cortex-M4 and M7 (the DSP extension), and
//! A-profile from Armv6 on. What portable.rs does in plain Rust, with four limbs to a load and a store.
//!
//! A compiler that shows `target_feature = "dsp"` takes it by itself; `--cfg cognito_device_srp_backend="umaal"` takes it
//! under any compiler, and `"limb32"` leaves it out.
//!
//! UMAAL low, high, m, n is (low, high) = m n + low + high, which cannot overflow. On the cores named it takes as long
//! for any operands.

use core::arch::naked_asm;

/// Contract of [`Limb::add_rows`](crate::arithmetic::backend::portable::Limb::add_rows).
#[inline(always)]
pub(super) fn add_rows(
    to: &mut [u32],
    a: &[u32],
    b: (u32, u32),
    below: u32,
    carries: (u32, u32),
) -> (u32, u32) {
    debug_assert!(to.len() == a.len() && a.len().is_multiple_of(2));
    let start = to.as_mut_ptr();
    // SAFETY: `a` has as many limbs as `to`, an even number of them.
    let above =
        unsafe { rows(start, a.as_ptr(), start.add(to.len()), b.0, b.1, below, carries.0, carries.1) };
    (above as u32, (above >> 32) as u32)
}

/// Reads and writes from `to` to `end`, reads as many limbs from `a` on. Returns the two limbs above.
///
/// # Safety
/// Both must be whole limbs to be so read and written, and an even number of them.
#[unsafe(naked)]
unsafe extern "C" fn rows(
    to: *mut u32,
    a: *const u32,
    end: *mut u32,
    b0: u32,
    b1: u32,
    below: u32,
    carry0: u32,
    carry1: u32,
) -> u64 {
    // r4: b1. r8 and r9: the carries. r7: the limb below the next. r5 and r6 or r7: two limbs of a, in low registers, which
    // have the shorter LDM; the second of them is below the two after, so that it changes places with the limb below it from one
    // pair to the next.
    naked_asm!(
        "push {{r4-r11, lr}}",
        "add r12, sp, #36",
        "ldm r12, {{r4, r7, r8, r9}}",
        // two limbs alone, if it is no multiple of four
        "sub r12, r2, r0",
        "tst r12, #8",
        "beq 3f",
        "ldm r1!, {{r5, r6}}",
        "ldm r0, {{r10, r11}}",
        "umaal r10, r8, r5, r3",
        "umaal r10, r9, r7, r4",
        "umaal r11, r8, r6, r3",
        "umaal r11, r9, r5, r4",
        "stm r0!, {{r10, r11}}",
        "mov r7, r6",
        // the loop has four by four limbs; it is entered where so many are left to the next multiple
        "3:",
        "tst r12, #16",
        "bne 7f",
        "tst r12, #32",
        "bne 5f",
        "b 2f",
        "7:",
        "tst r12, #32",
        "beq 4f",
        "b 6f",
        "1:",
        "ldm r0, {{r10, r11, r12, lr}}",
        "ldm r1!, {{r5, r6}}",
        "umaal r10, r8, r5, r3",
        "umaal r10, r9, r7, r4",
        "umaal r11, r8, r6, r3",
        "umaal r11, r9, r5, r4",
        "ldm r1!, {{r5, r7}}",
        "umaal r12, r8, r5, r3",
        "umaal r12, r9, r6, r4",
        "umaal lr, r8, r7, r3",
        "umaal lr, r9, r5, r4",
        "stm r0!, {{r10, r11, r12, lr}}",
        "6:",
        "ldm r0, {{r10, r11, r12, lr}}",
        "ldm r1!, {{r5, r6}}",
        "umaal r10, r8, r5, r3",
        "umaal r10, r9, r7, r4",
        "umaal r11, r8, r6, r3",
        "umaal r11, r9, r5, r4",
        "ldm r1!, {{r5, r7}}",
        "umaal r12, r8, r5, r3",
        "umaal r12, r9, r6, r4",
        "umaal lr, r8, r7, r3",
        "umaal lr, r9, r5, r4",
        "stm r0!, {{r10, r11, r12, lr}}",
        "5:",
        "ldm r0, {{r10, r11, r12, lr}}",
        "ldm r1!, {{r5, r6}}",
        "umaal r10, r8, r5, r3",
        "umaal r10, r9, r7, r4",
        "umaal r11, r8, r6, r3",
        "umaal r11, r9, r5, r4",
        "ldm r1!, {{r5, r7}}",
        "umaal r12, r8, r5, r3",
        "umaal r12, r9, r6, r4",
        "umaal lr, r8, r7, r3",
        "umaal lr, r9, r5, r4",
        "stm r0!, {{r10, r11, r12, lr}}",
        "4:",
        "ldm r0, {{r10, r11, r12, lr}}",
        "ldm r1!, {{r5, r6}}",
        "umaal r10, r8, r5, r3",
        "umaal r10, r9, r7, r4",
        "umaal r11, r8, r6, r3",
        "umaal r11, r9, r5, r4",
        "ldm r1!, {{r5, r7}}",
        "umaal r12, r8, r5, r3",
        "umaal r12, r9, r6, r4",
        "umaal lr, r8, r7, r3",
        "umaal lr, r9, r5, r4",
        "stm r0!, {{r10, r11, r12, lr}}",
        "2:",
        "cmp r0, r2",
        "bne 1b",
        "umaal r8, r9, r7, r4",
        "mov r0, r8",
        "mov r1, r9",
        "pop {{r4-r11, pc}}",
    )
}
