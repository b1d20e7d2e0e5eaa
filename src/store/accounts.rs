//! Accounts and the ids they go by.

use std::collections::BTreeMap;

use super::db::{Sql, Texts, Tx};
use super::{Store, StoreError, erasure};
use crate::domain::{Account, AccountKey, ParkedOn, Timestamp, WorkspaceId};

#[derive(sqlx::FromRow)]
struct KnownId {
    id: String,
    account_key: AccountKey,
}

const INSERT: &str =
    "INSERT INTO accounts (key, instagram_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const INSERT_ID: &str =
    "INSERT INTO account_ids (id, account_key) SELECT instagram_id, key FROM accounts WHERE instagram_id = $1
    ON CONFLICT DO NOTHING";
const INSERT_LANE: &str =
    "INSERT INTO lanes (account_key, parked_on) SELECT account_key, $2 FROM account_ids WHERE id = $1
    ON CONFLICT DO NOTHING";

macro_rules! find {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT id, account_key FROM account_ids WHERE id ",
            $list,
            " ORDER BY id ",
            $lock
        )
    };
}

/// Until the transaction ends the ids mean what was read: whoever moves one to another account waits, and moves
/// what was stored meanwhile, too.
const FIND: Sql = Sql {
    sqlite: find!("IN (SELECT value FROM json_each($1))", ""),
    postgres: find!("= ANY($1)", "FOR SHARE"),
};

/// Finds the account of each id; an id that nobody knows gets an account of its own, whose lane is parked
/// until somebody connects it. One that was erased gets none, and is not among those found.
pub(super) async fn resolve(
    tx: &mut Tx,
    ids: &[String],
    now: Timestamp,
) -> Result<BTreeMap<String, AccountKey>, StoreError> {
    let mut known = find(tx, ids).await?;
    let strangers = ids.iter().filter(|id| !known.contains_key(*id));
    let mut strangers: Vec<String> = strangers.cloned().collect();
    if strangers.is_empty() {
        return Ok(known);
    }
    let erased = erasure::erased_accounts(tx, &strangers).await?;
    strangers.retain(|id| !erased.contains(id));
    for id in &strangers {
        tx.query(INSERT)
            .bind(AccountKey::at(now))
            .bind(id.clone())
            .bind(now)
            .execute()
            .await?;
        tx.query(INSERT_ID).bind(id.clone()).execute().await?;
        tx.query(INSERT_LANE)
            .bind(id.clone())
            .bind(ParkedOn::UnknownAccount.to_string())
            .execute()
            .await?;
    }
    known = find(tx, ids).await?;
    Ok(known)
}

async fn find(tx: &mut Tx, ids: &[String]) -> Result<BTreeMap<String, AccountKey>, StoreError> {
    let ids = Texts::of(ids.iter().cloned());
    let rows: Vec<KnownId> = tx.query(FIND).bind(ids).all().await?;
    Ok(rows.into_iter().map(|row| (row.id, row.account_key)).collect())
}

const COLUMNS: &str = "SELECT key, instagram_id, workspace_id, username FROM accounts WHERE ";

impl Store {
    /// The account that goes by one of Meta's ids.
    pub async fn account_by_id(&self, id: &str) -> Result<Option<Account>, StoreError> {
        let query = self.db.query(COLUMNS);
        Ok(query
            .push_bind(
                "key = (SELECT account_key FROM account_ids WHERE id = ",
                id.to_owned(),
            )
            .push(")")
            .optional()
            .await?)
    }

    /// One account.
    pub async fn account(&self, key: AccountKey) -> Result<Option<Account>, StoreError> {
        Ok(self.db.query(COLUMNS).push_bind("key = ", key).optional().await?)
    }

    /// A workspace's accounts; of every workspace with `None`.
    pub async fn accounts(&self, workspace: Option<WorkspaceId>) -> Result<Vec<Account>, StoreError> {
        let query = self.db.query(COLUMNS);
        let query = match workspace {
            Some(id) => query.push_bind("workspace_id = ", id),
            None => query.push("workspace_id IS NOT NULL"),
        };
        Ok(query.push(" AND erased_at IS NULL ORDER BY key").all().await?)
    }

    /// Every id of Meta's that an account goes by.
    pub async fn account_ids(&self, key: AccountKey) -> Result<Vec<String>, StoreError> {
        let query = self
            .db
            .query("SELECT id FROM account_ids WHERE account_key = $1 ORDER BY id");
        let rows: Vec<(String,)> = query.bind(key).all().await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}
