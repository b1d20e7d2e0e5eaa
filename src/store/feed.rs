//! The feed: what happened, in an order that followers can trust.
//!
//! On Postgres a row carries its transaction; followers read only below the oldest running one, so that
//! a late commit is never skipped. On SQLite there is one writer, and the row number is the order.

use std::str::FromStr;

use super::db::{Bulk, Sql, Tx};
use super::{Store, StoreError};
use crate::domain::{AccountKey, EventId, Field, IdError, Outcome, Timestamp, WorkspaceId};

/// Where a follower stands: after this item. Its text is `n` on SQLite, `xid.n` on Postgres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct FeedCursor {
    #[sqlx(rename = "transaction_number")]
    pub(super) transaction: i64,
    pub(super) number: i64,
}

impl std::fmt::Display for FeedCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.transaction, self.number)
    }
}

impl FromStr for FeedCursor {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (transaction, number) = text.split_once('.').ok_or(IdError)?;
        let number_of = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or(IdError);
        Ok(Self {
            transaction: number_of(transaction)?,
            number: number_of(number)?,
        })
    }
}

/// One thing that happened.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FeedItem {
    transaction_number: i64,
    number: i64,
    /// When.
    pub at: Timestamp,
    /// To which account (its Instagram id).
    pub account_id: String,
    /// What, as `comment.enriched`.
    pub kind: String,
    /// To which object of Meta's.
    pub object_id: String,
    /// By which event.
    pub event_id: Option<EventId>,
}

impl FeedItem {
    /// Where a follower stands who has seen this.
    pub const fn cursor(&self) -> FeedCursor {
        FeedCursor {
            transaction: self.transaction_number,
            number: self.number,
        }
    }
}

/// A row to be written.
pub(super) struct FeedEntry {
    pub(super) account_key: AccountKey,
    pub(super) kind: &'static str,
    pub(super) object_id: String,
    pub(super) event_id: Option<EventId>,
}

/// What followers are told of a finished event.
pub(super) const fn kind(field: &Field, outcome: Outcome) -> &'static str {
    match (field, outcome) {
        (Field::Comments | Field::LiveComments, Outcome::Enriched) => "comment.enriched",
        (Field::Comments | Field::LiveComments, Outcome::Gone) => "comment.gone",
        (Field::Mentions, Outcome::Enriched) => "mention.enriched",
        (Field::Mentions, Outcome::Gone) => "mention.gone",
        (Field::StoryInsights, Outcome::Enriched) => "story_insights.enriched",
        _ => "event.done",
    }
}

const INSERT: Bulk = Bulk {
    head: "INSERT INTO feed (at, account_key, kind, object_id, event_id)",
    columns: 5,
    tail: "",
};

/// Tells followers, in the transaction in which it happens.
pub(super) async fn tell(tx: &mut Tx, entries: &[FeedEntry], now: Timestamp) -> Result<(), StoreError> {
    tx.bulk(&INSERT, entries, |row, entry| {
        row.bind(now)
            .bind(entry.account_key)
            .bind(entry.kind.to_owned())
            .bind(entry.object_id.clone())
            .bind(entry.event_id)
    })
    .await?;
    Ok(())
}

const AFTER: Sql = Sql {
    sqlite: "SELECT CAST(0 AS INTEGER) AS transaction_number, f.seq AS number, f.at, a.instagram_id AS account_id, f.kind,
            f.object_id, f.event_id
        FROM feed f JOIN accounts a ON a.key = f.account_key
        WHERE f.seq > $2 AND $1 >= 0",
    postgres: "SELECT CAST(CAST(f.xid AS TEXT) AS BIGINT) AS transaction_number, f.id AS number, f.at,
            a.instagram_id AS account_id, f.kind, f.object_id, f.event_id
        FROM feed f JOIN accounts a ON a.key = f.account_key
        WHERE (f.xid, f.id) > (CAST(CAST($1 AS TEXT) AS xid8), $2)
            AND f.xid < pg_snapshot_xmin(pg_current_snapshot())",
};
const ORDER_SQLITE: &str = " ORDER BY f.seq LIMIT ";
const ORDER_POSTGRES: &str = " ORDER BY f.xid, f.id LIMIT ";

const BEGINNING: &str = "SELECT transaction_number, number FROM feed_cut WHERE id = 1";

/// Below the oldest running transaction nothing is added any more: whoever has read up to here has read everything.
const HEAD: Sql = Sql {
    sqlite: "SELECT CAST(0 AS INTEGER) AS transaction_number, f.seq AS number FROM feed f ORDER BY f.seq DESC LIMIT 1",
    postgres: "SELECT CAST(CAST(f.xid AS TEXT) AS BIGINT) AS transaction_number, f.id AS number FROM feed f
        WHERE f.xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY f.xid DESC, f.id DESC LIMIT 1",
};

impl Store {
    /// Where a follower stands who has read everything that may be read by now.
    pub async fn feed_head(&self) -> Result<FeedCursor, StoreError> {
        let last: Option<FeedCursor> = self.db.query(HEAD).optional().await?;
        match last {
            Some(last) => Ok(last),
            // Everything was removed, or nothing has happened yet.
            None => self.feed_beginning().await,
        }
    }

    /// What happened after `cursor`, oldest first; to one workspace's accounts, or to all.
    /// [`StoreError::CursorExpired`] means that some of it was removed.
    pub async fn feed(
        &self,
        workspace: Option<WorkspaceId>,
        account: Option<AccountKey>,
        cursor: FeedCursor,
        limit: i64,
    ) -> Result<Vec<FeedItem>, StoreError> {
        let mut query = self.db.query(AFTER).bind(cursor.transaction).bind(cursor.number);
        if let Some(workspace) = workspace {
            query = query.push_bind(" AND a.workspace_id = ", workspace);
        }
        if let Some(account) = account {
            query = query.push_bind(" AND f.account_key = ", account);
        }
        let order = if self.db.is_embedded() {
            ORDER_SQLITE
        } else {
            ORDER_POSTGRES
        };
        let items = query.push_bind(order, limit).all().await?;
        // Afterwards: what was removed before the items were read is in sight now.
        if cursor < self.feed_beginning().await? {
            return Err(StoreError::CursorExpired);
        }
        Ok(items)
    }

    /// Where the feed begins: everything up to here was removed.
    pub async fn feed_beginning(&self) -> Result<FeedCursor, StoreError> {
        Ok(self.db.query(BEGINNING).one().await?)
    }
}
