//! Inputs of the images with their known answers, and the secrets of which nothing may be left. Computed by the oracle
//! on big integers that the crate's other tests have too; the first derivation is a published vector.

use crate::{Found, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use std::collections::{BTreeMap, BTreeSet};

#[path = "../../../common/oracle.rs"]
mod oracle;

const GROUP_KEY: &str = "-NXiVKS5p";
const DEVICE_KEY: &str = "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8";
const SECRET_BLOCK: &str = "k3dX8yL3YxhLlZLasmbzTkU=";
const TIMESTAMP: &str = "Tue Apr 3 23:29:30 UTC 2018";
/// How many secrets are compared.
const CASES: usize = 6;

pub(crate) struct Case {
    input: Vec<u8>,
    answer: Vec<u8>,
    secrets: Vec<(&'static str, Vec<u8>)>,
}

/// An image and what it is run on.
pub(crate) struct Work {
    pub(crate) image: &'static str,
    pub(crate) cases: Vec<Case>,
    pub(crate) planted: Option<Planted>,
}

/// What was planted in an image for the check to find.
#[derive(Clone, Copy)]
pub(crate) enum Planted {
    Branch,
    AddressAndPanic,
    Residue,
    Division,
}

impl Planted {
    pub(crate) fn is_found(self, found: &Found) -> bool {
        match self {
            Planted::Branch => found.traces_differ,
            Planted::AddressAndPanic => found.traces_differ && found.panics,
            Planted::Residue => !found.residue.is_empty(),
            Planted::Division => found.divides,
        }
    }
}

impl Case {
    /// What the image finds in its flash.
    pub(crate) fn as_loaded(&self) -> Vec<u8> {
        let mut bytes = vec![0; 2 * 8192];
        bytes[..self.input.len()].copy_from_slice(&self.input);
        bytes[8192..][..self.answer.len()].copy_from_slice(&self.answer);
        bytes
    }

    /// The secrets of which any 8 bytes are in `ram`, and how far below its end: as they are, backwards, or with the bytes
    /// of each word of four backwards, which is how a hash function has them.
    pub(crate) fn left_in(&self, ram: &[u8]) -> Vec<String> {
        let windows: BTreeMap<&[u8], usize> =
            ram.windows(8).enumerate().map(|(at, window)| (window, ram.len() - at)).collect();
        // the same few bytes again and again are in RAM anyway
        let telling = |window: &&[u8]| window.iter().collect::<BTreeSet<_>>().len() >= 4;
        let left =
            |bytes: &[u8]| bytes.windows(8).filter(telling).find_map(|window| windows.get(window).copied());
        let backwards = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<_>>();
        let place = |secret: &[u8]| {
            let in_words = |shift| secret[shift..].chunks_exact(4).flat_map(backwards).collect::<Vec<_>>();
            let mut forms = [secret.to_vec(), backwards(secret)].into_iter().chain((0..4).map(in_words));
            forms.find_map(|form| left(&form))
        };
        let report = |(name, secret): &(&str, Vec<u8>)| {
            Some(format!("{name}, {} bytes below the top", place(secret)?))
        };
        self.secrets.iter().filter_map(report).collect()
    }
}

pub(crate) fn works() -> Result<Vec<Work>> {
    let vector = vector()?;
    let exponents = exponents(&vector);
    let planted = |image, planted| {
        let case =
            |x: &[u8; 32]| Case { input: x.to_vec(), answer: vec![1], secrets: vec![("x", x.to_vec())] };
        Work { image, cases: exponents.iter().map(case).collect(), planted: Some(planted) }
    };
    let works = vec![
        Work { image: "pow", cases: exponents.iter().map(power).collect(), planted: None },
        Work { image: "derive", cases: derivations(&vector), planted: None },
        Work { image: "register", cases: registrations(), planted: None },
        Work { image: "sign_in", cases: sign_ins(), planted: None },
        Work { image: "prove", cases: proofs(&vector), planted: None },
        planted("leaking_branch", Planted::Branch),
        planted("leaking_address", Planted::AddressAndPanic),
        planted("residue", Planted::Residue),
        planted("leaking_division", Planted::Division),
    ];
    Ok(works)
}

/// A published derivation.
struct Vector {
    secret: String,
    salt: [u8; 16],
    verifier: String,
}

fn vector() -> Result<Vector> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../vectors/device_verifier.json");
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let vectors: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let text = |name: &str| vectors["cases"][0][name].as_str().ok_or(format!("{path}: no {name}"));
    if text("device_group_key")? != GROUP_KEY || text("device_key")? != DEVICE_KEY {
        return Err(format!("{path}: the first case has another device"));
    }
    let salt = BigUint::parse_bytes(text("salt_hex")?.as_bytes(), 16).unwrap_or_default().to_bytes_be();
    let salt = salt.try_into().map_err(|_| format!("{path}: the first salt has not 16 bytes"))?;
    Ok(Vector { secret: text("password")?.into(), salt, verifier: text("verifier_b64")?.into() })
}

/// One as it comes, none, all ones, one, the top bit, and one with zeros in front.
fn exponents(vector: &Vector) -> [[u8; 32]; CASES] {
    let some = x(&vector.secret, &vector.salt);
    let [mut one, mut top, mut short] = [[0; 32]; 3];
    one[31] = 1;
    top[0] = 0x80;
    short[9..].copy_from_slice(&some[9..]);
    [some, [0; 32], [0xff; 32], one, top, short]
}

fn power(x: &[u8; 32]) -> Case {
    let answer = oracle::padded(&oracle::verifier(x)).to_vec();
    Case { input: x.to_vec(), answer, secrets: vec![("x", x.to_vec())] }
}

fn derivations(vector: &Vector) -> Vec<Case> {
    let published = Case {
        input: [&vector.salt, vector.secret.as_bytes()].concat(),
        answer: vector.verifier.clone().into_bytes(),
        secrets: secrets_of(&vector.secret, &vector.salt),
    };
    let case = |entropy: [u8; 40]| {
        let secret = STANDARD.encode(entropy);
        let answer = verifier(&secret, &vector.salt)?;
        let input = [&vector.salt, secret.as_bytes()].concat();
        Some(Case { input, answer, secrets: secrets_of(&secret, &vector.salt) })
    };
    [published].into_iter().chain(entropies().filter_map(case)).take(CASES).collect()
}

fn registrations() -> Vec<Case> {
    let salt = *b"\x5arandom as salts";
    let case = |entropy: [u8; 40]| {
        let secret = STANDARD.encode(entropy);
        let verifier = verifier(&secret, &salt)?;
        let mut secrets = secrets_of(&secret, &salt);
        secrets.push(("entropy", entropy.to_vec()));
        Some(Case { input: [&entropy[..], &salt, &verifier].concat(), answer: vec![1], secrets })
    };
    entropies().filter_map(case).take(CASES).collect()
}

/// Proofs, in which the service's side too is played with ephemerals that come from the secret.
fn proofs(vector: &Vector) -> Vec<Case> {
    let salt = STANDARD.encode(oracle::signed(&BigUint::from_bytes_be(&vector.salt)));
    let case = |secret: String| {
        let [a, b] = ["client", "verifier"].map(|side| oracle::h(&[side.as_bytes(), secret.as_bytes()]));
        let verifier = verifier(&secret, &vector.salt)?;
        let v = oracle::verifier(&x(&secret, &vector.salt));
        let public_b = full(oracle::public_b(&v, &BigUint::from_bytes_be(&b)), 384)?;
        let Exchange { mut secrets, .. } = exchange(&a, &public_b, &secret, &vector.salt)?;
        secrets.extend([("a", a.to_vec()), ("b", b.to_vec())]);
        Some(Case {
            input: [secret.as_bytes(), salt.as_bytes(), &verifier].concat(),
            answer: vec![1],
            secrets,
        })
    };
    entropies().map(|entropy| STANDARD.encode(entropy)).filter_map(case).take(CASES).collect()
}

/// Answers to one challenge by several secrets and ephemerals. The ephemeral is not looked for: the image holds it, and
/// what it moves from one of its variables to another is in both.
fn sign_ins() -> Vec<Case> {
    let salt = [0x91; 16];
    let public_b = oracle::public_b(&oracle::verifier(&[7; 32]), &BigUint::from_bytes_be(&[9; 32]));
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let challenge = digits(&salt) + &digits(&oracle::padded(&public_b));
    let case = |entropy: [u8; 40]| {
        let (secret, a) = (STANDARD.encode(entropy), oracle::h(&[b"a", &entropy]));
        let Exchange { key, secrets } = exchange(&a, &public_b, &secret, &salt)?;
        let block = STANDARD.decode(SECRET_BLOCK).ok()?;
        let claim = [GROUP_KEY.as_bytes(), DEVICE_KEY.as_bytes(), &block, TIMESTAMP.as_bytes()].concat();
        Some(Case {
            input: [&a[..], secret.as_bytes(), challenge.as_bytes()].concat(),
            answer: STANDARD.encode(oracle::hmac(&key, &claim)).into_bytes(),
            secrets,
        })
    };
    entropies().filter_map(case).take(CASES).collect()
}

/// What both sides of a sign-in come to.
struct Exchange {
    key: [u8; 16],
    secrets: Vec<(&'static str, Vec<u8>)>,
}

/// That of a client's ephemeral with a service's B, if all numbers in it are full.
fn exchange(a: &[u8; 32], public_b: &BigUint, secret: &str, salt: &[u8; 16]) -> Option<Exchange> {
    let public_a = full(oracle::verifier(a), 384)?;
    let u = full(oracle::u(&public_a, public_b), 32)?;
    let [a, x] = [*a, x(secret, salt)].map(|bytes| BigUint::from_bytes_be(&bytes));
    let shared = full(oracle::client_shared(public_b, &a, &u, &x), 384)?;
    let key = oracle::claim_key(&u, &shared);
    let mut secrets = secrets_of(secret, salt);
    secrets.extend([("S", oracle::padded(&shared).to_vec()), ("key of the claim", key.to_vec())]);
    Some(Exchange { key, secrets })
}

/// Random bytes of new secrets, without end.
fn entropies() -> impl Iterator<Item = [u8; 40]> {
    (0u32..).map(|number| {
        let half = |which: &[u8]| oracle::h(&[which, &number.to_be_bytes()]);
        let (left, right) = (half(b"left"), half(b"right"));
        core::array::from_fn(|at| if at < 32 { left[at] } else { right[at - 32] })
    })
}

fn x(secret: &str, salt: &[u8; 16]) -> [u8; 32] {
    oracle::x(salt, GROUP_KEY, DEVICE_KEY, secret)
}

/// The verifier in base64, if it is full.
fn verifier(secret: &str, salt: &[u8; 16]) -> Option<Vec<u8>> {
    let verifier = full(oracle::verifier(&x(secret, salt)), 384)?;
    Some(STANDARD.encode(oracle::signed(&verifier)).into_bytes())
}

/// A number, if it fills so many bytes, up to the top bit. How many bytes it has is public, by the protocol; cases whose
/// traces are compared must have it in common.
fn full(number: BigUint, bytes: u64) -> Option<BigUint> {
    (number.bits() == 8 * bytes).then_some(number)
}

fn secrets_of(secret: &str, salt: &[u8; 16]) -> Vec<(&'static str, Vec<u8>)> {
    let identity_hash = oracle::h(&[format!("{GROUP_KEY}{DEVICE_KEY}:{secret}").as_bytes()]);
    vec![
        ("secret", secret.as_bytes().to_vec()),
        ("identity hash", identity_hash.to_vec()),
        ("x", x(secret, salt).to_vec()),
    ]
}
