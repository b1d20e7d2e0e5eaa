//! A person wants their data deleted.

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpRequest, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::signed::{SignedForm, count, person};
use crate::http::answers::CallingBack;
use crate::http::{Problem, State};

const KIND: &str = "data-deletion";

/// What Meta shows the person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletionReceipt)]
pub struct DeletionReceiptView {
    /// The page that tells how far the deletion is.
    url: String,
    /// By which the person asks for it.
    confirmation_code: String,
}

/// Takes note that a person wants their data deleted.
///
/// Their connections and tokens are gone with the answer, the rest goes in the background. The same request again is
/// answered with the same code, unless the person has connected anew.
#[utoipa::path(
    tag = "callbacks",
    operation_id = "delete_data",
    request_body(content = SignedForm, content_type = "application/x-www-form-urlencoded", description = "What Meta sends"),
    responses((status = 200, description = "It is noted", body = DeletionReceiptView), CallingBack)
)]
#[post("/api/instagram/data-deletion")]
pub async fn delete_data(
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<Json<DeletionReceiptView>, Problem> {
    let person = person(&request, payload, &state, KIND).await?;
    let store = state.store.clone();
    let receipt = state
        .lifecycle
        .shielded(async move { store.request_erasure(&person).await })
        .await??;
    count(KIND, if receipt.repeated { "repeated" } else { "accepted" });
    tracing::info!(
        repeated = receipt.repeated,
        "a person asked for their data to be deleted"
    );
    state.bells.ring_feed();
    let base = state.public_url.as_str().trim_end_matches('/');
    Ok(Json(DeletionReceiptView {
        url: format!("{base}/api/instagram/data-deletion/{}", receipt.code),
        confirmation_code: receipt.code,
    }))
}
