//! *Signed big-endian*: the shortest two's complement of a number that is not negative, as Java's `BigInteger.toByteArray`
//! gives it. Leading zero bytes are dropped. Then one is put in front if the top bit is set. The number zero is one zero byte.
//! Other clients call it padHex. (RFC 5054's PAD is something else.)

use crate::hygiene::{ct, wipe::wipe};
use zeroize::Zeroize;

/// Up to `MAX` bytes in place. Not wiped on drop: a caller that stores secrets must wipe it.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<const MAX: usize> {
    bytes: [u8; MAX],
    len: usize,
}

impl<const MAX: usize> Bytes<MAX> {
    /// The first `len` of `bytes`. Requires `len` <= `MAX`.
    pub(super) fn new(bytes: [u8; MAX], len: usize) -> Self {
        debug_assert!(len <= MAX);
        Self { bytes, len }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The signed form of an unsigned big-endian number, which can have leading zeros. The length of the signed form and
    /// whether it has a sign byte become public, because the protocol hashes exactly these bytes. Constant time in everything
    /// else.
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

/// Why bytes are not the signed big-endian form of a number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSigned {
    Empty,
    Negative,
    NotMinimal,
}

/// The unsigned bytes of a number in signed form: without the zero byte that only carries the sign.
pub(crate) fn unsigned(signed: &[u8]) -> Result<&[u8], NotSigned> {
    match signed {
        [] => Err(NotSigned::Empty),
        [first, ..] if *first >= 0x80 => Err(NotSigned::Negative),
        [0, next, ..] if *next < 0x80 => Err(NotSigned::NotMinimal),
        [0, rest @ ..] if !rest.is_empty() => Ok(rest),
        _ => Ok(signed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn every_byte_is_wiped() {
        let mut bytes = Bytes::<5>::signed(&[0xff; 4]);
        bytes.zeroize();
        assert_eq!(bytes.bytes, [0; 5]);
    }

    #[test]
    fn only_the_signed_form_is_decoded() {
        assert_eq!(unsigned(&[]), Err(NotSigned::Empty));
        assert_eq!(unsigned(&[0x80]), Err(NotSigned::Negative));
        assert_eq!(unsigned(&[0xff, 0]), Err(NotSigned::Negative));
        assert_eq!(unsigned(&[0, 0]), Err(NotSigned::NotMinimal));
        assert_eq!(unsigned(&[0, 0x7f]), Err(NotSigned::NotMinimal));
        assert_eq!(unsigned(&[0]), Ok(&[0][..]));
        assert_eq!(unsigned(&[0, 0x80]), Ok(&[0x80][..]));
    }
}
