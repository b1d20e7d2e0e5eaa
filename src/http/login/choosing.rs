//! The page on which a person chooses among their accounts. Whoever knows its address may: it cannot be guessed, ends
//! after half an hour, and was given to the person's browser only.

use actix_web::web::{Data, Form, Path};
use actix_web::{Error, HttpResponse};
use serde::Deserialize;
use url::Url;

use super::answer::{after_success, to};
use super::page;
use crate::connect::LoginError;
use crate::domain::Timestamp;
use crate::http::{Problem, State};

/// What the page's form brings.
#[derive(Deserialize)]
pub struct Chosen {
    page_id: String,
}

/// Shows what can be chosen.
pub async fn choosing(id: Path<String>, state: Data<State>) -> Result<HttpResponse, Problem> {
    match state.connector.session(&id, None).await {
        Ok(session) => {
            let back = session.return_to.as_deref();
            let back = back.and_then(|back| back.parse::<Url>().ok());
            let origin = back.map(|back| back.origin().ascii_serialization());
            page::choose(&session, clock_time(session.ends_at), origin.as_deref())
        }
        Err(error) => page::failed(&error, None),
    }
}

/// Connects what was chosen.
pub async fn chosen(
    id: Path<String>,
    form: Result<Form<Chosen>, Error>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let here = state.connector.logins().session_page(&id);
    let here = here.as_str();
    // A form of somebody else's making.
    let Ok(form) = form else {
        return page::failed(&LoginError::NotAmong, Some(here));
    };
    let (connector, session) = (state.connector.clone(), id.clone());
    let page_id = form.into_inner().page_id;
    let chosen = state
        .lifecycle
        .shielded(async move {
            let back = connector
                .session(&session, None)
                .await
                .ok()
                .and_then(|kept| kept.return_to);
            (back, connector.choose(&session, None, &page_id).await)
        })
        .await?;
    state.bells.ring_lanes();
    state.bells.ring_feed();
    match chosen {
        (back, Ok(done)) => match back.map(|back| back.parse::<Url>()) {
            Some(Ok(back)) => Ok(to(&after_success(back, &done.account_id))),
            _ => page::connected(&done, Some(here)),
        },
        (_, Err(error)) => page::failed(&error, Some(here)),
    }
}

/// As 14:48 UTC.
fn clock_time(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.split_once('T').and_then(|(_, time)| time.get(..5));
    format!("{} UTC", minute.unwrap_or(&text))
}
