//! Meta redelivers for 36 hours: the same bytes, or the same items in other company and order.

use std::time::Duration;

use super::trial::NOW;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::payload::Delivery;
use crate::cli::verify::row::Stop;

const DELIVERIES: usize = 150;
/// Meta gives up after this.
const OLDEST: Duration = Duration::from_hours(36);

/// Everything comes again, before and after a restart.
pub(super) async fn act(bed: &mut Bed) -> Result<(), Stop> {
    let mut deliveries = bed.written(&bed.accounts, DELIVERIES, NOW).await?;
    deliveries.extend(bed.written(&bed.accounts, DELIVERIES, OLDEST).await?);
    let load = bed.load.clone();
    // At the same time as the first ones, so that both are unread.
    tokio::join!(load.send(&deliveries), load.send(&deliveries));
    let turned: Vec<_> = deliveries.chunks(7).rev().flat_map(<[_]>::to_vec).collect();
    bed.settle().await?;
    load.send(&turned).await;
    bed.kill_and_restart().await?;
    let now = bed.time.now().seconds();
    let regrouped: Vec<_> = turned
        .chunks(5)
        .map(|part| Delivery::together(part, now))
        .collect();
    load.send(&regrouped).await;
    load.send(&deliveries).await;
    Ok(())
}
