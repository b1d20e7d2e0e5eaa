//! Several processes on one database, and processes that die or dawdle in the middle.

use std::collections::BTreeSet;
use std::time::Duration;

use belino::app::App;
use belino::lifecycle::Lifecycle;
use belino::processor::{Processor, Worked};
use belino::store::StoreError;
use serde_json::json;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_read_one_delivery_lose_none_of_it() {
    Box::pin(crate::app::on_postgres(read_together)).await;
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
    // PostgreSQL shows nothing of the feed that an older transaction, of any database, could still precede.
    loop {
        let page = app.get(&format!("/api/feed?limit=200&after={after}")).await.body;
        let items = page["data"].as_array().unwrap().clone();
        if items.is_empty() && told.len() >= events {
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

/// An account with 50 events, whose first call is done and not answered before the order is taken back.
async fn held(app: &TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 30).await;
    app.lone_comments(&account, 20).await;
    app.unpack().await;
    assert_eq!(app.counts().await["pending"], 50);
    app.fault(json!("hold_answer"), json!({}), Some(1)).await;
}

async fn what_a_process_was_at_when_it_died_is_done_by_another(app: TestApp) {
    held(&app).await;
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
    held(&app).await;
    let other = worker(&app.parts, &CancellationToken::new());
    let overtake = async {
        app.until_struck().await;
        app.clock.advance(LEASE + Duration::from_secs(1));
        finish(&app, &other).await;
        let done = app.counts().await["done"].clone();
        app.meta.delete("faults").await;
        done
    };
    let (late, done) = tokio::join!(app.parts.processor.process_next_lane(), overtake);
    assert_eq!(done, 50);
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    assert_each_once(&app, 50).await;
}

async fn a_worker_that_stops_gives_its_lane_back(app: TestApp) {
    held(&app).await;
    let stop = CancellationToken::new();
    let stopping = worker(&app.parts, &stop);
    let tell = async {
        app.until_struck().await;
        stop.cancel();
        app.meta.delete("faults").await;
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
        while app.counts().await["done"] != events {
            app.clock.advance(Duration::from_millis(100));
        }
        stop.cancel();
    };
    tokio::join!(work(&app.parts, &stop), work(&other, &stop), drive);
    assert_each_once(&app, events).await;
    leave(other).await;
}

/// Deliveries of a thousand updates are written in parts: each process may be at another one.
async fn read_together(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let other = another(&app).await;
    let read = async |parts: &App| while parts.unpacker.step().await.unwrap() > 0 {};
    for round in 1..=6 {
        app.comments(&media, 1_000).await;
        app.meta.send_all().await;
        tokio::join!(read(&app.parts), read(&other));
        assert_eq!(app.counts().await["total"], 1_000 * round);
    }
    leave(other).await;
}
