//! The arguments of a C function: they are checked before anything else and lent to the computation, and those that it consumes
//! are wiped.

use super::status::Status;
use super::types::{COGNITO_DEVICE_SRP_TEXT_MAX_SIZE, Plain, Text};
use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::hygiene::wipe::wipe;
use core::slice;

/// The memory that an argument refers to.
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

/// The caller's struct, or zeros if it cannot be read. Then each of its pointers is null, and is rejected later.
///
/// # Safety
/// `at` is null, reaches out of the address space, or is valid for reads of a `T`.
pub(super) unsafe fn read<T: Plain>(at: *const T) -> T {
    if at.is_null() || !Range::of(at).is_within_memory() {
        // SAFETY: any bytes are a valid `T`
        return unsafe { core::mem::zeroed() };
    }
    // SAFETY: required of the caller. The alignment can be any.
    unsafe { at.read_unaligned() }
}

/// An argument that is read, its maximum length, and the status if it is longer.
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
    /// The text is null, or valid for reads of its length, or up to its NUL.
    pub(super) unsafe fn text(text: Text) -> Self {
        // SAFETY: required of the caller
        unsafe { Self::text_up_to(text, COGNITO_DEVICE_SRP_TEXT_MAX_SIZE, Error::ArgumentLength.into()) }
    }

    /// # Safety
    /// As [`text`](Self::text).
    pub(super) unsafe fn text_up_to(Text { at, len }: Text, most: usize, longer: Status) -> Self {
        let at = at.cast();
        let len = match len {
            // SAFETY: required of the caller
            usize::MAX => unsafe { until_nul(at, COGNITO_DEVICE_SRP_TEXT_MAX_SIZE) },
            len => len,
        };
        Self::bytes(at, len, most, longer)
    }

    /// The text in a field of `size` bytes.
    ///
    /// # Safety
    /// `at` is null, or valid for reads up to a NUL or of `size` bytes.
    pub(super) unsafe fn field(at: *const u8, size: usize) -> Self {
        // SAFETY: required of the caller
        Self::bytes(at, unsafe { until_nul(at, size) }, size, Error::ArgumentLength.into())
    }
}

/// The number of bytes before the first NUL, or `usize::MAX` if there is none within `most` bytes. The number becomes public.
///
/// # Safety
/// As [`Input::field`].
unsafe fn until_nul(at: *const u8, most: usize) -> usize {
    // SAFETY: no byte before this one is NUL, so this one is within the text
    let is_nul = |&i: &usize| ct::reveal_is_zero(&[unsafe { at.wrapping_add(i).read() }]);
    if at.is_null() { 0 } else { (0..most).find(is_nul).unwrap_or(usize::MAX) }
}

/// An argument that a call consumes: randomness, or a state. It is not changed if the call is rejected.
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

/// The output pointer for a function without an output.
pub(super) const NO_OUTPUT: *mut () = core::ptr::NonNull::dangling().as_ptr();

/// Checks the arguments and lends them to `work`. Unless it succeeds, the output is zeros. `structs` are the structs that the
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
        // SAFETY: `check` has found that no pointer is null or leaves the address space, and that the consumed argument and the
        // output overlap nothing. The output has just been written, any bytes are a valid `T`, and its alignment is 1. The
        // caller is responsible for the rest: that all memory is accessible, and that the inputs have been written.
        let inputs = inputs.map(|Input { range, .. }| unsafe { slice::from_raw_parts(range.at, range.len) });
        const { assert!(align_of::<T>() == 1) }
        // SAFETY: as above
        let (bytes, output) = unsafe { (&mut *used.at.cast::<[u8; LEN]>(), &mut *output) };
        let result = with_stack_wiped::<POWER_OF_G, _>(|| work(inputs, bytes, output));
        // a claim that does not match has been checked too, so the state is consumed
        if matches!(result, Ok(()) | Err(Status::Error(Error::SignatureMismatch))) {
            wipe(bytes);
        }
        result
    });
    let Err(status) = result else { return 0 };
    // a range with an invalid length does not say which memory is an input
    let lent = inputs.iter().filter(|i| i.range.len <= i.most).map(|i| i.range);
    let others = structs.iter().copied().chain(lent);
    let is_another = |other: Range| !other.at.is_null() && other.is_within_memory() && other.overlaps(to);
    let writable = !to.at.is_null() && to.is_within_memory();
    if writable && !others.chain([used.range().first(LEN)]).any(is_another) {
        zero(to);
    }
    status.code()
}

/// Fills an output, which must be writable, with zeros.
fn zero(Range { at, len }: Range) {
    // SAFETY: not null and within the address space. The caller is responsible for the rest. The bytes are written before
    // there is a reference to them.
    let bytes = unsafe {
        at.cast_mut().write_bytes(0, len);
        slice::from_raw_parts_mut(at.cast_mut(), len)
    };
    // a second time, by a wipe, which the compiler does not remove
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
