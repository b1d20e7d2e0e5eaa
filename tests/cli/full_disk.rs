//! A disk without room: deliveries are refused, none that was answered 200 is lost, and room is all it takes to go on.
//!
//! The limit on the size of a process's files stands for the disk: what is over it cannot be written.

use std::process::Command;

use serde_json::Value;

use crate::home::{Home, OPERATOR, Running};

/// Room for some deliveries of the size below, but not for many.
const ROOM: &str = "3000000";
const BODY_BYTES: usize = 100_000;

fn body(n: usize) -> String {
    format!("{{\"n\":{n},\"padding\":\"{}\"}}", "x".repeat(BODY_BYTES))
}

/// Starts the service where files can be so long; `by` is what starts it.
pub(crate) fn start_within(home: &Home, room: &str, by: &str) -> Running {
    start_as(
        home,
        &format!("exec {by} prlimit --fsize={room}:unlimited \"$0\" serve"),
    )
}

fn start_as(home: &Home, script: &str) -> Running {
    // What ends a process that writes too much is ignored: the write fails instead, as on a full disk.
    let script = format!("trap '' XFSZ; {script}");
    let mut shell = home.program("/bin/sh", &["-c", &script, env!("CARGO_BIN_EXE_belino")]);
    shell.env("PATH", "/usr/bin:/bin");
    Home::start(shell)
}

/// Lets the files of a running service become so long.
pub(crate) fn make_room(service: &Running, room: &str) {
    let limit = format!("--fsize={room}:unlimited");
    let made = Command::new("prlimit")
        .args(["--pid", &service.id(), &limit])
        .status();
    assert!(made.unwrap().success());
}

/// Delivers until there is no room; gives how many were answered 200.
async fn fill(service: &Running) -> usize {
    for n in 0..100 {
        let answer = service.deliver(&body(n)).await;
        if answer.status() != 200 {
            assert_eq!(answer.status(), 503);
            assert!(answer.headers().contains_key("retry-after"));
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "store-unavailable");
            return n;
        }
    }
    panic!("the disk was never full");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_deliveries_and_loses_none() {
    let home = Home::configured();
    let service = start_within(&home, ROOM, "");
    let kept = fill(&service).await;
    assert!(kept >= 5, "{kept}");
    service.until("/readyz", |status, _| status == 503).await;
    assert_eq!(service.get(OPERATOR, "/healthz").await.status(), 200);
    assert_eq!(service.deliver(&body(kept)).await.status(), 503, "still full");
    make_room(&service, "unlimited");
    service.until("/readyz", |status, _| status == 200).await;
    assert_eq!(service.deliver(&body(kept)).await.status(), 200);
    every_body_is_there(&home, kept).await;
}

/// The log's lines go nowhere then, and that must not be the end of whoever writes them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_on_which_the_log_is_too_refuses_deliveries_until_there_is_room() {
    let home = Home::configured();
    let log = "touch log; tail --pid=$$ --follow log >&2 & exec \"$0\" serve 2>log";
    let service = start_as(&home, log);
    assert_eq!(service.deliver(&body(0)).await.status(), 200);
    make_room(&service, "0");
    for _ in 0..3 {
        assert_eq!(service.deliver(&body(1)).await.status(), 503);
    }
    make_room(&service, "unlimited");
    service.until("/readyz", |status, _| status == 200).await;
    assert_eq!(service.deliver(&body(1)).await.status(), 200);
    let unpacked = |_, text: &str| {
        let summary: Value = serde_json::from_str(text).unwrap();
        summary["deliveries"]["waiting"] == 0
    };
    service.until("/api/summary", unpacked).await;
    every_body_is_there(&home, 1).await;
}

async fn every_body_is_there(home: &Home, last: usize) {
    let mut database = home.database().await;
    let bodies: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM deliveries")
        .fetch_all(&mut database)
        .await
        .unwrap();
    for n in 0..=last {
        assert!(
            bodies.iter().any(|(bytes,)| *bytes == body(n).as_bytes()),
            "{n} was answered 200 and is lost"
        );
    }
}
