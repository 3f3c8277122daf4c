//! The sign-in, both sides: known answers, honest pairs, hostile messages, and proofs of registrations.

use cognito_device_srp::__internals::{backends, client_exchange, on};
use cognito_device_srp::__internals::{identity_hash, private_key, verifier_exchange};
use cognito_device_srp::service::AuthContext;
use cognito_device_srp::verifier::{Claim, Claimant, IssuedChallenge, StoredVerifier};
use cognito_device_srp::*;
use num_bigint::BigUint;
use proptest::prelude::*;
use serde_json::Value;

mod common;

use common::{DEVICE, SECRET_BLOCK, oracle, text, unhex, vectors};

/// Big-endian bytes of hexadecimal of any parity, left-padded to `LEN`.
fn number<const LEN: usize>(hex: &str) -> [u8; LEN] {
    let digits = format!("{hex:0>width$}", width = 2 * LEN);
    std::array::from_fn(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())
}

fn ephemeral(case: &Value, field: &str) -> Ephemeral {
    Ephemeral::from_bytes(&unhex(text(case, field))).unwrap()
}

/// S on both sides against big integers, where numbers are as small or as large as they can be. (A u with leading zero
/// bytes is among the published cases.)
#[test]
fn shared_secrets_agree_with_big_integers_at_edges() {
    let (one, n) = (BigUint::from(1u8), oracle::n());
    let publics = [one.clone(), BigUint::from(2u8), &n - 1u8, &n >> 1, oracle::verifier(&[0x5a; 32])];
    let ephemerals = [
        vec![1],
        vec![0, 0, 2],
        vec![0xff; 32],
        vec![0xff; 64],
        vec![0xff; 256],
        vec![0xff; 383],
        vec![0xff; 1024],
    ];
    for (public, ephemeral) in publics.iter().flat_map(|public| ephemerals.iter().map(move |e| (public, e))) {
        let own = BigUint::from_bytes_be(ephemeral);
        let ephemeral = || Ephemeral::from_bytes(ephemeral).unwrap();
        for x in [[0; 32], [0xff; 32], [0x3c; 32]] {
            let a = oracle::g().modpow(&own, &n);
            let u = oracle::u(&a, public);
            let shared = oracle::client_shared(public, &own, &u, &BigUint::from_bytes_be(&x));
            for backend in backends() {
                let client =
                    on(backend, || client_exchange(ephemeral(), &oracle::padded(public), &x)).unwrap();
                assert_eq!(client.public, oracle::padded(&a), "{backend}");
                assert_eq!(client.shared, oracle::padded(&shared), "{backend}");
                assert_eq!(client.key, oracle::claim_key(&u, &shared), "{backend}");
            }
        }
        for v in &publics {
            let b = oracle::public_b(v, &own);
            let u = oracle::u(public, &b);
            let shared = oracle::verifier_shared(public, &own, &u, v);
            for backend in backends() {
                let (public, v) = (oracle::padded(public), oracle::padded(v));
                let verifier = on(backend, || verifier_exchange(&ephemeral(), &public, &v)).unwrap();
                assert_eq!(verifier.public, oracle::padded(&b), "{backend}");
                assert_eq!(verifier.shared, oracle::padded(&shared), "{backend}");
            }
        }
    }
}

/// What the two kinds of case differ in.
struct Kind {
    group: &'static str,
    name: &'static str,
    start: &'static str,
    answer: &'static str,
}

const DEVICES: Kind = Kind {
    group: "device_group_key",
    name: "device_key",
    start: "device_srp_auth_responses",
    answer: "device_password_verifier_responses",
};
const USERS: Kind = Kind {
    group: "pool_name",
    name: "user_id_for_srp",
    start: "initiate_auth_parameters",
    answer: "password_verifier_responses",
};

