//! Bytes and texts in fixed buffers: signed big-endian, hexadecimal and base64. No word of the protocol.

mod base64;
mod characters;
mod hex;
mod signed;

pub(crate) use base64::{Base64, decode_base64, encode_base64};
pub(crate) use characters::fixed_chunks;
pub(crate) use hex::{Hex, NotHex, decode_hex};
pub(crate) use signed::{Bytes, NotSigned, unsigned};
