//! Ordering faults.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::input::Input;
use super::problem::Problem;
use crate::sandbox::faults::{Matches, Rule};
use crate::sandbox::meta::Meta;

/// `POST /sandbox/faults`: `{match, what, after, chance, times}`
pub(crate) async fn order(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let rule = Rule {
        matches: input.or("match", Matches::default())?,
        what: input.required("what")?,
        after: input.or("after", 0)?,
        chance: input.or("chance", 1.0)?,
        times: input.optional("times")?,
    };
    input.done()?;
    if !(0.0..=1.0).contains(&rule.chance) {
        return Err(Problem::field("chance", "from 0 to 1"));
    }
    let order = meta.faults().order(rule);
    Ok(HttpResponse::Ok().json(order))
}

/// `GET /sandbox/faults`
pub(crate) async fn list(meta: Data<Meta>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "data": meta.faults().orders() }))
}

/// `DELETE /sandbox/faults`
pub(crate) async fn cancel_all(meta: Data<Meta>) -> HttpResponse {
    meta.faults().cancel(None);
    HttpResponse::NoContent().finish()
}

/// `DELETE /sandbox/faults/{id}`
pub(crate) async fn cancel(meta: Data<Meta>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let taken = id.parse().is_ok_and(|id| meta.faults().cancel(Some(id)) > 0);
    if taken {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(Problem::NotFound {
        what: "fault",
        name: id.into_inner(),
    })
}