#[test]
fn published_numbers_are_reproduced_on_every_backend() {
    for (name, kind, cases) in [("device_auth", DEVICES, 40), ("user_auth", USERS, 37)] {
        let file = vectors(name);
        let list = file["cases"].as_array().unwrap();
        assert_eq!(list.len(), cases);
        for case in list {
            let salt = Salt::from_bytes(&unhex(text(case, "salt_raw_hex"))).unwrap();
            assert_eq!(salt.as_signed_bytes(), unhex(text(case, "salt_hashed_hex")));
            assert_eq!(Salt::from_hex(text(&case["challenge_parameters"], "SALT")).unwrap(), salt);
            let identity =
                identity_hash(text(case, kind.group), text(case, kind.name), text(case, "password"));
            assert_eq!(identity, number(text(case, "identity_hash_hex")));
            let x = private_key(&salt, &identity);
            assert_eq!(x, number(text(case, "x_hex")));
            for backend in backends() {
                let client =
                    client_exchange(ephemeral(case, "a_hex"), &number(text(case, "B_hex")), &x).unwrap();
                let verifier = on(backend, || {
                    verifier_exchange(
                        &ephemeral(case, "b_hex"),
                        &number(text(case, "A_hex")),
                        &number(text(case, "verifier_hex")),
                    )
                })
                .unwrap();
                let name = text(case, "name");
                assert_eq!(client.public, number(text(case, "A_hex")), "{name} {backend}");
                assert_eq!(verifier.public, number(text(case, "B_hex")), "{name} {backend}");
                for side in [client, verifier] {
                    assert_eq!(side.u, number(text(case, "u_hex")), "{name} {backend}");
                    assert_eq!(side.shared, number(text(case, "S_hex")), "{name} {backend}");
                    assert_eq!(side.key, number(text(case, "hkdf_key_hex")), "{name} {backend}");
                }
            }
        }
    }
}

/// A case through the public API alone: what is sent, and that the verifier takes it.
fn plays(case: &Value, kind: &Kind) {
    let parameters = &case["challenge_parameters"];
    let [srp_b, salt, secret_block] = ["SRP_B", "SALT", "SECRET_BLOCK"].map(|name| text(parameters, name));
    let challenge = Challenge { srp_b, salt, secret_block };
    let timestamp = Timestamp::from_unix(case["epoch"].as_i64().unwrap()).unwrap();
    assert_eq!(timestamp.as_str(), text(case, "timestamp"));
    let sign_in = SignIn::start(ephemeral(case, "a_hex"));
    assert_eq!(sign_in.srp_a(), text(case, "A_hex"));
    let salt = Salt::from_hex(salt).unwrap();

    let clients: &[Option<&str>] =
        if case["client_secret"].is_null() { &[None] } else { &[None, Some(text(case, "client_secret"))] };
    for client_secret in clients {
        let context = |username| {
            let context = AuthContext::new(text(case, "client_id"), username).unwrap();
            client_secret.map_or(context, |secret| context.with_client_secret(secret))
        };
        let sign_in = SignIn::start(ephemeral(case, "a_hex"));
        let (claim, start, answer, stored);
        if kind.group == DEVICES.group {
            let device = Device::new(text(case, "device_group_key"), text(case, "device_key")).unwrap();
            let secret = DeviceSecret::from_text(text(case, "password")).unwrap();
            let context = context(text(parameters, "USERNAME"));
            start = context.device_srp_auth(device, &sign_in);
            claim = sign_in.answer(&Credentials::device(device, &secret), &challenge, &timestamp).unwrap();
            answer = context.device_password_verifier(device, secret_block, &claim);
            let config = DeviceSecretVerifierConfig::derive(device, &secret, &salt);
            config.prove(device, &secret).unwrap();
            stored = StoredVerifier::for_device(&config).unwrap();
        } else {
            let (pool, user) = (text(case, "pool_id"), text(case, "user_id_for_srp"));
            let credentials = Credentials::user(pool, user, text(case, "password")).unwrap();
            start = context(text(case, "login")).user_srp_auth(&sign_in);
            claim = sign_in.answer(&credentials, &challenge, &timestamp).unwrap();
            answer = context(text(case, "username")).password_verifier(secret_block, &claim);
            stored = StoredVerifier::for_user(&credentials, salt);
            // the same with the password as its hash, and with a sign-in that was suspended in between
            let hash = number(text(case, "identity_hash_hex"));
            let hashed = Credentials::user_hashed(pool, user, &hash).unwrap();
            let suspended = SignIn::start(ephemeral(case, "a_hex")).suspend();
            let resumed = SignIn::resume(suspended.expose_secret()).unwrap();
            assert_eq!(resumed.srp_a(), text(case, "A_hex"));
            let same = resumed.answer(&hashed, &challenge, &timestamp).unwrap();
            assert_eq!(same.signature(), claim.signature());
        }
        assert_eq!(claim.signature(), text(case, "signature"));
        let wanted = match client_secret {
            None => [&case[kind.start], &case[kind.answer]],
            Some(_) => [&case["responses_with_secret_hash"][0], &case["responses_with_secret_hash"][1]],
        };
        for (map, wanted) in [start, answer].into_iter().zip(wanted) {
            let map: serde_json::Map<_, _> = map.into_iter().map(|(k, v)| (k.to_owned(), v.into())).collect();
            assert_eq!(&Value::Object(map), wanted, "{}", text(case, "name"));
        }

        let issued = stored.challenge(text(case, "A_hex"), ephemeral(case, "b_hex")).unwrap();
        assert_eq!(issued.srp_b(), srp_b);
        assert_eq!(issued.salt(), text(parameters, "SALT"));
        let claim = Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() };
        check(case, kind, issued, &claim).unwrap();
    }
}

