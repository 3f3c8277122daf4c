//! `TIMESTAMP`: `EEE MMM d HH:mm:ss UTC yyyy` in English, whatever the locale, the day not padded.

use crate::error::Error;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECONDS_OF_A_DAY: u64 = 86_400;

/// A moment as Cognito wants it in a claim, as in `Thu Jan 2 03:04:05 UTC 2025`.
///
/// The service rejects a time that is more than about five minutes off, with the message of a wrong password. A machine
/// without a clock can take the time from the `Date` header of the service's last response.
///
/// ```
/// use cognito_device_srp::Timestamp;
///
/// let timestamp = Timestamp::from_unix(1_735_787_045)?;
/// assert_eq!(timestamp.as_str(), "Thu Jan 2 03:04:05 UTC 2025");
/// assert_eq!(Timestamp::from_http_date("Thu, 02 Jan 2025 03:04:05 GMT"), Ok(timestamp));
/// assert_eq!(Timestamp::parse("Thu Jan 2 03:04:05 UTC 2025"), Ok(timestamp));
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Timestamp {
    seconds: u64,
    text: [u8; Self::MAX_LEN],
    len: usize,
}

impl Timestamp {
    /// How many characters the longest timestamp has.
    pub const MAX_LEN: usize = 28;
    /// The last second of the year 9999.
    const LAST: u64 = 253_402_300_799;

    /// The moment `seconds` after the beginning of 1970, UTC, leap seconds not counted.
    ///
    /// # Errors
    /// [`Error::TimestampOutOfRange`] before 1970 and after the year 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, Error> {
        let seconds = u64::try_from(seconds).map_err(|_| Error::TimestampOutOfRange)?;
        if seconds > Self::LAST {
            return Err(Error::TimestampOutOfRange);
        }
        let (days, second) = (seconds / SECONDS_OF_A_DAY, seconds % SECONDS_OF_A_DAY);
        let (year, month, day) = date(days);
        let month = MONTHS.get(month).unwrap_or(&"");
        let numbers = [day, second / 3600, second / 60 % 60, second % 60, year / 100, year % 100];
        let [day, hour, minute, second, century, year] = numbers.map(two_digits);
        let day = day.strip_prefix(b"0").unwrap_or(&day);
        let mut timestamp = Self { seconds, text: [0; Self::MAX_LEN], len: 0 };
        for part in [
            weekday(days).as_bytes(),
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

    /// The moment of an HTTP `Date` header, in the form that every server must send (RFC 9110 section 5.6.7): `Sun, 06 Nov
    /// 1994 08:49:37 GMT`. The two obsolete forms are rejected.
    ///
    /// # Errors
    /// [`Error::TimestampMalformed`]. [`Error::TimestampOutOfRange`] before 1970.
    pub fn from_http_date(text: &str) -> Result<Self, Error> {
        let fields = || {
            let mut words = text.as_bytes().split(|&byte| byte == b' ');
            let mut word = || words.next();
            let name = word()?.strip_suffix(b",")?;
            let (day, month, year, time, zone) = (word()?, word()?, word()?, word()?, word()?);
            let well_formed = day.len() == 2 && zone == b"GMT" && words.next().is_none();
            well_formed.then_some(Fields { weekday: name, month, day, time, year })
        };
        Self::from_fields(fields())
    }

    /// The moment of a text that somebody else formatted, as `TIMESTAMP` is: `EEE MMM d HH:mm:ss UTC yyyy`. Letter case of
    /// the names does not matter, the day may have a leading zero, and the zone may be `GMT`, as the service takes them. The
    /// timestamp's own text is always the canonical one, since that is what the service signs.
    ///
    /// # Errors
    /// [`Error::TimestampMalformed`], also if the day of the week is not that of the date. [`Error::TimestampOutOfRange`]
    /// before 1970.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fields = || {
            let mut words = text.as_bytes().split(|&byte| byte == b' ');
            let mut word = || words.next();
            let (weekday, month, day, time, zone, year) =
                (word()?, word()?, word()?, word()?, word()?, word()?);
            let well_formed = matches!(zone, b"UTC" | b"GMT") && words.next().is_none();
            well_formed.then_some(Fields { weekday, month, day, time, year })
        };
        Self::from_fields(fields())
    }

    fn from_fields(fields: Option<Fields<'_>>) -> Result<Self, Error> {
        let (days, second) = fields.and_then(|fields| fields.read()).ok_or(Error::TimestampMalformed)?;
        let days = days.ok_or(Error::TimestampOutOfRange)?;
        Self::from_unix((days * SECONDS_OF_A_DAY + second) as i64)
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

    /// Seconds since the beginning of 1970, UTC.
    pub fn unix(&self) -> i64 {
        self.seconds as i64
    }
}

