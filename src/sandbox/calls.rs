//! The calls that Graph got: the last ones with what was answered, and how many in all.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde::Serialize;

use super::world::Id;
use crate::domain::{Login, Timestamp};

/// One call to Graph.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CallRecord {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) login: Login,
    pub(crate) method: String,
    /// Without version and parameters: never a token.
    pub(crate) path: String,
    /// Its `fields`.
    pub(crate) fields: Option<String>,
    /// The account that it was about.
    pub(crate) account: Option<Id>,
    /// What was answered; none when the connection was cut.
    pub(crate) status: Option<u16>,
    /// The error's code, if it was one.
    pub(crate) code: Option<i64>,
    pub(crate) duration_us: u64,
}

/// How many are kept.
const KEPT: usize = 10_000;

/// The last calls and their running total.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    total: u64,
    last: VecDeque<CallRecord>,
}

impl Calls {
    /// Notes a call and numbers it.
    pub(crate) fn note(&self, mut call: CallRecord) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.total += 1;
        call.number = inner.total;
        if inner.last.len() == KEPT {
            inner.last.pop_front();
        }
        inner.last.push_back(call);
    }

    /// How many there were, and the last `limit` of those that `wanted` chooses, newest first.
    pub(crate) fn last(&self, limit: usize, wanted: impl Fn(&CallRecord) -> bool) -> (u64, Vec<CallRecord>) {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = inner.last.iter().rev().filter(|call| wanted(call));
        (inner.total, chosen.take(limit).cloned().collect())
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }
}