fn check(case: &Value, kind: &Kind, issued: IssuedChallenge, claim: &Claim<'_>) -> Result<(), Error> {
    let (group, name) = (text(case, kind.group), text(case, kind.name));
    if kind.group == DEVICES.group {
        issued.check(Device::new(group, name).unwrap(), claim)
    } else {
        issued.check(Claimant::user(text(case, "pool_id"), name)?, claim)
    }
}

#[test]
fn published_device_sign_ins_are_reproduced_through_the_api() {
    vectors("device_auth")["cases"].as_array().unwrap().iter().for_each(|case| plays(case, &DEVICES));
}

#[test]
fn published_user_sign_ins_are_reproduced_through_the_api() {
    vectors("user_auth")["cases"].as_array().unwrap().iter().for_each(|case| plays(case, &USERS));
}

fn answer(challenge: Challenge<'_>) -> Result<PasswordClaim, Error> {
    let sign_in = SignIn::start(Ephemeral::from_bytes(&[7; 32]).unwrap());
    let secret = DeviceSecret::from_text("secret").unwrap();
    sign_in.answer(&Credentials::device(DEVICE, &secret), &challenge, &Timestamp::from_unix(0).unwrap())
}

const GOOD: Challenge<'_> = Challenge { srp_b: "1f", salt: "1f", secret_block: SECRET_BLOCK };

