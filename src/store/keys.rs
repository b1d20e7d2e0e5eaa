//! Workspaces and the keys to the internal API. Of a key only its hash is stored.

use super::{Store, StoreError};
use crate::domain::{ApiKeyId, Timestamp, UnknownWord, WorkspaceId};

/// What a key may do; each may do what the ones before it may.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Scope {
    /// Look.
    Read,
    /// Retry and replay.
    Write,
    /// Connect accounts.
    Admin,
    /// Everything, in every workspace.
    Operator,
}

impl Scope {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            "admin" => Ok(Self::Admin),
            other => Err(UnknownWord(other.to_owned(), "read, write, admin")),
        }
    }
}

/// A key as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Its tenant; none for an operator's.
    pub workspace_id: Option<WorkspaceId>,
    /// The tenant's name.
    pub workspace: Option<String>,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// The visible part, by which it is found.
    pub prefix: String,
    /// SHA-256 of the whole key.
    pub hash: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it no longer works.
    pub revoked_at: Option<Timestamp>,
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// The tenant's name, made if missing; none for an operator's key.
    pub workspace: Option<String>,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// The visible part.
    pub prefix: String,
    /// SHA-256 of the whole key.
    pub hash: Vec<u8>,
}

const COLUMNS: &str = "SELECT k.id, k.workspace_id, w.name AS workspace, k.name, k.scope, k.prefix, k.hash, k.created_at, k.revoked_at
    FROM api_keys k LEFT JOIN workspaces w ON w.id = k.workspace_id ";

impl Store {
    /// The workspace of that name.
    pub async fn workspace(&self, name: &str) -> Result<Option<WorkspaceId>, StoreError> {
        let query = self
            .db
            .query("SELECT id FROM workspaces WHERE name = $1")
            .bind(name.to_owned());
        let row: Option<(WorkspaceId,)> = query.optional().await?;
        Ok(row.map(|(id,)| id))
    }

    /// What a workspace is called.
    pub async fn workspace_name(&self, id: WorkspaceId) -> Result<String, StoreError> {
        let query = self.db.query("SELECT name FROM workspaces WHERE ");
        let found: Option<(String,)> = query.push_bind("id = ", id).optional().await?;
        let (name,) = found.ok_or(StoreError::NotFound("workspace"))?;
        Ok(name)
    }

    /// Stores a key; its workspace is made with its first key.
    pub async fn create_key(&self, new: NewApiKey) -> Result<ApiKeyId, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let mut workspace_id = None;
        if let Some(name) = new.workspace {
            tx.query(
                "INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(WorkspaceId::at(now))
            .bind(name.clone())
            .bind(now)
            .execute()
            .await?;
            let row: (WorkspaceId,) = tx
                .query("SELECT id FROM workspaces WHERE name = $1")
                .bind(name)
                .one()
                .await?;
            workspace_id = Some(row.0);
        }
        let id = ApiKeyId::at(now);
        tx.query(
            "INSERT INTO api_keys (id, workspace_id, name, scope, prefix, hash, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id)
        .bind(workspace_id)
        .bind(new.name)
        .bind(new.scope.as_str().to_owned())
        .bind(new.prefix)
        .bind(new.hash)
        .bind(now)
        .execute()
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Every key, revoked ones too.
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        Ok(self.db.query(COLUMNS).push("ORDER BY k.id").all().await?)
    }

    /// The key with this visible part, if it still works.
    pub async fn key(&self, prefix: &str) -> Result<Option<ApiKey>, StoreError> {
        let query = self
            .db
            .query(COLUMNS)
            .push_bind("WHERE k.revoked_at IS NULL AND k.prefix = ", prefix.to_owned());
        Ok(query.optional().await?)
    }

    /// From now on the key no longer works.
    pub async fn revoke_key(&self, id: ApiKeyId) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let query = tx.query("UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1");
        if query.bind(id).bind(self.clock.now()).execute().await? == 0 {
            return Err(StoreError::NotFound("key"));
        }
        Ok(tx.commit().await?)
    }
}
