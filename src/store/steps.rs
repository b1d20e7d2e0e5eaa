//! Steps of the machine's clock: what waits does not wait longer because of one.
//!
//! A time in the future that was noted before the clock stepped back by an hour is an hour further away. So what lies
//! ahead steps back, too. Only on SQLite, whose one process knows that its own clock made all of these times; elsewhere
//! the time of leases is measured anew. After a step forward things are due early, which is allowed, and just right
//! where it was the machine that slept.

use std::time::{Duration, Instant};

use super::{Store, StoreError};

/// How often the clock is compared with the time that passed.
const LOOKED_AT: Duration = Duration::from_secs(1);
/// A smaller difference is no step: clocks are corrected, and threads wait for a core.
const SLACK: Duration = Duration::from_secs(2);

/// What lies more than this ahead, the second parameter, comes nearer by the first.
const AHEAD: [&str; 3] = [
    "UPDATE lanes SET due_at = due_at - CASE WHEN due_at > $2 THEN $1 ELSE 0 END,
        rest_until = rest_until - CASE WHEN rest_until > $2 THEN $1 ELSE 0 END
    WHERE due_at > $2 OR rest_until > $2",
    "UPDATE webhook_events SET due_at = due_at - $1 WHERE state IN ('pending', 'waiting') AND due_at > $2",
    "UPDATE pools SET rest_until = rest_until - $1 WHERE rest_until > $2",
];

impl Store {
    /// Watches the machine's clock, until dropped.
    pub async fn heed_clock(&self) {
        let mut owed = Duration::ZERO;
        loop {
            let (clock, steady) = (self.clock.now(), Instant::now());
            tokio::time::sleep(LOOKED_AT).await;
            let (expected, now) = (clock + steady.elapsed(), self.clock.now());
            let size = Duration::from_micros(expected.micros().abs_diff(now.micros()));
            if size > SLACK {
                let back = now < expected;
                let to = if back { "back" } else { "forward" };
                tracing::warn!("the clock stepped {to} by {} s", size.as_secs());
                if let Err(error) = self.compare_clocks().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "could not look at the database's clock"
                    );
                }
                if back && self.is_embedded() {
                    owed += size;
                }
            }
            if !owed.is_zero() {
                match self.step_back(owed).await {
                    Ok(()) => owed = Duration::ZERO,
                    Err(error) => tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "could not move what is due back with the clock; it is tried again"
                    ),
                }
            }
        }
    }

    /// Brings what lies ahead nearer by this, by which the clock has just stepped back.
    pub async fn step_back(&self, by: Duration) -> Result<(), StoreError> {
        let (now, by) = (
            self.clock.now(),
            i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
        );
        let mut tx = self.db.begin().await?;
        for statement in AHEAD {
            tx.query(statement).bind(by).bind(now).execute().await?;
        }
        Ok(tx.commit().await?)
    }
}
