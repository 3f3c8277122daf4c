//! The backend of x86-64 with vectors of 512 bits. Its algorithms are tested on any machine, over a model of what the
//! processor does.

pub(super) mod ifma;
