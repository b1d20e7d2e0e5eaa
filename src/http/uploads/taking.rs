//! Uploading a file.

use std::io;
use std::time::Duration;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use utoipa::ToSchema;

use crate::assets::rules::AssetFault;
use crate::assets::{Asset, ShelfError};
use crate::domain::UploadId;
use crate::domain::post::MediaType;
use crate::effects::{Taken, UploadError, Uploads};
use crate::http::answers::Uploading;
use crate::http::auth::Writer;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};

/// How long the next bytes of a file may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MediaUpload)]
pub struct UploadView {
    /// What a post names it by, as `media[].upload_id`.
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
    width: Option<u32>,
    /// Rows, as people see it.
    height: Option<u32>,
    /// How long a film runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
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

/// Takes a file that is to be published: its bytes are the body, as they are.
///
/// What it is called and what the header says of it is not believed. PNG and WebP become JPEG.
#[utoipa::path(
    tag = "posts",
    operation_id = "upload_media",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file's bytes: at most 300 MiB"),
    responses((status = 201, description = "It is kept", body = UploadView), Uploading)
)]
#[post("/media-uploads")]
pub async fn take(
    caller: Writer,
    _: Params<Nothing>,
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let workspace = caller
        .workspace
        .ok_or_else(|| Problem::parameter("workspace", "an operator's key must name the workspace"))?;
    if claimed_length(&request).is_some_and(|bytes| bytes > Uploads::MOST) {
        return Err(UploadError::from(ShelfError::TooLarge(Uploads::MOST)).into());
    }
    let uploads = state.effects.uploads().clone();
    let stored = uploads.receive(steady(payload)).await?;
    let keeping = async move { uploads.keep(workspace, stored).await };
    let taken = state.lifecycle.shielded(keeping).await??;
    Ok(HttpResponse::Created().json(UploadView::from(taken)))
}

/// What the header says; a chunked body has none.
fn claimed_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body that breaks off where nothing comes any more.
fn steady(payload: Payload) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some(payload), async |payload| {
        let mut payload = payload?;
        match tokio::time::timeout(PATIENCE, payload.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(payload))),
            Ok(Some(Err(error))) => Some((Err(io::Error::other(error.to_string())), None)),
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    })
}

impl From<Taken> for UploadView {
    fn from(taken: Taken) -> Self {
        let (shown, duration) = match &taken.asset {
            Asset::Image(image) => (image.shown, None),
            Asset::Video(film) => (film.video.as_ref().and_then(|track| track.shown), film.duration),
        };
        Self {
            id: taken.upload.id,
            media_type: taken.upload.media_type,
            content_type: taken.upload.content_type,
            bytes: taken.upload.bytes,
            width: shown.map(|shown| shown.width),
            height: shown.map(|shown| shown.height),
            duration_ms: duration.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
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
