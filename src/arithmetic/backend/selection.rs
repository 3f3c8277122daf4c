//! The choice of the backend. Only this file dispatches. A new backend needs a variant of [`Backend`], a line in each of its
//! functions and an arm of [`with_arithmetic`]. Callers do not change.
//!
//! The default is a vector backend if the processor has its instructions, or in WebAssembly if the build enables them, or else
//! the widest limb that the target multiplies natively. `--cfg cognito_device_srp_backend="limb32"` (or `"limb64"`, `"avx2"`,
//! `"ifma"`, and `"umaal"`, which is limb32 with its inner loop in assembly) forces one at build time. `avx2` can only be
//! forced on a target whose processors all have AVX2.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use super::digits::Avx2;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use super::x86_64::ifma::avx512::Ifma;

#[cfg(all(cognito_device_srp_backend = "avx2", not(all(target_arch = "x86_64", target_feature = "avx2"))))]
compile_error!("the backend avx2 can only be forced for x86-64 with target-feature=+avx2");

#[cfg(all(cognito_device_srp_backend = "ifma", not(all(target_arch = "x86_64", target_feature = "sse2"))))]
compile_error!("the backend ifma can only be forced for x86-64");

#[cfg(all(cognito_device_srp_backend = "umaal", not(target_arch = "arm")))]
compile_error!("the backend umaal can only be forced for Arm cores that have UMAAL");

/// The backends that this build can use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Selection {
    /// Chosen at run time: ifma if the processor has its instructions, otherwise avx2 if it has those, otherwise limb64.
    Found,
    Ifma,
    Avx2,
    Simd128,
    Limb64,
    Limb32,
}

const SELECTION: Selection = if cfg!(cognito_device_srp_backend = "ifma") {
    Selection::Ifma
} else if cfg!(cognito_device_srp_backend = "avx2") {
    Selection::Avx2
} else if cfg!(cognito_device_srp_backend = "limb64") {
    Selection::Limb64
} else if cfg!(cognito_device_srp_backend = "limb32") {
    Selection::Limb32
} else if cfg!(all(target_arch = "x86_64", target_feature = "sse2")) {
    Selection::Found
} else if cfg!(all(target_arch = "wasm32", target_feature = "simd128")) {
    Selection::Simd128
} else if cfg!(target_pointer_width = "64") {
    Selection::Limb64
} else {
    Selection::Limb32
};

/// Whether tests and checks can name backends that are not selected. They cannot in images for bare metal, whose size is
/// measured.
const CAN_BE_NAMED: bool = cfg!(all(any(feature = "__internals", test), not(target_os = "none")));

/// A backend of this build that runs on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// 60 limbs of 52 bits in vectors of 512 bits.
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Ifma(Ifma),
    /// 112 digits of 28 bits in vectors of 256 bits.
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Avx2(Avx2),
    /// The same in vectors of 128 bits.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128,
    /// 48 limbs of 64 bits, portable.
    Limb64,
    /// 96 limbs of 32 bits, portable.
    Limb32,
}

impl Backend {
    /// The backend that is used: the default of this machine, unless a check overrides it.
    #[inline(always)]
    pub(crate) fn detect() -> Backend {
        #[cfg(all(feature = "__internals", feature = "std"))]
        if let Some(backend) = override_for_checks::get() {
            return backend;
        }
        Self::default_here()
    }

    /// The default of this machine.
    #[inline(always)]
    fn default_here() -> Backend {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        {
            if matches!(SELECTION, Selection::Found | Selection::Ifma)
                && let Some(proof) = Ifma::new()
            {
                return Self::Ifma(proof);
            }
            if matches!(SELECTION, Selection::Found | Selection::Avx2)
                && let Some(proof) = Avx2::new()
            {
                return Self::Avx2(proof);
            }
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        if SELECTION == Selection::Simd128 {
            return Self::Simd128;
        }
        if SELECTION == Selection::Limb32 { Self::Limb32 } else { Self::Limb64 }
    }

    /// `self`, restricted to the backends that [`detect`](Self::detect) can return in this build, so that the compiler leaves
    /// out the code of the others. In builds where checks can name backends, these are all.
    #[inline(always)]
    pub(crate) fn narrowed(self) -> Self {
        match self {
            this if CAN_BE_NAMED => this,
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Ifma(_) | Self::Avx2(_) if SELECTION == Selection::Found => self,
            Self::Limb64 | Self::Limb32 if SELECTION == Selection::Found => Self::Limb64,
            _ => Self::default_here(),
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Ifma(_) => "ifma",
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Avx2(_) => "avx2",
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => "simd128",
            Self::Limb64 => "limb64",
            Self::Limb32 => "limb32",
        }
    }

    /// The names of the backends that run on this machine, the default first. A forced backend is the default.
    #[cfg(any(feature = "__internals", test))]
    pub(crate) fn available() -> &'static [&'static str] {
        match Self::default_here() {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Ifma(_) => &["ifma", "avx2", "limb64", "limb32"],
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            Self::Avx2(_) => &["avx2", "limb64", "limb32"],
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => &["simd128", "limb32", "limb64"],
            Self::Limb64 if CAN_BE_NAMED => &["limb64", "limb32"],
            Self::Limb32 if CAN_BE_NAMED => &["limb32", "limb64"],
            Self::Limb64 => &["limb64"],
            Self::Limb32 => &["limb32"],
        }
    }

    /// The backend of this name, if it runs on this machine.
    #[cfg(any(feature = "__internals", test))]
    pub(crate) fn named(name: &str) -> Option<Backend> {
        let backend = match name {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            "ifma" => Self::Ifma(Ifma::new()?),
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            "avx2" => Self::Avx2(Avx2::new()?),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            "simd128" => Self::Simd128,
            "limb64" => Self::Limb64,
            "limb32" => Self::Limb32,
            _ => return None,
        };
        (backend.narrowed() == backend).then_some(backend)
    }
}

/// Overrides [`Backend::detect`] for a scope of one thread, so that checks can make the public calls on each backend in turn.
#[cfg(all(feature = "__internals", feature = "std"))]
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

    /// Restores the previous override when the scope ends, also if it ends by a panic.
    struct Scope(Option<Backend>);

    impl Drop for Scope {
        fn drop(&mut self) {
            OVERRIDE.set(self.0);
        }
    }

    /// Runs `work` on this backend, and returns its result.
    pub(crate) fn with<T>(backend: Backend, work: impl FnOnce() -> T) -> T {
        let _scope = Scope(OVERRIDE.replace(Some(backend)));
        work()
    }
}

/// Evaluates an expression with the arithmetic of a backend.
macro_rules! with_arithmetic {
    ($backend:expr, $arithmetic:ident => $body:expr) => {
        match $backend.narrowed() {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            $crate::arithmetic::backend::Backend::Ifma($arithmetic) => $body,
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            $crate::arithmetic::backend::Backend::Avx2($arithmetic) => $body,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            $crate::arithmetic::backend::Backend::Simd128 => {
                let $arithmetic = $crate::arithmetic::backend::digits::Simd128::default();
                $body
            }
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
