//! The group: RFC 3526 group 15, N a safe prime of 3072 bits, with g = 2, and its arithmetic. (RFC 5054 pairs the same N
//! with g = 5; Cognito does not.)
//!
//! Contract: what is above this folder calls [`power`] alone, with [`residue::Residue`] and [`exponent::Exponent`]; which
//! backend computes is not its concern. Everything is constant time in every number unless its name ends in `_vartime`.

pub(crate) mod backend;
pub(crate) mod comb;
pub(crate) mod exponent;
pub(crate) mod power;
pub(crate) mod residue;
pub(crate) mod window;
