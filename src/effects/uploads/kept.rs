//! Uploads as they stand: until when they are kept, and which posts need them.

use std::collections::HashMap;

use super::error::UploadError;
use super::keeper::Uploads;
use crate::domain::{EffectId, Timestamp, UploadId, WorkspaceId};
use crate::store::{Ended, PageRequest, StoreError, Upload};

/// An upload as it stands.
#[derive(Clone, Debug)]
pub struct KeptUpload {
    /// As it is stored.
    pub upload: Upload,
    /// From then on it is removed, unless a post needs it; none: it is kept.
    pub expires_at: Option<Timestamp>,
    /// The posts that are not over and need it.
    pub needed_by: Vec<EffectId>,
}

impl Uploads {
    /// A page of a workspace's uploads, the newest first; of all with `None`.
    pub async fn list(
        &self,
        workspace: Option<WorkspaceId>,
        page: PageRequest,
    ) -> Result<Vec<KeptUpload>, StoreError> {
        self.standing(self.store().uploads(workspace, page).await?).await
    }

    /// One upload, if the workspace may see it.
    pub async fn one(&self, id: UploadId, workspace: Option<WorkspaceId>) -> Result<KeptUpload, StoreError> {
        let upload = self.store().upload(id, workspace).await?;
        let mut one = self.standing(vec![upload]).await?;
        one.pop().ok_or(StoreError::NotFound("upload"))
    }

    /// Removes an upload, and its bytes unless they are another's, too.
    pub async fn remove(&self, id: UploadId, workspace: Option<WorkspaceId>) -> Result<(), UploadError> {
        let digest = self.store().upload(id, workspace).await?.digest;
        match self.store().remove_upload(id, workspace).await? {
            Ended::Removed => self.forget(digest).await,
            Ended::Needed(by) => return Err(UploadError::Needed(by)),
        }
        Ok(())
    }

    /// An upload that was just kept: no post knows of it yet.
    pub(super) fn new_one(&self, upload: Upload) -> KeptUpload {
        KeptUpload {
            expires_at: self.kept_for().until(upload.created_at),
            needed_by: Vec::new(),
            upload,
        }
    }

    async fn standing(&self, uploads: Vec<Upload>) -> Result<Vec<KeptUpload>, StoreError> {
        let ids: Vec<UploadId> = uploads.iter().map(|upload| upload.id).collect();
        let mut needing: HashMap<UploadId, Vec<EffectId>> = HashMap::new();
        for (id, effect) in self.store().uploads_needed(&ids).await? {
            needing.entry(id).or_default().push(effect);
        }
        let standing = uploads.into_iter().map(|upload| KeptUpload {
            needed_by: needing.remove(&upload.id).unwrap_or_default(),
            ..self.new_one(upload)
        });
        Ok(standing.collect())
    }
}
