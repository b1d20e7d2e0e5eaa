//! Waiting for something to become true, with an end.

use std::time::{Duration, Instant};

use anyhow::bail;

/// Asks every `every` until there is an answer; gives up after `patience`.
pub async fn until<T>(
    what: &str,
    every: Duration,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> anyhow::Result<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        if began.elapsed() > patience {
            bail!("gave up after {patience:?}: {what}");
        }
        tokio::time::sleep(every).await;
    }
}
