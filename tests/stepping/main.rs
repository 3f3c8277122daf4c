//! Constant time of the machine code, as built for release, on the processor itself: whole calls are single-stepped,
//! and the sequence of their instructions, and of the addresses of their data, must not differ from secret to secret.
//!
//! It steps the default backend of this machine, or those named as arguments: millions of steps of several microseconds.
//! Planted leaks must be found. `CHECKS_REQUIRED=1` makes it a failure that the build is one for debugging.
//!
//! With `--count` and the name of a backend (without one, the default) it prints how often each instruction on vectors runs in a
//! product and in a squaring.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod trace;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn main() {
    check::main();
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn main() {
    println!("the stepper is written for x86-64 Linux: nothing was single-stepped");
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[path = "../common/mod.rs"]
mod common;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod check {
    use crate::common::DEVICE;
    use crate::trace::{self, Trace};
    use cognito_device_srp::__internals::*;
    use cognito_device_srp::{DeviceSecret, DeviceSecretVerifierConfig, Salt};
    use std::hint::black_box;
    use std::process::Command;

    type Secret = [u8; 32];

    /// A call that is given a backend and a secret.
    struct Case {
        name: &'static str,
        run: fn(&str, &Secret),
    }

    const CLEAN: [Case; 3] = [
        Case { name: "2^x", run: power_of_two },
        Case { name: "B^e", run: power },
        Case { name: "derive", run: derive },
    ];
    const BRANCH: Case = Case {
        name: "a planted branch",
        run: |_, x| {
            black_box(if black_box(x[31]) & 1 == 1 { black_box(1) } else { 0 });
        },
    };
    const INDEX: Case = Case {
        name: "a planted index",
        run: |_, x| {
            black_box(black_box(&[0u8; 256])[usize::from(x[31])]);
        },
    };

    fn secrets() -> [Secret; 6] {
        let mut one = [0; 32];
        one[31] = 1;
        let mut leading_zeros = [0xa7; 32];
        leading_zeros[..5].fill(0);
        let mut top_bit = [0; 32];
        top_bit[0] = 0x80;
        [
            [0; 32],
            std::array::from_fn(|i| (i as u8).wrapping_mul(89) ^ 0x5c),
            [0xff; 32],
            one,
            leading_zeros,
            top_bit,
        ]
    }

    fn power_of_two(backend: &str, x: &Secret) {
        black_box(pow_g_on(backend, x));
    }

    /// Both are secret in a sign-in. Each window of an exponent is the same code, so a short one does.
    fn power(backend: &str, e: &Secret) {
        let mut base = [0x5a; 384];
        base[352..].copy_from_slice(e);
        black_box(pow_on(backend, &base, &e[31..]));
    }

    /// Up to the verifier, which is public.
    fn derive(backend: &str, secret: &Secret) {
        let digits: [u8; 56] = std::array::from_fn(|i| b'a' + (secret[i % 32] >> (i / 32 * 4) & 15));
        let secret = str::from_utf8(&digits).map(DeviceSecret::from_text);
        let salt = Salt::from_bytes(&[7; 16]);
        let (Ok(Ok(secret)), Ok(salt)) = (secret, salt) else { panic!("a secret and a salt") };
        black_box(on(backend, || DeviceSecretVerifierConfig::derive(DEVICE, &secret, &salt)));
    }

    fn traces(case: &Case, backend: &str) -> Vec<Trace> {
        let mut given = [0; 32];
        // pages and lazily bound functions are not to be part of the first trace
        (case.run)(backend, &given);
        secrets()
            .into_iter()
            .map(|secret| {
                given = secret;
                trace::of(&|| (case.run)(backend, black_box(&given)))
            })
            .collect()
    }

    pub(super) fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if let [flag, case, backend] = &*arguments
            && flag == "--case"
        {
            return judge(case, backend);
        }
        if let [flag, named @ ..] = &*arguments
            && flag == "--count"
        {
            return count(named.first().map_or(backends()[0], String::as_str));
        }
        if cfg!(debug_assertions) {
            println!("a build for debugging, whose code is another: nothing was single-stepped");
            assert!(std::env::var_os("CHECKS_REQUIRED").is_none());
            return;
        }
        ifma_is_there_if_the_system_lists_it();
        trace::prepare();

        let planted = traces(&BRANCH, "");
        assert!(planted.iter().any(|trace| trace.code != planted[0].code), "{}: not found", BRANCH.name);
        let planted = traces(&INDEX, "");
        assert!(planted.iter().all(|trace| trace.code == planted[0].code), "{}: a branch", INDEX.name);
        assert!(planted.iter().any(|trace| trace.data != planted[0].data), "{}: not found", INDEX.name);

        let named: Vec<_> =
            backends().iter().copied().filter(|name| arguments.iter().any(|a| a == name)).collect();
        let stepped = if named.is_empty() { &backends()[..1] } else { &named };
        let this = std::env::current_exe().expect("this program has a path");
        for backend in stepped {
            // a process for each case, since a trace is of a process of one thread
            let cases = CLEAN.map(|case| {
                Command::new(&this).args(["--case", case.name, backend]).spawn().expect("this program runs")
            });
            let ended = cases.map(|mut case| case.wait().expect("it ends"));
            assert!(ended.iter().all(|status| status.success()), "{backend}: {ended:?}");
        }
        for backend in backends().iter().filter(|name| !stepped.contains(name)) {
            println!("{backend} was not single-stepped: name it as an argument");
        }
    }

    /// Prints what one product, and one squaring, executes on vectors: the difference of four and three of them.
    fn count(backend: &str) {
        trace::prepare();
        for (name, op) in [("product", Op::MontMul), ("squaring", Op::MontSqr)] {
            let [three, four] = [3, 4].map(|times| {
                trace::vector_operations(&|| {
                    on(backend, || black_box(repeat(op, times)));
                })
            });
            let mut counts: Vec<_> =
                four.iter().zip(three).map(|(&(what, n), (_, less))| (n - less, what)).collect();
            counts.retain(|&(n, _)| n > 0);
            counts.sort_by_key(|&(n, _)| std::cmp::Reverse(n));
            let texts: Vec<_> =
                counts.iter().map(|(n, what)| format!("{what:?} {n}").to_lowercase()).collect();
            println!("{name} on {backend}: {}", texts.join(", "));
        }
    }

    /// Steps one case.
    fn judge(case: &str, backend: &str) {
        let case = CLEAN.into_iter().find(|one| one.name == case).expect("a case");
        trace::prepare();
        let (name, traces) = (case.name, traces(&case, backend));
        assert!(traces[0].steps > 100_000, "{name}: not stepped to its end");
        assert!(traces.iter().all(|trace| trace == &traces[0]), "{name} on {backend}: {traces:#?}");
        println!("{name} on {backend}: {} secrets, {} steps each, the same", traces.len(), traces[0].steps);
    }

    /// By another way than the crate's, so that a backend that is not found does not go unnoticed.
    fn ifma_is_there_if_the_system_lists_it() {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let listed = info.split_ascii_whitespace().any(|word| word == "avx512ifma");
        let other_forced = cfg!(any(
            cognito_device_srp_backend = "limb32",
            cognito_device_srp_backend = "limb64",
            cognito_device_srp_backend = "avx2",
        ));
        let runs = backends().contains(&"ifma");
        assert!(runs || !listed || other_forced, "this processor has AVX-512 IFMA, and ifma does not run");
        if !runs {
            println!(
                "this processor has no AVX-512 IFMA, or another backend is forced: ifma was not single-stepped"
            );
        }
    }
}
