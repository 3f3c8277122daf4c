//! The inner loops of portable.rs in instructions of AArch64. [`rows`] adds two rows of a product and carries through four
//! limbs at a time, which the compiler does not do: it takes 5.5 instructions for each product of two limbs, and the compiler's
//! code 8.5. [`look_up_all`] uses an instruction that chooses among eight entries for two indices.
//!
//! `--cfg cognito_device_srp_backend="limb64"` leaves this file out.
//!
//! Arm promises that the time of MUL, UMULH and TBX does not depend on their operands while PSTATE.DIT is set.

use crate::arithmetic::backend::contract::Entries;
use crate::hygiene::ct::Mask;
use core::arch::aarch64::{
    vdupq_n_u8, vgetq_lane_u64, vld1q_u8, vld1q_u8_x4, vqtbx4q_u8, vreinterpretq_u64_u8,
};
use core::arch::naked_asm;

/// The two limbs above a row.
#[repr(C)]
struct Above(u64, u64);

/// Contract of [`Limb::add_rows`](crate::arithmetic::backend::portable::Limb::add_rows).
#[inline(always)]
pub(super) fn add_rows(
    to: &mut [u64],
    a: &[u64],
    b: (u64, u64),
    below: u64,
    carries: (u64, u64),
) -> (u64, u64) {
    debug_assert!(to.len() == a.len() && a.len().is_multiple_of(2));
    let start = to.as_mut_ptr();
    // SAFETY: `a` has as many limbs as `to`, an even number of them.
    let Above(low, high) =
        unsafe { rows(start, a.as_ptr(), start.add(to.len()), b.0, b.1, below, carries.0, carries.1) };
    (low, high)
}

/// An instruction: its name, the register that it writes, and its two operands.
macro_rules! op {
    ($name:literal, $to:literal, $a:literal, $b:literal) => {
        concat!($name, " ", $to, ", ", $a, ", ", $b, "\n")
    };
}

/// One row over the four limbs x12 to x15: adds `$b` times the limbs `$a0` to `$a3`, and the carry `$c`, and leaves the new
/// carry in `$c`. The result is below 2^320, so the highest high half takes both carries without overflowing.
macro_rules! row_of_four {
    ($a0:literal, $a1:literal, $a2:literal, $a3:literal, $b:literal, $c:literal) => {
        concat!(
            op!("mul", "x16", $a0, $b),
            op!("mul", "x17", $a1, $b),
            op!("mul", "x19", $a2, $b),
            op!("mul", "x20", $a3, $b),
            op!("adds", "x12", "x12", "x16"),
            op!("umulh", "x16", $a0, $b),
            op!("adcs", "x13", "x13", "x17"),
            op!("umulh", "x17", $a1, $b),
            op!("adcs", "x14", "x14", "x19"),
            op!("umulh", "x19", $a2, $b),
            op!("adcs", "x15", "x15", "x20"),
            op!("umulh", "x20", $a3, $b),
            op!("adc", "x20", "x20", "xzr"),
            op!("adds", "x12", "x12", $c),
            op!("adcs", "x13", "x13", "x16"),
            op!("adcs", "x14", "x14", "x17"),
            op!("adcs", "x15", "x15", "x19"),
            op!("adc", $c, "x20", "xzr"),
        )
    };
}

/// Both rows over the next four limbs. `$below` holds the limb of a below them, and `$a3` receives the highest of the four.
macro_rules! four {
    ($below:literal, $a3:literal) => {
        concat!(
            "ldp x8, x9, [x1], #16\n",
            "ldp x10, ",
            $a3,
            ", [x1], #16\n",
            "ldp x12, x13, [x0]\n",
            "ldp x14, x15, [x0, #16]\n",
            row_of_four!("x8", "x9", "x10", $a3, "x3", "x6"),
            row_of_four!($below, "x8", "x9", "x10", "x4", "x7"),
            "stp x12, x13, [x0], #16\n",
            "stp x14, x15, [x0], #16\n",
        )
    };
}

