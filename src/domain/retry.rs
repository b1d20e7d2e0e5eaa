//! What to do after a failed call, as a pure function.
//!
//! Chance comes in as an argument, so the same failure always has the same answer. Nothing here is
//! given up unseen: what cannot be cured by waiting is parked under a name or dead with a reason.

use std::time::Duration;

use super::{Class, ParkedOn, PoolKind};

/// How often passing trouble is tried before a person is asked: with the back-off, most of a day.
pub const TRANSIENT_TRIES: u32 = 30;
/// How often an error that Belino does not know is tried before a person is asked.
pub const UNKNOWN_TRIES: u32 = 4;
/// From this usage on, "does not exist" may be a limit in disguise (graph-limits-and-errors.md §5.4).
pub const SUSPICIOUS_USAGE: u32 = 80;
/// How often "does not exist" at high usage rests the pool before it is believed: a deleted object of
/// a busy account must not hold its lane for ever.
pub const SUSPICIOUS_RESTS: u32 = 3;
/// How long after the first "does not exist" the second question is asked.
pub const CONFIRM_AFTER: Duration = Duration::from_mins(1);
/// The longest pause between two tries of one event.
pub const BACKOFF_CEILING: Duration = Duration::from_hours(1);
/// How long an account rests that Instagram blocks for its behaviour: hours, not seconds (§5.1).
pub const BLOCKED_REST: Duration = Duration::from_hours(6);
/// The longest rest that an answer can ask for: the quota's own window (§6).
pub const REST_CEILING: Duration = Duration::from_hours(24);

const TRANSIENT_BASE: Duration = Duration::from_secs(2);
const UNKNOWN_BASE: Duration = Duration::from_secs(15);

/// One failed try.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// What the error asks for.
    pub class: Class,
    /// Which try failed, from 1; tries that ended in a rest of the pool are not counted.
    pub attempt: u32,
    /// How often this object was answered "does not exist" before.
    pub suspicions: u32,
    /// The fullest of the pools that the call drew on; unknown is not zero.
    pub usage_percent: Option<u32>,
    /// When Meta says calls work again.
    pub regain: Option<Duration>,
    /// The permission that the call needed.
    pub scope: &'a str,
    /// Chance, from 0 to 1.
    pub jitter: f64,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try the event again after a pause.
    Retry(Duration),
    /// Let a whole pool rest; the try does not count.
    Rest {
        /// Whose pool.
        pool: PoolKind,
        /// For how long.
        lasting: Duration,
    },
    /// Hold the work until this has changed.
    Park(ParkedOn),
    /// Ask once more after a pause, and ask for an object that surely exists as well.
    Confirm(Duration),
    /// The object no longer exists: finish.
    Gone,
    /// The object has nothing to show: finish.
    NoData,
    /// The same call would fail for ever.
    Dead(&'static str),
}

/// Decides what follows a failure.
pub fn next(failure: &Failure<'_>) -> Next {
    match failure.class {
        Class::Retry => again(failure, TRANSIENT_TRIES, TRANSIENT_BASE),
        Class::Unknown => again(failure, UNKNOWN_TRIES, UNKNOWN_BASE),
        Class::Wait(pool) => rest(pool, failure),
        Class::Blocked => Next::Rest {
            pool: PoolKind::Account,
            lasting: stretched(BLOCKED_REST, failure.jitter),
        },
        Class::Reauth => Next::Park(ParkedOn::Reconnect),
        Class::User => Next::Park(ParkedOn::Restricted),
        Class::Perm => Next::Park(ParkedOn::Scope(failure.scope.to_owned())),
        Class::GoneSuspected => suspected(failure),
        Class::Gone => Next::Gone,
        Class::NoData => Next::NoData,
        Class::Bad => Next::Dead("the request is wrong and would fail in the same way again"),
        Class::Recreate => Next::Dead("the container is lost and must be built again"),
    }
}

