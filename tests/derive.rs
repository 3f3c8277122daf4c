//! The verifier: known answers, random cases against big integers, the edges where implementations break, and input that
//! must be rejected.

use cognito_device_srp::__internals::{
    backends, comb_tables, combs, identity_hash, on, pow_g_by_comb, pow_g_on, pow_on, private_key, r_bits,
};
use cognito_device_srp::*;
use num_bigint::BigUint;
use proptest::prelude::*;
use std::collections::HashSet;

mod common;

use common::{DEVICE, base64, hex, oracle, unhex, vectors};

#[test]
fn published_cases_are_reproduced_byte_for_byte() {
    let file = vectors("device_verifier");
    let cases = file["cases"].as_array().unwrap();
    let mut refused = 0;
    for case in cases {
        let text = |field: &str| case[field].as_str().unwrap();
        let (device_group_key, device_key) = (text("device_group_key"), text("device_key"));
        let device = Device::new(device_group_key, device_key);
        let salt = Salt::from_bytes(&unhex(text("salt_hex"))).unwrap();
        assert_eq!(hex(salt.as_signed_bytes()), text("salt_hashed_hex"));
        assert_eq!(Salt::from_base64(text("salt_b64")).unwrap(), salt);

        // below the checks
        let identity = identity_hash(device_group_key, device_key, text("password"));
        assert_eq!(hex(&identity), text("identity_hash_hex"));
        let x = private_key(&salt, &identity);
        assert_eq!(hex(&x), text("x_hex"));
        for backend in backends() {
            assert_eq!(hex(&pow_g_on(backend, &x)), text("verifier_hex"));
        }

        let secret = DeviceSecret::from_text(text("password"));
        if case.get("refused").is_some() {
            refused += 1;
            let error = device.err().or(secret.err());
            let wanted = match text("tag") {
                "password_empty" => Error::DeviceSecretEmpty,
                "group_empty" => Error::DeviceGroupKeyEmpty,
                _ => Error::DeviceKeyMalformed,
            };
            assert_eq!(error, Some(wanted), "{}", text("name"));
            continue;
        }
        let (device, secret) = (device.unwrap(), secret.unwrap());
        for backend in backends() {
            let config = on(backend, || DeviceSecretVerifierConfig::derive(device, &secret, &salt));
            assert_eq!(config.password_verifier(), text("verifier_b64"));
            assert_eq!(config.password_verifier(), case["config"]["PasswordVerifier"].as_str().unwrap());
            assert_eq!(config.salt(), text("salt_b64"));
            assert_eq!(config, DeviceSecretVerifierConfig::derive(device, &secret, &salt));
            assert_eq!(
                config,
                DeviceSecretVerifierConfig::from_base64(config.password_verifier(), config.salt()).unwrap()
            );
        }
    }
    assert_eq!((cases.len(), refused), (83, 4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn registrations_agree_with_big_integers(
        group in "(?s:.{1,40})", key in "[A-Za-z0-9_-]{1,18}_[0-9a-f-]{1,36}", secret in "(?s:.{1,200})",
        salt in proptest::collection::vec(any::<u8>(), 1..=64),
    ) {
        let device = Device::new(&group, &key).unwrap();
        let v = oracle::verifier(&oracle::x(&salt, &group, &key, &secret));
        for backend in backends() {
            let secret = DeviceSecret::from_text(&secret).unwrap();
            let config = on(backend, || DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_bytes(&salt).unwrap()));
            prop_assert_eq!(config.password_verifier(), base64(&oracle::signed(&v)));
            prop_assert_eq!(config.salt(), base64(&oracle::signed(&BigUint::from_bytes_be(&salt))));
        }
    }

    #[test]
    fn powers_agree_with_big_integers(
        x in any::<[u8; 32]>(), base in any::<[[u8; 32]; 12]>(), e in proptest::collection::vec(any::<u8>(), 0..=80),
    ) {
        let v = oracle::padded(&oracle::verifier(&x));
        let base = oracle::padded(&(BigUint::from_bytes_be(base.as_flattened()) % oracle::n()));
        let power = BigUint::from_bytes_be(&base).modpow(&BigUint::from_bytes_be(&e), &oracle::n());
        for backend in backends() {
            for comb in combs() {
                prop_assert!(on(backend, || pow_g_by_comb(comb, &x)) == v, "{} {}", backend, comb);
            }
            prop_assert!(pow_on(backend, &base, &e) == oracle::padded(&power), "{}", backend);
        }
    }
}

/// Exponents where a comb could go wrong: each bit alone, none, all, all but the lowest or highest, zero bytes in front.
fn edges() -> Vec<[u8; 32]> {
    let mut edges = vec![[0; 32], [0xff; 32], [0x55; 32], [0xaa; 32]];
    for bit in 0..256 {
        let mut x = [0; 32];
        x[31 - bit / 8] = 1 << (bit % 8);
        edges.push(x);
        edges.push(x.map(|byte| !byte));
        // all bits from this one down, and up
        let ones = (BigUint::from(2u8) << bit) - 1u8;
        let mut x = [0; 32];
        let bytes = ones.to_bytes_be();
        x[32 - bytes.len()..].copy_from_slice(&bytes);
        edges.push(x);
        edges.push(x.map(|byte| !byte));
    }
    edges
}

#[test]
fn powers_agree_with_big_integers_at_edges_of_the_exponent() {
    for x in edges() {
        let v = oracle::padded(&oracle::verifier(&x));
        for backend in backends() {
            for comb in combs() {
                assert!(on(backend, || pow_g_by_comb(comb, &x)) == v, "{backend} {comb} {}", hex(&x));
            }
        }
    }
}

/// Exponents are chosen so that every entry of every column is looked up in some round, and the powers compared: a table
/// entry or an index that is wrong anywhere shows.
#[test]
fn every_entry_of_every_column_is_used() {
    for (comb, backend) in comb_tables().iter().flat_map(|comb| backends().iter().map(move |b| (comb, *b))) {
        let (teeth, columns, rounds) = (comb.teeth, comb.columns, comb.rounds);
        let low = rounds + 10;
        // x + M log2(R) is what the comb cuts
        let one = BigUint::from(1u8);
        let lost = BigUint::from(columns) * ((&one << rounds) - 1u8) + (&one << (rounds - 1)) - 1u8;
        let added = lost * r_bits(backend);
        let mut seen = HashSet::new();
        for entry in 0..1u64 << teeth {
            // this index in every column and round
            let mut cut = added.clone();
            for position in 0..teeth * columns * rounds {
                let tooth = position / (columns * rounds);
                cut.set_bit((low + position) as u64, entry >> tooth & 1 == 1);
            }
            cut %= &one << 256;
            // bit 255 alone, of the last tooth, leaves room for what is added to x
            cut.set_bit(255, cut < added || cut.bit(255));
            let bytes = (&cut - &added).to_bytes_be();
            let mut x = [0; 32];
            x[32 - bytes.len()..].copy_from_slice(&bytes);
            for column in 0..columns {
                for round in 0..rounds {
                    let bit = |tooth| cut.bit((low + rounds * (columns * tooth + column) + round) as u64);
                    let index = (0..teeth).fold(0, |index, tooth| index | u64::from(bit(tooth)) << tooth);
                    seen.insert((column, index));
                }
            }
            let v = oracle::padded(&oracle::verifier(&x));
            assert!(
                on(backend, || pow_g_by_comb(comb.name, &x)) == v,
                "{backend} {} entry {entry}",
                comb.name
            );
        }
        assert_eq!(seen.len(), columns << teeth, "{backend} {}", comb.name);
    }
}

#[test]
fn verifiers_of_every_length_have_the_signed_form() {
    // the first of their kind among decimal numbers as secrets
    for (secret, length) in [("581", 383), ("0", 384), ("2", 385)] {
        let v = oracle::verifier(&oracle::x(&[1], DEVICE.device_group_key(), DEVICE.device_key(), secret));
        let signed = oracle::signed(&v);
        assert_eq!(signed.len(), length);
        for backend in backends() {
            let secret = DeviceSecret::from_text(secret).unwrap();
            let config = on(backend, || {
                DeviceSecretVerifierConfig::derive(DEVICE, &secret, &Salt::from_bytes(&[1]).unwrap())
            });
            assert_eq!(config.password_verifier(), base64(&signed), "{backend}");
        }
    }
}

#[test]
fn salts_are_sent_and_hashed_in_signed_form() {
    for (bytes, signed) in [
        (&[0][..], &[0][..]),
        (&[0; 16], &[0]),
        (&[0, 0, 1], &[1]),
        (&[0x7f; 16], &[0x7f; 16]),
        (&[0x80], &[0, 0x80]),
        (&[0xff, 0xff], &[0, 0xff, 0xff]),
        (&[0, 0x80], &[0, 0x80]),
        (&[0, 0x7f], &[0x7f]),
        (&[0x7f; 64], &[0x7f; 64]),
        (&[0xff; 64], &[&[0][..], &[0xff; 64]].concat()),
    ] {
        let salt = Salt::from_bytes(bytes).unwrap();
        assert_eq!(salt.as_signed_bytes(), signed);
        assert_eq!(Salt::from_base64(&base64(signed)).unwrap(), salt);
        let v = oracle::verifier(&oracle::x(bytes, DEVICE.device_group_key(), DEVICE.device_key(), "secret"));
        let secret = DeviceSecret::from_text("secret").unwrap();
        let config = DeviceSecretVerifierConfig::derive(DEVICE, &secret, &salt);
        assert_eq!(config.salt(), base64(signed));
        assert_eq!(config.password_verifier(), base64(&oracle::signed(&v)));
    }
}

#[test]
fn malformed_salts_are_rejected() {
    assert_eq!(Salt::from_bytes(&[]), Err(Error::SaltEmpty));
    assert_eq!(Salt::from_bytes(&[1; 65]), Err(Error::SaltTooLong));
    for (text, error) in [
        ("", Error::SaltEmpty),
        ("gA==", Error::SaltNegative),
        ("/////////////////////w==", Error::SaltNegative),
        ("AAE=", Error::SaltNotMinimal),
        ("AAA=", Error::SaltNotMinimal),
        ("AQ", Error::SaltNotBase64),
        ("AQ=", Error::SaltNotBase64),
        ("AR==", Error::SaltNotBase64),
        ("A_-b", Error::SaltNotBase64),
        (" AQ==", Error::SaltNotBase64),
        ("AQ==\n", Error::SaltNotBase64),
        ("AQ==AQ==", Error::SaltNotBase64),
        ("☃", Error::SaltNotBase64),
        (&base64(&[1; 65]), Error::SaltTooLong),
        (&base64(&[1; 66]), Error::SaltTooLong),
        (&base64(&[1; 1000]), Error::SaltTooLong),
    ] {
        assert_eq!(Salt::from_base64(text), Err(error), "{text}");
    }
}

#[test]
fn malformed_verifiers_are_rejected() {
    let n = oracle::n();
    let signed = |number: &BigUint| base64(&oracle::signed(number));
    let parse = |verifier: &str| DeviceSecretVerifierConfig::from_base64(verifier, "AQ==");
    for good in [BigUint::from(1u8), &n - 1u8, BigUint::from(0x80u8), BigUint::from(1u8) << 3071] {
        let config = parse(&signed(&good)).unwrap();
        assert_eq!((config.password_verifier(), config.salt()), (signed(&good).as_str(), "AQ=="));
    }
    let huge = base64(&oracle::signed(&(BigUint::from(1u8) << 4000)));
    for (verifier, error) in [
        ("", Error::VerifierOutOfRange),
        ("AA==", Error::VerifierOutOfRange),
        (&signed(&n), Error::VerifierOutOfRange),
        (&signed(&(&n + 1u8)), Error::VerifierOutOfRange),
        (&signed(&((BigUint::from(1u8) << 3072) - 1u8)), Error::VerifierOutOfRange),
        (&signed(&(BigUint::from(1u8) << 3072)), Error::VerifierOutOfRange),
        (&huge, Error::VerifierOutOfRange),
        (&base64(&oracle::padded(&(&n - 1u8))), Error::VerifierNegative),
        ("gA==", Error::VerifierNegative),
        ("AAE=", Error::VerifierNotMinimal),
        (&base64(&oracle::padded(&BigUint::from(1u8))), Error::VerifierNotMinimal),
        ("AQ", Error::VerifierNotBase64),
        ("AR==", Error::VerifierNotBase64),
        ("A_-b", Error::VerifierNotBase64),
        (" AQ==", Error::VerifierNotBase64),
        ("AQ== ", Error::VerifierNotBase64),
    ] {
        assert_eq!(parse(verifier), Err(error), "{verifier}");
    }
    assert_eq!(DeviceSecretVerifierConfig::from_base64("AQ==", "gA=="), Err(Error::SaltNegative));
}

#[test]
fn entropy_becomes_the_secret_and_the_salt_and_is_wiped() {
    for first in 0..=255 {
        let becomes = match first {
            0x00 | 0x80 => 0x40,
            0x01..=0x7f => first,
            0x81..=0xff => first - 0x80,
        };
        let mut entropy: [u8; 56] = std::array::from_fn(|i| i as u8 + 3);
        entropy[40] = first;
        let secret = base64(&entropy[..40]);
        let mut salt = entropy[40..].to_vec();
        salt[0] = becomes;
        let registration = DeviceRegistration::from_entropy(DEVICE, &mut entropy).unwrap();
        assert_eq!(registration.secret().expose_secret(), secret);
        assert_eq!(registration.config().salt(), base64(&salt));
        let again = DeviceSecret::from_text(&secret).unwrap();
        let derived = DeviceSecretVerifierConfig::derive(DEVICE, &again, &Salt::from_bytes(&salt).unwrap());
        assert_eq!(*registration.config(), derived);
        assert_eq!(entropy, [0; 56]);
    }
    // all zeros, and either part of them
    for zeros in [0..56, 0..40, 40..56] {
        let mut entropy = [7; 56];
        entropy[zeros].fill(0);
        let error = DeviceRegistration::from_entropy(DEVICE, &mut entropy).err();
        assert_eq!((error, entropy), (Some(Error::RandomnessUnavailable), [0; 56]));
    }
}

#[test]
fn secrets_of_other_clients_are_accepted_unchanged() {
    assert_eq!(DeviceSecret::from_text("").err(), Some(Error::DeviceSecretEmpty));
    let long = "ä".repeat(100_000);
    for text in ["a", "1b40c514-86b3-4110-87fc-853ac6733065", "\0", &long] {
        let secret = DeviceSecret::from_text(text).unwrap();
        assert_eq!(secret.expose_secret(), text);
        let config = DeviceSecretVerifierConfig::derive(DEVICE, &secret, &Salt::from_bytes(&[9]).unwrap());
        let v = oracle::verifier(&oracle::x(&[9], DEVICE.device_group_key(), DEVICE.device_key(), text));
        assert_eq!(config.password_verifier(), base64(&oracle::signed(&v)));
    }
}
