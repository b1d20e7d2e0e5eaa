//! Meta's quota of posts of a moving day: what Meta told of it, and what was published since.

use std::time::Duration;

use super::model::Effect;
use crate::domain::{AccountKey, Timestamp};
use crate::store::{Store, StoreError};

/// What is known of an account's quota of posts.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Quota {
    /// Posts of the day, as Meta counted them.
    pub used: i64,
    /// How many may be.
    pub allowed: i64,
    /// When Meta told so.
    pub told_at: Timestamp,
    /// Posts that were published since, or may have been.
    pub since: i64,
}

impl Quota {
    /// How many more may be published.
    pub const fn left(&self) -> i64 {
        let left = self.allowed - self.used - self.since;
        if left > 0 { left } else { 0 }
    }
}

/// What may be seen takes a place of the quota, whether it is known to be seen or not.
const KNOWN: &str = "SELECT a.posts_used AS used, a.posts_allowed AS allowed, a.posts_told_at AS told_at,
        (SELECT COUNT(*) FROM effects e WHERE e.account_key = a.key AND e.kind = 'post'
            AND e.state IN ('sending', 'uncertain', 'done') AND e.sent_at >= a.posts_told_at) AS since
    FROM accounts a WHERE a.key = $1 AND a.posts_told_at IS NOT NULL";

const KEEP: &str =
    "UPDATE accounts SET posts_used = $2, posts_allowed = $3, posts_told_at = $4 WHERE key = $1";

const USED_UP: &str = "UPDATE accounts SET posts_used = posts_allowed, posts_told_at = $2 WHERE key = $1 AND posts_told_at IS NOT NULL";

const WAITING: &str = "SELECT COUNT(*) FROM effects WHERE account_key = $1 AND id <> $2 AND kind = 'post'
    AND state = 'ready' AND reason_code = $3 AND due_at > $4";

const PLACE: &str = "SELECT sent_at FROM effects WHERE account_key = $1 AND kind = 'post'
    AND state IN ('sending', 'uncertain', 'done') AND sent_at > $2 ORDER BY sent_at LIMIT 1 OFFSET $3";

impl Store {
    /// What is known of an account's quota of posts; none: Meta was not asked yet.
    pub async fn quota(&self, account: AccountKey) -> Result<Option<Quota>, StoreError> {
        Ok(self.db.query(KNOWN).bind(account).optional().await?)
    }

    /// Keeps what Meta told of it just now.
    pub async fn keep_quota(&self, account: AccountKey, used: i64, allowed: i64) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let query = tx.query(KEEP).bind(account).bind(used);
        query.bind(allowed).bind(now).execute().await?;
        Ok(tx.commit().await?)
    }

    /// Keeps that Meta refused a post for it.
    pub async fn quota_is_used_up(&self, account: AccountKey) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.query(USED_UP).bind(account).bind(now).execute().await?;
        Ok(tx.commit().await?)
    }

    /// When a place of the quota is free for a post, behind those that wait with this reason already: the first gets the place
    /// of the oldest post of the window, the second that of the next. None: other programs took them.
    pub async fn place_frees_at(
        &self,
        effect: &Effect,
        reason: &'static str,
        window: Duration,
    ) -> Result<Option<Timestamp>, StoreError> {
        let now = self.clock.now();
        let (before,): (i64,) = self
            .db
            .query(WAITING)
            .bind(effect.account_key)
            .bind(effect.id)
            .bind(reason.to_owned())
            .bind(now)
            .one()
            .await?;
        let query = self.db.query(PLACE).bind(effect.account_key);
        let taken: Option<(Timestamp,)> = query.bind(now - window).bind(before).optional().await?;
        Ok(taken.map(|(at,)| at + window))
    }
}
