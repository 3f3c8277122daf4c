//! The arithmetic, backend by backend, beside what a Rust user finds elsewhere.

use cognito_device_srp::__internals::{Op, backends, combs, on, pow_g_by_comb, pow_g_on, pow_on, repeat};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U256, U3072, const_monty_params};
use num_bigint::BigUint;
use std::hint::black_box;

#[path = "../tests/common/oracle.rs"]
mod oracle;

const_monty_params!(
    Modulus,
    U3072,
    concat!(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
        "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
        "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
        "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
        "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
        "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
    )
);

const X: [u8; 32] = [0xa7; 32];
/// B^(a + u x) with a 256-bit a: 513 bits.
const E: [u8; 65] = [0x5b; 65];

fn power_of_two(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("2^x mod N");
    for backend in backends() {
        for comb in combs() {
            let name = BenchmarkId::new(format!("cognito-device-srp, {comb} comb"), backend);
            group.bench_function(name, |bencher| {
                bencher.iter(|| on(backend, || pow_g_by_comb(comb, black_box(&X))))
            });
        }
    }
    let (n, two, x) = (oracle::n(), BigUint::from(2u8), BigUint::from_bytes_be(&X));
    assert_eq!(oracle::padded(&two.modpow(&x, &n)), pow_g_on(backends()[0], &X));
    group.bench_function("num-bigint modpow", |bencher| bencher.iter(|| black_box(&two).modpow(&x, &n)));
    let (two, x) =
        (ConstMontyForm::<Modulus, { U3072::LIMBS }>::new(&U3072::from_u8(2)), U256::from_be_slice(&X));
    group.bench_function("crypto-bigint ConstMontyForm", |bencher| {
        bencher.iter(|| black_box(two).pow_bounded_exp(&x, 256).retrieve());
    });
}

fn any_power(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("B^e mod N, 520 bits");
    let base = oracle::padded(&oracle::verifier(&[7; 32]));
    for backend in backends() {
        group.bench_function(BenchmarkId::new("cognito-device-srp", backend), |bencher| {
            bencher.iter(|| pow_on(backend, black_box(&base), &E));
        });
    }
    let (n, b, e) = (oracle::n(), BigUint::from_bytes_be(&base), BigUint::from_bytes_be(&E));
    group.bench_function("num-bigint modpow", |bencher| bencher.iter(|| black_box(&b).modpow(&e, &n)));
}

fn parts(criterion: &mut Criterion) {
    const TIMES: usize = 100;
    for (name, op) in [("mont_mul", Op::MontMul), ("mont_sqr", Op::MontSqr), ("lookup", Op::Lookup)] {
        let mut group = criterion.benchmark_group(format!("{name} x {TIMES}"));
        for backend in backends() {
            group.bench_function(*backend, |bencher| {
                bencher.iter(|| on(backend, || repeat(op, black_box(TIMES))))
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(40).measurement_time(std::time::Duration::from_secs(2));
    targets = power_of_two, any_power, parts
}
criterion_main!(benches);
