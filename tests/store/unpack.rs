//! From deliveries to events: what each kind becomes, and that nothing is stored twice or half.

use std::time::Duration;

use belino::domain::{AccountKey, Outcome, State};
use belino::store::{DeliveryState, EventFilter, ObjectFilter, ParsedDelivery, ReceivedDelivery};
use belino::webhook;
use serde_json::json;

use crate::database::{PAGE, TestDb, parse};
use crate::payloads::{changes, comment, comments, mention, message, story, test_notification};

crate::on_both![
    a_comment_becomes_a_pending_event_with_what_the_payload_knows,
    what_needs_no_call_is_done_at_once_and_rings_no_lane,
    a_test_notification_is_done_and_belongs_to_nobody,
    an_item_that_cannot_be_read_is_parked_and_its_siblings_live,
    events_of_an_unknown_account_wait_in_a_parked_lane,
    a_delivery_unpacked_in_chunks_is_whole_when_it_is_complete,
    a_delivery_whose_unpacking_broke_off_is_unpacked_again_from_the_start,
    a_delivery_that_was_unpacked_by_another_is_left_out,
    a_delivery_read_again_gives_only_what_is_new,
    the_same_object_under_both_logins_is_two_events_and_one_comment,
    items_that_are_events_already_are_known,
];

async fn a_comment_becomes_a_pending_event_with_what_the_payload_knows(db: TestDb) {
    db.connect("1784").await;
    let delivery = db.receive(&comment("1784", "c1", "hi")).await;
    let report = db.unpack().await;
    assert_eq!((report.events, report.repeats, report.pending), (1, 0, 1));

    let event = db.event().await;
    assert_eq!((event.delivery_id, event.position), (delivery, 0));
    assert_eq!(event.account_id.as_deref(), Some("1784"));
    assert_eq!(event.account_key, db.account("1784").await);
    assert_eq!((event.field.as_str(), event.key.as_str()), ("comments", "c1"));
    assert_eq!(
        (event.state, event.outcome, event.attempts),
        (State::Pending, None, 0)
    );
    assert_eq!(
        (event.object_id.as_deref(), event.due_at),
        (Some("c1"), Some(db.now()))
    );
    assert!(event.payload.contains("\"text\":\"hi\""));
    assert_eq!(
        (event.sightings, event.lane_parked_on, event.done_at),
        (0, None, None)
    );
    let detail = db.store.event(event.id, &EventFilter::default()).await.unwrap();
    assert_eq!(detail.signed_by.as_deref(), Some("facebook"));
    let delivery = db.store.delivery(delivery).await.unwrap();
    assert_eq!(delivery.state, DeliveryState::Unpacked);
}

async fn what_needs_no_call_is_done_at_once_and_rings_no_lane(db: TestDb) {
    db.connect("1784").await;
    db.finish_all().await;
    let report = db.deliver(&message("1784", "m1", "hi")).await;
    assert_eq!((report.events, report.pending), (1, 0));
    let event = db.event().await;
    assert_eq!((event.state, event.outcome), (State::Done, Some(Outcome::Stored)));
    assert_eq!((event.done_at, event.due_at), (Some(db.now()), None));
    db.deliver(&changes(
        "1784",
        &[json!({"field": "brand_new", "value": {"a": 1}})],
    ))
    .await;
    assert_eq!(db.events().await[0].outcome, Some(Outcome::Stored));
    assert_eq!(db.claim().await, None);
}

async fn a_test_notification_is_done_and_belongs_to_nobody(db: TestDb) {
    db.deliver(&test_notification()).await;
    db.deliver(&test_notification()).await;
    let events = db.events().await;
    assert_eq!(events.len(), 2, "tests are never taken for one another");
    for event in events {
        assert_eq!((event.state, event.outcome), (State::Done, Some(Outcome::Test)));
        assert_eq!((event.account_key, event.account_id), (AccountKey::NOBODY, None));
    }
    assert_eq!(db.claim().await, None);
}

async fn an_item_that_cannot_be_read_is_parked_and_its_siblings_live(db: TestDb) {
    db.connect("1784").await;
    let broken = json!({"field": "comments", "value": {"text": "no id"}});
    let good = crate::payloads::comment_on("media", "c1", "hi");
    let report = db.deliver(&changes("1784", &[broken, good])).await;
    assert_eq!((report.events, report.pending), (2, 1));
    let filter = EventFilter {
        state: Some(State::Parked),
        ..EventFilter::default()
    };
    let parked = db.store.events(&filter, PAGE).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].reason_code.as_deref(), Some("unreadable"));
    assert!(parked[0].reason_message.is_some());
    assert_eq!(parked[0].position, 0);
}

async fn events_of_an_unknown_account_wait_in_a_parked_lane(db: TestDb) {
    db.deliver(&comment("999", "c1", "hi")).await;
    db.deliver(&comment("999", "c2", "hi")).await;
    assert_eq!(db.claim().await, None);
    for event in db.events().await {
        assert_eq!(event.state, State::Pending);
        assert_eq!(event.shown_state(), State::Parked);
        assert_eq!(event.lane_parked_on.as_deref(), Some("unknown-account"));
        assert_eq!(event.account_id.as_deref(), Some("999"));
    }
    let account = db.store.account(db.account("999").await).await.unwrap().unwrap();
    assert_eq!(account.workspace_id, None);
    assert!(db.store.accounts(None).await.unwrap().is_empty());
}