#[test]
fn invalid_server_values_are_rejected() {
    assert!(answer(GOOD).is_ok());
    for name in ["device_auth", "user_auth"] {
        let file = vectors(name);
        let rows = file["invalid_server_values"].as_array().unwrap();
        assert_eq!(rows.len(), 10);
        for row in rows {
            let error = answer(Challenge { srp_b: text(row, "B_hex"), ..GOOD }).unwrap_err();
            let malformed = matches!(text(row, "why"), "empty" | "not hex" | "prefix" | "space")
                || text(row, "why").starts_with("negative");
            assert_eq!(error, if malformed { Error::SrpBMalformed } else { Error::SrpBOutOfRange }, "{row}");
        }
    }
    let (long, longer) = ("1".repeat(769), "0".repeat(771));
    for (srp_b, error) in [
        (long.as_str(), Error::SrpBOutOfRange),
        (&longer, Error::SrpBOutOfRange),
        ("00", Error::SrpBOutOfRange),
        ("1f\n", Error::SrpBMalformed),
        ("+1f", Error::SrpBMalformed),
        ("1f\u{0661}", Error::SrpBMalformed),
    ] {
        assert_eq!(answer(Challenge { srp_b, ..GOOD }).unwrap_err(), error, "{srp_b}");
    }
    let long = "1".repeat(129);
    for (salt, error) in [
        ("", Error::SaltNotHex),
        ("-1f", Error::SaltNotHex),
        ("0x1f", Error::SaltNotHex),
        (" 1f", Error::SaltNotHex),
        ("xyz", Error::SaltNotHex),
        (&long, Error::SaltTooLong),
    ] {
        assert_eq!(answer(Challenge { salt, ..GOOD }).unwrap_err(), error, "{salt}");
    }
    let whole = "A".repeat(64);
    for secret_block in [
        "",
        "=",
        "k3dX",
        "k3dX8yL3YxhLlZLasmbzTkU",
        "k3dX8yL3YxhLlZLasmbzTkV=",
        "k3dX8yL3YxhLlZLasmbzTk-_",
        " k3dX8yL3YxhLlZLasmbzTkU=",
        "k3dX8yL3YxhLlZLasmbzTkU=\n",
        &format!("{}=={whole}", &whole[..62]),
        &format!("{whole}k3dX8yL3YxhLlZLasmbzTkU==="),
        &format!("{}☃", &whole[..62]),
    ] {
        let refused = answer(Challenge { secret_block, ..GOOD }).map(|_| ());
        let wanted = if secret_block == "k3dX" { Ok(()) } else { Err(Error::SecretBlockNotBase64) };
        assert_eq!(refused, wanted, "{secret_block}");
    }
}

#[test]
fn numbers_can_be_odd_upper_case_and_padded() {
    let claim = |srp_b, salt| answer(Challenge { srp_b, salt, ..GOOD }).unwrap().signature().to_owned();
    let padded = format!("{:0>770}", "abc");
    for srp_b in ["ABC", "0abc", &padded] {
        assert_eq!(claim(srp_b, "abc"), claim("abc", "0ABC"), "{srp_b}");
    }
    assert_eq!(claim("1", "0"), claim("1", "00"));
}

#[test]
fn invalid_client_values_are_rejected() {
    let config = DeviceSecretVerifierConfig::from_base64("Ag==", "AQ==").unwrap();
    let verifier = StoredVerifier::for_device(&config).unwrap();
    let b = || Ephemeral::from_bytes(&[9; 32]).unwrap();
    assert!(verifier.challenge("2", b()).is_ok());
    for row in vectors("device_auth")["invalid_server_values"].as_array().unwrap() {
        let error = verifier.challenge(text(row, "B_hex"), b()).err().unwrap();
        assert!(matches!(error, Error::SrpAMalformed | Error::SrpAOutOfRange), "{row}");
    }
    // a claim that is no signature at all
    for signature in
        ["", "=", "AAAA", "msjfIlG/62RRYbVBY9fAXhxaRdtjSUODZZ/nEXi2le0", &"A".repeat(44), &"A".repeat(400)]
    {
        let claim = Claim { secret_block: SECRET_BLOCK, timestamp: "", signature };
        let issued = verifier.challenge("2", b()).unwrap();
        assert_eq!(issued.check(DEVICE, &claim), Err(Error::SignatureMismatch), "{signature}");
    }
    let claim = Claim { secret_block: "k3d", timestamp: "", signature: "" };
    let issued = verifier.challenge("2", b()).unwrap();
    assert_eq!(issued.check(DEVICE, &claim), Err(Error::SecretBlockNotBase64));
}

