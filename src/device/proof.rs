//! A complete sign-in against a config, to check it before it is sent.

use super::config::DeviceSecretVerifierConfig;
use super::identifiers::Device;
use super::secret::DeviceSecret;
use crate::error::Error;
use crate::hygiene::stack::{PROOF, with_stack_wiped};
use crate::srp::client::{Challenge, SignIn};
use crate::srp::credentials::Credentials;
use crate::srp::ephemeral::Ephemeral;
use crate::srp::hash;
use crate::srp::timestamp::Timestamp;
use crate::srp::verifier::{Claim, IssuedChallenge, StoredVerifier};

impl DeviceSecretVerifierConfig {
    /// Plays a complete sign-in with `secret` against this config: client and verifier, from the texts that are sent to the
    /// signature. The service cannot do this. It accepts a wrong config, and the next sign-in fails with the message of a wrong
    /// password.
    ///
    /// ```
    /// use cognito_device_srp::{Device, DeviceRegistration, DeviceSecret, Error};
    ///
    /// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
    /// let registration = DeviceRegistration::generate(device)?;
    /// assert_eq!(registration.config().prove(device, registration.secret()), Ok(()));
    /// let another = DeviceSecret::from_text("another secret")?;
    /// assert_eq!(registration.config().prove(device, &another), Err(Error::ProofFailed));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ProofFailed`] if the config was not made from this secret and device.
    pub fn prove(&self, device: Device<'_>, secret: &DeviceSecret<'_>) -> Result<(), Error> {
        with_stack_wiped::<PROOF, _>(|| both_sides(self, device, secret))
    }
}

/// Both sides of a sign-in. Results are used in place, not moved, because this call has the deepest stack of all.
fn both_sides(
    config: &DeviceSecretVerifierConfig,
    device: Device<'_>,
    secret: &DeviceSecret<'_>,
) -> Result<(), Error> {
    let secret_block = "cHJvdmVk";
    let sign_in = start(secret);
    let sign_in = sign_in.as_ref().map_err(|&error| error)?;
    let issued = issue(config, sign_in.srp_a(), secret);
    let issued = issued.as_ref().map_err(|&error| error)?;
    let challenge = Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block };
    let credentials = Credentials::device(device, secret);
    let claim = sign_in.answer_by_ref(&credentials, &challenge, &Timestamp::from_unix(0)?)?;
    let claim = Claim { secret_block, timestamp: claim.timestamp(), signature: claim.signature() };
    match issued.check_by_ref(device.into(), &claim) {
        Err(Error::SignatureMismatch) => Err(Error::ProofFailed),
        checked => checked,
    }
}

#[inline(never)] // frame: the ephemeral is not in the frame of the sign-in
fn start(secret: &DeviceSecret<'_>) -> Result<SignIn, Error> {
    Ok(SignIn::start_by(&ephemeral("client", secret)?))
}

#[inline(never)] // frame: the stored verifier is not in the frame of the challenge
fn issue(
    config: &DeviceSecretVerifierConfig,
    srp_a: &str,
    secret: &DeviceSecret<'_>,
) -> Result<IssuedChallenge, Error> {
    StoredVerifier::for_device(config)?.challenge(srp_a, ephemeral("verifier", secret)?)
}

/// H(side || secret), the ephemeral of a proof. It need not be random, because no value of a proof leaves this module. It
/// differs for each secret.
fn ephemeral(side: &str, secret: &DeviceSecret<'_>) -> Result<Ephemeral, Error> {
    Ephemeral::from_bytes(&*hash::digest(&[side.as_bytes(), secret.as_bytes()]))
}
