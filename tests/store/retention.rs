//! What is finished goes after its time and stays counted; what is not accounted for never goes.

use std::time::Duration;

use belino::domain::{CallId, Keep, ParkedOn, Retention, State};
use belino::store::{
    CallRecord, DeliveryState, EventFilter, FeedCursor, ObjectFilter, Quarantined, Retired, Store,
    StoreError, Verdict,
};
use serde_json::json;

use crate::database::{PAGE, TestDb};
use crate::payloads::{changes, comment, comment_on, comments, message, test_notification};

crate::on_both![
    a_finished_delivery_goes_after_its_time_and_stays_counted,
    what_is_not_accounted_for_stays_however_old_it_is,
    an_unreadable_delivery_goes_as_late_as_any_other,
    a_finished_event_goes_with_what_hangs_on_it_alone,
    an_event_stays_as_long_as_bytes_that_tell_of_it,
    an_event_given_up_is_as_old_as_its_last_try,
    refused_deliveries_and_calls_go_after_their_time,
    a_follower_that_missed_entries_is_told_so,
    slices_are_short_and_several_processes_remove_each_row_once,
    large_bodies_make_shorter_slices,
    room_is_given_back_to_the_disk,
];

const DAY: Duration = Duration::from_hours(24);

fn days(days: u32) -> Keep {
    Keep::For(DAY * days)
}

/// Bodies and events for 30 days, the feed for 14.
fn all() -> Retention {
    Retention {
        events: days(30),
        ..Retention::default()
    }
}

/// Removes all that is due, after telling how much that would be.
async fn swept(db: &TestDb, retention: &Retention) -> Retired {
    let due = db.store.due(retention).await.unwrap();
    db.all_is_told().await;
    let retired = sweep(&db.store, retention).await;
    let removed = (
        retired.deliveries,
        retired.events,
        retired.quarantine,
        retired.calls,
    );
    let told = (
        due.deliveries.rows,
        due.events.rows,
        due.quarantine.rows,
        due.calls.rows,
    );
    assert_eq!(removed, told, "what was said is what was done");
    retired
}

async fn sweep(store: &Store, retention: &Retention) -> Retired {
    let mut sweep = store.sweep(retention);
    while store.sweep_slice(&mut sweep).await.unwrap() {}
    sweep.retired
}

