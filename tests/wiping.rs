//! What the calls leave behind on the stack: no 8 bytes of a secret.
//!
//! The stack below the frame that called is dead memory once the call has returned, and is read there and then. What is
//! searched for is computed beforehand, in another thread. Copies that a caller makes in its own frame are its own.
//!
//! This holds of release builds: one for debugging copies a value wherever it is moved, and the last of the moves come
//! after the wiping.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux", not(debug_assertions))))]
#[test]
fn the_stack_is_searched_in_release_builds_for_x86_64_linux() {
    use std::io::Write as _;
    // past the capture of what tests print
    writeln!(std::io::stderr(), "another build or system: the search of the stack did not run").unwrap();
    let expected = cfg!(all(target_arch = "x86_64", target_os = "linux"));
    assert!(!(expected && std::env::var_os("CHECKS_REQUIRED").is_some()));
}

#[cfg(all(target_arch = "x86_64", target_os = "linux", not(debug_assertions)))]
mod common;

#[cfg(all(target_arch = "x86_64", target_os = "linux", not(debug_assertions)))]
mod search {
    use super::common::{DEVICE, oracle};
    use cognito_device_srp::__internals::{backends, client_exchange, identity_hash, on, private_key};
    use cognito_device_srp::verifier::{Claim, StoredVerifier};
    use cognito_device_srp::*;
    use num_bigint::BigUint;
    use std::fmt;
    use std::hint::black_box;
    use std::thread;

    /// How far below the caller a call may have reached.
    const DEPTH: usize = 96 << 10;

