//! The time that processes share: the database's, where several go by one.
//!
//! A lease is written by one process and judged by others, and so is the time at which something is due. By their own
//! clocks a process that is ahead would take living lanes over, and what it noted would be due later for everybody
//! else. So each looks how far the database's clock is from its own, and puts its clock right.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Store, StoreError};

/// A difference as small as what measuring may be wrong by is left alone.
const NEGLIGIBLE: Duration = Duration::from_secs(1);
/// A clock that is so wrong is not kept by anybody.
const WORTH_TELLING: Duration = Duration::from_secs(3);
/// The shortest time between two comparisons; up to half as long again, so that processes do not ask in step.
const COMPARED: Duration = Duration::from_secs(45);

impl Store {
    /// Looks how far the database's clock is from ours, and puts ours right; SQLite has none.
    pub async fn compare_clocks(&self) -> Result<(), StoreError> {
        if let Some(ahead) = self.db.time_ahead_of(&self.clock).await? {
            self.put_right(ahead);
        }
        Ok(())
    }

    /// By so many microseconds the database's clock shows more than ours.
    fn put_right(&self, ahead: i64) {
        let size = Duration::from_micros(ahead.unsigned_abs());
        self.clock.put_right(if size < NEGLIGIBLE { 0 } else { ahead });
        let ours = size.as_secs_f64().copysign(if ahead < 0 { 1.0 } else { -1.0 });
        metrics::gauge!("belino_clock_ahead_seconds").set(ours);
        let wrong = size >= WORTH_TELLING;
        if !self.clock_told.swap(wrong, Ordering::Relaxed) && wrong {
            tracing::warn!(
                clock.ahead_seconds = ours,
                "this machine's clock and the database's are {} s apart: belino goes by the database's",
                size.as_secs()
            );
        }
    }

    /// Compares the clocks now and then, until dropped: one that was set must not stay wrong.
    pub async fn keep_time(&self) {
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
