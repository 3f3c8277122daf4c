//! The arguments of a C function: checked before anything else, lent to what computes, zeroed if that fails.

use super::status::Status;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use core::ffi::c_char;
use core::slice;
use zeroize::Zeroize;

/// What is read, up to so many bytes, and what it is to be longer.
#[derive(Clone, Copy)]
pub(super) struct Input {
    at: *const u8,
    len: usize,
    most: usize,
    longer: Status,
}

impl Input {
    pub(super) fn text(at: *const c_char, len: usize) -> Self {
        Self { at: at.cast(), len, most: super::COGNITO_DEVICE_SRP_TEXT_MAX, longer: Status::ArgumentLength }
    }

    pub(super) fn bounded(at: *const u8, len: usize, most: usize, longer: Status) -> Self {
        Self { at, len, most, longer }
    }
}

/// What is written. One that `goes_in` too holds what the caller has put there.
#[derive(Clone, Copy)]
pub(super) struct Output {
    at: *mut u8,
    len: usize,
    least: usize,
    most: usize,
    goes_in: bool,
}

impl Output {
    pub(super) fn text(at: *mut c_char, len: usize, size: usize) -> Self {
        Self { at: at.cast(), len, least: size, most: size, goes_in: false }
    }

    pub(super) fn bytes(at: *mut u8, len: usize, least: usize, most: usize, goes_in: bool) -> Self {
        Self { at, len, least, most, goes_in }
    }

    /// Zeros, as far as the buffer can be written and no further than it should be long.
    fn zero(self) {
        if is_range(self.at, self.len) {
            // SAFETY: not null and within the address space; the caller vouches for `len` bytes
            let bytes = unsafe {
                let len = self.len.min(self.most);
                self.at.write_bytes(0, len);
                slice::from_raw_parts_mut(self.at, len)
            };
            // once more, as a wipe that is not left out
            bytes.zeroize();
        }
    }
}

fn is_range(at: *const u8, len: usize) -> bool {
    !at.is_null() && len <= isize::MAX as usize && at.addr().checked_add(len).is_some()
}

fn overlap(a: (*const u8, usize), b: (*const u8, usize)) -> bool {
    a.0.addr() < b.0.addr() + b.1 && b.0.addr() < a.0.addr() + a.1
}

fn check(inputs: &[Input], outputs: &[Output]) -> Result<(), Status> {
    if inputs.iter().any(|i| i.at.is_null()) || outputs.iter().any(|o| o.at.is_null()) {
        return Err(Status::ArgumentNull);
    }
    if inputs.iter().any(|i| !is_range(i.at, i.len))
        || outputs.iter().any(|o| !is_range(o.at, o.len) || o.len < o.least || o.len > o.most)
    {
        return Err(Status::ArgumentLength);
    }
    for (number, output) in outputs.iter().enumerate() {
        let this = (output.at.cast_const(), output.len);
        let with_inputs = inputs.iter().any(|i| overlap(this, (i.at, i.len)));
        if with_inputs || outputs.iter().skip(number + 1).any(|o| overlap(this, (o.at, o.len))) {
            return Err(Status::ArgumentsOverlap);
        }
    }
    inputs.iter().find(|i| i.len > i.most).map_or(Ok(()), |i| Err(i.longer))
}

/// Checks the arguments, lends them to `work`, and leaves zeros in the outputs unless all went well.
pub(super) fn call<const I: usize, const O: usize>(
    inputs: [Input; I],
    outputs: [Output; O],
    work: impl FnOnce([&[u8]; I], [&mut [u8]; O]) -> Result<(), Status>,
) -> i32 {
    let result = check(&inputs, &outputs).and_then(|()| {
        outputs.iter().filter(|o| !o.goes_in).for_each(|o| o.zero());
        // SAFETY: checked above: neither null nor out of the address space, and no output overlaps anything. Outputs have
        // been written just now; that the rest has been, and that all is there, the caller vouches for.
        let inputs = inputs.map(|i| unsafe { slice::from_raw_parts(i.at, i.len) });
        // SAFETY: as above; what goes in and out the caller has written
        let outputs = outputs.map(|o| unsafe { slice::from_raw_parts_mut(o.at, o.len) });
        with_stack_wiped::<POWER_OF_G, _>(|| work(inputs, outputs))
    });
    match result {
        Ok(()) => 0,
        Err(status) => {
            outputs.iter().for_each(|o| o.zero());
            status.code()
        }
    }
}
