//! SRP as Cognito speaks it, with g = 2, k = H(N || g), and numbers hashed in signed form. The module does not distinguish
//! devices from users: it takes group, name and password.
//!
//! ```text
//!   client                                   verifier: keeps v = 2^x and the salt
//!   a random, A = 2^a       -- SRP_A -->     b random, B = k v + 2^b
//!                           <-- SRP_B, SALT, SECRET_BLOCK --
//!   u = H(A || B)                            u = H(A || B)
//!   x = H(salt || I)
//!   S = (B - k 2^x)^(a + u x)                S = (A v^u)^b
//!   key = HKDF(u, S)                         key = HKDF(u, S)
//!   HMAC(key, group || name || SECRET_BLOCK || TIMESTAMP)  -- signature -->  compared
//! ```
//!
//! I is H(group || name || ":" || password). For a device, group and name are its group key and its key, and the password is
//! its secret. For a user, they are the pool's name, `USER_ID_FOR_SRP` and the password. The two flows do not differ otherwise.

pub(crate) mod client;
pub(crate) mod credentials;
pub(crate) mod ephemeral;
pub(crate) mod exchange;
pub(crate) mod hash;
pub(crate) mod salt;
pub(crate) mod secret_hash;
pub(crate) mod timestamp;
pub(crate) mod verifier;
