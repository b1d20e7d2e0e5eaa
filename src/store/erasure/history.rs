//! Removing what was asked of Graph for an account, and what followers were told of it.

use super::super::db::{Ids, Sql, in_ids};
use super::super::{FeedCursor, Store, StoreError};
use super::counts::{self, CALLS, FEED};
use super::stage::cut;
use super::step::{Erasing, Work, move_to};
use crate::domain::{AccountKey, CallId};

/// Rows looked at in one read: they are in no order of accounts.
const PAGE: i64 = 512;

#[derive(sqlx::FromRow)]
struct CallMade {
    id: CallId,
    account_key: AccountKey,
}

const MADE: &str = "SELECT id, account_key FROM graph_calls WHERE id > $1 ORDER BY id LIMIT $2";

#[derive(sqlx::FromRow)]
struct Told {
    #[sqlx(flatten)]
    cursor: FeedCursor,
    account_key: AccountKey,
    object_id: String,
}

const TOLD: Sql = Sql {
    sqlite: "SELECT CAST(0 AS INTEGER) AS transaction_number, seq AS number, account_key, object_id FROM feed
        WHERE seq > $2 AND $1 >= 0 ORDER BY seq LIMIT $3",
    postgres: "SELECT CAST(CAST(xid AS TEXT) AS BIGINT) AS transaction_number, id AS number, account_key, object_id FROM feed
        WHERE (xid, id) > (CAST(CAST($1 AS TEXT) AS xid8), $2) ORDER BY xid, id LIMIT $3",
};

const UNTELL: Sql = Sql {
    sqlite: "DELETE FROM feed WHERE seq = $2 AND $1 >= 0",
    postgres: "DELETE FROM feed WHERE xid = CAST(CAST($1 AS TEXT) AS xid8) AND id = $2",
};

impl Store {
    /// Removes a slice of the calls that were made for the accounts.
    pub(super) async fn erase_calls(&self, work: &Work) -> Result<Erasing, StoreError> {
        if work.accounts.is_empty() {
            return self.next_stage(work).await;
        }
        let after = work.after(CallId::from(uuid::Uuid::nil()))?;
        let page: Vec<CallMade> = self.db.query(MADE).bind(after).bind(PAGE).all().await?;
        let theirs = |call: &CallMade| work.accounts.contains(&call.account_key);
        let cut = cut(page, self.events_at_once(), theirs, |call| call.id);
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        let query = tx.query(in_ids!("DELETE FROM graph_calls WHERE id", "$1", ""));
        let ids = Ids::of(cut.rows.iter().map(|call| call.id.uuid()));
        let removed = query.bind(ids).execute().await?;
        counts::add(&mut tx, work.id, CALLS, removed).await?;
        move_to(&mut tx, work, &cut).await?;
        tx.commit().await?;
        Ok(Erasing::Slice)
    }

    /// Removes a slice of what followers were told of the accounts, and where the person was named: items without an
    /// id of their own go by who sent them.
    pub(super) async fn erase_feed(&self, work: &Work) -> Result<Erasing, StoreError> {
        let after = work.after(FeedCursor::default())?;
        let query = self.db.query(TOLD).bind(after.transaction).bind(after.number);
        let page: Vec<Told> = query.bind(PAGE).all().await?;
        let theirs =
            |told: &Told| work.accounts.contains(&told.account_key) || work.names(told.object_id.as_bytes());
        let cut = cut(page, self.events_at_once(), theirs, |told| told.cursor);
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        for told in &cut.rows {
            let untell = tx.query(UNTELL).bind(told.cursor.transaction);
            untell.bind(told.cursor.number).execute().await?;
        }
        counts::add(&mut tx, work.id, FEED, cut.rows.len() as u64).await?;
        move_to(&mut tx, work, &cut).await?;
        tx.commit().await?;
        Ok(Erasing::Slice)
    }
}
