//! Several processes that start at one moment on one PostgreSQL: one migrates, the others wait for it.

use std::path::Path;

use belino::clock::Clock;
use belino::store::Store;
use futures_util::future::join_all;
use sqlx::migrate::{Migrate as _, Migrator};
use sqlx::{Connection as _, PgConnection};

use crate::postgres;

const PROCESSES: usize = 6;

/// Starts processes that migrate at the same moment, each over connections of its own.
async fn start_together(url: &str) {
    let open = (0..PROCESSES).map(|_| Store::open(url, Clock::system()));
    let stores: Vec<Store> = join_all(open).await.into_iter().map(Result::unwrap).collect();
    for migrated in join_all(stores.iter().map(Store::migrate)).await {
        migrated.unwrap();
    }
    for store in stores {
        assert!(store.received(1).await.unwrap().is_empty());
        store.close().await;
    }
}

/// The migrations as they stand beside the program.
async fn migrations() -> (Migrator, Vec<i64>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let migrator = Migrator::new(folder).await.unwrap();
    let versions = migrator.iter().map(|migration| migration.version).collect();
    (migrator, versions)
}

/// What was applied, in the order in which it was.
async fn applied(connection: &mut PgConnection) -> Vec<i64> {
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY installed_on, version")
        .fetch_all(connection)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_on_a_new_database_all_find_it_migrated() {
    let Some(database) = postgres::database("empty", async |_| {}).await else {
        return;
    };
    start_together(&database.url()).await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    assert_eq!(applied(&mut connection).await, migrations().await.1);
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_find_any_older_schema_brought_up_to_date() {
    let (migrator, versions) = migrations().await;
    for before in &versions[..versions.len() - 1] {
        let Some(database) = postgres::database("empty", async |_| {}).await else {
            return;
        };
        let mut connection = PgConnection::connect(&database.url()).await.unwrap();
        migrator.run_to(*before, &mut connection).await.unwrap();
        start_together(&database.url()).await;
        assert_eq!(applied(&mut connection).await, versions);
        connection.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_waits_while_another_one_migrates() {
    let Some(database) = postgres::database("empty", async |_| {}).await else {
        return;
    };
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    other.lock().await.unwrap();
    let store = Store::open(&database.url(), Clock::system()).await.unwrap();
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted)";
    let die = async {
        while !sqlx::query_scalar::<_, bool>(waits)
            .fetch_one(&mut other)
            .await
            .unwrap()
        {}
        assert!(store.received(1).await.is_err(), "nothing is there yet");
        // As with a process that is killed, the lock goes with the connection.
        other.close().await.unwrap();
    };
    let (migrated, ()) = tokio::join!(store.migrate(), die);
    migrated.unwrap();
    assert!(store.received(1).await.unwrap().is_empty());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_failed_lets_the_next_process_try() {
    let Some(database) = postgres::database("empty", async |_| {}).await else {
        return;
    };
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::query("CREATE TABLE deliveries (in_the_way BIGINT)")
        .execute(&mut other)
        .await
        .unwrap();
    let store = Store::open(&database.url(), Clock::system()).await.unwrap();
    store.migrate().await.unwrap_err();
    sqlx::query("DROP TABLE deliveries")
        .execute(&mut other)
        .await
        .unwrap();
    // The first process still lives, and has given the lock back.
    start_together(&database.url()).await;
    store.close().await;
    other.close().await.unwrap();
}
