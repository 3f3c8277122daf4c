//! Access to internals for benchmarks, fuzzing and checks. Not part of the public API: it changes without notice.

#[cfg(feature = "std")]
use crate::arithmetic::backend::override_for_checks;
use crate::arithmetic::backend::{Arithmetic, Backend, with_arithmetic};
use crate::arithmetic::comb::{self, Comb};
use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::residue::{self, Residue};
use crate::arithmetic::{power, window};
#[cfg(feature = "__marks")]
use crate::hygiene::ct;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::srp::{exchange, hash};
use crate::{DeviceSecretVerifierConfig, Ephemeral, Error, Salt, SignIn};

/// The names of the backends that run on this machine, the default one first.
pub fn backends() -> &'static [&'static str] {
    Backend::available()
}

fn named(backend: &str) -> Backend {
    Backend::named(backend).expect("a backend that runs here")
}

/// Runs `work` with all of its arithmetic on one backend, and returns its result.
#[cfg(feature = "std")]
pub fn on<T>(backend: &str, work: impl FnOnce() -> T) -> T {
    override_for_checks::with(named(backend), work)
}

/// I = H(DeviceGroupKey || DeviceKey || ":" || secret), of any texts.
pub fn identity_hash(device_group_key: &str, device_key: &str, secret: &str) -> [u8; 32] {
    *hash::identity_hash(device_group_key, device_key, secret.as_bytes())
}

/// x = H(salt || I)
pub fn private_key(salt: &Salt, identity_hash: &[u8; 32]) -> [u8; 32] {
    *hash::private_key(salt.as_signed_bytes(), identity_hash)
}

/// The config of a verifier, without the checks of identifiers and secret.
pub fn config_of(verifier: &[u8; 384], salt: &Salt) -> DeviceSecretVerifierConfig {
    DeviceSecretVerifierConfig::encode(&Residue(*verifier), salt)
}

/// N, big-endian.
pub fn modulus() -> [u8; 384] {
    residue::N
}

/// k = H(N || g), big-endian, as the arithmetic uses it.
pub fn multiplier() -> [u8; 32] {
    exchange::K.0.last_chunk().copied().unwrap_or_default()
}

/// 2^x mod N, big-endian, as the protocol computes it on this target, with its wiping.
pub fn pow_g(x: &[u8; 32]) -> [u8; 384] {
    with_stack_wiped::<POWER_OF_G, _>(|| power::pow_g(&Exponent::from_bytes(x)).0)
}

/// 2^x mod N, big-endian, by the comb that this target uses.
pub fn pow_g_on(backend: &str, x: &[u8; 32]) -> [u8; 384] {
    comb::pow_g(named(backend), &Exponent::from_bytes(x)).0
}

/// The names of the combs.
pub fn combs() -> [&'static str; 3] {
    comb_tables().map(|comb| comb.name)
}

/// 2^x mod N by one comb.
pub fn pow_g_by_comb(comb: &str, x: &[u8; 32]) -> [u8; 384] {
    let (backend, x) = (Backend::detect(), Exponent::from_bytes(x));
    match comb {
        "wide" => comb::WIDE.pow_g(backend, &x).0,
        "compact" => comb::COMPACT.pow_g(backend, &x).0,
        "small" => comb::SMALL.pow_g(backend, &x).0,
        _ => panic!("no comb {comb}"),
    }
}

/// log2 R of a backend.
pub fn r_bits(backend: &str) -> u32 {
    fn r_bits<A: Arithmetic>(_: A) -> u32 {
        A::R_BITS
    }
    with_arithmetic!(named(backend), arithmetic => r_bits(arithmetic))
}

/// A comb and its table.
#[derive(Clone, Copy, Debug)]
pub struct CombTable {
    /// Its name, which is also that of its file.
    pub name: &'static str,
    /// Bits of an index.
    pub teeth: usize,
    /// Sub-tables.
    pub columns: usize,
    /// Look-ups in each column.
    pub rounds: usize,
    /// Column after column: for each of the 48 words of a residue, the lowest first, that of every entry, little-endian.
    pub words: &'static [[u8; 8]],
}

/// All combs.
pub fn comb_tables() -> [CombTable; 3] {
    fn describe<const ENTRIES: usize, const COLUMNS: usize, const ROUNDS: usize, const AT_ONCE: usize>(
        comb: &Comb<ENTRIES, COLUMNS, ROUNDS, AT_ONCE>,
        name: &'static str,
    ) -> CombTable {
        let teeth = Comb::<ENTRIES, COLUMNS, ROUNDS, AT_ONCE>::TEETH;
        CombTable {
            name,
            teeth,
            columns: COLUMNS,
            rounds: ROUNDS,
            words: comb.table.as_flattened().as_flattened(),
        }
    }
    [describe(&comb::WIDE, "wide"), describe(&comb::COMPACT, "compact"), describe(&comb::SMALL, "small")]
}

