//! The page on which a person chooses among their accounts. Whoever knows its address may: it cannot be guessed, ends
//! after half an hour, and was given to the person's browser only.

use actix_web::HttpResponse;
use actix_web::web::{Data, Form, Path};
use serde::Deserialize;
use url::Url;

use super::answer::{after_success, to};
use super::page;
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
            let origin = session.return_to.and_then(|back| back.parse::<Url>().ok());
            let origin = origin.map(|back| back.origin().ascii_serialization());
            let until = session.ends_at.to_string();
            page::choose(&session.candidates, until, origin.as_deref())
        }
        Err(error) => page::failed(&error, None),
    }
}

/// Connects what was chosen.
pub async fn chosen(
    id: Path<String>,
    form: Form<Chosen>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
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
        (Some(back), Ok(done)) => match back.parse::<Url>() {
            Ok(back) => Ok(to(&after_success(back, &done.account_id))),
            Err(_) => page::connected(&done),
        },
        (None, Ok(done)) => page::connected(&done),
        (_, Err(error)) => page::failed(&error, Some(&format!("/connect/{id}"))),
    }
}
