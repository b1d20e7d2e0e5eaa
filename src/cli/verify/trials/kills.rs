//! SIGKILL under load: the process gets no chance to finish anything, and is started again.

use std::time::Duration;

use super::trial::{NOW, Plan};
use crate::cli::Failure;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::book::Book;
use crate::cli::verify::row::Stop;

/// Deliveries between two kills.
pub(super) const PER_LIFE: usize = 400;
const LOOKED_AT: Duration = Duration::from_millis(1);

/// Kills the service so often while deliveries come. In the short form nobody waits for the leases of the killed ones: time
/// is moved on.
pub(super) async fn act(bed: &mut Bed, plan: &Plan) -> Result<(), Stop> {
    let times = plan.kills;
    let deliveries = bed.written(&bed.accounts, (times + 1) * PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let sending = async {
        load.send(&deliveries).await;
        Ok::<_, Failure>(())
    };
    let book = load.book.clone();
    let killing = async {
        for life in 0..times {
            sent(&book, before + life * PER_LIFE + PER_LIFE / 2).await;
            bed.kill_and_restart().await?;
        }
        Ok(())
    };
    tokio::try_join!(sending, killing)?;
    if plan.quick && bed.shared {
        bed.pass_a_lease().await?;
    }
    Ok(())
}

/// Waits until so many are sent: there are more on their way.
pub(super) async fn sent(book: &Book, count: usize) {
    while book.len() < count {
        tokio::time::sleep(LOOKED_AT).await;
    }
}
