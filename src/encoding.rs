//! Bytes and texts in fixed buffers: signed big-endian, hexadecimal and base64. No word of the protocol.
//!
//! *Signed big-endian* is the shortest two's complement of a number that is not negative, as Java's
//! `BigInteger.toByteArray` gives it: leading zero bytes dropped, then one put in front if the top bit is set;
//! zero is one zero byte. Other clients call the act padHex. (RFC 5054's PAD is another thing.)

use crate::hygiene::ct;
use crate::hygiene::wipe::wipe;
use core::fmt;
use zeroize::Zeroize;

/// Up to `MAX` bytes in place. Wiped by those who put secrets in.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<const MAX: usize> {
    bytes: [u8; MAX],
    len: usize,
}

impl<const MAX: usize> Bytes<MAX> {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The signed form of an unsigned big-endian number, zeros in front allowed. Makes its length and whether it has
    /// a sign byte public, since the protocol hashes exactly so many bytes; constant time in all else.
    #[doc(alias = "padHex")]
    pub(crate) fn signed<const LEN: usize>(unsigned: &[u8; LEN]) -> Self {
        const { assert!(MAX > LEN) }
        let zeros = ct::reveal_leading_zeros(unsigned);
        let magnitude = unsigned.get(zeros..).unwrap_or_default();
        let sign = magnitude.first().map_or(1, |&byte| ct::reveal(usize::from(byte >> 7)));
        let mut signed = Self { bytes: [0; MAX], len: sign + magnitude.len() };
        for (to, &byte) in signed.bytes.iter_mut().skip(sign).zip(magnitude) {
            *to = byte;
        }
        signed
    }
}

impl<const MAX: usize> Zeroize for Bytes<MAX> {
    fn zeroize(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// How bytes fail to be signed big-endian of a number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSigned {
    Empty,
    Negative,
    NotMinimal,
}

/// The number that signed big-endian bytes stand for, unsigned: without the byte that is sign alone.
pub(crate) fn unsigned(signed: &[u8]) -> Result<&[u8], NotSigned> {
    match signed {
        [] => Err(NotSigned::Empty),
        [first, ..] if *first >= 0x80 => Err(NotSigned::Negative),
        [0, next, ..] if *next < 0x80 => Err(NotSigned::NotMinimal),
        [0, rest @ ..] if !rest.is_empty() => Ok(rest),
        _ => Ok(signed),
    }
}

/// Base64 (RFC 4648 section 4: standard alphabet, padded) of up to 3/4 `MAX` bytes. Public text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base64<const MAX: usize> {
    text: [u8; MAX],
    len: usize,
}

impl<const MAX: usize> Base64<MAX> {
    pub(crate) fn encode<const LEN: usize>(bytes: &Bytes<LEN>) -> Self {
        const { assert!(MAX >= LEN.div_ceil(3) * 4) }
        let mut text = [0; MAX];
        let len = encode_base64(bytes.as_slice(), &mut text);
        Self { text, len }
    }

    pub(crate) fn of<const LEN: usize>(bytes: &[u8; LEN]) -> Self {
        Self::encode(&Bytes { bytes: *bytes, len: LEN })
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = self.text.get(..self.len).unwrap_or_default();
        // SAFETY: ASCII, since none but `encode` writes it. The check that would find so is of the size of the encoder.
        unsafe { core::str::from_utf8_unchecked(text) }
    }
}

impl<const MAX: usize> fmt::Debug for Base64<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Writes the base64 of `bytes`, in constant time for those of a length. Returns its length. Requires room for it.
#[inline(never)]
pub(crate) fn encode_base64(bytes: &[u8], text: &mut [u8]) -> usize {
    let mut length = 0;
    for (quad, triple) in text.as_chunks_mut::<4>().0.iter_mut().zip(pieces::<3>(bytes)) {
        let word =
            triple.iter().fold(0, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - triple.len()));
        let bits = word >> 18 | (word >> 12 & 63) << 8 | (word >> 6 & 63) << 16 | (word & 63) << 24;
        *quad = base64_characters(bits).to_le_bytes();
        quad.iter_mut().skip(triple.len() + 1).for_each(|character| *character = b'=');
        length += 4;
    }
    length
}

/// What `bytes.chunks(SIZE)` gives, without a division that the compiler, which may not see the size, has to guard.
pub(crate) fn pieces<const SIZE: usize>(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (whole, rest) = bytes.as_chunks::<SIZE>();
    whole.iter().map(<[u8; SIZE]>::as_slice).chain((!rest.is_empty()).then_some(rest))
}

