//! Removing the beginning of the feed, and remembering up to where: a follower that stands before it is told.

use super::super::db::Sql;
use super::super::{FeedCursor, Store, StoreError, counts};
use super::sweep::Slice;
use crate::domain::Timestamp;

#[derive(sqlx::FromRow)]
struct Entry {
    #[sqlx(flatten)]
    cursor: FeedCursor,
    at: Timestamp,
}

/// On Postgres only what followers can see already: an earlier transaction that still runs would tell something
/// before the cut, and nobody would read it.
const FIRST: Sql = Sql {
    sqlite: "SELECT CAST(0 AS INTEGER) AS transaction_number, seq AS number, at FROM feed ORDER BY seq LIMIT $1",
    postgres: "SELECT CAST(CAST(xid AS TEXT) AS BIGINT) AS transaction_number, id AS number, at FROM feed
        WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, id LIMIT $1",
};

const REMOVE: Sql = Sql {
    sqlite: "DELETE FROM feed WHERE seq <= $2 AND $1 >= 0",
    postgres: "DELETE FROM feed WHERE (xid, id) <= (CAST(CAST($1 AS TEXT) AS xid8), $2)",
};

const CUT: &str = "UPDATE feed_cut SET transaction_number = $1, number = $2 WHERE id = 1";

impl Store {
    /// Removes a slice of the feed from before: its first entries, without a gap.
    pub(super) async fn retire_feed(&self, before: Option<Timestamp>) -> Result<Slice<()>, StoreError> {
        let Some(before) = before else {
            return Ok(Slice::NOTHING);
        };
        let Some(mut tx) = self.begin_removing().await? else {
            return Ok(Slice::NOTHING);
        };
        let most = i64::try_from(self.events_at_once()).unwrap_or(i64::MAX);
        let first: Vec<Entry> = tx.query(FIRST).bind(most).all().await?;
        let aged = first.iter().take_while(|entry| entry.at < before);
        let Some(last) = aged.last().map(|entry| entry.cursor) else {
            tx.commit().await?;
            return Ok(Slice::NOTHING);
        };
        let remove = tx.query(REMOVE).bind(last.transaction).bind(last.number);
        let removed = remove.execute().await?;
        let cut = tx.query(CUT).bind(last.transaction).bind(last.number);
        cut.execute().await?;
        let count = usize::try_from(removed).unwrap_or(usize::MAX);
        counts::add(&mut tx, self.shard, counts::FEED_RETIRED, count).await?;
        tx.commit().await?;
        Ok(Slice {
            removed,
            next: Some(()),
        })
    }
}
