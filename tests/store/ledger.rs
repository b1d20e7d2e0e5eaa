//! The ledger: kept whole or not at all, found again byte for byte.

use std::time::Duration;

use belino::domain::DeliveryId;
use belino::store::{DeliveryState, PageRequest, StoreError};

use crate::database::{PAGE, TestDb, parse};
use crate::payloads::comment;

crate::on_both![
    a_delivery_is_kept_byte_for_byte,
    a_batch_is_kept_whole_or_not_at_all,
    deliveries_are_received_oldest_first,
    deliveries_page_newest_first_and_by_state,
    deliveries_of_a_span_are_read_again_oldest_first,
    a_delivery_that_fails_three_times_is_unreadable_and_the_next_goes_on,
    a_body_that_cannot_be_read_is_unreadable_with_its_reason,
    a_big_batch_is_one_commit,
    what_does_not_exist_is_not_found,
];

async fn a_delivery_is_kept_byte_for_byte(db: TestDb) {
    let mut append = db.append_of(&comment("1", "c1", "hi"));
    append.body = vec![0_u8, 255, 10, 0].into();
    append.headers = br#"{"user-agent":"facebookexternalua"}"#.to_vec();
    db.store.append(std::slice::from_ref(&append)).await.unwrap();

    assert_eq!(db.store.delivery_body(append.id).await.unwrap(), append.body);
    let kept = db.store.delivery(append.id).await.unwrap();
    assert_eq!(kept.headers, append.headers);
    assert_eq!(kept.signed_by, "facebook");
    assert_eq!(kept.received_at, db.now());
    assert_eq!(kept.state, DeliveryState::Received);
    assert_eq!((kept.body_bytes, kept.reason), (4, None));
    let summary = db.store.summary(None).await.unwrap();
    assert_eq!(summary.counters.get("deliveries.received"), Some(&1));
}

async fn a_batch_is_kept_whole_or_not_at_all(db: TestDb) {
    let first = db.append_of(&comment("1", "c1", "hi"));
    let second = db.append_of(&comment("1", "c2", "hi"));
    let batch = [first.clone(), second, first];
    let error = db.store.append(&batch).await.unwrap_err();
    assert!(matches!(error, StoreError::Data(_)), "{error:?}");
    assert!(db.store.deliveries(None, PAGE).await.unwrap().is_empty());
    let summary = db.store.summary(None).await.unwrap();
    assert_eq!(summary.counters, [("deliveries.received".to_owned(), 0)].into());
}

async fn deliveries_are_received_oldest_first(db: TestDb) {
    let first = db.receive(&comment("1", "c1", "hi")).await;
    let second = db.receive(&comment("1", "c2", "hi")).await;
    let received = db.store.received(10).await.unwrap();
    assert_eq!(
        received.iter().map(|one| one.id).collect::<Vec<_>>(),
        [first, second]
    );
    assert_eq!(db.store.received(1).await.unwrap().len(), 1);
    db.unpack().await;
    assert!(db.store.received(10).await.unwrap().is_empty());
}