#[test]
fn ephemerals_and_users_are_checked() {
    let order = ((oracle::n() - 1u8) / 2u8).to_bytes_be();
    let twice = (oracle::n() - 1u8).to_bytes_be();
    for bad in [&[][..], &[0], &[0; 256], &[0; 1024], &[1; 1025], &order, &twice] {
        assert_eq!(Ephemeral::from_bytes(bad).err(), Some(Error::EphemeralOutOfRange));
    }
    for good in [&[0, 1][..], &[1; 256], &[1; 384], &[0xff; 1024]] {
        assert!(Ephemeral::from_bytes(good).is_ok());
    }
    assert_eq!(Ephemeral::from_entropy(&mut [0; 32]).err(), Some(Error::RandomnessUnavailable));
    let mut entropy = [5; 32];
    Ephemeral::from_entropy(&mut entropy).unwrap();
    assert_eq!(entropy, [0; 32]);

    for (user_pool_id, user_id_for_srp, password, error) in [
        ("us-east-1", "alice", "password", Error::UserPoolIdMalformed),
        ("us-east-1_", "alice", "password", Error::UserPoolIdMalformed),
        ("_AbC", "alice", "password", Error::UserPoolIdMalformed),
        ("", "alice", "password", Error::UserPoolIdMalformed),
        ("us-east-1_AbC", "", "password", Error::UserIdEmpty),
        ("us-east-1_AbC", "alice", "", Error::PasswordEmpty),
    ] {
        assert_eq!(Credentials::user(user_pool_id, user_id_for_srp, password).err(), Some(error));
        let of_hash = if error == Error::PasswordEmpty { None } else { Some(error) };
        assert_eq!(Credentials::user_hashed(user_pool_id, user_id_for_srp, &[0; 32]).err(), of_hash);
        assert_eq!(Claimant::user(user_pool_id, user_id_for_srp).err(), of_hash);
    }
}

/// Of two ephemerals that differ by a multiple of the order of 2, A is the same.
#[test]
fn long_ephemerals_are_reduced_mod_the_order() {
    let order = (oracle::n() - 1u8) / 2u8;
    for long in [vec![0xff; 1024], vec![0x20; 1024], [vec![1], vec![0; 400]].concat(), vec![0xfe; 384]] {
        let short = (BigUint::from_bytes_be(&long) % &order).to_bytes_be();
        let srp_a = |bytes: &[u8]| SignIn::start(Ephemeral::from_bytes(bytes).unwrap()).srp_a().to_owned();
        assert_eq!(srp_a(&long), srp_a(&short));
        assert_eq!(
            srp_a(&long),
            oracle::g().modpow(&BigUint::from_bytes_be(&long), &oracle::n()).to_str_radix(16)
        );
    }
}

#[test]
fn bytes_that_are_not_a_suspended_sign_in_are_rejected() {
    let resume = |state: &[u8]| SignIn::resume(state).map(|sign_in| sign_in.srp_a().to_owned());
    let malformed = Err(Error::SuspendedSignInMalformed);
    for len in [1, 32, 33, 256, 383, 384, 1024] {
        let sign_in = SignIn::start(Ephemeral::from_bytes(&vec![7; len]).unwrap());
        let srp_a = sign_in.srp_a().to_owned();
        let state = *sign_in.suspend().expose_secret();
        assert_eq!(resume(&state), Ok(srp_a));
        assert_eq!(resume(&state[1..]), malformed);
        assert_eq!(resume(&state[..state.len() - 1]), malformed);
        assert_eq!(resume(&[&state[..], &[0]].concat()), malformed);
        let with = |range: std::ops::Range<usize>, byte| {
            let mut state = state;
            state[range].fill(byte);
            resume(&state)
        };
        // no bits, too many, none of whole bytes, no ephemeral, one of more bits than are said, no A, A beyond N
        let beyond = if len < 384 { (2..3, 1) } else { (0..2, 0) };
        for (range, byte) in
            [(0..2, 0), (0..2, 0xff), (1..2, 3), (2..386, 0), beyond, (386..770, 0), (386..770, 0xff)]
        {
            assert_eq!(with(range, byte), malformed);
        }
    }
    assert_eq!(resume(&[]), malformed);
    assert_eq!(resume(&[0; SuspendedSignIn::LEN]), malformed);
}

