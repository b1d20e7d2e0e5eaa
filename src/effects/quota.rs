//! How many posts of the day an account has left, as Meta counts them.

use std::time::Duration;

use moka::future::Cache;

use crate::graph::PublishingLimit;

/// Meta's answer is believed for so long, our own posts since then taken off.
const BELIEVED: Duration = Duration::from_mins(10);
const ACCOUNTS: u64 = 10_000;
/// Where Meta tells no total (graph-publishing.md §7).
const LEAST_TOTAL: i64 = 50;

/// What is known of accounts' quotas. Cheap to clone.
#[derive(Clone)]
pub(super) struct Quotas(Cache<String, i64>);

impl Quotas {
    pub(super) fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(ACCOUNTS)
                .time_to_live(BELIEVED)
                .build(),
        )
    }

    /// How many posts are left, if it is known well enough: what is used up is asked anew.
    pub(super) async fn left(&self, account: &str) -> Option<i64> {
        self.0.get(account).await.filter(|left| *left > 0)
    }

    /// Keeps what Meta told; gives how many posts are left.
    pub(super) async fn told(&self, account: &str, limit: PublishingLimit) -> i64 {
        let left = (limit.total.unwrap_or(LEAST_TOTAL) - limit.used).max(0);
        self.0.insert(account.to_owned(), left).await;
        left
    }

    /// A post was published, or may have been.
    pub(super) async fn took(&self, account: &str) {
        if let Some(left) = self.0.get(account).await {
            self.0.insert(account.to_owned(), left - 1).await;
        }
    }
}