/// The numbers that one side of a sign-in computes.
pub struct Exchange {
    /// A or B of this side.
    pub public: [u8; 384],
    /// u = H(A || B)
    pub u: [u8; 32],
    /// S
    pub shared: [u8; 384],
    /// The key that signs the claim.
    pub key: [u8; 16],
}

/// The client's numbers, computed from a, B and x.
pub fn client_exchange(ephemeral: Ephemeral, public_b: &[u8; 384], x: &[u8; 32]) -> Result<Exchange, Error> {
    let public_b = Residue::from_bytes_vartime(public_b).ok_or(Error::SrpBOutOfRange)?;
    let public = SignIn::start_by(&ephemeral).public()?;
    let u = exchange::scrambler(&public, &public_b).ok_or(Error::ScramblerZero)?;
    let mut shared = public_b;
    exchange::client_shared(&mut shared, &ephemeral, &u, &Exponent::from_bytes(x));
    Ok(Exchange { public: public.0, u, shared: shared.0, key: *exchange::claim_key(&u, &shared) })
}

/// The verifier's numbers, computed from b, A and the stored verifier.
pub fn verifier_exchange(
    ephemeral: &Ephemeral,
    public_a: &[u8; 384],
    verifier: &[u8; 384],
) -> Result<Exchange, Error> {
    let public_a = Residue::from_bytes_vartime(public_a).ok_or(Error::SrpAOutOfRange)?;
    let verifier = Residue::from_bytes_vartime(verifier).ok_or(Error::VerifierOutOfRange)?;
    let public = exchange::public_b(&verifier, ephemeral);
    let u = exchange::scrambler(&public_a, &public).ok_or(Error::ScramblerZero)?;
    let shared = exchange::verifier_shared(&verifier, &public_a, &u, ephemeral);
    Ok(Exchange { public: public.0, u, shared: shared.0, key: *exchange::claim_key(&u, &shared) })
}

/// Shows a number in the form that is hashed: signed big-endian.
pub fn with_signed<T>(number: &[u8; 384], show: impl FnOnce(&[u8]) -> T) -> T {
    show(Residue(*number).signed().as_slice())
}

/// Marks bytes secret for a memory checker.
#[cfg(feature = "__marks")]
pub fn mark_secret(bytes: &[u8]) {
    ct::classify(bytes);
}

/// Marks bytes public for a memory checker.
#[cfg(feature = "__marks")]
pub fn mark_public(bytes: &[u8]) {
    ct::declassify(bytes);
}

/// Whether a memory checker receives the marks.
#[cfg(feature = "__marks")]
pub fn is_checked() -> bool {
    ct::is_checked()
}

/// base^exponent mod N, big-endian. Up to 260 bytes of exponent.
pub fn pow_on(backend: &str, base: &[u8; 384], exponent: &[u8]) -> [u8; 384] {
    let e = Exponent::<65>::from_bytes(exponent);
    let mut number = Residue(*base);
    with_arithmetic!(named(backend), arithmetic => window::pow(arithmetic, &mut number, e.view(), 8 * exponent.len()));
    number.0
}

/// a b mod N, big-endian, of any numbers below 2^3072.
pub fn mul(a: &[u8; 384], b: &[u8; 384]) -> [u8; 384] {
    power::mul(&Residue(*a), &Residue(*b)).0
}

/// a^2 mod N, big-endian, of any number below 2^3072, by the backend's squaring.
pub fn square(a: &[u8; 384]) -> [u8; 384] {
    with_arithmetic!(Backend::detect(), arithmetic => {
        let mut work = arithmetic.work();
        let mut square = arithmetic.element(&Residue(*a));
        arithmetic.enter(&mut square, &mut work);
        arithmetic.mont_sqr(&mut square, &mut work);
        arithmetic.mont_mul(&mut square, &arithmetic.element(&residue::ONE), &mut work);
        arithmetic.canonical(&square).0
    })
}

/// One operation of the backend, to be timed: `times` products, squarings or table look-ups in a chain.
pub fn repeat(what: Op, times: usize) -> [u8; 384] {
    let entries = &comb::WIDE.table[0];
    with_arithmetic!(Backend::detect(), arithmetic => {
        let (mut work, mut a, mut b) = (arithmetic.work(), arithmetic.zero(), arithmetic.zero());
        let mut five = [a; 5];
        arithmetic.lookup(&mut a, entries, 3);
        arithmetic.lookup(&mut b, entries, 5);
        for i in 0..times {
            match what {
                Op::MontMul => arithmetic.mont_mul(&mut a, &b, &mut work),
                Op::MontSqr => arithmetic.mont_sqr(&mut a, &mut work),
                Op::Lookup => arithmetic.lookup_all(&mut five, entries, &[i, 1, 2, 3, 4].map(|i| i as u32 % 128)),
            }
        }
        arithmetic.add(&mut a, &five[0]);
        arithmetic.canonical(&a).0
    })
}

/// What [`repeat`] repeats.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// a b / R mod N
    MontMul,
    /// a^2 / R mod N
    MontSqr,
    /// The look-up of five entries in one column of the comb's table.
    Lookup,
}
