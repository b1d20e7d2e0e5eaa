//! What was sent and what was answered: the last tries, and the totals.

use std::collections::VecDeque;

use bytes::Bytes;
use serde::Serialize;

use crate::domain::{Login, Timestamp};
use crate::sandbox::faults::What;
use crate::sandbox::world::Id;

/// One try of a notification.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Attempt {
    /// The notification; its tries share it.
    pub(crate) delivery: u64,
    /// Which try it is, from 1.
    pub(crate) nth: usize,
    pub(crate) login: Login,
    pub(crate) at: Timestamp,
    pub(crate) accounts: Vec<Id>,
    pub(crate) fields: Vec<String>,
    pub(crate) updates: usize,
    pub(crate) body_bytes: usize,
    pub(crate) signature: String,
    /// What was answered; none when nothing was.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) faults: Vec<What>,
    pub(crate) outcome: Outcome,
    /// When it will be tried again.
    pub(crate) next_at: Option<Timestamp>,
    #[serde(skip)]
    pub(crate) body: Bytes,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Acknowledged,
    Failed,
    /// Failed for the last time.
    GivenUp,
    /// Never sent, on order.
    Dropped,
}

/// Counts since the start or the last reset.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Totals {
    pub(crate) attempts: u64,
    pub(crate) acknowledged: u64,
    pub(crate) failed: u64,
    pub(crate) given_up: u64,
    pub(crate) dropped: u64,
    /// Updates in acknowledged notifications.
    pub(crate) updates_acknowledged: u64,
}

/// How many tries are kept.
const KEPT: usize = 2_000;

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) totals: Totals,
    last: VecDeque<Attempt>,
}

impl Log {
    /// Notes a try.
    pub(crate) fn note(&mut self, attempt: Attempt) {
        let totals = &mut self.totals;
        totals.attempts += 1;
        match attempt.outcome {
            Outcome::Acknowledged => {
                totals.acknowledged += 1;
                totals.updates_acknowledged += u64::try_from(attempt.updates).unwrap_or(0);
            }
            Outcome::Failed => totals.failed += 1,
            Outcome::GivenUp => totals.given_up += 1,
            Outcome::Dropped => totals.dropped += 1,
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(attempt);
    }

    /// The last `limit` tries, newest first.
    pub(crate) fn last(&self, limit: usize) -> Vec<Attempt> {
        self.last.iter().rev().take(limit).cloned().collect()
    }
}
