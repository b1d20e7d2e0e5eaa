//! Steps of the machine's clock: pauses last as long as they were meant to.
//!
//! A time in the future that was noted before the clock stepped back by an hour would be an hour further away: an
//! event that waits for its next try would wait that much longer. So what lies ahead steps along. Only on SQLite,
//! whose one process knows that its own clock made all of these times; elsewhere the time of leases is measured anew.

use std::time::{Duration, Instant};

use super::{Store, StoreError};
use crate::domain::Timestamp;

/// How often the clock is compared with the time that passed.
const LOOKED_AT: Duration = Duration::from_secs(1);
/// A smaller difference is no step: clocks are corrected, and threads wait for a core.
const SLACK: Duration = Duration::from_secs(2);

/// What lies ahead, by more than the second parameter, is moved by the first.
const AHEAD: [&str; 3] = [
    "UPDATE lanes SET due_at = due_at + CASE WHEN due_at > $2 THEN $1 ELSE 0 END,
        rest_until = rest_until + CASE WHEN rest_until > $2 THEN $1 ELSE 0 END
    WHERE due_at > $2 OR rest_until > $2",
    "UPDATE webhook_events SET due_at = due_at + $1 WHERE state IN ('pending', 'waiting') AND due_at > $2",
    "UPDATE pools SET rest_until = rest_until + $1 WHERE rest_until > $2",
];

impl Store {
    /// Watches the machine's clock, until dropped.
    pub async fn heed_clock(&self) {
        let mut owed = 0;
        loop {
            let (clock, steady) = (self.clock.now(), Instant::now());
            tokio::time::sleep(LOOKED_AT).await;
            let step = micros_between(clock + steady.elapsed(), self.clock.now());
            if step.unsigned_abs() > SLACK.as_micros().try_into().unwrap_or(u64::MAX) {
                let seconds = step / 1_000_000;
                tracing::warn!(clock.step_seconds = seconds, "the clock stepped by {seconds} s");
                owed += step;
            }
            if owed != 0 {
                match self.heed_step(owed).await {
                    Ok(()) => owed = 0,
                    Err(error) => tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "could not heed the step of the clock; it is tried again"
                    ),
                }
            }
        }
    }

    async fn heed_step(&self, step: i64) -> Result<(), StoreError> {
        if self.is_embedded() {
            self.step_along(step).await
        } else {
            self.compare_clocks().await
        }
    }

    /// Moves the times that lie ahead by so many microseconds, by which the clock has just stepped.
    pub async fn step_along(&self, step: i64) -> Result<(), StoreError> {
        let now = self.clock.now().micros();
        let ahead = Timestamp::from_micros(now.min(now.saturating_sub(step)));
        let mut tx = self.db.begin().await?;
        for statement in AHEAD {
            tx.query(statement).bind(step).bind(ahead).execute().await?;
        }
        Ok(tx.commit().await?)
    }
}

const fn micros_between(from: Timestamp, to: Timestamp) -> i64 {
    to.micros().saturating_sub(from.micros())
}
