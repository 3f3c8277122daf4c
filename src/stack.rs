//! Wiping of the stack that a call has used.
//!
//! Values are wiped where they live, but a compiler moves and spills them as it likes, and hash functions keep words of
//! their input in locals. All of that lies below the caller's frame once the call has returned, so that is where it is
//! overwritten.

use core::hint::black_box;

/// How deep the calls with a secret in them reach, more or less: the comb, and the window with its table of powers.
/// Where it falls short, what is left is of the arithmetic's deepest frame, which wipes itself.
const WORDS: usize =
    if cfg!(all(target_pointer_width = "64", not(target_os = "none"))) { 24 << 7 } else { 2 << 8 };

/// What `work` returns, after the stack below this frame has been overwritten.
#[inline(always)]
pub(crate) fn leaving_nothing<T>(work: impl FnOnce() -> T) -> T {
    let result = frame(work);
    overwrite();
    result
}

/// A frame for what is wiped afterwards.
#[inline(never)]
fn frame<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    black_box(&mut [0usize; WORDS]);
}
