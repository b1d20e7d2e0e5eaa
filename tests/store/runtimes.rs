//! Web workers have runtimes of their own, which end first: what they opened must last.

use std::thread::JoinHandle;

use belino::store::Store;
use futures_util::future::{join, join_all};
use sqlx::{Connection, PgConnection};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::database::TestDb;

/// A store's connections, but one.
const OTHERS: usize = 15;

/// Asks the store as a web worker does, which goes on until it is told to end.
fn worker(store: Store, asked: oneshot::Sender<()>, end: oneshot::Receiver<()>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            store.ping().await.unwrap();
            asked.send(()).unwrap();
            end.await.unwrap();
        });
    })
}

/// Waits until so many others wait for a lock.
async fn until_waiting(on: &mut PgConnection, others: usize) {
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let wanted = i64::try_from(others).unwrap();
    while sqlx::query_scalar::<_, i64>(waiting)
        .fetch_one(&mut *on)
        .await
        .unwrap()
        < wanted
    {}
}

async fn a_worker_ends_first(db: TestDb) {
    let store = db.another().await;
    let read = async || assert!(store.received(1).await.unwrap().is_empty());
    let mut other = PgConnection::connect(&db.url).await.unwrap();
    let mut watch = PgConnection::connect(&db.url).await.unwrap();
    let mut holding = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE unpack_queue IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *holding)
        .await
        .unwrap();
    let meanwhile = async {
        until_waiting(&mut watch, OTHERS).await;
        let ((asked, was_asked), (end, ends)) = (oneshot::channel(), oneshot::channel());
        let worker = worker(store.clone(), asked, ends);
        was_asked.await.unwrap();
        // The last reader can only have the connection that the worker opened.
        let ending = async {
            until_waiting(&mut watch, OTHERS + 1).await;
            end.send(()).unwrap();
            worker.join().unwrap();
            holding.rollback().await.unwrap();
        };
        join(read(), ending).await;
    };
    join(join_all((0..OTHERS).map(|_| read())), meanwhile).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_outlives_the_runtime_that_asked_for_it() {
    crate::database::on_postgres(a_worker_ends_first).await;
}
