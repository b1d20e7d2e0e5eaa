//! Whether the process lives, whether it is ready, and its metrics.

use std::time::Duration;

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BeingReady, Looking};
use super::auth::Operator;
use super::params::{Nothing, Params};
use super::{Kind, Problem, State};

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// All is well.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthView {
    /// `ok`.
    status: &'static str,
}

const OK: HealthView = HealthView { status: "ok" };

/// Tells that the process lives.
#[utoipa::path(tag = "health", operation_id = "read_liveness", responses((status = 200, description = "As it stands", body = HealthView)))]
#[get("/healthz")]
pub async fn alive() -> Json<HealthView> {
    Json(OK)
}

/// Tells whether deliveries can be taken: the store answers and the ledger accepts.
#[utoipa::path(
    tag = "health",
    operation_id = "read_readiness",
    responses((status = 200, description = "As it stands", body = HealthView), BeingReady)
)]
#[get("/readyz")]
pub async fn ready(state: Data<State>) -> Result<Json<HealthView>, Problem> {
    if state.lifecycle.stop_token().is_cancelled() {
        return Err(Kind::NotReady.because("the service is stopping"));
    }
    if !state.ledger.accepts() {
        return Err(Kind::NotReady.because("the ledger does not accept deliveries"));
    }
    match tokio::time::timeout(PATIENCE, state.store.ping()).await {
        Ok(Ok(())) => Ok(Json(OK)),
        Ok(Err(error)) => Err(Kind::NotReady
            .because("the store does not answer")
            .caused_by(error)),
        Err(_) => Err(Kind::NotReady.because("the store did not answer within a second")),
    }
}

/// Shows this process's metrics as Prometheus reads them.
#[utoipa::path(
    tag = "health",
    operation_id = "read_metrics",
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain"), Looking)
)]
#[get("")]
pub async fn metrics(_: Operator, _: Params<Nothing>, state: Data<State>) -> Result<HttpResponse, Problem> {
    let events = state.store.summary(None).await?.events;
    for (name, count) in [
        ("pending", events.pending),
        ("waiting", events.waiting),
        ("parked", events.parked),
        ("done", events.done),
        ("dead", events.dead),
        ("retired", events.retired),
    ] {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 events")]
        ::metrics::gauge!("belino_events", "state" => name).set(count as f64);
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(state.metrics.render()))
}
