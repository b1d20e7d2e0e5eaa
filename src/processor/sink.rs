//! Where a slice's findings gather until they are worth a transaction.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::Mutex;

use super::memory::Memory;
use super::worker::LEASE;
use crate::connect;
use crate::domain::{EventId, PoolKey, Timestamp};
use crate::graph::{Access, Call};
use crate::ingest::Bells;
use crate::store::{Lane, PoolUse, Settlement, Store, StoreError, WorkItem};

/// Findings are also written once the lease is so old: writing renews it, and the calls under way must fit into what is left.
const RENEW_AFTER: Duration = Duration::from_secs(15);

pub(super) struct Sink<'a> {
    pub(super) store: &'a Store,
    pub(super) lane: &'a Lane,
    memory: &'a Memory,
    bells: &'a Bells,
    draft: Mutex<Draft>,
}

struct Draft {
    findings: Settlement,
    /// Events that this slice has settled, written or not.
    settled: BTreeSet<EventId>,
    calls: u32,
    usage: Option<u32>,
    rest: Option<Timestamp>,
    parked: bool,
    renewed_at: Timestamp,
}

/// What a slice cost and brought.
pub(super) struct Tally {
    pub(super) calls: u32,
    pub(super) settled: u32,
    pub(super) usage: Option<u32>,
    /// A pool rests until then.
    pub(super) rest: Option<Timestamp>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(store: &'a Store, lane: &'a Lane, memory: &'a Memory, bells: &'a Bells) -> Self {
        Self {
            store,
            lane,
            memory,
            bells,
            draft: Mutex::new(Draft {
                findings: Settlement::default(),
                settled: BTreeSet::new(),
                calls: 0,
                usage: None,
                rest: None,
                parked: false,
                renewed_at: store.clock().now(),
            }),
        }
    }

    /// Takes findings in; writes when enough have gathered, or when the lease wants to be renewed.
    pub(super) async fn take(&self, mut part: Settlement) -> Result<(), StoreError> {
        let mut draft = self.draft.lock().await;
        draft.parked |= part.park_lane.is_some();
        let Draft {
            findings: all,
            settled,
            ..
        } = &mut *draft;
        part.settled.retain(|one| settled.insert(one.item.id));
        all.settled.append(&mut part.settled);
        all.failures.append(&mut part.failures);
        all.comments.append(&mut part.comments);
        all.gone.append(&mut part.gone);
        all.mentions.append(&mut part.mentions);
        for media in part.media {
            all.media.retain(|known| known.id != media.id);
            all.media.push(media);
        }
        all.park_lane = part.park_lane.or(all.park_lane.take());
        let worth = all.settled.len() + all.failures.len() >= self.store.events_at_once();
        let old = self.store.clock().now().since(draft.renewed_at) >= RENEW_AFTER;
        if worth || old && !draft.findings.is_empty() {
            self.write(&mut draft).await?;
        }
        Ok(())
    }

    /// Those that this slice has not settled yet: a page may have brought what was to be read alone.
    pub(super) async fn unsettled(&self, mut items: Vec<WorkItem>) -> Vec<WorkItem> {
        let draft = self.draft.lock().await;
        items.retain(|item| !draft.settled.contains(&item.id));
        items
    }

    /// Notes a call and what it said of quotas.
    pub(super) async fn call(&self, access: &Access, call: &Call, settled: usize) {
        let now = self.store.clock().now();
        let mut news = Vec::new();
        for pool in connect::pools_told(access, call, now) {
            let told = match pool.usage {
                Some(percent) => self.memory.is_news(&pool.key, percent).await,
                None => false,
            };
            if told || pool.rest_until.is_some() {
                news.push(pool);
            }
        }
        let mut draft = self.draft.lock().await;
        draft.calls += 1;
        draft.usage = draft.usage.max(call.usage.highest());
        for pool in news {
            draft.rest = draft.rest.max(pool.rest_until);
            note(&mut draft.findings.pools, pool);
        }
        draft.findings.calls.push(connect::call_record(call, settled));
    }

    /// A pool rests: nobody calls on it before then.
    pub(super) async fn rest(&self, pool: PoolKey, until: Timestamp) {
        let mut draft = self.draft.lock().await;
        draft.rest = draft.rest.max(Some(until));
        let news = PoolUse {
            key: pool.to_string(),
            usage: None,
            rest_until: Some(until),
        };
        note(&mut draft.findings.pools, news);
    }

    /// True when the slice has to end early: a pool rests, or the lane will be parked.
    pub(super) async fn is_over(&self) -> bool {
        let draft = self.draft.lock().await;
        draft.rest.is_some() || draft.parked
    }

    /// Writes what is left.
    pub(super) async fn close(self) -> Result<Tally, StoreError> {
        let mut draft = self.draft.lock().await;
        if !draft.findings.is_empty() {
            self.write(&mut draft).await?;
        }
        Ok(Tally {
            calls: draft.calls,
            settled: u32::try_from(draft.settled.len()).unwrap_or(u32::MAX),
            usage: draft.usage,
            rest: draft.rest,
        })
    }

    async fn write(&self, draft: &mut Draft) -> Result<(), StoreError> {
        let findings = std::mem::take(&mut draft.findings);
        draft.renewed_at = self.store.clock().now();
        self.store.settle(self.lane, LEASE, findings).await?;
        self.bells.ring_feed();
        Ok(())
    }
}

/// One entry a pool: the newest usage, the longest rest.
fn note(pools: &mut Vec<PoolUse>, news: PoolUse) {
    match pools.iter_mut().find(|known| known.key == news.key) {
        Some(known) => {
            known.usage = news.usage.or(known.usage);
            known.rest_until = known.rest_until.max(news.rest_until);
        }
        None => pools.push(news),
    }
}
