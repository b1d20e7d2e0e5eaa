//! How everything stands, and who may see how much of it.

use std::time::Duration;

use belino::domain::{ParkedOn, Timestamp};
use belino::store::{Counts, Verdict};

use crate::database::TestDb;
use crate::payloads::{comment, message, test_notification};

crate::on_both![
    a_summary_has_every_event_in_one_state,
    what_is_pending_in_a_parked_lane_counts_as_parked,
    a_workspace_is_told_of_its_own_events,
    the_lag_is_that_of_the_last_events_done,
    the_oldest_due_event_is_known,
    the_last_event_of_an_account_is_known,
    drifted_counts_are_found,
];

async fn a_summary_has_every_event_in_one_state(db: TestDb) {
    db.connect("1").await;
    for (id, verdict) in [
        ("c1", Verdict::Dead),
        ("c2", Verdict::Park(ParkedOn::UnknownError)),
        ("c3", Verdict::Wait(db.now() + Duration::from_mins(1))),
    ] {
        db.deliver(&comment("1", id, "hi")).await;
        crate::settle::fail_once(&db, verdict).await;
    }
    db.deliver(&comment("1", "c4", "hi")).await;
    db.deliver(&message("1", "m1", "hi")).await;
    db.deliver(&test_notification()).await;
    let summary = db.store.summary(None).await.unwrap();
    let expected = Counts {
        pending: 1,
        waiting: 1,
        parked: 1,
        done: 2,
        dead: 1,
        retired: 0,
    };
    assert_eq!(summary.events, expected);
    assert_eq!(summary.events.total(), 6);
    assert_eq!(
        (
            summary.fields["comments"].total(),
            summary.fields["messages"].done
        ),
        (5, 1)
    );
    assert_eq!(
        (
            summary.counters["deliveries.received"],
            summary.counters["deliveries.unpacked"]
        ),
        (6, 6)
    );
}

async fn what_is_pending_in_a_parked_lane_counts_as_parked(db: TestDb) {
    db.deliver(&comment("999", "c1", "hi")).await;
    let events = db.store.summary(None).await.unwrap().events;
    assert_eq!((events.pending, events.parked), (0, 1));
    let counts = db.store.counts(db.account("999").await).await.unwrap();
    assert_eq!((counts.pending, counts.parked), (1, 0));
}

async fn a_workspace_is_told_of_its_own_events(db: TestDb) {
    db.connect("1").await;
    for account in ["1", "999", "0"] {
        db.deliver(&comment(account, "c1", "hi")).await;
    }
    let of = async |name: &str| {
        let workspace = db.workspace(name).await;
        db.store.summary(Some(workspace)).await.unwrap().events.total()
    };
    assert_eq!((of("one").await, of("two").await), (1, 0));
    assert_eq!(db.store.summary(None).await.unwrap().events.total(), 3);
    let two = db.workspace("two").await;
    let counters = db.store.summary(Some(two)).await.unwrap().counters;
    assert!(counters.values().all(|value| *value == 0), "{counters:?}");
}

async fn the_lag_is_that_of_the_last_events_done(db: TestDb) {
    let none = db.store.lag(None).await.unwrap();
    assert_eq!(
        (none.done_p50_us, none.done_p95_us, none.oldest_due),
        (None, None, None)
    );
    db.connect("1").await;
    for n in 0..20 {
        db.deliver(&comment("1", &format!("c{n}"), "hi")).await;
        db.clock.advance(Duration::from_micros(10 * (n + 1)));
        db.finish_all().await;
    }
    let lag = db.store.lag(None).await.unwrap();
    assert_eq!((lag.done_p50_us, lag.done_p95_us), (Some(110), Some(200)));
    let (one, two) = (db.workspace("one").await, db.workspace("two").await);
    assert_eq!(db.store.lag(Some(one)).await.unwrap().done_p50_us, Some(110));
    assert_eq!(db.store.lag(Some(two)).await.unwrap().done_p50_us, None);
}

async fn the_oldest_due_event_is_known(db: TestDb) {
    db.connect("1").await;
    db.finish_all().await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let due = db.now();
    db.clock.advance(Duration::from_secs(5));
    assert_eq!(db.store.lag(None).await.unwrap().oldest_due, Some(due));
    let later = db.now() + Duration::from_mins(1);
    crate::settle::fail_once(&db, Verdict::Wait(later)).await;
    assert_eq!(db.store.lag(None).await.unwrap().oldest_due, None);
}

async fn the_last_event_of_an_account_is_known(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let last = async || -> Option<Timestamp> { db.store.last_event(account).await.unwrap() };
    assert_eq!(last().await, None);
    db.deliver(&comment("1", "c1", "hi")).await;
    db.clock.advance(Duration::from_secs(5));
    db.deliver(&comment("1", "c2", "hi")).await;
    assert_eq!(last().await, Some(db.now()));
}

async fn drifted_counts_are_found(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    assert!(db.store.counts_are_true().await.unwrap());
    for by in ["+ 1", "- 1"] {
        db.tamper(&format!("UPDATE event_counts SET done = done {by}"))
            .await;
        let as_before = by == "- 1";
        assert_eq!(db.store.counts_are_true().await.unwrap(), as_before);
    }
}
