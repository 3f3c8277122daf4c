//! The backends for x86-64 processors with vector registers. Their algorithms are also tested on models of the instructions, on
//! any machine.

pub(super) mod avx2;
pub(super) mod ifma;