async fn deliveries_page_newest_first_and_by_state(db: TestDb) {
    let first = db.receive(&comment("1", "c1", "hi")).await;
    db.unpack().await;
    let second = db.receive(&comment("1", "c2", "hi")).await;
    let page = |after: Option<DeliveryId>| PageRequest {
        after: after.map(DeliveryId::uuid),
        limit: 1,
    };
    let list = async |state, after| -> Vec<DeliveryId> {
        let rows = db.store.deliveries(state, page(after)).await.unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    assert_eq!(list(None, None).await, [second]);
    assert_eq!(list(None, Some(second)).await, [first]);
    assert!(list(None, Some(first)).await.is_empty());
    assert_eq!(list(Some(DeliveryState::Unpacked), None).await, [first]);
    assert_eq!(list(Some(DeliveryState::Received), None).await, [second]);
    assert!(list(Some(DeliveryState::Unreadable), None).await.is_empty());
}

async fn deliveries_of_a_span_are_read_again_oldest_first(db: TestDb) {
    let mut ids = Vec::new();
    let start = db.now();
    for n in 0..4 {
        ids.push(db.receive(&comment("1", &format!("c{n}"), "hi")).await);
        db.clock.advance(Duration::from_mins(1));
    }
    let (since, until) = (start + Duration::from_mins(1), start + Duration::from_mins(3));
    let between = async |after| -> Vec<DeliveryId> {
        let rows = db
            .store
            .deliveries_between(after, since, until, 10)
            .await
            .unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    assert_eq!(between(None).await, ids[1..3]);
    assert_eq!(between(Some(ids[1])).await, ids[2..3]);
}

async fn a_delivery_that_fails_three_times_is_unreadable_and_the_next_goes_on(db: TestDb) {
    let bad = db.receive(&comment("1", "c1", "hi")).await;
    for tries in 1..=2 {
        db.store.unpack_failed(&[bad], "panicked").await.unwrap();
        assert_eq!(db.store.received(10).await.unwrap()[0].tries, tries);
    }
    db.store.unpack_failed(&[bad], "panicked").await.unwrap();
    let given_up = db.store.delivery(bad).await.unwrap();
    assert_eq!(given_up.state, DeliveryState::Unreadable);
    assert_eq!(given_up.reason.as_deref(), Some("panicked"));

    db.store.unpack_failed(&[bad], "again").await.unwrap();
    assert_eq!(
        db.store.delivery(bad).await.unwrap().reason.as_deref(),
        Some("panicked")
    );
    assert_eq!(db.deliver(&comment("1", "c2", "hi")).await.events, 1);
    let summary = db.store.summary(None).await.unwrap();
    assert_eq!(summary.counters.get("deliveries.unreadable"), Some(&1));
}

async fn a_body_that_cannot_be_read_is_unreadable_with_its_reason(db: TestDb) {
    let mut append = db.append_of(&comment("1", "c1", "hi"));
    append.body = "not json".into();
    db.store.append(std::slice::from_ref(&append)).await.unwrap();
    let good = db.receive(&comment("1", "c2", "hi")).await;
    assert_eq!(db.unpack().await.events, 1);

    let bad = db.store.delivery(append.id).await.unwrap();
    assert_eq!(bad.state, DeliveryState::Unreadable);
    assert!(bad.reason.is_some());
    assert_eq!(
        db.store.delivery(good).await.unwrap().state,
        DeliveryState::Unpacked
    );
    let counters = db.store.summary(None).await.unwrap().counters;
    let of = |name: &str| counters.get(name).copied().unwrap_or_default();
    assert_eq!((of("deliveries.unpacked"), of("deliveries.unreadable")), (1, 1));
}

async fn a_big_batch_is_one_commit(db: TestDb) {
    let bodies: Vec<_> = (0..203).map(|n| comment("1", &format!("c{n}"), "hi")).collect();
    let batch: Vec<_> = bodies.iter().map(|body| db.append_of(body)).collect();
    db.store.append(&batch).await.unwrap();
    let received = db.store.received(1_000).await.unwrap();
    assert_eq!(received.len(), 203);
    let report = db
        .store
        .unpack(&received.iter().map(parse).collect::<Vec<_>>())
        .await
        .unwrap();
    assert_eq!((report.events, report.repeats, report.pending), (203, 0, 203));
}

async fn what_does_not_exist_is_not_found(db: TestDb) {
    let nobody = db.store.delivery_id(db.now());
    let missing = [
        db.store.delivery(nobody).await.err(),
        db.store.delivery_body(nobody).await.err(),
    ];
    for error in missing {
        assert!(
            matches!(error, Some(StoreError::NotFound("delivery"))),
            "{error:?}"
        );
    }
}
