//! Which arithmetic runs. This file is the only dispatch: a backend joins by a variant of [`Backend`], a line
//! in each of its functions and an arm of [`with_arithmetic`]; what calls them does not change.
//!
//! The default is vectors where the processor is found to have them, or else the widest limb the target multiplies
//! natively. `--cfg cognito_device_srp_backend="limb32"` (or `"limb64"`, `"avx2"`, `"ifma"`, and `"umaal"`, which is
//! limb32 with its inner loop in assembly) forces one at build time; a backend that asks the processor can only be forced
//! on a target whose processors all have what it needs. x86-64 targets without SSE2 are those whose code uses no vector
//! registers at all: bare metal and UEFI.

pub(crate) mod limb32;
pub(crate) mod limb64;
mod portable;
#[cfg(test)]
mod tests;
#[cfg(any(all(target_arch = "x86_64", target_feature = "sse2"), test))]
mod x86_64;

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use x86_64::{avx2, ifma};

use crate::arithmetic::residue::{BYTES, Residue};
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
    /// `to[i]` = `entries[indices[i]]` for all i, at best reading the entries once for all.
    fn lookup_all<const K: usize, const AT_ONCE: usize>(
        self,
        to: &mut [Self::Element; AT_ONCE],
        entries: &[[u8; BYTES]; K],
        indices: &[u32; AT_ONCE],
    ) {
        for (to, &index) in to.iter_mut().zip(indices) {
            self.lookup(to, entries, index);
        }
    }
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

#[cfg(all(cognito_device_srp_backend = "avx2", not(all(target_arch = "x86_64", target_feature = "avx2"))))]
compile_error!("the backend avx2 can only be forced for x86-64 with target-feature=+avx2");

#[cfg(all(cognito_device_srp_backend = "ifma", not(all(target_arch = "x86_64", target_feature = "sse2"))))]
compile_error!("the backend ifma can only be forced for x86-64");

#[cfg(all(cognito_device_srp_backend = "umaal", not(target_arch = "arm")))]
compile_error!("the backend umaal can only be forced for Arm cores that have UMAAL");

/// One of the arithmetics in this build, and that it runs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// 60 limbs of 52 bits in vectors of 512.
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Ifma(ifma::avx512::Ifma),
    /// 112 digits of 28 bits in vectors.
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Avx2(avx2::Avx2),
    /// 48 limbs of 64 bits, portable.
    Limb64,
    /// 96 limbs of 32 bits, portable.
    Limb32,
}

/// Whether no vectors are used: limbs are forced.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
const PREFER_LIMBS: bool =
    cfg!(any(cognito_device_srp_backend = "limb32", cognito_device_srp_backend = "limb64"));

/// Whether the larger vectors are not used: the others are forced.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
const PREFER_AVX2: bool = cfg!(cognito_device_srp_backend = "avx2");

/// Whether 32-bit limbs come before 64-bit ones: forced, or no 64-bit target and 64 not forced.
const PREFER_32: bool = cfg!(any(
    cognito_device_srp_backend = "limb32",
    all(not(target_pointer_width = "64"), not(cognito_device_srp_backend = "limb64")),
));

/// Whether limb32 is all there is: bare metal of 32 bits, with 64 not forced.
pub(crate) const LIMB32_ALONE: bool =
    cfg!(all(target_os = "none", target_pointer_width = "32", not(cognito_device_srp_backend = "limb64")));

/// Whether others than those that [`Backend::detect`] can give are in this build: tests and checks name them.
const NAMED: bool = cfg!(any(feature = "__internals", test)) && !LIMB32_ALONE;

/// Whether one is forced, so that [`Backend::detect`] gives it and no other.
const FORCED: bool = cfg!(any(
    cognito_device_srp_backend = "limb32",
    cognito_device_srp_backend = "limb64",
    cognito_device_srp_backend = "avx2",
    cognito_device_srp_backend = "ifma",
));

