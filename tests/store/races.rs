//! Several processes on one database: nothing is done twice, nothing is left asleep.
//!
//! On PostgreSQL each part has connections of its own, as a process has; on SQLite they share the writer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use belino::domain::{EventId, State, WorkerId};
use belino::store::{EventFilter, PageRequest, Release, Settlement, Store, Verdict};
use tokio::task::JoinSet;

use crate::database::{LEASE, TestDb, finishing, parse};
use crate::payloads::{changes, comment, comment_on};

crate::on_both![
    what_arrives_while_lanes_are_given_back_is_never_left_asleep,
    claimers_of_several_processes_never_hold_one_lane_together,
    two_unpackers_store_each_event_once,
    settling_unpacking_and_putting_back_leave_the_counts_true,
    an_account_connected_while_its_events_come_in_gets_all_of_them,
];

/// Writes until it has not lost against another transaction.
macro_rules! persist {
    ($write:expr) => {
        loop {
            match $write.await {
                Ok(value) => break value,
                Err(error) if error.is_contention() => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    };
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

async fn deliver_to(store: &Store, db: &TestDb, body: &serde_json::Value) {
    store.append(&[db.append_of(body)]).await.unwrap();
    let received = store.received(100).await.unwrap();
    persist!(store.unpack(&received.iter().map(parse).collect::<Vec<_>>()));
}

/// Claims, settles what is due and gives back as idle, in the way of a worker, until `wanted` events are done.
async fn work_until(store: Store, done: Arc<AtomicUsize>, wanted: usize) -> Vec<EventId> {
    let mut settled = Vec::new();
    while done.load(Ordering::SeqCst) < wanted {
        let worker = WorkerId::at(store.clock().now());
        let Some(lane) = store.claim_lane(worker, LEASE).await.unwrap() else {
            tokio::task::yield_now().await;
            continue;
        };
        let work = store.due_work(lane.account_key, 10).await.unwrap();
        let ids: Vec<EventId> = work.iter().map(|item| item.id).collect();
        persist!(store.settle(&lane, LEASE, finishing(work.clone())));
        done.fetch_add(ids.len(), Ordering::SeqCst);
        settled.extend(ids);
        let next = store.next_work(lane.account_key).await.unwrap();
        store.release_lane(&lane, Release::Idle(next)).await.unwrap();
    }
    settled
}

async fn what_arrives_while_lanes_are_given_back_is_never_left_asleep(db: TestDb) {
    const ROUNDS: usize = 600;
    db.connect("1").await;
    db.connect("2").await;
    let done = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for store in [db.another().await, db.another().await, db.store.clone()] {
        workers.spawn(work_until(store, Arc::clone(&done), ROUNDS));
    }
    let store = db.another().await;
    for n in 0..ROUNDS {
        let account = if n % 3 == 0 { "2" } else { "1" };
        deliver_to(&store, &db, &comment(account, &format!("c{n}"), "hi")).await;
        if n % 16 == 0 {
            // Let the workers run dry, so that lanes are given back while the next one comes.
            while done.load(Ordering::SeqCst) < n {
                tokio::task::yield_now().await;
            }
        }
    }
    let mut settled = Vec::new();
    while let Some(worker) = workers.join_next().await {
        settled.extend(worker.unwrap());
    }
    assert_eq!(settled.len(), ROUNDS);
    assert_eq!(
        settled.iter().collect::<BTreeSet<_>>().len(),
        ROUNDS,
        "an event was settled twice"
    );
    let pending = EventFilter {
        state: Some(State::Pending),
        ..EventFilter::default()
    };
    assert!(
        db.store
            .events(&pending, crate::database::PAGE)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn claimers_of_several_processes_never_hold_one_lane_together(db: TestDb) {
    const ROUNDS: usize = 200;
    for n in 0..3 {
        db.connect(&n.to_string()).await;
    }
    let held = Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let mut claimers = JoinSet::new();
    for _ in 0..4 {
        let (store, held) = (db.another().await, Arc::clone(&held));
        claimers.spawn(async move {
            for _ in 0..ROUNDS {
                let worker = WorkerId::at(store.clock().now());
                let Some(lane) = store.claim_lane(worker, LEASE).await.unwrap() else {
                    tokio::task::yield_now().await;
                    continue;
                };
                assert!(
                    held.lock().unwrap().insert(lane.account_key),
                    "{lane:?} is held by two"
                );
                tokio::task::yield_now().await;
                assert!(held.lock().unwrap().remove(&lane.account_key));
                store.release_lane(&lane, Release::More).await.unwrap();
            }
        });
    }
    join(claimers).await;
}

async fn two_unpackers_store_each_event_once(db: TestDb) {
    const ROUNDS: usize = 60;
    db.connect("1").await;
    for n in 0..ROUNDS {
        // Each comment comes three times, in three deliveries, in another order each time, beside new accounts.
        for turn in 0..3 {
            let ids = [n, n + turn, n + 2 * turn].map(|id| format!("c{id}"));
            let mut list = ids.map(|id| comment_on("m", &id, "hi"));
            list.rotate_left(turn);
            let account = if turn == 1 {
                format!("new{n}")
            } else {
                "1".to_owned()
            };
            db.receive(&changes(&account, &list)).await;
        }
    }
    let mut unpackers = JoinSet::new();
    for limit in [7, 11] {
        let store = db.another().await;
        unpackers.spawn(async move {
            loop {
                let received = store.received(limit).await.unwrap();
                if received.is_empty() {
                    break;
                }
                persist!(store.unpack(&received.iter().map(parse).collect::<Vec<_>>()));
            }
        });
    }
    join(unpackers).await;
    let counters = db.store.summary(None).await.unwrap().counters;
    assert_eq!(
        counters["deliveries.unpacked"],
        i64::try_from(3 * ROUNDS).unwrap()
    );
    // Sightings and events together are the items that were sent.
    let all = PageRequest {
        after: None,
        limit: 10_000,
    };
    let events = db.store.events(&EventFilter::default(), all).await.unwrap();
    let seen: i64 = events.iter().map(|event| 1 + event.sightings).sum();
    assert_eq!(seen, i64::try_from(9 * ROUNDS).unwrap());
    let keys: BTreeSet<_> = events
        .iter()
        .map(|event| (event.account_key, &event.key))
        .collect();
    assert_eq!(keys.len(), events.len(), "an event was stored twice");
}

async fn settling_unpacking_and_putting_back_leave_the_counts_true(db: TestDb) {
    const ROUNDS: usize = 150;
    db.connect("1").await;
    db.connect("2").await;
    let mut tasks = JoinSet::new();
    let (unpacker, on) = (db.another().await, db.clone());
    tasks.spawn(async move {
        for n in 0..ROUNDS {
            for account in ["1", "2"] {
                // New ones beside redeliveries and new values of earlier ones.
                let list = [
                    comment_on("m", &format!("c{n}"), "hi"),
                    comment_on("m", &format!("c{}", n / 2), "edited"),
                    comment_on("m", &format!("c{}", n / 3), "hi"),
                ];
                deliver_to(&unpacker, &on, &changes(account, &list)).await;
            }
        }
    });
    let (requeuer, clock) = (db.another().await, db.clock.clone());
    tasks.spawn(async move {
        for n in 0..ROUNDS {
            let all = EventFilter::default();
            let ids = requeuer
                .events_to_replay(&all, None, clock.now() + LEASE, 20)
                .await
                .unwrap();
            let priority = i64::from(n % 2 == 0);
            persist!(requeuer.requeue(&ids, priority));
        }
    });
    for _ in 0..2 {
        let (store, on) = (db.another().await, db.clone());
        tasks.spawn(async move {
            for round in 0..ROUNDS {
                let worker = WorkerId::at(on.now());
                let Some(lane) = store.claim_lane(worker, LEASE).await.unwrap() else {
                    continue;
                };
                let mut work = store.due_work(lane.account_key, 10).await.unwrap();
                let mut settlement = Settlement::default();
                if round % 3 == 0 && !work.is_empty() {
                    settlement = crate::settle::failing(&on, work.remove(0), Verdict::Wait(on.now()));
                }
                settlement.settled = finishing(work).settled;
                persist!(store.settle(&lane, LEASE, settlement.clone()));
                let next = store.next_work(lane.account_key).await.unwrap();
                store.release_lane(&lane, Release::Idle(next)).await.unwrap();
            }
        });
    }
    join(tasks).await;
}

async fn an_account_connected_while_its_events_come_in_gets_all_of_them(db: TestDb) {
    const ACCOUNTS: usize = 12;
    let mut tasks = JoinSet::new();
    let (unpacker, on) = (db.another().await, db.clone());
    tasks.spawn(async move {
        for n in 0..ACCOUNTS {
            for id in [format!("page{n}"), format!("ig{n}"), format!("scoped{n}")] {
                for turn in 0..3 {
                    deliver_to(&unpacker, &on, &comment(&id, &format!("{id}.{turn}"), "hi")).await;
                }
            }
        }
    });
    let (connector, on) = (db.another().await, db.clone());
    tasks.spawn(async move {
        for n in 0..ACCOUNTS {
            let mut new = on.connection(&format!("ig{n}")).await;
            new.page_id = Some(format!("page{n}"));
            new.app_scoped_id = Some(format!("scoped{n}"));
            persist!(connector.connect(new.clone()));
        }
    });
    join(tasks).await;
    for n in 0..ACCOUNTS {
        let account = db.account(&format!("ig{n}")).await;
        assert_eq!(db.store.counts(account).await.unwrap().pending, 9);
        assert_eq!(db.store.account_ids(account).await.unwrap().len(), 3);
    }
    assert_eq!(db.finish_all().await.len(), 9 * ACCOUNTS);
}
