//! How a login ended, for programs.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use serde::Serialize;
use utoipa::ToSchema;

use crate::connect::{Candidate, Connected, LoginError, LoginOutcome};
use crate::domain::ConnectionId;

/// How a login ended.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = LoginResult)]
pub struct ResultView {
    /// `connected`, `choose` or `failed`.
    result: &'static str,
    /// Meta's id of the connected account.
    account_id: Option<String>,
    /// Its user name.
    username: Option<String>,
    /// The connection.
    #[schema(value_type = Option<uuid::Uuid>)]
    connection_id: Option<ConnectionId>,
    /// Permissions that were asked for and not granted.
    missing_scopes: Vec<String>,
    /// The session in which an account is chosen.
    session: Option<String>,
    /// The page on which it is chosen.
    choose_url: Option<String>,
    /// Why nothing was connected: stable, what programs decide by.
    code: Option<&'static str>,
    /// The same for people.
    message: Option<String>,
    /// What to do.
    fix: Option<Cow<'static, str>>,
}

/// What can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectCandidate)]
pub struct CandidateView {
    /// The Page's id: what is chosen by.
    page_id: String,
    /// Its name.
    page_name: Option<String>,
    /// Meta's id of the account linked to it.
    account_id: Option<String>,
    /// Its user name.
    username: Option<String>,
    /// Why it cannot be connected; null if it can.
    problem: Option<HindranceView>,
}

/// Why an account cannot be connected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectHindrance)]
pub struct HindranceView {
    /// Stable: what programs decide by.
    code: &'static str,
    /// The same for people.
    message: &'static str,
    /// What to do.
    fix: &'static str,
}

impl From<Candidate> for CandidateView {
    fn from(candidate: Candidate) -> Self {
        Self {
            page_id: candidate.page_id,
            page_name: candidate.page_name,
            account_id: candidate.account_id,
            username: candidate.username,
            problem: candidate.hindrance.map(|hindrance| HindranceView {
                code: hindrance.code(),
                message: hindrance.message(),
                fix: hindrance.fix(),
            }),
        }
    }
}

impl From<Connected> for ResultView {
    fn from(connected: Connected) -> Self {
        Self {
            result: "connected",
            account_id: Some(connected.account_id),
            username: connected.username,
            connection_id: Some(connected.connection),
            missing_scopes: connected.missing_scopes,
            ..Self::default()
        }
    }
}

impl From<LoginOutcome> for ResultView {
    fn from(outcome: LoginOutcome) -> Self {
        match outcome {
            LoginOutcome::Connected(connected) => connected.into(),
            LoginOutcome::Choose { session, page } => Self {
                result: "choose",
                session: Some(session),
                choose_url: Some(page.into()),
                ..Self::default()
            },
        }
    }
}

impl From<&LoginError> for ResultView {
    fn from(error: &LoginError) -> Self {
        Self {
            result: "failed",
            code: Some(error.code()),
            message: Some(error.to_string()),
            fix: Some(error.fix()),
            ..Self::default()
        }
    }
}

/// Answers a program.
pub fn answer<T: Into<ResultView>>(outcome: Result<T, LoginError>) -> HttpResponse {
    match outcome {
        Ok(done) => unstored(StatusCode::OK, done.into()),
        Err(error) => unstored(status(&error), ResultView::from(&error)),
    }
}

/// An answer that nothing on its way may keep: who knows a state or a session's id may act by it.
pub fn unstored(status: StatusCode, view: impl Serialize) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(view)
}

/// The status that says whose turn it is.
pub fn status(error: &LoginError) -> StatusCode {
    match error.code() {
        "meta-unavailable" | "store-unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        "internal" => StatusCode::INTERNAL_SERVER_ERROR,
        "session-ended" => StatusCode::NOT_FOUND,
        "account-unavailable" => StatusCode::CONFLICT,
        "unknown-state" | "used-state" | "expired-state" | "no-code" | "malformed-answer" => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
