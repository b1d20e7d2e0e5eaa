//! A line of the posts' table: a mishap at a step, what came of it, and the verdict.

use serde::Serialize;

use super::case::Case;
use super::judge::Tally;
use crate::cli::Row;
use crate::cli::verify::row::Verdict;

/// All that is done to posts.
pub(in crate::cli::verify) const ALL: &str = "publishing cut off in every way";

/// A case on a store.
#[derive(Clone, Debug, Serialize)]
pub(in crate::cli::verify) struct PostLine {
    store: &'static str,
    done: &'static str,
    step: &'static str,
    #[serde(flatten)]
    tally: Option<Tally>,
    #[serde(flatten)]
    verdict: Verdict,
}

impl PostLine {
    /// What is said below the table.
    pub(in crate::cli::verify) const LEGEND: &'static str = "\
posts: how many met it. once: seen by followers once and `published`, its first comment beneath it once, or said to be
missing. absent: not seen, and `failed`. unclear: `uncertain`, for a person to decide, and not seen twice. twice: the
post or its comment is seen twice. wrong: what is said of it is not so, or a process that had stood still changed it.";

    pub(super) const fn of(store: &'static str, case: Case, tally: Tally, verdict: Verdict) -> Self {
        Self {
            store,
            done: case.mishap.told(),
            step: case.step.told(),
            tally: Some(tally),
            verdict,
        }
    }

    pub(super) const fn untried(store: &'static str, verdict: Verdict) -> Self {
        Self {
            store,
            done: ALL,
            step: "each",
            tally: None,
            verdict,
        }
    }

    /// Whether the whole run failed by it.
    pub(in crate::cli::verify) const fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }
}

impl Row for PostLine {
    const HEADS: &'static [&'static str] = &[
        "STORE",
        "WHAT WAS DONE",
        "STEP",
        "POSTS",
        "ONCE",
        "ABSENT",
        "UNCLEAR",
        "TWICE",
        "WRONG",
        "VERDICT",
    ];

    fn cells(&self) -> Vec<String> {
        let counts = self.tally.map_or_else(
            || std::array::from_fn(|_| "–".to_owned()),
            |all| {
                let Tally {
                    posts,
                    once,
                    absent,
                    unclear,
                    twice,
                    wrong,
                } = all;
                [posts, once, absent, unclear, twice, wrong].map(|count| count.to_string())
            },
        );
        let mut cells = vec![self.store.to_owned(), self.done.to_owned(), self.step.to_owned()];
        cells.extend(counts);
        cells.push(self.verdict.told());
        cells
    }
}
