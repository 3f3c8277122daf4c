//! What base64 and hexadecimal share: characters and their values, and chunks of a fixed size.

use crate::hygiene::ct;

/// Characters that follow one another: the first, the last, and what the first stands for.
pub(super) type Run = (u8, u8, u8);

/// What a character stands for; -1 if it is in none of the runs. In constant time, so that the trace of a proof, which reads
/// the texts that it wrote, is the same for all secrets.
#[inline(never)] // flash: the runs are a loop, not copies of its body
pub(super) fn value_in(runs: &[Run], character: u8) -> i32 {
    let character = u32::from(character);
    runs.iter().fold(-1, |value, &(first, last, stands_for)| {
        let [first, last, stands_for] = [first, last, stands_for].map(u32::from);
        let from_one = character.wrapping_sub(first).wrapping_add(stands_for + 1) as i32;
        value + (ct::Mask::within(first, last, character).as_i32() & from_one)
    })
}

/// What `bytes.chunks(SIZE)` gives, without a division that the compiler, which may not see the size, has to guard.
pub(crate) fn fixed_chunks<const SIZE: usize>(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (whole, rest) = bytes.as_chunks::<SIZE>();
    whole.iter().map(<[u8; SIZE]>::as_slice).chain((!rest.is_empty()).then_some(rest))
}
