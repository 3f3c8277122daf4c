//! Who takes part, and what each can do. Whoever is here has given our answer.

use crate::timed::Timed;
use aws_cognito_srp::{SrpClient, UntrackedDevice};
use base64::{Engine, prelude::BASE64_STANDARD};
use cognito_device_srp::__internals as ours;
use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, Salt};
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{BoxedUint, U256, U3072};
use num_bigint::BigUint;
use openssl::bn::{BigNum, BigNumContext};
use sha2::Sha256;
use srp::groups::G3072;
use std::error::Error;
use std::hint::black_box;

const DEVICE: Device<'_> = match Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8") {
    Ok(device) => device,
    Err(_) => panic!(),
};
/// Of nobody.
const SECRET: &str = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
const SALT: &str = "AK6IMNudrufZX83cZmrED0Q=";

pub const OURS: &str = "cognito-device-srp";

/// An operation, or why there is none.
pub type Operation = Result<Timed, &'static str>;

pub struct Contestant {
    /// The package.
    pub name: &'static str,
    /// What of it, in Markdown.
    pub by: String,
    pub constant_time: bool,
    /// 2^x mod N
    pub power: Operation,
    /// The verifier from group key, device key, secret and salt.
    pub verifier: Operation,
}

/// A power of 2 in the arithmetic of `crypto-bigint`, modulo N: the group of `srp` has Cognito's N.
type Power = ConstMontyForm<G3072, { U3072::LIMBS }>;
const TWO: Power = Power::new(&U3072::from_u8(2));

/// Cognito's group for `srp`, whose own of this size has g = 5.
#[derive(Debug)]
struct Cognito;

impl srp::Group for Cognito {
    type Element = Power;
    const G: Power = TWO;
}

/// Ours first, its default backend before the others.
pub fn all() -> Result<Vec<Contestant>, Box<dyn Error>> {
    let salt = Salt::from_base64(SALT)?;
    let x = ours::private_key(
        &salt,
        &ours::identity_hash(DEVICE.device_group_key(), DEVICE.device_key(), SECRET),
    );
    let v = ours::pow_g(&x);
    let mut all = Vec::new();

    for &backend in ours::backends() {
        let (secret, salt) = (DeviceSecret::from_text(SECRET)?, Salt::from_base64(SALT)?);
        let derive = move || ours::on(backend, || DeviceSecretVerifierConfig::derive(DEVICE, &secret, &salt));
        all.push(Contestant {
            name: OURS,
            by: format!("`{backend}`"),
            constant_time: true,
            power: agreeing(&v, move || ours::pow_g_on(backend, black_box(&x)), |v| v.to_vec()),
            verifier: agreeing(&v, derive, |config| decoded(config.password_verifier())),
        });
    }

    for constant_time in [true, false] {
        let (two, n) = (BigNum::from_u32(2)?, BigNum::from_slice(&ours::modulus())?);
        let (mut x, mut v_here, mut context) =
            (BigNum::from_slice(&x)?, BigNum::new()?, BigNumContext::new()?);
        if constant_time {
            x.set_const_time();
        }
        let power = move || {
            v_here.mod_exp(&two, black_box(&x), &n, &mut context).expect("memory");
            v_here.to_vec()
        };
        all.push(Contestant {
            name: "openssl",
            by: if constant_time { "`BigNum::mod_exp` with `set_const_time`" } else { "`BigNum::mod_exp`" }
                .into(),
            constant_time,
            power: agreeing(&v, power, |v| v),
            verifier: Err("arithmetic alone"),
        });
    }

    let (two, n, e) =
        (BigUint::from(2u8), BigUint::from_bytes_be(&ours::modulus()), BigUint::from_bytes_be(&x));
    all.push(Contestant {
        name: "num-bigint",
        by: "`BigUint::modpow`".into(),
        constant_time: false,
        power: agreeing(&v, move || two.modpow(black_box(&e), &n), |v| v.to_bytes_be()),
        verifier: Err("arithmetic alone"),
    });

    let e = U256::from_be_slice(&x);
    let power = move || black_box(TWO).pow_bounded_exp(black_box(&e), U256::BITS).retrieve();
    all.push(Contestant {
        name: "crypto-bigint",
        by: "`ConstMontyForm::pow_bounded_exp`".into(),
        constant_time: true,
        power: agreeing(&v, power, |v| v.to_be_bytes().as_ref().to_vec()),
        verifier: Err("arithmetic alone"),
    });

    let client = srp::Client::<Cognito, Sha256>::new();
    let e = BoxedUint::from_be_slice_vartime(&x);
    let power = move || client.compute_g_x(black_box(&e));
    let client = srp::Client::<Cognito, Sha256>::new();
    let name = [DEVICE.device_group_key(), DEVICE.device_key()].concat();
    let verifier = move || {
        client.compute_verifier(name.as_bytes(), black_box(SECRET).as_bytes(), salt.as_signed_bytes())
    };
    all.push(Contestant {
        name: "srp",
        by: "`Client::compute_g_x`, `compute_verifier`, with our own `Group`, because its 3072-bit group has g = 5".into(),
        constant_time: true,
        power: agreeing(&v, power, |v| v.to_be_bytes().to_vec()),
        verifier: agreeing(&v, verifier, |v| v),
    });

    // the pool and the client have no part in a verifier
    let device = UntrackedDevice::new("us-east-1_AbCdEfGhI", DEVICE.device_group_key(), DEVICE.device_key());
    let client = SrpClient::new(device, "5n3dpl", None);
    // it draws secret and salt itself
    let drawn = client.get_password_verifier();
    let same = DeviceSecretVerifierConfig::derive(
        DEVICE,
        &DeviceSecret::from_text(&drawn.password)?,
        &Salt::from_base64(&drawn.salt)?,
    );
    assert_eq!(number(&decoded(&drawn.verifier)), number(&decoded(same.password_verifier())));
    all.push(Contestant {
        name: "aws-cognito-srp",
        by: "`SrpClient::get_password_verifier`, which draws secret and salt too".into(),
        constant_time: false,
        power: Err("not offered"),
        verifier: Ok(Timed::new(move || client.get_password_verifier())),
    });
    Ok(all)
}

/// `run`, whose big-endian result must be `v`.
fn agreeing<T>(
    v: &[u8],
    mut run: impl FnMut() -> T + 'static,
    bytes: impl FnOnce(T) -> Vec<u8>,
) -> Operation {
    assert_eq!(number(&bytes(run())), number(v));
    Ok(Timed::new(run))
}

fn number(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

fn decoded(base64: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(base64).expect("base64")
}
