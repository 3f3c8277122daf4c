//! N, the facts about it that the arithmetic uses, and numbers below it.
//!
//! Contract: numbers enter and leave this folder as [`Residue`]s: 384 bytes, big-endian, below N. The operations are in
//! [`power`](super::power). This file does not depend on a backend.

use crate::encoding::Bytes;
use crate::hygiene::wipe::wipe;

/// The length of a residue in bytes.
pub(crate) const BYTES: usize = 384;

/// N = 2^3072 - 2^3008 - 1 + 2^64 (floor(2^2942 pi) + 1690314), big-endian (RFC 3526 section 4).
pub(crate) const N: [u8; BYTES] = from_hex(
    b"\
      FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
      EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
      EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
      83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
      E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
      15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
      ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
      BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);

/// 2^6144 mod N: R^2 for R = 2^3072.
pub(crate) const TWO_TO_6144: [u8; BYTES] = from_hex(
    b"\
      5AC8B4FB51DF35DA44C4E4E431AD0295A332E8E3E0669E0F84895A7C5542F96C2AD479FE69695C75FAE1CD10648BEE54\
      FA022336F28DE7725CAA69009FBF543F9875D4C167DB7EDCAA05DA05C27FDD33AF0EC45CDC3960862276CB40571F2C1C\
      49CD9D705DA184D57139D0AB24B7E495A5DAF736BC8D5E9E109D099E16FD756877A5C747D85B0A838C6CBD34D5965134\
      A73D01032C4B8E907DED489E670D9C6F19C2883EEFC802AF0672A33D61E37F747CDA502EC043F99C9A678BF4439F12EB\
      5A7795D86ECC498719CC8D59563706FBB41A05F078024208BFD961D538D6FCDD4F12768256E88B53785483C608108C0C\
      3EFEF29DC3C0B3F41B9D01271D18F0C81CAEFC188A59BC7FB186424B83DF2859AF80D4B5443561C6FEA5187FA77DEDDA\
      1D93075AA993D1471EF22571E41A52B28AA61391ABB0B76ABC2B64CF26E335D7682AAB9A15B17FFAFC1187A5FA8406AB\
      AE1284023C6ED6A34335AACB64894D9695823215B15BA5774F30B920E5C1DB663587F06960E7F1382697CA9138D241CD",
);

/// 2^6240 mod N: R^2 for R = 2^3120.
#[cfg(any(all(target_arch = "x86_64", target_feature = "sse2"), test))]
pub(crate) const TWO_TO_6240: [u8; BYTES] = from_hex(
    b"\
      2C909A94C5E74AEC3AA1A10513FA2E52533DD329E53380A98F7CC6EB20C8817B8BA2476A21BF4C2AB6158282DF993C44\
      DC80BF8993E4FB61FA6547972CB3BC9B9CB28259F0128C297D92604B6C49D67540AED6085D86D86B1E3837B528C2C0A6\
      BBE4FE715AA9404BB8BCAEBB53EE42567D03AFD476CF2FFBC2032956417F07B591FD35D4D879F95D75F5AB7EA5C03654\
      CA4312FA0DC2C1AB32E208856856343D7EB596737C23DFE877832642C70E47D2C73CCFC4779874228D8CFFAF2D387DB7\
      B9534F9FE5122DDA0259D261543BE69E6D2C30070DDF6205C7FCD8F99C735E9CE01B6BCC3F3434FD0F846D832A670541\
      3E89D6CD52B2E6B25E1D3D6B232E0976FD6E5591A0C83EB55557ABD2638336BA6E9720B852C2F231F76C8E5A9862E5A2\
      A1EFFFB24E0327194E2122CB91BDE7FED0990C25C640ECAFEA54FEF08F0A684FB476A74A7CC693B4A6087C2952975637\
      352B2CB3D92D1AE98534CA6886AF364ED1CD8386C3E10FD6DAEE19DEEBD51F4A315FF5F8966E217251DF35DA5840647B",
);

/// A number in upper-case hexadecimal, at most 768 digits and an even number of them.
pub(crate) const fn from_hex<const DIGITS: usize>(text: &[u8; DIGITS]) -> [u8; BYTES] {
    const fn nibble(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            b'A'..=b'F' => digit - b'A' + 10,
            _ => panic!("not an upper-case hex digit"),
        }
    }
    let mut bytes = [0; BYTES];
    let mut i = 0;
    while i < DIGITS / 2 {
        bytes[BYTES - DIGITS / 2 + i] = nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]);
        i += 1;
    }
    bytes
}

// The facts about N that the backends use: its highest and its lowest 64 bits are all ones. So N = -1 mod 2^w for w = 32 and
// 64, and the Montgomery quotient digit is the low limb itself. Also 2^3072 - N < 2^3009, so 2^3072 < 2 N, and one subtraction
// of N reduces any 3072-bit number.
const _: () = {
    let mut i = 0;
    while i < 8 {
        assert!(N[i] == 0xff && N[BYTES - 1 - i] == 0xff);
        i += 1;
    }
};

pub(crate) static ONE: Residue = Residue::small(1);

/// A number below N, 384 bytes, big-endian. Wiped on drop.
pub(crate) struct Residue(pub(crate) [u8; BYTES]);

impl Residue {
    /// From at most 384 big-endian bytes. Leading zeros are allowed. `None` for 0, for N and above, and for more bytes.
    /// Variable time, for public numbers from outside.
    pub(crate) fn from_bytes_vartime(bytes: &[u8]) -> Option<Self> {
        let mut padded = [0; BYTES];
        let at = BYTES.checked_sub(bytes.len())?;
        padded.get_mut(at..)?.copy_from_slice(bytes);
        let in_range = padded.iter().any(|&byte| byte != 0) && padded < N;
        in_range.then_some(Self(padded))
    }

    pub(crate) const fn small(number: u8) -> Self {
        let mut bytes = [0; BYTES];
        bytes[BYTES - 1] = number;
        Self(bytes)
    }

    /// A number below 2^256, big-endian.
    pub(crate) const fn from_256_bits(bytes: &[u8; 32]) -> Self {
        let mut padded = [0; BYTES];
        let mut i = 0;
        while i < 32 {
            padded[BYTES - 32 + i] = bytes[i];
            i += 1;
        }
        Self(padded)
    }

    /// Its signed form.
    pub(crate) fn signed(&self) -> Bytes<{ BYTES + 1 }> {
        Bytes::signed(&self.0)
    }
}

impl Drop for Residue {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;

    #[test]
    fn constants_have_their_documented_values() {
        let two = BigUint::from(2u8);
        let n = BigUint::from_bytes_be(&N);
        // the order of 2 divides (N - 1) / 2, so no power of 2, and no entry of a table, is 0 mod N
        assert_eq!(two.modpow(&((&n - 1u8) >> 1u8), &n), BigUint::from(1u8));
        assert_eq!(BigUint::from_bytes_be(&TWO_TO_6144), two.modpow(&BigUint::from(6144u16), &n));
        assert_eq!(BigUint::from_bytes_be(&TWO_TO_6240), two.modpow(&BigUint::from(6240u16), &n));
    }
}
