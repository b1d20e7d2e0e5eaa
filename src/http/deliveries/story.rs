//! One delivery, with its events.

use actix_web::get;
use actix_web::web::{Data, Json, block};
use sha2::{Digest, Sha256};

use super::view::{DeliveryEventView, DeliveryStoryView, DeliveryView};
use crate::domain::DeliveryId;
use crate::domain::facts::UPDATES_PER_DELIVERY;
use crate::http::answers::Reading;
use crate::http::auth::Operator;
use crate::http::id::Id;
use crate::http::params::{Nothing, Params};
use crate::http::{Kind, Problem, State};
use crate::store::{Delivery, EventFilter, PageRequest, StoreError};
use crate::webhook::diagnosis::Budget;

/// The most that is hashed to diagnose one refused delivery.
const HASHED: usize = 32 << 20;

/// Tells of one delivery: its verification, kept headers and events (op).
#[utoipa::path(
    tag = "deliveries",
    operation_id = "read_delivery",
    params(("id" = uuid::Uuid, Path, description = "The delivery's id")),
    responses((status = 200, description = "As it stands", body = DeliveryStoryView), Reading)
)]
#[get("/{id}")]
pub async fn one(
    _: Operator,
    Id(id): Id<DeliveryId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<DeliveryStoryView>, Problem> {
    Ok(Json(match state.store.delivery(id).await {
        Ok(delivery) => kept(&state, delivery).await?,
        Err(StoreError::NotFound(_)) => quarantined(&state, id).await?,
        Err(error) => return Err(error.into()),
    }))
}

async fn kept(state: &State, delivery: Delivery) -> Result<DeliveryStoryView, StoreError> {
    let body_sha256 = match &delivery.redacted_sha256 {
        Some(hash) => hash.clone(),
        None => sha256(&state.store.delivery_body(delivery.id).await?),
    };
    let filter = EventFilter {
        delivery: Some(delivery.id),
        ..EventFilter::default()
    };
    let limit = i64::try_from(UPDATES_PER_DELIVERY).unwrap_or(i64::MAX);
    let mut events = state
        .store
        .events(&filter, PageRequest { after: None, limit })
        .await?;
    events.sort_by_key(|event| event.position);
    Ok(DeliveryStoryView {
        body_sha256,
        events: events.into_iter().map(DeliveryEventView::from).collect(),
        about: delivery.into(),
    })
}

async fn quarantined(state: &State, id: DeliveryId) -> Result<DeliveryStoryView, Problem> {
    let row = state.store.quarantined_one(id).await?;
    let (body_sha256, suspects) = (sha256(&row.body), state.suspects.clone());
    let about = block(move || DeliveryView::refused(row, &suspects, &mut Budget::of(HASHED)));
    Ok(DeliveryStoryView {
        about: about
            .await
            .map_err(|error| Kind::Internal.because("the diagnosis broke off").caused_by(error))?,
        body_sha256,
        events: Vec::new(),
    })
}

fn sha256(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}
