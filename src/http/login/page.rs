//! The pages that a person sees while logging in. They run no script and load nothing.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::mime::TEXT_HTML_UTF_8;
use askama::Template;

use super::view::status;
use crate::connect::{Candidate, Connected, Hindrance, LoginError, Session};
use crate::http::Problem;

/// An account is connected.
#[derive(Template)]
#[template(path = "login/connected.html")]
struct ConnectedPage<'a> {
    username: Option<&'a str>,
    workspace: &'a str,
    missing: &'a [String],
    back: Option<&'a str>,
}

/// Nothing is connected.
#[derive(Template)]
#[template(path = "login/failed.html")]
struct FailedPage<'a> {
    heading: &'static str,
    message: String,
    fix: Cow<'static, str>,
    code: &'a str,
    back: Option<&'a str>,
}

/// What can be chosen.
#[derive(Template)]
#[template(path = "login/choose.html")]
struct ChoosePage<'a> {
    session: &'a Session,
    until: String,
}

impl ChoosePage<'_> {
    fn has(&self, candidate: &Candidate) -> bool {
        let account = candidate.account_id.as_ref();
        account.is_some_and(|account| self.session.connected.contains(account))
    }

    fn usable(&self) -> impl Iterator<Item = &Candidate> {
        self.hindered_by(None)
    }

    fn hindered_by(&self, hindrance: Option<Hindrance>) -> impl Iterator<Item = &Candidate> {
        let candidates = self.session.candidates.iter();
        candidates.filter(move |candidate| candidate.hindrance == hindrance)
    }
}

/// Shows that an account is connected.
pub(super) fn connected(connected: &Connected, back: Option<&str>) -> Result<HttpResponse, Problem> {
    let page = ConnectedPage {
        username: connected.username.as_deref(),
        workspace: &connected.workspace,
        missing: &connected.missing_scopes,
        back,
    };
    shown(StatusCode::OK, &page, None)
}

/// Shows why nothing is connected.
pub(super) fn failed(error: &LoginError, back: Option<&str>) -> Result<HttpResponse, Problem> {
    let page = FailedPage {
        // Whoever loads the page of a success again is not to be told that there is none.
        heading: match error {
            LoginError::UsedState => "This login was answered before",
            _ => "Nothing was connected",
        },
        message: sentence(&error.to_string()),
        fix: error.fix(),
        code: error.code(),
        back,
    };
    shown(status(error), &page, None)
}

/// Shows what can be chosen. A browser that was sent there by a form follows to `leads_to` only if the policy says so, and
/// on from there, as to where people log in, only if that is allowed as well.
pub(super) fn choose(
    session: &Session,
    until: String,
    leads_to: Option<&str>,
) -> Result<HttpResponse, Problem> {
    shown(StatusCode::OK, &ChoosePage { session, until }, leads_to)
}

/// With a capital, as people write.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn shown(status: StatusCode, page: &impl Template, leads_to: Option<&str>) -> Result<HttpResponse, Problem> {
    let html = page.render().map_err(|error| {
        crate::http::Kind::Internal
            .because("the page cannot be made")
            .caused_by(error)
    })?;
    let forms = leads_to.map_or_else(String::new, |origin| format!(" {origin} https:"));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    Ok(HttpResponse::build(status)
        .content_type(TEXT_HTML_UTF_8)
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(html))
}
