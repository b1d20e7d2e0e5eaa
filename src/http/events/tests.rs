//! How an event is shown.

use serde_json::{Value, json};

use super::view::EventView;
use crate::domain::{AccountKey, DeliveryId, EventId, Field, State, Timestamp};
use crate::store::Event;

const AT: Timestamp = Timestamp::from_seconds(1_772_615_700);
const LATER: Timestamp = Timestamp::from_seconds(1_772_619_300);

fn event() -> Event {
    Event {
        id: EventId::at(AT),
        delivery_id: DeliveryId::at(AT),
        position: 0,
        account_key: AccountKey::NOBODY,
        account_id: Some("17841400000000001".to_owned()),
        field: Field::Comments,
        key: "18000000000000001".to_owned(),
        state: State::Pending,
        outcome: None,
        attempts: 0,
        due_at: Some(AT),
        reason_code: None,
        reason_message: None,
        occurred_at: None,
        sent_at: None,
        received_at: AT,
        done_at: None,
        call_id: None,
        sightings: 0,
        payload: r#"{"id":"18000000000000001"}"#.to_owned(),
        object_id: None,
        lane_parked_on: None,
        lane_rest_until: None,
    }
}

fn shown(event: Event) -> Value {
    serde_json::to_value(EventView::from(event)).unwrap()
}

#[test]
fn an_event_is_shown_with_its_payload_as_json_and_its_times_in_utc() {
    let shown = shown(event());
    assert_eq!(shown["payload"], json!({"id": "18000000000000001"}));
    assert_eq!(
        (&shown["state"], &shown["due_at"]),
        (&json!("pending"), &json!("2026-03-04T09:15:00Z"))
    );
    assert_eq!(
        (&shown["reason"], &shown["occurred_at"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_is_pending_in_a_parked_lane_is_shown_as_parked_with_the_fix() {
    let shown = shown(Event {
        lane_parked_on: Some("scope:instagram_manage_comments".to_owned()),
        ..event()
    });
    assert_eq!(
        (&shown["state"], &shown["due_at"]),
        (&json!("parked"), &Value::Null)
    );
    assert_eq!(shown["reason"]["code"], "scope:instagram_manage_comments");
    assert_eq!(
        shown["reason"]["fix"],
        "grant the permission instagram_manage_comments and connect the account again"
    );
}

#[test]
fn a_done_event_keeps_its_state_whatever_its_lane_waits_for() {
    let shown = shown(Event {
        state: State::Done,
        lane_parked_on: Some("reconnect".to_owned()),
        ..event()
    });
    assert_eq!(
        (&shown["state"], &shown["reason"]),
        (&json!("done"), &Value::Null)
    );
}

#[test]
fn nothing_is_due_before_its_lane_has_rested() {
    let shown = shown(Event {
        lane_rest_until: Some(LATER),
        ..event()
    });
    assert_eq!(shown["due_at"], "2026-03-04T10:15:00Z");
}

#[test]
fn a_reason_of_the_events_own_is_told_in_metas_words() {
    let shown = shown(Event {
        state: State::Waiting,
        reason_code: Some("retry".to_owned()),
        reason_message: Some("An unexpected error has occurred.".to_owned()),
        ..event()
    });
    assert_eq!(
        shown["reason"],
        json!({"code": "retry", "message": "An unexpected error has occurred.", "fix": null})
    );
}
