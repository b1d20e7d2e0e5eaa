//! A person removed the app.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};

use super::signed::{SignedForm, count, person};
use crate::http::answers::CallingBack;
use crate::http::{Problem, State};

const KIND: &str = "deauthorize";

/// Takes note that a person removed the app.
///
/// Every connection that the person gave is ended, with its token; the accounts' history stays. Nobody known is no
/// fault: Meta may send it again.
#[utoipa::path(
    tag = "callbacks",
    operation_id = "deauthorize",
    request_body(content = SignedForm, content_type = "application/x-www-form-urlencoded", description = "What Meta sends"),
    responses((status = 200, description = "Access has ended, or there was none"), CallingBack)
)]
#[post("/api/instagram/deauthorize")]
pub async fn deauthorize(
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let person = person(&request, payload, &state, KIND).await?;
    let store = state.store.clone();
    let ended = state
        .lifecycle
        .shielded(async move { store.deauthorize(&person).await })
        .await??;
    count(KIND, if ended > 0 { "ended" } else { "unknown" });
    tracing::info!(
        connections = ended,
        "a person removed the app: {ended} connections ended"
    );
    state.bells.ring_feed();
    Ok(HttpResponse::Ok().finish())
}