#[test]
fn a_stored_verifier_can_be_made_again_from_its_parts() {
    let alice = Credentials::user("us-east-1_AbC", "alice", "password").unwrap();
    let stored = StoredVerifier::for_user(&alice, Salt::from_bytes(&[0x80, 1]).unwrap());
    let again = StoredVerifier::from_parts(stored.verifier(), *stored.salt()).unwrap();
    assert_eq!((again.verifier(), again.salt()), (stored.verifier(), stored.salt()));
    let short = StoredVerifier::from_parts(&[5], *stored.salt()).unwrap();
    assert_eq!(short.verifier()[380..], [0, 0, 0, 5]);
    let n = oracle::n().to_bytes_be();
    for bad in [&[][..], &[0], &n, &[1; 385], &[0xff; 384]] {
        let refused = StoredVerifier::from_parts(bad, *stored.salt()).err();
        assert_eq!(refused, Some(Error::VerifierOutOfRange));
    }
}

/// The other base64 digit that differs from `digit` in its lowest bit.
fn flip(digit: u8) -> u8 {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    DIGITS.iter().position(|&d| d == digit).map_or(b'A', |at| DIGITS[at ^ 1])
}

#[test]
fn a_config_altered_in_any_byte_fails_the_proof() {
    for seed in 1..=3 {
        let registration = DeviceRegistration::from_entropy(DEVICE, &mut [seed; 56]).unwrap();
        registration.prove().unwrap();
        let config = registration.config();
        let alter = |text: &str, at: usize| {
            let mut altered = text.as_bytes().to_vec();
            altered[at] = flip(altered[at]);
            String::from_utf8(altered).unwrap()
        };
        let verifiers = (0..config.password_verifier().len())
            .step_by(if seed == 1 { 1 } else { 29 })
            .map(|at| (alter(config.password_verifier(), at), config.salt().to_owned()));
        let salts = (0..config.salt().len())
            .map(|at| (config.password_verifier().to_owned(), alter(config.salt(), at)));
        for (verifier, salt) in verifiers.chain(salts) {
            // what still parses must not prove
            if let Ok(altered) = DeviceSecretVerifierConfig::from_base64(&verifier, &salt) {
                assert_eq!(
                    altered.prove(DEVICE, registration.secret()),
                    Err(Error::ProofFailed),
                    "{verifier} {salt}"
                );
            }
        }
    }
}

#[test]
fn a_proof_fails_for_another_device_or_secret_on_every_backend() {
    let registration = DeviceRegistration::from_entropy(DEVICE, &mut [3; 56]).unwrap();
    let other_device = Device::new("-NXiVKS5q", DEVICE.device_key()).unwrap();
    let other_secret = DeviceSecret::from_text("another").unwrap();
    for backend in backends() {
        let prove = |device, secret| on(backend, || registration.config().prove(device, secret));
        assert_eq!(prove(DEVICE, registration.secret()), Ok(()));
        assert_eq!(prove(other_device, registration.secret()), Err(Error::ProofFailed));
        assert_eq!(prove(DEVICE, &other_secret), Err(Error::ProofFailed));
    }
}

/// One sign-in of a device, each message of which a test may change on its way.
struct Play {
    secret: String,
    salt: Vec<u8>,
    a: Vec<u8>,
    b: Vec<u8>,
    secret_block: String,
    seconds: i64,
}

/// What is changed by one bit.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    Nothing,
    SrpA,
    SrpB,
    Salt,
    SecretBlock,
    Secret,
    Signature,
    Timestamp,
    GroupKey,
    DeviceKey,
}

