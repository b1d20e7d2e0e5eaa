//! Uploads as they stand, and removing one before its time.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get};

use super::view::UploadView;
use crate::domain::UploadId;
use crate::http::answers::{Listing, Reading, RemovingUpload};
use crate::http::auth::{Reader, Writer};
use crate::http::id::Id;
use crate::http::page::{Page, PageParams, page_of, paged};
use crate::http::params::{FromQuery, Nothing, Params, Query};
use crate::http::{Problem, State};
use crate::store::PageRequest;

/// Which page.
pub struct Wanted(PageRequest);

impl FromQuery for Wanted {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        page_of(query).map(Self)
    }
}

/// Lists uploads, the newest first.
#[utoipa::path(
    tag = "posts",
    operation_id = "list_media_uploads",
    params(PageParams),
    responses((status = 200, description = "A page", body = Page<UploadView>), Listing)
)]
#[get("/media-uploads")]
pub async fn list(
    caller: Reader,
    Params(Wanted(page)): Params<Wanted>,
    state: Data<State>,
) -> Result<Json<Page<UploadView>>, Problem> {
    let uploads = state.effects.uploads();
    let read = |page| uploads.list(caller.workspace, page);
    Ok(Json(paged(page, read, |kept| kept.upload.id.uuid()).await?))
}

/// Reads an upload.
#[utoipa::path(
    tag = "posts",
    operation_id = "read_media_upload",
    params(("id" = uuid::Uuid, Path, description = "The upload's id")),
    responses((status = 200, description = "The upload", body = UploadView), Reading)
)]
#[get("/media-uploads/{id}")]
pub async fn one(
    caller: Reader,
    Id(id): Id<UploadId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<UploadView>, Problem> {
    let one = state.effects.uploads().one(id, caller.workspace).await?;
    Ok(Json(one.into()))
}

/// Removes an upload, and its bytes, before its time; not while a post needs it.
#[utoipa::path(
    tag = "posts",
    operation_id = "delete_media_upload",
    params(("id" = uuid::Uuid, Path, description = "The upload's id")),
    responses((status = 204, description = "It is removed"), RemovingUpload)
)]
#[delete("/media-uploads/{id}")]
pub async fn remove(
    caller: Writer,
    Id(id): Id<UploadId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let (uploads, workspace) = (state.effects.uploads().clone(), caller.workspace);
    let removing = async move { uploads.remove(id, workspace).await };
    state.lifecycle.shielded(removing).await??;
    Ok(HttpResponse::NoContent().finish())
}
