//! The time by which leases are kept: the database's, where several processes share one.
//!
//! A lease is written by one process and judged by others. By their own clocks a process that is ahead would take
//! living lanes over, and hold dead ones for as long as it is ahead. So each knows how far the database's clock is
//! from its own, and adds that wherever a lease begins or ends. Other times stay the process's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use super::{Store, StoreError};
use crate::clock::Clock;
use crate::domain::Timestamp;

/// A difference as small as what measuring may be wrong by is left alone.
const NEGLIGIBLE: Duration = Duration::from_secs(1);
/// A clock that is so wrong is not kept by anybody.
const WORTH_TELLING: Duration = Duration::from_secs(3);
/// The shortest time between two comparisons; up to half as long again, so that processes do not ask in step.
const COMPARED: Duration = Duration::from_secs(45);

/// Tells the time of leases. Cheap to clone; clones share what was measured.
#[derive(Clone)]
pub(super) struct LeaseTime {
    clock: Clock,
    /// What the database's clock shows more than ours, in microseconds.
    ahead: Arc<AtomicI64>,
    told: Arc<AtomicBool>,
}

impl LeaseTime {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            ahead: Arc::default(),
            told: Arc::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::Relaxed);
        Timestamp::from_micros(self.clock.now().micros().saturating_add(ahead))
    }

    fn is_ahead_by(&self, measured: i64) {
        let size = Duration::from_micros(measured.unsigned_abs());
        let ours = if measured < 0 {
            size.as_secs_f64()
        } else {
            -size.as_secs_f64()
        };
        let ahead = if size < NEGLIGIBLE { 0 } else { measured };
        self.ahead.store(ahead, Ordering::Relaxed);
        metrics::gauge!("belino_clock_ahead_seconds").set(ours);
        let wrong = size >= WORTH_TELLING;
        if !self.told.swap(wrong, Ordering::Relaxed) && wrong {
            tracing::warn!(
                clock.ahead_seconds = ours,
                "this clock and the database's are {} s apart: leases go by the database's, every other time by this one",
                size.as_secs()
            );
        }
    }
}

impl Store {
    /// Looks how far the database's clock is from ours; SQLite has none.
    pub async fn compare_clocks(&self) -> Result<(), StoreError> {
        if let Some(ahead) = self.db.time_ahead_of(&self.clock).await? {
            self.lease_time.is_ahead_by(ahead);
        }
        Ok(())
    }

    /// Compares the clocks now and then, until dropped: one that was set must not stay wrong about leases.
    pub async fn keep_lease_time(&self) {
        loop {
            if let Err(error) = self.compare_clocks().await {
                tracing::warn!(error = %error, "could not compare this clock with the database's");
            }
            let mut byte = [0_u8; 1];
            getrandom::fill(&mut byte).expect("the system gives random bytes");
            tokio::time::sleep(COMPARED.mul_f64(1.0 + f64::from(byte[0]) / 510.0)).await;
        }
    }
}