    /// The lower end of the caller's frame, which does not move within one function.
    #[inline(always)]
    fn stack_pointer() -> usize {
        let pointer;
        // SAFETY: reads a register
        unsafe { std::arch::asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
        pointer
    }

    /// Copies the dead stack below `top`; its own frame overlies the first bytes of it.
    #[inline(never)]
    fn copy_below(top: usize, to: &mut [u8]) {
        for (to, at) in to.iter_mut().zip(top - DEPTH..top) {
            // SAFETY: within this thread's stack, whose size is a multiple of it; mapped, since it was written to before
            *to = unsafe { (at as *const u8).read_volatile() };
        }
    }

    /// Maps the stack, and clears it of what other code left.
    #[inline(never)]
    fn clear() {
        black_box([0u8; DEPTH + 4096]);
    }

    /// Keeps the frames of what is called out of the caller's.
    #[inline(never)]
    fn apart<T>(call: impl FnOnce() -> T) -> T {
        call()
    }

    /// What a call leaves: a frame that makes nothing but the call, and the stack below it afterwards.
    macro_rules! residue {
        ($call:expr) => {{
            let body = move || {
                let mut left = vec![0; DEPTH];
                clear();
                let top = stack_pointer();
                let result = apart(|| $call);
                copy_below(top, &mut left);
                black_box(&result);
                left
            };
            thread::Builder::new().stack_size(16 * DEPTH).spawn(body).unwrap().join().unwrap()
        }};
    }

    /// The offsets of `needles` at which 8 bytes of them stand in `haystack`.
    fn found(haystack: &[u8], needles: &[(&'static str, Vec<u8>)]) -> Vec<(&'static str, usize)> {
        let windows: std::collections::HashSet<&[u8]> = haystack.windows(8).collect();
        let mut found = Vec::new();
        for (name, needle) in needles {
            found.extend(
                needle.windows(8).enumerate().filter(|(_, w)| windows.contains(w)).map(|(at, _)| (*name, at)),
            );
        }
        found
    }

    const ENTROPY: [u8; 56] = {
        let mut entropy = [0; 56];
        let mut i = 0;
        while i < 56 {
            entropy[i] = (i as u8).wrapping_mul(151) ^ 0xa7;
            i += 1;
        }
        entropy
    };

    /// The secrets of a registration from [`ENTROPY`].
    fn needles() -> Vec<(&'static str, Vec<u8>)> {
        thread::spawn(|| {
            let registration = DeviceRegistration::from_entropy(DEVICE, &mut { ENTROPY }).unwrap();
            let secret = registration.secret().expose_secret().to_owned();
            let salt = Salt::from_base64(registration.config().salt()).unwrap();
            let identity = identity_hash(DEVICE.device_group_key(), DEVICE.device_key(), &secret);
            let x = private_key(&salt, &identity);
            vec![
                ("secret", secret.into_bytes()),
                ("entropy", ENTROPY[..40].to_vec()),
                ("identity hash", identity.to_vec()),
                ("x", x.to_vec()),
                ("x, little-endian", reversed(&x)),
            ]
        })
        .join()
        .unwrap()
    }

    /// A copy on the heap, so that the caller's own does not stand on the searched stack.
    fn entropy() -> Box<[u8; 56]> {
        let mut entropy = Box::new([0; 56]);
        entropy.copy_from_slice(&ENTROPY);
        entropy
    }

    #[test]
    fn a_planted_copy_is_found() {
        #[inline(never)]
        fn careless(entropy: &[u8; 56]) -> u8 {
            let mut copies = [[0u8; 40]; 50];
            copies.fill(*entropy.first_chunk().unwrap());
            black_box(&copies)[7][0]
        }
        let (needles, entropy) = (needles(), entropy());
        let left = residue!(careless(&entropy));
        assert!(found(&left, &needles).iter().any(|(name, _)| *name == "entropy"));
    }

    #[test]
    fn registering_leaves_nothing() {
        let (needles, mut entropy) = (needles(), entropy());
        let left = residue!(DeviceRegistration::from_entropy(DEVICE, &mut entropy));
        assert_eq!(found(&left, &needles), []);
    }

    #[test]
    fn a_rejected_registration_leaves_nothing() {
        let (needles, mut entropy) = (needles(), entropy());
        entropy[40..].fill(0);
        let left = residue!(DeviceRegistration::from_entropy(DEVICE, &mut entropy));
        assert_eq!(found(&left, &needles), []);
    }

    /// Gives so many of its bytes, and then succeeds or fails.
    struct Fixed(Vec<u8>, usize, Result<(), fmt::Error>);

    impl rand_core::TryRng for Fixed {
        type Error = fmt::Error;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Err(fmt::Error)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Err(fmt::Error)
        }
        fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
            to[..self.1].copy_from_slice(&self.0[..self.1]);
            self.2
        }
    }

    impl rand_core::TryCryptoRng for Fixed {}

    #[test]
    fn drawing_leaves_nothing() {
        for (gives, end) in [(56, Ok(())), (48, Ok(())), (56, Err(fmt::Error)), (30, Err(fmt::Error))] {
            let (needles, mut rng) = (needles(), Fixed(ENTROPY.to_vec(), gives, end));
            let left = residue!(DeviceRegistration::generate_with(DEVICE, &mut rng));
            assert_eq!(found(&left, &needles), [], "{gives} bytes, {end:?}");
        }
        for (gives, end) in [(32, Ok(())), (24, Ok(())), (32, Err(fmt::Error))] {
            let (needles, mut rng) =
                (exchange_needles(&A, &[7; 384], &needles()[3].1), Fixed(A.to_vec(), gives, end));
            let left = residue!(Ephemeral::generate_with(&mut rng));
            assert_eq!(found(&left, &needles), [], "{gives} bytes, {end:?}");
        }
    }

    #[test]
    fn proving_leaves_nothing() {
        let mut needles = needles();
        let ephemeral = |side: &[u8]| oracle::h(&[side, &needles[0].1]);
        let (a, b) = (ephemeral(b"client"), ephemeral(b"verifier"));
        let public_b = oracle::public_b(&oracle::verifier(&needles[3].1), &BigUint::from_bytes_be(&b));
        needles.extend(exchange_needles(&a, &oracle::padded(&public_b), &needles[3].1));
        needles.extend([("b", b.to_vec()), ("b, little-endian", reversed(&b))]);
        let registration = DeviceRegistration::from_entropy(DEVICE, &mut entropy()).unwrap();
        let left = residue!(registration.prove());
        assert_eq!(found(&left, &needles), []);
    }

    #[test]
    fn deriving_leaves_nothing() {
        let needles = needles();
        let text = String::from_utf8(needles[0].1.clone()).unwrap();
        let mut salt = ENTROPY[40..].to_vec();
        salt[0] &= 0x7f;
        for backend in backends() {
            let (text, salt) = (text.clone(), salt.clone());
            let left = residue!({
                let (secret, salt) =
                    (DeviceSecret::from_text(&text).unwrap(), Salt::from_bytes(&salt).unwrap());
                on(backend, || DeviceSecretVerifierConfig::derive(DEVICE, &secret, &salt))
            });
            assert_eq!(found(&left, &needles), [], "{backend}");
        }
    }

    const A: [u8; 32] = *ENTROPY.first_chunk().unwrap();

    fn reversed(bytes: &[u8]) -> Vec<u8> {
        bytes.iter().rev().copied().collect()
    }

    /// What a sign-in has to do with on both sides.
    fn exchange_needles(a: &[u8; 32], public_b: &[u8; 384], x: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        let (a, public_b, x) = (*a, *public_b, x.try_into().unwrap());
        let backend = backends()[0];
        let exchange = move || {
            on(backend, || client_exchange(Ephemeral::from_bytes(&a).unwrap(), &public_b, &x)).unwrap()
        };
        let exchange = thread::spawn(exchange).join().unwrap();
        vec![
            ("a", a.to_vec()),
            ("a, little-endian", reversed(&a)),
            ("S", exchange.shared.to_vec()),
            ("S, little-endian", reversed(&exchange.shared)),
            ("key", exchange.key.to_vec()),
        ]
    }

    #[test]
    fn starting_leaves_nothing() {
        let needles = exchange_needles(&A, &[7; 384], &needles()[3].1);
        let mut entropy: Box<[u8; 32]> = Box::new(A);
        let left = residue!(Ephemeral::from_entropy(&mut entropy));
        assert_eq!(found(&left, &needles), []);
        let ephemeral = Ephemeral::from_bytes(&A).unwrap();
        let left = residue!(SignIn::start(ephemeral));
        assert_eq!(found(&left, &needles), []);
    }

    #[test]
    fn suspending_and_resuming_leave_nothing() {
        let needles = &exchange_needles(&A, &[7; 384], &needles()[3].1)[..2];
        let sign_in = SignIn::start(Ephemeral::from_bytes(&A).unwrap());
        let left = residue!(Box::new(sign_in).suspend());
        assert_eq!(found(&left, needles), []);
        let state = SignIn::start(Ephemeral::from_bytes(&A).unwrap()).suspend().expose_secret().to_vec();
        let left = residue!(SignIn::resume(&state));
        assert_eq!(found(&left, needles), []);
    }

    #[test]
    fn answering_leaves_nothing() {
        let mut needles = needles();
        needles.extend(exchange_needles(&A, &[7; 384], &needles[3].1));
        let text = String::from_utf8(needles[0].1.clone()).unwrap();
        let mut salt = ENTROPY[40..].to_vec();
        salt[0] &= 0x7f;
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        let srp_b = "07".repeat(384);
        let sign_in = SignIn::start(Ephemeral::from_bytes(&A).unwrap());
        let timestamp = Timestamp::from_unix(0).unwrap();
        let left = residue!({
            let secret = DeviceSecret::from_text(&text).unwrap();
            let challenge =
                Challenge { srp_b: &srp_b, salt: &salt, secret_block: "k3dX8yL3YxhLlZLasmbzTkU=" };
            sign_in.answer(&Credentials::device(DEVICE, &secret), &challenge, &timestamp)
        });
        assert_eq!(found(&left, &needles), []);
    }

    #[test]
    fn the_verifiers_side_leaves_nothing() {
        let needles = needles();
        let registration = DeviceRegistration::from_entropy(DEVICE, &mut entropy()).unwrap();
        let stored = StoredVerifier::for_device(registration.config()).unwrap();
        let a = oracle::h(&[b"a"]);
        let public_b = oracle::public_b(&oracle::verifier(&needles[3].1), &BigUint::from_bytes_be(&A));
        let mut needles = exchange_needles(&a, &oracle::padded(&public_b), &needles[3].1);
        needles.extend([("b", A.to_vec()), ("b, little-endian", reversed(&A))]);
        let srp_a = oracle::verifier(&a).to_str_radix(16);
        let ephemeral = || Ephemeral::from_bytes(&A).unwrap();
        let issued = stored.challenge(&srp_a, ephemeral()).unwrap();
        let given = ephemeral();
        let left = residue!(stored.challenge(&srp_a, given));
        assert_eq!(found(&left, &needles), []);
        let claim = Claim {
            secret_block: "k3dX8yL3YxhLlZLasmbzTkU=",
            timestamp: "",
            signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        };
        let left = residue!(issued.check(DEVICE, &claim));
        assert_eq!(found(&left, &needles), []);
    }
}
