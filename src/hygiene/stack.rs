//! Wiping of the stack that a call has used.
//!
//! Values are wiped where they live, but a compiler moves and spills them as it likes, and hash functions keep words of
//! their input in locals. All of that lies below the caller's frame once the call has returned, so that is where it is
//! overwritten.

use super::registers;
use core::hint::black_box;

#[cfg(test)]
mod tests;

const HOST: bool = cfg!(all(target_pointer_width = "64", not(target_os = "none")));
/// WebAssembly with the elements and the scratch of vectors.
const VECTORS: bool = cfg!(all(target_arch = "wasm32", target_feature = "simd128"));
const BARE: bool = cfg!(target_os = "none");

// How many words of stack the calls use that each constant is named for, with a margin.

/// A call that computes 2^x and no other power. On small machines this is less than their full depth: the arithmetic uses the
/// deeper part, and wipes it itself.
pub(crate) const POWER_OF_G: usize = if HOST {
    24 << 7
} else if VECTORS {
    28 << 7
} else {
    448
};

/// A client's answer, which raises any base, with a table of its powers. Nearly all on small machines too: some compilers
/// save registers that nobody needs any more, and with them words of S.
pub(crate) const ANSWER: usize = if HOST {
    64 << 7
} else if VECTORS {
    48 << 7
} else if BARE {
    1088
} else {
    2048
};

/// A verifier's challenge and its check of a claim, which go less deep.
pub(crate) const CHALLENGE: usize = if HOST {
    64 << 7
} else if VECTORS {
    48 << 7
} else {
    1792
};

/// The proof of a registration, which has both sides of a sign-in in its frame.
pub(crate) const PROOF: usize = if HOST {
    72 << 7
} else if VECTORS {
    56 << 7
} else {
    3072
};

/// Returns the result of `work`, after `WORDS` words of the stack below this frame and the vector registers have been overwritten. The result is not in
/// this frame: `work` writes it where the caller wants it.
#[inline(always)]
pub(crate) fn with_stack_wiped<const WORDS: usize, T>(work: impl FnOnce() -> T) -> T {
    let _overwritten_afterwards = Overwriting::<WORDS>;
    frame(work)
}

/// A frame for what is wiped afterwards.
// frame: so that its locals lie below the caller's
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

// frame: so that it lies where that of `work` was
#[inline(never)]
fn overwrite<const WORDS: usize>() {
    black_box(&mut [0usize; WORDS]);
}
