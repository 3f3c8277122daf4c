//! What a backend is: the operations mod N that everything above is written in.

use crate::arithmetic::residue::{BYTES, Residue};
use zeroize::{Zeroize, Zeroizing};

/// `K` residues to look one up among: for each of their 64-bit words, the lowest first, that of every residue, little-endian. So
/// what is chosen from lies side by side, and one permutation chooses among as many residues as it reaches.
pub(crate) type Entries<const K: usize> = [[[u8; 8]; K]; BYTES / 8];

/// The arithmetic mod N of one radix. Elements are numbers below R = 2^`R_BITS`, R > N, that stand for
/// their residue: 0 and N, 1 and N + 1 are the same. All constant time in every argument.
pub(crate) trait Arithmetic: Copy {
    /// log2 R
    const R_BITS: u32;
    /// A number below R.
    type Element: Copy + Zeroize;
    /// Scratch of the products, kept by the caller so that it is wiped once and not each time.
    type Work: Zeroize;

    fn zero(self) -> Self::Element;
    fn work(self) -> Self::Work;
    /// 2^`exponent`. Requires `exponent` < 3072.
    fn power_of_two(self, exponent: u32) -> Self::Element;
    /// `to` = the residue `index` of `entries`. Reads all. Requires `index` < `K`, and `K` to be a multiple of 8.
    fn lookup<const K: usize>(self, to: &mut Self::Element, entries: &Entries<K>, index: u32);
    /// `to[i]` = the residue `indices[i]` of `entries`, for all i, at best reading the entries once for all. Requires `AT_ONCE`
    /// to be at most 5.
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
    /// `to` = `elements[index]`. Reads all. Requires `index` < `K`.
    fn select<const K: usize>(self, to: &mut Self::Element, elements: &[Self::Element; K], index: u32);
    /// A residue as it is.
    fn element(self, a: &Residue) -> Self::Element;
    /// `a` = a + b
    fn add(self, a: &mut Self::Element, b: &Self::Element);
    /// `a` = a - b
    fn sub(self, a: &mut Self::Element, b: &Self::Element);
    /// `a` = a R, its Montgomery form. The way back is the product with the element 1.
    fn enter(self, a: &mut Self::Element, work: &mut Self::Work);
    /// `a` = a b / R
    fn mont_mul(self, a: &mut Self::Element, b: &Self::Element, work: &mut Self::Work);
    /// `a` = a b / R, where `b` writes all of a factor that is needed once: a backend that has a place for it in its scratch
    /// takes it there.
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
    /// The same, in the place of another.
    #[inline(always)]
    fn write_canonical(self, a: &Self::Element, to: &mut Residue) {
        *to = self.canonical(a);
    }
}
