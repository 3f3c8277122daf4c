//! The arithmetics: what one is ([`contract`]), those there are, and which of them runs ([`selection`]).

mod contract;
pub(crate) mod limb32;
pub(crate) mod limb64;
mod portable;
mod selection;
#[cfg(test)]
mod symbols;
#[cfg(test)]
mod tests;
// targets without SSE2 are those whose code uses no vector registers: bare metal and UEFI
#[cfg(any(all(target_arch = "x86_64", target_feature = "sse2"), test))]
mod x86_64;

pub(crate) use contract::{Arithmetic, Entries};
#[cfg(all(feature = "__internals", feature = "std"))]
pub(crate) use selection::override_for_checks;
pub(crate) use selection::{Backend, with_arithmetic};
