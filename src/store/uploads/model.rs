//! An upload as it is stored.

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
    /// Columns, as people see it.
    pub width: Option<i64>,
    /// Rows, as people see it.
    pub height: Option<i64>,
    /// How long a film runs.
    pub duration_ms: Option<i64>,
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
    /// Columns, as people see it.
    pub width: Option<u32>,
    /// Rows, as people see it.
    pub height: Option<u32>,
    /// How long a film runs.
    pub duration_ms: Option<u64>,
}

pub(super) const COLUMNS: &str =
    "SELECT u.id, u.workspace_id, u.digest, u.media_type, u.content_type, u.bytes, u.width, u.height, u.duration_ms,
        u.created_at
    FROM uploads u WHERE ";
