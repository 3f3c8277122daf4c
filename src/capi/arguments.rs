//! The arguments of a C function: checked before anything else, lent to what computes; what was used up is wiped.

use super::status::Status;
use super::types::{COGNITO_DEVICE_SRP_TEXT_MAX_SIZE, Plain, Text};
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::hygiene::wipe::wipe;
use core::slice;

/// Memory that an argument names.
#[derive(Clone, Copy)]
pub(super) struct Range {
    at: *const u8,
    len: usize,
}

impl Range {
    pub(super) fn of<T>(at: *const T) -> Self {
        Self { at: at.cast(), len: size_of::<T>() }
    }

    fn is_within_memory(self) -> bool {
        self.len <= isize::MAX as usize && self.at.addr().checked_add(self.len).is_some()
    }

    fn first(self, most: usize) -> Self {
        Self { len: self.len.min(most), ..self }
    }

    /// Requires both to be within memory.
    fn overlaps(self, other: Self) -> bool {
        self.at.addr() < other.at.addr() + other.len && other.at.addr() < self.at.addr() + self.len
    }
}

/// A struct of the caller's, or zeros if it cannot be read: then each of its pointers is null, and refused as that.
///
/// # Safety
/// `at` is null, beyond memory, or good for a `T`.
pub(super) unsafe fn read<T: Plain>(at: *const T) -> T {
    if at.is_null() || !Range::of(at).is_within_memory() {
        // SAFETY: any bytes are a value
        return unsafe { core::mem::zeroed() };
    }
    // SAFETY: as required, of any alignment
    unsafe { at.read_unaligned() }
}

/// What is read, how long it may be, and what it is if it is longer.
#[derive(Clone, Copy)]
pub(super) struct Input {
    range: Range,
    most: usize,
    longer: Status,
}

impl Input {
    pub(super) fn bytes(at: *const u8, len: usize, most: usize, longer: Status) -> Self {
        Self { range: Range { at, len }, most, longer }
    }

    /// # Safety
    /// The text is null, or good for its length, or up to its NUL.
    pub(super) unsafe fn text(text: Text) -> Self {
        // SAFETY: as required
        unsafe { Self::text_up_to(text, COGNITO_DEVICE_SRP_TEXT_MAX_SIZE, Error::ArgumentLength.into()) }
    }

    /// # Safety
    /// As [`text`](Self::text).
    pub(super) unsafe fn text_up_to(Text { at, len }: Text, most: usize, longer: Status) -> Self {
        let at = at.cast();
        let len = match len {
            // SAFETY: as required
            usize::MAX => unsafe { until_nul(at, COGNITO_DEVICE_SRP_TEXT_MAX_SIZE) },
            len => len,
        };
        Self::bytes(at, len, most, longer)
    }

    /// The text in a field of `size` bytes.
    ///
    /// # Safety
    /// `at` is null or good up to a NUL or for `size` bytes.
    pub(super) unsafe fn field(at: *const u8, size: usize) -> Self {
        // SAFETY: as required
        Self::bytes(at, unsafe { until_nul(at, size) }, size, Error::ArgumentLength.into())
    }
}

/// How many bytes stand before the first NUL of at most `most`, which is made public; `usize::MAX` if there is none.
///
/// # Safety
/// As [`Input::field`].
unsafe fn until_nul(at: *const u8, most: usize) -> usize {
    // SAFETY: every byte before this one is no NUL, so this one is there
    let is_nul = |&i: &usize| ct::reveal_is_zero(&[unsafe { at.wrapping_add(i).read() }]);
    if at.is_null() { 0 } else { (0..most).find(is_nul).unwrap_or(usize::MAX) }
}

/// What a call uses up: randomness, or a state. Left as it was if the call is refused.
#[derive(Clone, Copy)]
pub(super) struct Used<const LEN: usize> {
    at: *mut u8,
    len: usize,
}

