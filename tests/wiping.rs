//! What the calls leave behind on the stack and in the vector registers: no 8 bytes of a secret.
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
    use super::common::{DEVICE, ENTROPY, Needle, found, oracle, reversed};
    use cognito_device_srp::__internals::{
        backends, client_exchange, identity_hash, on, pow_g_on, private_key,
    };
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

    /// The secrets of a registration from [`ENTROPY`].
    fn needles() -> Vec<Needle> {
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

    /// What a sign-in has to do with on both sides.
    fn exchange_needles(a: &[u8; 32], public_b: &[u8; 384], x: &[u8]) -> Vec<Needle> {
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

    #[test]
    fn registering_a_given_secret_and_remembering_it_leave_nothing() {
        let needles = needles();
        let text = String::from_utf8(needles[0].1.clone()).unwrap();
        let left = residue!({
            let (secret, salt) =
                (DeviceSecret::from_text(&text).unwrap(), Salt::from_bytes(&[7; 16]).unwrap());
            DeviceRegistration::for_secret(DEVICE, secret, salt)
        });
        assert_eq!(found(&left, &needles), []);
        // one that was drawn, whose text is within it, and one that is on the heap
        let drawn = DeviceRegistration::from_entropy(DEVICE, &mut entropy()).unwrap();
        let left = residue!(drawn.remember());
        assert_eq!(found(&left, &needles), []);
        let owned = DeviceSecret::from_string(String::from_utf8(needles[0].1.clone()).unwrap()).unwrap();
        let owned = DeviceRegistration::for_secret(DEVICE, owned, Salt::from_bytes(&[7; 16]).unwrap());
        let left = residue!(owned.remember());
        assert_eq!(found(&left, &needles), []);
    }

    /// What a user's verifier has to do with.
    fn user_needles(salt: &Salt) -> Vec<Needle> {
        let salt = *salt;
        thread::spawn(move || {
            let identity = identity_hash("AbCdEfGhI", "alice", PASSWORD);
            let x = private_key(&salt, &identity);
            vec![
                ("password", PASSWORD.into()),
                ("identity hash", identity.to_vec()),
                ("x", x.to_vec()),
                ("x, little-endian", reversed(&x)),
            ]
        })
        .join()
        .unwrap()
    }

    const PASSWORD: &str = "correct horse battery staple";

    #[test]
    fn a_users_verifier_leaves_nothing() {
        let salt = Salt::from_bytes(&ENTROPY[40..]).unwrap();
        let needles = user_needles(&salt);
        for backend in backends() {
            let left = residue!({
                let alice = Credentials::user("us-east-1_AbCdEfGhI", "alice", PASSWORD).unwrap();
                on(backend, || StoredVerifier::for_user(&alice, salt))
            });
            assert_eq!(found(&left, &needles), [], "{backend}");
        }
    }

    /// The exponent is wiped where it was, not only with the stack that it was on.
    #[test]
    fn a_power_leaves_no_exponent_even_if_the_stack_is_not_overwritten() {
        let needles = &needles()[3..];
        for backend in backends() {
            let x: Box<[u8; 32]> = Box::new(needles[0].1.as_slice().try_into().unwrap());
            let left = residue!(pow_g_on(backend, &x));
            assert_eq!(found(&left, needles), [], "{backend}");
        }
    }

    /// The vector registers, as far as this processor has them.
    #[repr(C, align(64))]
    struct Registers([u8; 32 * 64]);

    impl Registers {
        /// What stores them.
        fn storing() -> unsafe fn(&mut Self) {
            if std::is_x86_feature_detected!("avx512f") { Self::store_512 } else { Self::store_128 }
        }

        #[inline(never)]
        #[target_feature(enable = "avx512f")]
        fn store_512(&mut self) {
            macro_rules! store {
                ($($register:literal)*) => {
                    // SAFETY: within `self`
                    unsafe {
                        std::arch::asm!(
                            $(concat!("vmovdqu64 [{0} + 64 * ", $register, "], zmm", $register),)*
                            in(reg) self, options(nostack, preserves_flags),
                        )
                    }
                };
            }
            store!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
        }

        #[inline(never)]
        fn store_128(&mut self) {
            macro_rules! store {
                ($($register:literal)*) => {
                    // SAFETY: within `self`
                    unsafe {
                        std::arch::asm!(
                            $(concat!("movdqu [{0} + 64 * ", $register, "], xmm", $register),)*
                            in(reg) self, options(nostack, preserves_flags),
                        )
                    }
                };
            }
            store!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        }
    }

    /// What a call leaves in the vector registers.
    macro_rules! vectors {
        ($call:expr) => {{
            let body = move || {
                let (mut registers, store) = (Box::new(Registers([0; 32 * 64])), Registers::storing());
                let result = apart(|| $call);
                // SAFETY: one that this processor has
                unsafe { store(&mut registers) };
                black_box(&result);
                registers.0
            };
            thread::Builder::new().stack_size(16 * DEPTH).spawn(body).unwrap().join().unwrap()
        }};
    }

    /// Numbers as vectors hold them: by limbs of so many bits, each in a word of 64.
    fn in_limbs(name: &'static str, number: &[u8], bits: usize) -> Needle {
        let limb = (BigUint::from(1u8) << bits) - 1u8;
        let number = BigUint::from_bytes_be(number);
        let limbs =
            (0..3072usize.div_ceil(bits)).map(|i| u64::try_from((&number >> (i * bits)) & &limb).unwrap());
        (name, limbs.flat_map(u64::to_le_bytes).collect())
    }

    #[test]
    fn a_planted_vector_register_is_found() {
        let (needles, entropy) = (needles(), entropy());
        let left = vectors!({
            // SAFETY: reads 16 bytes of 56
            unsafe { std::arch::asm!("movdqu xmm9, [{}]", in(reg) entropy.as_ptr(), out("xmm9") _) }
        });
        assert_eq!(found(&left, &needles).len(), 9);
    }

    #[test]
    fn no_vector_register_keeps_a_secret() {
        let mut needles = needles();
        let x: [u8; 32] = needles[3].1.as_slice().try_into().unwrap();
        needles.extend(exchange_needles(&A, &[7; 384], &x));
        let shared = needles.iter().find(|(name, _)| *name == "S").unwrap().1.clone();
        needles.push(in_limbs("S, by 52 bits", &shared, 52));
        needles.push(in_limbs("S, by 28 bits", &shared, 28));
        let text = String::from_utf8(needles[0].1.clone()).unwrap();
        let salt = Salt::from_bytes(
            &{
                let mut salt = ENTROPY;
                salt[40] &= 0x7f;
                salt
            }[40..],
        )
        .unwrap();
        let (srp_b, salt_hex) =
            ("07".repeat(384), salt.as_signed_bytes().iter().map(|b| format!("{b:02x}")).collect::<String>());
        for backend in backends() {
            let (text, srp_b, salt_hex) = (text.clone(), srp_b.clone(), salt_hex.clone());
            let secret = text.clone();
            let left = vectors!({
                let secret = DeviceSecret::from_text(&secret).unwrap();
                on(backend, || DeviceSecretVerifierConfig::derive(DEVICE, &secret, &salt))
            });
            assert_eq!(found(&left, &needles), [], "{backend}");
            let sign_in = SignIn::start(Ephemeral::from_bytes(&A).unwrap());
            let timestamp = Timestamp::from_unix(0).unwrap();
            let left = vectors!({
                let secret = DeviceSecret::from_text(&text).unwrap();
                let challenge = Challenge { srp_b: &srp_b, salt: &salt_hex, secret_block: "k3dX" };
                on(backend, || sign_in.answer(&Credentials::device(DEVICE, &secret), &challenge, &timestamp))
            });
            assert_eq!(found(&left, &needles), [], "{backend}");
        }
    }

    /// A proof, which has all there is of a sign-in, and no result but that it succeeded, leaves the same in the vectors whatever
    /// the secret.
    #[test]
    fn vector_registers_do_not_depend_on_the_secret() {
        for backend in backends() {
            let left = ["one secret", "another secret"].map(|text| {
                let secret = DeviceSecret::from_text(text).unwrap();
                let config =
                    DeviceSecretVerifierConfig::derive(DEVICE, &secret, &Salt::from_bytes(&[7]).unwrap());
                vectors!(on(backend, || config
                    .prove(DEVICE, &DeviceSecret::from_text(text).unwrap())
                    .unwrap()))
            });
            assert!(left[0] == left[1], "{backend}");
        }
    }
}
