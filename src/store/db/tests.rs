//! The writer of SQLite: whose turn it is, and that nothing it meets leaves it unusable.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{FutureExt, join_all};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use super::damage::Damage;
use super::gate::{Gate, Turn, share};
use super::{Db, Tx};
use crate::store::StoreError;

async fn open() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("belino.db").display());
    let db = Db::open(&url).await.unwrap();
    db.migrate().await.unwrap();
    (db, folder)
}

async fn insert(tx: &mut Tx, key: &str, bytes: usize) -> sqlx::Result<u64> {
    tx.query("INSERT INTO pools (key, usage, updated_at) VALUES ($1, 0, 0)")
        .bind(format!("{key}{}", "x".repeat(bytes)))
        .execute()
        .await
}

async fn rows(db: &Db) -> i64 {
    let row: (i64,) = db.query("SELECT COUNT(*) FROM pools").one().await.unwrap();
    row.0
}

async fn write(db: &Db, key: &str) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    insert(&mut tx, key, 0).await?;
    tx.commit().await
}

/// A turn of the ledger with as many deliveries as give it its full share.
const CROWD: Turn = Turn::Ledger(64);

async fn gate(patience: Duration) -> Gate {
    let connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    Gate::new(connection, Damage::default(), patience)
}

/// The order in which turns are given to those who wait while the writer is held.
async fn order(waiting: &[Turn], patience: Duration) -> Vec<usize> {
    let gate = gate(patience).await;
    let held = gate.enter(Turn::Other).await;
    let next = Arc::new(AtomicUsize::new(0));
    let wait = |turn| {
        let (gate, next) = (gate.clone(), Arc::clone(&next));
        async move {
            let _pass = gate.enter(turn).await;
            next.fetch_add(1, Ordering::SeqCst)
        }
    };
    let mut places = Box::pin(join_all(waiting.iter().map(|turn| wait(*turn))));
    assert!(
        (&mut places).now_or_never().is_none(),
        "nobody passes while the writer is held"
    );
    drop(held);
    let places = places.await;
    let mut order: Vec<usize> = (0..waiting.len()).collect();
    order.sort_by_key(|n| places[*n]);
    order
}

#[tokio::test]
async fn the_ledger_goes_before_other_work() {
    let waiting = [Turn::Other, CROWD, Turn::Other, CROWD];
    assert_eq!(order(&waiting, Duration::MAX).await, [1, 3, 0, 2]);
}

#[tokio::test]
async fn other_work_and_the_ledger_take_turns_once_the_ledger_had_its_share() {
    let waiting = [Turn::Other, Turn::Other, Turn::Other, CROWD, CROWD, CROWD];
    assert_eq!(order(&waiting, Duration::ZERO).await, [3, 0, 4, 1, 5, 2]);
}

#[tokio::test]
async fn other_work_makes_way_for_a_ledger_that_is_about_to_come_back() {
    let gate = gate(Duration::MAX).await;
    let mut turn = gate.enter(Turn::Other).await;
    // A turn whose length counts: three times as long belongs to the ledger.
    let count =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000) SELECT SUM(i) FROM n";
    sqlx::query(count)
        .execute(turn.connection.as_mut().unwrap())
        .await
        .unwrap();
    drop(turn);
    drop(gate.enter(CROWD).await);
    let mut other = Box::pin(gate.enter(Turn::Other));
    assert!((&mut other).now_or_never().is_none(), "the ledger left just now");
    drop(gate.enter(CROWD).await);
    drop(other.await);
}

#[test]
fn the_fewer_deliveries_wait_the_smaller_is_the_ledgers_share() {
    let took = Duration::from_millis(8);
    let shares = [0, 1, 16, 32, 1_000].map(|deliveries| share(took, deliveries).as_micros());
    assert_eq!(shares, [0, 750, 12_000, 24_000, 24_000]);
}

#[tokio::test]
async fn who_stopped_waiting_is_passed_over() {
    let gate = gate(Duration::MAX).await;
    let held = gate.enter(CROWD).await;
    let mut left = Box::pin(gate.enter(CROWD));
    let mut stays = Box::pin(gate.enter(CROWD));
    assert!((&mut left).now_or_never().is_none());
    assert!((&mut stays).now_or_never().is_none());
    drop(left);
    drop(held);
    drop(stays.await);
    drop(gate.enter(Turn::Other).await);
}

#[tokio::test]
async fn a_pass_that_nobody_took_is_handed_on() {
    let gate = gate(Duration::MAX).await;
    let held = gate.enter(CROWD).await;
    let mut left = Box::pin(gate.enter(CROWD));
    assert!((&mut left).now_or_never().is_none());
    // It is given its turn, and goes away before it looks.
    drop(held);
    drop(left);
    assert!(gate.enter(Turn::Other).now_or_never().is_some());
}

#[tokio::test]
async fn a_transaction_that_is_dropped_is_rolled_back() {
    let (db, _folder) = open().await;
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "dropped", 0).await.unwrap();
    drop(tx);
    write(&db, "kept").await.unwrap();
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn a_transaction_that_is_dropped_does_not_keep_another_process_from_writing() {
    let (db, folder) = open().await;
    // Another connection is what another process has: a lock is a connection's.
    let url = format!("sqlite://{}", folder.path().join("belino.db").display());
    let other = Db::open(&url).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, "dropped", 0).await.unwrap();
    drop(tx);
    write(&other, "kept").await.unwrap();
    assert_eq!(rows(&db).await, 1);
}

/// Drops it as soon as it waits for the `n`-th time; tells whether it was through before that.
async fn drop_at<T>(n: usize, future: impl Future<Output = T>) -> bool {
    let mut future = Box::pin(future);
    let mut waits = 0;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending => {
            waits += 1;
            if waits == n {
                Poll::Ready(false)
            } else {
                Poll::Pending
            }
        }
    })
    .await
}

/// Wherever its future is dropped, the writer is usable afterwards and the transaction is there or not, as a whole.
#[tokio::test]
async fn a_write_that_is_dropped_anywhere_leaves_the_writer_usable() {
    let (db, _folder) = open().await;
    for n in 1..40 {
        let before = rows(&db).await;
        let write_two = async {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &format!("a{n}"), 0).await.unwrap();
            insert(&mut tx, &format!("b{n}"), 0).await.unwrap();
            tx.commit().await.unwrap();
        };
        let finished = drop_at(n % 10, write_two).await;
        write(&db, &format!("c{n}")).await.unwrap();
        let added = rows(&db).await - before;
        assert!(
            added == 3 || (!finished && added == 1),
            "{added} rows after dropping at {n}"
        );
    }
}

#[tokio::test]
async fn a_full_disk_is_unavailable_and_recovers_when_there_is_room() {
    let (db, _folder) = open().await;
    let limit = async |pages: &str| {
        let Db::Sqlite(sqlite) = &db else { unreachable!() };
        let mut pass = sqlite.writer(Turn::Other).await.unwrap();
        let connection = pass.connection.as_mut().unwrap();
        let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(pragma).execute(connection).await.unwrap();
    };
    // Less than it has already: SQLite takes what it has.
    limit("1").await;
    let mut tx = db.begin().await.unwrap();
    let full = insert(&mut tx, "big", 1_000_000).await.unwrap_err();
    drop(tx);
    let full = StoreError::from(full);
    assert!(matches!(full, StoreError::Unavailable(_)), "{full:?}");
    limit("1000000").await;
    write(&db, "small").await.unwrap();
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn readers_cannot_write() {
    let (db, _folder) = open().await;
    let refused = db.query("DELETE FROM pools").execute().await;
    assert!(refused.is_err());
}
