//! How an upload is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::assets::rules::AssetFault;
use crate::domain::post::MediaType;
use crate::domain::{EffectId, Timestamp, UploadId};
use crate::effects::{KeptUpload, Taken};

/// A file that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MediaUpload)]
pub struct UploadView {
    /// What a post names it by, as `media[].upload_id` or `cover_upload_id`.
    #[schema(value_type = uuid::Uuid)]
    id: UploadId,
    /// `image` or `video`.
    #[schema(value_type = String)]
    media_type: MediaType,
    /// What it is by its bytes: `image/jpeg`, `video/mp4` or `video/quicktime`.
    content_type: String,
    /// How long it is, as it is kept.
    bytes: i64,
    /// Columns, as people see it.
    width: Option<i64>,
    /// Rows, as people see it.
    height: Option<i64>,
    /// How long a film runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<i64>,
    /// When it was uploaded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From then on it is removed, unless a post needs it; null: it is kept until you remove it.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// The posts that are not over and need it: as long as there is one it stays.
    #[schema(value_type = Vec<uuid::Uuid>)]
    needed_by: Vec<EffectId>,
}

/// A file that was just uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewMediaUpload)]
pub struct NewUploadView {
    #[serde(flatten)]
    upload: UploadView,
    /// What a post of it alone, a picture in the feed or a reel, would have against it.
    warnings: Vec<WarningView>,
}

/// What is to be known of a file before it is posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MediaWarning)]
pub struct WarningView {
    /// Stable: what programs decide by.
    code: &'static str,
    /// What was measured, and the bound.
    message: String,
    /// What to do.
    fix: String,
}

impl From<KeptUpload> for UploadView {
    fn from(kept: KeptUpload) -> Self {
        let upload = kept.upload;
        Self {
            id: upload.id,
            media_type: upload.media_type,
            content_type: upload.content_type,
            bytes: upload.bytes,
            width: upload.width,
            height: upload.height,
            duration_ms: upload.duration_ms,
            created_at: upload.created_at,
            expires_at: kept.expires_at,
            needed_by: kept.needed_by,
        }
    }
}

impl From<Taken> for NewUploadView {
    fn from(taken: Taken) -> Self {
        Self {
            upload: taken.kept.into(),
            warnings: taken.warnings.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<AssetFault> for WarningView {
    fn from(found: AssetFault) -> Self {
        Self {
            code: found.code,
            message: found.message,
            fix: found.fix,
        }
    }
}
