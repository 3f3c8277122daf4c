//! Protection of secrets: constant-time operations and marks, and wiping of values, of the stack and of registers. Does not
//! depend on the arithmetic or the protocol.

pub(crate) mod ct;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) mod processor;
mod registers;
pub(crate) mod stack;
pub(crate) mod wipe;
