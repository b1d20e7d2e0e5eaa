//! The subscription's handshake (meta-webhooks.md §1).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, http::header::X_CONTENT_TYPE_OPTIONS};

use super::refused;
use crate::http::answers::Verifying;
use crate::http::params::Query;
use crate::http::{Kind, Problem, State};
use crate::webhook::probe;

/// The longest challenge that is sent back.
const LONGEST: usize = 1_024;

/// Answers Meta's subscription request.
///
/// The answer is the challenge, verbatim.
#[utoipa::path(
    tag = "webhook",
    operation_id = "verify_subscription",
    params(
        ("hub.mode" = String, Query, description = "`subscribe`"),
        ("hub.verify_token" = String, Query, description = "The configured verify token"),
        ("hub.challenge" = String, Query, description = "Letters, digits, `_`, `.`, `-`; at most 1,024")
    ),
    responses((status = 200, description = "The challenge", body = String, content_type = "text/plain"), Verifying)
)]
#[get("/api/instagram/webhook")]
pub async fn verify(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Problem> {
    let asked = Handshake::read(request.query_string())?;
    if asked.mode != "subscribe" || !state.reception.is_verify_token(&asked.token) {
        let problem =
            Kind::WrongVerifyToken.because("hub.mode or hub.verify_token is not what is configured here");
        if probe::is_wrong_token(&asked.token) {
            refused::count(&problem);
            return Err(problem);
        }
        // Without its query: what was typed may be somebody's secret.
        return Err(refused::tell(&state, &request, &[], 0, problem));
    }
    tracing::info!("answered Meta's subscription request");
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(asked.challenge))
}

#[derive(Debug)]
struct Handshake {
    mode: String,
    token: String,
    challenge: String,
}

impl Handshake {
    fn read(query: &str) -> Result<Self, Problem> {
        let mut query = Query::parse(query)?;
        let mut needed = |name| {
            query
                .text(name)?
                .ok_or_else(|| Problem::parameter(name, "is missing"))
        };
        let asked = Self {
            mode: needed("hub.mode")?,
            token: needed("hub.verify_token")?,
            challenge: needed("hub.challenge")?,
        };
        // What is sent back must never be a page: the challenge is text of whoever asks.
        let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-');
        if asked.challenge.is_empty()
            || asked.challenge.len() > LONGEST
            || !asked.challenge.bytes().all(plain)
        {
            return Err(Problem::parameter(
                "hub.challenge",
                "expected 1 to 1,024 letters, digits, '_', '.' or '-'",
            ));
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(text: &str) -> Result<String, Kind> {
        Handshake::read(&format!(
            "hub.mode=subscribe&hub.verify_token=word&hub.challenge={text}"
        ))
        .map(|asked| asked.challenge)
        .map_err(|problem| problem.kind())
    }

    #[test]
    fn a_challenge_is_an_opaque_word() {
        for text in [
            "1158201444",
            "CHALLENGE_ACCEPTED",
            "0042",
            "a-b.c",
            &"x".repeat(1_024),
        ] {
            assert_eq!(challenge(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_challenge_that_could_be_a_page_is_refused() {
        for text in ["", "%3Cscript%3E", "a%20b", "%C3%A9", "a%0Ab", &"x".repeat(1_025)] {
            assert_eq!(challenge(text), Err(Kind::InvalidParameter), "{text}");
        }
    }

    #[test]
    fn a_missing_parameter_is_named() {
        let problem = Handshake::read("hub.mode=subscribe&hub.challenge=1").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "invalid-parameter: hub.verify_token: is missing"
        );
    }
}
