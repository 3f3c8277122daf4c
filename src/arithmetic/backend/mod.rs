//! The backends: their trait ([`contract`]), the implementations, and the choice among them ([`selection`]).

mod contract;
// on other targets without vectors, only the tests have it
#[cfg(any(
    all(target_arch = "x86_64", target_feature = "sse2"),
    all(target_arch = "wasm32", target_feature = "simd128"),
    test,
))]
pub(crate) mod digits;
pub(crate) mod limb32;
pub(crate) mod limb64;
mod portable;
mod selection;
#[cfg(test)]
pub(crate) mod symbols;
#[cfg(test)]
mod tests;
// a target of x86-64 without SSE2 is one whose code uses no vector registers: bare metal or UEFI
#[cfg(any(all(target_arch = "x86_64", target_feature = "sse2"), test))]
mod x86_64;

pub(crate) use contract::{Arithmetic, Entries};
#[cfg(all(feature = "__internals", feature = "std"))]
pub(crate) use selection::override_for_checks;
pub(crate) use selection::{Backend, with_arithmetic};
