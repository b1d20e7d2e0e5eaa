//! Lanes: held by one at a time, fair, and never asleep while there is work.

use std::time::Duration;

use belino::domain::WorkerId;
use belino::store::{Release, StoreError};

use crate::database::{LEASE, TestDb, finishing};
use crate::payloads::comment;

crate::on_both![
    two_claimers_never_hold_one_lane,
    a_lease_that_ran_out_is_taken_over,
    a_process_that_is_alone_holds_no_lane_when_it_starts,
    the_earliest_ticket_goes_first,
    a_lane_with_more_work_goes_to_the_tail,
    an_idle_lane_wakes_when_its_next_event_is_due,
    what_arrives_while_a_lane_is_held_is_not_lost,
    a_resting_lane_rests_whatever_arrives,
    what_arrived_before_a_lane_rests_is_due_when_the_rest_ends,
    a_lane_that_gathers_wakes_when_enough_has_arrived,
    a_lane_that_gathers_wakes_when_nothing_arrives_any_more,
    a_lane_that_was_taken_over_cannot_be_given_back,
    the_next_ticket_is_known,
];

async fn two_claimers_never_hold_one_lane(db: TestDb) {
    db.connect("1").await;
    db.connect("2").await;
    let first = db.claim().await.unwrap();
    let second = db.claim().await.unwrap();
    assert_ne!(first.account_key, second.account_key);
    assert_eq!(db.claim().await, None);
    db.release(&first).await;
    assert_eq!(db.claim().await, None, "idle, with nothing to do");
    db.release(&second).await;
}

async fn a_lease_that_ran_out_is_taken_over(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (lost, work) = db.claim_work().await;
    db.clock.advance(LEASE);
    assert_eq!(db.claim().await, None, "the lease holds to its last microsecond");
    db.clock.advance(Duration::from_micros(1));
    let taken = db.claim().await.unwrap();
    assert_eq!(taken.account_key, lost.account_key);
    assert_eq!(taken.fence, lost.fence + 1);

    let error = db.settle(&lost, finishing(work)).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost), "{error:?}");
    db.release(&taken).await;
}

async fn a_process_that_is_alone_holds_no_lane_when_it_starts(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (held, work) = db.claim_work().await;
    let freed = db.store.free_lanes().await.unwrap();
    if !db.store.is_embedded() {
        assert_eq!((freed, db.claim().await), (0, None), "others may live");
        return db.settle(&held, finishing(work)).await.unwrap();
    }
    assert_eq!(freed, 1);
    let error = db.settle(&held, finishing(work)).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost), "{error:?}");
    assert_eq!(db.claim().await.unwrap().account_key, held.account_key);
    db.finish_all().await;
}

async fn the_earliest_ticket_goes_first(db: TestDb) {
    let mut order = Vec::new();
    for id in ["3", "1", "2"] {
        order.push(db.connect(id).await.account_key);
        db.clock.advance(Duration::from_secs(1));
    }
    for account in order {
        assert_eq!(db.claim().await.unwrap().account_key, account);
    }
}

async fn a_lane_with_more_work_goes_to_the_tail(db: TestDb) {
    let busy = db.connect("1").await.account_key;
    db.clock.advance(Duration::from_secs(1));
    let other = db.connect("2").await.account_key;
    db.clock.advance(Duration::from_secs(1));
    let lane = db.claim().await.unwrap();
    assert_eq!(lane.account_key, busy);
    db.store.release_lane(&lane, Release::More).await.unwrap();
    assert_eq!(db.claim().await.unwrap().account_key, other);
    assert_eq!(db.claim().await.unwrap().account_key, busy);
}

async fn an_idle_lane_wakes_when_its_next_event_is_due(db: TestDb) {
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    let due = db.now() + Duration::from_mins(1);
    db.store
        .release_lane(&lane, Release::Idle(Some(due)))
        .await
        .unwrap();
    assert_eq!(db.claim().await, None);
    db.clock.set(due);
    assert!(db.claim().await.is_some());
}

