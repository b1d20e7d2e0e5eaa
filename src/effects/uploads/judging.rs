//! What is wrong with the uploads that a post names.

use super::keeper::Uploads;
use crate::assets::rules::{AssetFault, Place, check};
use crate::domain::post::{Fault, PostIntent};
use crate::domain::{UploadId, WorkspaceId};
use crate::effects::files::place;
use crate::store::StoreError;

impl Uploads {
    /// What is wrong with the uploads that a post names, all of it.
    pub(in crate::effects) async fn faults(
        &self,
        workspace: WorkspaceId,
        intent: &PostIntent,
    ) -> Result<Vec<Fault>, StoreError> {
        let media = intent.media.iter().enumerate().filter_map(|(at, one)| {
            let place = place(intent.kind, one.media_type);
            Some((format!("/media/{at}/upload_id"), one.upload_id?, place))
        });
        let cover = intent
            .cover_upload_id
            .map(|id| ("/cover_upload_id".to_owned(), id, Place::Cover));
        let mut found = Vec::new();
        for (pointer, id, place) in media.chain(cover) {
            let against = self.against(workspace, id, place).await?;
            found.extend(against.into_iter().map(|(code, message)| Fault {
                pointer: pointer.clone(),
                code,
                message,
            }));
        }
        Ok(found)
    }

    async fn against(
        &self,
        workspace: WorkspaceId,
        id: UploadId,
        place: Place,
    ) -> Result<Vec<(&'static str, String)>, StoreError> {
        let upload = match self.store().upload(id, Some(workspace)).await {
            Err(StoreError::NotFound(_)) => {
                let message = "is no upload of this workspace; upload the file and give the id of the answer";
                return Ok(vec![("upload", message.to_owned())]);
            }
            found => found?,
        };
        Ok(match self.asset(upload.digest).await {
            Ok(asset) => {
                let against = check(&asset, place).into_iter().filter(AssetFault::is_fault);
                against
                    .map(|found| (found.code, format!("{}; {}", found.message, found.fix)))
                    .collect()
            }
            Err(error) => vec![(error.code(), format!("{error}; upload it again"))],
        })
    }
}
