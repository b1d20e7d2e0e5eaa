//! The end of connections: they go with their tokens, their accounts' history stays, and followers are told.

use std::collections::BTreeSet;

use super::{Connection, park_without_connection};
use crate::domain::{AccountKey, ConnectionId, Timestamp};
use crate::store::db::{Ids, Tx, in_ids};
use crate::store::feed::{self, FeedEntry};
use crate::store::{Store, StoreError, lanes};

/// Removed by somebody who administers the workspace.
const REMOVED: &str = "removed";

/// What the connections that are left share with one that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StillUsed {
    /// The subscription: the account was connected again by the same login. No two accounts have one Page.
    pub subscription: bool,
    /// The person who gave it: taking back their permissions would end the others as well, of whatever workspace, and the
    /// choice that they have not made yet in another one.
    pub person: bool,
}

const STILL_USED: &str = "SELECT
    EXISTS (SELECT 1 FROM connections WHERE account_key = $1 AND login = $2) AS subscription,
    EXISTS (SELECT 1 FROM connections WHERE login = 'facebook' AND facebook_user_id = $3)
    OR EXISTS (SELECT 1 FROM connect_sessions WHERE facebook_user_id = $3 AND ends_at > $4
        AND workspace_id <> (SELECT workspace_id FROM accounts WHERE key = $1)) AS person";

/// What is still to be chosen with a token that is about to be taken back.
const FORGET_CHOICES: &str = "DELETE FROM connect_sessions WHERE facebook_user_id = $2
    AND workspace_id = (SELECT workspace_id FROM accounts WHERE key = $1)";

impl Store {
    /// Removes connections and their tokens. Their accounts' history stays; with its last connection a lane is parked,
    /// else it goes on by the one that is left, whatever the other one made it rest for.
    pub async fn disconnect(&self, connections: &[Connection]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let ended: Vec<_> = connections
            .iter()
            .map(|connection| (connection.id, connection.account_key))
            .collect();
        let mut tx = self.db.begin().await?;
        end(&mut tx, &ended, REMOVED, now).await?;
        Ok(tx.commit().await?)
    }

    /// What of a removed connection is needed by those that are left.
    pub async fn still_used(&self, removed: &Connection) -> Result<StillUsed, StoreError> {
        let query = self.db.query(STILL_USED).bind(removed.account_key);
        let query = query.bind(removed.login.as_str().to_owned());
        let query = query.bind(removed.facebook_user_id.clone());
        Ok(query.bind(self.clock.now()).one().await?)
    }

    /// Forgets what the person behind a removed connection could still choose in its workspace, with their token: their
    /// permissions are about to be taken back.
    pub async fn forget_choices(&self, removed: &Connection) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let query = tx.query(FORGET_CHOICES).bind(removed.account_key);
        query.bind(removed.facebook_user_id.clone()).execute().await?;
        Ok(tx.commit().await?)
    }
}

/// Removes connections and tells followers of their accounts why, each once: of what is gone already nothing is said.
pub(in crate::store) async fn end(
    tx: &mut Tx,
    connections: &[(ConnectionId, AccountKey)],
    why: &'static str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if connections.is_empty() {
        return Ok(());
    }
    lanes::hold(tx, connections.iter().map(|(_, account)| *account)).await?;
    let ended: Vec<(AccountKey,)> = tx
        .query(in_ids!(
            "DELETE FROM connections WHERE id",
            "$1",
            " RETURNING account_key"
        ))
        .bind(Ids::of(connections.iter().map(|(id, _)| id.uuid())))
        .all()
        .await?;
    let accounts: BTreeSet<AccountKey> = ended.into_iter().map(|(account,)| account).collect();
    for account in &accounts {
        if !park_without_connection(tx, *account).await? {
            lanes::unpark(tx, *account, now).await?;
        }
    }
    let told: Vec<FeedEntry> = accounts
        .into_iter()
        .map(|account_key| FeedEntry {
            account_key,
            kind: "account.disconnected",
            object_id: why.to_owned(),
            event_id: None,
        })
        .collect();
    feed::tell(tx, &told, now).await
}
