//! The server's bad days: it crashes and comes back.

use std::time::Duration;

use super::kills::{PER_LIFE, sent};
use super::trial::{NOW, Plan};
use crate::cli::Failure;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::Stop;

/// Pause between a crash and the start after it.
const DOWN: Duration = Duration::from_millis(500);

/// How often the server is crashed.
pub(super) const fn crashes(plan: &Plan) -> usize {
    plan.kills.div_ceil(4)
}

/// The server ends at once, again and again, while deliveries come.
pub(super) async fn crash(bed: &mut Bed, plan: &Plan) -> Result<(), Stop> {
    let Some(cluster) = &bed.cluster else {
        return Err(Stop::NotTested("the database is not ours to crash".to_owned()));
    };
    let times = crashes(plan);
    let deliveries = bed.written(&bed.accounts, (times + 1) * PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let crashing = async {
        for life in 0..times {
            sent(&load.book, before + life * PER_LIFE + PER_LIFE / 2).await;
            cluster.crash()?;
            tokio::time::sleep(DOWN).await;
            cluster.begin()?;
        }
        Ok::<_, Failure>(())
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok(())
    };
    tokio::try_join!(sending, crashing)?;
    Ok(())
}
