//! One event's whole story.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::enrichment::{self, EnrichmentView};
use super::view::{AttemptView, CallView, EventView, SightingView};
use crate::domain::{EventId, WorkspaceId};
use crate::http::answers::Reading;
use crate::http::auth::Reader;
use crate::http::id::Id;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};
use crate::store::{EventDetail, EventFilter};

/// An event with everything that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventStory)]
pub struct EventStoryView {
    #[serde(flatten)]
    event: EventView,
    /// The label of the secret that signed its delivery; null once the delivery is removed.
    signed_by: Option<String>,
    /// What it became.
    enrichment: Option<EnrichmentView>,
    /// Every further time that Meta sent it.
    sightings: Vec<SightingView>,
    /// Every try that failed.
    attempt_log: Vec<AttemptView>,
    /// Every call that was made for it and is known by its attempts or its end.
    calls: Vec<CallView>,
}

/// Tells one event's whole story.
#[utoipa::path(
    tag = "events",
    operation_id = "read_event",
    params(("id" = uuid::Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "As it stands", body = EventStoryView), Reading)
)]
#[get("/{id}")]
pub async fn one(
    caller: Reader,
    Id(id): Id<EventId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<EventStoryView>, Problem> {
    let detail = find(&state, id, caller.workspace).await?;
    Ok(Json(tell(&state, detail).await?))
}

/// The event, if the caller may see it.
pub async fn find(
    state: &State,
    id: EventId,
    workspace: Option<WorkspaceId>,
) -> Result<EventDetail, Problem> {
    let visible = EventFilter {
        workspace,
        ..EventFilter::default()
    };
    Ok(state.store.event(id, &visible).await?)
}

/// Reads everything else that is known of it.
pub async fn tell(state: &State, detail: EventDetail) -> Result<EventStoryView, Problem> {
    let EventDetail { event, signed_by } = detail;
    let sightings = state.store.sightings(event.id).await?;
    let attempts = state.store.attempts(event.id).await?;
    let calls = attempts
        .iter()
        .filter_map(|attempt| attempt.call_id)
        .chain(event.call_id);
    let calls = state.store.calls(calls).await?;
    Ok(EventStoryView {
        signed_by,
        enrichment: enrichment::of(state, &event).await?,
        sightings: sightings.into_iter().map(SightingView::from).collect(),
        attempt_log: attempts.into_iter().map(AttemptView::from).collect(),
        calls: calls.into_iter().map(CallView::from).collect(),
        event: event.into(),
    })
}
