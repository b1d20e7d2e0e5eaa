//! Looking at the uploads that a post names.

use super::keeper::Uploads;
use crate::assets::rules::Place;
use crate::domain::post::PostIntent;
use crate::domain::{UploadId, WorkspaceId};
use crate::effects::files::{MOST_FILES, place};
use crate::effects::seen::Seen;
use crate::store::{StoreError, Upload};

/// An upload that a post names, and where.
struct Named {
    at: Option<usize>,
    pointer: String,
    id: UploadId,
    place: Place,
}

impl Uploads {
    /// The same with each upload as what it is, where the kind of post takes either: by its bytes it is known, whatever was
    /// said.
    pub(in crate::effects) async fn typed(
        &self,
        workspace: Option<WorkspaceId>,
        mut intent: PostIntent,
    ) -> Result<PostIntent, StoreError> {
        let either = intent.kind.takes().is_none();
        for one in intent.media.iter_mut().take(MOST_FILES).filter(|_| either) {
            let Some(id) = one.upload_id else {
                continue;
            };
            match self.store().upload(id, workspace).await {
                Ok(upload) => one.media_type = upload.media_type,
                // That it is not there is told with all that is wrong.
                Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(intent)
    }

    /// Looks at the uploads that a post names.
    pub(in crate::effects) async fn look_at(
        &self,
        workspace: Option<WorkspaceId>,
        intent: &PostIntent,
    ) -> Result<Vec<Seen>, StoreError> {
        let mut seen = Vec::new();
        for named in named(intent) {
            seen.push(self.look(workspace, named).await?);
        }
        Ok(seen)
    }

    async fn look(&self, workspace: Option<WorkspaceId>, named: Named) -> Result<Seen, StoreError> {
        let Named {
            at,
            pointer,
            id,
            place,
        } = named;
        let upload: Upload = match self.store().upload(id, workspace).await {
            Err(StoreError::NotFound(_)) => {
                let message = "is no upload of this workspace; upload the file and give the id of the answer";
                return Ok(Seen::unseen(at, &pointer, "upload", message.to_owned()));
            }
            found => found?,
        };
        Ok(match self.asset(upload.digest).await {
            Ok(asset) => Seen::of(at, &pointer, asset, place),
            Err(error) => Seen::unseen(at, &pointer, error.code(), format!("{error}; upload it again")),
        })
    }
}

fn named(intent: &PostIntent) -> impl Iterator<Item = Named> {
    let media = intent.media.iter().enumerate().take(MOST_FILES);
    let media = media.filter_map(|(at, one)| {
        Some(Named {
            at: Some(at),
            pointer: format!("/media/{at}/upload_id"),
            id: one.upload_id?,
            place: place(intent.kind, one.media_type),
        })
    });
    media.chain(intent.cover_upload_id.map(|id| Named {
        at: None,
        pointer: "/cover_upload_id".to_owned(),
        id,
        place: Place::Cover,
    }))
}
