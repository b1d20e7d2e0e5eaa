//! Where Meta's dialogs send the browser.

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use url::Url;

use super::{page, view};
use crate::connect::{DialogAnswer, Finished, LoginError, LoginOutcome};
use crate::http::params::Query;
use crate::http::{Problem, State};

/// A longer part of an answer is none of Meta's.
const LONGEST: usize = 4_096;

/// Takes the answer of a dialog.
///
/// For people: it shows a page, or leads on to `return_to` with `result`, `code` and `account` in the query. With
/// `Accept: application/json` it answers what happened.
#[utoipa::path(
    tag = "connections",
    operation_id = "callback",
    params(
        ("state" = Option<String>, Query, description = "What the dialog was opened with"),
        ("code" = Option<String>, Query, description = "What becomes a token, once"),
        ("error" = Option<String>, Query, description = "Why there is none"),
        ("error_description" = Option<String>, Query, description = "The same for people"),
    ),
    responses(
        (status = 200, description = "How the login ended", body = view::ResultView),
        (status = 303, description = "On to the choice of an account, or to `return_to`"),
        (status = 400, description = "The state or the code is wrong", body = view::ResultView),
        (status = 409, description = "The account belongs to another workspace", body = view::ResultView),
        (status = 422, description = "Nothing can be connected", body = view::ResultView),
        (status = 503, description = "Meta or the store does not answer", body = view::ResultView),
    )
)]
#[get("/api/instagram/callback")]
pub async fn callback(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Problem> {
    let answer = match read(request.query_string()) {
        Err(_) if !wants_json(&request) => return page::failed(&LoginError::Malformed, None),
        read => read?,
    };
    let connector = state.connector.clone();
    let finished = state
        .lifecycle
        .shielded(async move { connector.finish(answer).await })
        .await?;
    let result = match &finished.outcome {
        Ok(LoginOutcome::Connected(_)) => "connected",
        Ok(LoginOutcome::Choose { .. }) => "choose",
        Err(error) => error.code(),
    };
    metrics::counter!("belino_logins_total", "result" => result).increment(1);
    if let Err(error) = &finished.outcome {
        // Quoted: it may say what somebody wrote.
        tracing::info!(login.code = error.code(), error = ?error.to_string(), "a login connected nothing");
    }
    state.bells.ring_lanes();
    state.bells.ring_feed();
    if wants_json(&request) {
        return Ok(view::answer(finished.outcome));
    }
    lead_on(finished)
}

/// Whether a program asks.
pub(super) fn wants_json(request: &HttpRequest) -> bool {
    let accept = request
        .headers()
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
}

fn read(query: &str) -> Result<DialogAnswer, Problem> {
    let mut query = Query::parse(query)?;
    let mut part = |name: &str| -> Result<Option<String>, Problem> {
        let text = query.text(name)?;
        if text.as_ref().is_some_and(|text| text.len() > LONGEST) {
            return Err(Problem::parameter(name, "is too long"));
        }
        Ok(text)
    };
    Ok(DialogAnswer {
        state: part("state")?,
        code: part("code")?,
        // Facebook's dialog tells some faults of the app's settings by other names.
        error: part("error")?.or(part("error_code")?),
        error_description: part("error_description")?.or(part("error_message")?),
    })
}

fn lead_on(finished: Finished) -> Result<HttpResponse, Problem> {
    let back = finished.return_to.and_then(|to| to.parse::<Url>().ok());
    match (finished.outcome, back) {
        (Ok(LoginOutcome::Choose { page, .. }), _) => Ok(to(page.as_str())),
        (Ok(LoginOutcome::Connected(done)), None) => page::connected(&done, None),
        (Ok(LoginOutcome::Connected(done)), Some(back)) => Ok(to(&after_success(back, &done.account_id))),
        (Err(error), None) => page::failed(&error, None),
        (Err(error), Some(back)) => Ok(to(&after_failure(back, &error))),
    }
}

/// Where the browser goes with an account connected.
pub(super) fn after_success(mut back: Url, account_id: &str) -> String {
    back.query_pairs_mut()
        .append_pair("result", "connected")
        .append_pair("account", account_id);
    back.into()
}

fn after_failure(mut back: Url, error: &LoginError) -> String {
    back.query_pairs_mut()
        .append_pair("result", "failed")
        .append_pair("code", error.code());
    back.into()
}

/// Sends the browser on, and lets it tell nobody where it came from: the address holds a code.
pub(super) fn to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, address))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}
