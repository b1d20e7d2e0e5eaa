//! What a process remembers between slices. Losing it costs some calls, never an event.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::future::Cache;

use super::ahead::{self, Ahead};
use crate::domain::pace::{Pace, Slice};
use crate::domain::{AccountKey, Timestamp};

/// Accounts, walks, pools and comments remembered at most, of each.
const KEPT: u64 = 10_000;
/// Cursors are perishable (graph-oauth.md §4): after this a walk begins anew.
const CURSOR_LIFE: Duration = Duration::from_mins(10);

type Walk = (AccountKey, String);

pub(super) struct Memory {
    paces: Cache<AccountKey, Arc<Mutex<Pace>>>,
    walks: Cache<Walk, String>,
    pools: Cache<String, i64>,
    ahead: Cache<(AccountKey, String), Arc<Ahead>>,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            paces: Cache::builder()
                .max_capacity(KEPT)
                .time_to_idle(Duration::from_hours(1))
                .build(),
            walks: Cache::builder()
                .max_capacity(KEPT)
                .time_to_live(CURSOR_LIFE)
                .build(),
            pools: Cache::builder()
                .max_capacity(KEPT)
                .time_to_live(Duration::from_mins(1))
                .build(),
            ahead: Cache::builder()
                .max_capacity(KEPT)
                .time_to_live(ahead::LIFE)
                .build(),
        }
    }

    async fn pace<T>(&self, account: AccountKey, now: Timestamp, with: impl FnOnce(&mut Pace) -> T) -> T {
        let pace = self
            .paces
            .get_with(account, async { Arc::new(Mutex::new(Pace::new(now))) })
            .await;
        let mut pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
        with(&mut pace)
    }

    /// How many calls the account's next slice may make.
    pub(super) async fn allowance(&self, account: AccountKey, now: Timestamp) -> u32 {
        self.pace(account, now, |pace| pace.allowance())
            .await
            .unwrap_or(u32::MAX)
    }

    /// Takes a slice into account; tells how long the account rests.
    pub(super) async fn spend(&self, account: AccountKey, slice: Slice, now: Timestamp) -> Option<Duration> {
        self.pace(account, now, |pace| pace.spend(slice, now)).await
    }

    /// A pool of the account rested until then.
    pub(super) async fn rested(&self, account: AccountKey, until: Timestamp, now: Timestamp) {
        self.pace(account, now, |pace| pace.rested(until)).await;
    }

    /// Where a walk through a media's comments or a comment's replies was cut off.
    pub(super) async fn cursor(&self, walk: &Walk) -> Option<String> {
        self.walks.get(walk).await
    }

    /// Remembers where a walk was cut off; `None` when it came to its end.
    pub(super) async fn keep_cursor(&self, walk: Walk, cursor: Option<String>) {
        match cursor {
            Some(cursor) => self.walks.insert(walk, cursor).await,
            None => self.walks.invalidate(&walk).await,
        }
    }

    /// True if this usage of a pool is news that other processes should know.
    pub(super) async fn is_news(&self, key: &str, percent: i64) -> bool {
        if self.pools.get(key).await == Some(percent) {
            return false;
        }
        self.pools.insert(key.to_owned(), percent).await;
        true
    }

    /// Remembers what a page told of a comment before its notification came.
    pub(super) async fn keep_ahead(&self, account: AccountKey, comment: String, ahead: Ahead) {
        self.ahead.insert((account, comment), Arc::new(ahead)).await;
    }

    /// What a page told of a comment before its notification came: once.
    pub(super) async fn take_ahead(&self, account: AccountKey, comment: &str) -> Option<Arc<Ahead>> {
        self.ahead.remove(&(account, comment.to_owned())).await
    }
}