impl Used<0> {
    pub(super) const NOTHING: Self = Self { at: core::ptr::NonNull::dangling().as_ptr(), len: 0 };
}

impl<const LEN: usize> Used<LEN> {
    pub(super) fn bytes(at: *mut u8, len: usize) -> Self {
        Self { at, len }
    }

    pub(super) fn of<T>(at: *mut T) -> Self {
        const { assert!(size_of::<T>() == LEN) }
        Self::bytes(at.cast(), LEN)
    }

    fn range(self) -> Range {
        Range { at: self.at, len: self.len }
    }
}

/// The output of a function without one.
pub(super) const NO_OUTPUT: *mut () = core::ptr::NonNull::dangling().as_ptr();

/// Checks the arguments, lends them to `work`, and leaves zeros in the output unless all went well. `structs` are what the
/// inputs were read from.
pub(super) fn call<const I: usize, const LEN: usize, T: Plain>(
    structs: &[Range],
    inputs: [Input; I],
    used: Used<LEN>,
    output: *mut T,
    work: impl FnOnce([&[u8]; I], &[u8; LEN], &mut T) -> Result<(), Status>,
) -> i32 {
    let to = Range::of(output);
    let result = check(structs, &inputs, used.range(), LEN, to).and_then(|()| {
        zero(to);
        // SAFETY: checked above: neither null nor out of the address space, and neither what is used nor the output overlaps
        // anything. The output has been written just now, and any bytes are a `T`; its alignment is that of bytes. That the
        // rest has been written, and that all is there, the caller vouches for.
        let inputs = inputs.map(|Input { range, .. }| unsafe { slice::from_raw_parts(range.at, range.len) });
        const { assert!(align_of::<T>() == 1) }
        // SAFETY: as above
        let (bytes, output) = unsafe { (&mut *used.at.cast::<[u8; LEN]>(), &mut *output) };
        let result = with_stack_wiped::<POWER_OF_G, _>(|| work(inputs, bytes, output));
        // a claim that does not match was checked all the same
        if matches!(result, Ok(()) | Err(Status::Error(Error::SignatureMismatch))) {
            wipe(bytes);
        }
        result
    });
    let Err(status) = result else { return 0 };
    // a length that nothing may have says nothing about what lies there
    let lent = inputs.iter().filter(|i| i.range.len <= i.most).map(|i| i.range);
    let others = structs.iter().copied().chain(lent);
    let is_another = |other: Range| !other.at.is_null() && other.is_within_memory() && other.overlaps(to);
    let writable = !to.at.is_null() && to.is_within_memory();
    if writable && !others.chain([used.range().first(LEN)]).any(is_another) {
        zero(to);
    }
    status.code()
}

/// Zeros in an output that can be written.
fn zero(Range { at, len }: Range) {
    // SAFETY: not null and within the address space; the caller vouches for the rest. Bytes that were never written are
    // written before there is a reference to them.
    let bytes = unsafe {
        at.cast_mut().write_bytes(0, len);
        slice::from_raw_parts_mut(at.cast_mut(), len)
    };
    // once more, as a wipe that is not left out
    wipe(bytes);
}

fn check(
    structs: &[Range],
    inputs: &[Input],
    used: Range,
    used_len: usize,
    output: Range,
) -> Result<(), Status> {
    let read = || structs.iter().copied().chain(inputs.iter().map(|i| i.range));
    let all = || read().chain([used, output]);
    if all().any(|range| range.at.is_null()) {
        return Err(Status::ArgumentNull);
    }
    if used.len != used_len || !all().all(Range::is_within_memory) {
        return Err(Error::ArgumentLength.into());
    }
    if let Some(input) = inputs.iter().find(|i| i.range.len > i.most) {
        return Err(input.longer);
    }
    let overlap = read().any(|range| range.overlaps(used) || range.overlaps(output)) || used.overlaps(output);
    if overlap { Err(Status::ArgumentsOverlap) } else { Ok(()) }
}
