//! One claim of a lane: a bounded slice of its work, then back to the queue.

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::decide::Decider;
use super::open::{Opened, Opening, open};
use super::savings::Savings;
use super::sink::{Sink, Tally};
use super::slice::{self, Hands};
use super::worker::{LEASE, Processor};
use crate::domain::pace::{Left, Slice};
use crate::domain::{ParkedOn, Timestamp};
use crate::store::{Lane, Release, Settlement, StoreError};

/// Events looked at in one claim; what is left goes to the tail, so that no backlog starves a neighbour.
const SLICE: u16 = 200;
/// A pool that rested longer ago than this is trusted with the usual pace.
const FORGOTTEN: Duration = Duration::from_hours(1);

/// Works on a slice of the lane and gives the lane back.
#[tracing::instrument(name = "slice", skip_all, fields(account.key = %lane.account_key, lane.fence = lane.fence))]
pub(super) async fn process(processor: Processor, lane: Lane) -> Result<(), StoreError> {
    let parts = &processor.0;
    let account = open(&processor, &lane).await?;
    if account.opened.is_empty() {
        return park(&processor, &lane, account).await;
    }
    let now = parts.store.clock().now();
    if let Some(until) = last_rest(&processor, &account.opened).await? {
        if until > now {
            return parts.store.release_lane(&lane, Release::Rest(until)).await;
        }
        if now.since(until) < FORGOTTEN {
            parts.memory.rested(lane.account_key, until, now).await;
        }
    }
    let work = parts.store.due_work(lane.account_key, i64::from(SLICE)).await?;
    let full = work.len() == usize::from(SLICE);
    let sink = Sink::new(&parts.store, &lane, &parts.memory, &parts.bells);
    let hands = Hands {
        parts,
        lane: &lane,
        account: &account,
        sink: &sink,
        decider: Decider::new(&parts.store, &parts.graph, &sink),
        savings: Savings::default(),
        allowance: AtomicU32::new(parts.memory.allowance(lane.account_key, now).await),
    };
    slice::run(&hands, work).await?;
    let tally = sink.close().await?;
    let release = release(&processor, &lane, &tally, full).await?;
    parts.store.release_lane(&lane, release).await
}

/// Nothing can be asked: the lane waits for a connection. One whose token does not open is as good as none;
/// its probes find out when the key is back.
async fn park(processor: &Processor, lane: &Lane, account: Opening) -> Result<(), StoreError> {
    let store = &processor.0.store;
    for connection in account.sealed {
        let blamed = Settlement {
            park_lane: Some((ParkedOn::Reconnect, connection.id, connection.generation)),
            ..Settlement::default()
        };
        store.settle(lane, LEASE, blamed).await?;
    }
    store.park_lane(lane, &ParkedOn::Reconnect).await?;
    store.release_lane(lane, Release::Idle(None)).await
}

/// Until when a pool of the account rests, or rested last.
async fn last_rest(processor: &Processor, opened: &[Opened]) -> Result<Option<Timestamp>, StoreError> {
    let keys = opened
        .iter()
        .flat_map(|one| one.access.pools())
        .map(|key| key.to_string())
        .collect();
    let pools = processor.0.store.pools(keys).await?;
    Ok(pools.into_iter().filter_map(|pool| pool.rest_until).max())
}

/// How the lane is given back: resting where a quota or the pace asks for it, else by what is left.
async fn release(
    processor: &Processor,
    lane: &Lane,
    tally: &Tally,
    full: bool,
) -> Result<Release, StoreError> {
    let parts = &processor.0;
    let now = parts.store.clock().now();
    let slice = Slice {
        calls: tally.calls,
        settled: tally.settled,
        usage_percent: tally.usage,
    };
    let pause = parts.memory.spend(lane.account_key, slice, now).await;
    if let Some(until) = tally.rest {
        return Ok(Release::Rest(until));
    }
    if let Some(pause) = pause {
        // A quota that fills asks for patience, however much there is to do.
        if tally.usage.is_some_and(|percent| percent >= 50) {
            return Ok(Release::Rest(now + pause));
        }
        let (pending, arrived) = parts.store.left(lane).await?;
        let left = Left {
            pending,
            arrived,
            full,
        };
        if let Some(enough) = slice.worth_gathering(left) {
            let until = now + pause;
            return Ok(Release::Gather { until, enough });
        }
    }
    let next = parts.store.next_work(lane.account_key).await?;
    let more = next.is_some_and(|due| due <= now);
    Ok(if more { Release::More } else { Release::Idle(next) })
}
