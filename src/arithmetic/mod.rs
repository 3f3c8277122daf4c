//! The group: RFC 3526 group 15, N a safe prime of 3072 bits, with g = 2, and its arithmetic. (RFC 5054 pairs the same N with g
//! = 5. Cognito does not.)
//!
//! Contract: code outside this folder calls only [`power`], with [`residue::Residue`] and [`exponent::Exponent`], and does not
//! depend on the backend. Everything is constant time in every number unless its name ends in `_vartime`.

pub(crate) mod backend;
pub(crate) mod comb;
pub(crate) mod exponent;
pub(crate) mod power;
pub(crate) mod residue;
pub(crate) mod window;
