//! Processing an event again.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};

use super::story::{self, EventStoryView};
use crate::domain::EventId;
use crate::http::answers::Retrying;
use crate::http::auth::Writer;
use crate::http::id::Id;
use crate::http::params::{Nothing, Params};
use crate::http::{Kind, Problem, State};

/// Puts an event back to work, whatever became of it.
///
/// An event that is at work already stays as it is.
#[utoipa::path(
    tag = "events",
    operation_id = "retry_event",
    params(("id" = uuid::Uuid, Path, description = "The event's id")),
    responses((status = 202, description = "It is at work", body = EventStoryView), Retrying)
)]
#[post("/{id}/retry")]
pub async fn retry(
    caller: Writer,
    Id(id): Id<EventId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let before = story::find(&state, id, caller.workspace).await?;
    let store = state.store.clone();
    let requeued = state
        .lifecycle
        .shielded(async move { store.requeue(&[id], 0).await })
        .await??;
    if requeued == 0 && before.event.state != crate::domain::State::Pending {
        return Err(Kind::NothingToRetry.because("Graph has nothing to be asked for this event"));
    }
    state.bells.ring_lanes();
    let after = story::find(&state, id, caller.workspace).await?;
    Ok(HttpResponse::Accepted().json(story::tell(&state, after).await?))
}
