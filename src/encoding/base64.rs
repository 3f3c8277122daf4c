//! Base64 of RFC 4648 section 4: standard alphabet, padded, canonical. Encoding is constant time, and decoding is strict.

use super::characters::{Run, value_in};
use super::signed::Bytes;
use core::fmt;

const ALPHABET: [Run; 5] =
    [(b'A', b'Z', 0), (b'a', b'z', 26), (b'0', b'9', 52), (b'+', b'+', 62), (b'/', b'/', 63)];

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

    pub(crate) fn encode_array<const LEN: usize>(bytes: &[u8; LEN]) -> Self {
        Self::encode(&Bytes::new(*bytes, LEN))
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = self.text.get(..self.len).unwrap_or_default();
        // SAFETY: ASCII, since only `encode` writes it. (A check at run time would be as large as the encoder.)
        unsafe { core::str::from_utf8_unchecked(text) }
    }
}

impl<const MAX: usize> fmt::Debug for Base64<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// As many characters as a register holds, one in each byte.
#[cfg(target_pointer_width = "64")]
type Word = u64;
#[cfg(not(target_pointer_width = "64"))]
type Word = u32;

/// The number of characters in a [`Word`], and the number of bytes that they encode.
const CHARACTERS: usize = size_of::<Word>();
const BYTES: usize = CHARACTERS / 4 * 3;

/// Writes the base64 of `bytes`, and returns its length. Constant time for `bytes` of the same length. Requires `text` to be
/// long enough.
#[inline(never)] // flash: one encoder for all sizes
pub(crate) fn encode_base64(bytes: &[u8], text: &mut [u8]) -> usize {
    let (groups, rest) = bytes.as_chunks::<BYTES>();
    let (words, _) = text.as_chunks_mut::<CHARACTERS>();
    for (word, group) in words.iter_mut().zip(groups) {
        *word = base64_characters(group);
    }
    let mut group = [0; BYTES];
    group.iter_mut().zip(rest).for_each(|(to, &byte)| *to = byte);
    let written = groups.len() * CHARACTERS;
    // one character more than bytes for each three bytes begun, and padding up to four
    let quads = usize::from(!rest.is_empty()) + usize::from(rest.len() > 3);
    let (significant, length) = (rest.len() + quads, 4 * quads);
    let last = base64_characters(&group).into_iter().enumerate().take(length);
    for (to, (i, character)) in text.iter_mut().skip(written).zip(last) {
        *to = if i < significant { character } else { b'=' };
    }
    written + length
}

/// The characters that encode these bytes.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))] // flash
fn base64_characters(bytes: &[u8; BYTES]) -> [u8; CHARACTERS] {
    /// The mask, repeated in each 32 bits of a word.
    const fn each(mask: u32) -> Word {
        Word::MAX / u32::MAX as Word * mask as Word
    }
    const EACH: Word = each(0x0101_0101);
    // first 24 bits in each 32 bits, then 12 in each 16, then 6 in each byte
    let mut bits = bytes.iter().fold(0, |word, &byte| word << 8 | Word::from(byte));
    if BYTES == 6 {
        bits = bits >> (BYTES * 4) << (CHARACTERS * 4)
            | bits & each(0x00ff_ffff) & !(Word::MAX << (CHARACTERS * 4));
    }
    bits = (bits & each(0x00ff_f000)) << 4 | bits & each(0x0000_0fff);
    bits = (bits & each(0x0fc0_0fc0)) << 2 | bits & each(0x003f_003f);
    // The alphabet has five runs of consecutive characters. The distance from number to character changes at the end of each.
    let mut distance = EACH * 65;
    for (last, change) in [(25, 65 ^ 71), (51, 71 ^ 252), (61, 252 ^ 237), (62, 237 ^ 240)] {
        let beyond = (bits + EACH * (127 - last)) >> 7 & EACH;
        distance ^= (beyond * 0xff) & (EACH * change);
    }
    // the sum mod 256 in each byte
    let characters = (bits + (distance & (EACH * 0x7f))) ^ (distance & (EACH * 0x80));
    characters.to_be_bytes()
}

/// The bytes of a canonical base64 text with padding. `None` if the text is anything else, or has more than `MAX` bytes. `MAX`
/// must be a multiple of three.
pub(crate) fn decode_base64<const MAX: usize>(text: &str) -> Option<Bytes<MAX>> {
    const { assert!(MAX.is_multiple_of(3)) }
    let mut bytes = [0; MAX];
    let len = decode_base64_into(&mut bytes, text.as_bytes())?;
    Some(Bytes::new(bytes, len))
}

/// [`decode_base64`] into a buffer of any size. Returns the number of bytes. The time depends on the length and the padding of
/// the text and on whether and where it is invalid, and on no other character.
#[inline(never)] // flash: one decoder for all sizes
pub(crate) fn decode_base64_into(bytes: &mut [u8], text: &[u8]) -> Option<usize> {
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
            let bits = value_in(&ALPHABET, character);
            word = word << 6 | bits;
            all |= bits;
        }
        word <<= 6 * padding;
        // the last one or two bytes are extended to three, and the other bits must be zero
        if all < 0 || padding > 2 || word & ((1 << (8 * padding)) - 1) != 0 {
            return None;
        }
        let [_, triple @ ..] = word.to_be_bytes();
        *triples.next()? = triple;
        len += 3 - padding;
    }
    Some(len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::{Engine as _, engine::general_purpose::STANDARD};

    /// The alphabet. Each character is checked in each place of a word, with the highest numbers in the others.
    fn alphabet() -> [u8; 64] {
        core::array::from_fn(|value| {
            let at_each = core::array::from_fn::<_, CHARACTERS, _>(|place| {
                let bits = (0..CHARACTERS)
                    .fold(0u64, |bits, i| bits << 6 | if i == place { value as u64 } else { 63 });
                base64_characters(bits.to_be_bytes().last_chunk().unwrap())[place]
            });
            assert_eq!(at_each, [at_each[0]; CHARACTERS]);
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
    fn every_character_is_decoded_and_no_other_byte() {
        let base64 = alphabet();
        for byte in 0..=u8::MAX {
            let place = base64.iter().position(|&character| character == byte);
            assert_eq!(value_in(&ALPHABET, byte), place.map_or(-1, |place| place as i32), "{byte:#x}");
        }
    }

    #[test]
    fn only_canonical_base64_is_decoded() {
        let bytes = decode_base64::<3>("+/8=").unwrap();
        assert_eq!(bytes.as_slice(), [0xfb, 0xff]);
        assert_eq!(Base64::<4>::encode(&bytes).as_str(), "+/8=");
        for bad in ["+/8", "-_8=", "+/9=", " +/8=", "+/8=\n", "+/8==", "=", "AAAAAAAA", "A"] {
            assert!(decode_base64::<3>(bad).is_none(), "{bad:?}");
        }
        // nothing follows what is padded
        for bad in ["+/8=+/8=", "+w==AAAA"] {
            assert!(decode_base64::<6>(bad).is_none(), "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn another_implementation_decodes_the_same(text in "[+/8A=_ é]{0,13}") {
            let ours = decode_base64::<12>(&text).map(|bytes| bytes.as_slice().to_vec());
            proptest::prop_assert_eq!(ours, STANDARD.decode(&text).ok());
        }
    }
}
