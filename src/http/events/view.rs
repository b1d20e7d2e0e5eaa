//! An event as it is answered.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{DeliveryId, EventId, Outcome, ParkedOn, State, Timestamp};
use crate::http::json::Json;
use crate::store::{AttemptRecord, CallRow, Event, Sighting};

/// An event as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: EventId,
    /// The delivery that it came in.
    #[schema(value_type = uuid::Uuid)]
    delivery_id: DeliveryId,
    /// Meta's id of the account; null if it belongs to none.
    account_id: Option<String>,
    /// The webhook field.
    field: String,
    /// What identifies it within account and field.
    key: String,
    /// `pending`, `waiting`, `parked`, `done` or `dead`; what is pending in a parked lane is parked.
    #[schema(value_type = String)]
    state: State,
    /// How it ended: `enriched`, `stored`, `gone` or `test`.
    #[schema(value_type = Option<String>)]
    outcome: Option<Outcome>,
    /// Tries that failed.
    attempts: i64,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// Why it is not done.
    reason: Option<ReasonView>,
    /// When it happened; null until known.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// Meta's time of the notification.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// When it was finished.
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
    /// The item, as Meta sent it, but for halves of surrogate pairs, which are U+FFFD; a string if no strict reader
    /// takes it. Its exact bytes are in the delivery's body.
    #[schema(value_type = serde_json::Value)]
    payload: Json,
}

/// Why something is not done, and what to do about it.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Reason)]
pub struct ReasonView {
    /// Stable: what it waits for, or the class of its last error.
    code: String,
    /// What happened, in Meta's words where they are Meta's.
    message: Option<String>,
    /// What to do.
    fix: Option<String>,
}

impl ReasonView {
    /// Of a code; what a cause asks for is known by its word.
    pub fn new(code: String, message: Option<String>) -> Self {
        let fix = code.parse::<ParkedOn>().ok().map(|cause| cause.fix());
        Self { code, message, fix }
    }
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        let state = event.shown_state();
        let due_at = due_at(&event, state);
        let lane = event.lane_parked_on.filter(|_| state != event.state);
        let reason = match lane {
            Some(cause) => Some(ReasonView::new(
                cause,
                Some("the whole account waits for this".to_owned()),
            )),
            None => event
                .reason_code
                .map(|code| ReasonView::new(code, event.reason_message)),
        };
        Self {
            id: event.id,
            delivery_id: event.delivery_id,
            account_id: event.account_id,
            field: event.field.to_string(),
            key: event.key,
            state,
            outcome: event.outcome,
            attempts: event.attempts,
            due_at,
            reason,
            occurred_at: event.occurred_at,
            sent_at: event.sent_at,
            received_at: event.received_at,
            done_at: event.done_at,
            payload: event.payload.into(),
        }
    }
}

/// Only what is at work is due, and not while its lane rests.
fn due_at(event: &Event, shown: State) -> Option<Timestamp> {
    match shown {
        State::Pending | State::Waiting => event.due_at.max(event.lane_rest_until),
        State::Parked | State::Done | State::Dead => None,
    }
}

/// A further time that Meta sent an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sighting)]
pub struct SightingView {
    /// In which delivery.
    #[schema(value_type = uuid::Uuid)]
    delivery_id: DeliveryId,
    /// At which place in it.
    position: i64,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Timestamp,
    /// The item, where its value was another one.
    #[schema(value_type = Option<serde_json::Value>)]
    variant: Option<Json>,
}

impl From<Sighting> for SightingView {
    fn from(sighting: Sighting) -> Self {
        Self {
            delivery_id: sighting.delivery_id,
            position: sighting.position,
            seen_at: sighting.seen_at,
            variant: sighting.variant.map(Json::from),
        }
    }
}

/// A try that failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptView {
    /// The first is 1.
    number: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// By which call.
    #[schema(value_type = Option<uuid::Uuid>)]
    call_id: Option<crate::domain::CallId>,
    /// What the error asks for, as `retry`.
    class: String,
    /// Meta's code.
    code: Option<i64>,
    /// Meta's subcode.
    subcode: Option<i64>,
    /// Meta's words.
    message: String,
    /// Meta's trace id, for Meta's support.
    trace_id: Option<String>,
    /// What was decided.
    decision: String,
}

impl From<AttemptRecord> for AttemptView {
    fn from(attempt: AttemptRecord) -> Self {
        Self {
            number: attempt.number,
            at: attempt.at,
            call_id: attempt.call_id,
            class: attempt.class,
            code: attempt.code,
            subcode: attempt.subcode,
            message: attempt.message,
            trace_id: attempt.trace_id,
            decision: attempt.decision,
        }
    }
}

/// A call to the Graph API.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub struct CallView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: crate::domain::CallId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The HTTP method.
    method: String,
    /// The path, without version and token.
    path: String,
    /// The HTTP status, if there was an answer.
    status: Option<i64>,
    /// The class of its error; null if it succeeded.
    class: Option<String>,
    /// How long it took, in microseconds.
    duration_us: i64,
    /// How many events it settled.
    settled: i64,
}

impl From<CallRow> for CallView {
    fn from(call: CallRow) -> Self {
        Self {
            id: call.id,
            at: call.at,
            method: call.method,
            path: call.path,
            status: call.status,
            class: call.class,
            duration_us: call.duration_us,
            settled: call.settled,
        }
    }
}
