//! One claim of a lane: a bounded slice of its work, then back to the queue.

use super::decide::Decider;
use super::sink::{Sink, Tally};
use super::slice::{self, Hands};
use super::worker::Processor;
use crate::connect;
use crate::domain::pace::Slice;
use crate::domain::{ParkedOn, Timestamp};
use crate::graph::Access;
use crate::store::{Connection, ConnectionState, Lane, Release, StoreError};

/// Events looked at in one claim; what is left goes to the tail, so that no backlog starves a neighbour.
const SLICE: u16 = 200;

/// A connection opened for calls.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) access: Access,
}

/// Works on a slice of the lane and gives the lane back.
#[tracing::instrument(name = "slice", skip_all, fields(account.key = %lane.account_key, lane.fence = lane.fence))]
pub(super) async fn process(processor: Processor, lane: Lane) -> Result<(), StoreError> {
    let parts = &processor.0;
    let opened = open(&processor, &lane).await?;
    if opened.is_empty() {
        parts.store.park_lane(&lane, &ParkedOn::Reconnect).await?;
        return parts.store.release_lane(&lane, Release::Idle(None)).await;
    }
    if let Some(until) = resting(&processor, &opened).await? {
        return parts.store.release_lane(&lane, Release::Rest(until)).await;
    }
    let work = parts.store.due_work(lane.account_key, i64::from(SLICE)).await?;
    let full = work.len() == usize::from(SLICE);
    let now = parts.store.clock().now();
    let allowance = parts.memory.allowance(lane.account_key, now).await;
    let sink = Sink::new(&parts.store, &lane, &parts.memory);
    let decider = Decider {
        store: &parts.store,
        graph: &parts.graph,
        sink: &sink,
    };
    let hands = Hands {
        parts,
        lane: &lane,
        opened: &opened,
        sink: &sink,
        decider,
        allowance,
    };
    slice::run(&hands, work).await?;
    let tally = sink.close().await?;
    let release = release(&processor, &lane, &tally, full).await?;
    parts.store.release_lane(&lane, release).await
}

/// The account's working connections with their tokens; one whose token does not open is left out.
async fn open(processor: &Processor, lane: &Lane) -> Result<Vec<Opened>, StoreError> {
    let parts = &processor.0;
    let Some(account) = parts.store.account(lane.account_key).await? else {
        return Ok(Vec::new());
    };
    let connections = parts.store.connections_of(lane.account_key).await?;
    let active = connections
        .into_iter()
        .filter(|connection| connection.state == ConnectionState::Active);
    Ok(active
        .filter_map(
            |connection| match connect::open(&parts.keyring, &connection, &account.instagram_id) {
                Ok(access) => Some(Opened { connection, access }),
                Err(error) => {
                    tracing::error!(error = %error, connection.id = %connection.id, "could not open a token");
                    None
                }
            },
        )
        .collect())
}

/// Until when the pools of the account rest, if they do.
async fn resting(processor: &Processor, opened: &[Opened]) -> Result<Option<Timestamp>, StoreError> {
    let keys = opened
        .iter()
        .flat_map(|one| one.access.pools())
        .map(|key| key.to_string())
        .collect();
    let now = processor.0.store.clock().now();
    let pools = processor.0.store.pools(keys).await?;
    Ok(pools
        .into_iter()
        .filter_map(|pool| pool.rest_until)
        .filter(|until| *until > now)
        .max())
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
        parts.memory.throttled(lane.account_key, now).await;
        return Ok(Release::Rest(until));
    }
    let next = parts.store.next_work(lane.account_key).await?;
    let left = next.is_some_and(|due| due <= now);
    // Where a whole slice was waiting there is nothing to gather: the pages are full already.
    let gathers = !full || tally.usage.is_some_and(|percent| percent >= 50);
    Ok(match pause.filter(|_| gathers) {
        Some(pause) => Release::Rest(now + pause),
        None if left => Release::More,
        None => Release::Idle(next),
    })
}
