//! Quotas that Meta counts, as far as its headers told.

use super::db::{Texts, Tx, in_list};
use super::{Store, StoreError};
use crate::domain::Timestamp;

/// What is known of a pool.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Pool {
    /// `app:{login}`, `account:{instagram id}`, `page:{id}` or `user:{id}`.
    pub key: String,
    /// Percent used, as last told.
    pub usage: i64,
    /// No call before this.
    pub rest_until: Option<Timestamp>,
}

/// News of a pool.
#[derive(Clone, Debug)]
pub struct PoolUse {
    /// The pool's key.
    pub key: String,
    /// Percent used, if the answer told.
    pub usage: Option<i64>,
    /// No call before this, if the answer said so.
    pub rest_until: Option<Timestamp>,
}

const MERGE: &str =
    "INSERT INTO pools (key, usage, rest_until, updated_at) VALUES ($1, COALESCE($2, 0), $3, $4)
    ON CONFLICT (key) DO UPDATE SET
        usage = COALESCE($2, pools.usage),
        rest_until = CASE WHEN pools.rest_until IS NULL OR pools.rest_until < excluded.rest_until
            THEN excluded.rest_until ELSE pools.rest_until END,
        updated_at = excluded.updated_at";

/// Merges news; a rest only ever grows.
pub(super) async fn merge(tx: &mut Tx, mut news: Vec<PoolUse>, now: Timestamp) -> Result<(), StoreError> {
    news.sort_by(|a, b| a.key.cmp(&b.key));
    for pool in news {
        tx.query(MERGE)
            .bind(pool.key)
            .bind(pool.usage)
            .bind(pool.rest_until)
            .bind(now)
            .execute()
            .await?;
    }
    Ok(())
}

impl Store {
    /// What is known of these pools.
    pub async fn pools(&self, keys: Vec<String>) -> Result<Vec<Pool>, StoreError> {
        let query = self.db.query(in_list!(
            "SELECT key, usage, rest_until FROM pools WHERE key",
            "$1",
            ""
        ));
        Ok(query.bind(Texts::of(keys)).all().await?)
    }

    /// Every pool that was heard of.
    pub async fn all_pools(&self) -> Result<Vec<Pool>, StoreError> {
        Ok(self
            .db
            .query("SELECT key, usage, rest_until FROM pools ORDER BY key")
            .all()
            .await?)
    }
}
