//! What tests share: a device, the published cases, text of bytes, and the protocol in big integers.
#![allow(dead_code, unused_imports, unused_macros, reason = "each test uses its part")]
#![allow(missing_docs, unreachable_pub, reason = "a module of tests")]

pub mod oracle;

use cognito_device_srp::Device;
use serde_json::Value;
use std::collections::HashSet;

pub const DEVICE_GROUP_KEY: &str = "-NXiVKS5p";
pub const DEVICE_KEY: &str = "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8";
pub const DEVICE: Device<'_> = match Device::new(DEVICE_GROUP_KEY, DEVICE_KEY) {
    Ok(device) => device,
    Err(_) => panic!(),
};
pub const SECRET_BLOCK: &str = "k3dX8yL3YxhLlZLasmbzTkU=";

/// Entropy of which no 8 bytes come up elsewhere by chance.
pub const ENTROPY: [u8; 56] = {
    let mut entropy = [0; 56];
    let mut i = 0;
    while i < 56 {
        entropy[i] = (i as u8).wrapping_mul(151) ^ 0xa7;
        i += 1;
    }
    entropy
};

pub fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// A secret to search memory for, with its name.
pub type Needle = (&'static str, Vec<u8>);

/// The offsets in each needle of the 8 bytes that memory contains.
pub fn found(memory: &[u8], needles: &[Needle]) -> Vec<(&'static str, usize)> {
    let windows: HashSet<_> = memory.windows(8).collect();
    let offsets = |needle: &[u8]| -> Vec<_> {
        let found = needle.windows(8).enumerate().filter(|(_, bytes)| windows.contains(bytes));
        found.map(|(offset, _)| offset).collect()
    };
    needles.iter().flat_map(|(name, needle)| offsets(needle).into_iter().map(|at| (*name, at))).collect()
}

/// A file of vectors/, by its name without the ending.
pub fn vectors(name: &str) -> Value {
    let path = format!("{}/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The text of a case's field.
pub fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_else(|| panic!("{}: no {field}", case["name"]))
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of hexadecimal of any parity.
pub fn unhex(hex: &str) -> Vec<u8> {
    let digits = if hex.len().is_multiple_of(2) { hex.to_owned() } else { format!("0{hex}") };
    (0..digits.len() / 2).map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// RFC 4648 base64, by bits.
pub fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0, |bits, &byte| bits << 8 | usize::from(byte)) << (8 * (3 - chunk.len()));
        text.extend((0..=chunk.len()).map(|i| char::from(digits[bits >> (18 - 6 * i) & 63])));
        text.push_str(&"=="[..3 - chunk.len()]);
    }
    text
}

/// Whether a type has a trait: an inherent constant goes before one of a trait, where its bound holds.
macro_rules! is {
    ($type:ty: $($bound:tt)+) => {{
        struct Probe<T>(core::marker::PhantomData<T>);
        #[allow(dead_code, reason = "unused where the bound holds")]
        trait Otherwise {
            const IS: bool = false;
        }
        impl<T> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "unused where the bound does not hold")]
        impl<T: $($bound)+> Probe<T> {
            const IS: bool = true;
        }
        Probe::<$type>::IS
    }};
}
pub(crate) use is;
