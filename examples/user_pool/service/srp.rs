//! Everything that this pool uses from the crate: verifiers, challenges and their answers, secret hashes, timestamps.

use super::failure::Failure;
use super::random;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub(super) use cognito_device_srp::Timestamp;
use cognito_device_srp::verifier::{Claim, IssuedChallenge};
pub(super) use cognito_device_srp::verifier::{Claimant, StoredVerifier};
use cognito_device_srp::{
    Challenge, Credentials, Device, DeviceSecretVerifierConfig, Ephemeral, Error, Salt, SecretHash, SignIn,
};
use std::borrow::Cow;

/// A user, by the pool's own name.
pub(super) fn user<'a>(pool_id: &'a str, username: &'a str) -> Result<Claimant<'a>, Failure> {
    Claimant::user(pool_id, username).map_err(|_| Failure::internal())
}

pub(super) fn device<'a>(group_key: &'a str, key: &'a str) -> Result<Claimant<'a>, Failure> {
    Ok(Device::new(group_key, key).map_err(|_| Failure::internal())?.into())
}

/// The verifier of a user's password, under a new salt.
pub(super) fn password_verifier(
    pool_id: &str,
    username: &str,
    password: &str,
) -> Result<StoredVerifier, Failure> {
    user_verifier(pool_id, username, password, &random::bytes()?)
}

/// A verifier for somebody who does not exist: nobody has the password, and the salt is the same each time.
pub(super) fn made_up_verifier(
    pool_id: &str,
    login: &str,
    pool_secret: &str,
) -> Result<StoredVerifier, Failure> {
    let hash = STANDARD.decode(secret_hash(pool_secret, login, pool_id)).unwrap_or_default();
    let salt = hash.first_chunk().ok_or_else(Failure::internal)?;
    user_verifier(pool_id, login, &random::hex::<16>()?, salt)
}

fn user_verifier(
    pool_id: &str,
    username: &str,
    password: &str,
    salt: &[u8; 16],
) -> Result<StoredVerifier, Failure> {
    let made = Credentials::user(pool_id, username, password)
        .and_then(|credentials| Ok(StoredVerifier::for_user(&credentials, Salt::from_bytes(salt)?)));
    made.map_err(|_| Failure::internal())
}

/// The verifier of a device's secret, as `ConfirmDevice` brings it.
pub(super) fn device_verifier(verifier: &str, salt: &str) -> Result<StoredVerifier, Failure> {
    DeviceSecretVerifierConfig::from_base64(&without_leading_zeros(verifier), &without_leading_zeros(salt))
        .and_then(|config| StoredVerifier::for_device(&config))
        .map_err(|error| match error {
            Error::SaltNegative | Error::VerifierNegative => {
                Failure::invalid_parameter("Negative value passed for salt or password verifier")
            }
            other => Failure::invalid_parameter(format!("Invalid device secret verifier config: {other}")),
        })
}

/// A number in base64 as the crate takes it: the service reads it with needless leading zero bytes too.
fn without_leading_zeros(text: &str) -> String {
    let Ok(bytes) = STANDARD.decode(text) else { return text.to_owned() };
    let is_needless = |pair: &[u8]| matches!(pair, [0, next] if next & 0x80 == 0);
    let needless = bytes.windows(2).take_while(|pair| is_needless(pair)).count();
    STANDARD.encode(&bytes[needless..])
}

/// Whether a text has the form of a device key.
pub(super) fn is_device_key(key: &str) -> bool {
    Device::new("-", key).is_ok()
}

pub(super) fn secret_hash(client_secret: &str, username: &str, client_id: &str) -> String {
    SecretHash::new(client_secret, username, client_id).as_str().to_owned()
}

/// The answer to a password verifier challenge.
pub(super) struct Answered<'a> {
    pub(super) secret_block: &'a str,
    pub(super) signature: &'a str,
    /// `TIMESTAMP` as it was sent.
    pub(super) sent_timestamp: &'a str,
    /// The signature must cover the text of this one, however `TIMESTAMP` was sent.
    pub(super) timestamp: Timestamp,
}