/// One row over the two limbs x12 and x13, otherwise as [`row_of_four`].
macro_rules! row_of_two {
    ($a0:literal, $a1:literal, $b:literal, $c:literal) => {
        concat!(
            op!("mul", "x16", $a0, $b),
            op!("mul", "x17", $a1, $b),
            op!("umulh", "x19", $a0, $b),
            op!("umulh", "x20", $a1, $b),
            op!("adds", "x12", "x12", "x16"),
            op!("adcs", "x13", "x13", "x17"),
            op!("adc", "x20", "x20", "xzr"),
            op!("adds", "x12", "x12", $c),
            op!("adcs", "x13", "x13", "x19"),
            op!("adc", $c, "x20", "xzr"),
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
    to: *mut u64,
    a: *const u64,
    end: *mut u64,
    b0: u64,
    b1: u64,
    below: u64,
    carry0: u64,
    carry1: u64,
) -> Above {
    // x5 or x11 holds the limb of a below the next one, and x6 and x7 the carries. x18 is reserved for the platform.
    naked_asm!(
        "stp x19, x20, [sp, #-16]!",
        // the first two limbs alone, if the number of limbs is not a multiple of four
        "sub x8, x2, x0",
        "tbz x8, #4, 3f",
        "ldp x9, x10, [x1], #16",
        "ldp x12, x13, [x0]",
        row_of_two!("x9", "x10", "x3", "x6"),
        row_of_two!("x5", "x9", "x4", "x7"),
        "stp x12, x13, [x0], #16",
        "mov x5, x10",
        // Each pass of the loop handles eight limbs. It is entered in the middle if their number is not a multiple of eight.
        "3:",
        "tbz x8, #5, 2f",
        "mov x11, x5",
        "b 4f",
        "5:",
        four!("x5", "x11"),
        "4:",
        four!("x11", "x5"),
        "2:",
        "cmp x0, x2",
        "b.ne 5b",
        // the limbs above: the last limb of a times b1, and both carries
        "mul x0, x5, x4",
        "umulh x1, x5, x4",
        "adds x0, x0, x6",
        "adc x1, x1, xzr",
        "adds x0, x0, x7",
        "adc x1, x1, xzr",
        "ldp x19, x20, [sp], #16",
        "ret",
    )
}

/// Groups of eight entries in the largest table.
const EIGHTHS: usize = 16;

/// Contract of [`Arithmetic::lookup_all`](crate::arithmetic::backend::contract::Arithmetic::lookup_all).
pub(super) fn look_up_all<const K: usize>(to: &mut [[u64; 48]], entries: &Entries<K>, indices: &[u32]) {
    const { assert!(K.is_multiple_of(8) && K / 8 <= EIGHTHS) }
    for (to, indices) in to.chunks_mut(2).zip(indices.chunks(2)) {
        match (to, indices) {
            ([first, second], &[i, j]) => look_up_two(first, second, entries, [i, j]),
            ([one], &[i]) => look_up_two(one, &mut [0; 48], entries, [i, i]),
            _ => {}
        }
    }
}

/// Looks up two residues. Reads all entries, whatever the indices.
// registers: the picked words stay in registers
#[inline(never)]
fn look_up_two<const K: usize>(
    first: &mut [u64; 48],
    second: &mut [u64; 48],
    entries: &Entries<K>,
    indices: [u32; 2],
) {
    debug_assert!(indices.iter().all(|&index| (index as usize) < K));
    // for each group of eight entries: the index of each chosen byte among the 64 bytes of a word's entries, or 0xff if it is
    // in another group
    let mut places = [[0xff; 16]; EIGHTHS];
    for (places, at) in places.iter_mut().zip(0..) {
        for (places, index) in places.as_chunks_mut::<8>().0.iter_mut().zip(indices) {
            let elsewhere = !Mask::equal(at, index >> 3).as_i32() as u8;
            for (place, byte) in places.iter_mut().zip(0..) {
                *place = (index as u8 & 7) << 3 | byte | elsewhere;
            }
        }
    }
    for ((word, first), second) in entries.iter().zip(first).zip(second) {
        // SAFETY: this module is compiled only for processors with these instructions, and the loads read 64 and 16 bytes of
        // references.
        unsafe {
            let mut picked = vdupq_n_u8(0);
            for (eight, places) in word.as_chunks::<8>().0.iter().zip(&places) {
                let eight = vld1q_u8_x4(eight.as_flattened().as_ptr());
                picked = vqtbx4q_u8(picked, eight, vld1q_u8(places.as_ptr()));
            }
            let picked = vreinterpretq_u64_u8(picked);
            (*first, *second) = (vgetq_lane_u64::<0>(picked), vgetq_lane_u64::<1>(picked));
        }
    }
}
