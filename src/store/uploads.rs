//! Files that were uploaded: whose they are, and under which digest their bytes lie.

use super::{Store, StoreError};
use crate::assets::Digest;
use crate::domain::post::MediaType;
use crate::domain::{Timestamp, UploadId, WorkspaceId};

/// A file that was uploaded.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The tenant whose it is.
    pub workspace_id: WorkspaceId,
    /// The name of its bytes.
    #[sqlx(try_from = "String")]
    pub digest: Digest,
    /// A picture or a film.
    pub media_type: MediaType,
    /// How it is encoded.
    pub content_type: String,
    /// How long it is.
    pub bytes: i64,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// A file that is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewUpload {
    /// The tenant whose it is.
    pub workspace: WorkspaceId,
    /// The name of its bytes.
    pub digest: Digest,
    /// A picture or a film.
    pub media_type: MediaType,
    /// How it is encoded.
    pub content_type: &'static str,
    /// How long it is.
    pub bytes: u64,
}

const INSERT: &str =
    "INSERT INTO uploads (id, workspace_id, digest, media_type, content_type, bytes, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ONE: &str =
    "SELECT id, workspace_id, digest, media_type, content_type, bytes, created_at FROM uploads WHERE id = ";
const NEEDED: &str = "SELECT COUNT(*) FROM uploads WHERE digest = ";

impl Store {
    /// Keeps whose a file is.
    pub async fn keep_upload(&self, new: NewUpload) -> Result<Upload, StoreError> {
        let now = self.clock.now();
        let upload = Upload {
            id: UploadId::at(now),
            workspace_id: new.workspace,
            digest: new.digest,
            media_type: new.media_type,
            content_type: new.content_type.to_owned(),
            bytes: i64::try_from(new.bytes).unwrap_or(i64::MAX),
            created_at: now,
        };
        let mut tx = self.db.begin().await?;
        tx.query(INSERT)
            .bind(upload.id)
            .bind(upload.workspace_id)
            .bind(upload.digest.to_string())
            .bind(upload.media_type.as_str().to_owned())
            .bind(upload.content_type.clone())
            .bind(upload.bytes)
            .bind(now)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(upload)
    }

    /// An upload, in a workspace if one is given.
    pub async fn upload(&self, id: UploadId, workspace: Option<WorkspaceId>) -> Result<Upload, StoreError> {
        let query = self.db.query(ONE).push_bind("", id);
        let query = match workspace {
            Some(workspace) => query.push_bind(" AND workspace_id = ", workspace),
            None => query,
        };
        query.optional().await?.ok_or(StoreError::NotFound("upload"))
    }

    /// Whether these bytes are anybody's upload.
    pub async fn upload_is_needed(&self, digest: Digest) -> Result<bool, StoreError> {
        let query = self.db.query(NEEDED).push_bind("", digest.to_string());
        let (count,): (i64,) = query.one().await?;
        Ok(count > 0)
    }
}
