//! Moments as whole microseconds since 1970: the one form in memory, in both databases and in cursors.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that is not a time.
#[derive(Debug, thiserror::Error)]
#[error("not a time: expected RFC 3339, as 2026-11-21T08:30:00Z")]
pub struct TimestampError;

/// A moment, in microseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Of microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Of milliseconds since 1970; saturates at the ends.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// Of seconds since 1970; saturates at the ends.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Of a time as Meta writes it: RFC 3339, or with an offset without colon (`2026-03-04T09:15:00+0000`,
    /// graph-oauth.md §4).
    pub fn parse_meta(text: &str) -> Option<Self> {
        text.parse().ok().or_else(|| {
            let at = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%z", text)
                .ok()?
                .to_timestamp()
                .ok()?;
            Some(Self(at.as_microsecond()))
        })
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        text.parse::<jiff::Timestamp>()
            .map(|at| Self(at.as_microsecond()))
            .map_err(|_| TimestampError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_every_form_meta_writes() {
        let expected = Timestamp::from_seconds(1_772_615_700);
        for text in [
            "2026-03-04T09:15:00+0000",
            "2026-03-04T09:15:00Z",
            "2026-03-04T10:15:00+01:00",
        ] {
            assert_eq!(Timestamp::parse_meta(text), Some(expected), "{text}");
        }
        assert_eq!(Timestamp::parse_meta("yesterday"), None);
    }

    #[test]
    fn a_time_survives_its_text() {
        let at = Timestamp::from_micros(1_772_615_700_000_500);
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
    }
}
