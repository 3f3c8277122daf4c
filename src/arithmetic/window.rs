//! base^e mod N for any base, by a fixed window.
//!
//! The exponent is cut into digits of `WIDTH` bits; each but the first takes `WIDTH` squarings and one product by a power of
//! the base from a table, which is read whole. The number of digits is public, and all of them are worked through,
//! whatever e is.

use crate::arithmetic::backend::Arithmetic;
use crate::arithmetic::exponent::Exponent;
use crate::arithmetic::residue::{self, Residue};
use zeroize::{Zeroize, Zeroizing};

/// Bits of a digit. Hosts can afford a table of 12 KiB on the stack, small machines one of 3.
const WIDTH: usize = if cfg!(all(target_pointer_width = "64", not(target_os = "none"))) { 5 } else { 3 };

/// base^e mod N. Requires e < 2^`bits`.
// frame: the table of powers lies in it, and goes when the power is there
#[inline(never)]
pub(crate) fn pow<A: Arithmetic, const WORDS: usize>(
    arithmetic: A,
    base: &Residue,
    e: &Exponent<WORDS>,
    bits: usize,
) -> Residue {
    debug_assert!((bits..32 * WORDS).all(|position| e.bit(position) == 0));
    let mut work = Zeroizing::new(arithmetic.work());

    // powers[i] = base^i R
    let mut factor = Zeroizing::new(arithmetic.enter(base, &mut work));
    let mut power = Zeroizing::new(arithmetic.enter(&residue::ONE, &mut work));
    // not within Zeroizing, into which the compiler may move it from a second array
    let mut powers = [arithmetic.zero(); 1 << WIDTH];
    for slot in powers.iter_mut() {
        *slot = *power;
        arithmetic.mont_mul(&mut power, &factor, &mut work);
    }

    let last = bits.div_ceil(WIDTH).saturating_sub(1);
    arithmetic.select(&mut power, &powers, e.bits(WIDTH * last, WIDTH, 1));
    for digit in (0..last).rev() {
        for _ in 0..WIDTH {
            arithmetic.mont_sqr(&mut power, &mut work);
        }
        arithmetic.select(&mut factor, &powers, e.bits(WIDTH * digit, WIDTH, 1));
        arithmetic.mont_mul(&mut power, &factor, &mut work);
    }
    *factor = arithmetic.element(&residue::ONE);
    arithmetic.mont_mul(&mut power, &factor, &mut work);
    powers.zeroize();
    arithmetic.canonical(&power)
}
