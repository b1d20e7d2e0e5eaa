//! A delivery as it is answered.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{DeliveryId, EventId, Timestamp};
use crate::http::json::Json;
use crate::store::{Delivery, DeliveryState, Event, QuarantineRow};
use crate::webhook::diagnosis::{Budget, Diagnosis, Refused, Suspects, diagnose};

/// A delivery, without its bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: DeliveryId,
    /// `received`, `unpacked`, `unreadable`, or `quarantined`.
    state: &'static str,
    /// When its last byte came.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// The label of the secret that signed it; null if none did.
    signed_by: Option<String>,
    /// Why it could not be read, or the code it was refused with.
    reason: Option<String>,
    /// The length in bytes that its body came with.
    body_bytes: i64,
    /// When its bytes were erased at a person's request; null while they are there.
    #[schema(value_type = Option<String>, format = DateTime)]
    redacted_at: Option<Timestamp>,
    /// The kept headers.
    #[schema(value_type = serde_json::Value)]
    headers: Json,
    /// Why it was refused, as far as its bytes tell; null if it was kept.
    diagnosis: Option<DiagnosisView>,
}

/// Why a delivery was refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Diagnosis)]
pub struct DiagnosisView {
    /// Stable: `other-product-secret`, `json-rewritten`, `truncated`, ….
    #[schema(value_type = String)]
    code: &'static str,
    /// Whether its signature matches once the cause is undone; else it is the likeliest cause only.
    proven: bool,
    /// What it means.
    #[schema(value_type = String)]
    cause: &'static str,
    /// Which secret, or which change.
    detail: Option<String>,
    /// What to do.
    #[schema(value_type = String)]
    fix: &'static str,
}

impl From<Diagnosis> for DiagnosisView {
    fn from(diagnosis: Diagnosis) -> Self {
        Self {
            code: diagnosis.cause.code(),
            proven: diagnosis.proven,
            cause: diagnosis.cause.means(),
            detail: diagnosis.detail,
            fix: diagnosis.cause.fix(),
        }
    }
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            state: match delivery.state {
                DeliveryState::Received => "received",
                DeliveryState::Unpacked => "unpacked",
                DeliveryState::Unreadable => "unreadable",
            },
            received_at: delivery.received_at,
            signed_by: Some(delivery.signed_by),
            reason: delivery.reason,
            body_bytes: delivery.body_bytes,
            redacted_at: delivery.redacted_at,
            headers: headers(&delivery.headers),
            diagnosis: None,
        }
    }
}

impl DeliveryView {
    /// Of a refused one, with as much of a diagnosis as the budget has room for.
    pub fn refused(row: QuarantineRow, suspects: &Suspects, budget: &mut Budget) -> Self {
        let refused = Refused {
            reason: &row.reason,
            headers: &row.headers,
            body: &row.body,
            body_bytes: row.body_bytes,
        };
        let diagnosis = diagnose(&refused, suspects, budget);
        Self {
            id: row.id,
            state: "quarantined",
            received_at: row.received_at,
            signed_by: None,
            reason: Some(row.reason),
            body_bytes: row.body_bytes,
            redacted_at: None,
            headers: headers(&row.headers),
            diagnosis: Some(diagnosis.into()),
        }
    }
}

fn headers(bytes: &[u8]) -> Json {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// An event of a delivery, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryEvent)]
pub struct DeliveryEventView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: EventId,
    /// Its place in the delivery.
    position: i64,
    /// Meta's id of the account; null if it belongs to none.
    account_id: Option<String>,
    /// The webhook field.
    field: String,
    /// What identifies it within account and field.
    key: String,
    /// Its state, as shown with the event.
    #[schema(value_type = String)]
    state: crate::domain::State,
}

impl From<Event> for DeliveryEventView {
    fn from(event: Event) -> Self {
        Self {
            state: event.shown_state(),
            id: event.id,
            position: event.position,
            account_id: event.account_id,
            field: event.field.to_string(),
            key: event.key,
        }
    }
}

/// A delivery with its events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryStory)]
pub struct DeliveryStoryView {
    /// The delivery.
    #[serde(flatten)]
    pub about: DeliveryView,
    /// SHA-256 of the bytes as they came, in hexadecimal digits, also where they were erased; of one in quarantine, of what was kept of it.
    pub body_sha256: String,
    /// The events that it brought first, in their order; at most 1,000.
    pub events: Vec<DeliveryEventView>,
}
