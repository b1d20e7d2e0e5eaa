//! Replays: stored events put back to work, or stored deliveries read again, slice by slice.

use super::db::Query;
use super::{EventFilter, ParsedDelivery, Store, StoreError, UnpackReport, counts, events};
use crate::domain::{EventId, ReplayId, Timestamp, WorkspaceId};

/// What is processed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum ReplaySource {
    /// The deliveries' bytes are read again.
    Raw,
    /// The events are put back to work.
    Events,
}

impl ReplaySource {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Events => "events",
        }
    }
}

/// A replay as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Replay {
    /// Its id.
    pub id: ReplayId,
    /// Whose events.
    pub workspace_id: Option<WorkspaceId>,
    /// From what.
    pub source: ReplaySource,
    /// The filter, as JSON.
    pub filter: String,
    /// The last event or delivery it has handled.
    pub position: Option<uuid::Uuid>,
    /// Handled so far.
    pub matched: i64,
    /// Put back to work, or found new, so far.
    pub changed: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was through.
    pub finished_at: Option<Timestamp>,
}

/// A replay to be done.
#[derive(Clone, Debug)]
pub struct NewReplay {
    /// Whose events.
    pub workspace: Option<WorkspaceId>,
    /// From what.
    pub source: ReplaySource,
    /// Which.
    pub filter: EventFilter,
}

const COLUMNS: &str = "SELECT id, workspace_id, source, filter, position, matched, changed, created_at, finished_at FROM replays ";

const CURED: &str = "DELETE FROM unreadable_deliveries WHERE delivery_id = $1";

const PAGE: &str = "SELECT e.id FROM webhook_events e LEFT JOIN accounts a ON a.key = e.account_key
    LEFT JOIN lanes l ON l.account_key = e.account_key WHERE e.id > $1 AND e.received_at < $2";

impl Store {
    /// Takes note of a replay to be done.
    pub async fn create_replay(&self, new: NewReplay) -> Result<Replay, StoreError> {
        let now = self.clock.now();
        let filter = serde_json::to_string(&new.filter).expect("a filter is JSON");
        let mut tx = self.db.begin().await?;
        let replay: Replay = tx
            .query(
                "INSERT INTO replays (id, workspace_id, source, filter, state, created_at)
                VALUES ($1, $2, $3, $4, 'running', $5)
                RETURNING id, workspace_id, source, filter, position, matched, changed, created_at, finished_at",
            )
            .bind(ReplayId::at(now))
            .bind(new.workspace)
            .bind(new.source.as_str().to_owned())
            .bind(filter)
            .bind(now)
            .one()
            .await?;
        tx.commit().await?;
        Ok(replay)
    }

    /// The oldest replay that is not through yet.
    pub async fn running_replay(&self) -> Result<Option<Replay>, StoreError> {
        Ok(self
            .db
            .query(COLUMNS)
            .push("WHERE state = 'running' ORDER BY id LIMIT 1")
            .optional()
            .await?)
    }

    /// One replay.
    pub async fn replay(&self, id: ReplayId, workspace: Option<WorkspaceId>) -> Result<Replay, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("WHERE id = ", id);
        let query = match workspace {
            Some(workspace) => query.push_bind(" AND workspace_id = ", workspace),
            None => query,
        };
        query.optional().await?.ok_or(StoreError::NotFound("replay"))
    }

    /// Events that match, oldest first, after `after`, received before `before`.
    pub async fn events_to_replay(
        &self,
        filter: &EventFilter,
        after: Option<EventId>,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<EventId>, StoreError> {
        let after = after.unwrap_or(EventId::from(uuid::Uuid::nil()));
        let query: Query<'_> = self.db.query(PAGE).bind(after).bind(before);
        let rows: Vec<(EventId,)> = super::db::Filter::narrow(filter, query)
            .push_bind(" ORDER BY e.id LIMIT ", limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Puts a slice of a replay's events back to work, at the lowest priority, and notes how far it is.
    pub async fn replay_events(&self, replay: &Replay, ids: &[EventId]) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        let changed = events::requeue(&mut tx, ids, 1, self.clock.now()).await?;
        let position = ids.last().map(|id| id.uuid());
        self.advance(&mut tx, replay.id, position, ids.len(), changed)
            .await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Notes how far a replay of raw deliveries is; with no position it is through.
    pub async fn replay_advanced(
        &self,
        replay: &Replay,
        position: Option<uuid::Uuid>,
        matched: usize,
        changed: usize,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        self.advance(&mut tx, replay.id, position, matched, changed)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Writes what a delivery that was unpacked before gives when it is read again: what is new becomes
    /// an event, the rest stays as it is. One that could not be read then, and can now, is unpacked.
    pub async fn unpack_again(&self, delivery: &ParsedDelivery) -> Result<UnpackReport, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let mut cured = 0;
        if delivery.items.is_ok() {
            cured = tx.query(CURED).bind(delivery.id).execute().await?;
        }
        let report = self.store_items(&mut tx, &[delivery], now).await?;
        counts::moved(&mut tx, self.shard, counts::UNREADABLE, counts::UNPACKED, cured).await?;
        tx.commit().await?;
        Ok(report)
    }

    async fn advance(
        &self,
        tx: &mut super::db::Tx,
        id: ReplayId,
        position: Option<uuid::Uuid>,
        matched: usize,
        changed: usize,
    ) -> Result<(), StoreError> {
        tx.query(
            "UPDATE replays SET position = COALESCE($2, position), matched = matched + $3, changed = changed + $4,
                state = CASE WHEN $2 IS NULL THEN 'done' ELSE state END,
                finished_at = CASE WHEN $2 IS NULL THEN $5 ELSE finished_at END
            WHERE id = $1",
        )
        .bind(id)
        .bind(position)
        .bind(i64::try_from(matched).unwrap_or(i64::MAX))
        .bind(i64::try_from(changed).unwrap_or(i64::MAX))
        .bind(self.clock.now())
        .execute()
        .await?;
        Ok(())
    }
}
