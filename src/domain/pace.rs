//! How fast an account's work may go: pure arithmetic on the moments and numbers it is given.
//!
//! A burst of events is cheaper by the page than one by one, and pages only form while we wait. So each
//! account has credits: a lone event never waits, the tenth in a row does, and what arrived meanwhile is
//! read together. In a burst an account gathers at once, whatever its credits, where that fills its pages. After a
//! throttled rest the pace grows step by step, as calling too fast extends the block.

use std::time::Duration;

use super::Timestamp;

/// Calls that an account may make at once before it rests.
pub const CREDITS: u32 = 8;
/// Credits that come back each second.
pub const REFILL_PER_SECOND: u32 = 4;
/// A page that settles this many events costs nothing: it is what we wait for.
pub const SETTLED_PER_FREE_CALL: u32 = 25;
/// Events a second above which an account is in a burst: more of them in the next second share a page.
pub const BURST_PER_SECOND: u32 = 10;
/// Events that are worth no longer a wait: twenty full pages of comments.
pub const GATHERED: i64 = 1_000;
/// Calls in the first slice after a throttled rest; each further slice may make twice as many.
pub const RAMP_START: u32 = 4;
/// From here on the ramp is over.
pub const RAMP_END: u32 = 256;

const CREDIT: u64 = 1_000;
const FULL: u64 = CREDITS as u64 * CREDIT;
const BURST: u64 = BURST_PER_SECOND as u64 * CREDIT;

/// The pace of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// In thousandths.
    credits: u64,
    counted_at: Timestamp,
    /// Events settled lately, in thousandths; they run out at the rate of a burst.
    lately: u64,
    ramp: Option<u32>,
    /// The newest rest of a pool that the ramp has answered.
    rested_until: Option<Timestamp>,
}

/// What one slice of work cost and brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Calls that it made.
    pub calls: u32,
    /// Events that it settled.
    pub settled: u32,
    /// The fullest pool after it; unknown is not zero.
    pub usage_percent: Option<u32>,
}

/// What waits when a slice is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Events that wait.
    pub pending: i64,
    /// Events that came while the slice was worked on.
    pub arrived: i64,
    /// As many events were due as a slice may look at.
    pub full: bool,
}

impl Slice {
    /// How many more events are worth a wait; nothing if waiting would not make the next calls cheaper.
    ///
    /// Where pages brought the events, fuller ones bring more, as long as more are coming: a backlog that nobody adds
    /// to is never kept waiting. Events that are read one by one do not get cheaper by their number.
    pub const fn worth_gathering(&self, left: Left) -> Option<i64> {
        let by_pages = self.settled >= 2 * self.calls;
        let worth = if by_pages {
            left.pending < GATHERED && left.pending <= 2 * left.arrived
        } else {
            !left.full
        };
        if !worth {
            return None;
        }
        let more = GATHERED - left.pending;
        Some(if more > 1 { more } else { 1 })
    }
}

impl Pace {
    /// An account that has done nothing lately.
    pub const fn new(now: Timestamp) -> Self {
        Self {
            credits: FULL,
            counted_at: now,
            lately: 0,
            ramp: None,
            rested_until: None,
        }
    }

    /// How many calls the next slice may make; nothing means as many as it likes.
    pub const fn allowance(&self) -> Option<u32> {
        self.ramp
    }

    /// Notes that a pool of this account rested until then: the pace starts low, once for each rest.
    pub fn rested(&mut self, until: Timestamp) {
        if self.rested_until < Some(until) {
            self.rested_until = Some(until);
            self.ramp = Some(RAMP_START);
        }
    }

    /// Takes a slice into account and tells how long the lane rests, if that is worth it or a quota asks for it.
    pub fn spend(&mut self, slice: Slice, now: Timestamp) -> Option<Duration> {
        self.refill(now);
        if slice.calls > 0 {
            let twice = self.ramp.map(|calls| calls.saturating_mul(2));
            self.ramp = twice.filter(|calls| *calls < RAMP_END);
        }
        let earned = u64::from(slice.settled) * CREDIT / u64::from(SETTLED_PER_FREE_CALL);
        let cost = (u64::from(slice.calls) * CREDIT).saturating_sub(earned);
        // No debt: the pages of a long walk are paid by its rest, not by the events after it.
        self.credits = self.credits.saturating_sub(cost);
        self.lately = (self.lately + u64::from(slice.settled) * CREDIT).min(2 * BURST);
        let dear = cost > 0 && self.credits < CREDIT;
        let burst = slice.calls > 0 && self.lately >= BURST;
        (dear || burst).then(|| rest(slice.usage_percent))
    }

    fn refill(&mut self, now: Timestamp) {
        let passed = now.since(self.counted_at).as_micros();
        let gained = passed * u128::from(REFILL_PER_SECOND) * u128::from(CREDIT) / 1_000_000;
        self.credits = u64::try_from(gained)
            .unwrap_or(u64::MAX)
            .saturating_add(self.credits)
            .min(FULL);
        let run_out = passed * u128::from(BURST) / 1_000_000;
        self.lately = self
            .lately
            .saturating_sub(u64::try_from(run_out).unwrap_or(u64::MAX));
        self.counted_at = self.counted_at.max(now);
    }
}

