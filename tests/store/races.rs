//! Several processes on one database: nothing is done twice, nothing is left asleep.
//!
//! On PostgreSQL each part has connections of its own, as a process has; on SQLite they share the writer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use belino::domain::{AccountKey, EventId, WorkerId};
use belino::store::{
    Append, EventFilter, PageRequest, ParsedDelivery, ReceivedDelivery, Release, Settlement, Store, Verdict,
};
use tokio::task::JoinSet;

use crate::database::{LEASE, TestDb, finishing, parse};
use crate::payloads::{changes, comment, comment_on, of_many};

crate::on_both![
    what_arrives_while_lanes_are_given_back_is_never_left_asleep,
    claimers_of_several_processes_never_hold_one_lane_together,
    unpackers_that_meet_the_same_items_in_different_orders_never_lose_to_each_other,
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

pub(crate) async fn deliver_to(store: &Store, db: &TestDb, body: &serde_json::Value) {
    store.append(&[db.append_of(body)]).await.unwrap();
    let received = store.received(100).await.unwrap();
    persist!(store.unpack(&received.iter().map(parse).collect::<Vec<_>>()));
}

/// Lanes that always have one event at work and the next one on its way.
struct Chains {
    coming: Mutex<BTreeMap<AccountKey, Vec<ParsedDelivery>>>,
    /// Workers that hold a lane, or are about to.
    busy: AtomicUsize,
    settled: Mutex<Vec<EventId>>,
}

impl Chains {
    fn next(&self, lane: AccountKey) -> Option<ParsedDelivery> {
        self.coming.lock().unwrap().get_mut(&lane)?.pop()
    }

    /// Works in the way of a worker until no lane wakes any more. While a lane's event is settled and the lane is given
    /// back, another process unpacks the next one: it waits for the row that settling holds, has it before the release,
    /// and commits while that waits in turn.
    async fn work(&self, store: Store, unpacker: Store) {
        loop {
            self.busy.fetch_add(1, Ordering::SeqCst);
            let worker = WorkerId::at(store.clock().now());
            if let Some(lane) = store.claim_lane(worker, LEASE).await.unwrap() {
                let work = store.due_work(lane.account_key, 10).await.unwrap();
                self.settled
                    .lock()
                    .unwrap()
                    .extend(work.iter().map(|item| item.id));
                let next = self.next(lane.account_key);
                let arrive = async {
                    if let Some(next) = next {
                        unpacker.unpack(&[next]).await.unwrap();
                    }
                };
                let give_back = async {
                    store.settle(&lane, LEASE, finishing(work)).await.unwrap();
                    let next = store.next_work(lane.account_key).await.unwrap();
                    store.release_lane(&lane, Release::Idle(next)).await.unwrap();
                };
                tokio::join!(arrive, give_back);
                self.busy.fetch_sub(1, Ordering::SeqCst);
            } else if self.busy.fetch_sub(1, Ordering::SeqCst) == 1 {
                break;
            } else {
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn what_arrives_while_lanes_are_given_back_is_never_left_asleep(db: TestDb) {
    const LANES: usize = 16;
    const WORKERS: usize = 4;
    let each = if db.store.is_embedded() { 25 } else { 256 };
    let mut chains = BTreeMap::new();
    for account in (1..=LANES).map(|n| n.to_string()) {
        let key = db.connect(&account).await.account_key;
        let ids = (0..each).map(|n| format!("{account}.{n}"));
        let appends: Vec<_> = ids
            .map(|id| db.append_of(&comment(&account, &id, "hi")))
            .collect();
        db.store.append(&appends).await.unwrap();
        chains.insert(
            key,
            appends.iter().map(|append| parse(&received(append))).collect(),
        );
    }
    let chains = Arc::new(Chains {
        coming: Mutex::new(chains),
        busy: AtomicUsize::new(0),
        settled: Mutex::default(),
    });
    let lanes: Vec<AccountKey> = chains.coming.lock().unwrap().keys().copied().collect();
    let firsts: Vec<_> = lanes.into_iter().filter_map(|lane| chains.next(lane)).collect();
    db.store.unpack(&firsts).await.unwrap();
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        let (chains, store, unpacker) = (Arc::clone(&chains), db.another().await, db.another().await);
        workers.spawn(async move { Box::pin(chains.work(store, unpacker)).await });
    }
    join(workers).await;
    let settled = std::mem::take(&mut *chains.settled.lock().unwrap());
    assert_eq!(settled.len(), LANES * each, "a lane was left asleep");
    let once: BTreeSet<_> = settled.iter().collect();
    assert_eq!(once.len(), LANES * each, "an event was settled twice");
}

fn received(append: &Append) -> ReceivedDelivery {
    ReceivedDelivery {
        id: append.id,
        received_at: append.received_at,
        body: append.body.to_vec(),
        tries: 0,
    }
}

async fn claimers_of_several_processes_never_hold_one_lane_together(db: TestDb) {
    const ROUNDS: usize = 200;
    for n in 0..3 {
        db.connect(&n.to_string()).await;
    }
    let held = Arc::new(Mutex::new(BTreeSet::new()));
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

/// What a delivery tells: one half of the round's items, another one each time and in another order; now and then of
/// accounts that nobody knows.
fn told_by(round: usize, turn: usize) -> Vec<(String, String)> {
    let mut accounts = vec!["1".to_owned(), "2".to_owned(), "3".to_owned()];
    if round.is_multiple_of(4) {
        accounts.extend([format!("8{round}"), format!("9{round}")]);
    }
    let mut items = Vec::new();
    for comment in (0..6).map(|n| format!("c{round}.{n}")) {
        items.extend(accounts.iter().map(|account| (account.clone(), comment.clone())));
    }
    let most = items.len();
    items.rotate_left(turn * 5 % most);
    items.truncate(most / 2);
    if turn % 2 == 1 {
        items.reverse();
    }
    items
}

/// Nobody asks again: a deadlock would come to light as an error.
async fn unpackers_that_meet_the_same_items_in_different_orders_never_lose_to_each_other(db: TestDb) {
    const UNPACKERS: usize = 4;
    const DELIVERIES: usize = 12;
    let rounds = if db.store.is_embedded() { 8 } else { 24 };
    for account in ["1", "2", "3"] {
        db.connect(account).await;
    }
    let mut unpackers = Vec::new();
    for _ in 0..UNPACKERS {
        unpackers.push(db.another().await);
    }
    let mut told = BTreeMap::new();
    for round in 0..rounds {
        let mut appends = Vec::new();
        for turn in 0..DELIVERIES {
            let items = told_by(round, turn);
            for item in &items {
                *told.entry(item.clone()).or_insert(0) += 1;
            }
            appends.push(db.append_of(&of_many(&items)));
        }
        db.store.append(&appends).await.unwrap();
        // All read the same deliveries, and each begins with others.
        let mut at_work = JoinSet::new();
        for (n, store) in unpackers.iter().cloned().enumerate() {
            let mut batch: Vec<_> = appends.iter().map(|append| parse(&received(append))).collect();
            batch.rotate_left(n * DELIVERIES / UNPACKERS);
            at_work.spawn(async move {
                for chunk in batch.chunks(2) {
                    store.unpack(chunk).await.unwrap();
                }
            });
        }
        join(at_work).await;
        assert!(
            db.store.received(1).await.unwrap().is_empty(),
            "a delivery was left"
        );
    }
    let all = PageRequest {
        after: None,
        limit: 10_000,
    };
    let events = db.store.events(&EventFilter::default(), all).await.unwrap();
    let seen: BTreeMap<_, _> = events
        .iter()
        .map(|event| {
            (
                (
                    event.account_id.clone().unwrap(),
                    event.object_id.clone().unwrap(),
                ),
                1 + event.sightings,
            )
        })
        .collect();
    assert_eq!(seen.len(), events.len(), "an event was stored twice");
    assert_eq!(seen, told);
    let counters = db.store.summary(None).await.unwrap().counters;
    let deliveries = i64::try_from(rounds * DELIVERIES).unwrap();
    assert_eq!(counters["deliveries.unpacked"], deliveries);
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
