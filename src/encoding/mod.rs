//! Bytes and texts in fixed buffers: signed big-endian, hexadecimal and base64. Independent of the protocol.
//!
//! This crate has its own base64 and hexadecimal. With base64ct and base16ct, a sign-in took 1.7 KB more flash on a Cortex-M4
//! and a Cortex-M0 at opt-level 3, and its image had two symbols of a panic.

mod base64;
mod characters;
mod hex;
mod signed;

pub(crate) use base64::{Base64, decode_base64, decode_base64_into, encode_base64};
pub(crate) use characters::fixed_chunks;
pub(crate) use hex::{Hex, NotHex, decode_hex};
pub(crate) use signed::{Bytes, NotSigned, unsigned};
