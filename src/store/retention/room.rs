//! In the background: removes what is due now and then, and gives room back to the disk.

use std::time::Duration;

use tokio::time::Instant;

use super::super::{Store, StoreError};
use super::sweep::Retired;
use crate::domain::{Keep, Retention};

/// The longest and the shortest time from one way through to the next.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(10));
/// The shortest pause between two slices.
const PAUSE: Duration = Duration::from_millis(5);

impl Store {
    /// Removes what is due, now and then, until dropped.
    pub async fn keep_within(&self, retention: Retention) {
        let rest = match retention.shortest() {
            Keep::For(span) => (span / 10).clamp(REST.0, REST.1),
            Keep::Forever => return std::future::pending().await,
        };
        loop {
            if let Err(error) = self.remove_due(&retention, |_| {}).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "could not remove what was kept for its time");
            }
            tokio::time::sleep(rest).await;
        }
    }

    /// Removes all that is due, in slices with pauses between them, and tells after each how much it is so far.
    /// Then gives free pages back to the disk, where there are many.
    pub async fn remove_due(
        &self,
        retention: &Retention,
        mut progress: impl FnMut(&Retired),
    ) -> Result<Retired, StoreError> {
        let mut sweep = self.sweep(retention);
        loop {
            let began = Instant::now();
            let told = sweep.retired;
            let more = self.sweep_slice(&mut sweep).await?;
            measure(&told, &sweep.retired);
            progress(&sweep.retired);
            if !more {
                break;
            }
            rest_after(began).await;
        }
        let retired = sweep.retired;
        if retired.total() > 0 {
            tracing::info!(
                deliveries = retired.deliveries,
                events = retired.events,
                feed = retired.feed,
                quarantine = retired.quarantine,
                calls = retired.calls,
                uploads = retired.uploads,
                "removed what was kept for its time"
            );
            loop {
                let began = Instant::now();
                if !self.db.give_back_room().await? {
                    break;
                }
                rest_after(began).await;
            }
        }
        Ok(retired)
    }
}

/// As long as the work took: at most half of the time is taken from others.
async fn rest_after(began: Instant) {
    tokio::time::sleep(began.elapsed().max(PAUSE)).await;
}

fn measure(before: &Retired, now: &Retired) {
    for (kind, removed) in [
        ("deliveries", now.deliveries - before.deliveries),
        ("events", now.events - before.events),
        ("feed", now.feed - before.feed),
        ("quarantine", now.quarantine - before.quarantine),
        ("calls", now.calls - before.calls),
        ("uploads", now.uploads - before.uploads),
    ] {
        metrics::counter!("belino_retired_total", "kind" => kind).increment(removed);
    }
}
