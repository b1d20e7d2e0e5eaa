//! Opening a database: made once, brought up to date, refused when it is newer than the program.

use belino::clock::Clock;
use belino::store::{Store, StoreError};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::database::TestDb;
use crate::payloads::comment;

crate::on_both![
    migrating_again_changes_nothing,
    a_schema_made_by_a_newer_version_is_refused,
    a_database_knows_whether_it_has_a_process_of_its_own,
    while_another_has_sqlite_locked_it_is_unavailable_and_recovers_by_itself,
];

async fn migrating_again_changes_nothing(db: TestDb) {
    db.deliver(&comment("1", "c1", "hi")).await;
    let (one, two) = (db.another().await, db.another().await);
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    first.unwrap();
    second.unwrap();
    assert_eq!(db.events().await.len(), 1);
}

async fn a_schema_made_by_a_newer_version_is_refused(db: TestDb) {
    db.tamper(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
    let error = db.another().await.migrate().await.unwrap_err();
    assert!(
        matches!(error, StoreError::NewerSchema { version: 9999 }),
        "{error:?}"
    );
    assert!(error.to_string().contains("use the newer belino"));
}

async fn a_database_knows_whether_it_has_a_process_of_its_own(db: TestDb) {
    assert_eq!(db.store.is_embedded(), db.url.starts_with("sqlite:"));
    assert_eq!(db.store.clock().now(), db.now());
}

async fn while_another_has_sqlite_locked_it_is_unavailable_and_recovers_by_itself(db: TestDb) {
    if !db.store.is_embedded() {
        return;
    }
    let mut other = SqliteConnection::connect(&db.url).await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let append = db.append_of(&comment("1", "c1", "hi"));
    let error = db.store.append(std::slice::from_ref(&append)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!error.is_contention());
    assert!(db.store.received(10).await.unwrap().is_empty(), "reading goes on");
    other.execute("ROLLBACK").await.unwrap();
    db.store.append(&[append]).await.unwrap();
    assert_eq!(db.unpack().await.events, 1);
    other.close().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_unavailable() {
    let clock = Clock::system();
    for url in ["sqlite:///nowhere/at/all.db", "postgres://localhost:1/x"] {
        let error = Store::open(url, clock.clone()).await.err().unwrap();
        assert!(matches!(error, StoreError::Unavailable(_)), "{url}: {error:?}");
    }
}
