//! What the processor has. The choice of the backend and the wiping of registers both depend on it. It is asked once for each list
//! of features, since the instruction for this takes a microsecond or more in a virtual machine.

/// Invokes a macro with the features that the backend ifma is compiled for.
macro_rules! ifma_features {
    ($then:ident) => {
        $then!("bmi2", "avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512ifma");
    };
}
pub(crate) use ifma_features;

macro_rules! detect {
    ($($feature:tt),*) => {
        cpufeatures::new!(ifma, $($feature),*);
    };
}
ifma_features!(detect);
cpufeatures::new!(avx512f, "avx512f");

/// Whether the processor has all the features of the backend ifma, and the operating system saves their registers.
pub(crate) fn has_ifma() -> bool {
    ifma::get()
}

/// Whether there are vector registers from 16 upwards.
#[inline(always)]
pub(super) fn has_high_registers() -> bool {
    has_ifma() || avx512f::get()
}
