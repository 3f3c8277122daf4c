//! The backends of x86-64 with vector registers. Their algorithms are tested on any machine, over models of what the
//! processor does.

pub(super) mod avx2;
pub(super) mod ifma;