/// The fuller the quota, the more is gathered before the next call.
const fn rest(usage_percent: Option<u32>) -> Duration {
    match usage_percent {
        Some(90..) => Duration::from_mins(5),
        Some(75..) => Duration::from_secs(30),
        Some(50..) => Duration::from_secs(5),
        _ => Duration::from_secs(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_800_000_000);

    const fn slice(calls: u32, settled: u32) -> Slice {
        Slice {
            calls,
            settled,
            usage_percent: None,
        }
    }

    #[test]
    fn a_lone_event_is_never_delayed() {
        let mut pace = Pace::new(NOON);
        for second in 0..100 {
            let now = NOON + Duration::from_secs(second);
            for _ in 0..REFILL_PER_SECOND {
                assert_eq!(pace.spend(slice(1, 1), now), None, "{second}");
            }
        }
    }

    #[test]
    fn a_burst_of_single_reads_comes_to_rest() {
        let mut pace = Pace::new(NOON);
        let free = (0..20)
            .take_while(|_| pace.spend(slice(1, 1), NOON).is_none())
            .count();
        assert_eq!(free, 7);
        let after = NOON + Duration::from_secs(1);
        assert_eq!(
            pace.spend(slice(1, 1), after),
            None,
            "a second brings credits back"
        );
    }

    #[test]
    fn a_burst_is_gathered_while_more_is_coming_and_a_backlog_is_not() {
        let left = |pending, arrived| Left {
            pending,
            arrived,
            full: true,
        };
        let pages = slice(20, 1_000);
        assert_eq!(pages.worth_gathering(left(100, 100)), Some(900));
        assert_eq!(pages.worth_gathering(left(0, 0)), Some(1_000));
        assert_eq!(pages.worth_gathering(left(999, 999)), Some(1));
        assert_eq!(pages.worth_gathering(left(1_000, 1_000)), None, "enough is there");
        assert_eq!(pages.worth_gathering(left(100, 10)), None, "an old backlog");
    }

    #[test]
    fn what_is_read_one_by_one_is_gathered_unless_a_whole_slice_waited() {
        let alone = slice(10, 10);
        let left = |full| Left {
            pending: 5,
            arrived: 0,
            full,
        };
        assert_eq!(alone.worth_gathering(left(false)), Some(995));
        assert_eq!(alone.worth_gathering(left(true)), None);
    }

    #[test]
    fn a_burst_gathers_at_once_and_is_over_when_events_come_singly() {
        let mut pace = Pace::new(NOON);
        let at = |millis| NOON + Duration::from_millis(millis);
        assert_eq!(pace.spend(slice(1, 1), at(0)), None);
        assert_eq!(pace.spend(slice(1, 5), at(5)), None);
        assert_eq!(pace.spend(slice(1, 8), at(12)), Some(Duration::from_secs(1)));
        assert_eq!(pace.spend(slice(1, 1), at(2_500)), None);
    }

    #[test]
    fn an_idle_slice_never_rests() {
        let mut pace = Pace::new(NOON);
        assert!(pace.spend(slice(100, 0), NOON).is_some());
        assert_eq!(pace.spend(slice(0, 3), NOON), None);
    }

    #[test]
    fn the_rest_grows_with_usage() {
        let table = [
            (None, 1),
            (Some(49), 1),
            (Some(50), 5),
            (Some(75), 30),
            (Some(90), 300),
            (Some(144), 300),
        ];
        for (usage_percent, seconds) in table {
            let mut pace = Pace::new(NOON);
            let rest = pace.spend(
                Slice {
                    usage_percent,
                    ..slice(9, 0)
                },
                NOON,
            );
            assert_eq!(rest, Some(Duration::from_secs(seconds)), "{usage_percent:?}");
        }
    }

    #[test]
    fn credits_have_a_ceiling_and_a_clock_that_steps_back_gives_none() {
        let mut pace = Pace::new(NOON);
        assert!(pace.spend(slice(8, 0), NOON).is_some());
        assert!(pace.spend(slice(1, 0), NOON - Duration::from_mins(1)).is_some());
        let later = NOON + Duration::from_hours(5);
        assert_eq!(pace.spend(slice(7, 0), later), None);
        assert!(pace.spend(slice(1, 0), later).is_some());
    }

    #[test]
    fn the_pace_ramps_up_after_a_throttled_rest() {
        let mut pace = Pace::new(NOON);
        assert_eq!(pace.allowance(), None);
        pace.rested(NOON);
        let mut seen = Vec::new();
        while let Some(calls) = pace.allowance() {
            seen.push(calls);
            pace.spend(slice(1, 1), NOON);
        }
        assert_eq!(seen, [4, 8, 16, 32, 64, 128]);
        pace.rested(NOON);
        assert_eq!(pace.allowance(), None, "the same rest is answered once");
        pace.rested(NOON + Duration::from_mins(1));
        pace.spend(slice(0, 1), NOON);
        assert_eq!(
            pace.allowance(),
            Some(RAMP_START),
            "only calls show that calling is allowed again"
        );
    }
}
