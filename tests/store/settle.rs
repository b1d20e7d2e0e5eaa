//! Settling: everything a worker found out is written at once, or nothing of it is.

use std::time::Duration;

use belino::domain::{CallId, ConnectionId, Outcome, ParkedOn, State};
use belino::store::{
    AttemptRecord, CallRecord, ConnectionState, Failure, PoolUse, Settlement, StoreError, Verdict, WorkItem,
};

use crate::database::{LEASE, TestDb, finished, finishing};
use crate::payloads::{comment, comments};

crate::on_both![
    a_finished_event_is_done_with_its_outcome_and_call,
    an_event_is_never_finished_twice,
    a_settle_under_an_old_fence_writes_nothing,
    a_settle_keeps_the_lease_for_as_long_again,
    a_failed_try_waits_for_its_time,
    a_failed_try_may_park_the_event,
    a_failed_try_may_be_the_last,
    every_failed_try_has_its_row,
    a_cause_that_holds_for_the_account_parks_the_lane,
    a_worker_parks_only_under_the_connection_it_used,
    events_that_end_differently_are_settled_together,
    an_event_that_was_put_back_to_work_meanwhile_is_not_finished,
    a_settlement_with_only_pools_or_objects_is_not_empty,
    suspicions_are_counted_by_event,
];

pub(crate) fn attempt(db: &TestDb) -> AttemptRecord {
    AttemptRecord {
        number: 0,
        at: db.now(),
        call_id: None,
        class: "retry".to_owned(),
        code: Some(2),
        subcode: None,
        message: "An unexpected error has occurred.".to_owned(),
        trace_id: Some("Abc".to_owned()),
        decision: "retry in 60 s".to_owned(),
    }
}

pub(crate) fn failing(db: &TestDb, item: WorkItem, verdict: Verdict) -> Settlement {
    let failure = Failure {
        item,
        attempt: attempt(db),
        verdict,
    };
    Settlement {
        failures: vec![failure],
        ..Settlement::default()
    }
}

/// Claims the lane that is due, lets its first event fail and gives the lane back.
pub(crate) async fn fail_once(db: &TestDb, verdict: Verdict) {
    let (lane, mut work) = db.claim_work().await;
    let settlement = failing(db, work.remove(0), verdict);
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
}

pub(crate) fn call(db: &TestDb) -> CallRecord {
    CallRecord {
        id: CallId::at(db.now()),
        at: db.now(),
        method: "GET",
        path: "/media/comments".to_owned(),
        status: Some(200),
        class: None,
        duration_us: 1_500,
        settled: 2,
    }
}

async fn a_finished_event_is_done_with_its_outcome_and_call(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (lane, mut work) = db.claim_work().await;
    db.clock.advance(Duration::from_secs(1));
    let call = call(&db);
    let mut settled = finished(work.remove(0));
    settled.call_id = Some(call.id);
    let settlement = Settlement {
        settled: vec![settled],
        calls: vec![call.clone()],
        ..Settlement::default()
    };
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;

    let event = db.event().await;
    assert_eq!(
        (event.state, event.outcome),
        (State::Done, Some(Outcome::Enriched))
    );
    assert_eq!((event.done_at, event.due_at), (Some(db.now()), None));
    assert_eq!(event.call_id, Some(call.id));
    assert_eq!(db.store.next_work(lane.account_key).await.unwrap(), None);
    assert_eq!(db.claim().await, None);
}

async fn an_event_is_never_finished_twice(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (lane, work) = db.claim_work().await;
    db.settle(&lane, finishing(work.clone())).await.unwrap();
    db.settle(&lane, finishing(work.clone())).await.unwrap();
    db.settle(&lane, failing(&db, work[0].clone(), Verdict::Dead))
        .await
        .unwrap();
    assert_eq!(db.event().await.state, State::Done);
    assert!(db.store.attempts(work[0].id).await.unwrap().is_empty());
    let enriched = db.store.summary(None).await.unwrap().counters["events.enriched"];
    assert_eq!(enriched, 1);
    db.release(&lane).await;
}