/// A delivery read in parts of `size` items.
fn in_parts(delivery: &ReceivedDelivery, size: usize) -> Vec<ParsedDelivery> {
    let items = webhook::unpack(delivery.id, &delivery.body).unwrap();
    let parts = items.chunks(size).count();
    let part = |(n, items): (usize, &[webhook::Item])| ParsedDelivery {
        id: delivery.id,
        received_at: delivery.received_at,
        items: Ok(items.to_vec()),
        complete: n + 1 == parts,
    };
    items.chunks(size).enumerate().map(part).collect()
}

fn ten_comments_the_first_twice() -> serde_json::Value {
    let ids = (0..10).map(|n| format!("c{n}")).chain(["c0".to_owned()]);
    comments("1784", ids)
}

async fn a_delivery_unpacked_in_chunks_is_whole_when_it_is_complete(db: TestDb) {
    db.connect("1784").await;
    let id = db.receive(&ten_comments_the_first_twice()).await;
    let received = db.store.received(1).await.unwrap();
    let (mut events, mut repeats) = (0, 0);
    for part in in_parts(&received[0], 4) {
        let complete = part.complete;
        let report = db.store.unpack(&[part]).await.unwrap();
        (events, repeats) = (events + report.events, repeats + report.repeats);
        let state = db.store.delivery(id).await.unwrap().state;
        assert_eq!(state == DeliveryState::Unpacked, complete);
    }
    assert_eq!((events, repeats), (10, 1));
    assert_eq!(db.event_of("c0").await.sightings, 1);
}

async fn a_delivery_whose_unpacking_broke_off_is_unpacked_again_from_the_start(db: TestDb) {
    db.connect("1784").await;
    db.receive(&ten_comments_the_first_twice()).await;
    let received = db.store.received(1).await.unwrap();
    for _ in 0..2 {
        let first_parts = in_parts(&received[0], 4)
            .into_iter()
            .filter(|part| !part.complete);
        for part in first_parts {
            db.store.unpack(&[part]).await.unwrap();
        }
    }
    db.finish_all().await;
    assert_eq!(db.unpack().await.events, 2);
    assert_eq!(db.events().await.len(), 10);
    assert_eq!(db.event_of("c0").await.sightings, 1);
    assert_eq!(
        db.event_of("c1").await.sightings,
        0,
        "the same place read again is no sighting"
    );
    assert_eq!(db.event_of("c1").await.state, State::Done);
}

async fn a_delivery_that_was_unpacked_by_another_is_left_out(db: TestDb) {
    db.connect("1784").await;
    db.receive(&comment("1784", "c1", "hi")).await;
    let received = db.store.received(10).await.unwrap();
    db.unpack().await;
    let report = db
        .store
        .unpack(&received.iter().map(parse).collect::<Vec<_>>())
        .await
        .unwrap();
    assert_eq!((report.events, report.repeats, report.pending), (0, 0, 0));
    let summary = db.store.summary(None).await.unwrap();
    assert_eq!(summary.counters.get("deliveries.unpacked"), Some(&1));
}

async fn a_delivery_read_again_gives_only_what_is_new(db: TestDb) {
    db.connect("1784").await;
    db.receive(&comments("1784", ["c1".to_owned(), "c2".to_owned()]))
        .await;
    let received = db.store.received(10).await.unwrap();
    let only_first = |mut parsed: ParsedDelivery| {
        parsed.items = parsed.items.map(|items| items[..1].to_vec());
        parsed
    };
    db.store.unpack(&[only_first(parse(&received[0]))]).await.unwrap();
    db.finish_all().await;
    db.clock.advance(Duration::from_mins(1));
    let report = db.store.unpack_again(&parse(&received[0])).await.unwrap();
    assert_eq!((report.events, report.repeats, report.pending), (1, 1, 1));
    assert_eq!(db.event_of("c1").await.state, State::Done);
    assert_eq!(db.event_of("c1").await.sightings, 0);
    assert_eq!(db.event_of("c2").await.received_at, received[0].received_at);
    let again = db.store.unpack_again(&parse(&received[0])).await.unwrap();
    assert_eq!((again.events, again.repeats, again.pending), (0, 2, 0));
}

async fn the_same_object_under_both_logins_is_two_events_and_one_comment(db: TestDb) {
    let mut connection = db.connection("1784").await;
    connection.app_scoped_id = Some("26".to_owned());
    db.store.connect(connection).await.unwrap();
    let both = [comment("1784", "c1", "hi"), comment("26", "c1", "hi")];
    for body in both {
        db.receive(&body).await;
    }
    assert_eq!(db.unpack().await.events, 2);
    let comments = db.store.comments(&ObjectFilter::default(), PAGE).await.unwrap();
    assert_eq!(comments.len(), 1);
    db.deliver(&mention("26", "m1", Some("c9"))).await;
    db.deliver(&story("26", "s1", 5)).await;
    assert_eq!(db.finish_all().await.len(), 4);
    assert_eq!(db.account("26").await, db.account("1784").await);
    assert!(db.store.delivery(db.store.delivery_id(db.now())).await.is_err());
}

async fn items_that_are_events_already_are_known(db: TestDb) {
    db.connect("1").await;
    let names = |list: [&str; 2]| list.map(str::to_owned);
    db.deliver(&comments("1", names(["c1", "c2"]))).await;
    let items = |body: &serde_json::Value| {
        let id = db.store.delivery_id(db.now());
        webhook::unpack(id, body.to_string().as_bytes()).unwrap()
    };
    let known = async |body| db.store.known_events(&items(&body)).await.unwrap();
    assert_eq!(known(comments("1", names(["c1", "c3"]))).await.len(), 1);
    assert_eq!(known(comments("2", names(["c1", "c3"]))).await.len(), 0);
    assert!(db.store.known_events(&[]).await.unwrap().is_empty());
}