async fn counter(db: &TestDb, name: &str) -> i64 {
    let counters = db.store.summary(None).await.unwrap().counters;
    counters.get(name).copied().unwrap_or(0)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

/// Every delivery ever received is read, unreadable, waiting or retired, and the rows agree.
async fn deliveries_add_up(db: &TestDb, received: i64) {
    let kept = db.store.deliveries(None, PAGE).await.unwrap();
    let of = |state| whole(kept.iter().filter(|delivery| delivery.state == state).count());
    assert_eq!(
        counter(db, "deliveries.unpacked").await,
        of(DeliveryState::Unpacked)
    );
    assert_eq!(
        counter(db, "deliveries.unreadable").await,
        of(DeliveryState::Unreadable)
    );
    assert_eq!(counter(db, "deliveries.received").await, received);
    let retired = counter(db, "deliveries.retired").await;
    assert_eq!(retired + whole(kept.len()), received);
}

async fn a_finished_delivery_goes_after_its_time_and_stays_counted(db: TestDb) {
    db.connect("1").await;
    let delivery = db.receive(&message("1", "m1", "hi")).await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.deliver(&test_notification()).await;
    db.finish_all().await;
    db.clock.advance(DAY * 29);
    db.deliver(&message("1", "m2", "hi")).await;
    assert_eq!(swept(&db, &Retention::default()).await.deliveries, 0);
    db.clock.advance(DAY * 2);
    assert_eq!(swept(&db, &Retention::default()).await.deliveries, 3);
    deliveries_add_up(&db, 4).await;
    let gone = db.store.delivery_body(delivery).await.unwrap_err();
    assert!(matches!(gone, StoreError::NotFound("delivery")));
    assert_eq!(
        db.events().await.len(),
        4,
        "events are kept for ever unless told otherwise"
    );
    let told = db
        .store
        .event(db.event_of("c1").await.id, &EventFilter::default())
        .await
        .unwrap();
    assert_eq!(told.signed_by, None);
    assert_eq!(swept(&db, &Retention::default()).await, Retired::default());
}

async fn what_is_not_accounted_for_stays_however_old_it_is(db: TestDb) {
    db.connect("1").await;
    for (id, verdict) in [
        ("c1", Verdict::Park(ParkedOn::UnknownError)),
        ("c2", Verdict::Wait(db.now() + DAY * 1_000)),
    ] {
        db.deliver(&comment("1", id, "hi")).await;
        crate::settle::fail_once(&db, verdict).await;
    }
    db.deliver(&comment("1", "c3", "pending")).await;
    db.deliver(&comment("999", "c4", "of an unknown account")).await;
    let half_done = [
        comment_on("media", "c5", "hi"),
        json!({"field": "brand_new", "value": {}}),
    ];
    db.deliver(&changes("1", &half_done)).await;
    db.deliver(&changes("1", &[json!({"field": "comments", "value": {}})]))
        .await;
    db.receive(&message("1", "m1", "nobody has read it")).await;
    db.clock.advance(DAY * 400);
    assert_eq!(swept(&db, &all()).await.deliveries, 0);
    deliveries_add_up(&db, 7).await;
    assert_eq!(
        db.events().await.len(),
        7,
        "the half that is done stays with the other half"
    );
    db.unpack().await;
}

async fn an_unreadable_delivery_goes_as_late_as_any_other(db: TestDb) {
    db.deliver(&json!("neither object nor list")).await;
    let unreadable = async || {
        let state = Some(DeliveryState::Unreadable);
        db.store.deliveries(state, PAGE).await.unwrap().len()
    };
    db.clock.advance(DAY * 29);
    assert_eq!((swept(&db, &all()).await.deliveries, unreadable().await), (0, 1));
    db.clock.advance(DAY * 2);
    assert_eq!((swept(&db, &all()).await.deliveries, unreadable().await), (1, 0));
    deliveries_add_up(&db, 1).await;
}

async fn a_finished_event_goes_with_what_hangs_on_it_alone(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&comment("1", "c1", "hi")).await;
    crate::settle::fail_once(&db, Verdict::Wait(db.now() + DAY)).await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.clock.advance(DAY * 2);
    db.finish_all().await;
    db.deliver(&test_notification()).await;
    let id = db.event_of("c1").await.id;
    assert_eq!(db.store.sightings(id).await.unwrap().len(), 1);
    assert_eq!(db.store.attempts(id).await.unwrap().len(), 1);
    db.clock.advance(DAY * 31);
    assert_eq!(swept(&db, &all()).await.events, 2);
    assert!(db.events().await.is_empty());
    assert!(db.store.sightings(id).await.unwrap().is_empty());
    assert!(db.store.attempts(id).await.unwrap().is_empty());
    let comments = db.store.comments(&ObjectFilter::default(), PAGE).await.unwrap();
    assert_eq!(comments.len(), 1, "what the event became stays");
    let counts = db.store.counts(account).await.unwrap();
    assert_eq!((counts.done, counts.retired, counts.total()), (0, 1, 1));
    let summary = db.store.summary(None).await.unwrap();
    assert_eq!((summary.events.retired, summary.events.total()), (2, 2));
    assert_eq!(summary.fields["comments"].retired, 2);
}

async fn an_event_stays_as_long_as_bytes_that_tell_of_it(db: TestDb) {
    let short = Retention {
        events: days(1),
        ..Retention::default()
    };
    db.connect("1").await;
    db.deliver(&message("1", "m1", "hi")).await;
    db.clock.advance(DAY * 20);
    assert_eq!(swept(&db, &short).await.events, 0);
    // Redelivered late: what tells of it is younger than it is.
    db.deliver(&message("1", "m1", "hi")).await;
    db.clock.advance(DAY * 11);
    let retired = swept(&db, &short).await;
    assert_eq!((retired.deliveries, retired.events), (1, 0));
    db.clock.advance(DAY * 20);
    let retired = swept(&db, &short).await;
    assert_eq!((retired.deliveries, retired.events), (1, 1));
}

async fn an_event_given_up_is_as_old_as_its_last_try(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.clock.advance(DAY * 40);
    crate::settle::fail_once(&db, Verdict::Dead).await;
    db.clock.advance(DAY * 10);
    let retired = swept(&db, &all()).await;
    assert_eq!((retired.deliveries, retired.events), (1, 0));
    assert_eq!(db.event().await.state, State::Dead);
    db.clock.advance(DAY * 21);
    assert_eq!(swept(&db, &all()).await.events, 1);
}