async fn a_settle_under_an_old_fence_writes_nothing(db: TestDb) {
    let connection = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (lost, work) = db.claim_work().await;
    db.clock.advance(LEASE * 2);
    let taken = db.claim().await.unwrap();
    let pool = PoolUse {
        key: "app:facebook".to_owned(),
        usage: Some(99),
        rest_until: None,
    };
    let settlement = Settlement {
        failures: failing(&db, work[0].clone(), Verdict::Dead).failures,
        calls: vec![call(&db)],
        pools: vec![pool],
        park_lane: Some((ParkedOn::Reconnect, connection.id, connection.generation)),
        ..Settlement::default()
    };
    let error = db.settle(&lost, settlement).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost), "{error:?}");

    let event = db.event().await;
    assert_eq!(
        (event.state, event.attempts, event.lane_parked_on),
        (State::Pending, 0, None)
    );
    assert!(db.store.attempts(event.id).await.unwrap().is_empty());
    assert!(db.store.all_pools().await.unwrap().is_empty());
    assert!(
        !db.store
            .summary(None)
            .await
            .unwrap()
            .counters
            .contains_key("graph.calls")
    );
    let connection = db.store.connection(connection.id, None).await.unwrap();
    assert_eq!(connection.state, ConnectionState::Active);
    db.settle(&taken, finishing(work)).await.unwrap();
    db.release(&taken).await;
}

async fn a_settle_keeps_the_lease_for_as_long_again(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comments("1", ["c1".to_owned(), "c2".to_owned()]))
        .await;
    let (lane, mut work) = db.claim_work().await;
    db.clock.advance(LEASE);
    db.settle(&lane, finishing(work.split_off(1))).await.unwrap();
    db.clock.advance(LEASE);
    assert_eq!(db.claim().await, None);
    db.settle(&lane, finishing(work)).await.unwrap();
    db.release(&lane).await;
}

async fn a_failed_try_waits_for_its_time(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let due = db.now() + Duration::from_mins(1);
    fail_once(&db, Verdict::Wait(due)).await;
    let event = db.event().await;
    assert_eq!(
        (event.state, event.due_at, event.attempts),
        (State::Waiting, Some(due), 1)
    );
    assert_eq!(event.reason_code.as_deref(), Some("retry"));
    assert!(event.reason_message.is_some());
    assert_eq!(db.claim().await, None);
    db.clock.set(due);
    assert_eq!(db.finish_all().await, [event.id]);
    let event = db.event().await;
    assert_eq!((event.reason_code, event.reason_message), (None, None));
}

async fn a_failed_try_may_park_the_event(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    fail_once(&db, Verdict::Park(ParkedOn::UnknownError)).await;
    let event = db.event().await;
    assert_eq!((event.state, event.due_at), (State::Parked, None));
    assert_eq!(event.reason_code.as_deref(), Some("unknown-error"));
    assert_eq!(db.claim().await, None);
}

async fn a_failed_try_may_be_the_last(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    fail_once(&db, Verdict::Dead).await;
    let event = db.event().await;
    assert_eq!(
        (event.state, event.due_at, event.outcome),
        (State::Dead, None, None)
    );
}