/// A text of a time as bytes. Splitting a `str` would leave code that can panic in a small machine's image.
struct Fields<'a> {
    weekday: &'a [u8],
    month: &'a [u8],
    day: &'a [u8],
    time: &'a [u8],
    year: &'a [u8],
}

impl Fields<'_> {
    /// The day since 1970, if it is not before, and the second of that day. `None` if this is not a time.
    fn read(&self) -> Option<(Option<u64>, u64)> {
        let month = MONTHS.iter().position(|name| name.as_bytes().eq_ignore_ascii_case(self.month))?;
        let day = match self.day.len() {
            1 | 2 => digits(self.day)?,
            _ => return None,
        };
        let year = if self.year.len() == 4 { digits(self.year)? } else { return None };
        let mut clock = self.time.split(|&byte| byte == b':');
        let mut clock = || clock.next().filter(|text| text.len() == 2).and_then(digits);
        let (hour, minute, second) = (clock()?, clock()?, clock()?);
        // a leap second, written as :60, counts as the first second of the next minute
        if self.time.len() != 8
            || hour > 23
            || minute > 59
            || second > 60
            || day == 0
            || day > month_length(year, month)
        {
            return None;
        }
        let days = days_since_1970(year, month, day);
        let fits = days.is_none_or(|days| weekday(days).as_bytes().eq_ignore_ascii_case(self.weekday));
        fits.then_some((days, 3600 * hour + 60 * minute + second))
    }
}

/// The value of a text of one to four decimal digits.
fn digits(text: &[u8]) -> Option<u64> {
    let digit = |number, &byte: &u8| byte.is_ascii_digit().then(|| 10 * number + u64::from(byte - b'0'));
    text.iter().try_fold(0, digit)
}

fn weekday(days: u64) -> &'static str {
    WEEKDAYS.get(days as usize % 7).unwrap_or(&"")
}

fn month_length(year: u64, month: usize) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 => 28 + u64::from(leap),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

// Years are counted from March to February, so that a leap day is the last of its year and does not change the position of any
// month. From March on, five consecutive months have 153 days. Day 0 is 1 March of the year 0, 719468 days before 1970. 400
// years have 146097 days.
const FROM_MARCH_0_TO_1970: u64 = 719_468;

/// Year, month from 0 and day from 1 of the day `days` after 1 January 1970, by the Gregorian calendar.
fn date(days: u64) -> (u64, usize, u64) {
    let days = days + FROM_MARCH_0_TO_1970;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year_of_era + month / 10;
    (year, (month as usize + 2) % 12, day)
}

