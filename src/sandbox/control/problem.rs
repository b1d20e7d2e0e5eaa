//! What went wrong with a control request, as problem JSON (RFC 9457).

use actix_web::error::QueryPayloadError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::sandbox::JournalError;

/// A control request that was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// A field cannot be used.
    #[error("{field}: {why}")]
    BadInput { field: String, why: String },
    /// The named thing does not exist.
    #[error("no {what} {name}")]
    NotFound { what: &'static str, name: String },
    /// The clock is the machine's own.
    #[error("this sandbox runs on the machine's clock, which cannot be moved")]
    ClockStands,
    /// The webhook address did not answer the handshake.
    #[error("{0}")]
    Handshake(String),
    /// The journal cannot be written.
    #[error("the journal cannot be written")]
    Journal(#[from] JournalError),
}

impl Problem {
    /// A field that cannot be used.
    pub(crate) fn field(field: &str, why: impl Into<String>) -> Self {
        Self::BadInput {
            field: field.to_owned(),
            why: why.into(),
        }
    }

    /// A query that cannot be read.
    pub(super) fn of_query(error: &QueryPayloadError) -> Self {
        let why = match error {
            QueryPayloadError::Deserialize(why) => why.to_string(),
            other => other.to_string(),
        };
        Self::field("query", why)
    }

    /// Status, code, title.
    const fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadInput { .. } => (StatusCode::BAD_REQUEST, "bad-input", "A field cannot be used"),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not-found", "No such thing"),
            Self::ClockStands => (StatusCode::CONFLICT, "clock-stands", "The clock cannot be moved"),
            Self::Handshake(_) => (
                StatusCode::BAD_REQUEST,
                "handshake-failed",
                "The address did not verify itself",
            ),
            Self::Journal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "journal",
                "The journal cannot be written",
            ),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, code, title) = self.row();
        if let Self::Journal(error) = self {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "the sandbox's journal cannot be written"
            );
        }
        let mut body = json!({
            "type": "about:blank",
            "title": title,
            "status": status.as_u16(),
            "code": code,
            "detail": self.to_string(),
        });
        if let (Self::BadInput { field, .. }, Some(members)) = (self, body.as_object_mut()) {
            members.insert("field".to_owned(), json!(field));
        }
        HttpResponse::build(status)
            .content_type("application/problem+json")
            .body(body.to_string())
    }
}
