//! How each account stands: its backlog, its last event, and what its lane waits for, in one read.

use super::db::Query;
use super::{AccountProfile, Counts, Store, StoreError};
use crate::domain::{AccountKey, DeliveryId, Timestamp, WorkspaceId};

/// An owned account and its work.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountStanding {
    /// The account.
    pub key: AccountKey,
    /// Meta's id of it.
    pub instagram_id: String,
    /// What Meta told of it.
    #[sqlx(flatten)]
    pub profile: AccountProfile,
    /// When Meta told that.
    pub synced_at: Option<Timestamp>,
    /// Microseconds without an event that are nothing unusual; none: too little is known.
    pub usual_pause: Option<i64>,
    /// What its whole lane waits for.
    pub parked_on: Option<String>,
    /// Until when its whole lane rests.
    pub rest_until: Option<Timestamp>,
    /// When its last event came.
    pub last_event_at: Option<Timestamp>,
    /// Its events by state, as stored: pending ones of a parked lane are not moved.
    #[sqlx(flatten)]
    pub counts: Counts,
}

/// What came of a field for an account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FieldStanding {
    /// The account.
    pub account_key: AccountKey,
    /// The field.
    pub field: String,
    /// When its last event came.
    pub last_at: Option<Timestamp>,
    /// Its events, removed ones too.
    pub events: i64,
}

const STANDINGS: &str = "SELECT a.key, a.instagram_id, a.username, a.name, a.account_type, a.picture_url, a.followers,
        a.follows, a.media_count, a.synced_at, a.usual_pause, l.parked_on, l.rest_until, MAX(c.last_at) AS last_event_at,
        CAST(COALESCE(SUM(c.pending), 0) AS BIGINT) AS pending, CAST(COALESCE(SUM(c.waiting), 0) AS BIGINT) AS waiting,
        CAST(COALESCE(SUM(c.parked), 0) AS BIGINT) AS parked, CAST(COALESCE(SUM(c.done), 0) AS BIGINT) AS done,
        CAST(COALESCE(SUM(c.dead), 0) AS BIGINT) AS dead,
        CAST(COALESCE(SUM(c.retired), 0) AS BIGINT) AS retired
    FROM accounts a LEFT JOIN lanes l ON l.account_key = a.key LEFT JOIN event_counts c ON c.account_key = a.key
    WHERE ";

const FIELDS: &str = "SELECT c.account_key, c.field, c.last_at,
        c.pending + c.waiting + c.parked + c.done + c.dead + c.retired AS events
    FROM event_counts c JOIN accounts a ON a.key = c.account_key WHERE ";

impl Store {
    /// How a workspace's accounts stand; every workspace's with `None`.
    pub async fn standings(
        &self,
        workspace: Option<WorkspaceId>,
    ) -> Result<Vec<AccountStanding>, StoreError> {
        let query = owned_by(self.db.query(STANDINGS), workspace);
        Ok(query
            .push(" GROUP BY a.key, l.account_key ORDER BY a.key")
            .all()
            .await?)
    }

    /// What came of each field for a workspace's accounts; every workspace's with `None`.
    pub async fn field_standings(
        &self,
        workspace: Option<WorkspaceId>,
    ) -> Result<Vec<FieldStanding>, StoreError> {
        let query = owned_by(self.db.query(FIELDS), workspace);
        Ok(query.push(" ORDER BY c.account_key, c.field").all().await?)
    }

    /// Reads where deliveries are kept, to learn whether the database answers and is sound.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let query = self
            .db
            .query("SELECT id FROM deliveries ORDER BY id DESC LIMIT 1");
        let _: Option<(DeliveryId,)> = query.optional().await?;
        Ok(self.db.is_sound()?)
    }
}

fn owned_by(query: Query<'_>, workspace: Option<WorkspaceId>) -> Query<'_> {
    let query = match workspace {
        Some(id) => query.push_bind("a.workspace_id = ", id),
        None => query.push("a.workspace_id IS NOT NULL"),
    };
    query.push(" AND a.erased_at IS NULL")
}
