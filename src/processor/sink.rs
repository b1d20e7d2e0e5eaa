//! Where a slice's findings gather until they are worth a transaction.

use tokio::sync::Mutex;

use super::memory::Memory;
use super::worker::LEASE;
use crate::domain::{PoolKey, Timestamp};
use crate::graph::{Access, Call};
use crate::store::{CallRecord, Lane, PoolUse, Settlement, Store, StoreError};

/// Findings are written once so many events are settled: few enough not to hold the writer for long.
const WORTH_WRITING: usize = 150;

pub(super) struct Sink<'a> {
    pub(super) store: &'a Store,
    pub(super) lane: &'a Lane,
    memory: &'a Memory,
    draft: Mutex<Draft>,
}

#[derive(Default)]
struct Draft {
    findings: Settlement,
    calls: u32,
    settled: u32,
    usage: Option<u32>,
    rest: Option<Timestamp>,
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
    pub(super) fn new(store: &'a Store, lane: &'a Lane, memory: &'a Memory) -> Self {
        Self {
            store,
            lane,
            memory,
            draft: Mutex::default(),
        }
    }

    /// Takes findings in; writes when enough have gathered.
    pub(super) async fn take(&self, mut part: Settlement) -> Result<(), StoreError> {
        let mut draft = self.draft.lock().await;
        draft.settled += u32::try_from(part.settled.len()).unwrap_or(u32::MAX);
        let all = &mut draft.findings;
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
        if all.settled.len() >= WORTH_WRITING {
            self.write(&mut draft).await?;
        }
        Ok(())
    }

    /// Notes a call and what it said of quotas.
    pub(super) async fn call(&self, access: &Access, call: &Call, settled: usize) {
        let now = self.store.clock().now();
        let mut news = Vec::new();
        for pool in call.usage.for_pools(access) {
            if let Some(percent) = pool.percent {
                metrics::gauge!("belino_budget_used_percent", "pool" => pool.key.kind())
                    .set(f64::from(percent));
            }
            let rest_until = pool.regain.map(|regain| now + regain);
            let told = match pool.percent {
                Some(percent) => self.memory.is_news(pool.key.as_str(), percent).await,
                None => false,
            };
            if told || rest_until.is_some() {
                let usage = pool.percent.map(i64::from);
                news.push(PoolUse {
                    key: pool.key.to_string(),
                    usage,
                    rest_until,
                });
            }
        }
        let mut draft = self.draft.lock().await;
        draft.calls += 1;
        draft.usage = draft.usage.max(call.usage.highest());
        for pool in news {
            draft.rest = draft.rest.max(pool.rest_until);
            draft
                .findings
                .pools
                .retain(|known| known.key != pool.key || known.rest_until > pool.rest_until);
            draft.findings.pools.push(pool);
        }
        draft.findings.calls.push(CallRecord {
            id: call.id,
            at: call.started_at,
            method: call.method,
            path: call.path.clone(),
            status: call.status.map(i64::from),
            class: call.class.map(|class| class.to_string()),
            duration_us: i64::try_from(call.duration.as_micros()).unwrap_or(i64::MAX),
            settled: i64::try_from(settled).unwrap_or(i64::MAX),
        });
    }

    /// A pool rests: nobody calls on it before then.
    pub(super) async fn rest(&self, pool: PoolKey, until: Timestamp) {
        let mut draft = self.draft.lock().await;
        draft.rest = draft.rest.max(Some(until));
        draft.findings.pools.push(PoolUse {
            key: pool.to_string(),
            usage: None,
            rest_until: Some(until),
        });
    }

    /// Calls made so far.
    pub(super) async fn calls(&self) -> u32 {
        self.draft.lock().await.calls
    }

    /// True when the slice has to end early: a pool rests, or the lane will be parked.
    pub(super) async fn is_over(&self) -> bool {
        let draft = self.draft.lock().await;
        draft.rest.is_some() || draft.findings.park_lane.is_some()
    }

    /// Writes what is left.
    pub(super) async fn close(self) -> Result<Tally, StoreError> {
        let mut draft = self.draft.lock().await;
        if !draft.findings.is_empty() {
            self.write(&mut draft).await?;
        }
        Ok(Tally {
            calls: draft.calls,
            settled: draft.settled,
            usage: draft.usage,
            rest: draft.rest,
        })
    }

    async fn write(&self, draft: &mut Draft) -> Result<(), StoreError> {
        let findings = std::mem::take(&mut draft.findings);
        self.store.settle(self.lane, LEASE, findings).await
    }
}
