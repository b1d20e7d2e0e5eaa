//! The list of events.

use actix_web::get;
use actix_web::web::{Data, Json};

use super::filter::EventParams;
use super::view::EventView;
use crate::http::answers::Listing;
use crate::http::auth::Reader;
use crate::http::page::{Page, PageParams, paged};
use crate::http::params::Params;
use crate::http::{Problem, State};

/// Lists events, newest first.
#[utoipa::path(
    tag = "events",
    operation_id = "list_events",
    params(EventParams, PageParams),
    responses((status = 200, description = "A page", body = Page<EventView>), Listing)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<EventParams>,
    state: Data<State>,
) -> Result<Json<Page<EventView>>, Problem> {
    let page = params.page();
    let Some(filter) = params.filter(&state, caller.workspace).await? else {
        return Ok(Json(Page::whole(Vec::new())));
    };
    let page = paged(
        page,
        |page| state.store.events(&filter, page),
        |event| event.id.uuid(),
    )
    .await?;
    Ok(Json(page))
}
