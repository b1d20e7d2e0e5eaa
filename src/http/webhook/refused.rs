//! What becomes of a delivery that is refused: counted, and offered to the quarantine.

use actix_web::{HttpRequest, http::header::CONTENT_LENGTH};

use super::headers;
use crate::http::{Problem, State};
use crate::store::Quarantined;
use crate::webhook::diagnosis::KEPT_OF_BODY;

/// Counts the refusal and offers the delivery to the quarantine; neither is waited for.
pub fn tell(state: &State, request: &HttpRequest, body: &[u8], read: usize, problem: Problem) -> Problem {
    count(&problem);
    let received_at = state.store.clock().now();
    let claimed = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let bytes = claimed.unwrap_or(0).max(read);
    state.quarantine.offer(Quarantined {
        id: state.store.delivery_id(received_at),
        received_at,
        reason: problem.kind().row().1,
        headers: headers::kept(request.headers()),
        body: body.get(..KEPT_OF_BODY).unwrap_or(body).to_vec(),
        body_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
    });
    problem
}

/// Counts the refusal.
pub fn count(problem: &Problem) {
    metrics::counter!("belino_deliveries_refused_total", "reason" => problem.kind().row().1).increment(1);
}
