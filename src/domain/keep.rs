//! How long things are kept once they are finished.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// Units, the largest first. A week is written in days, as people set it.
const UNITS: [(char, u64); 5] = [('w', WEEK), ('d', DAY), ('h', HOUR), ('m', MINUTE), ('s', 1)];
/// Longer is as good as for ever.
const LONGEST: u64 = 100 * 366 * DAY;

/// A text that is no time to keep something for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    /// It is neither a number with a unit nor `forever`.
    #[error("is no span of time")]
    Form,
    /// Nothing would be kept at all, or longer than a century.
    #[error("is out of range")]
    Range,
}

/// For how long something is kept; longer ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// For so long.
    For(Duration),
    /// Until somebody removes it.
    Forever,
}

impl Keep {
    /// What is from before this is kept no longer; nothing with `Forever`.
    pub fn before(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::For(span) => Some(now - span),
            Self::Forever => None,
        }
    }

    /// Until when something from this time is kept; none with `Forever`.
    pub fn until(self, from: Timestamp) -> Option<Timestamp> {
        match self {
            Self::For(span) => Some(from + span),
            Self::Forever => None,
        }
    }
}

impl FromStr for Keep {
    type Err = KeepError;

    fn from_str(text: &str) -> Result<Self, KeepError> {
        if text == "forever" {
            return Ok(Self::Forever);
        }
        let mut cut = UNITS
            .iter()
            .filter_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, *seconds)));
        let (digits, seconds) = cut.next().ok_or(KeepError::Form)?;
        // `parse` would take a sign.
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(KeepError::Form);
        }
        let span = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(seconds));
        match span {
            Some(span) if (1..=LONGEST).contains(&span) => Ok(Self::For(Duration::from_secs(span))),
            _ => Err(KeepError::Range),
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::For(span) = self else {
            return f.write_str("forever");
        };
        let seconds = span.as_secs();
        let written = UNITS.iter().filter(|(unit, _)| *unit != 'w');
        let fits = |(_, size): &&(char, u64)| seconds.is_multiple_of(*size);
        match written.into_iter().find(fits) {
            Some((unit, size)) => write!(f, "{}{unit}", seconds / size),
            None => write!(f, "{seconds}s"),
        }
    }
}

/// How long each kind of thing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Deliveries with their bytes, once all their events are finished; those that could not be read; quarantine.
    pub bodies: Keep,
    /// Finished events, their failed tries, further sightings and calls.
    pub events: Keep,
    /// Entries of the feed.
    pub feed: Keep,
    /// Uploaded files, unless a post needs them.
    pub uploads: Keep,
}

/// As long as Meta may fetch a file again under the address that it got.
pub const ADDRESS_HOLDS: Duration = Duration::from_hours(24);

/// As long as Meta repeats a delivery that it thinks lost: 36 hours.
pub const META_REPEATS: Duration = Duration::from_hours(36);

impl Retention {
    /// How long events stay: not shorter than the bytes that tell of them, or reading these again would make
    /// what was removed anew.
    pub fn events_stay(&self) -> Keep {
        self.events.max(self.bodies)
    }

    /// The shortest span of all.
    pub fn shortest(&self) -> Keep {
        self.bodies
            .min(self.feed)
            .min(self.events_stay())
            .min(self.uploads)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            bodies: Keep::For(Duration::from_secs(30 * DAY)),
            events: Keep::Forever,
            feed: Keep::For(Duration::from_secs(14 * DAY)),
            uploads: Keep::For(Duration::from_secs(30 * DAY)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("30d", "30d", 30 * DAY)]
    #[case("12h", "12h", 12 * HOUR)]
    #[case("36h", "36h", 36 * HOUR)]
    #[case("90m", "90m", 90 * MINUTE)]
    #[case("2w", "14d", 14 * DAY)]
    #[case("1s", "1s", 1)]
    fn a_span_is_a_number_with_a_unit(#[case] text: &str, #[case] shown: &str, #[case] seconds: u64) {
        let keep: Keep = text.parse().unwrap();
        assert_eq!(keep, Keep::For(Duration::from_secs(seconds)));
        assert_eq!(keep.to_string(), shown);
    }

    #[test]
    fn forever_is_longer_than_any_span_and_removes_nothing() {
        let forever: Keep = "forever".parse().unwrap();
        assert!(forever > "36600d".parse().unwrap());
        assert_eq!(forever.before(Timestamp::from_seconds(9)), None);
        assert_eq!(forever.to_string(), "forever");
    }

    #[rstest::rstest]
    #[case("", KeepError::Form)]
    #[case("30", KeepError::Form)]
    #[case("d", KeepError::Form)]
    #[case("3dd", KeepError::Form)]
    #[case("+3d", KeepError::Form)]
    #[case("3 d", KeepError::Form)]
    #[case("never", KeepError::Form)]
    #[case("0d", KeepError::Range)]
    #[case("36601d", KeepError::Range)]
    #[case("99999999999999999999d", KeepError::Range)]
    fn anything_else_is_none(#[case] text: &str, #[case] error: KeepError) {
        assert_eq!(text.parse::<Keep>(), Err(error));
    }

    #[test]
    fn events_stay_as_long_as_the_bytes_that_tell_of_them() {
        let retention = Retention {
            events: "7d".parse().unwrap(),
            ..Retention::default()
        };
        assert_eq!(retention.events_stay(), retention.bodies);
        assert_eq!(Retention::default().events_stay(), Keep::Forever);
    }
}