async fn what_arrives_while_a_lane_is_held_is_not_lost(db: TestDb) {
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    assert_eq!(db.claim().await, None, "it is still held");
    // The worker looked before the delivery came.
    db.store.release_lane(&lane, Release::Idle(None)).await.unwrap();
    assert_eq!(db.claim_work().await.1.len(), 1);
}

async fn a_resting_lane_rests_whatever_arrives(db: TestDb) {
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    let until = db.now() + Duration::from_mins(10);
    db.store.release_lane(&lane, Release::Rest(until)).await.unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    assert_eq!(db.event().await.lane_rest_until, Some(until));
    assert_eq!(db.claim().await, None);
    assert_eq!(db.store.next_due().await.unwrap(), Some(until));
    db.clock.set(until);
    assert_eq!(db.claim_work().await.1.len(), 1);
    assert_eq!(db.event().await.lane_rest_until, None);
}

async fn what_arrived_before_a_lane_rests_is_due_when_the_rest_ends(db: TestDb) {
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    let until = db.now() + Duration::from_mins(10);
    db.store.release_lane(&lane, Release::Rest(until)).await.unwrap();
    assert_eq!(db.claim().await, None);
    db.clock.set(until);
    assert_eq!(db.claim_work().await.1.len(), 1);
}

async fn a_lane_that_gathers_wakes_when_enough_has_arrived(db: TestDb) {
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    let until = db.now() + Duration::from_mins(10);
    let gather = Release::Gather { until, enough: 2 };
    db.store.release_lane(&lane, gather).await.unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    assert_eq!(db.claim().await, None);
    db.deliver(&comment("1", "c2", "hi")).await;
    assert_eq!(db.claim_work().await.1.len(), 2);
}

async fn a_lane_that_gathers_wakes_when_nothing_arrives_any_more(db: TestDb) {
    const QUIET: Duration = Duration::from_millis(200);
    const ALMOST: Duration = Duration::from_millis(199);
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    let until = db.now() + Duration::from_millis(500);
    let gather = Release::Gather { until, enough: 100 };
    db.store.release_lane(&lane, gather).await.unwrap();
    for comment_id in ["c1", "c2"] {
        db.clock.advance(ALMOST);
        db.deliver(&comment("1", comment_id, "hi")).await;
        assert_eq!(db.claim().await, None);
    }
    assert_eq!(
        db.store.next_due().await.unwrap(),
        Some(until),
        "never later than it was to be"
    );
    db.clock.set(until);
    let lane = db.claim().await.unwrap();
    db.store
        .release_lane(
            &lane,
            Release::Gather {
                until: db.now() + QUIET * 5,
                enough: 100,
            },
        )
        .await
        .unwrap();
    db.deliver(&comment("1", "c3", "hi")).await;
    db.clock.advance(QUIET);
    assert_eq!(db.claim_work().await.1.len(), 3);
}

async fn a_lane_that_was_taken_over_cannot_be_given_back(db: TestDb) {
    db.connect("1").await;
    let lost = db.claim().await.unwrap();
    db.clock.advance(LEASE * 2);
    let taken = db.claim().await.unwrap();
    for release in [Release::Idle(None), Release::More, Release::Rest(db.now())] {
        let error = db.store.release_lane(&lost, release).await.unwrap_err();
        assert!(matches!(error, StoreError::LeaseLost), "{error:?}");
    }
    assert_eq!(db.claim().await, None, "it is still held");
    db.release(&taken).await;
}

async fn the_next_ticket_is_known(db: TestDb) {
    assert_eq!(db.store.next_due().await.unwrap(), None);
    db.connect("1").await;
    assert_eq!(db.store.next_due().await.unwrap(), Some(db.now()));
    let worker = WorkerId::at(db.now());
    let lane = db.store.claim_lane(worker, LEASE).await.unwrap().unwrap();
    let due = db.now() + Duration::from_mins(1);
    db.store
        .release_lane(&lane, Release::Idle(Some(due)))
        .await
        .unwrap();
    assert_eq!(db.store.next_due().await.unwrap(), Some(due));
}
