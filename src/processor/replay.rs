//! Replays: stored events back to work, or stored deliveries read again, at the lowest priority.
//!
//! Nothing is repeated or doubled: events are the same rows, objects are upserted, and processing has no effects.

use std::collections::{BTreeMap, BTreeSet};

use super::Worked;
use crate::domain::{DeliveryId, EventId, Timestamp};
use crate::ingest::{Bells, read};
use crate::store::{EventFilter, PageRequest, Replay, ReplaySource, Store, StoreError, identity};
use crate::webhook::Item;

/// Events or deliveries handled in one step.
const SLICE: u16 = 200;
/// Items that an estimate asks about in one question.
const ASKED_AT_ONCE: usize = 1_000;
/// An estimate looks at no more events than this, and says so.
pub const ESTIMATE_LIMIT: u64 = 200_000;

/// What a replay would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayEstimate {
    /// Events or deliveries that match.
    pub matched: u64,
    /// Events that would be put back to work.
    pub would_requeue: u64,
    /// Events that nothing can be asked for, or that wait already.
    pub unchanged: u64,
    /// Events that reading the deliveries again would add.
    pub new_events: u64,
    /// Matching events by state.
    pub by_state: BTreeMap<String, u64>,
    /// Calls to Graph at the most.
    pub calls_at_most: u64,
    /// There are more than were looked at.
    pub truncated: bool,
}

/// Says what a replay would do, without doing it.
pub async fn estimate(
    store: &Store,
    filter: &EventFilter,
    source: ReplaySource,
) -> Result<ReplayEstimate, StoreError> {
    match source {
        ReplaySource::Events => estimate_events(store, filter).await,
        ReplaySource::Raw => estimate_raw(store, filter).await,
    }
}

async fn estimate_events(store: &Store, filter: &EventFilter) -> Result<ReplayEstimate, StoreError> {
    let mut estimate = ReplayEstimate::default();
    let mut after = None;
    loop {
        let events = store
            .events(
                filter,
                PageRequest {
                    after,
                    limit: i64::from(SLICE),
                },
            )
            .await?;
        for event in &events {
            estimate.matched += 1;
            *estimate
                .by_state
                .entry(event.shown_state().to_string())
                .or_default() += 1;
            if event.can_be_requeued() {
                estimate.would_requeue += 1;
            } else {
                estimate.unchanged += 1;
            }
        }
        estimate.calls_at_most = estimate.would_requeue + 1;
        estimate.truncated = estimate.matched >= ESTIMATE_LIMIT;
        match events.last() {
            Some(last) if events.len() == usize::from(SLICE) && !estimate.truncated => {
                after = Some(last.id.uuid());
            }
            _ => break,
        }
    }
    if estimate.would_requeue == 0 {
        estimate.calls_at_most = 0;
    }
    Ok(estimate)
}

async fn estimate_raw(store: &Store, filter: &EventFilter) -> Result<ReplayEstimate, StoreError> {
    let mut estimate = ReplayEstimate::default();
    let mut new = BTreeSet::new();
    let (since, until) = span(filter, store.clock().now());
    let mut after = None;
    loop {
        let deliveries = store
            .deliveries_between(after, since, until, i64::from(SLICE))
            .await?;
        let (last, full) = (
            deliveries.last().map(|delivery| delivery.id),
            deliveries.len() == usize::from(SLICE),
        );
        estimate.matched += deliveries.len() as u64;
        let items = deliveries
            .into_iter()
            .flat_map(|delivery| read(delivery).items.unwrap_or_default());
        let items: Vec<Item> = items.collect();
        // Most deliveries hold one item: a question for each would be most of the time.
        for items in items.chunks(ASKED_AT_ONCE) {
            let known = store.known_events(items).await?;
            for identity in items.iter().map(identity) {
                // Of several equal items one becomes an event, here as in unpacking.
                if known.contains(&identity) || !new.insert(identity) {
                    estimate.unchanged += 1;
                } else {
                    estimate.new_events += 1;
                }
            }
        }
        estimate.truncated = estimate.matched >= ESTIMATE_LIMIT;
        if !full || estimate.truncated {
            break;
        }
        after = last;
    }
    estimate.calls_at_most = estimate.new_events;
    Ok(estimate)
}

fn span(filter: &EventFilter, before: Timestamp) -> (Timestamp, Timestamp) {
    (
        filter.since.unwrap_or_default(),
        filter.until.unwrap_or(before).min(before),
    )
}

/// Does a slice of the oldest replay that is not through yet.
pub(super) async fn step(store: &Store, bells: &Bells) -> Result<Worked, StoreError> {
    let Some(replay) = store.running_replay().await? else {
        return Ok(Worked::Nothing);
    };
    let mut filter: EventFilter =
        serde_json::from_str(&replay.filter).map_err(|_| StoreError::Corrupt("a replay's filter"))?;
    filter.workspace = replay.workspace_id;
    match replay.source {
        ReplaySource::Events => replay_events(store, &replay, &filter).await?,
        ReplaySource::Raw => replay_raw(store, &replay, &filter).await?,
    }
    bells.ring_lanes();
    bells.ring_feed();
    Ok(Worked::Slice)
}

async fn replay_events(store: &Store, replay: &Replay, filter: &EventFilter) -> Result<(), StoreError> {
    let after = replay.position.map(EventId::from);
    let ids = store
        .events_to_replay(filter, after, replay.created_at, i64::from(SLICE))
        .await?;
    if ids.is_empty() {
        return store.replay_advanced(replay, None, 0, 0).await;
    }
    store.replay_events(replay, &ids).await.map(drop)
}

async fn replay_raw(store: &Store, replay: &Replay, filter: &EventFilter) -> Result<(), StoreError> {
    let (since, until) = span(filter, replay.created_at);
    let after = replay.position.map(DeliveryId::from);
    let deliveries = store
        .deliveries_between(after, since, until, i64::from(SLICE))
        .await?;
    let Some(last) = deliveries.last().map(|delivery| delivery.id) else {
        return store.replay_advanced(replay, None, 0, 0).await;
    };
    let matched = deliveries.len();
    let mut changed = 0;
    for delivery in deliveries {
        let delivery = read(delivery);
        match store.unpack_again(&delivery).await {
            Ok(report) => changed += report.events,
            // It would be refused every time; what comes after it must not wait for that.
            Err(StoreError::Data(error)) => {
                tracing::warn!(error = %error, delivery.id = %delivery.id, "a replay leaves out delivery {}", delivery.id);
            }
            Err(error) => return Err(error),
        }
    }
    store
        .replay_advanced(replay, Some(last.uuid()), matched, changed)
        .await
}
