//! An account's pace, whatever it did and whatever its clock says.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::Timestamp;
use crate::domain::pace::{CREDITS, GATHERED, Left, Pace, RAMP_END, RAMP_START, Slice};

const NOON: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn slice() -> impl Strategy<Value = Slice> {
    let few = (0_u32..30, 0_u32..300);
    let many = (0_u32..1_000_000, any::<u32>());
    let counts = prop_oneof![6 => few, 1 => many];
    (counts, option::of(0_u32..150)).prop_map(|((calls, settled), usage_percent)| Slice {
        calls,
        settled,
        usage_percent,
    })
}

/// Slices, each some time after the one before; sometimes before it.
fn course() -> impl Strategy<Value = Vec<(Slice, i64)>> {
    let passed = prop_oneof![4 => 0_i64..2_000_000, 1 => -5_000_000_i64..0, 1 => 0_i64..i64::MAX / 64];
    vec((slice(), passed), 0..20)
}

fn taken(course: &[(Slice, i64)]) -> (Pace, Timestamp) {
    let (mut pace, mut now) = (Pace::new(NOON), NOON);
    for (slice, passed) in course {
        now = Timestamp::from_micros(now.micros().saturating_add(*passed));
        pace.spend(*slice, now);
    }
    (pace, now)
}

/// The latest moment that its clock told.
fn latest(course: &[(Slice, i64)]) -> Timestamp {
    let (mut now, mut latest) = (NOON, NOON);
    for (_, passed) in course {
        now = Timestamp::from_micros(now.micros().saturating_add(*passed));
        latest = latest.max(now);
    }
    latest
}

/// Single reads that the account may make now before it comes to rest.
fn free(mut pace: Pace, now: Timestamp) -> u32 {
    let read = Slice {
        calls: 1,
        settled: 0,
        usage_percent: None,
    };
    (0..=2 * CREDITS)
        .take_while(|_| pace.spend(read, now).is_none())
        .count()
        .try_into()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn credits_never_exceed_their_ceiling(course in course(), rest in 0_u64..1_000_000) {
        let (pace, now) = taken(&course);
        prop_assert!(free(pace, now + Duration::from_secs(rest)) < CREDITS);
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing_and_takes_nothing(course in course(), back in 0_u64..1_000_000_000) {
        let (pace, _) = taken(&course);
        let mut stepped = pace;
        let idle = Slice { calls: 0, settled: 0, usage_percent: None };
        stepped.spend(idle, latest(&course) - Duration::from_micros(back));
        prop_assert_eq!(stepped, pace);
    }

    #[test]
    fn time_gives_credits_back_and_never_takes_any(course in course(), early in 0_u64..3_000_000, more in 0_u64..3_000_000) {
        let (pace, now) = taken(&course);
        let early = now + Duration::from_micros(early);
        prop_assert!(free(pace, early) <= free(pace, early + Duration::from_micros(more)));
    }

    #[test]
    fn a_slice_that_called_nobody_never_rests_and_any_rest_is_of_the_table(course in course(), slice in slice()) {
        let (mut pace, now) = taken(&course);
        match pace.spend(slice, now) {
            None => {}
            Some(rest) => {
                prop_assert!(slice.calls > 0);
                prop_assert!((Duration::from_secs(1)..=Duration::from_mins(5)).contains(&rest));
            }
        }
    }

    #[test]
    fn after_a_rest_calls_at_most_double_from_slice_to_slice(course in course()) {
        let (mut pace, mut now) = (Pace::new(NOON), NOON);
        pace.rested(NOON);
        let mut allowed = RAMP_START;
        prop_assert_eq!(pace.allowance(), Some(allowed));
        for (slice, passed) in course {
            now = Timestamp::from_micros(now.micros().saturating_add(passed));
            pace.spend(slice, now);
            let Some(next) = pace.allowance() else {
                prop_assert!(2 * allowed >= RAMP_END);
                return Ok(());
            };
            prop_assert_eq!(next, if slice.calls > 0 { 2 * allowed } else { allowed });
            allowed = next;
        }
    }

    #[test]
    fn what_is_gathered_is_at_least_one_and_at_most_a_thousand_in_all(
        slice in slice(),
        pending in prop_oneof![0_i64..2_000, 0_i64..i64::from(u32::MAX)],
        arrived in prop_oneof![0_i64..2_000, 0_i64..i64::from(u32::MAX)],
        full in any::<bool>(),
    ) {
        let left = Left { pending, arrived, full };
        if let Some(more) = slice.worth_gathering(left) {
            prop_assert!((1..=GATHERED).contains(&more));
            prop_assert!(more == 1 || pending + more == GATHERED);
            prop_assert!(slice.settled < slice.calls.saturating_mul(2) || pending <= 2 * arrived, "a backlog is not kept waiting");
        }
    }
}
