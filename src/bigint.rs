//! The verifier, which is public, as a number of `num-bigint`. No secret becomes a number of `num-bigint`.

use crate::device::config::DeviceSecretVerifierConfig;
use crate::srp::verifier::StoredVerifier;
use num_bigint::BigUint;

impl From<&DeviceSecretVerifierConfig> for BigUint {
    /// v, 0 < v < N.
    fn from(config: &DeviceSecretVerifierConfig) -> Self {
        // every config can be parsed
        StoredVerifier::for_device(config)
            .map_or(BigUint::ZERO, |stored| BigUint::from_bytes_be(stored.verifier()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_equals_the_verifier_that_is_sent() {
        for (text, number) in [("Ag==", 2u32), ("AIA=", 128), ("Af8=", 511)] {
            let config = DeviceSecretVerifierConfig::from_base64(text, "AQ==").unwrap();
            assert_eq!(BigUint::from(&config), BigUint::from(number));
        }
    }
}
