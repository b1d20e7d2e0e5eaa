//! After a failure, whatever it was.

use std::time::Duration;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::retry::{
    BACKOFF_CEILING, BLOCKED_REST, CONFIRM_AFTER, Failure, Next, REST_CEILING, SUSPICIOUS_RESTS,
    TRANSIENT_TRIES, UNKNOWN_TRIES, next,
};
use crate::domain::{Class, PoolKind};

fn pool() -> impl Strategy<Value = PoolKind> {
    select(vec![
        PoolKind::App,
        PoolKind::User,
        PoolKind::Page,
        PoolKind::Account,
        PoolKind::Publishing,
    ])
}

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![
        pool().prop_map(Class::Wait),
        select(vec![
            Class::Retry,
            Class::Blocked,
            Class::Reauth,
            Class::Perm,
            Class::User,
            Class::Gone,
            Class::GoneSuspected,
            Class::NoData,
            Class::Bad,
            Class::Recreate,
            Class::Unknown,
        ]),
    ]
}

fn regain() -> impl Strategy<Value = Option<Duration>> {
    let minutes = (0_u64..3_000).prop_map(|minutes| Duration::from_secs(60 * minutes));
    let odd = (any::<u64>(), 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos));
    option::of(prop_oneof![3 => minutes, 1 => odd])
}

/// Chance as it is promised, at its ends, and beyond them.
fn jitter() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..=1.0, 1 => select(vec![0.0, 1.0, -1.0, 2.0, f64::INFINITY])]
}

fn failure() -> impl Strategy<Value = Failure<'static>> {
    let attempt = prop_oneof![3 => 1_u32..40, 1 => any::<u32>()];
    let usage = option::of(prop_oneof![3 => 0_u32..150, 1 => any::<u32>()]);
    (class(), attempt, 0_u32..6, usage, regain(), jitter()).prop_map(
        |(class, attempt, suspicions, usage_percent, regain, jitter)| Failure {
            class,
            attempt,
            suspicions,
            usage_percent,
            regain,
            scope: "instagram_manage_comments",
            jitter,
        },
    )
}

/// What chance can lengthen a rest to.
fn stretched(rest: Duration) -> Duration {
    rest + rest / 10 + Duration::from_nanos(1)
}

/// How long nothing is tried.
fn pause(next: &Next) -> Option<Duration> {
    match next {
        Next::Retry(pause) | Next::Confirm(pause) | Next::Rest { lasting: pause, .. } => Some(*pause),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_048) })]

    #[test]
    fn no_pause_is_longer_than_its_ceiling_or_no_pause_at_all(failure in failure()) {
        match next(&failure) {
            Next::Retry(pause) => prop_assert!(pause > Duration::from_millis(500) && pause <= BACKOFF_CEILING),
            Next::Confirm(pause) => prop_assert!(pause >= CONFIRM_AFTER && pause <= stretched(CONFIRM_AFTER)),
            Next::Rest { lasting, .. } => {
                prop_assert!(lasting > Duration::ZERO && lasting <= stretched(REST_CEILING.max(BLOCKED_REST)));
            }
            _ => {}
        }
    }

    #[test]
    fn no_pool_is_asked_before_meta_says_that_it_answers_again(failure in failure()) {
        if let (Class::Wait(asked), Some(regain)) = (failure.class, failure.regain) {
            let Next::Rest { pool, lasting } = next(&failure) else {
                return Err(TestCaseError::fail("a limit is no fault of the event"));
            };
            prop_assert_eq!(pool, asked);
            prop_assert!(lasting >= regain.min(REST_CEILING), "{:?}", lasting);
            if !regain.is_zero() {
                prop_assert!(lasting <= stretched(regain.min(REST_CEILING)), "{:?}", lasting);
            }
        }
    }

    #[test]
    fn chance_only_halves_a_try_and_only_lengthens_a_rest_and_changes_nothing_else(failure in failure()) {
        let [least, most] = [0.0, 1.0].map(|jitter| next(&Failure { jitter, ..failure }));
        let own = next(&failure);
        prop_assert_eq!(std::mem::discriminant(&own), std::mem::discriminant(&least));
        if let (Some(least), Some(own), Some(most)) = (pause(&least), pause(&own), pause(&most)) {
            prop_assert!(least <= own && own <= most);
            prop_assert!(most <= 2 * least);
        } else {
            prop_assert_eq!(&own, &least);
            prop_assert_eq!(&own, &most);
        }
    }

    #[test]
    fn a_later_try_never_waits_less(failure in failure(), later in 1_u32..40) {
        let later = Failure { attempt: failure.attempt.saturating_add(later), ..failure };
        if let (Next::Retry(first), Next::Retry(second)) = (next(&failure), next(&later)) {
            prop_assert!(first <= second);
        }
    }

    #[test]
    fn tries_come_to_an_end_and_only_of_what_may_pass(failure in failure()) {
        let tries = match failure.class {
            Class::Retry => TRANSIENT_TRIES,
            Class::Unknown => UNKNOWN_TRIES,
            _ => 0,
        };
        prop_assert_eq!(matches!(next(&failure), Next::Retry(_)), failure.attempt < tries);
    }

    #[test]
    fn what_seems_gone_is_neither_asked_for_nor_rested_on_for_ever(mut failure in failure()) {
        failure.class = Class::GoneSuspected;
        failure.suspicions = failure.suspicions.max(SUSPICIOUS_RESTS);
        prop_assert_eq!(next(&failure), Next::Gone);
    }
}
