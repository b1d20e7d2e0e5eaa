//! What an entry says of all its items: whose they are and when they were sent.

use super::json::{self, Object};
use crate::domain::{Timestamp, facts};

/// Longer names of accounts and fields are none: see the index on events.
pub(super) const LONGEST_NAME: usize = 128;

/// The head of an entry.
#[derive(Default)]
pub(super) struct Entry {
    id: Option<String>,
    time: Option<i64>,
}

impl Entry {
    /// Of the entry's members.
    pub(super) fn of(entry: &Object<'_>) -> Self {
        Self {
            id: entry.id("id").filter(|id| id.len() <= LONGEST_NAME),
            time: entry.integer("time"),
        }
    }

    /// The account's id as it came.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether the dashboard sent this to try the callback (meta-webhooks.md §3.2).
    pub(super) fn is_test(&self) -> bool {
        self.id() == Some(facts::TEST_ENTRY_ID)
    }

    /// The entry's time as it came; empty if there is none.
    pub(super) fn time(&self) -> String {
        self.time.map(|time| time.to_string()).unwrap_or_default()
    }

    /// When Meta sent it.
    pub(super) fn sent_at(&self) -> Option<Timestamp> {
        self.time.and_then(json::moment)
    }
}
