//! The inner loop of portable.rs in instructions of Arm cores that have UMAAL: Cortex-M4 and M7 (the DSP extension), and
//! A-profile cores from Armv6 on. [`rows`] adds two rows of a product in 32-bit limbs, and loads and stores four limbs at a
//! time.
//!
//! It is used if the compiler sets `target_feature = "dsp"`. `--cfg cognito_device_srp_backend="umaal"` selects it with any
//! compiler, and `"limb32"` leaves it out.
//!
//! UMAAL low, high, m, n computes (low, high) = m n + low + high, which cannot overflow. Its time does not depend on its
//! operands on these cores.

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

/// Both rows over the next four limbs.
macro_rules! four {
    () => {
        concat!(
            "ldm r0, {{r10, r11, r12, lr}}\n",
            "ldm r1!, {{r5, r6}}\n",
            "umaal r10, r8, r5, r3\n",
            "umaal r10, r9, r7, r4\n",
            "umaal r11, r8, r6, r3\n",
            "umaal r11, r9, r5, r4\n",
            "ldm r1!, {{r5, r7}}\n",
            "umaal r12, r8, r5, r3\n",
            "umaal r12, r9, r6, r4\n",
            "umaal lr, r8, r7, r3\n",
            "umaal lr, r9, r5, r4\n",
            "stm r0!, {{r10, r11, r12, lr}}\n",
        )
    };
}

/// Reads and writes the limbs from `to` to `end`, and reads as many from `a` on. Returns the two limbs above.
///
/// # Safety
/// The memory from `to` to `end` must be valid for reads and writes, and as much from `a` on for reads. The number of limbs
/// must be even.
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
    // r4 holds b1, r8 and r9 the carries, and r7 the limb of a below the next one. Two limbs of a are in r5 and r6, or in r5
    // and r7: low registers, for which LDM has a shorter encoding. The second of them is the limb below the next pair, so r6
    // and r7 take turns.
    naked_asm!(
        "push {{r4-r11, lr}}",
        "add r12, sp, #36",
        "ldm r12, {{r4, r7, r8, r9}}",
        // the first two limbs alone, if the number of limbs is not a multiple of four
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
        // Each pass of the loop handles sixteen limbs. The number of limbs mod 16 decides where the loop is entered.
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
        four!(),
        "6:",
        four!(),
        "5:",
        four!(),
        "4:",
        four!(),
        "2:",
        "cmp r0, r2",
        "bne 1b",
        "umaal r8, r9, r7, r4",
        "mov r0, r8",
        "mov r1, r9",
        "pop {{r4-r11, pc}}",
    )
}
