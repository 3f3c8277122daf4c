//! Which arithmetic runs. This file is the only dispatch: a backend joins by a variant of [`Backend`], a line
//! in each of its functions and an arm of [`with_arithmetic`]; what calls them does not change.
//!
//! The default is the widest limb the target multiplies natively; `--cfg cognito_device_srp_backend="limb32"`
//! (or `"limb64"`) forces one at build time.

pub(crate) mod limb32;
pub(crate) mod limb64;
mod portable;
#[cfg(test)]
mod tests;

use crate::group::{BYTES, Residue};
use zeroize::Zeroize;

/// The arithmetic mod N of one radix. Elements are numbers below R = 2^`R_BITS`, R > N, that stand for
/// their residue: 0 and N, 1 and N + 1 are the same. All constant time in every argument.
pub(crate) trait Arithmetic: Copy {
    /// log2 R
    const R_BITS: u32;
    /// A number below R.
    type Element: Copy + Zeroize;
    /// Scratch of the products, kept by the caller so that it is wiped once and not each time.
    type Work: Zeroize;

    fn zero(self) -> Self::Element;
    fn work(self) -> Self::Work;
    /// 2^`exponent`. Requires `exponent` < 3072.
    fn power_of_two(self, exponent: u32) -> Self::Element;
    /// `to` = `entries[index]`, little-endian residues. Reads all. Requires `index` < `K`.
    fn lookup<const K: usize>(self, to: &mut Self::Element, entries: &[[u8; BYTES]; K], index: u32);
    /// `to` = `elements[index]`. Reads all. Requires `index` < `K`.
    fn select<const K: usize>(self, to: &mut Self::Element, elements: &[Self::Element; K], index: u32);
    /// A residue as it is.
    fn element(self, a: &Residue) -> Self::Element;
    /// `a` = a + b
    fn add(self, a: &mut Self::Element, b: &Self::Element);
    /// `a` = a - b
    fn sub(self, a: &mut Self::Element, b: &Self::Element);
    /// The Montgomery form of a residue, a R.
    fn enter(self, a: &Residue, work: &mut Self::Work) -> Self::Element;
    /// `a` = a b / R
    fn mont_mul(self, a: &mut Self::Element, b: &Self::Element, work: &mut Self::Work);
    /// `a` = a^2 / R
    fn mont_sqr(self, a: &mut Self::Element, work: &mut Self::Work);
    /// `a` = 2^bit a. Requires `bit` <= 1.
    fn double_if(self, a: &mut Self::Element, bit: u32);
    /// The residue of `a`, reduced below N.
    fn residue(self, a: &Self::Element) -> Residue;
}

/// One of the arithmetics in this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// 48 limbs of 64 bits, portable.
    Limb64,
    /// 96 limbs of 32 bits, portable.
    Limb32,
}

/// Whether 32-bit limbs come first: forced, or no 64-bit target and 64 not forced.
const PREFER_32: bool = cfg!(any(
    cognito_device_srp_backend = "limb32",
    all(not(target_pointer_width = "64"), not(cognito_device_srp_backend = "limb64")),
));

impl Backend {
    /// The one that is used where none is named.
    pub(crate) fn detect() -> Backend {
        if PREFER_32 { Self::Limb32 } else { Self::Limb64 }
    }

    /// Those that run on this machine, the default one first.
    #[cfg(any(feature = "__internals", test))]
    pub(crate) fn available() -> &'static [Backend] {
        if PREFER_32 { &[Self::Limb32, Self::Limb64] } else { &[Self::Limb64, Self::Limb32] }
    }

    /// Its name, as `--cfg cognito_device_srp_backend` takes it.
    #[cfg(any(feature = "__internals", test))]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Backend::Limb64 => "limb64",
            Backend::Limb32 => "limb32",
        }
    }
}

/// Evaluates an expression with the arithmetic of a backend.
macro_rules! with_arithmetic {
    ($backend:expr, $arithmetic:ident => $body:expr) => {
        match $backend {
            $crate::backend::Backend::Limb64 => {
                let $arithmetic = $crate::backend::limb64::Limb64::default();
                $body
            }
            $crate::backend::Backend::Limb32 => {
                let $arithmetic = $crate::backend::limb32::Limb32::default();
                $body
            }
        }
    };
}
pub(crate) use with_arithmetic;
