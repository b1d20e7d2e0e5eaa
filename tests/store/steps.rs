//! Steps of the clock: what is to wait for ten minutes waits for ten minutes.

use std::time::Duration;

use belino::domain::Timestamp;
use belino::store::{Release, Verdict};

use crate::database::TestDb;
use crate::payloads::comment;
use crate::settle::fail_once;

crate::on_both![
    a_rest_lasts_as_long_though_the_clock_steps,
    an_event_waits_as_long_though_the_clock_steps,
    what_was_due_before_a_step_back_is_due_after_it,
];

const PAUSE: Duration = Duration::from_mins(10);
const HOUR: i64 = 3_600_000_000;

/// The clock steps, and what lies ahead along with it.
async fn step(db: &TestDb, by: i64) {
    db.clock.set(Timestamp::from_micros(db.now().micros() + by));
    db.store.step_along(by).await.unwrap();
}

async fn a_rest_lasts_as_long_though_the_clock_steps(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    for by in [HOUR, -HOUR, -HOUR, HOUR] {
        let lane = db.claim().await.unwrap();
        let until = db.now() + PAUSE;
        db.store.release_lane(&lane, Release::Rest(until)).await.unwrap();
        step(&db, by).await;
        let moved = Timestamp::from_micros(until.micros() + by);
        assert_eq!(db.event().await.lane_rest_until, Some(moved));
        assert_eq!(db.claim().await, None, "after a step of {by}");
        db.clock.set(moved);
        let lane = db.claim().await.unwrap();
        db.store.release_lane(&lane, Release::More).await.unwrap();
    }
    db.finish_all().await;
}

async fn an_event_waits_as_long_though_the_clock_steps(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    for by in [HOUR, -HOUR, -HOUR, HOUR] {
        let due = db.now() + PAUSE;
        fail_once(&db, Verdict::Wait(due)).await;
        step(&db, by).await;
        let moved = Timestamp::from_micros(due.micros() + by);
        assert_eq!(db.event().await.due_at, Some(moved));
        assert_eq!(db.claim().await, None, "after a step of {by}");
        db.clock.set(moved);
    }
    db.finish_all().await;
}

async fn what_was_due_before_a_step_back_is_due_after_it(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    step(&db, -HOUR).await;
    assert_eq!(db.claim_work().await.1.len(), 1);
}