/// The inverse of [`date`]. `None` before 1970.
fn days_since_1970(year: u64, month: usize, day: u64) -> Option<u64> {
    let (year, month) =
        if month < 2 { (year.checked_sub(1)?, month as u64 + 10) } else { (year, month as u64 - 2) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    days.checked_sub(FROM_MARCH_0_TO_1970)
}

/// The decimal digits of a number below 100. Written by hand, because `core::fmt` needs more flash on a small machine than the rest of a
/// sign-in.
fn two_digits(number: u64) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

impl FromStr for Timestamp {
    type Err = Error;

    /// As [`parse`](Self::parse).
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

#[cfg(feature = "std")]
impl TryFrom<std::time::SystemTime> for Timestamp {
    type Error = Error;

    /// The moment of a clock, without the fraction of a second.
    ///
    /// # Errors
    /// [`Error::TimestampOutOfRange`].
    fn try_from(time: std::time::SystemTime) -> Result<Self, Error> {
        let since_1970 =
            time.duration_since(std::time::UNIX_EPOCH).map_err(|_| Error::TimestampOutOfRange)?;
        Self::from_unix(i64::try_from(since_1970.as_secs()).map_err(|_| Error::TimestampOutOfRange)?)
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.seconds == other.seconds
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.seconds.cmp(&other.seconds)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.seconds.hash(state);
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::hash::{BuildHasher as _, BuildHasherDefault};
    use std::hash::DefaultHasher;
    use std::string::ToString as _;

    #[test]
    fn every_day_until_the_year_9999_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 0, 1);
        for days in 0..=Timestamp::LAST / SECONDS_OF_A_DAY {
            assert_eq!(date(days), (year, month, day));
            assert_eq!(days_since_1970(year, month, day), Some(days));
            day += 1;
            if day > month_length(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
        }
        assert_eq!((year, month, day), (10_000, 0, 1));
        assert_eq!((days_since_1970(1969, 11, 31), days_since_1970(0, 0, 1)), (None, None));
        let lengths = [(2000, 29), (1900, 28), (2100, 28), (2024, 29), (2025, 28)];
        assert!(lengths.iter().all(|&(year, length)| month_length(year, 1) == length));
    }

    #[test]
    fn moments_are_written_as_java_writes_them() {
        for (seconds, text) in [
            (0, "Thu Jan 1 00:00:00 UTC 1970"),
            (951_782_400, "Tue Feb 29 00:00:00 UTC 2000"),
            (1_738_692_000, "Tue Feb 4 18:00:00 UTC 2025"),
            (1_767_225_599, "Wed Dec 31 23:59:59 UTC 2025"),
            (Timestamp::LAST as i64, "Fri Dec 31 23:59:59 UTC 9999"),
        ] {
            let timestamp = Timestamp::from_unix(seconds).unwrap();
            assert_eq!((timestamp.to_string().as_str(), timestamp.unix()), (text, seconds));
            assert_eq!(Timestamp::parse(text), Ok(timestamp));
        }
        for seconds in [Timestamp::LAST as i64 + 1, i64::MAX, -1, i64::MIN] {
            assert_eq!(Timestamp::from_unix(seconds).unwrap_err(), Error::TimestampOutOfRange);
        }
    }

    #[test]
    fn other_forms_of_a_time_become_canonical() {
        let wanted = "Sun Nov 6 08:49:37 UTC 1994";
        for text in [
            wanted,
            "Sun Nov 06 08:49:37 UTC 1994",
            "SUN nov 6 08:49:37 GMT 1994",
            "sun NOV 06 08:49:37 UTC 1994",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().as_str(), wanted, "{text}");
        }
        assert_eq!(Timestamp::from_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap().as_str(), wanted);
        let leap_second = Timestamp::from_http_date("Sat, 31 Dec 2016 23:59:60 GMT").unwrap();
        assert_eq!(leap_second.as_str(), "Sun Jan 1 00:00:00 UTC 2017");
    }

    #[test]
    fn texts_that_are_not_times_are_rejected() {
        for text in [
            "",
            " ",
            "Sun Nov 6 08:49:37 UTC 1994 ",
            " Sun Nov 6 08:49:37 UTC 1994",
            "Sun Nov  6 08:49:37 UTC 1994",
            "Mon Nov 6 08:49:37 UTC 1994",
            "Sun Nov 006 08:49:37 UTC 1994",
            "Sun Nov 31 08:49:37 UTC 1994",
            "Sun Nov 0 08:49:37 UTC 1994",
            "Sun Nov 6 8:49:37 UTC 1994",
            "Sun Nov 6 24:49:37 UTC 1994",
            "Sun Nov 6 08:60:37 UTC 1994",
            "Sun Nov 6 08:49:61 UTC 1994",
            "Sun Nov 6 08:49 UTC 1994",
            "Sun Nov 6 08:49:37:1 UTC 1994",
            "Sun Nov 6 08:49:37 utc 1994",
            "Sun Nov 6 08:49:37 PST 1994",
            "Sun Nov 6 08:49:37 UTC 94",
            "Sun Nov 6 08:49:37 UTC 19940",
            "Sun Nov +6 08:49:37 UTC 1994",
            "Sun Foo 6 08:49:37 UTC 1994",
            "Sun Nov 6 08:49:37 UTC",
            "So. Nov 6 08:49:37 UTC 1994",
            "Wed Feb 29 00:00:00 UTC 2023",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap_err(), Error::TimestampMalformed, "{text}");
        }
        for text in [
            "",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(Timestamp::from_http_date(text).unwrap_err(), Error::TimestampMalformed, "{text}");
        }
        let before = Timestamp::parse("Wed Dec 31 23:59:59 UTC 1969");
        assert_eq!(before.unwrap_err(), Error::TimestampOutOfRange);
    }

    #[test]
    fn timestamps_compare_by_time() {
        let [one, other] = [1, 86_400].map(|seconds| Timestamp::from_unix(seconds).unwrap());
        assert!(one < other && one != other && one == Timestamp::from_unix(1).unwrap());
        let hash = |time: &Timestamp| BuildHasherDefault::<DefaultHasher>::default().hash_one(time);
        assert_ne!(hash(&one), hash(&other));
        assert_eq!(std::format!("{one:?}"), "\"Thu Jan 1 00:00:01 UTC 1970\"");
    }

    #[cfg(feature = "std")]
    #[test]
    fn the_time_of_a_clock_is_converted() {
        use std::time::{Duration, UNIX_EPOCH};
        let time = UNIX_EPOCH + Duration::from_millis(1_999);
        assert_eq!(Timestamp::try_from(time), Timestamp::from_unix(1));
        let before = UNIX_EPOCH - Duration::from_millis(1);
        assert_eq!(Timestamp::try_from(before).unwrap_err(), Error::TimestampOutOfRange);
    }
}
