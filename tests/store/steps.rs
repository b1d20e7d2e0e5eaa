//! Steps of the clock: what is to wait for ten minutes waits for ten minutes, though it steps back.

use std::time::Duration;

use belino::store::{Release, Verdict};

use crate::database::TestDb;
use crate::payloads::comment;
use crate::settle::fail_once;

crate::on_both![
    a_rest_lasts_no_longer_though_the_clock_steps_back,
    an_event_waits_no_longer_though_the_clock_steps_back,
    what_was_due_before_a_step_back_is_due_after_it,
];

const PAUSE: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);

/// The clock steps back, and what lies ahead with it.
async fn step_back(db: &TestDb) {
    db.clock.set(db.now() - HOUR);
    db.store.step_back(HOUR).await.unwrap();
}

async fn a_rest_lasts_no_longer_though_the_clock_steps_back(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let lane = db.claim().await.unwrap();
    let until = db.now() + PAUSE;
    db.store.release_lane(&lane, Release::Rest(until)).await.unwrap();
    step_back(&db).await;
    assert_eq!(db.event().await.lane_rest_until, Some(until - HOUR));
    assert_eq!(db.claim().await, None);
    db.clock.advance(PAUSE);
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn an_event_waits_no_longer_though_the_clock_steps_back(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let due = db.now() + PAUSE;
    fail_once(&db, Verdict::Wait(due)).await;
    step_back(&db).await;
    assert_eq!(db.event().await.due_at, Some(due - HOUR));
    assert_eq!(db.claim().await, None);
    db.clock.advance(PAUSE);
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn what_was_due_before_a_step_back_is_due_after_it(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    step_back(&db).await;
    assert_eq!(db.finish_all().await.len(), 1);
}
