//! Settling: what a worker found out becomes rows, in one transaction that begins by renewing the lease.

use std::collections::BTreeMap;
use std::time::Duration;

use super::counts::{self, CALLS, CountChanges, ENRICHED};
use super::db::{Ids, Tx, in_ids};
use super::feed::{self, FeedEntry};
use super::{
    AttemptRecord, CallRecord, CommentFound, Lane, MediaRow, MentionFound, PoolUse, Store, StoreError,
    WorkItem, attempts, comments, connections, lanes, media, mentions, pools,
};
use crate::domain::{CallId, ConnectionId, EventId, Outcome, ParkedOn, State, Timestamp};

/// How often a settlement that lost against another transaction is written again.
const CONTENTION_TRIES: usize = 4;

/// An event that is finished.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The event.
    pub item: WorkItem,
    /// How it ended.
    pub outcome: Outcome,
    /// By which call.
    pub call_id: Option<CallId>,
    /// What it became, for followers.
    pub object_id: String,
}

/// An event for which a try failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The event.
    pub item: WorkItem,
    /// What happened.
    pub attempt: AttemptRecord,
    /// What comes next.
    pub verdict: Verdict,
}

/// What comes after a failed try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Again at this time.
    Wait(Timestamp),
    /// Held until this has changed.
    Park(ParkedOn),
    /// Given up.
    Dead,
}

/// Everything that a slice, or a part of it, found out.
#[derive(Clone, Debug, Default)]
pub struct Settlement {
    /// Finished events.
    pub settled: Vec<Settled>,
    /// Failed tries.
    pub failures: Vec<Failure>,
    /// Comments that were read.
    pub comments: Vec<CommentFound>,
    /// Comments that no longer exist at Meta.
    pub gone: Vec<String>,
    /// Media that were read.
    pub media: Vec<MediaRow>,
    /// Mentions that were read.
    pub mentions: Vec<MentionFound>,
    /// Calls that were made.
    pub calls: Vec<CallRecord>,
    /// News of pools.
    pub pools: Vec<PoolUse>,
    /// The cause that parks the whole lane, with the connection and the generation under which it was met.
    pub park_lane: Option<(ParkedOn, ConnectionId, i64)>,
}

impl Settlement {
    /// Nothing to write.
    pub const fn is_empty(&self) -> bool {
        self.settled.is_empty()
            && self.failures.is_empty()
            && self.comments.is_empty()
            && self.media.is_empty()
            && self.mentions.is_empty()
            && self.calls.is_empty()
            && self.pools.is_empty()
            && self.park_lane.is_none()
    }
}

impl Store {
    /// Writes a settlement under a lane's lease and keeps the lease for as long again.
    /// [`StoreError::LeaseLost`] means that nothing was written: somebody else has the lane.
    pub async fn settle(
        &self,
        lane: &Lane,
        lease: Duration,
        settlement: Settlement,
    ) -> Result<(), StoreError> {
        // One writer has nobody to contend with.
        let mut tries = if self.db.is_embedded() {
            0
        } else {
            CONTENTION_TRIES
        };
        while tries > 0 {
            match self.settle_once(lane, lease, settlement.clone()).await {
                Err(error) if error.is_contention() => tries -= 1,
                result => return result,
            }
        }
        self.settle_once(lane, lease, settlement).await
    }

    async fn settle_once(
        &self,
        lane: &Lane,
        lease: Duration,
        settlement: Settlement,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lanes::renew(&mut tx, lane, self.clock.now() + lease).await?;
        let mut changes = CountChanges::default();
        media::keep(&mut tx, lane.account_key, &settlement.media).await?;
        comments::complete(&mut tx, lane.account_key, &settlement.comments).await?;
        comments::mark_gone(&mut tx, lane.account_key, settlement.gone, now).await?;
        mentions::complete(&mut tx, lane.account_key, settlement.mentions).await?;
        let told = finish(&mut tx, lane, settlement.settled, &mut changes, now).await?;
        let enriched = told
            .iter()
            .filter(|(outcome, _)| *outcome == Outcome::Enriched)
            .count();
        let mut told: Vec<_> = told.into_iter().map(|(_, entry)| entry).collect();
        for failure in settlement.failures {
            told.extend(fail(&mut tx, lane, failure, &mut changes).await?);
        }
        feed::tell(&mut tx, &told, now).await?;
        attempts::record_calls(&mut tx, lane.account_key, &settlement.calls).await?;
        if let Some((cause, connection, generation)) = settlement.park_lane
            && connections::blame(&mut tx, connection, generation, &cause, now).await?
        {
            lanes::park(&mut tx, lane, &cause).await?;
        }
        changes.write(&mut tx).await?;
        // Last, and held shortly: rows that every lane writes to.
        counts::add(&mut tx, self.shard, ENRICHED, enriched).await?;
        counts::add(&mut tx, self.shard, CALLS, settlement.calls.len()).await?;
        pools::merge(&mut tx, settlement.pools, now).await?;
        Ok(tx.commit().await?)
    }
}

