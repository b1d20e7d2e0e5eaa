//! In the background: erases what was asked for, a slice at a time, with pauses between.

use std::time::Duration;

use tokio::time::Instant;

use super::super::Store;
use super::step::Erasing;

/// How often somebody looks whether there is something to erase.
const TICK: Duration = Duration::from_secs(1);
/// The shortest pause between two slices; else as long as the slice took.
const PAUSE: Duration = Duration::from_millis(5);

impl Store {
    /// Erases what was asked for, until dropped. At most half of the time is taken from others.
    pub async fn keep_erasing(&self) {
        loop {
            let began = Instant::now();
            let rest = match self.erase_slice().await {
                Ok(Erasing::Slice) => began.elapsed().max(PAUSE),
                Ok(Erasing::Nothing) => TICK,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "could not erase a slice; it is tried again");
                    TICK
                }
            };
            tokio::time::sleep(rest).await;
        }
    }
}
