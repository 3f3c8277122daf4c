//! The combs' tables, recomputed by big integers alone.
//!
//! This is their generator too: `COMB_TABLE_WRITE=1 cargo test --features __internals --test comb_table` writes
//! src/comb/*.bin anew, after the shape of a comb in src/comb.rs was changed.

use cognito_device_srp::__internals::comb_tables;
use num_bigint::BigUint;

mod oracle;

/// Entry k of column c is the product of 2^(2^(L + B (C t + c))) over the bits t of k, L = B + 10, little-endian.
fn table(teeth: usize, columns: usize, rounds: usize) -> Vec<[u8; 384]> {
    let (n, one) = (oracle::n(), BigUint::from(1u8));
    let mut table = Vec::new();
    for column in 0..columns {
        let tooth =
            |tooth| oracle::g().modpow(&(&one << (rounds + 10 + rounds * (columns * tooth + column))), &n);
        let mut entries = vec![one.clone()];
        for power in (0..teeth).map(tooth) {
            entries.extend(entries.clone().iter().map(|entry| entry * &power % &n));
        }
        table.extend(entries.iter().map(|entry| {
            let mut bytes = oracle::padded(entry);
            bytes.reverse();
            bytes
        }));
    }
    table
}

#[test]
fn tables_are_products_of_powers_of_two() {
    for comb in comb_tables() {
        let table = table(comb.teeth, comb.columns, comb.rounds);
        if std::env::var_os("COMB_TABLE_WRITE").is_some() {
            let path = format!("{}/src/comb/{}.bin", env!("CARGO_MANIFEST_DIR"), comb.name);
            std::fs::write(path, table.as_flattened()).unwrap();
        } else {
            assert_eq!(comb.entries.len(), comb.columns << comb.teeth, "{}", comb.name);
            for (at, (built_in, recomputed)) in comb.entries.iter().zip(&table).enumerate() {
                assert!(built_in == recomputed, "{}: entry {at}", comb.name);
            }
        }
    }
}

#[test]
fn n_rebuilt_from_pi_is_the_groups_and_k_follows() {
    // 2^-x 2^x = 1 would not hold for another modulus: the crate's own residue of 2^(2^256 - 1) agrees with n's
    let all_ones = cognito_device_srp::__internals::pow_g_on(
        cognito_device_srp::__internals::backends()[0],
        &[0xff; 32],
    );
    assert_eq!(all_ones, oracle::padded(&oracle::verifier(&[0xff; 32])));
    let k = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";
    assert_eq!(oracle::k(), BigUint::parse_bytes(k.as_bytes(), 16).unwrap());
}
