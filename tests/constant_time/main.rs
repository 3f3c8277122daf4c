//! Constant time of the machine code, as built for release: secrets are marked uninitialised and the whole runs under
//! valgrind's memory checker, which reports each branch and each address that depends on one.
//!
//! Without arguments it runs itself under valgrind, once for each case, and judges how that ends: the real code with no
//! report, each planted leak with one. What cannot be checked is said; `CHECKS_REQUIRED=1` makes it a failure that
//! valgrind is not there or that the build is one for debugging, whose overflow checks are branches. A backend that runs
//! here but not on valgrind's processor is not checked, which is no failure.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn main() {
    check::main();
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn main() {
    println!("the marks are written for x86-64 Linux: the constant-time check did not run");
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[path = "../common/mod.rs"]
mod common;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod check {
    use crate::common::{DEVICE, SECRET_BLOCK};
    use cognito_device_srp::__internals::*;
    use cognito_device_srp::verifier::{Claim, StoredVerifier};
    use cognito_device_srp::*;
    use std::hint::black_box;
    use std::process::{Command, Output, exit};

    const SECRET: &str = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
    /// What valgrind is told to exit with if it has reported anything.
    const REPORTED: i32 = 9;

    /// A run of real code, or of real code and a leak.
    type Case = (&'static str, fn());

    const CLEAN: &[Case] = &[
        ("derive", derive),
        ("register", || register()),
        ("power", power),
        ("client", client),
        ("verifier", verifier),
        #[cfg(feature = "capi")]
        ("C ABI", || c_abi()),
    ];
    const PLANTED: &[Case] = &[
        ("branch on x", || leak(secret_x(), |byte| if byte & 1 == 1 { black_box(1) } else { 0 })),
        ("index by x", || leak(secret_x(), |byte| black_box(&[0u8; 256])[usize::from(byte)])),
        ("branch on the power", || {
            leak(pow_g(&secret_x()), |byte| if byte > 99 { black_box(1) } else { 0 });
        }),
        ("branch on S", || leak(shared(), |byte| if byte & 1 == 1 { black_box(1) } else { 0 })),
        ("index by S", || leak(shared(), |byte| black_box(&[0u8; 256])[usize::from(byte)])),
    ];

    pub(super) fn main() {
        match &*std::env::args().skip(1).collect::<Vec<_>>() {
            [flag] if flag == "--backends" => println!("{}", backends().join("\n")),
            [flag, case, backend] if flag == "--case" => {
                if !is_checked() {
                    eprintln!("this is not valgrind");
                    exit(2);
                }
                let (_, run) = CLEAN.iter().chain(PLANTED).find(|(name, _)| name == case).expect("a case");
                on(backend, run);
            }
            _ => judge(),
        }
    }

    /// This program again, under valgrind.
    fn under_valgrind(arguments: &[&str]) -> Output {
        Command::new("valgrind")
            .args(["-q", "--error-exitcode=9"])
            .arg(std::env::current_exe().unwrap())
            .args(arguments)
            .output()
            .unwrap()
    }

    fn not_run(why: &str) -> ! {
        println!("{why}: the constant-time check did not run");
        exit(std::env::var_os("CHECKS_REQUIRED").is_some().into());
    }

    fn judge() {
        if cfg!(debug_assertions) {
            not_run("this is a build for debugging");
        }
        if Command::new("valgrind").arg("--version").output().is_err() {
            not_run("valgrind is not installed");
        }
        let there = String::from_utf8(under_valgrind(&["--backends"]).stdout).unwrap();
        let there: Vec<_> = there.lines().collect();
        assert!(!there.is_empty(), "valgrind runs nothing");
        let (mut passed, mut failed) = (0, 0);
        for backend in backends() {
            if !there.contains(backend) {
                println!("{backend} does not run on valgrind's processor: its constant time was not checked");
                continue;
            }
            for (cases, wanted) in [(CLEAN, 0), (PLANTED, REPORTED)] {
                for (case, _) in cases {
                    let run = under_valgrind(&["--case", case, backend]);
                    let right = run.status.code() == Some(wanted) && (wanted == 0) == run.stderr.is_empty();
                    let verdict = if right { "ok" } else { "FAILED" };
                    println!(
                        "test {case} on {backend}: {} ... {verdict}",
                        if wanted == 0 { "clean" } else { "found" }
                    );
                    if right {
                        passed += 1;
                    } else {
                        failed += 1;
                        println!("{:?}\n{}", run.status, String::from_utf8_lossy(&run.stderr));
                    }
                }
            }
        }
        println!("{passed} passed, {failed} failed");
        exit((failed > 0).into());
    }

    fn secret() -> DeviceSecret<'static> {
        let text: &'static str = String::from(SECRET).leak();
        mark_secret(text.as_bytes());
        DeviceSecret::from_text(text).unwrap()
    }

    fn ephemeral(seed: u8) -> Ephemeral {
        let mut entropy = [seed; 32];
        mark_secret(&entropy);
        let ephemeral = Ephemeral::from_entropy(&mut entropy).unwrap();
        mark_public(&entropy);
        assert_eq!(entropy, [0; 32]);
        ephemeral
    }

    fn derive() {
        let salt = Salt::from_base64("AK6IMNudrufZX83cZmrED0Q=").unwrap();
        let config = DeviceSecretVerifierConfig::derive(DEVICE, &secret(), &salt);
        assert!(config.password_verifier().starts_with("AJxGiSd3xO2pISbGVXNmP/zOBYz/mESz"));
    }

    fn register() {
        let mut entropy = std::array::from_fn(|i| i as u8);
        mark_secret(&entropy);
        let registration = DeviceRegistration::from_entropy(DEVICE, &mut entropy).unwrap();
        assert!(registration.config().salt().len() == 24);
        registration.prove().unwrap();
    }

    fn secret_x() -> [u8; 32] {
        let salt = Salt::from_bytes(&[1; 16]).unwrap();
        private_key(
            &salt,
            &identity_hash(DEVICE.device_group_key(), DEVICE.device_key(), secret().expose_secret()),
        )
    }

    fn power() {
        for comb in combs() {
            black_box(pow_g_by_comb(comb, &secret_x()));
        }
    }

    fn client() {
        let salt = "1f";
        let sign_in = SignIn::start(ephemeral(5));
        let challenge = Challenge { srp_b: "abcdef", salt, secret_block: SECRET_BLOCK };
        let timestamp = Timestamp::from_unix(1_522_798_170).unwrap();
        let claim = sign_in.answer(&Credentials::device(DEVICE, &secret()), &challenge, &timestamp).unwrap();
        assert_eq!(claim.signature().len(), 44);
    }

    fn verifier() {
        let mut v = [0x5a; 384];
        // all but the first byte, which is as far as the parser has to look
        mark_secret(&v[1..]);
        let verifier = verifier_exchange(&ephemeral(9), &[7; 384], &v);
        v.fill(0);
        assert!(verifier.is_ok());
        // and the comparison of a signature that is off by its last byte
        let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
        let issued = StoredVerifier::for_device(&config).unwrap().challenge("abc", ephemeral(3)).unwrap();
        let signature = "msjfIlG/62RRYbVBY9fAXhxaRdtjSUODZZ/nEXi2le0=";
        let claim = Claim { secret_block: SECRET_BLOCK, timestamp: "", signature };
        assert_eq!(issued.check(DEVICE, &claim), Err(Error::SignatureMismatch));
    }

    /// A registration, its proof, and a sign-in with its secret.
    #[cfg(feature = "capi")]
    fn c_abi() {
        use cognito_device_srp::capi::*;
        use std::ffi::c_char;

        fn given(text: &str) -> (*const c_char, usize) {
            (text.as_ptr().cast(), text.len())
        }

        let ((group, group_len), (key, key_len)) =
            (given(DEVICE.device_group_key()), given(DEVICE.device_key()));
        let mut entropy: [u8; 56] = std::array::from_fn(|i| i as u8);
        let (mut secret, mut verifier, mut salt) = ([0u8; 57], [0u8; 517], [0u8; 89]);
        mark_secret(&entropy);
        let (s, v, t) = (secret.as_mut_ptr(), verifier.as_mut_ptr(), salt.as_mut_ptr());
        // SAFETY: every pointer is good for its length, here and below
        let status = unsafe {
            let entropy = entropy.as_mut_ptr();
            let (s, v, t) = (s.cast(), v.cast(), t.cast());
            cognito_device_srp_from_entropy(group, group_len, key, key_len, entropy, 56, s, 57, v, 517, t, 89)
        };
        assert_eq!(status, 0);
        mark_secret(&secret[..56]);
        let (v_len, t_len) = (verifier.iter().position(|&b| b == 0), salt.iter().position(|&b| b == 0));
        let (v_len, t_len) = (v_len.unwrap(), t_len.unwrap());
        // SAFETY: as above
        let status = unsafe {
            let (s, v, t) = (s.cast(), v.cast(), t.cast());
            cognito_device_srp_prove(group, group_len, key, key_len, s, 56, v, v_len, t, t_len)
        };
        assert_eq!(status, 0);

        let mut entropy = [5; 32];
        let (mut state, mut srp_a) = ([0u8; 770], [0u8; 769]);
        mark_secret(&entropy);
        // SAFETY: as above
        let status = unsafe {
            let (entropy, state, srp_a) =
                (entropy.as_mut_ptr(), state.as_mut_ptr(), srp_a.as_mut_ptr().cast());
            cognito_device_srp_sign_in_start(entropy, 32, state, 770, srp_a, 769)
        };
        assert_eq!(status, 0);
        let ((b, b_len), (t, t_len), (block, block_len)) =
            (given("abcdef"), given("1f"), given(SECRET_BLOCK));
        let (mut signature, mut timestamp) = ([0u8; 45], [0u8; 29]);
        // SAFETY: as above
        let status = unsafe {
            let (state, s) = (state.as_mut_ptr(), s.cast());
            let (m, at) = (signature.as_mut_ptr().cast(), timestamp.as_mut_ptr().cast());
            cognito_device_srp_sign_in_answer(
                state,
                770,
                group,
                group_len,
                key,
                key_len,
                s,
                56,
                b,
                b_len,
                t,
                t_len,
                block,
                block_len,
                1_522_798_170,
                m,
                45,
                at,
                29,
            )
        };
        assert_eq!((status, signature[44]), (0, 0));
    }

    fn shared() -> [u8; 384] {
        let Ok(exchange) = client_exchange(ephemeral(5), &[7; 384], &secret_x()) else { exit(3) };
        exchange.shared
    }

    /// A leak of one byte of what came out of the pipeline.
    fn leak<const LEN: usize>(secret: [u8; LEN], how: fn(u8) -> u8) {
        black_box(how(black_box(secret)[LEN / 2]));
    }
}
