//! Several processes on one database: they share the work, and one's end or sleep costs nothing.

use std::time::Duration;

use super::kills::{PER_LIFE, sent};
use super::trial::NOW;
use crate::cli::Failure;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::Stop;

/// Longer than a lane's lease of a minute.
const ASLEEP: Duration = Duration::from_secs(75);

/// So many take deliveries in turn; one of them is killed and comes back.
pub(super) async fn several(bed: &mut Bed, count: usize) -> Result<(), Stop> {
    for _ in 1..count {
        bed.start().await?;
    }
    let deliveries = bed.written(&bed.accounts, 2 * PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let killing = async {
        sent(&load.book, before + PER_LIFE).await;
        bed.kill_and_restart().await
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok::<_, Failure>(())
    };
    tokio::try_join!(sending, killing)?;
    bed.settle().await?;
    bed.leave_one().await?;
    Ok(())
}

/// One of two sleeps through its lease and wakes up with what it held long done by the other.
pub(super) async fn frozen(bed: &mut Bed) -> Result<(), Stop> {
    bed.start().await?;
    let deliveries = bed.written(&bed.accounts, 2 * PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let sleeping = async {
        sent(&load.book, before + PER_LIFE / 2).await;
        bed.signal("STOP")?;
        tokio::time::sleep(ASLEEP).await;
        bed.signal("CONT")
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok::<_, Failure>(())
    };
    tokio::try_join!(sending, sleeping)?;
    bed.settle().await?;
    bed.leave_one().await?;
    Ok(())
}
