//! A line of the table: what was done, what came of it, and the verdict.

use serde::Serialize;

use crate::cli::{Failure, Row};

/// What is said below the table.
pub(super) const LEGEND: &str = "\
sent, acknowledged, stored: deliveries (POSTs, those answered 200, those read back with the same SHA-256). One that was
not acknowledged may be stored or not: Meta would send it again. comments: how many the acknowledged ones told;
processed: how many of all those sent are done. twice: comments with more than one event or more than one end.
lost: deliveries that were acknowledged and are not stored, or comments of theirs that are not done.";

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Figures {
    pub(super) sent: usize,
    pub(super) acknowledged: usize,
    pub(super) stored: usize,
    pub(super) comments: usize,
    pub(super) processed: usize,
    pub(super) processed_twice: usize,
    pub(super) lost: usize,
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "reason", rename_all = "snake_case")]
pub(super) enum Verdict {
    /// Everything held.
    Passed,
    /// Something did not hold, or the trial broke off.
    Failed(String),
    /// It could not be tried.
    NotTested(String),
}

impl Verdict {
    /// For people.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Passed => "passed".to_owned(),
            Self::Failed(why) => format!("FAILED: {why}"),
            Self::NotTested(why) => format!("not tested: {why}"),
        }
    }
}

/// Why a trial was not carried through.
pub(super) enum Stop {
    /// Something is missing on this machine, or was left out.
    NotTested(String),
    /// It went wrong.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Stop> for Verdict {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NotTested(why) => Self::NotTested(why),
            Stop::Failed(failure) => Self::Failed(failure.to_string()),
        }
    }
}

/// One trial on one store.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    pub(super) store: &'static str,
    pub(super) done: String,
    #[serde(flatten)]
    pub(super) figures: Option<Figures>,
    #[serde(flatten)]
    pub(super) verdict: Verdict,
}

impl Line {
    /// Whether the whole run failed by it.
    pub(super) const fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }
}

impl Row for Line {
    const HEADS: &'static [&'static str] = &[
        "STORE",
        "WHAT WAS DONE",
        "SENT",
        "ACKNOWLEDGED",
        "STORED",
        "COMMENTS",
        "PROCESSED",
        "TWICE",
        "LOST",
        "VERDICT",
    ];

    fn cells(&self) -> Vec<String> {
        let figures = self.figures.map_or_else(
            || std::array::from_fn(|_| "–".to_owned()),
            |all| {
                let Figures {
                    sent,
                    acknowledged,
                    stored,
                    comments,
                    processed,
                    processed_twice,
                    lost,
                } = all;
                [
                    sent,
                    acknowledged,
                    stored,
                    comments,
                    processed,
                    processed_twice,
                    lost,
                ]
                .map(|count| count.to_string())
            },
        );
        let mut cells = vec![self.store.to_owned(), self.done.clone()];
        cells.extend(figures);
        cells.push(self.verdict.told());
        cells
    }
}
