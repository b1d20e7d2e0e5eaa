//! A delivery's exact bytes.

use actix_web::http::header::{CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use crate::domain::DeliveryId;
use crate::http::answers::ReadingBytes;
use crate::http::auth::Operator;
use crate::http::id::Id;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};
use crate::store::StoreError;

/// Gives a delivery's bytes as they came (op).
///
/// They are somebody else's text: always a download, never a page. Bytes that were erased at a person's request are
/// answered 410.
#[utoipa::path(
    tag = "deliveries",
    operation_id = "read_delivery_body",
    params(("id" = uuid::Uuid, Path, description = "The delivery's id")),
    responses((status = 200, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"), ReadingBytes)
)]
#[get("/{id}/body")]
pub async fn body(
    _: Operator,
    Id(id): Id<DeliveryId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let bytes = match state.store.delivery_body(id).await {
        Err(StoreError::NotFound(_)) => state.store.quarantined_body(id).await?,
        read => read?,
    };
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.bin\"")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes))
}
