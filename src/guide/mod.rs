//! The manual: how to do a task from its beginning to its end.
//!
//! | guide | for whom |
//! |---|---|
//! | [`life_of_a_device`] | everybody: the calls of each flow in their order, and what the service's messages mean |
//! | [`writing_an_sdk`] | authors of clients and SDKs, in Rust or another language |
//! | [`firmware`] | authors of firmware: no operating system, no heap, a random generator of their own |
//! | [`testing_a_client`] | authors of clients who need a service to test against |
//! | [`provisioning`] | operators who register a list of devices from a shell |
//! | [`c`] | users of the C ABI, from C or any other language that can call C |
//! | [`words`] | everybody: what the words and letters in this documentation mean, what is hashed and what is signed |
//!
//! Tests run every piece of Rust (`cargo test --doc`) and every command (`.ci/run documents` names the test of each) in these
//! pages.

/// Every flow that a device takes part in, from its first sign-in until it is forgotten.
#[doc = include_str!("life_of_a_device.md")]
pub mod life_of_a_device {}

/// How to build a client or an SDK on this crate, or to compare your own arithmetic with it.
#[doc = include_str!("writing_an_sdk.md")]
pub mod writing_an_sdk {}

/// How to register a device on a microcontroller.
#[doc = include_str!("firmware.md")]
pub mod firmware {}

/// How to play the service's side: for one sign-in in a unit test, or as a user pool that a client connects to.
#[doc = include_str!("testing_a_client.md")]
pub mod testing_a_client {}

/// How to register a list of devices of any length from a shell.
#[doc = include_str!("provisioning.md")]
pub mod provisioning {}

/// How to build and call the C ABI.
#[doc = include_str!("c.md")]
pub mod c {}

/// The words and letters in this documentation.
#[doc = include_str!("words.md")]
pub mod words {}
