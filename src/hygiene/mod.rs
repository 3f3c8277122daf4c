//! What keeps secrets: constant-time vocabulary and marks, wiping of values, wiping of the stack. Knows no number and no
//! protocol.

pub(crate) mod ct;
pub(crate) mod stack;
pub(crate) mod wipe;
