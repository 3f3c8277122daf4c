//! Random identifiers and handles.

use super::failure::Failure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

pub(super) fn bytes<const LEN: usize>() -> Result<[u8; LEN], Failure> {
    let mut bytes = [0; LEN];
    getrandom::fill(&mut bytes).map_err(|_| Failure::internal())?;
    Ok(bytes)
}

/// `2 * LEN` hexadecimal digits.
pub(super) fn hex<const LEN: usize>() -> Result<String, Failure> {
    Ok(bytes::<LEN>()?.iter().fold(String::new(), |mut text, byte| {
        // writing to a string does not fail
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Base64 of `LEN` bytes.
pub(super) fn base64<const LEN: usize>() -> Result<String, Failure> {
    Ok(STANDARD.encode(bytes::<LEN>()?))
}

pub(super) fn uuid() -> Result<uuid::Uuid, Failure> {
    Ok(uuid::Builder::from_random_bytes(bytes()?).into_uuid())
}