/// The characters of four times six bits, each in a byte. The alphabet has five runs; the distance to the characters changes
/// where one ends.
fn base64_characters(bits: u32) -> u32 {
    const EACH: u32 = 0x0101_0101;
    let mut distance = EACH * 65;
    for (last, change) in [(25, 65 ^ 71), (51, 71 ^ 252), (61, 252 ^ 237), (62, 237 ^ 240)] {
        let beyond = (bits + EACH * (127 - last)) >> 7 & EACH;
        distance ^= (beyond * 0xff) & (EACH * change);
    }
    // the sum mod 256 in each byte
    (bits + (distance & (EACH * 0x7f))) ^ (distance & (EACH * 0x80))
}

/// The bytes of a base64 text as it is written: canonical, padded, nothing around it. `None` if it is not that, or
/// holds more than `MAX` bytes, of which there must be a multiple of three.
pub(crate) fn decode_base64<const MAX: usize>(text: &str) -> Option<Bytes<MAX>> {
    const { assert!(MAX.is_multiple_of(3)) }
    let mut bytes = [0; MAX];
    let len = decode_base64_into(&mut bytes, text.as_bytes())?;
    Some(Bytes { bytes, len })
}

/// The same for room of any size. Returns the number of bytes. For public text; its time depends on its length and on
/// whether and where it is wrong.
#[inline(never)]
fn decode_base64_into(bytes: &mut [u8], text: &[u8]) -> Option<usize> {
    let (quads, []) = text.as_chunks::<4>() else { return None };
    let mut triples = bytes.as_chunks_mut::<3>().0.iter_mut();
    let (mut len, mut padding) = (0, 0);
    for quad in quads {
        if padding > 0 {
            return None;
        }
        padding = quad.iter().rev().take_while(|&&character| character == b'=').count();
        let (mut word, mut all) = (0, 0);
        for &character in quad.iter().take(4 - padding) {
            let bits = value_in(&BASE64, character);
            word = word << 6 | bits;
            all |= bits;
        }
        word <<= 6 * padding;
        // one or two bytes are padded to a triple, and its other bits are zero
        if all < 0 || padding > 2 || word & ((1 << (8 * padding)) - 1) != 0 {
            return None;
        }
        let [_, triple @ ..] = word.to_be_bytes();
        *triples.next()? = triple;
        len += 3 - padding;
    }
    Some(len)
}

/// Characters that follow one another: the first, the last, and what the first stands for.
type Run = (u8, u8, u8);

const BASE64: [Run; 5] =
    [(b'A', b'Z', 0), (b'a', b'z', 26), (b'0', b'9', 52), (b'+', b'+', 62), (b'/', b'/', 63)];
const HEX: [Run; 3] = [(b'0', b'9', 0), (b'a', b'f', 10), (b'A', b'F', 10)];

/// What a character stands for; -1 if it is in none of the runs. In constant time, so that the trace of a proof, which reads
/// the texts that it wrote, is the same for all secrets.
#[inline(never)]
fn value_in(runs: &[Run], character: u8) -> i32 {
    let character = u32::from(character);
    runs.iter().fold(-1, |value, &(first, last, stands_for)| {
        let [first, last, stands_for] = [first, last, stands_for].map(u32::from);
        let from_one = character.wrapping_sub(first).wrapping_add(stands_for + 1) as i32;
        value + (ct::Mask::within(first, last, character).as_i32() & from_one)
    })
}

/// A number as hexadecimal text: lower case, no zero in front, so of odd length as often as not. Public.
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

/// The digit of four bits, in constant time, so that the trace of a sign-in is the same for all ephemerals.
fn hex_digit(bits: u32) -> u8 {
    let letter = ct::Mask::less(9, bits).as_i32() & i32::from(b'a' - b'0' - 10);
    (bits as i32 + i32::from(b'0') + letter) as u8
}

/// How a text fails to be a hexadecimal number of a given size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotHex {
    Malformed,
    TooLong,
}

