//! The list of deliveries.

use actix_web::get;
use actix_web::web::{Data, Json, block};
use utoipa::IntoParams;

use super::view::DeliveryView;
use crate::http::answers::Listing;
use crate::http::auth::Operator;
use crate::http::page::{Page, PageParams, page_of, paged};
use crate::http::params::{FromQuery, Params, Query};
use crate::http::{Kind, Problem, State, words};
use crate::store::{DeliveryState, PageRequest, QuarantineRow};
use crate::webhook::diagnosis::Budget;

/// The most that is hashed to diagnose a page of what was refused.
const HASHED: usize = 4 << 20;

/// Which deliveries.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryParams {
    /// In this state; without it, all that were kept, which those in quarantine are not.
    #[param(value_type = Option<words::DeliveryWord>, inline)]
    state: Wanted,
    #[param(ignore)]
    page: PageRequest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Kept(Option<DeliveryState>),
    Quarantined,
}

impl FromQuery for DeliveryParams {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        let state = match query.text("state")?.as_deref() {
            None => Wanted::Kept(None),
            Some("received") => Wanted::Kept(Some(DeliveryState::Received)),
            Some("unpacked") => Wanted::Kept(Some(DeliveryState::Unpacked)),
            Some("unreadable") => Wanted::Kept(Some(DeliveryState::Unreadable)),
            Some("quarantined") => Wanted::Quarantined,
            Some(_) => {
                return Err(Problem::parameter(
                    "state",
                    "expected one of: received, unpacked, unreadable, quarantined",
                ));
            }
        };
        Ok(Self {
            state,
            page: page_of(query)?,
        })
    }
}

/// Lists deliveries, newest first (op).
#[utoipa::path(
    tag = "deliveries",
    operation_id = "list_deliveries",
    params(DeliveryParams, PageParams),
    responses((status = 200, description = "A page", body = Page<DeliveryView>), Listing)
)]
#[get("")]
pub async fn list(
    _: Operator,
    Params(params): Params<DeliveryParams>,
    state: Data<State>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    let store = &state.store;
    Ok(Json(match params.state {
        Wanted::Kept(kept) => {
            paged(
                params.page,
                |page| store.deliveries(kept, page),
                |row| row.id.uuid(),
            )
            .await?
        }
        Wanted::Quarantined => {
            let page = paged(params.page, |page| store.quarantined(page), |row| row.id.uuid()).await?;
            diagnosed(&state, page).await?
        }
    }))
}

/// Apart from the worker's thread: a search hashes what its budget allows.
async fn diagnosed(state: &State, page: Page<QuarantineRow>) -> Result<Page<DeliveryView>, Problem> {
    let suspects = state.suspects.clone();
    let Page { data, next } = page;
    let data = block(move || {
        let mut budget = Budget::of(HASHED);
        let rows = data.into_iter();
        rows.map(|row| DeliveryView::refused(row, &suspects, &mut budget))
            .collect()
    });
    let data = data
        .await
        .map_err(|error| Kind::Internal.because("the diagnosis broke off").caused_by(error))?;
    Ok(Page { data, next })
}