fn play(play: &Play, change: Change, at: usize) -> Result<(), Error> {
    // one bit of one digit or letter, within what still parses
    let changed = |this: Change, text: &str| {
        let mut text = text.as_bytes().to_vec();
        if this == change {
            let at = at % text.len();
            text[at] = match this {
                Change::SrpA | Change::SrpB | Change::Salt => {
                    b"1032547698badcfe"[(text[at] as char).to_digit(16).unwrap() as usize]
                }
                Change::SecretBlock | Change::Signature if text[at] == b'=' => return None,
                Change::SecretBlock | Change::Signature => flip(text[at]),
                _ => text[at] ^ 1,
            };
        }
        String::from_utf8(text).ok()
    };
    let none = Err(Error::SignatureMismatch);
    let group_key = DEVICE.device_group_key();
    let secret = DeviceSecret::from_text(&play.secret)?;
    let config = DeviceSecretVerifierConfig::derive(DEVICE, &secret, &Salt::from_bytes(&play.salt)?);

    let sign_in = SignIn::start(Ephemeral::from_bytes(&play.a)?);
    let Some(srp_a) = changed(Change::SrpA, sign_in.srp_a()) else { return none };
    let issued = StoredVerifier::for_device(&config)?.challenge(&srp_a, Ephemeral::from_bytes(&play.b)?)?;
    let (Some(srp_b), Some(salt), Some(secret_block), Some(secret)) = (
        changed(Change::SrpB, issued.srp_b()),
        changed(Change::Salt, issued.salt()),
        changed(Change::SecretBlock, &play.secret_block),
        changed(Change::Secret, &play.secret),
    ) else {
        return none;
    };
    let challenge = Challenge { srp_b: &srp_b, salt: &salt, secret_block: &secret_block };
    let timestamp = Timestamp::from_unix(play.seconds)?;
    let secret = DeviceSecret::from_text(&secret)?;
    let claim = sign_in.answer(&Credentials::device(DEVICE, &secret), &challenge, &timestamp)?;
    let (Some(signature), Some(timestamp), Some(group_key), Some(device_key)) = (
        changed(Change::Signature, claim.signature()),
        changed(Change::Timestamp, claim.timestamp()),
        changed(Change::GroupKey, group_key),
        changed(Change::DeviceKey, DEVICE.device_key()),
    ) else {
        return none;
    };
    let device = Device::new(&group_key, &device_key)?;
    let claim = Claim { secret_block: &play.secret_block, timestamp: &timestamp, signature: &signature };
    issued.check(device, &claim)
}

fn plays_at_random() -> impl Strategy<Value = Play> {
    let length = |range: std::ops::RangeInclusive<usize>| proptest::collection::vec(1u8.., range);
    (".{1,80}", length(1..=64), length(1..=64), length(1..=64), 0usize..200, 0i64..253_402_300_800).prop_map(
        |(secret, salt, a, b, block, seconds)| {
            let secret_block = format!("{}k3dX8yL3YxhLlZLasmbzTkU=", "AAAA".repeat(block));
            Play { secret, salt, a, b, secret_block, seconds }
        },
    )
}

impl std::fmt::Debug for Play {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} {:?} {:?} {:?} {} {}",
            self.secret, self.salt, self.a, self.b, self.secret_block, self.seconds
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn honest_sides_agree_and_one_bit_makes_them_differ(this in plays_at_random(), at in any::<usize>()) {
        for backend in backends() {
            prop_assert_eq!(on(backend, || play(&this, Change::Nothing, at)), Ok(()));
            for change in [
                Change::SrpA, Change::SrpB, Change::Salt, Change::SecretBlock, Change::Secret,
                Change::Signature, Change::Timestamp, Change::GroupKey, Change::DeviceKey,
            ] {
                prop_assert!(on(backend, || play(&this, change, at)).is_err(), "{change:?}");
            }
        }
    }
}
