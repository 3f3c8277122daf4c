//! Constant time of the machine code, as built for release: secrets are marked uninitialised, and the code runs under
//! valgrind's memory checker, which reports each branch and each address that depends on one.
//!
//! Without arguments it runs itself under valgrind, once for each case. The real code must end without a report, and each
//! planted leak with one. It prints what it could not check. With `CHECKS_REQUIRED=1` it fails if valgrind is missing, or in a
//! debug build, whose overflow checks are branches. A backend that valgrind cannot run is not checked; that is no failure.

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

    /// A registration, its proof, sign-ins of the device and of a user, and the verifier's side.
    #[cfg(feature = "capi")]
    fn c_abi() {
        use cognito_device_srp::capi::*;
        use std::ffi::CString;
        use std::mem::MaybeUninit;

        fn text(text: &str) -> Text {
            Text { at: text.as_ptr().cast(), len: text.len() }
        }

        /// What a call has written. Every pointer of a call is good for its length, here and below.
        fn output<T>(call: impl FnOnce(*mut T) -> i32) -> T {
            let mut value = MaybeUninit::uninit();
            assert_eq!(call(value.as_mut_ptr()), 0);
            // SAFETY: written by a call that succeeded
            unsafe { value.assume_init() }
        }

        let device = Device {
            device_group_key: text(DEVICE.device_group_key()),
            device_key: text(DEVICE.device_key()),
        };
        let mut entropy: [u8; 56] = std::array::from_fn(|i| i as u8);
        mark_secret(&entropy);
        // SAFETY: as said
        let made: Registration =
            output(|to| unsafe { cognito_device_srp_register(&device, entropy.as_mut_ptr(), 56, to) });
        // a text that ends in NUL, of which the length alone is public
        let secret = made.secret.map(|character| character as u8);
        mark_secret(&secret[..56]);
        let secret = Text { at: secret.as_ptr().cast(), len: usize::MAX };
        // SAFETY: as said
        assert_eq!(unsafe { cognito_device_srp_prove(&device, &secret, &made.config) }, 0);

        let password = CString::new("correct horse").unwrap();
        mark_secret(password.as_bytes());
        let hash = [7u8; 32];
        mark_secret(&hash);
        let user = Credentials {
            kind: COGNITO_DEVICE_SRP_CREDENTIALS_USER,
            group: text("us-east-1_AbCdEfGhI"),
            name: text("alice"),
            secret: Text { at: password.as_ptr(), len: usize::MAX },
        };
        let hashed = Credentials {
            kind: COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH,
            secret: Text { at: hash.as_ptr().cast(), len: 32 },
            ..user
        };
        let device = Credentials {
            kind: COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE,
            group: device.device_group_key,
            name: device.device_key,
            secret,
        };
        // SAFETY: as said
        let time: Timestamp =
            output(|to| unsafe { cognito_device_srp_timestamp_from_unix(1_522_798_170, to) });
        for who in [device, user, hashed] {
            let (mut a, mut b) = ([5; 32], [6; 32]);
            mark_secret(&a);
            mark_secret(&b);
            // SAFETY: as said
            let mut started: StartedSignIn =
                output(|to| unsafe { cognito_device_srp_sign_in_start(a.as_mut_ptr(), 32, to) });
            let srp_a = Text { at: started.srp_a.as_ptr(), len: usize::MAX };
            // SAFETY: as said
            let stored: StoredVerifier = output(|to| unsafe {
                cognito_device_srp_verifier_of_credentials(&who, [1, 2, 3].as_ptr(), 3, to)
            });
            // SAFETY: as said
            let mut issued: IssuedChallenge = output(|to| unsafe {
                cognito_device_srp_verifier_challenge(&stored, &srp_a, b.as_mut_ptr(), 32, to)
            });
            let challenge = Challenge {
                srp_b: Text { at: issued.srp_b.as_ptr(), len: usize::MAX },
                salt: Text { at: issued.salt.as_ptr(), len: usize::MAX },
                secret_block: text(SECRET_BLOCK),
            };
            let sign_in = &mut started.sign_in;
            // SAFETY: as said
            let claim: Claim = output(|to| unsafe {
                cognito_device_srp_sign_in_answer(sign_in, &who, &challenge, &time, to)
            });
            let claim = ReceivedClaim {
                secret_block: challenge.secret_block,
                timestamp: Text { at: claim.timestamp.as_ptr(), len: usize::MAX },
                signature: Text { at: claim.signature.as_ptr(), len: usize::MAX },
            };
            // SAFETY: as said
            assert_eq!(unsafe { cognito_device_srp_verifier_check(&mut issued.expected, &who, &claim) }, 0);
        }
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
