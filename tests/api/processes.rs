//! Several processes on one database, and processes that die or dawdle in the middle.

use std::collections::BTreeSet;
use std::time::Duration;

use belino::app::App;
use belino::lifecycle::Lifecycle;
use belino::processor::{Processor, Worked};
use belino::store::StoreError;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;
use crate::on_both;

on_both!(
    what_a_process_was_at_when_it_died_is_done_by_another,
    a_worker_whose_lane_was_taken_over_writes_nothing,
    a_worker_that_stops_gives_its_lane_back,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_settle_each_event_once() {
    Box::pin(crate::app::on_postgres(share)).await;
}

/// The longest that a lane is held without a word.
const LEASE: Duration = Duration::from_mins(1);

/// Another process on the same database.
async fn another(app: &TestApp) -> App {
    App::build(&app.config, app.clock.clone(), Lifecycle::new())
        .await
        .unwrap()
}

async fn leave(process: App) {
    process.lifecycle.stop();
    process.store.close().await;
}

/// Another worker on the same store.
fn worker(parts: &App, stop: &CancellationToken) -> Processor {
    let (store, graph) = (parts.store.clone(), parts.graph.clone());
    Processor::new(
        store,
        graph,
        parts.keyring.clone(),
        parts.bells.clone(),
        stop.clone(),
    )
}

/// Works until nothing is at work any more.
async fn finish(app: &TestApp, processor: &Processor) {
    for _ in 0..1_000 {
        while processor.process_next_lane().await.unwrap() == Worked::Slice {}
        let counts = app.counts().await;
        if counts["pending"] == 0 && counts["waiting"] == 0 {
            return;
        }
        app.clock.advance(Duration::from_secs(1));
    }
    panic!("events are still at work: {}", app.counts().await);
}

/// Followers were told of each of so many events once.
async fn assert_each_once(app: &TestApp, events: usize) {
    let (mut told, mut after) = (Vec::new(), String::from("0.0"));
    loop {
        let page = app.get(&format!("/api/feed?limit=200&after={after}")).await.body;
        let items = page["data"].as_array().unwrap().clone();
        if items.is_empty() {
            break;
        }
        told.extend(
            items
                .into_iter()
                .filter(|item| item["kind"] == "comment.enriched"),
        );
        page["next"].as_str().unwrap().clone_into(&mut after);
    }
    let ids: BTreeSet<String> = told.iter().map(|item| item["event_id"].to_string()).collect();
    assert_eq!((told.len(), ids.len()), (events, events));
    let counts = app.counts().await;
    assert_eq!(
        (&counts["done"], &counts["total"]),
        (&json!(events), &json!(events))
    );
}

/// An account with 50 events, and a first call that takes its time.
async fn slow(app: &TestApp, milliseconds: u64) -> Value {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 30).await;
    app.lone_comments(&account, 20).await;
    app.unpack().await;
    app.fault(json!({ "latency_ms": milliseconds }), json!({}), Some(1))
        .await;
    account
}

async fn what_a_process_was_at_when_it_died_is_done_by_another(app: TestApp) {
    slow(&app, 3_000).await;
    tokio::select! {
        worked = app.parts.processor.process_next_lane() => panic!("it was to die: {worked:?}"),
        () = app.until_struck() => {}
    }
    let other = another(&app).await;
    app.clock.advance(LEASE);
    let worked = other.processor.process_next_lane().await.unwrap();
    assert_eq!(
        worked,
        Worked::Nothing,
        "the lane is held until its lease is over"
    );
    app.clock.advance(Duration::from_micros(1));
    assert_eq!(other.processor.process_next_lane().await.unwrap(), Worked::Slice);
    finish(&app, &other.processor).await;
    assert_each_once(&app, 50).await;
    leave(other).await;
}

async fn a_worker_whose_lane_was_taken_over_writes_nothing(app: TestApp) {
    slow(&app, 6_000).await;
    let other = worker(&app.parts, &CancellationToken::new());
    let overtake = async {
        app.until_struck().await;
        app.clock.advance(LEASE + Duration::from_secs(1));
        finish(&app, &other).await;
        app.counts().await["done"].clone()
    };
    let (late, done) = tokio::join!(app.parts.processor.process_next_lane(), overtake);
    assert_eq!(done, 50);
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    assert_each_once(&app, 50).await;
}

async fn a_worker_that_stops_gives_its_lane_back(app: TestApp) {
    slow(&app, 300).await;
    let stop = CancellationToken::new();
    let stopping = worker(&app.parts, &stop);
    let tell = async {
        app.until_struck().await;
        stop.cancel();
    };
    let (worked, ()) = tokio::join!(stopping.process_next_lane(), tell);
    assert_eq!(worked.unwrap(), Worked::Slice);
    let before = app.counts().await;
    assert_ne!(before["pending"], 0, "{before}");
    assert_ne!(before["done"], 0, "what was under way was finished: {before}");
    // No longer than the pace asks for, which is far less than the lease.
    app.clock.advance(Duration::from_secs(1));
    let other = worker(&app.parts, &CancellationToken::new());
    assert_eq!(other.process_next_lane().await.unwrap(), Worked::Slice);
    finish(&app, &other).await;
    assert_each_once(&app, 50).await;
}

/// A process at work: it unpacks and processes until it is told to stop.
async fn work(parts: &App, stop: &CancellationToken) {
    let unpacker = parts.unpacker.clone();
    tokio::join!(unpacker.run(stop.clone()), worker(parts, stop).run());
}

async fn share(app: TestApp) {
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let account = app.shop(name, &["facebook"]).await;
        for _ in 0..2 {
            let media = app.media(&account).await;
            app.comments(&media, 150).await;
        }
        app.lone_comments(&account, 20).await;
    }
    let events = 8 * 320;
    let (other, stop) = (another(&app).await, CancellationToken::new());
    let drive = async {
        app.meta.send_all().await;
        for _ in 0..20_000 {
            if app.counts().await["done"] == events {
                break;
            }
            app.clock.advance(Duration::from_millis(100));
        }
        stop.cancel();
    };
    tokio::join!(work(&app.parts, &stop), work(&other, &stop), drive);
    assert_each_once(&app, events).await;
    leave(other).await;
}
