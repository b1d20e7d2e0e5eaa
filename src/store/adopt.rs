//! An id turns out to be another name of an account: what came under it moves there.

use super::StoreError;
use super::counts::add_counts;
use super::db::Tx;
use crate::domain::AccountKey;

/// Rows that move as they are. Objects that the account has already (they came under both ids) stay behind
/// with the stranger, as duplicates that nobody sees. No call was ever made for a stranger.
const MOVES: [&str; 7] = [
    "UPDATE webhook_events SET account_key = $2 WHERE account_key = $1",
    "UPDATE story_observations SET account_key = $2 WHERE account_key = $1",
    "UPDATE feed SET account_key = $2 WHERE account_key = $1",
    "UPDATE comments SET account_key = $2 WHERE account_key = $1 AND NOT EXISTS
        (SELECT 1 FROM comments mine WHERE mine.account_key = $2 AND mine.id = comments.id)",
    "UPDATE mentions SET account_key = $2 WHERE account_key = $1 AND NOT EXISTS
        (SELECT 1 FROM mentions mine WHERE mine.account_key = $2 AND mine.media_id = mentions.media_id
            AND mine.comment_id = mentions.comment_id)",
    "UPDATE messages SET account_key = $2 WHERE account_key = $1 AND NOT EXISTS
        (SELECT 1 FROM messages mine WHERE mine.account_key = $2 AND mine.mid = messages.mid)",
    "UPDATE account_ids SET account_key = $2 WHERE account_key = $1",
];

const MERGE_COUNTS: &str = add_counts!(
    "SELECT $2, field, pending, waiting, parked, done, dead, retired, last_at FROM event_counts WHERE account_key = $1"
);

/// Moves everything of `stranger` to `account`. An account that a workspace owns is never a stranger.
pub(super) async fn merge(tx: &mut Tx, stranger: AccountKey, account: AccountKey) -> Result<(), StoreError> {
    let owned: Option<(AccountKey,)> = tx
        .query("SELECT key FROM accounts WHERE key = $1 AND workspace_id IS NOT NULL")
        .bind(stranger)
        .optional()
        .await?;
    if owned.is_some() {
        return Err(StoreError::Conflict(
            "one of the account's ids is another account's",
        ));
    }
    tx.query(MERGE_COUNTS)
        .bind(stranger)
        .bind(account)
        .execute()
        .await?;
    tx.query("DELETE FROM event_counts WHERE account_key = $1")
        .bind(stranger)
        .execute()
        .await?;
    for statement in MOVES {
        tx.query(statement).bind(stranger).bind(account).execute().await?;
    }
    tx.query("UPDATE lanes SET parked_on = 'unknown-account', due_at = NULL, fence = fence + 1 WHERE account_key = $1")
        .bind(stranger)
        .execute()
        .await?;
    Ok(())
}