impl Answered<'_> {
    /// Why the signature may be another than the pool's.
    pub(super) fn mismatch(&self) -> Cow<'static, str> {
        let timestamp = self.timestamp.as_str();
        if self.sent_timestamp == timestamp {
            return MISMATCH.into();
        }
        let sent = self.sent_timestamp.escape_debug();
        format!("{MISMATCH}. TIMESTAMP was sent as {sent}, but the text that must be signed is {timestamp}")
            .into()
    }
}

const MISMATCH: &str = "PASSWORD_CLAIM_SIGNATURE does not match: another password or device secret, device key, device group \
    key, SECRET_BLOCK or TIMESTAMP was signed";

/// What a challenge is made of beside the verifier. An answer may come twice, since clients repeat it without the device key
/// when the device does not exist; a challenge of the crate is checked once, so it is made again from this.
pub(super) struct Exchange {
    srp_a: String,
    ephemeral: [u8; 32],
}

impl Exchange {
    pub(super) fn new(srp_a: &str) -> Result<Self, Failure> {
        Ok(Self { srp_a: srp_a.to_owned(), ephemeral: random::bytes()? })
    }

    /// `SRP_B` and `SALT`.
    pub(super) fn offer(&self, verifier: &StoredVerifier) -> Result<(String, String), Failure> {
        let issued = self.issue(verifier)?;
        Ok((issued.srp_b().to_owned(), issued.salt().to_owned()))
    }

    /// Whether this claimant's password or secret signed the answer.
    pub(super) fn is_proved(
        &self,
        verifier: &StoredVerifier,
        claimant: Claimant<'_>,
        answered: &Answered<'_>,
    ) -> Result<bool, Failure> {
        let Answered { secret_block, signature, timestamp, .. } = answered;
        let claim = Claim { secret_block, signature, timestamp: timestamp.as_str() };
        Ok(self.issue(verifier)?.check(claimant, &claim).is_ok())
    }

    fn issue(&self, verifier: &StoredVerifier) -> Result<IssuedChallenge, Failure> {
        let ephemeral = Ephemeral::from_bytes(&self.ephemeral).map_err(|_| Failure::internal())?;
        verifier.challenge(&self.srp_a, ephemeral).map_err(|error| match error {
            Error::SrpAMalformed => {
                let constraint = "Member must satisfy regular expression pattern: ^[0-9a-fA-F]+$";
                Failure::constraint(&self.srp_a, "sRPA", constraint)
            }
            _ => Failure::invalid_parameter("Invalid SRP_A value"),
        })
    }
}

/// Whether a password that was sent as it is belongs to this verifier: both sides of the protocol are played.
pub(super) fn is_password(
    verifier: &StoredVerifier,
    pool_id: &str,
    username: &str,
    password: &str,
) -> Result<bool, Failure> {
    const BLOCK: &str = "AAAA";
    let ephemerals: (_, [u8; 32]) = (random::bytes::<32>()?, random::bytes()?);
    let played = || -> Result<(), Error> {
        let user = Credentials::user(pool_id, username, password)?;
        let sign_in = SignIn::start(Ephemeral::from_bytes(&ephemerals.0)?);
        let issued = verifier.challenge(sign_in.srp_a(), Ephemeral::from_bytes(&ephemerals.1)?)?;
        let (srp_b, salt) = (issued.srp_b().to_owned(), issued.salt().to_owned());
        let challenge = Challenge { srp_b: &srp_b, salt: &salt, secret_block: BLOCK };
        let claim = sign_in.answer(&user, &challenge, &Timestamp::from_unix(0)?)?;
        let claim = Claim { secret_block: BLOCK, timestamp: claim.timestamp(), signature: claim.signature() };
        issued.check(&user, &claim)
    };
    match played() {
        Ok(()) => Ok(true),
        Err(Error::SignatureMismatch | Error::PasswordEmpty) => Ok(false),
        Err(_) => Err(Failure::internal()),
    }
}
