//! The clock: told, and moved where it can be.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::json;

use super::input::Input;
use super::problem::Problem;
use crate::domain::Timestamp;
use crate::sandbox::meta::Meta;

/// The longest that a moved clock has gone on until it is looked at.
const A_MOMENT: Duration = Duration::from_secs(1);

/// `GET /sandbox/clock`
pub(crate) async fn show(meta: Data<Meta>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "now": meta.now() }))
}

/// `POST /sandbox/clock`: `advance_seconds`, or `set` to a time.
pub(crate) async fn shift(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let advance: Option<u64> = input.optional("advance_seconds")?;
    let set: Option<Timestamp> = input.optional("set")?;
    input.done()?;
    let to = match (advance, set) {
        (Some(seconds), None) => meta.now() + Duration::from_secs(seconds),
        (None, Some(to)) => to,
        (Some(_), Some(_)) => return Err(Problem::field("set", "cannot stand beside advance_seconds")),
        (None, None) => {
            return Err(Problem::field(
                "advance_seconds",
                "is required, unless set says a time",
            ));
        }
    };
    meta.clock.set(to);
    // One that can be moved may go on by itself.
    let now = meta.now();
    if now < to || now.since(to) > A_MOMENT {
        return Err(Problem::ClockStands);
    }
    meta.wake.notify_one();
    Ok(show(meta).await)
}
