//! The backends of x86-64 with vector registers. Targets without SSE2 are those whose code uses none at all: bare metal and
//! UEFI. The algorithms of ifma are tested on any machine, over a model of its lanes.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(super) mod avx2;
pub(super) mod ifma;
