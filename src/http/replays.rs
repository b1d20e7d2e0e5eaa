//! Replays: processing stored events, or reading stored deliveries, again.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Reading, Writing};
use super::auth::{Reader, Writer};
use super::body::{Body, printable};
use super::events::account_named;
use super::id::Id;
use super::params::{Nothing, Params};
use super::{Kind, Problem, words};
use crate::domain::{Outcome, ReplayId, State, Timestamp, WorkspaceId};
use crate::http;
use crate::processor::replay::{ReplayEstimate, estimate};
use crate::store::{EventFilter, NewReplay, Replay, ReplaySource};

/// Which events are meant; what is not named is not narrowed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayFilter {
    /// Of this webhook field.
    #[garde(inner(length(min = 1, max = 100), custom(printable)))]
    field: Option<String>,
    /// Of this account, by any id that Meta knows it by.
    #[garde(inner(length(min = 1, max = 100), custom(printable)))]
    account: Option<String>,
    /// In this state.
    #[garde(skip)]
    #[schema(value_type = Option<words::StateWord>, inline)]
    state: Option<State>,
    /// With this outcome.
    #[garde(skip)]
    #[schema(value_type = Option<words::OutcomeWord>, inline)]
    outcome: Option<Outcome>,
    /// Received at or after this.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Received before this.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl ReplayFilter {
    /// Deliveries have no field, account or state: a filter by one must not look like a replay without it.
    fn fits_deliveries(&self) -> Result<(), Problem> {
        let of_events = [
            ("field", self.field.is_some()),
            ("account", self.account.is_some()),
            ("state", self.state.is_some()),
            ("outcome", self.outcome.is_some()),
        ];
        match of_events.iter().find(|(_, asked)| *asked) {
            Some((name, _)) => Err(Kind::InvalidBody.because(format!(
                "filter.{name}: raw deliveries are chosen by since and until only"
            ))),
            None => Ok(()),
        }
    }
}

/// What is to be processed again.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "filter": { "field": "comments", "state": "dead" }, "from": "events", "dry_run": true }))]
pub struct ReplayRequest {
    /// Which events; of raw deliveries only `since` and `until` count. `{}` is all; only a dry run goes without.
    #[garde(dive)]
    filter: Option<ReplayFilter>,
    /// `events`: stored events are put back to work. `raw`: stored deliveries are read again (op).
    #[garde(skip)]
    #[schema(value_type = words::SourceWord)]
    from: ReplaySource,
    /// Only say what would happen.
    #[garde(skip)]
    #[serde(default)]
    dry_run: bool,
}

/// What a replay would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplayEstimate)]
pub struct EstimateView {
    /// Always true.
    dry_run: bool,
    /// Events or deliveries that match.
    matched: u64,
    /// Events that would be put back to work.
    would_requeue: u64,
    /// Events that nothing can be asked for, or that wait already.
    unchanged: u64,
    /// Events that reading the deliveries again would add.
    new_events: u64,
    /// Matching events by state.
    by_state: BTreeMap<String, u64>,
    /// Calls to Graph at the most.
    calls_at_most: u64,
    /// There are more than were looked at.
    truncated: bool,
}

impl From<ReplayEstimate> for EstimateView {
    fn from(estimate: ReplayEstimate) -> Self {
        Self {
            dry_run: true,
            matched: estimate.matched,
            would_requeue: estimate.would_requeue,
            unchanged: estimate.unchanged,
            new_events: estimate.new_events,
            by_state: estimate.by_state,
            calls_at_most: estimate.calls_at_most,
            truncated: estimate.truncated,
        }
    }
}

/// A replay as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replay)]
pub struct ReplayView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: ReplayId,
    /// `events` or `raw`.
    #[schema(value_type = String)]
    from: ReplaySource,
    /// `running` or `done`.
    state: &'static str,
    /// Events or deliveries handled so far.
    matched: i64,
    /// Events put back to work, or found new, so far.
    changed: i64,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was through.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

impl From<Replay> for ReplayView {
    fn from(replay: Replay) -> Self {
        Self {
            id: replay.id,
            from: replay.source,
            state: if replay.finished_at.is_some() {
                "done"
            } else {
                "running"
            },
            matched: replay.matched,
            changed: replay.changed,
            created_at: replay.created_at,
            finished_at: replay.finished_at,
        }
    }
}

/// Starts a replay, or says what one would do.
///
/// It works at the lowest priority and repeats nothing that people can see. Reading deliveries again is an
/// operator's, since one delivery can hold several tenants' events.
#[utoipa::path(
    tag = "replays",
    operation_id = "create_replay",
    request_body = ReplayRequest,
    responses(
        (status = 200, description = "What a replay would do", body = EstimateView),
        (status = 202, description = "It runs", body = ReplayView),
        Writing
    )
)]
#[post("")]
pub async fn create(
    caller: Writer,
    _: Params<Nothing>,
    Body(request): Body<ReplayRequest>,
    state: Data<http::State>,
) -> Result<HttpResponse, Problem> {
    if request.from == ReplaySource::Raw && !caller.is_operator() {
        return Err(Kind::Forbidden.because("from: raw deliveries are an operator's; take events"));
    }
    if request.filter.is_none() && !request.dry_run {
        return Err(Kind::InvalidBody.because("filter: say which are meant; {} is all"));
    }
    let asked = request.filter.unwrap_or_default();
    if request.from == ReplaySource::Raw {
        asked.fits_deliveries()?;
    }
    let filter = filter(&state, asked, caller.workspace).await?;
    if request.dry_run {
        let estimate = estimate(&state.store, &filter, request.from).await?;
        return Ok(HttpResponse::Ok().json(EstimateView::from(estimate)));
    }
    let new = NewReplay {
        workspace: caller.workspace,
        source: request.from,
        filter,
    };
    let store = state.store.clone();
    let replay = state
        .lifecycle
        .shielded(async move { store.create_replay(new).await })
        .await??;
    state.bells.ring_lanes();
    Ok(HttpResponse::Accepted().json(ReplayView::from(replay)))
}

async fn filter(
    state: &http::State,
    asked: ReplayFilter,
    workspace: Option<WorkspaceId>,
) -> Result<EventFilter, Problem> {
    let account = match &asked.account {
        None => None,
        Some(id) => {
            let known = account_named(state, id).await?;
            Some(
                known
                    .ok_or_else(|| Kind::InvalidBody.because("filter.account: nobody knows this account"))?,
            )
        }
    };
    Ok(EventFilter {
        workspace,
        account,
        field: asked.field,
        state: asked.state,
        outcome: asked.outcome,
        since: asked.since,
        until: asked.until,
        delivery: None,
    })
}

/// Tells how far a replay is.
#[utoipa::path(
    tag = "replays",
    operation_id = "read_replay",
    params(("id" = uuid::Uuid, Path, description = "The replay's id")),
    responses((status = 200, description = "As it stands", body = ReplayView), Reading)
)]
#[get("/{id}")]
pub async fn one(
    caller: Reader,
    Id(id): Id<ReplayId>,
    _: Params<Nothing>,
    state: Data<http::State>,
) -> Result<Json<ReplayView>, Problem> {
    Ok(Json(state.store.replay(id, caller.workspace).await?.into()))
}
