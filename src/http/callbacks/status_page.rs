//! How far a deletion is: a page for people, JSON on request.

use std::collections::BTreeMap;

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, VARY};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::page;
use crate::domain::Timestamp;
use crate::http::answers::AskingProgress;
use crate::http::{Kind, Problem, State};
use crate::store::{Erasure, ErasureState};

/// How far a deletion is. Nothing in it is personal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletionProgress)]
pub struct ProgressView {
    /// `received`, `running` or `done`.
    #[schema(value_type = String)]
    state: ErasureState,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    requested_at: Timestamp,
    /// When it was done.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// Steps that are behind.
    steps_done: usize,
    /// All steps.
    steps: usize,
    /// How many of each kind were removed.
    #[schema(value_type = BTreeMap<String, i64>)]
    removed: BTreeMap<String, i64>,
}

impl From<Erasure> for ProgressView {
    fn from(erasure: Erasure) -> Self {
        Self {
            state: erasure.state,
            requested_at: erasure.requested_at,
            finished_at: erasure.finished_at,
            steps_done: erasure.stages_done,
            steps: erasure.stages,
            removed: erasure.removed.into_iter().collect(),
        }
    }
}

/// Tells a person how far the deletion of their data is.
///
/// A page; with `Accept: application/json` the same as JSON.
#[utoipa::path(
    tag = "callbacks",
    operation_id = "read_data_deletion",
    params(("code" = String, Path, description = "The confirmation code")),
    responses(
        (status = 200, description = "As it stands", content((ProgressView = "application/json"), (String = "text/html"))),
        AskingProgress
    )
)]
#[get("/api/instagram/data-deletion/{code}")]
pub async fn progress(
    request: HttpRequest,
    code: Path<String>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let found = if is_code(&code) {
        state.store.erasure(&code).await?
    } else {
        None
    };
    if wants_json(&request) {
        let erasure = found.ok_or_else(|| Kind::NotFound.because("there is no such confirmation code"))?;
        return Ok(HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((VARY, ACCEPT.as_str()))
            .json(ProgressView::from(erasure)));
    }
    Ok(page::answer(found.as_ref()))
}

/// Codes are letters and digits: what is none need not be looked for.
fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Browsers name HTML first, programs that want JSON do not name it.
fn wants_json(request: &HttpRequest) -> bool {
    let accept = request
        .headers()
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
}
