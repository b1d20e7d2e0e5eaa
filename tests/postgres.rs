//! The private PostgreSQL of the tests: each database is its own and starts as the migrated one.

#[path = "support/postgres/mod.rs"]
mod postgres;

use sqlx::{Connection, Executor, PgConnection, Row};

async fn migrate(url: String) {
    let mut connection = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    connection
        .execute("CREATE TABLE things (id BIGINT)")
        .await
        .expect("PostgreSQL answers");
    connection
        .execute("INSERT INTO things VALUES (1)")
        .await
        .expect("PostgreSQL answers");
}

async fn things(connection: &mut PgConnection) -> i64 {
    connection
        .fetch_one("SELECT COUNT(*) FROM things")
        .await
        .expect("PostgreSQL answers")
        .get(0)
}

#[tokio::test]
async fn each_database_starts_as_the_migrated_one_and_is_apart_from_the_others() {
    let Some(one) = postgres::database("things", migrate).await else {
        return;
    };
    let Some(other) = postgres::database("things", migrate).await else {
        return;
    };
    let mut in_one = PgConnection::connect(&one.url()).await.unwrap();
    let mut in_other = PgConnection::connect(&other.url()).await.unwrap();
    in_one.execute("INSERT INTO things VALUES (2)").await.unwrap();
    assert_eq!((things(&mut in_one).await, things(&mut in_other).await), (2, 1));
}

#[tokio::test]
async fn a_database_goes_with_its_test() {
    let Some(brief) = postgres::database("things", migrate).await else {
        return;
    };
    let url = brief.url();
    let open = PgConnection::connect(&url).await.unwrap();
    drop(brief);
    drop(open);
    assert!(PgConnection::connect(&url).await.is_err());
}
