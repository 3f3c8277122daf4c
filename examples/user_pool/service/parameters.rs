//! Parameter maps, and the constraints of the service's model on texts.

use super::failure::Failure;
use super::srp::{self, Claim};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// How far a `TIMESTAMP` may be from the pool's clock, in seconds.
const MAX_SKEW: u64 = 300;

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

    /// The claim that answers a password verifier challenge, if it is of the right form.
    pub(super) fn claim(&self) -> Result<Claim<'_>, Failure> {
        let claim = Claim {
            timestamp: self.required("TIMESTAMP")?,
            signature: self.required("PASSWORD_CLAIM_SIGNATURE")?,
            secret_block: self.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        };
        if !reads_as_timestamp(claim.timestamp) {
            let message = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
            return Err(Failure::invalid_parameter(message));
        }
        if STANDARD.decode(claim.signature).is_err() {
            let message = "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.";
            return Err(Failure::invalid_parameter(message));
        }
        Ok(claim)
    }
}

/// Whether a text has the fields of `EEE MMM d HH:mm:ss z yyyy`. The service reads more than it can verify: a padded day, for
/// one, is read, but the signature must be of the text without the padding.
fn reads_as_timestamp(text: &str) -> bool {
    const WEEKDAYS: &str = "sun mon tue wed thu fri sat";
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    let named = |names: &str, text: &str| names.split(' ').any(|name| name.eq_ignore_ascii_case(text));
    let number = |text: &str, digits: RangeInclusive<usize>, most: u32| {
        let digits = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && text.parse().is_ok_and(|number: u32| number <= most)
    };
    let fields: Vec<_> = text.split(' ').collect();
    let [weekday, month, day, time, zone, year] = fields[..] else { return false };
    let time: Vec<_> = time.split(':').collect();
    let [hour, minute, second] = time[..] else { return false };
    named(WEEKDAYS, weekday)
        && named(MONTHS, month)
        && number(day, 1..=2, 31)
        && number(hour, 2..=2, 23)
        && number(minute, 2..=2, 59)
        && number(second, 2..=2, 59)
        && matches!(zone, "UTC" | "GMT")
        && number(year, 4..=4, 9999)
}

/// Whether a text is how a moment near `now` is written.
pub(super) fn is_recent(timestamp: &str, now: u64) -> bool {
    let mut moments = now.saturating_sub(MAX_SKEW)..=now.saturating_add(MAX_SKEW);
    moments.any(|moment| srp::is_written_as(moment, timestamp))
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
