//! Wiping of secret bytes. One function wipes all of them, because inlined stores would take more flash on a small machine than
//! the arithmetic does.

use core::ops::{Deref, DerefMut};
use zeroize::Zeroize;

// flash: see above
#[inline(never)]
pub(crate) fn wipe(bytes: &mut [u8]) {
    bytes.zeroize();
}

/// Bytes that are wiped on drop.
pub(crate) struct Wiped<const LEN: usize>(pub(crate) [u8; LEN]);

impl<const LEN: usize> Deref for Wiped<LEN> {
    type Target = [u8; LEN];

    fn deref(&self) -> &[u8; LEN] {
        &self.0
    }
}

impl<const LEN: usize> DerefMut for Wiped<LEN> {
    fn deref_mut(&mut self) -> &mut [u8; LEN] {
        &mut self.0
    }
}

impl<const LEN: usize> Drop for Wiped<LEN> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}
