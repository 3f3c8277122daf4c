//! Registering a device: what a call of the public API costs.

use cognito_device_srp::{Device, DeviceRegistration, DeviceSecret, DeviceSecretVerifierConfig, Salt};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const DEVICE: Device<'_> = match Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8") {
    Ok(device) => device,
    Err(_) => panic!(),
};

fn registration(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("registration");
    let secret = DeviceSecret::from_text("/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==").unwrap();
    let salt = Salt::from_base64("AK6IMNudrufZX83cZmrED0Q=").unwrap();
    group.bench_function("derive", |bencher| {
        bencher.iter(|| DeviceSecretVerifierConfig::derive(black_box(DEVICE), &secret, &salt));
    });
    group.bench_function("from_entropy", |bencher| {
        bencher.iter(|| DeviceRegistration::from_entropy(black_box(DEVICE), &mut [7; 56]).unwrap());
    });
    group.bench_function("generate", |bencher| {
        bencher.iter(|| DeviceRegistration::generate(black_box(DEVICE)).unwrap());
    });
    let registration = DeviceRegistration::generate(DEVICE).unwrap();
    group.bench_function("prove", |bencher| bencher.iter(|| black_box(&registration).prove().unwrap()));
}

criterion_group!(benches, registration);
criterion_main!(benches);
