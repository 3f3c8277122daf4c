//! `TIMESTAMP`: `EEE MMM d HH:mm:ss UTC yyyy` in English, whatever the locale, the day not padded.

use crate::error::Error;
use core::fmt;

/// A moment as Cognito wants it in a claim, as in `Thu Jan 2 03:04:05 UTC 2025`.
///
/// The service refuses a clock that is more than about five minutes off, in words that read like a wrong password.
///
/// ```
/// use cognito_device_srp::Timestamp;
/// assert_eq!(Timestamp::from_unix(1_735_787_045)?.as_str(), "Thu Jan 2 03:04:05 UTC 2025");
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Timestamp {
    text: [u8; Self::MAX_LEN],
    len: usize,
}

impl Timestamp {
    /// Characters of the longest timestamp.
    pub const MAX_LEN: usize = 28;
    /// The last second of the year 9999.
    const LAST: u64 = 253_402_300_799;

    /// The moment `seconds` after the beginning of 1970, UTC, leap seconds not counted.
    ///
    /// # Errors
    /// [`Error::TimestampOutOfRange`] after the year 9999.
    pub fn from_unix(seconds: u64) -> Result<Self, Error> {
        const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        if seconds > Self::LAST {
            return Err(Error::TimestampOutOfRange);
        }
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = date(days);
        let weekday = WEEKDAYS.get(days as usize % 7).unwrap_or(&"");
        let month = MONTHS.get(month).unwrap_or(&"");
        let numbers = [day, second / 3600, second / 60 % 60, second % 60, year / 100, year % 100];
        let [day, hour, minute, second, century, year] = numbers.map(two_digits);
        let day = day.strip_prefix(b"0").unwrap_or(&day);
        let mut timestamp = Self { text: [0; Self::MAX_LEN], len: 0 };
        for part in [
            weekday.as_bytes(),
            b" ",
            month.as_bytes(),
            b" ",
            day,
            b" ",
            &hour,
            b":",
            &minute,
            b":",
            &second,
            b" UTC ",
            &century,
            &year,
        ] {
            timestamp.push(part);
        }
        Ok(timestamp)
    }

    /// Appends as much of `part` as there is room for.
    fn push(&mut self, part: &[u8]) {
        for (to, &byte) in self.text.iter_mut().skip(self.len).zip(part) {
            *to = byte;
            self.len += 1;
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.text.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }
}

/// Year, month from 0 and day from 1 of the day `days` after 1 January 1970, by the Gregorian calendar.
fn date(days: u64) -> (u64, usize, u64) {
    // Years that begin in March end with the leap day, so the months' lengths do not depend on it. Day 0 of the count
    // is 1 March of the year 0, 719468 days before 1970; 400 years have 146097 days.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // from March on, five months in a row have 153 days
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year_of_era + month / 10;
    (year, (month as usize + 2) % 12, day)
}

/// The decimal digits of a number below 100. By hand, since `core::fmt` takes more of a small machine's flash than all
/// the rest of a sign-in.
fn two_digits(number: u64) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    #[test]
    fn every_day_until_the_year_9999_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 0, 1);
        for days in 0..=Timestamp::LAST / 86_400 {
            assert_eq!(date(days), (year, month, day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = [31, 28 + u64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month];
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
        }
        assert_eq!((year, month, day), (10_000, 0, 1));
    }

    #[test]
    fn moments_are_written_as_java_writes_them() {
        for (seconds, text) in [
            (0, "Thu Jan 1 00:00:00 UTC 1970"),
            (951_782_400, "Tue Feb 29 00:00:00 UTC 2000"),
            (1_738_692_000, "Tue Feb 4 18:00:00 UTC 2025"),
            (1_767_225_599, "Wed Dec 31 23:59:59 UTC 2025"),
            (Timestamp::LAST, "Fri Dec 31 23:59:59 UTC 9999"),
        ] {
            assert_eq!(Timestamp::from_unix(seconds).unwrap().as_str().to_string(), text);
        }
        assert_eq!(Timestamp::from_unix(Timestamp::LAST + 1).unwrap_err(), Error::TimestampOutOfRange);
        assert_eq!(Timestamp::from_unix(u64::MAX).unwrap_err(), Error::TimestampOutOfRange);
    }
}
