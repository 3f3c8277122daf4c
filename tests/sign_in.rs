//! The sign-in, both sides: the published cases through the public API on the default backend and their numbers on every
//! backend, and what must be refused.
