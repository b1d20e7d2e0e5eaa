//! The dialogs' paths: a GET shows, a POST answers.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Data, ServiceConfig, get, post, resource};
use actix_web::{HttpRequest, HttpResponse};
use url::Url;

use super::asked::{Asked, Refusal};
use super::consent;
use super::form::Form;
use super::pages;
use super::person::{self, Person};
use crate::domain::Login;
use crate::sandbox::JournalError;
use crate::sandbox::graph::VERSIONS;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::Change;

/// Nothing is fetched, run or framed. Where a form may lead is left open: browsers hold redirects to that, too.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// Adds both dialogs.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource("/www.facebook.com/{version}/dialog/oauth")
                .route(get().to(show))
                .route(post().to(decide)),
        )
        .service(
            resource("/www.instagram.com/oauth/authorize")
                .route(get().to(show))
                .route(post().to(decide)),
        );
}

/// What follows from a request.
enum Next {
    Page(String),
    Back(Url),
}

/// Why there is no dialog, or no code.
#[derive(Debug)]
enum Failure {
    Refused(Refusal),
    Journal(JournalError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// `GET`: who logs in, then what they grant.
async fn show(meta: Data<Meta>, http: HttpRequest) -> HttpResponse {
    let form = Form::read(http.query_string(), b"");
    answered(page(&meta, &http, &form))
}

/// `POST`: `action` is `continue` or `cancel`; `as` is the person, `permission` and `page` what they ticked.
async fn decide(meta: Data<Meta>, http: HttpRequest, body: Bytes) -> HttpResponse {
    let form = Form::read(http.query_string(), &body);
    answered(decision(&meta, &http, &form))
}

fn page(meta: &Meta, http: &HttpRequest, form: &Form) -> Result<Next, Failure> {
    let login = login(http)?;
    let world = meta.world();
    let asked = Asked::read(meta, &world, login, form)?;
    let people = person::all(&world, login);
    if form.one("as").is_none() && people.len() != 1 {
        return Ok(Next::Page(pages::who(login, http.path(), form, &people)));
    }
    let person = somebody(people, form)?;
    Ok(Next::Page(pages::grant(
        &world,
        &asked,
        http.path(),
        form,
        &person,
    )))
}

fn decision(meta: &Meta, http: &HttpRequest, form: &Form) -> Result<Next, Failure> {
    let login = login(http)?;
    let now = meta.now();
    meta.change(|world| {
        let asked = Asked::read(meta, world, login, form)?;
        match form.one("action") {
            Some("cancel") => return Ok((Vec::new(), Next::Back(consent::with_refusal(&asked)))),
            Some("continue") => {}
            _ => return Err(Refusal::new("Invalid parameter", "action is continue or cancel.").into()),
        }
        let person = somebody(person::all(world, login), form)?;
        person::must_be_professional(world, login, &person)?;
        let code = consent::agree(world, &asked, &person, form, now);
        let back = consent::with_code(&asked, &code);
        Ok((vec![Change::Code(Box::new(code))], Next::Back(back)))
    })
}

/// Which dialog a path is; a version of Facebook's must be alive.
fn login(http: &HttpRequest) -> Result<Login, Refusal> {
    match http.match_info().get("version") {
        None => Ok(Login::Instagram),
        Some(version) if VERSIONS.contains(&version) => Ok(Login::Facebook),
        Some(version) => Err(Refusal::new(
            "Unknown version",
            format!("There is no version {version:?} of the dialog."),
        )),
    }
}

fn somebody(people: Vec<Person>, form: &Form) -> Result<Person, Refusal> {
    person::chosen(people, form.one("as"))?
        .ok_or_else(|| Refusal::new("Nobody", "There is no word of who logs in: as is required."))
}

fn answered(next: Result<Next, Failure>) -> HttpResponse {
    let (status, body) = match next {
        Ok(Next::Back(to)) => {
            return HttpResponse::Found()
                .insert_header((LOCATION, to.as_str()))
                .insert_header((CACHE_CONTROL, "no-store"))
                .finish();
        }
        Ok(Next::Page(body)) => (StatusCode::OK, body),
        Err(Failure::Refused(refusal)) => (StatusCode::BAD_REQUEST, pages::refusal(&refusal)),
        Err(Failure::Journal(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the sandbox's journal cannot be written"
            );
            let sorry = Refusal::new("Sorry", "Something went wrong. Try again later.");
            (StatusCode::INTERNAL_SERVER_ERROR, pages::refusal(&sorry))
        }
    };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}
