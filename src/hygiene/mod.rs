//! What keeps secrets: constant-time vocabulary and marks, wiping of values, of the stack and of registers. Knows no number and no
//! protocol.

pub(crate) mod ct;
mod registers;
pub(crate) mod stack;
pub(crate) mod wipe;
