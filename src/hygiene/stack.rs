//! Wiping of the stack below a call.
//!
//! Values are wiped in place, but the compiler can move and spill them, and hash functions keep words of their input in locals.
//! After a call, all of these copies are below the caller's frame. So the stack there is overwritten.

use super::registers;
use core::hint::black_box;

#[cfg(test)]
mod tests;

const HOST: bool = cfg!(all(target_pointer_width = "64", not(target_os = "none")));
/// WebAssembly with vectors, whose elements and scratch are larger.
const VECTORS: bool = cfg!(all(target_arch = "wasm32", target_feature = "simd128"));
const BARE: bool = cfg!(target_os = "none");

// Each constant is the number of words of stack that its call uses, with a margin.

/// A call that computes 2^x and no other power. On bare metal this is less than its full depth: only the arithmetic uses the
/// deeper part, and wipes it itself.
pub(crate) const POWER_OF_G: usize = if HOST {
    24 << 7
} else if VECTORS {
    36 << 7
} else {
    448
};

/// A client's answer, which raises any base, with a table of its powers. This is nearly the full depth on bare metal too: some
/// compilers save registers that are no longer needed, and these can hold words of S.
pub(crate) const ANSWER: usize = if HOST {
    64 << 7
} else if VECTORS {
    56 << 7
} else if BARE {
    1088
} else {
    2048
};

/// A verifier's challenge and its check of a claim, which use less.
pub(crate) const CHALLENGE: usize = if HOST {
    64 << 7
} else if VECTORS {
    56 << 7
} else {
    1792
};

/// The proof of a registration, whose frame holds both sides of a sign-in.
pub(crate) const PROOF: usize = if HOST {
    72 << 7
} else if VECTORS {
    64 << 7
} else {
    3072
};

/// Returns the result of `work`, after `WORDS` words of the stack below this frame and the vector registers have been
/// overwritten. The result is not in the overwritten part: `work` writes it where the caller wants it.
#[inline(always)]
pub(crate) fn with_stack_wiped<const WORDS: usize, T>(work: impl FnOnce() -> T) -> T {
    let _overwritten_afterwards = Overwriting::<WORDS>;
    frame(work)
}

/// Calls `work` in a frame of its own, which is wiped afterwards.
// frame: its locals are below the caller's
#[inline(never)]
fn frame<T>(work: impl FnOnce() -> T) -> T {
    work()
}

struct Overwriting<const WORDS: usize>;

impl<const WORDS: usize> Drop for Overwriting<WORDS> {
    #[inline(always)]
    fn drop(&mut self) {
        #[cfg(test)]
        if tests::measured::<WORDS>() {
            return tests::paint::<WORDS>();
        }
        overwrite::<WORDS>();
        registers::wipe_vectors();
    }
}

// frame: it covers the frame that `work` had
#[inline(never)]
fn overwrite<const WORDS: usize>() {
    black_box(&mut [0usize; WORDS]);
}
