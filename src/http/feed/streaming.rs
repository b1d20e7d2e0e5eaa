//! The feed as server-sent events.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse, get};
use futures_util::{StreamExt, stream as streams};
use utoipa::IntoParams;

use super::follower::Follower;
use super::listing::FeedParams;
use crate::http::answers::Following;
use crate::http::auth::Reader;
use crate::http::params::Params;
use crate::http::{Kind, Problem, State};
use crate::store::FeedCursor;

/// Where a browser says how far it got.
const LAST_EVENT_ID: &str = "Last-Event-ID";
/// After how many milliseconds a client comes again.
const RETRY: &[u8] = b"retry: 2000\n\n";

/// How far the client got before.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct Seen {
    /// The last `id` that was seen; wins over `after`.
    #[param(rename = "Last-Event-ID", value_type = String, required = false)]
    last: Option<FeedCursor>,
}

impl FromRequest for Seen {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(last_event_id(request).map(|last| Self { last }))
    }
}

/// Some clients send the header empty before they got anywhere.
fn last_event_id(request: &HttpRequest) -> Result<Option<FeedCursor>, Problem> {
    let Some(value) = request.headers().get(LAST_EVENT_ID).filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let cursor = value.to_str().ok().and_then(|text| text.parse().ok());
    cursor
        .map(Some)
        .ok_or_else(|| Kind::InvalidCursor.because("Last-Event-ID: give back the last `id`, unchanged"))
}

/// Follows the feed as server-sent events.
///
/// The items and the filters of the list, from the same place on: the beginning, `after`, or where `Last-Event-ID`
/// says, which wins, since a browser that comes again repeats the whole address and knows better by now. `id` is the
/// item's cursor, `event` its kind, `data` the item as the list shows it. Every 15 seconds a comment keeps the
/// connection, with an `id` for how far was looked. A client that takes nothing for 30 seconds is cut off. After any end the client comes again with
/// the last `id` it saw, and misses nothing.
#[utoipa::path(
    tag = "feed",
    operation_id = "follow_feed",
    params(FeedParams, Seen),
    responses(
        (status = 200, description = "Events without end", body = String, content_type = "text/event-stream",
            headers(
                ("Cache-Control" = String, description = "`no-store`"),
                ("X-Accel-Buffering" = String, description = "`no`")
            ),
            example = "id: 0.7\nevent: comment.enriched\ndata: {\"cursor\":\"0.7\",\"at\":\"2026-11-21T08:30:00Z\",…}\n\n"),
        Following
    )
)]
#[get("/stream")]
pub async fn stream(
    caller: Reader,
    Params(mut params): Params<FeedParams>,
    seen: Seen,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    params.after = seen.last.or(params.after);
    let slot = state.slots.take(caller.key.as_ref().map(|key| key.id))?;
    let after = params.beginning(&state).await?;
    let mut follower = Follower::new(state.get_ref().clone(), caller.clone(), (params, after), slot);
    // Read before anything is answered: a store that does not answer is a problem, not a stream that ends.
    let opening = Bytes::from([RETRY, &follower.read().await?].concat());
    let body = streams::once(ready(Ok(opening)))
        .chain(streams::unfold(follower, Follower::next))
        .take_until(state.lifecycle.stop_token().cancelled_owned());
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        // The connection is the stream's: it ends with it.
        .force_close()
        .streaming(body))
}
