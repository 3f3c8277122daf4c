//! The combs' tables, computed again with big integers only.
//!
//! This is also their generator. When the shape of a comb in src/arithmetic/comb.rs has changed,
//! `COMB_TABLE_WRITE=1 cargo test --features std,__internals --test comb_table` writes src/arithmetic/comb/*.bin again.

use cognito_device_srp::__internals::{comb_tables, modulus, multiplier};
use num_bigint::BigUint;

mod common;

use common::oracle;

/// Column after column: for each of the 48 words of a residue, the lowest first, that of every entry, little-endian. Entry k of
/// column c is the product of 2^(2^(L + B (C t + c))) over the bits t of k, L = B + 10.
fn table(teeth: usize, columns: usize, rounds: usize) -> Vec<[u8; 8]> {
    let (n, one) = (oracle::n(), BigUint::from(1u8));
    let mut table = Vec::new();
    for column in 0..columns {
        let tooth =
            |tooth| oracle::g().modpow(&(&one << (rounds + 10 + rounds * (columns * tooth + column))), &n);
        let mut entries = vec![one.clone()];
        for power in (0..teeth).map(tooth) {
            entries.extend(entries.clone().iter().map(|entry| entry * &power % &n));
        }
        let entries = entries.iter().map(|entry| {
            let mut bytes = oracle::padded(entry);
            bytes.reverse();
            bytes
        });
        let entries: Vec<[u8; 384]> = entries.collect();
        table.extend((0..48).flat_map(|word| entries.iter().map(move |entry| entry.as_chunks().0[word])));
    }
    table
}

#[test]
fn tables_are_products_of_powers_of_two() {
    for comb in comb_tables() {
        let table = table(comb.teeth, comb.columns, comb.rounds);
        if std::env::var_os("COMB_TABLE_WRITE").is_some() {
            let path = format!("{}/src/arithmetic/comb/{}.bin", env!("CARGO_MANIFEST_DIR"), comb.name);
            std::fs::write(path, table.as_flattened()).unwrap();
        } else {
            assert_eq!(comb.words.len(), (48 * comb.columns) << comb.teeth, "{}", comb.name);
            for (at, (built_in, recomputed)) in comb.words.iter().zip(&table).enumerate() {
                assert!(built_in == recomputed, "{}: word {at}", comb.name);
            }
        }
    }
}

#[test]
fn n_computed_from_pi_is_that_of_the_group_and_gives_k() {
    assert_eq!(oracle::n(), BigUint::from_bytes_be(&modulus()));
    let k = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";
    assert_eq!(oracle::k(), BigUint::parse_bytes(k.as_bytes(), 16).unwrap());
    assert_eq!(oracle::k(), BigUint::from_bytes_be(&multiplier()));
}