const FINISH: super::db::Sql = in_ids!(
    "UPDATE webhook_events SET state = 'done', outcome = $3, call_id = COALESCE($4, call_id), done_at = $5, due_at = NULL,
        reason_code = NULL, reason_message = NULL
    WHERE state = $2 AND id",
    "$1",
    " RETURNING id"
);

/// Finishes events in groups that end alike. Gives what to tell followers, of those that really changed.
async fn finish(
    tx: &mut Tx,
    lane: &Lane,
    settled: Vec<Settled>,
    changes: &mut CountChanges,
    now: Timestamp,
) -> Result<Vec<(Outcome, FeedEntry)>, StoreError> {
    let mut groups: BTreeMap<(State, Outcome, Option<CallId>), BTreeMap<EventId, Settled>> = BTreeMap::new();
    for one in settled {
        groups
            .entry((one.item.state, one.outcome, one.call_id))
            .or_default()
            .insert(one.item.id, one);
    }
    let mut told = Vec::new();
    for ((from, outcome, call), mut events) in groups {
        let rows: Vec<(EventId,)> = tx
            .query(FINISH)
            .bind(Ids::of(events.keys().map(|id| id.uuid())))
            .bind(from.as_str().to_owned())
            .bind(outcome.as_str().to_owned())
            .bind(call)
            .bind(now)
            .all()
            .await?;
        for (id,) in rows {
            let one = events.remove(&id).expect("only the listed events are returned");
            changes.moved(lane.account_key, &one.item.field, from, State::Done);
            counts::finished(outcome, one.item.received_at, now);
            let kind = feed::kind(&one.item.field, outcome);
            let entry = FeedEntry {
                account_key: lane.account_key,
                kind,
                object_id: one.object_id,
                event_id: Some(id),
            };
            told.push((outcome, entry));
        }
    }
    Ok(told)
}

const FAIL: &str = "UPDATE webhook_events SET state = $3, due_at = $4, reason_code = $5, reason_message = $6, attempts = attempts + 1
    WHERE id = $1 AND state = $2";

async fn fail(
    tx: &mut Tx,
    lane: &Lane,
    failure: Failure,
    changes: &mut CountChanges,
) -> Result<Option<FeedEntry>, StoreError> {
    let Failure {
        item,
        attempt,
        verdict,
    } = failure;
    let (state, due, code, kind) = match &verdict {
        Verdict::Wait(until) => (State::Waiting, Some(*until), attempt.class.clone(), None),
        Verdict::Park(on) => (State::Parked, None, on.to_string(), Some("event.parked")),
        Verdict::Dead => (State::Dead, None, attempt.class.clone(), Some("event.dead")),
    };
    let touched = tx
        .query(FAIL)
        .bind(item.id)
        .bind(item.state.as_str().to_owned())
        .bind(state.as_str().to_owned())
        .bind(due)
        .bind(code)
        .bind(attempt.message.clone())
        .execute()
        .await?;
    if touched == 0 {
        return Ok(None);
    }
    metrics::counter!("belino_events_failed_total", "class" => attempt.class.clone()).increment(1);
    attempts::record_attempt(tx, item.id, attempt).await?;
    changes.moved(lane.account_key, &item.field, item.state, state);
    let object_id = item.object_id.unwrap_or_else(|| item.id.to_string());
    Ok(kind.map(|kind| FeedEntry {
        account_key: lane.account_key,
        kind,
        object_id,
        event_id: Some(item.id),
    }))
}
