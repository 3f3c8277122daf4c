//! The operations mod N that the protocol uses, on the backend that runs here.
//!
//! Contract: arguments and results are [`Residue`]s. Constant time in all of them, and in exponents except for their width.

use super::backend::{Arithmetic, Backend, with_arithmetic};
use super::exponent::{Bits, Exponent};
use super::residue::Residue;
use super::{comb, window};
use zeroize::Zeroizing;

/// The name of the backend that runs here.
pub(crate) fn backend() -> &'static str {
    Backend::detect().name()
}

/// 2^x mod N.
// flash: every copy of these functions contains a copy of a backend, and they have many callers
#[inline(never)]
pub(crate) fn pow_g(x: &Exponent<8>) -> Residue {
    comb::pow_g(Backend::detect(), x)
}

/// `number` = `number`^e mod N. Requires e < 2^`bits`. Not constant time in `bits`.
pub(crate) fn pow(number: &mut Residue, e: Bits<'_>, bits: usize) {
    with_arithmetic!(Backend::detect(), arithmetic => window::pow(arithmetic, number, e, bits));
}

/// a b mod N
// flash
#[inline(never)]
pub(crate) fn mul(a: &Residue, b: &Residue) -> Residue {
    with_arithmetic!(Backend::detect(), arithmetic => arithmetic.canonical(&product(arithmetic, a, b)))
}

/// c + a b mod N
// flash
#[inline(never)]
pub(crate) fn add_product(c: &Residue, a: &Residue, b: &Residue) -> Residue {
    with_arithmetic!(Backend::detect(), arithmetic => {
        let mut sum = product(arithmetic, a, b);
        arithmetic.add(&mut sum, &Zeroizing::new(arithmetic.element(c)));
        arithmetic.canonical(&sum)
    })
}

/// `number` = `number` - a b mod N
// flash
#[inline(never)]
pub(crate) fn sub_product(number: &mut Residue, a: &Residue, b: &Residue) {
    with_arithmetic!(Backend::detect(), arithmetic => {
        let product = product(arithmetic, a, b);
        let mut difference = Zeroizing::new(arithmetic.element(number));
        arithmetic.sub(&mut difference, &product);
        arithmetic.write_canonical(&difference, number);
    });
}

/// a b mod N: a R b / R
// frame: the scratch space is released before the caller goes on
#[inline(never)]
fn product<A: Arithmetic>(arithmetic: A, a: &Residue, b: &Residue) -> Zeroizing<A::Element> {
    let mut work = Zeroizing::new(arithmetic.work());
    let mut product = Zeroizing::new(arithmetic.element(a));
    arithmetic.enter(&mut product, &mut work);
    arithmetic.mont_mul_by(&mut product, &mut work, |factor| *factor = arithmetic.element(b));
    product
}
