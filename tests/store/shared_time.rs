//! Processes go by the database's clock: what the clocks of their machines show does not matter.

use std::time::Duration;

use belino::clock::Clock;
use belino::domain::WorkerId;
use belino::store::{Lane, Store};
use jiff::SignedDuration;

use crate::database::{LEASE, TestDb, finishing};
use crate::payloads::comment;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// More than what the measured difference may be wrong by.
const MARGIN: Duration = Duration::from_secs(2);
/// [`LEASE`] less the margin.
const ALMOST: Duration = Duration::from_secs(28);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_changes_hands_when_its_lease_ends_whatever_the_processes_clocks_show() {
    Box::pin(crate::harness::on_postgres(take_turns)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_goes_wrong_while_a_process_runs_is_noticed() {
    Box::pin(crate::harness::on_postgres(go_wrong)).await;
}

/// A process on another machine, whose clock is wrong.
async fn with_clock(db: &TestDb, ahead: SignedDuration) -> (Store, Clock) {
    let clock = db.clock.of_another_machine();
    clock.go_wrong(ahead);
    (Store::open(&db.url, clock.clone()).await.unwrap(), clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_process_stores_whose_clock_is_wrong_is_due_at_once() {
    Box::pin(crate::harness::on_postgres(store_ahead)).await;
}

async fn claim(store: &Store) -> Option<Lane> {
    let worker = WorkerId::at(store.clock().now());
    store.claim_lane(worker, LEASE).await.unwrap()
}

/// A lane with work.
async fn lane_with_work(db: &TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
}

async fn store_ahead(db: TestDb) {
    db.connect("1").await;
    let (ahead, clock) = with_clock(&db, HOUR).await;
    let wrong = Duration::from_micros(clock.now().micros().abs_diff(db.now().micros()));
    assert!(wrong < MARGIN, "the clock was put right");
    crate::races::deliver_to(&ahead, &db, &comment("1", "c1", "hi")).await;
    db.clock.advance(MARGIN);
    assert!(claim(&db.store).await.is_some());
}

async fn take_turns(db: TestDb) {
    lane_with_work(&db).await;
    let (ahead, _) = with_clock(&db, HOUR).await;
    let (behind, _) = with_clock(&db, -HOUR).await;
    let stores = [&db.store, &ahead, &behind, &ahead, &db.store, &behind, &db.store];
    let nobody_claims = async || {
        for store in [&db.store, &ahead, &behind] {
            assert_eq!(claim(store).await, None, "it is held");
        }
    };
    let mut fence = 0;
    for holder in stores {
        let lane = claim(holder).await.expect("the lease of the last one is over");
        assert!(lane.fence > fence);
        fence = lane.fence;
        nobody_claims().await;
        db.clock.advance(ALMOST);
        nobody_claims().await;
        // What it writes holds the lane for as long again.
        holder.settle(&lane, LEASE, finishing(Vec::new())).await.unwrap();
        db.clock.advance(ALMOST);
        nobody_claims().await;
        db.clock.advance(MARGIN * 2);
    }
}

async fn go_wrong(db: TestDb) {
    lane_with_work(&db).await;
    let (other, clock) = with_clock(&db, SignedDuration::ZERO).await;
    let lane = claim(&db.store).await.unwrap();
    assert_eq!(claim(&other).await, None);
    for wrong in [HOUR, -HOUR, HOUR] {
        clock.go_wrong(wrong);
        other.compare_clocks().await.unwrap();
        assert_eq!(claim(&other).await, None, "it is held");
    }
    db.clock.advance(LEASE + MARGIN);
    let taken = claim(&other).await.unwrap();
    assert_eq!(taken.fence, lane.fence + 1);
    db.clock.advance(LEASE + MARGIN);
    assert!(claim(&db.store).await.is_some(), "held for no hour");
}
