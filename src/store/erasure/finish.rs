//! The end: the traces of the work go, and followers learn that an account was erased.

use super::super::db::in_ids;
use super::super::feed::{self, FeedEntry};
use super::super::{Store, StoreError};
use super::step::{Erasing, Work};
use crate::domain::{AccountKey, WorkspaceId};

#[derive(sqlx::FromRow)]
struct Erased {
    account_key: AccountKey,
    workspace_id: Option<WorkspaceId>,
    hash: String,
}

const ERASED: &str = "SELECT account_key, workspace_id, hash FROM erasure_accounts WHERE erasure_id = $1
    ORDER BY account_key";

/// Its sums belong to the workspace, nameless.
const GIVE_BACK: &str = "UPDATE accounts SET workspace_id = $2 WHERE key = $1";

const FORGET: [&str; 2] = [
    "DELETE FROM erasure_accounts WHERE erasure_id = $1",
    "DELETE FROM erasure_ids WHERE erasure_id = $1",
];

const DONE: &str = "UPDATE erasures SET state = 'done', position = NULL, finished_at = $2 WHERE id = $1";

impl Store {
    /// Ends an erasure whose deliveries have all lost their bytes: that comes before everything else in a step.
    pub(super) async fn finish_erasure(&self, work: &Work) -> Result<Erasing, StoreError> {
        let now = self.clock.now();
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        tx.query(in_ids!("DELETE FROM lanes WHERE account_key", "$1", ""))
            .bind(work.account_list())
            .execute()
            .await?;
        let erased: Vec<Erased> = tx.query(ERASED).bind(work.id).all().await?;
        for one in &erased {
            let query = tx.query(GIVE_BACK).bind(one.account_key);
            query.bind(one.workspace_id).execute().await?;
        }
        let told: Vec<FeedEntry> = erased
            .into_iter()
            .map(|one| FeedEntry {
                account_key: one.account_key,
                kind: "account.erased",
                object_id: one.hash,
                event_id: None,
            })
            .collect();
        feed::tell(&mut tx, &told, now).await?;
        for statement in FORGET {
            tx.query(statement).bind(work.id).execute().await?;
        }
        tx.query(DONE).bind(work.id).bind(now).execute().await?;
        tx.commit().await?;
        tracing::info!(erasure.id = %work.id, "erased what a person asked to have deleted");
        Ok(Erasing::Slice)
    }
}
