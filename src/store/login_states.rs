//! Dialogs that were opened: each is answered once, in its time.

use std::time::Duration;

use super::{Store, StoreError};
use crate::domain::{Login, Timestamp, WorkspaceId};

/// So long after its end a dialog is still remembered, so that a late answer is told what it is.
const REMEMBERED: Duration = Duration::from_hours(24);

/// A dialog to be remembered.
#[derive(Clone, Debug)]
pub struct NewLoginState {
    /// SHA-256 of the state that goes through the dialog.
    pub hash: [u8; 32],
    /// The tenant that connects.
    pub workspace: WorkspaceId,
    /// The login product.
    pub login: Login,
    /// The permissions that are asked for.
    pub scopes: Vec<String>,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
    /// Until when it may be answered.
    pub ends_at: Timestamp,
}

/// A dialog as it was opened.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LoginState {
    /// The tenant that connects.
    pub workspace_id: WorkspaceId,
    /// The login product.
    pub login: Login,
    /// The permissions that were asked for, comma-separated.
    pub scopes: String,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
    /// Until when it may be answered.
    pub ends_at: Timestamp,
    /// When it was answered.
    pub used_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "SELECT workspace_id, login, scopes, return_to, ends_at, used_at FROM login_states WHERE hash = $1";

impl Store {
    /// Remembers a dialog, and forgets those that ended long ago.
    pub async fn remember_login(&self, new: NewLoginState) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.query("DELETE FROM login_states WHERE hash IN (SELECT hash FROM login_states WHERE ends_at < $1 LIMIT 100)")
            .bind(now - REMEMBERED)
            .execute()
            .await?;
        tx.query(
            "INSERT INTO login_states (hash, workspace_id, login, scopes, return_to, created_at, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.hash.to_vec())
        .bind(new.workspace)
        .bind(new.login.as_str().to_owned())
        .bind(new.scopes.join(","))
        .bind(new.return_to)
        .bind(now)
        .bind(new.ends_at)
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Takes a dialog's answer: what it was opened for, and whether this is its first answer and in time. Of two answers
    /// at once one is the first.
    pub async fn answer_login(&self, hash: [u8; 32]) -> Result<Option<(LoginState, bool)>, StoreError> {
        let now = self.clock.now();
        // Anybody may send anything here: only what may be a first answer takes the writer's time.
        let state: Option<LoginState> = self.db.query(COLUMNS).bind(hash.to_vec()).optional().await?;
        let may_be_first = |state: &LoginState| state.used_at.is_none() && state.ends_at > now;
        if !state.as_ref().is_some_and(may_be_first) {
            return Ok(state.map(|state| (state, false)));
        }
        let mut tx = self.db.begin().await?;
        let first = tx
            .query(
                "UPDATE login_states SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND ends_at > $2",
            )
            .bind(hash.to_vec())
            .bind(now)
            .execute()
            .await?;
        let state: Option<LoginState> = tx.query(COLUMNS).bind(hash.to_vec()).optional().await?;
        tx.commit().await?;
        Ok(state.map(|state| (state, first > 0)))
    }
}
