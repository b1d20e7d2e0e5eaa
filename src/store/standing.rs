//! How each account stands: its backlog, its last event, and what its lane waits for, in one read.

use super::{Counts, Store, StoreError};
use crate::domain::{AccountKey, DeliveryId, Timestamp, WorkspaceId};

/// An owned account and its work.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountStanding {
    /// The account.
    pub key: AccountKey,
    /// Meta's id of it.
    pub instagram_id: String,
    /// Its user name, once read.
    pub username: Option<String>,
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

const STANDINGS: &str = "SELECT a.key, a.instagram_id, a.username, l.parked_on, l.rest_until,
        (SELECT e.received_at FROM webhook_events e WHERE e.account_key = a.key ORDER BY e.id DESC LIMIT 1) AS last_event_at,
        CAST(COALESCE(SUM(c.pending), 0) AS BIGINT) AS pending, CAST(COALESCE(SUM(c.waiting), 0) AS BIGINT) AS waiting,
        CAST(COALESCE(SUM(c.parked), 0) AS BIGINT) AS parked, CAST(COALESCE(SUM(c.done), 0) AS BIGINT) AS done,
        CAST(COALESCE(SUM(c.dead), 0) AS BIGINT) AS dead,
        CAST(COALESCE(SUM(c.retired), 0) AS BIGINT) AS retired
    FROM accounts a LEFT JOIN lanes l ON l.account_key = a.key LEFT JOIN event_counts c ON c.account_key = a.key
    WHERE ";

impl Store {
    /// How a workspace's accounts stand; every workspace's with `None`.
    pub async fn standings(
        &self,
        workspace: Option<WorkspaceId>,
    ) -> Result<Vec<AccountStanding>, StoreError> {
        let query = self.db.query(STANDINGS);
        let query = match workspace {
            Some(id) => query.push_bind("a.workspace_id = ", id),
            None => query.push("a.workspace_id IS NOT NULL"),
        };
        let query = query
            .push(" AND a.erased_at IS NULL GROUP BY a.key, a.instagram_id, a.username, l.parked_on, l.rest_until ORDER BY a.key");
        Ok(query.all().await?)
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