impl Backend {
    /// Itself, where it is in this build, so that a compiler sees which are not, and leaves their code out.
    #[inline(always)]
    pub(crate) fn in_this_build(self) -> Self {
        const PORTABLE: Backend = if PREFER_32 { Backend::Limb32 } else { Backend::Limb64 };
        match self {
            _ if !NAMED && FORCED => Self::default_here(),
            Self::Limb64 | Self::Limb32 if !NAMED => PORTABLE,
            this => this,
        }
    }

    /// The one that is used: the default of this machine, unless a check has put another in its place.
    #[inline(always)]
    pub(crate) fn detect() -> Backend {
        #[cfg(any(all(feature = "__internals", feature = "std"), test))]
        if let Some(backend) = override_for_checks::get() {
            return backend;
        }
        Self::default_here()
    }

    /// The default of this machine.
    #[inline(always)]
    fn default_here() -> Backend {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        if !PREFER_LIMBS {
            if !PREFER_AVX2 && let Some(proof) = ifma::avx512::Ifma::new() {
                return Self::Ifma(proof);
            }
            if let Some(proof) = avx2::Avx2::new() {
                return Self::Avx2(proof);
            }
        }
        if PREFER_32 { Self::Limb32 } else { Self::Limb64 }
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Ifma(_) => "ifma",
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Avx2(_) => "avx2",
            Self::Limb64 => "limb64",
            Self::Limb32 => "limb32",
        }
    }

    /// The names of those that run on this machine, the default one first. Before one that is forced is none.
    #[cfg(any(feature = "__internals", test))]
    pub(crate) fn available() -> &'static [&'static str] {
        match Self::default_here() {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Ifma(_) => &["ifma", "avx2", "limb64", "limb32"],
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Avx2(_) => &["avx2", "limb64", "limb32"],
            Self::Limb64 => &["limb64", "limb32"],
            Self::Limb32 if LIMB32_ALONE => &["limb32"],
            Self::Limb32 => &["limb32", "limb64"],
        }
    }

    /// The one of that name, if it runs here.
    #[cfg(any(feature = "__internals", test))]
    pub(crate) fn named(name: &str) -> Option<Backend> {
        match name {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            "ifma" => ifma::avx512::Ifma::new().map(Self::Ifma),
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            "avx2" => avx2::Avx2::new().map(Self::Avx2),
            "limb64" if !LIMB32_ALONE => Some(Self::Limb64),
            "limb32" => Some(Self::Limb32),
            _ => None,
        }
    }
}

/// What [`Backend::detect`] gives within a scope of one thread, so that checks take the same calls as everybody on each
/// backend in turn.
#[cfg(any(all(feature = "__internals", feature = "std"), test))]
pub(crate) mod override_for_checks {
    use super::Backend;
    use core::cell::Cell;

    std::thread_local! {
        static OVERRIDE: Cell<Option<Backend>> = const { Cell::new(None) };
    }

    #[inline(always)]
    pub(super) fn get() -> Option<Backend> {
        OVERRIDE.get()
    }

    /// Puts back what was there before, when the scope ends, however it does.
    struct Scope(Option<Backend>);

    impl Drop for Scope {
        fn drop(&mut self) {
            OVERRIDE.set(self.0);
        }
    }

    /// What `work` returns, on this backend.
    pub(crate) fn with<T>(backend: Backend, work: impl FnOnce() -> T) -> T {
        let _scope = Scope(OVERRIDE.replace(Some(backend)));
        work()
    }
}

/// Evaluates an expression with the arithmetic of a backend.
macro_rules! with_arithmetic {
    ($backend:expr, $arithmetic:ident => $body:expr) => {
        match $backend.in_this_build() {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            $crate::arithmetic::backend::Backend::Ifma($arithmetic) => $body,
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            $crate::arithmetic::backend::Backend::Avx2($arithmetic) => $body,
            $crate::arithmetic::backend::Backend::Limb64 => {
                let $arithmetic = $crate::arithmetic::backend::limb64::Limb64::default();
                $body
            }
            $crate::arithmetic::backend::Backend::Limb32 => {
                let $arithmetic = $crate::arithmetic::backend::limb32::Limb32::default();
                $body
            }
        }
    };
}
pub(crate) use with_arithmetic;
