//! What a publication is cut off by, and where.

use serde_json::{Value, json};

/// A call that a post is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Container,
    Publication,
    Comment,
}

/// What happens to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    /// The process is killed while Meta has not begun with the call, which then never happens.
    KilledBefore,
    /// The process is killed when Meta has done it, before the answer.
    KilledAfter,
    /// The process stands still beyond its lease; the call never happens.
    StoppedBefore,
    /// The process stands still beyond its lease, and is answered then.
    StoppedAfter,
    /// The connection breaks when it is done.
    AnswerLost,
    /// Meta answers 500 when it is done.
    ErrorAfter,
}

/// How mishaps are brought about, several posts at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Kill,
    Stop,
    Answer,
}

/// A mishap at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) step: Step,
    pub(super) mishap: Mishap,
}

impl Step {
    const ALL: [Self; 3] = [Self::Container, Self::Publication, Self::Comment];

    /// The last part of the call's path.
    pub(super) const fn edge(self) -> &'static str {
        match self {
            Self::Container => "media",
            Self::Publication => "media_publish",
            Self::Comment => "comments",
        }
    }

    /// In words.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::Container => "container made",
            Self::Publication => "published",
            Self::Comment => "first comment",
        }
    }
}

impl Mishap {
    const ALL: [Self; 6] = [
        Self::KilledBefore,
        Self::KilledAfter,
        Self::StoppedBefore,
        Self::StoppedAfter,
        Self::AnswerLost,
        Self::ErrorAfter,
    ];

    const fn way(self) -> Way {
        match self {
            Self::KilledBefore | Self::KilledAfter => Way::Kill,
            Self::StoppedBefore | Self::StoppedAfter => Way::Stop,
            Self::AnswerLost | Self::ErrorAfter => Way::Answer,
        }
    }

    /// What Meta does to the call.
    pub(super) fn fault(self) -> Value {
        match self {
            Self::KilledBefore | Self::StoppedBefore => json!("hang"),
            Self::KilledAfter | Self::StoppedAfter => json!("hold_answer"),
            Self::AnswerLost => json!("answer_lost"),
            Self::ErrorAfter => json!({ "error": { "code": 2, "http": 500, "after": true } }),
        }
    }

    /// In words.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::KilledBefore => "SIGKILL before Meta did it",
            Self::KilledAfter => "SIGKILL when Meta had done it",
            Self::StoppedBefore => "stopped past its lease before Meta did it",
            Self::StoppedAfter => "stopped past its lease when Meta had done it",
            Self::AnswerLost => "the answer lost",
            Self::ErrorAfter => "500 when it was done",
        }
    }
}

impl Way {
    /// In the order in which they are tried.
    pub(super) const ALL: [Self; 3] = [Self::Kill, Self::Stop, Self::Answer];
    /// Cases that are brought about in one way.
    pub(super) const CASES: usize = Step::ALL.len() * Mishap::ALL.len() / Self::ALL.len();
}

impl Case {
    /// Every mishap at every step.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let at_each = |mishap| Step::ALL.into_iter().map(move |step| Self { step, mishap });
        Mishap::ALL.into_iter().flat_map(at_each)
    }

    /// Those that are brought about in this way.
    pub(super) fn of(way: Way) -> impl Iterator<Item = Self> {
        Self::all().filter(move |case| case.mishap.way() == way)
    }
}