async fn every_failed_try_has_its_row(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    for _ in 0..3 {
        fail_once(&db, Verdict::Wait(db.now())).await;
    }
    let event = db.event().await;
    let attempts = db.store.attempts(event.id).await.unwrap();
    assert_eq!(
        attempts.iter().map(|one| one.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let expected = attempt(&db);
    assert_eq!(attempts[2].message, expected.message);
    assert_eq!((attempts[2].code, attempts[2].subcode), (Some(2), None));
    assert_eq!((attempts[2].at, attempts[2].call_id), (db.now(), None));
    assert_eq!(attempts[2].trace_id, expected.trace_id);
    assert_eq!(
        (event.attempts, attempts[2].decision.as_str()),
        (3, "retry in 60 s")
    );
}

async fn a_cause_that_holds_for_the_account_parks_the_lane(db: TestDb) {
    let connection = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (lane, _) = db.claim_work().await;
    let settlement = Settlement {
        park_lane: Some((ParkedOn::Reconnect, connection.id, connection.generation)),
        ..Settlement::default()
    };
    assert!(!settlement.is_empty());
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
    db.deliver(&comment("1", "c2", "hi")).await;
    for event in db.events().await {
        assert_eq!(
            (event.state, event.shown_state()),
            (State::Pending, State::Parked)
        );
        assert_eq!(event.lane_parked_on.as_deref(), Some("reconnect"));
    }
    assert_eq!(db.claim().await, None);
    let connection = db.store.connection(connection.id, None).await.unwrap();
    assert_eq!(connection.state, ConnectionState::NeedsReconnect);
    assert_eq!(connection.state_reason.as_deref(), Some("reconnect"));
}

async fn a_worker_parks_only_under_the_connection_it_used(db: TestDb) {
    let old = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let (lane, _) = db.claim_work().await;
    let new = db.connect("1").await;
    for (id, generation) in [(old.id, old.generation), (new.id, old.generation)] {
        let settlement = Settlement {
            park_lane: Some((ParkedOn::Scope("x".to_owned()), id, generation)),
            ..Settlement::default()
        };
        db.settle(&lane, settlement).await.unwrap();
    }
    db.release(&lane).await;
    assert_eq!(db.event().await.lane_parked_on, None);
    let unknown = db.store.connection(ConnectionId::at(db.now()), None).await;
    assert!(unknown.is_err());
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn events_that_end_differently_are_settled_together(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comments("1", (0..6).map(|n| format!("c{n}")))).await;
    let (lane, work) = db.claim_work().await;
    let mut settlement = Settlement::default();
    let verdicts = [
        Verdict::Dead,
        Verdict::Park(ParkedOn::UnknownError),
        Verdict::Wait(db.now() + LEASE),
    ];
    let outcomes = [Outcome::Enriched, Outcome::Gone, Outcome::Stored];
    for (n, item) in work.into_iter().enumerate() {
        if n < 3 {
            let verdict = verdicts[n].clone();
            settlement.failures.extend(failing(&db, item, verdict).failures);
        } else {
            let mut settled = finished(item);
            settled.outcome = outcomes[n - 3];
            settlement.settled.push(settled);
        }
    }
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
    let counts = db.store.counts(lane.account_key).await.unwrap();
    assert_eq!(
        (counts.done, counts.dead, counts.parked, counts.waiting),
        (3, 1, 1, 1)
    );
    assert_eq!((counts.pending, counts.total()), (0, 6));
    let counters = db.store.summary(None).await.unwrap().counters;
    assert_eq!(counters["events.enriched"], 1);
}

async fn an_event_that_was_put_back_to_work_meanwhile_is_not_finished(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    fail_once(&db, Verdict::Wait(db.now())).await;
    let (lane, work) = db.claim_work().await;
    assert_eq!(work[0].state, State::Waiting);
    assert_eq!(db.store.requeue(&[work[0].id], 0).await.unwrap(), 1);
    db.settle(&lane, finishing(work)).await.unwrap();
    assert_eq!(db.event().await.state, State::Pending);
    db.release(&lane).await;
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn a_settlement_with_only_pools_or_objects_is_not_empty(db: TestDb) {
    assert!(Settlement::default().is_empty());
    let pool = PoolUse {
        key: "app:facebook".to_owned(),
        usage: None,
        rest_until: None,
    };
    let only_pools = Settlement {
        pools: vec![pool],
        ..Settlement::default()
    };
    let only_media = Settlement {
        media: vec![crate::comments::media(&db, "m1")],
        ..Settlement::default()
    };
    assert!(!only_pools.is_empty() && !only_media.is_empty());
}

async fn suspicions_are_counted_by_event(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let event = db.event().await.id;
    assert_eq!(db.store.suspicions(event).await.unwrap(), 0);
    for (class, expected) in [("gone-suspected", 1), ("retry", 1), ("gone-suspected", 2)] {
        let (lane, mut work) = db.claim_work().await;
        let mut settlement = failing(&db, work.remove(0), Verdict::Wait(db.now()));
        class.clone_into(&mut settlement.failures[0].attempt.class);
        db.settle(&lane, settlement).await.unwrap();
        db.release(&lane).await;
        assert_eq!(db.store.suspicions(event).await.unwrap(), expected);
    }
}
