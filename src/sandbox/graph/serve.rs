//! A call over HTTP: faults on order, the budget, the answer with Meta's headers, and the record of it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use tokio::time::Instant;

use super::hold::hold;
use super::locate::{Located, kind, locate, speaker};
use super::request::{Host, Request};
use super::routes::answer;
use crate::sandbox::budget::{Budget, Usage};
use crate::sandbox::calls::CallRecord;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::faults::{Strike, Subject, What};
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;

/// What an ordered throttle says of the time to regain access.
const REGAIN_MINUTES: u64 = 5;

/// What leaves for the caller.
enum Reply {
    Body(StatusCode, Option<i64>, Vec<u8>),
    /// Nothing but a closed connection.
    Cut,
}

/// Answers whatever is not a control path.
pub(crate) async fn serve(meta: Data<Meta>, http: HttpRequest, body: Bytes) -> HttpResponse {
    let Some(request) = Request::read(&http, body) else {
        return HttpResponse::NotFound().body("no path of Meta's, nor one of /sandbox");
    };
    let meta = meta.into_inner();
    if request.method == "GET" {
        let (reply, usage) = call(&meta, &request).await;
        return respond(reply, usage);
    }
    // What was asked for is done, whether or not the caller waits for the answer.
    let own = Arc::clone(&meta);
    let task = meta.tasks.spawn(async move { call(&own, &request).await });
    match task.await {
        Ok((reply, usage)) => respond(reply, usage),
        Err(_) => cut(),
    }
}

/// One call: done, answered, and written down.
async fn call(meta: &Meta, request: &Request) -> (Reply, Option<Usage>) {
    let (at, started) = (meta.now(), Instant::now());
    let located = locate(meta, &meta.world(), request);
    let strikes = strike(meta, request, &located);
    let struck: Vec<What> = strikes.iter().map(|strike| strike.what.clone()).collect();
    wait(meta, struck.iter().filter_map(before)).await;
    hold(meta, &strikes, &What::Hang).await;
    let (reply, usage) = reply(meta, request, located, &struck).await;
    wait(meta, struck.iter().filter_map(behind)).await;
    hold(meta, &strikes, &What::HoldAnswer).await;
    let (status, code) = match &reply {
        Reply::Body(status, code, _) => (Some(status.as_u16()), *code),
        Reply::Cut => (None, None),
    };
    meta.calls.note(CallRecord {
        number: 0,
        at,
        login: request.login,
        method: request.method.clone(),
        path: request.path.clone(),
        fields: request.params.get("fields").cloned(),
        account: located.account,
        status,
        code,
        duration_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    });
    (reply, usage)
}

fn strike(meta: &Meta, request: &Request, located: &Located) -> Vec<Strike> {
    let accounts: Vec<_> = located.account.into_iter().collect();
    let (node, edge) = request.parts();
    let (node, token) = {
        let world = meta.world();
        (kind(&world, node), speaker(&world, request))
    };
    meta.faults().strike_call(&Subject {
        login: request.login,
        method: &request.method,
        path: &request.path,
        edge: edge.unwrap_or_default(),
        node,
        token,
        accounts: &accounts,
        fields: &[],
    })
}

/// Waits in real time: what is late is late for the caller's sockets, whatever the clock says.
async fn wait(meta: &Meta, times: impl Iterator<Item = Duration>) {
    for time in times {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = meta.stop.cancelled() => return,
        }
    }
}

/// How long a call waits before it is done.
fn before(what: &What) -> Option<Duration> {
    match what {
        What::LatencyMs(ms) => Some(Duration::from_millis(*ms)),
        _ => None,
    }
}

/// How long it waits when it is done.
fn behind(what: &What) -> Option<Duration> {
    match what {
        What::LateAnswerMs(ms) => Some(Duration::from_millis(*ms)),
        _ => None,
    }
}

async fn reply(meta: &Meta, request: &Request, located: Located, struck: &[What]) -> (Reply, Option<Usage>) {
    let ordered = struck.iter().find(|what| what.is_an_answer());
    let exhausted = located.pool.map(|pool| Budget::exhausted(pool, REGAIN_MINUTES));
    match (ordered, located.pool) {
        (Some(What::Hang | What::DropConnection), _) => return (Reply::Cut, None),
        (Some(What::Throttle), Some(pool)) => return (failed(meta, request, &pool.fault()), exhausted),
        _ => {}
    }
    let (usage, refused) = charge(meta, located);
    if let (Some(usage), true) = (usage, refused) {
        return (failed(meta, request, &usage.pool.fault()), Some(usage));
    }
    let reply = match ordered {
        Some(What::Error {
            code,
            subcode,
            http,
            message,
            after: false,
        }) => failed(meta, request, &fault(*code, *subcode, *http, message.as_deref())),
        Some(What::Garbage) => garbage(200),
        Some(What::Empty) => Reply::Body(StatusCode::OK, None, Vec::new()),
        _ => match answer(meta, request, struck).await {
            Ok(body) => done(meta, request, ordered, body),
            Err(fault) => failed(meta, request, &fault),
        },
    };
    (reply, usage)
}

/// What is said of a call that was done.
fn done(meta: &Meta, request: &Request, ordered: Option<&What>, body: Vec<u8>) -> Reply {
    match ordered {
        Some(What::AnswerLost) => Reply::Cut,
        Some(What::AnswerGarbled { http }) => garbage(*http),
        Some(What::Error {
            code,
            subcode,
            http,
            message,
            ..
        }) => failed(meta, request, &fault(*code, *subcode, *http, message.as_deref())),
        _ => Reply::Body(StatusCode::OK, None, body),
    }
}

fn garbage(http: u16) -> Reply {
    let status = StatusCode::from_u16(http).unwrap_or(StatusCode::BAD_GATEWAY);
    Reply::Body(status, None, b"<!DOCTYPE html><title>Sorry</title>".to_vec())
}

fn charge(meta: &Meta, located: Located) -> (Option<Usage>, bool) {
    let Some(pool) = located.pool else {
        return (None, false);
    };
    let world = meta.world();
    let (usage, refused) = meta.budget().charge(pool, &world.settings, meta.now());
    (Some(usage), refused)
}

fn fault(code: i64, subcode: Option<i64>, http: Option<u16>, message: Option<&str>) -> GraphFault {
    let mut fault = GraphFault::of(code, subcode);
    fault.http = http.unwrap_or(fault.http);
    if let Some(message) = message {
        message.clone_into(&mut fault.message);
    }
    fault
}

fn failed(meta: &Meta, request: &Request, fault: &GraphFault) -> Reply {
    let mut json = Json::new(Style::Answer);
    match request.host {
        Host::Graph => fault.write(&mut json, request.login, &meta.trace()),
        Host::Codes => fault.write_of_codes(&mut json),
        Host::Uploads => fault.write_of_uploads(&mut json),
    }
    let status = StatusCode::from_u16(fault.http).unwrap_or(StatusCode::BAD_REQUEST);
    Reply::Body(status, Some(fault.code), json.into_bytes())
}

fn respond(reply: Reply, usage: Option<Usage>) -> HttpResponse {
    let Reply::Body(status, _, body) = reply else {
        return cut();
    };
    let mut response = HttpResponseBuilder::new(status);
    response.content_type("application/json; charset=UTF-8");
    if let Some(usage) = usage {
        response.insert_header(usage.header());
    }
    response.body(body)
}

/// An answer whose body breaks off at once: the connection is closed with it.
fn cut() -> HttpResponse {
    let broken = stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut off on order")) });
    HttpResponse::Ok().streaming(broken)
}
