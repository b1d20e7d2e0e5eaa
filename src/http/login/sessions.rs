//! Choosing among a person's accounts, for programs.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{self, CandidateView};
use crate::connect::LoginError;
use crate::domain::Timestamp;
use crate::http::answers::Reading;
use crate::http::auth::Admin;
use crate::http::body::{Body, printable};
use crate::http::params::{Nothing, Params};
use crate::http::{Kind, Problem, State};

/// What a person can choose from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectSession)]
pub struct SessionView {
    /// The Pages that the person shared, those that cannot be connected among them.
    candidates: Vec<CandidateView>,
    /// Until when there is time to choose.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What is chosen.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectChoice, example = json!({ "page_id": "310000000000001" }))]
pub struct Choice {
    /// The Page whose account is to be connected.
    #[garde(length(min = 1, max = 40), custom(printable))]
    page_id: String,
}

/// Tells what a person with several accounts can choose from.
#[utoipa::path(
    tag = "connections",
    operation_id = "read_connect_session",
    params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "What can be chosen", body = SessionView), Reading)
)]
#[get("/connect-sessions/{id}")]
pub async fn session(
    caller: Admin,
    id: Path<String>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let session = state.connector.session(&id, caller.workspace).await;
    let session = session.map_err(|error| match error {
        LoginError::Connect(error) => error.into(),
        _ => Kind::NotFound.because("there is no such connect session, or it has ended"),
    })?;
    let view = SessionView {
        candidates: session.candidates.into_iter().map(Into::into).collect(),
        expires_at: session.ends_at,
    };
    Ok(view::unstored(StatusCode::OK, view))
}

/// Connects one of the accounts. The others may be chosen as well until the session ends.
#[utoipa::path(
    tag = "connections",
    operation_id = "choose_in_connect_session",
    params(("id" = String, Path, description = "The session's id")),
    request_body = Choice,
    responses(
        (status = 200, description = "The account is connected", body = view::ResultView),
        (status = 422, description = "It cannot be connected", body = view::ResultView),
        Reading
    )
)]
#[post("/connect-sessions/{id}/choose")]
pub async fn choose(
    caller: Admin,
    id: Path<String>,
    _: Params<Nothing>,
    Body(choice): Body<Choice>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let (connector, workspace) = (state.connector.clone(), caller.workspace);
    let chosen = state
        .lifecycle
        .shielded(async move { connector.choose(&id, workspace, &choice.page_id).await })
        .await?;
    state.bells.ring_lanes();
    state.bells.ring_feed();
    if matches!(chosen, Err(LoginError::SessionEnded)) {
        return Err(Kind::NotFound.because("there is no such connect session, or it has ended"));
    }
    Ok(view::answer(chosen))
}