async fn refused_deliveries_and_calls_go_after_their_time(db: TestDb) {
    let account = db.connect("1").await.account_key;
    for _ in 0..2 {
        let refused = Quarantined {
            id: db.store.delivery_id(db.now()),
            received_at: db.now(),
            reason: "bad-signature",
            headers: b"{}".to_vec(),
            body: b"x".to_vec(),
            body_bytes: 1,
        };
        db.store.quarantine(vec![refused]).await.unwrap();
        let call = CallRecord {
            id: CallId::at(db.now()),
            at: db.now(),
            method: "GET",
            path: "/me".to_owned(),
            status: Some(200),
            class: None,
            duration_us: 1,
            settled: 0,
        };
        db.store
            .note_calls(Some(account), &[call], Vec::new())
            .await
            .unwrap();
        db.clock.advance(DAY * 20);
    }
    let retired = swept(&db, &all()).await;
    assert_eq!((retired.quarantine, retired.calls), (1, 1));
    assert_eq!(db.store.quarantined(PAGE).await.unwrap().len(), 1);
    assert_eq!(counter(&db, "graph.calls").await, 2);
    db.clock.advance(DAY * 400);
    assert_eq!(
        swept(&db, &Retention::default()).await.calls,
        0,
        "they go with the events"
    );
}

async fn a_follower_that_missed_entries_is_told_so(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.clock.advance(DAY * 10);
    db.deliver(&comment("1", "c2", "hi")).await;
    let told = db.told(None, None, FeedCursor::default()).await;
    let (first, second) = (told[0].cursor(), told[1].cursor());
    db.clock.advance(DAY * 5);
    let end = db.store.feed_head().await.unwrap();
    assert_eq!(swept(&db, &all()).await.feed, 2);
    assert_eq!(counter(&db, "feed.retired").await, 2);
    for missed in [FeedCursor::default(), first] {
        let answer = db.store.feed(None, None, missed, 10).await;
        assert!(matches!(answer, Err(StoreError::CursorExpired)), "{answer:?}");
    }
    // Who has seen all that was removed goes on; so does who begins now.
    assert_eq!(db.store.feed_beginning().await.unwrap(), second);
    let rest = db.told(None, None, second).await;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].object_id, "c2");
    db.clock.advance(DAY * 15);
    assert_eq!(swept(&db, &all()).await.feed, 1);
    assert!(
        db.told(None, None, end).await.is_empty(),
        "who stood at the end missed nothing"
    );
    assert!(db.store.feed_head().await.unwrap() >= db.store.feed_beginning().await.unwrap());
}

async fn slices_are_short_and_several_processes_remove_each_row_once(db: TestDb) {
    db.connect("1").await;
    for n in 0..150 {
        db.receive(&message("1", &format!("m{n}"), "hi")).await;
    }
    db.receive(&comments("1", (0..150).map(|n| format!("c{n}"))))
        .await;
    db.unpack().await;
    while !db.finish_all().await.is_empty() {}
    db.clock.advance(DAY * 31);
    let (mut one, mut before) = (db.store.sweep(&all()), 0);
    while one.retired.deliveries < 100 {
        assert!(db.store.sweep_slice(&mut one).await.unwrap());
        assert!(one.retired.deliveries - before <= 64, "{one:?}");
        before = one.retired.deliveries;
    }
    let (here, there) = (db.store.clone(), db.another().await);
    let retention = all();
    let (here, there) = tokio::join!(sweep(&here, &retention), sweep(&there, &retention));
    let rest = sweep(&db.store, &all()).await;
    let removed = one.retired.deliveries + here.deliveries + there.deliveries + rest.deliveries;
    assert_eq!((removed, here.events + there.events + rest.events), (151, 300));
    deliveries_add_up(&db, 151).await;
    assert_eq!(db.store.summary(None).await.unwrap().events.retired, 300);
}

async fn large_bodies_make_shorter_slices(db: TestDb) {
    for n in 0..4 {
        let text = "x".repeat(600_000);
        db.deliver(&message("1", &format!("m{n}"), &text)).await;
    }
    db.clock.advance(DAY * 31);
    let mut sweep = db.store.sweep(&Retention::default());
    let mut slices = Vec::new();
    let mut before = 0;
    while db.store.sweep_slice(&mut sweep).await.unwrap() {
        let removed = sweep.retired.deliveries - before;
        before = sweep.retired.deliveries;
        slices.extend((removed > 0).then_some(removed));
    }
    assert_eq!(slices, [2, 2]);
}

async fn room_is_given_back_to_the_disk(db: TestDb) {
    if !db.store.is_embedded() {
        return;
    }
    let text = "x".repeat(100_000);
    for n in 0..120 {
        db.receive(&json!({ "n": n, "text": text })).await;
    }
    db.unpack().await;
    db.clock.advance(DAY * 31);
    let pages = async || {
        let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&db.url)
            .await
            .unwrap();
        let pages = sqlx::query_scalar::<_, i64>("PRAGMA page_count");
        pages.fetch_one(&mut connection).await.unwrap()
    };
    let before = pages().await;
    let retired = db.store.remove_due(&Retention::default(), |_| {}).await.unwrap();
    assert_eq!(retired.deliveries, 120);
    let after = pages().await;
    assert!(before > 2_500 && after < 1_500, "{before} pages, then {after}");
}
