//! base^e mod N for any base, by the fixed-window method.
//!
//! The exponent is cut into digits of `WIDTH` bits. Each digit except the first takes `WIDTH` squarings and one product by a
//! power of the base from a table. Every look-up reads all of the table. The number of digits is public, and all digits are
//! processed for every e.

use crate::arithmetic::backend::Arithmetic;
use crate::arithmetic::exponent::Bits;
use crate::arithmetic::residue::{self, Residue};
use zeroize::{Zeroize, Zeroizing};

/// Bits of a digit. Hosts can afford a table of 12 KiB on the stack, and bare metal one of 1.5 KiB. With 3 KiB, a sign-in there
/// would take a tenth fewer instructions.
const WIDTH: usize = if cfg!(target_os = "none") {
    2
} else if cfg!(target_pointer_width = "64") {
    5
} else {
    3
};

/// `number` = `number`^e mod N. Requires e < 2^`bits`.
// frame: the table of powers is in it, and is released before the caller goes on
#[inline(never)]
pub(crate) fn pow<A: Arithmetic>(arithmetic: A, number: &mut Residue, e: Bits<'_>, bits: usize) {
    debug_assert!((bits..bits.next_multiple_of(32)).all(|position| e.bit(position) == 0));
    let mut work = Zeroizing::new(arithmetic.work());

    // powers[i] = base^i R not in a `Zeroizing`, since the compiler can build it in another array and then move it
    let mut powers = [arithmetic.zero(); 1 << WIDTH];
    let [one, base, rest @ ..] = &mut powers;
    *one = arithmetic.element(&residue::ONE);
    arithmetic.enter(one, &mut work);
    *base = arithmetic.element(number);
    arithmetic.enter(base, &mut work);
    let mut below = &*base;
    for slot in rest {
        *slot = *below;
        arithmetic.mont_mul(slot, base, &mut work);
        below = slot;
    }

    let last = bits.div_ceil(WIDTH).saturating_sub(1);
    let mut power = Zeroizing::new(arithmetic.zero());
    arithmetic.select(&mut power, &powers, e.bits(WIDTH * last, WIDTH, 1));
    for digit in (0..last).rev() {
        for _ in 0..WIDTH {
            arithmetic.mont_sqr(&mut power, &mut work);
        }
        let index = e.bits(WIDTH * digit, WIDTH, 1);
        arithmetic.mont_mul_by(&mut power, &mut work, |factor| arithmetic.select(factor, &powers, index));
    }
    powers.zeroize();
    arithmetic.mont_mul_by(&mut power, &mut work, |one| *one = arithmetic.element(&residue::ONE));
    arithmetic.write_canonical(&power, number);
}
