//! The interface of a backend: the operations mod N that the rest of the crate is written in.

use crate::arithmetic::residue::{BYTES, Residue};
use zeroize::{Zeroize, Zeroizing};

/// A table of `K` residues: for each of their 64-bit words, the lowest first, that word of every residue, little-endian. The
/// words that a look-up chooses among are adjacent, so one permutation chooses among as many residues as it reaches.
pub(crate) type Entries<const K: usize> = [[[u8; 8]; K]; BYTES / 8];

/// The arithmetic mod N in one radix. Elements are numbers below R = 2^`R_BITS`, R > N. An element stands for its residue mod
/// N: 0 and N are equivalent, and 1 and N + 1. Every operation is constant time in every argument.
pub(crate) trait Arithmetic: Copy {
    /// log2 R
    const R_BITS: u32;
    /// A number below R.
    type Element: Copy + Zeroize;
    /// Scratch space of the products. The caller keeps it, so that it is wiped once and not after every product.
    type Work: Zeroize;

    fn zero(self) -> Self::Element;
    fn work(self) -> Self::Work;
    /// 2^`exponent`. Requires `exponent` < 3072.
    fn power_of_two(self, exponent: u32) -> Self::Element;
    /// `to` = residue `index` of `entries`. Reads all entries. Requires `index` < `K`, and `K` to be a multiple of 8.
    fn lookup<const K: usize>(self, to: &mut Self::Element, entries: &Entries<K>, index: u32);
    /// `to[i]` = the residue `indices[i]` of `entries`, for all i. A backend can read the entries once for all i. Requires
    /// `AT_ONCE` to be at most 5.
    fn lookup_all<const K: usize, const AT_ONCE: usize>(
        self,
        to: &mut [Self::Element; AT_ONCE],
        entries: &Entries<K>,
        indices: &[u32; AT_ONCE],
    ) {
        for (to, &index) in to.iter_mut().zip(indices) {
            self.lookup(to, entries, index);
        }
    }
    /// `to` = `elements[index]`. Reads all elements. Requires `index` < `K`.
    fn select<const K: usize>(self, to: &mut Self::Element, elements: &[Self::Element; K], index: u32);
    /// The residue as an element, not in Montgomery form.
    fn element(self, a: &Residue) -> Self::Element;
    /// `a` = a + b
    fn add(self, a: &mut Self::Element, b: &Self::Element);
    /// `a` = a - b
    fn sub(self, a: &mut Self::Element, b: &Self::Element);
    /// `a` = a R, its Montgomery form. [`mont_mul`](Self::mont_mul) by the element 1 is the inverse.
    fn enter(self, a: &mut Self::Element, work: &mut Self::Work);
    /// `a` = a b / R
    fn mont_mul(self, a: &mut Self::Element, b: &Self::Element, work: &mut Self::Work);
    /// `a` = a b / R, where `b` writes every limb of the second factor. A backend that has room for the factor in its scratch
    /// space lets `b` write it there.
    #[inline(always)]
    fn mont_mul_by(self, a: &mut Self::Element, work: &mut Self::Work, b: impl FnOnce(&mut Self::Element)) {
        let mut factor = Zeroizing::new(self.zero());
        b(&mut factor);
        self.mont_mul(a, &factor, work);
    }
    /// `a` = a^2 / R
    fn mont_sqr(self, a: &mut Self::Element, work: &mut Self::Work);
    /// `a` = 2^bit a. Requires `bit` <= 1.
    fn double_if(self, a: &mut Self::Element, bit: u32);
    /// The one number below N that `a` stands for.
    fn canonical(self, a: &Self::Element) -> Residue;
    /// `to` = [`canonical`](Self::canonical) of `a`.
    #[inline(always)]
    fn write_canonical(self, a: &Self::Element, to: &mut Residue) {
        *to = self.canonical(a);
    }
}
