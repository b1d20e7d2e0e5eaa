//! The ledger while PostgreSQL fails: a table that somebody holds, connections that are cut off.

use futures_util::future::join_all;
use sqlx::{Connection, PgConnection};

use crate::app::{TestApp, on_postgres};
use crate::wire::{comment, problem};

fn delivery(n: usize) -> String {
    comment(
        "17841400000000001",
        &format!("1800000000000000{n}"),
        &format!("number {n}"),
    )
}

async fn all_are_kept(app: &TestApp, count: usize) {
    let kept = app.all_bytes().await;
    for n in 0..count {
        assert!(
            kept.iter().any(|bytes| *bytes == delivery(n).as_bytes()),
            "{n} is lost"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_somebody_holds_the_table_meta_is_asked_to_come_again() {
    on_postgres(async |app| {
        let mut other = PgConnection::connect(&app.database).await.unwrap();
        let mut holding = other.begin().await.unwrap();
        sqlx::query("LOCK TABLE deliveries IN EXCLUSIVE MODE")
            .execute(&mut *holding)
            .await
            .unwrap();
        // Answered while the table is still held.
        for answer in join_all((0..3).map(|n| app.deliver(delivery(n)))).await {
            assert_eq!(answer.headers()["retry-after"], "2");
            problem(answer, 503, "overloaded").await;
        }
        holding.rollback().await.unwrap();
        for answer in join_all((0..3).map(|n| app.deliver(delivery(n)))).await {
            assert_eq!(answer.status(), 200);
        }
        all_are_kept(&app, 3).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_off_cost_no_delivery_that_was_answered_200() {
    on_postgres(async |app| {
        let mut other = PgConnection::connect(&app.database).await.unwrap();
        for n in 0..5 {
            assert_eq!(app.deliver(delivery(n)).await.status(), 200);
            sqlx::query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .execute(&mut other)
            .await
            .unwrap();
            let next = app.deliver(delivery(n + 1)).await.status();
            assert!(next == 200 || next == 503, "{next}");
        }
        assert_eq!(app.deliver(delivery(5)).await.status(), 200);
        app.until("/readyz", |answer| answer["status"] == "ok").await;
        all_are_kept(&app, 6).await;
    })
    .await;
}
