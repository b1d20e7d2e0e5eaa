//! Keeping whose a file is, and reading it.

use super::model::{COLUMNS, NewUpload, Upload};
use crate::assets::Digest;
use crate::domain::{UploadId, WorkspaceId};
use crate::store::page::PageRequest;
use crate::store::{Store, StoreError};

const INSERT: &str =
    "INSERT INTO uploads (id, workspace_id, digest, media_type, content_type, bytes, width, height,
        duration_ms, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

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
            width: new.width.map(i64::from),
            height: new.height.map(i64::from),
            duration_ms: new.duration_ms.and_then(|time| i64::try_from(time).ok()),
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
            .bind(upload.width)
            .bind(upload.height)
            .bind(upload.duration_ms)
            .bind(now)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(upload)
    }

    /// An upload, in a workspace if one is given.
    pub async fn upload(&self, id: UploadId, workspace: Option<WorkspaceId>) -> Result<Upload, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("u.id = ", id);
        let query = match workspace {
            Some(workspace) => query.push_bind(" AND u.workspace_id = ", workspace),
            None => query,
        };
        query.optional().await?.ok_or(StoreError::NotFound("upload"))
    }

    /// The workspace's first upload of these bytes.
    pub async fn upload_of(
        &self,
        workspace: WorkspaceId,
        digest: Digest,
    ) -> Result<Option<Upload>, StoreError> {
        let query = self
            .db
            .query(COLUMNS)
            .push_bind("u.digest = ", digest.to_string());
        let query = query.push_bind(" AND u.workspace_id = ", workspace);
        Ok(query.push(" ORDER BY u.id LIMIT 1").optional().await?)
    }

    /// A page of uploads, the newest first; of every workspace with `None`.
    pub async fn uploads(
        &self,
        workspace: Option<WorkspaceId>,
        page: PageRequest,
    ) -> Result<Vec<Upload>, StoreError> {
        let mut query = self.db.query(COLUMNS).push_bind("u.id < ", page.below());
        if let Some(workspace) = workspace {
            query = query.push_bind(" AND u.workspace_id = ", workspace);
        }
        Ok(query
            .push_bind(" ORDER BY u.id DESC LIMIT ", page.limit)
            .all()
            .await?)
    }
}
