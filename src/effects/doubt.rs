//! Doubt: a call was made, and nobody knows what came of it. What Instagram shows decides, never a guess.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// Between two looks.
const BETWEEN: Duration = Duration::from_mins(1);
/// After each look that shows nothing: what people see already, Meta's reads may show minutes later. When all of them
/// in a row have shown nothing, nothing was done: five minutes after it was sent.
const EMPTY_LOOKS: [Duration; 2] = [BETWEEN, Duration::from_secs(150)];
/// So often Instagram may refuse to be looked at before a person is asked.
const BLIND_LOOKS: u32 = 12;
/// The longest wait after looks at nothing.
const LONGEST_WAIT: Duration = Duration::from_mins(30);
/// So often one thing is sent in all.
const SENDS: u32 = 2;

/// What is known of a call that was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Doubt {
    /// Looks in a row that showed nothing of it.
    pub(super) empty: u32,
    /// Looks that Instagram refused.
    pub(super) blind: u32,
}

/// What a look showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// One thing that is as it should be: ours.
    One(String),
    /// Nothing like it.
    Nothing,
    /// One thing that could be it, though its container says otherwise, and nothing but its time speaks for it.
    Unlikely(String),
    /// Several things that could be it.
    Several(usize),
    /// Instagram could not be looked at.
    Blind(String),
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// It was done; this is it.
    Done(String),
    /// It is looked at again.
    Look(Timestamp),
    /// It was not done: it may be sent again.
    SendAgain,
    /// A person decides, for this reason.
    Person(&'static str, String),
}

/// Rules on a doubt by what was seen. `sends` is how often it was sent.
pub(super) fn rule(doubt: &mut Doubt, evidence: Evidence, sends: u32, now: Timestamp) -> Ruling {
    match evidence {
        Evidence::One(id) => Ruling::Done(id),
        Evidence::Several(count) => {
            Ruling::Person("several-matches", format!("{count} posts could be this one"))
        }
        Evidence::Blind(why) => {
            doubt.blind += 1;
            doubt.empty = 0;
            if doubt.blind > BLIND_LOOKS {
                return Ruling::Person(
                    "not-to-be-seen",
                    format!("Instagram could not be looked at: {why}"),
                );
            }
            Ruling::Look(now + (BETWEEN * doubt.blind).min(LONGEST_WAIT))
        }
        Evidence::Unlikely(id) => next_look(doubt, now).map_or_else(
            || {
                let message =
                    format!("{id} could be this one, and Meta says that this one was not published");
                Ruling::Person("unlikely-match", message)
            },
            Ruling::Look,
        ),
        Evidence::Nothing => match next_look(doubt, now) {
            Some(at) => Ruling::Look(at),
            None if sends < SENDS => Ruling::SendAgain,
            None => Ruling::Person(
                "still-unclear",
                format!("it was sent {sends} times and is not to be seen"),
            ),
        },
    }
}

/// When it is looked at again, after a look that showed nothing that is certain; none: that was the last of them in a row.
fn next_look(doubt: &mut Doubt, now: Timestamp) -> Option<Timestamp> {
    let looks = usize::try_from(doubt.empty).ok();
    let wait = looks.and_then(|looks| EMPTY_LOOKS.get(looks));
    doubt.empty += 1;
    if wait.is_none() {
        *doubt = Doubt::default();
    }
    wait.map(|wait| now + *wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn only_what_is_seen_nowhere_for_minutes_is_sent_again_and_once_only() {
        let mut doubt = Doubt::default();
        let look = |doubt: &mut Doubt, sends| rule(doubt, Evidence::Nothing, sends, NOW);
        for wait in EMPTY_LOOKS {
            assert_eq!(look(&mut doubt, 1), Ruling::Look(NOW + wait));
        }
        assert_eq!(look(&mut doubt, 1), Ruling::SendAgain);
        for wait in EMPTY_LOOKS {
            assert_eq!(look(&mut doubt, 2), Ruling::Look(NOW + wait));
        }
        assert!(matches!(look(&mut doubt, 2), Ruling::Person("still-unclear", _)));
    }

    #[test]
    fn what_cannot_be_seen_is_not_absent() {
        let mut doubt = Doubt::default();
        assert!(matches!(
            rule(&mut doubt, Evidence::Nothing, 1, NOW),
            Ruling::Look(_)
        ));
        let blind = || Evidence::Blind("(#100/33)".to_owned());
        for _ in 0..BLIND_LOOKS {
            assert!(matches!(rule(&mut doubt, blind(), 1, NOW), Ruling::Look(_)));
        }
        assert!(matches!(
            rule(&mut doubt, blind(), 1, NOW),
            Ruling::Person("not-to-be-seen", _)
        ));
        assert!(
            matches!(rule(&mut doubt, Evidence::Nothing, 1, NOW), Ruling::Look(_)),
            "looks in a row count"
        );
    }

    #[test]
    fn a_match_for_which_little_speaks_is_looked_at_as_often_and_never_taken() {
        let mut doubt = Doubt::default();
        let unlikely = || Evidence::Unlikely("1".to_owned());
        for wait in EMPTY_LOOKS {
            assert_eq!(rule(&mut doubt, unlikely(), 1, NOW), Ruling::Look(NOW + wait));
        }
        assert!(matches!(
            rule(&mut doubt, unlikely(), 1, NOW),
            Ruling::Person("unlikely-match", _)
        ));
    }

    #[test]
    fn a_match_is_the_proof_and_a_tie_is_not() {
        let mut doubt = Doubt::default();
        let one = Evidence::One("1".to_owned());
        assert_eq!(rule(&mut doubt, one, 1, NOW), Ruling::Done("1".to_owned()));
        assert!(matches!(
            rule(&mut doubt, Evidence::Several(2), 1, NOW),
            Ruling::Person("several-matches", _)
        ));
    }
}