/// The number that hexadecimal digits stand for, of either case and any parity, with zeros in front. Nothing else
/// may be in the text: no sign, no prefix, no white space. At most one byte of zeros more than `LEN` is read.
pub(crate) fn decode_hex<const LEN: usize>(text: &str) -> Result<[u8; LEN], NotHex> {
    let mut number = [0; LEN];
    let mut bytes = number.iter_mut().rev();
    let (mut all, mut beyond) = (0, 0);
    for pair in text.as_bytes().rchunks(2) {
        let mut byte = 0;
        for &digit in pair {
            let value = value_in(&HEX, digit);
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
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    #[test]
    fn signed_is_the_shortest_twos_complement() {
        let cases: [([u8; 4], &[u8]); 8] = [
            ([0, 0, 0, 0], &[0]),
            ([0, 0, 0, 1], &[1]),
            ([0, 0, 0x7f, 0xff], &[0x7f, 0xff]),
            ([0, 0, 0, 0x80], &[0, 0x80]),
            ([0, 0, 0x80, 0], &[0, 0x80, 0]),
            ([0x7f, 0, 0, 0], &[0x7f, 0, 0, 0]),
            ([0x80, 0, 0, 0], &[0, 0x80, 0, 0, 0]),
            ([0xff; 4], &[0, 0xff, 0xff, 0xff, 0xff]),
        ];
        for (given, wanted) in cases {
            assert_eq!(Bytes::<5>::signed(&given).as_slice(), wanted, "{given:x?}");
            let magnitude = unsigned(wanted).unwrap();
            assert!(given.ends_with(magnitude), "{given:x?}");
        }
    }

    #[test]
    fn unsigned_takes_only_the_signed_form() {
        assert_eq!(unsigned(&[]), Err(NotSigned::Empty));
        assert_eq!(unsigned(&[0x80]), Err(NotSigned::Negative));
        assert_eq!(unsigned(&[0xff, 0]), Err(NotSigned::Negative));
        assert_eq!(unsigned(&[0, 0]), Err(NotSigned::NotMinimal));
        assert_eq!(unsigned(&[0, 0x7f]), Err(NotSigned::NotMinimal));
        assert_eq!(unsigned(&[0]), Ok(&[0][..]));
        assert_eq!(unsigned(&[0, 0x80]), Ok(&[0x80][..]));
    }

    #[test]
    fn hex_is_minimal_one_way_and_strict_the_other() {
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

    /// Each character as it comes out of each place, beside the highest ones.
    fn alphabet() -> [u8; 64] {
        core::array::from_fn(|bits| {
            let at_each = core::array::from_fn::<_, 4, _>(|place| {
                let bits = 0x3f3f_3f3f & !(63 << (8 * place)) | (bits as u32) << (8 * place);
                base64_characters(bits).to_le_bytes()[place]
            });
            assert_eq!(at_each, [at_each[0]; 4]);
            at_each[0]
        })
    }

    #[test]
    fn base64_has_every_character_and_both_paddings() {
        let bytes: [u8; 256] = core::array::from_fn(|i| (i as u8).wrapping_mul(75));
        for len in 0..=bytes.len() {
            let mut text = [0; 344];
            let text_len = encode_base64(&bytes[..len], &mut text);
            let text = core::str::from_utf8(&text[..text_len]).unwrap();
            assert_eq!(text, STANDARD.encode(&bytes[..len]));
            assert_eq!(decode_base64::<258>(text).unwrap().as_slice(), &bytes[..len]);
        }
        assert_eq!(alphabet(), *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    }

    #[test]
    fn every_byte_has_its_value() {
        let base64 = alphabet();
        for byte in 0..=u8::MAX {
            let place = base64.iter().position(|&character| character == byte);
            assert_eq!(value_in(&BASE64, byte), place.map_or(-1, |place| place as i32), "{byte:#x}");
            let digit = (byte as char).to_digit(16);
            assert_eq!(value_in(&HEX, byte), digit.map_or(-1, |digit| digit as i32), "{byte:#x}");
        }
    }

    #[test]
    fn base64_is_strict_both_ways() {
        let bytes = decode_base64::<3>("+/8=").unwrap();
        assert_eq!(bytes.as_slice(), [0xfb, 0xff]);
        assert_eq!(Base64::<4>::encode(&bytes).as_str(), "+/8=");
        for bad in ["+/8", "-_8=", "+/9=", " +/8=", "+/8=\n", "+/8==", "=", "AAAAAAAA", "A"] {
            assert!(decode_base64::<3>(bad).is_none(), "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn base64_is_what_another_decoder_takes(text in "[+/8A=_ é]{0,13}") {
            let ours = decode_base64::<12>(&text).map(|bytes| bytes.as_slice().to_vec());
            proptest::prop_assert_eq!(ours, STANDARD.decode(&text).ok());
        }
    }
}
