//! What Meta sends more than once: seen, counted, never stored twice; a new value is worth another look.

use belino::domain::State;
use belino::store::Sighting;

use crate::database::TestDb;
use crate::payloads::{changes, comment, comment_on, mention, message, story};

crate::on_both![
    a_delivery_seen_twice_is_stored_once,
    an_item_twice_in_one_delivery_is_one_event,
    a_repeat_in_the_same_batch_is_a_sighting_of_the_first,
    a_new_value_puts_a_finished_comment_back_to_work_once,
    a_new_value_twice_in_one_batch_is_kept_once,
    a_new_value_of_what_is_at_work_waits_with_it,
    a_new_value_of_what_needs_no_call_is_only_kept,
    a_comment_put_back_to_work_starts_with_fresh_tries,
    a_mention_seen_twice_is_stored_once,
    new_numbers_of_a_story_are_a_new_event,
    the_same_key_under_another_account_is_another_event,
];

async fn sightings(db: &TestDb, object: &str) -> Vec<Sighting> {
    let event = db.event_of(object).await;
    let sightings = db.store.sightings(event.id).await.unwrap();
    assert_eq!(event.sightings, i64::try_from(sightings.len()).unwrap());
    sightings
}

async fn a_delivery_seen_twice_is_stored_once(db: TestDb) {
    db.connect("1784").await;
    db.deliver(&comment("1784", "c1", "hi")).await;
    db.finish_all().await;
    let again = db.receive(&comment("1784", "c1", "hi")).await;
    let report = db.unpack().await;
    assert_eq!((report.events, report.repeats, report.pending), (0, 1, 0));
    assert_eq!(db.event().await.state, State::Done);
    let seen = sightings(&db, "c1").await;
    assert_eq!(
        (seen[0].delivery_id, seen[0].position, seen[0].seen_at),
        (again, 0, db.now())
    );
    assert_eq!(seen[0].variant, None);
}

async fn an_item_twice_in_one_delivery_is_one_event(db: TestDb) {
    db.connect("1784").await;
    let twice = [comment_on("m", "c1", "hi"), comment_on("m", "c1", "hi")];
    let report = db.deliver(&changes("1784", &twice)).await;
    assert_eq!((report.events, report.repeats), (1, 1));
    assert_eq!(db.event().await.position, 0);
    assert_eq!(sightings(&db, "c1").await[0].position, 1);
}

async fn a_repeat_in_the_same_batch_is_a_sighting_of_the_first(db: TestDb) {
    db.connect("1784").await;
    let first = db.receive(&comment("1784", "c1", "hi")).await;
    let second = db.receive(&comment("1784", "c1", "hi")).await;
    let report = db.unpack().await;
    assert_eq!((report.events, report.repeats), (1, 1));
    assert_eq!(db.event().await.delivery_id, first);
    assert_eq!(sightings(&db, "c1").await[0].delivery_id, second);
}

async fn a_new_value_puts_a_finished_comment_back_to_work_once(db: TestDb) {
    db.connect("1784").await;
    db.deliver(&comment("1784", "c1", "hi")).await;
    db.finish_all().await;

    let report = db.deliver(&comment("1784", "c1", "edited")).await;
    assert_eq!((report.events, report.repeats, report.pending), (0, 1, 1));
    let event = db.event().await;
    assert_eq!(
        (event.state, event.outcome, event.done_at),
        (State::Pending, None, None)
    );
    assert!(
        sightings(&db, "c1").await[0]
            .variant
            .as_ref()
            .unwrap()
            .contains("edited")
    );
    assert_eq!(db.finish_all().await, [event.id]);

    for known in ["edited", "hi"] {
        let report = db.deliver(&comment("1784", "c1", known)).await;
        assert_eq!(report.pending, 0);
        assert_eq!(db.event().await.state, State::Done);
    }
    let seen = sightings(&db, "c1").await;
    assert_eq!(seen.len(), 3);
    assert!(
        seen[1..].iter().all(|one| one.variant.is_none()),
        "known values are not kept again"
    );
}

async fn a_new_value_twice_in_one_batch_is_kept_once(db: TestDb) {
    db.connect("1784").await;
    db.deliver(&comment("1784", "c1", "hi")).await;
    db.finish_all().await;
    db.receive(&comment("1784", "c1", "edited")).await;
    db.receive(&comment("1784", "c1", "edited")).await;
    assert_eq!(db.unpack().await.pending, 1);
    let seen = sightings(&db, "c1").await;
    assert_eq!(seen.iter().filter(|one| one.variant.is_some()).count(), 1);
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn a_new_value_of_what_is_at_work_waits_with_it(db: TestDb) {
    db.connect("1784").await;
    db.deliver(&comment("1784", "c1", "hi")).await;
    let report = db.deliver(&comment("1784", "c1", "edited")).await;
    assert_eq!((report.repeats, report.pending), (1, 0));
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn a_new_value_of_what_needs_no_call_is_only_kept(db: TestDb) {
    db.connect("1784").await;
    db.deliver(&message("1784", "m1", "hi")).await;
    let report = db.deliver(&message("1784", "m1", "other")).await;
    assert_eq!((report.repeats, report.pending), (1, 0));
    assert_eq!(db.event().await.state, State::Done);
    assert!(sightings(&db, "m1").await[0].variant.is_some());
}

async fn a_comment_put_back_to_work_starts_with_fresh_tries(db: TestDb) {
    db.connect("1784").await;
    db.deliver(&comment("1784", "c1", "hi")).await;
    crate::settle::fail_once(&db, belino::store::Verdict::Wait(db.now())).await;
    assert_eq!(db.event().await.attempts, 1);
    db.finish_all().await;
    db.deliver(&comment("1784", "c1", "edited")).await;
    assert_eq!(db.event().await.attempts, 0);
}

async fn a_mention_seen_twice_is_stored_once(db: TestDb) {
    db.connect("1784").await;
    for _ in 0..2 {
        db.deliver(&mention("1784", "m1", None)).await;
        db.deliver(&mention("1784", "m1", Some("c1"))).await;
    }
    let events = db.events().await;
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.sightings == 1));
}

async fn new_numbers_of_a_story_are_a_new_event(db: TestDb) {
    db.connect("1784").await;
    for reach in [5, 5, 6] {
        db.deliver(&story("1784", "s1", reach)).await;
    }
    let mut sightings: Vec<i64> = db.events().await.iter().map(|event| event.sightings).collect();
    sightings.sort_unstable();
    assert_eq!(sightings, [0, 1]);
}

async fn the_same_key_under_another_account_is_another_event(db: TestDb) {
    db.connect("1784").await;
    db.connect("1785").await;
    db.deliver(&comment("1784", "c1", "hi")).await;
    assert_eq!(db.deliver(&comment("1785", "c1", "other")).await.events, 1);
    assert!(db.events().await.iter().all(|event| event.sightings == 0));
    assert_eq!(db.finish_all().await.len(), 2);
}
