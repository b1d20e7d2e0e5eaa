//! The ledger while its database fails: no answer 200 without the bytes, and none is needed to recover.

use belino::app::App;
use belino::clock::Clock;
use belino::domain::Timestamp;
use belino::lifecycle::Lifecycle;
use futures_util::future::join_all;
use reqwest::Response;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::app::{TestApp, config, on_sqlite};
use crate::wire::{comment, problem};

fn path(app: &TestApp) -> &str {
    app.database.strip_prefix("sqlite://").unwrap()
}

async fn beside(app: &TestApp) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path(app));
    options.connect().await.unwrap()
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) {
    sqlx::query(statement).execute(connection).await.unwrap();
}

fn deliveries(named: &str) -> Vec<String> {
    (0..5)
        .map(|n| {
            comment(
                "17841400000000001",
                &format!("1800000000000000{n}"),
                &format!("{named} {n}"),
            )
        })
        .collect()
}

async fn send_all(app: &TestApp, bodies: &[String]) -> Vec<Response> {
    join_all(bodies.iter().map(|body| app.deliver(body))).await
}

/// Every body is in the ledger, byte for byte.
async fn all_are_kept(app: &TestApp, bodies: &[String]) {
    let kept = app.all_bytes().await;
    for body in bodies {
        assert!(
            kept.iter().any(|bytes| bytes == body.as_bytes()),
            "lost, though it was answered 200: {body}"
        );
    }
}

async fn is_ready(app: &TestApp) -> bool {
    let answer = app.http.get(format!("{}/readyz", app.base)).send().await.unwrap();
    if answer.status() == 200 {
        return true;
    }
    problem(answer, 503, "not-ready").await;
    false
}

async fn is_alive(app: &TestApp) -> bool {
    let answer = app
        .http
        .get(format!("{}/healthz", app.base))
        .send()
        .await
        .unwrap();
    answer.status() == 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_locked_meta_is_asked_to_come_again() {
    on_sqlite(async |app| {
        let bodies = deliveries("locked");
        let mut other = beside(&app).await;
        run(&mut other, "BEGIN EXCLUSIVE").await;
        // Answered while the lock is still held.
        for answer in send_all(&app, &bodies).await {
            let seconds: u32 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=30).contains(&seconds));
            let code = match answer.headers().get("retry-after") {
                Some(value) if value == "2" => "overloaded",
                _ => "store-unavailable",
            };
            problem(answer, 503, code).await;
        }
        assert!(app.all_bytes().await.is_empty(), "reading goes on meanwhile");
        run(&mut other, "ROLLBACK").await;
        for answer in send_all(&app, &bodies).await {
            assert_eq!(answer.status(), 200);
        }
        all_are_kept(&app, &bodies).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_is_not_ready_and_gets_ready_without_a_delivery() {
    on_sqlite(async |app| {
        assert!(is_ready(&app).await);
        let mut other = beside(&app).await;
        run(&mut other, "BEGIN EXCLUSIVE").await;
        problem(app.deliver("{}").await, 503, "store-unavailable").await;
        assert!(!is_ready(&app).await);
        assert!(is_alive(&app).await);
        run(&mut other, "ROLLBACK").await;
        // A balancer sends nothing to who is not ready.
        app.until("/readyz", |answer| answer["status"] == "ok").await;
        assert_eq!(app.deliver("{}").await.status(), 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_was_overwritten_costs_an_answer_never_a_delivery() {
    on_sqlite(async |app| {
        let kept = deliveries("kept");
        for answer in send_all(&app, &kept).await {
            assert_eq!(answer.status(), 200);
        }
        let mut other = beside(&app).await;
        run(&mut other, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        let copy = format!("{}.copy", path(&app));
        std::fs::copy(path(&app), &copy).unwrap();
        overwrite_root(&mut other, &copy, "deliveries").await;
        let damaged = TestApp::start(&format!("sqlite://{copy}")).await;
        let answer = damaged.deliver(&kept[0]).await;
        problem(answer, 503, "store-unavailable").await;
        assert!(is_alive(&damaged).await);
        damaged.parts.lifecycle.stop();
        damaged.meta.stop().await;
        all_are_kept(&app, &kept).await;
    })
    .await;
}

/// Overwrites the first page of a table.
async fn overwrite_root(connection: &mut SqliteConnection, file: &str, table: &'static str) {
    use std::os::unix::fs::FileExt;

    let (page,): (i64,) =
        sqlx::query_as("SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = $1")
            .bind(table)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
    let (size,): (i64,) = sqlx::query_as("SELECT page_size FROM pragma_page_size")
        .fetch_one(connection)
        .await
        .unwrap();
    let garbage = vec![0x5a; usize::try_from(size).unwrap()];
    let at = u64::try_from((page - 1) * size).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
    file.write_all_at(&garbage, at).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_database_is_told_at_the_start() {
    belino::net::install_crypto();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("belino.db");
    std::fs::write(&file, [b'x'; 8_192]).unwrap();
    let config = config(
        &format!("sqlite://{}", file.display()),
        "http://127.0.0.1:1",
        "http://127.0.0.1:2",
    );
    let clock = Clock::manual(Timestamp::from_seconds(1_795_000_000));
    let refused = App::build(&config, clock, Lifecycle::new()).await;
    let Err(error) = refused else {
        panic!("started on a file that is no database")
    };
    let told = format!("{:#}", anyhow::Error::new(error));
    assert!(told.contains("file is not a database"), "{told}");
    assert_eq!(std::fs::read(&file).unwrap(), [b'x'; 8_192], "left as it was");
}
