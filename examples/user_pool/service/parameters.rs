//! Parameter maps, and the constraints of the service's model on texts.

use super::failure::Failure;
use super::srp::{Answered, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// `AuthParameters` and `ChallengeResponses`. Clients send null for what they do not have.
#[derive(Default, Deserialize)]
pub(super) struct Parameters(HashMap<String, Option<String>>);

impl Parameters {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }

    /// A value that is there and not empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| Failure::missing(name))
    }

    /// The answer to a password verifier challenge, if it is of the right form.
    pub(super) fn claim(&self) -> Result<Answered<'_>, Failure> {
        let sent_timestamp = self.required("TIMESTAMP")?;
        let signature = self.required("PASSWORD_CLAIM_SIGNATURE")?;
        let secret_block = self.required("PASSWORD_CLAIM_SECRET_BLOCK")?;
        let timestamp = Timestamp::parse(sent_timestamp).map_err(|_| {
            let message = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
            Failure::invalid_parameter(message)
        })?;
        if STANDARD.decode(signature).is_err() {
            let message = "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.";
            return Err(Failure::invalid_parameter(message));
        }
        Ok(Answered { secret_block, signature, sent_timestamp, timestamp })
    }
}

/// Holds a text to the lengths of the model, in characters.
pub(super) fn check_length(text: &str, member: &str, lengths: RangeInclusive<usize>) -> Result<(), Failure> {
    let length = text.chars().count();
    if length < *lengths.start() {
        let least = lengths.start();
        let constraint = format!("Member must have length greater than or equal to {least}");
        return Err(Failure::secret_constraint(member, &constraint));
    }
    if length > *lengths.end() {
        let most = lengths.end();
        let constraint = format!("Member must have length less than or equal to {most}");
        return Err(Failure::secret_constraint(member, &constraint));
    }
    Ok(())
}

/// Holds a token to the pattern of the model.
pub(super) fn check_token(text: &str, member: &str) -> Result<(), Failure> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte);
    if !text.is_empty() && text.bytes().all(allowed) {
        return Ok(());
    }
    let constraint = "Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+";
    Err(Failure::secret_constraint(member, constraint))
}

/// Holds a value to a set of the model.
pub(super) fn check_enum(value: &str, member: &str, set: &[&str]) -> Result<(), Failure> {
    if set.contains(&value) {
        return Ok(());
    }
    let constraint = format!("Member must satisfy enum value set: [{}]", set.join(", "));
    Err(Failure::constraint(value, member, &constraint))
}
