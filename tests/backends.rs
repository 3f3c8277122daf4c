//! Exactly those backends run whose instructions the processor has, and they agree.

use cognito_device_srp::__internals::{backends, on, pow_on};
use cognito_device_srp::backend;
use std::io::Write;

/// Says it past the harness, which keeps to itself what tests that pass have to say.
fn say(what: &str) {
    std::io::stderr().write_all(format!("{what}\n").as_bytes()).unwrap();
}

/// Whether another is forced, and so this one is not asked for.
const OTHER_FORCED: bool = cfg!(any(
    cognito_device_srp_backend = "limb32",
    cognito_device_srp_backend = "limb64",
    cognito_device_srp_backend = "avx2",
));

/// What std finds out for itself.
#[cfg(target_arch = "x86_64")]
fn processor_has_ifma() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512ifma")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("fma")
}

#[cfg(not(target_arch = "x86_64"))]
fn processor_has_ifma() -> bool {
    false
}

#[test]
fn ifma_runs_if_and_only_if_the_processor_has_it() {
    let runs = backends().contains(&"ifma");
    assert_eq!(runs, processor_has_ifma() && !OTHER_FORCED);
    if runs {
        assert_eq!(backends()[0], "ifma");
    } else {
        say("this processor has no AVX-512 IFMA, or another backend is forced: the backend ifma did not run");
    }
}

#[test]
fn the_backends_in_limbs_run_on_every_machine() {
    assert!(backends().contains(&"limb32") && backends().contains(&"limb64"));
}

#[test]
fn calls_run_on_the_backend_that_is_named_and_afterwards_on_the_default() {
    for name in backends() {
        assert_eq!(on(name, backend), *name);
        assert_eq!(backend(), backends()[0]);
    }
}

#[test]
fn all_backends_compute_the_same_powers() {
    // a chain in which each power is the next base
    let mut base = [0x5a; 384];
    for exponent in 1..40u8 {
        let powers: Vec<_> = backends().iter().map(|name| pow_on(name, &base, &[exponent; 7])).collect();
        assert!(powers.iter().all(|power| power == &powers[0]));
        base = powers[0];
    }
}
