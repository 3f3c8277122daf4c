//! What portable.rs does in plain Rust, for AArch64. Two rows of a product in 64-bit limbs have four limbs to a chain of
//! carries, which the compiler does not make: 5.5 instructions for a product of two limbs, where it takes 8.5. A look-up has an
//! instruction that chooses among eight entries for two indices.
//!
//! `--cfg cognito_device_srp_backend="limb64"` leaves it out.
//!
//! MUL, UMULH and TBX are among the instructions whose time does not depend on their operands where Arm promises that
//! (PSTATE.DIT).

use crate::arithmetic::backend::contract::Entries;
use crate::hygiene::ct::Mask;
use core::arch::aarch64::{
    vdupq_n_u8, vgetq_lane_u64, vld1q_u8, vld1q_u8_x4, vqtbx4q_u8, vreinterpretq_u64_u8,
};
use core::arch::naked_asm;

/// The two limbs above.
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

/// One row over four limbs x12 to x15: they, and above them the carry `$c`, are `$a0` to `$a3` times `$b` + they + `$c`. The
/// products are below 2^128 - 2^65 + 1, so neither carry out of the limbs overflows the highest of their high halves.
macro_rules! row_of_four {
    ($a0:literal, $a1:literal, $a2:literal, $a3:literal, $b:literal, $c:literal) => {
        concat!(
            "mul x16, ",
            $a0,
            ", ",
            $b,
            "\n",
            "mul x17, ",
            $a1,
            ", ",
            $b,
            "\n",
            "mul x19, ",
            $a2,
            ", ",
            $b,
            "\n",
            "mul x20, ",
            $a3,
            ", ",
            $b,
            "\n",
            "adds x12, x12, x16\n",
            "umulh x16, ",
            $a0,
            ", ",
            $b,
            "\n",
            "adcs x13, x13, x17\n",
            "umulh x17, ",
            $a1,
            ", ",
            $b,
            "\n",
            "adcs x14, x14, x19\n",
            "umulh x19, ",
            $a2,
            ", ",
            $b,
            "\n",
            "adcs x15, x15, x20\n",
            "umulh x20, ",
            $a3,
            ", ",
            $b,
            "\n",
            "adc x20, x20, xzr\n",
            "adds x12, x12, ",
            $c,
            "\n",
            "adcs x13, x13, x16\n",
            "adcs x14, x14, x17\n",
            "adcs x15, x15, x19\n",
            "adc ",
            $c,
            ", x20, xzr\n",
        )
    };
}

/// Both rows over the next four limbs. `$below` is the limb below them, `$a3` the register that has the one below the next.
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

/// One row over two limbs, x12 and x13.
macro_rules! row_of_two {
    ($a0:literal, $a1:literal, $b:literal, $c:literal) => {
        concat!(
            "mul x16, ",
            $a0,
            ", ",
            $b,
            "\n",
            "mul x17, ",
            $a1,
            ", ",
            $b,
            "\n",
            "umulh x19, ",
            $a0,
            ", ",
            $b,
            "\n",
            "umulh x20, ",
            $a1,
            ", ",
            $b,
            "\n",
            "adds x12, x12, x16\n",
            "adcs x13, x13, x17\n",
            "adc x20, x20, xzr\n",
            "adds x12, x12, ",
            $c,
            "\n",
            "adcs x13, x13, x19\n",
            "adc ",
            $c,
            ", x20, xzr\n",
        )
    };
}

/// Reads and writes from `to` to `end`, reads as many limbs from `a` on. Returns the two limbs above.
///
/// # Safety
/// Both must be whole limbs to be so read and written, and an even number of them.
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
    // x5 or x11: the limb below the next. x6 and x7: the carries. x18 is not a program's to use.
    naked_asm!(
        "stp x19, x20, [sp, #-16]!",
        // two limbs alone, if it is no multiple of four
        "sub x8, x2, x0",
        "tbz x8, #4, 3f",
        "ldp x9, x10, [x1], #16",
        "ldp x12, x13, [x0]",
        row_of_two!("x9", "x10", "x3", "x6"),
        row_of_two!("x5", "x9", "x4", "x7"),
        "stp x12, x13, [x0], #16",
        "mov x5, x10",
        // the loop has two by four limbs; it is entered in the middle if it is no multiple of eight
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

/// Eighths of the largest table.
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

/// Two residues: all entries are read, whichever are chosen.
// registers: what is picked out stays in them
#[inline(never)]
fn look_up_two<const K: usize>(
    first: &mut [u64; 48],
    second: &mut [u64; 48],
    entries: &Entries<K>,
    indices: [u32; 2],
) {
    debug_assert!(indices.iter().all(|&index| (index as usize) < K));
    // for each eight entries of a word: where among their 64 bytes each byte is that is chosen, or beyond them
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
        // SAFETY: this module is for processors with these instructions; what is loaded is there, 64 and 16 bytes.
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
