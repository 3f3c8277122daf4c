//! Hexadecimal numbers: written in lower case without leading zeros, read in either case and with an odd or even number of
//! digits.

use super::characters::{Run, value_in};
use crate::hygiene::ct;

const DIGITS: [Run; 3] = [(b'0', b'9', 0), (b'a', b'f', 10), (b'A', b'F', 10)];

/// A number as hexadecimal text: lower case without leading zeros, so the number of digits can be odd. Public.
#[derive(Clone, Copy)]
pub(crate) struct Hex<const MAX: usize> {
    text: [u8; MAX],
    start: usize,
}

impl<const MAX: usize> Hex<MAX> {
    pub(crate) fn encode<const LEN: usize>(unsigned: &[u8; LEN]) -> Self {
        const { assert!(MAX == 2 * LEN && LEN > 0) }
        let mut text = [0; MAX];
        for ([high, low], byte) in text.as_chunks_mut().0.iter_mut().zip(unsigned) {
            *high = hex_digit(u32::from(byte >> 4));
            *low = hex_digit(u32::from(byte & 15));
        }
        let start = text.iter().take_while(|&&digit| digit == b'0').count().min(MAX - 1);
        Self { text, start }
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = self.text.get(self.start..).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

/// The digit of four bits. Constant time, so that the trace of a sign-in is the same for all ephemerals.
fn hex_digit(bits: u32) -> u8 {
    let letter = ct::Mask::less(9, bits).as_i32() & i32::from(b'a' - b'0' - 10);
    (bits as i32 + i32::from(b'0') + letter) as u8
}

/// Why a text is not a hexadecimal number of a given size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotHex {
    Malformed,
    TooLong,
}

/// The number of a hexadecimal text, in either case, with an odd or even number of digits. Leading zeros are allowed, but at
/// most one byte of them beyond `LEN` bytes. A sign, a prefix or white space is rejected.
pub(crate) fn decode_hex<const LEN: usize>(text: &str) -> Result<[u8; LEN], NotHex> {
    let mut number = [0; LEN];
    let mut bytes = number.iter_mut().rev();
    let (mut all, mut beyond) = (0, 0);
    for pair in text.as_bytes().rchunks(2) {
        let mut byte = 0;
        for &digit in pair {
            let value = value_in(&DIGITS, digit);
            byte = byte << 4 | value;
            all |= value;
        }
        match bytes.next() {
            Some(to) => *to = byte as u8,
            None => beyond |= byte,
        }
    }
    if text.is_empty() || all < 0 {
        Err(NotHex::Malformed)
    } else if text.len() > 2 * LEN + 2 || beyond != 0 {
        Err(NotHex::TooLong)
    } else {
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_written_without_leading_zeros_and_read_strictly() {
        for (bytes, text) in [([0, 0], "0"), ([0, 10], "a"), ([1, 0x2f], "12f"), ([0xff, 0xff], "ffff")] {
            assert_eq!(Hex::<4>::encode(&bytes).as_str(), text);
            assert_eq!(decode_hex::<2>(text), Ok(bytes));
        }
        for text in ["12F", "012f", "0012F", "00012f"] {
            assert_eq!(decode_hex::<2>(text), Ok([1, 0x2f]), "{text}");
        }
        for text in ["", "-1f", "+1f", "0x1f", " 1f", "1f ", "1f\n", "xyz", "1_f", "١"] {
            assert_eq!(decode_hex::<2>(text), Err(NotHex::Malformed), "{text}");
        }
        for text in ["10000", "f0000", "0000001", "010000", "ffffff"] {
            assert_eq!(decode_hex::<2>(text), Err(NotHex::TooLong), "{text}");
        }
    }

    #[test]
    fn every_digit_is_decoded_and_no_other_byte() {
        for byte in 0..=u8::MAX {
            let digit = (byte as char).to_digit(16);
            assert_eq!(value_in(&DIGITS, byte), digit.map_or(-1, |digit| digit as i32), "{byte:#x}");
        }
    }
}
