//! People who logged in and can connect more than one account: their token, sealed, until they choose.

use super::{Store, StoreError};
use crate::domain::{Timestamp, WorkspaceId};

/// A person who has yet to choose.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ConnectSession {
    /// SHA-256 of the session's id.
    pub hash: Vec<u8>,
    /// The tenant that connects.
    pub workspace_id: WorkspaceId,
    /// The person on Facebook.
    pub facebook_user_id: String,
    /// The permissions that were asked for, comma-separated.
    pub asked: String,
    /// Those that were granted, comma-separated.
    pub scopes: String,
    /// What can be chosen, as JSON; without any token.
    pub candidates: String,
    /// The key that sealed the token.
    pub key_id: String,
    /// The person's sealed token.
    pub token: Vec<u8>,
    /// When the token ends, if known.
    pub token_ends_at: Option<Timestamp>,
    /// When it stops reading, if known.
    pub data_access_ends_at: Option<Timestamp>,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
    /// Until when there is time to choose.
    pub ends_at: Timestamp,
}

const COLUMNS: &str =
    "SELECT hash, workspace_id, facebook_user_id, asked, scopes, candidates, key_id, token, token_ends_at,
        data_access_ends_at, return_to, ends_at FROM connect_sessions WHERE ";

impl Store {
    /// Keeps a session.
    pub async fn keep_session(&self, new: ConnectSession) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.query(
            "INSERT INTO connect_sessions (hash, workspace_id, facebook_user_id, asked, scopes, candidates, key_id, token,
                token_ends_at, data_access_ends_at, return_to, created_at, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(new.hash)
        .bind(new.workspace_id)
        .bind(new.facebook_user_id)
        .bind(new.asked)
        .bind(new.scopes)
        .bind(new.candidates)
        .bind(new.key_id)
        .bind(new.token)
        .bind(new.token_ends_at)
        .bind(new.data_access_ends_at)
        .bind(new.return_to)
        .bind(now)
        .bind(new.ends_at)
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Destroys the sessions that have ended, each with its token. Gives how many these were.
    pub async fn forget_sessions(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let query = self.db.query("SELECT hash FROM connect_sessions WHERE ");
        let query = query.push_bind("ends_at <= ", now).push(" LIMIT 1");
        let ended: Option<(Vec<u8>,)> = query.optional().await?;
        if ended.is_none() {
            return Ok(0);
        }
        let mut tx = self.db.begin().await?;
        let forgotten = tx.query("DELETE FROM connect_sessions WHERE ends_at <= $1");
        let forgotten = forgotten.bind(now).execute().await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// The sessions that have not ended and were sealed by another key than this.
    pub async fn sessions_sealed_before(&self, key_id: &str) -> Result<Vec<ConnectSession>, StoreError> {
        let query = self.db.query(COLUMNS);
        let query = query.push_bind("ends_at > ", self.clock.now());
        Ok(query
            .push_bind(" AND key_id <> ", key_id.to_owned())
            .all()
            .await?)
    }

    /// Keeps a session's token under another key.
    pub async fn reseal_session(
        &self,
        session: &ConnectSession,
        (key_id, token): (String, Vec<u8>),
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.query("UPDATE connect_sessions SET key_id = $2, token = $3 WHERE hash = $1")
            .bind(session.hash.clone())
            .bind(key_id)
            .bind(token)
            .execute()
            .await?;
        Ok(tx.commit().await?)
    }

    /// A session that has not ended, if the workspace may see it.
    pub async fn session(
        &self,
        hash: [u8; 32],
        workspace: Option<WorkspaceId>,
    ) -> Result<ConnectSession, StoreError> {
        let mut query = self
            .db
            .query(COLUMNS)
            .push_bind("hash = ", hash.to_vec())
            .push_bind(" AND ends_at > ", self.clock.now());
        if let Some(workspace) = workspace {
            query = query.push_bind(" AND workspace_id = ", workspace);
        }
        query
            .optional()
            .await?
            .ok_or(StoreError::NotFound("connect session"))
    }
}
