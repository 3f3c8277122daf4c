//! Random bytes: drawn, checked for a dead generator, and wiped after use.

use crate::error::Error;
use crate::hygiene::ct;
use crate::hygiene::wipe::Wiped;

/// The result of `work` on `LEN` random bytes. `fill` writes them and returns whether it succeeded. An 8-byte word of zeros is
/// an error: a generator that is stuck or stopped early leaves one. A working generator draws one in 2^64 words. `work` borrows
/// the bytes, because a move would leave a copy that nothing wipes.
pub(crate) fn draw<const LEN: usize, T>(
    fill: impl FnOnce(&mut [u8]) -> bool,
    work: impl FnOnce(&mut [u8; LEN]) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut bytes = Wiped([0; LEN]);
    let filled = fill(&mut *bytes);
    let whole =
        bytes.as_chunks().0.iter().fold(true, |whole, word: &[u8; 8]| whole & !ct::reveal_is_zero(word));
    if filled && whole { work(&mut bytes) } else { Err(Error::RandomnessUnavailable) }
}

/// Fills from the operating system's generator.
#[cfg(feature = "getrandom")]
pub(crate) fn from_system(bytes: &mut [u8]) -> bool {
    getrandom::fill(bytes).is_ok()
}

/// Fills from a generator of the caller.
#[cfg(feature = "rand_core")]
pub(crate) fn from_generator(rng: &mut impl rand_core::TryCryptoRng) -> impl FnOnce(&mut [u8]) -> bool {
    |bytes| rng.try_fill_bytes(bytes).is_ok()
}
