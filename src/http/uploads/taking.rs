//! Uploading a file.

use std::io;
use std::time::Duration;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use futures_util::{Stream, StreamExt, stream};

use super::view::NewUploadView;
use crate::assets::ShelfError;
use crate::effects::{UploadError, Uploads};
use crate::http::answers::Uploading;
use crate::http::auth::Writer;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};

/// How long the next bytes of a file may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes a file that is to be published: its bytes are the body, as they are.
///
/// What it is called and what the header says of it is not believed. PNG and WebP become JPEG.
#[utoipa::path(
    tag = "posts",
    operation_id = "upload_media",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file's bytes: at most 300 MiB"),
    responses((status = 201, description = "It is kept", body = NewUploadView), Uploading)
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
    Ok(HttpResponse::Created().json(NewUploadView::from(taken)))
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
