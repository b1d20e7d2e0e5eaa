//! Looking: at the calls Graph got, at containers, at what was sent and what was answered.

use std::sync::Arc;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::input;
use super::problem::Problem;
use super::view;
use crate::sandbox::meta::Meta;
use crate::sandbox::outbox::{self, Attempt};
use crate::sandbox::world::AccountRecord;

/// How much to look at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    limit: Option<usize>,
    /// Calls about one account, or its containers.
    account: Option<String>,
    /// Calls whose path begins so.
    path: Option<String>,
    /// Deliveries with their bodies.
    bodies: Option<bool>,
}

/// Unless said otherwise.
const USUAL: usize = 100;

/// `GET /sandbox/calls`
pub(crate) async fn calls(meta: Data<Meta>, look: Query<Look>) -> HttpResponse {
    let (total, calls) = meta.calls.last(look.limit.unwrap_or(USUAL), |call| {
        let account = call.account.map(|id| id.to_string());
        look.account
            .as_ref()
            .is_none_or(|wanted| account.as_ref() == Some(wanted))
            && look.path.as_ref().is_none_or(|path| call.path.starts_with(path))
    });
    HttpResponse::Ok().json(json!({ "total": total, "data": calls }))
}

/// `GET /sandbox/containers`: those of `account` or all, newest first, with their state.
pub(crate) async fn containers(meta: Data<Meta>, look: Query<Look>) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let records: Vec<&AccountRecord> = match look.account.as_deref() {
        Some(name) => vec![input::account(&world, Some(name))?],
        None => world.accounts.values().collect(),
    };
    let mut places: Vec<_> = records.iter().flat_map(|record| &record.containers).collect();
    places.sort_unstable_by(|one, other| other.cmp(one));
    let data: Vec<Value> = places
        .into_iter()
        .filter_map(|place| world.containers.get(&place.id))
        .take(look.limit.unwrap_or(USUAL))
        .map(|container| view::container(container, meta.now()))
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// `GET /sandbox/deliveries`
pub(crate) async fn deliveries(meta: Data<Meta>, look: Query<Look>) -> HttpResponse {
    let (totals, waiting, attempts) = meta.outbox.report(look.limit.unwrap_or(USUAL));
    let bodies = look.bodies.unwrap_or(false);
    let data: Vec<Value> = attempts
        .iter()
        .map(|attempt| attempt_view(attempt, bodies))
        .collect();
    let unsettled = meta.world().unsettled();
    HttpResponse::Ok().json(json!({
        "totals": totals,
        "waiting_for_retry": waiting,
        "updates_unacknowledged": unsettled,
        "data": data,
    }))
}

fn attempt_view(attempt: &Attempt, body: bool) -> Value {
    let mut shown = json!(attempt);
    if let (true, Some(members)) = (body, shown.as_object_mut()) {
        members.insert("body".to_owned(), json!(String::from_utf8_lossy(&attempt.body)));
    }
    shown
}

/// `POST /sandbox/deliveries/send`: sends what is due by the clock, and answers when nothing is.
pub(crate) async fn send(meta: Data<Meta>) -> HttpResponse {
    let sent = outbox::flush(&Arc::clone(&meta)).await;
    let unsettled = meta.world().unsettled();
    HttpResponse::Ok().json(json!({ "sent": sent, "updates_unacknowledged": unsettled }))
}

/// Any other control path.
pub(crate) async fn nothing(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::NotFound {
        what: "control path",
        name: format!("{} {}", request.method(), request.path()),
    })
}
