//! base^e mod N for any base, by a fixed window.
//!
//! The exponent is cut into digits of `WIDTH` bits; each takes `WIDTH` squarings and one product by a power of
//! the base from a table, which is read whole. The number of digits is public, and all of them are worked through,
//! whatever e is.

use crate::backend::Arithmetic;
use crate::exponent::Exponent;
use crate::group::Residue;
use zeroize::Zeroize;

/// Bits of a digit. Hosts can afford a table of 12 KiB on the stack, small machines one of 3.
const WIDTH: usize = if cfg!(all(target_pointer_width = "64", not(target_os = "none"))) { 5 } else { 3 };

/// base^e mod N. Requires e < 2^`bits`.
pub(crate) fn pow<A: Arithmetic, const WORDS: usize>(
    arithmetic: A,
    base: &Residue,
    e: &Exponent<WORDS>,
    bits: usize,
) -> Residue {
    let mut work = arithmetic.work();
    let one = arithmetic.power_of_two(0);

    // powers[i] = base^i R
    let base = arithmetic.enter(base, &mut work);
    let mut power = arithmetic.enter(&Residue::ONE, &mut work);
    let mut powers: [A::Element; 1 << WIDTH] = core::array::from_fn(|_| {
        let this = power.clone();
        arithmetic.mont_mul(&mut power, &base, &mut work);
        this
    });

    let digits = bits.div_ceil(WIDTH);
    let mut factor = arithmetic.zero();
    power.clone_from(&powers[0]);
    for digit in (0..digits).rev() {
        if digit != digits - 1 {
            for _ in 0..WIDTH {
                arithmetic.mont_sqr(&mut power, &mut work);
            }
        }
        arithmetic.select(&mut factor, &powers, e.bits(WIDTH * digit, WIDTH, 1));
        arithmetic.mont_mul(&mut power, &factor, &mut work);
    }
    arithmetic.mont_mul(&mut power, &one, &mut work);
    let result = arithmetic.residue(&power);
    power.zeroize();
    factor.zeroize();
    powers.zeroize();
    work.zeroize();
    result
}
