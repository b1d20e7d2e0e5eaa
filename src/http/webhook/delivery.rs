//! Taking a delivery: verify the bytes, keep them, answer. Reading them happens later, elsewhere.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::HeaderMap;
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use tracing::Instrument;

use super::body::{self, Unread};
use super::{headers, refused};
use crate::http::answers::Receiving;
use crate::http::{Kind, Problem, State};
use crate::ingest::Desk;
use crate::store::Append;
use crate::webhook::probe::{self, Echo};
use crate::webhook::signature::HubSignature;

const SIGNATURE: &str = "x-hub-signature-256";

/// Takes a notification from Meta.
///
/// Answered 200 once the exact bytes are durable. Anything else makes Meta send them again. A probe of `belino doctor`,
/// which an app's secret must sign as well, is answered with what arrived of it, and kept by nobody.
#[utoipa::path(
    tag = "webhook",
    operation_id = "receive_delivery",
    request_body(content = serde_json::Value, content_type = "application/json", description = "What Meta sends; not parsed here",
        example = json!({ "object": "instagram", "entry": [{ "id": "17841400000000001", "time": 1_795_000_000, "changes": [{
            "field": "comments",
            "value": { "id": "17850000000000001", "text": "Is there rye?", "from": { "id": "1000000000000001", "username": "ann.b" },
                "media": { "id": "18000000000000001", "media_product_type": "FEED" } }
        }] }] })),
    params(("X-Hub-Signature-256" = String, Header, description = "`sha256=` and the HMAC-SHA256 of the body's bytes under the app's secret")),
    responses((status = 200, description = "The delivery is kept"), Receiving)
)]
#[post("/api/instagram/webhook")]
pub async fn receive(
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
    desk: Data<Desk>,
) -> Result<HttpResponse, Problem> {
    if tracing::enabled!(tracing::Level::DEBUG) {
        let span = tracing::debug_span!("delivery", delivery.bytes = tracing::field::Empty);
        take(&request, payload, &state, &desk).instrument(span).await
    } else {
        take(&request, payload, &state, &desk).await
    }
}

async fn take(
    request: &HttpRequest,
    payload: Payload,
    state: &State,
    desk: &Desk,
) -> Result<HttpResponse, Problem> {
    let begun = Instant::now();
    let body = match body::read(request, payload, state.reception.max_body_bytes).await {
        Ok(body) => body,
        Err(unread) => return Err(refuse_unread(state, request, unread)),
    };
    tracing::Span::current().record("delivery.bytes", body.len());
    let signed_by = match verify(state, request.headers(), &body) {
        Ok(label) => label,
        Err(problem) if probe::is_forged(&body) => {
            refused::count(&problem);
            return Err(problem);
        }
        Err(problem) => return Err(refused::tell(state, request, &body, body.len(), problem)),
    };
    if probe::is_signed(&body) {
        return Ok(HttpResponse::Ok().json(Echo::of(&body, signed_by)));
    }
    keep(state, desk, request, body, signed_by).await?;
    state.reception.seconds.record(begun.elapsed());
    Ok(HttpResponse::Ok().finish())
}

/// The label of the secret that signed these bytes.
fn verify<'a>(state: &'a State, headers: &HeaderMap, body: &[u8]) -> Result<&'a Arc<str>, Problem> {
    let signature = signature(headers)?;
    state.reception.secrets.verify(body, &signature).ok_or_else(|| {
        Kind::BadSignature.because(
            "none of the configured app secrets signed these bytes; usually the subscription is another app's",
        )
    })
}

/// The one signature. SHA-1 is never a substitute, and of two nobody knows which one a proxy checked.
fn signature(headers: &HeaderMap) -> Result<HubSignature, Problem> {
    let mut values = headers.get_all(SIGNATURE);
    let value = values
        .next()
        .ok_or_else(|| Kind::MissingSignature.because("the header X-Hub-Signature-256 is missing"))?;
    if values.next().is_some() {
        return Err(Kind::BadSignature.because("the header X-Hub-Signature-256 is there more than once"));
    }
    HubSignature::parse(value.as_bytes()).map_err(|error| Kind::BadSignature.because(error.to_string()))
}

async fn keep(
    state: &State,
    desk: &Desk,
    request: &HttpRequest,
    body: Bytes,
    signed_by: &Arc<str>,
) -> Result<(), Problem> {
    let received_at = state.store.clock().now();
    let id = state.store.delivery_id(received_at);
    let bytes = body.len();
    let append = Append {
        id,
        received_at,
        signed_by: signed_by.clone(),
        headers: headers::kept(request.headers()),
        body,
    };
    if let Err(error) = desk.append(append).await {
        let problem = Problem::from(error);
        refused::count(&problem);
        return Err(problem);
    }
    state.reception.received.increment(1);
    tracing::debug!(delivery.id = %id, delivery.bytes = bytes, delivery.signed_by = &**signed_by, "kept delivery {id}");
    Ok(())
}

fn refuse_unread(state: &State, request: &HttpRequest, unread: Unread) -> Problem {
    match unread {
        Unread::TooLarge(start) => {
            let largest = state.reception.max_body_bytes;
            let problem = Kind::TooLarge.because(format!("a delivery has at most {largest} bytes here"));
            refused::tell(state, request, &start, start.len(), problem)
        }
        Unread::Slow => {
            let problem = Kind::SlowBody.because("the body did not arrive within ten seconds");
            refused::count(&problem);
            problem
        }
        Unread::Broken(error, came) => {
            let problem = Kind::InvalidBody
                .because("the body did not arrive whole")
                .caused_by(error);
            refused::tell(state, request, &came, came.len(), problem)
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn judged(headers: &[(&'static str, &'static str)]) -> Result<(), Kind> {
        let request = headers
            .iter()
            .fold(TestRequest::post(), |request, header| {
                request.append_header(*header)
            })
            .to_http_request();
        signature(request.headers())
            .map(drop)
            .map_err(|problem| problem.kind())
    }

    #[test]
    fn exactly_one_sha_256_signature_is_asked_for() {
        const GOOD: &str = "sha256=249c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f";
        const SHA1: (&str, &str) = ("x-hub-signature", "sha1=087fadf2efcc301c40d832a02bee874ff35a84b2");
        assert_eq!(judged(&[(SIGNATURE, GOOD)]), Ok(()));
        assert_eq!(judged(&[SHA1, (SIGNATURE, GOOD)]), Ok(()));
        assert_eq!(judged(&[]), Err(Kind::MissingSignature));
        assert_eq!(judged(&[SHA1]), Err(Kind::MissingSignature));
        assert_eq!(
            judged(&[(SIGNATURE, GOOD), (SIGNATURE, GOOD)]),
            Err(Kind::BadSignature)
        );
        assert_eq!(judged(&[(SIGNATURE, "sha256=00")]), Err(Kind::BadSignature));
        assert_eq!(judged(&[(SIGNATURE, "")]), Err(Kind::BadSignature));
    }
}
