//! The values of characters, for base64 and hexadecimal, and chunks of a fixed size, for texts that are read piece by piece.

use crate::hygiene::ct;

/// Consecutive characters: the first, the last, and the value of the first.
pub(super) type Run = (u8, u8, u8);

/// The value of a character, or -1 if it is in none of the runs. Constant time, so that the trace of a proof, which reads the
/// texts that it wrote, is the same for all secrets.
#[inline(never)] // flash: otherwise the loop over the runs is unrolled
pub(super) fn value_in(runs: &[Run], character: u8) -> i32 {
    let character = u32::from(character);
    runs.iter().fold(-1, |value, &(first, last, stands_for)| {
        let [first, last, stands_for] = [first, last, stands_for].map(u32::from);
        let from_one = character.wrapping_sub(first).wrapping_add(stands_for + 1) as i32;
        value + (ct::Mask::within(first, last, character).as_i32() & from_one)
    })
}

/// The chunks of `bytes.chunks(SIZE)`. With a constant size there is no division that the compiler must guard against zero.
pub(crate) fn fixed_chunks<const SIZE: usize>(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (whole, rest) = bytes.as_chunks::<SIZE>();
    whole.iter().map(<[u8; SIZE]>::as_slice).chain((!rest.is_empty()).then_some(rest))
}
