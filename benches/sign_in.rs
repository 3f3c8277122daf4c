//! The four steps of a sign-in.

use cognito_device_srp::verifier::{Claim, StoredVerifier};
use cognito_device_srp::{Challenge, Credentials, Device, DeviceRegistration, Ephemeral, SignIn, Timestamp};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const DEVICE: Device<'_> = match Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8") {
    Ok(device) => device,
    Err(_) => panic!(),
};
const SECRET_BLOCK: &str = "k3dX8yL3YxhLlZLasmbzTkU=";

fn sign_in(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sign_in");
    let registration = DeviceRegistration::from_entropy(DEVICE, &mut [7; 56]).unwrap();
    let verifier = StoredVerifier::for_device(registration.config()).unwrap();
    let ephemeral = |seed| Ephemeral::from_bytes(&[seed; 32]).unwrap();
    let timestamp = Timestamp::from_unix(1_735_787_045).unwrap();
    let start = || SignIn::start(ephemeral(5));
    let issue = || verifier.challenge(start().srp_a(), ephemeral(9)).unwrap();
    let issued = issue();
    let challenge = Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block: SECRET_BLOCK };
    let answer = |sign_in: SignIn| {
        sign_in.answer(&Credentials::device(DEVICE, registration.secret()), &challenge, &timestamp).unwrap()
    };
    let claim = answer(start());
    let claim =
        Claim { secret_block: SECRET_BLOCK, timestamp: claim.timestamp(), signature: claim.signature() };
    let srp_a = start().srp_a().to_owned();

    group.bench_function("client: SRP_A", |bencher| {
        bencher.iter_batched(|| ephemeral(5), SignIn::start, BatchSize::SmallInput);
    });
    group.bench_function("client: answer", |bencher| {
        bencher.iter_batched(start, answer, BatchSize::SmallInput);
    });
    group.bench_function("verifier: SRP_B and its side of S", |bencher| {
        bencher.iter_batched(
            || ephemeral(9),
            |b| verifier.challenge(black_box(&srp_a), b).unwrap(),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("verifier: check", |bencher| {
        bencher.iter_batched(issue, |issued| issued.check(DEVICE, &claim).unwrap(), BatchSize::SmallInput);
    });
}

criterion_group!(benches, sign_in);
criterion_main!(benches);