fn again(failure: &Failure<'_>, tries: u32, base: Duration) -> Next {
    if failure.attempt >= tries {
        return Next::Park(ParkedOn::UnknownError);
    }
    Next::Retry(backoff(base, failure.attempt, failure.jitter))
}

/// Doubles with each try, up to the ceiling; chance takes away up to half, so that events which failed
/// together do not come back together.
fn backoff(base: Duration, attempt: u32, jitter: f64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    base.saturating_mul(1 << doublings)
        .min(BACKOFF_CEILING)
        .mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

fn suspected(failure: &Failure<'_>) -> Next {
    let busy = failure
        .usage_percent
        .is_some_and(|percent| percent >= SUSPICIOUS_USAGE);
    if busy && failure.suspicions < SUSPICIOUS_RESTS {
        rest(PoolKind::Account, failure)
    } else if failure.suspicions == 0 {
        Next::Confirm(stretched(CONFIRM_AFTER, failure.jitter))
    } else {
        Next::Gone
    }
}

/// Meta's own estimate where it gives one, else a window of ours.
fn rest(pool: PoolKind, failure: &Failure<'_>) -> Next {
    let exhausted = failure.usage_percent.is_some_and(|percent| percent >= 100);
    let lasting = failure
        .regain
        .filter(|regain| !regain.is_zero())
        .unwrap_or_else(|| window(pool, exhausted))
        .min(REST_CEILING);
    Next::Rest {
        pool,
        lasting: stretched(lasting, failure.jitter),
    }
}

/// How long a pool rests without an estimate (§6): the app's and a person's quota count a rolling hour,
/// an account's and a Page's a rolling day, of which some comes back by the minute.
const fn window(pool: PoolKind, exhausted: bool) -> Duration {
    match (pool, exhausted) {
        (PoolKind::Account | PoolKind::Page, false) => Duration::from_mins(10),
        (PoolKind::App | PoolKind::User, false) | (PoolKind::Account | PoolKind::Page, true) => {
            Duration::from_mins(30)
        }
        (PoolKind::App | PoolKind::User, true) | (PoolKind::Publishing, _) => Duration::from_hours(1),
    }
}

/// Chance only ever lengthens a rest, by up to a tenth: to wake early extends the block.
fn stretched(rest: Duration, jitter: f64) -> Duration {
    rest.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u64 = 60;

    fn failure(class: Class, attempt: u32) -> Failure<'static> {
        Failure {
            class,
            attempt,
            suspicions: 0,
            usage_percent: None,
            regain: None,
            scope: "instagram_manage_comments",
            jitter: 0.0,
        }
    }

    fn rest(pool: PoolKind, seconds: u64) -> Next {
        Next::Rest {
            pool,
            lasting: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn every_class_has_its_next_step() {
        let table = [
            (Class::Reauth, Next::Park(ParkedOn::Reconnect)),
            (Class::User, Next::Park(ParkedOn::Restricted)),
            (
                Class::Perm,
                Next::Park(ParkedOn::Scope("instagram_manage_comments".to_owned())),
            ),
            (Class::Gone, Next::Gone),
            (Class::NoData, Next::NoData),
            (Class::GoneSuspected, Next::Confirm(CONFIRM_AFTER)),
            (Class::Blocked, rest(PoolKind::Account, 360 * MIN)),
            (Class::Wait(PoolKind::App), rest(PoolKind::App, 30 * MIN)),
            (Class::Wait(PoolKind::User), rest(PoolKind::User, 30 * MIN)),
            (Class::Wait(PoolKind::Page), rest(PoolKind::Page, 10 * MIN)),
            (Class::Wait(PoolKind::Account), rest(PoolKind::Account, 10 * MIN)),
            (
                Class::Wait(PoolKind::Publishing),
                rest(PoolKind::Publishing, 60 * MIN),
            ),
            (Class::Retry, Next::Retry(Duration::from_secs(1))),
            (Class::Unknown, Next::Retry(Duration::from_millis(7_500))),
        ];
        for (class, expected) in table {
            assert_eq!(next(&failure(class, 1)), expected, "{class:?}");
        }
        for class in [Class::Bad, Class::Recreate] {
            assert!(matches!(next(&failure(class, 1)), Next::Dead(_)), "{class:?}");
        }
    }

    #[test]
    fn the_pause_doubles_up_to_an_hour_and_chance_takes_at_most_half() {
        for (attempt, seconds) in [(1, 2), (2, 4), (3, 8), (11, 2_048), (12, 3_600), (29, 3_600)] {
            let most = Failure {
                jitter: 1.0,
                ..failure(Class::Retry, attempt)
            };
            assert_eq!(
                next(&most),
                Next::Retry(Duration::from_secs(seconds)),
                "{attempt}"
            );
            let least = Failure { jitter: 0.0, ..most };
            assert_eq!(
                next(&least),
                Next::Retry(Duration::from_secs(seconds) / 2),
                "{attempt}"
            );
        }
    }

    #[test]
    fn the_last_try_parks() {
        for (class, tries) in [(Class::Retry, TRANSIENT_TRIES), (Class::Unknown, UNKNOWN_TRIES)] {
            assert!(
                matches!(next(&failure(class, tries - 1)), Next::Retry(_)),
                "{class:?}"
            );
            assert_eq!(
                next(&failure(class, tries)),
                Next::Park(ParkedOn::UnknownError),
                "{class:?}"
            );
        }
    }

    #[test]
    fn a_limit_never_runs_out_of_tries() {
        let late = failure(Class::Wait(PoolKind::Account), 10_000);
        assert_eq!(next(&late), rest(PoolKind::Account, 10 * MIN));
    }

    #[test]
    fn a_rest_follows_metas_estimate_and_is_never_cut_short() {
        let wait = failure(Class::Wait(PoolKind::Account), 1);
        let table = [
            (Some(17 * MIN), 0.0, 17 * MIN),
            (Some(20 * MIN), 1.0, 22 * MIN),
            (Some(0), 0.0, 10 * MIN),
            (None, 0.0, 10 * MIN),
            (Some(999_999 * MIN), 0.0, 1_440 * MIN),
        ];
        for (regain, jitter, expected) in table {
            let asked = Failure {
                regain: regain.map(Duration::from_secs),
                jitter,
                ..wait
            };
            assert_eq!(next(&asked), rest(PoolKind::Account, expected), "{regain:?}");
        }
    }

    #[test]
    fn an_exhausted_pool_rests_longer() {
        for (pool, minutes) in [(PoolKind::App, 60), (PoolKind::Account, 30), (PoolKind::Page, 30)] {
            let exhausted = Failure {
                usage_percent: Some(100),
                ..failure(Class::Wait(pool), 1)
            };
            assert_eq!(next(&exhausted), rest(pool, minutes * MIN), "{pool:?}");
        }
    }

    #[test]
    fn what_seems_gone_is_believed_the_second_time() {
        let seen = |suspicions, usage_percent| {
            next(&Failure {
                suspicions,
                usage_percent,
                ..failure(Class::GoneSuspected, 3)
            })
        };
        assert_eq!(seen(0, None), Next::Confirm(CONFIRM_AFTER));
        assert_eq!(seen(0, Some(79)), Next::Confirm(CONFIRM_AFTER));
        assert_eq!(seen(1, Some(79)), Next::Gone);
    }

    #[test]
    fn what_seems_gone_at_high_usage_rests_the_account_but_not_for_ever() {
        let seen = |suspicions| {
            next(&Failure {
                suspicions,
                usage_percent: Some(80),
                ..failure(Class::GoneSuspected, 1)
            })
        };
        for suspicions in 0..SUSPICIOUS_RESTS {
            assert_eq!(seen(suspicions), rest(PoolKind::Account, 10 * MIN));
        }
        assert_eq!(seen(SUSPICIOUS_RESTS), Next::Gone);
    }
}
