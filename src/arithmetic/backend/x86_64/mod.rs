//! The backend for x86-64 processors with vectors of 512 bits. Its algorithms are also tested on a model of the instructions, on
//! any machine.

pub(super) mod ifma;
