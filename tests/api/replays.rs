//! Replays: what a dry run says is what the run does, nothing comes twice, and nobody outside sees any of it.

use std::time::Duration;

use belino::domain::DeliveryId;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::wire::comment;

on_both!(
    a_replay_of_events_does_what_its_dry_run_said,
    a_replay_of_raw_deliveries_brings_nothing_new,
    a_raw_replay_counts_each_new_event_once,
    a_raw_replay_that_can_read_a_delivery_unpacks_it,
    a_replay_takes_only_what_its_filter_names,
    a_replay_without_a_filter_is_no_replay_of_all,
    a_replay_leaves_no_trace_at_meta,
);

/// An account with comments on one media, all enriched, a second ago.
async fn enriched(app: &TestApp, count: u64) -> String {
    let account = app.connected("bakery").await;
    let media = app.meta.post("media", json!({ "account": account })).await;
    let wanted = json!({ "account": account, "media_id": media["id"], "count": count });
    app.meta.post("comments", wanted).await;
    app.take_in().await;
    app.clock.advance(Duration::from_secs(1));
    account
}

async fn dry_run(app: &TestApp, from: &str, filter: Value) -> Value {
    let wanted = json!({ "from": from, "filter": filter, "dry_run": true });
    let answer = app.post("/api/replays", wanted).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["dry_run"]),
        (200, &json!(true))
    );
    answer.body
}

/// Runs a replay to its end, with all the work that it makes.
async fn replay(app: &TestApp, from: &str, filter: Value) -> Value {
    let answer = app
        .post("/api/replays", json!({ "from": from, "filter": filter }))
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["state"]),
        (202, &json!("running"))
    );
    app.process_all().await;
    let path = format!("/api/replays/{}", answer.body["id"].as_str().unwrap());
    let done = app.get(&path).await.body;
    assert_eq!(done["state"], "done", "{done}");
    assert!(!done["finished_at"].is_null());
    app.clock.advance(Duration::from_secs(1));
    done
}

/// How many rows of each kind there are.
async fn counted(app: &TestApp) -> Value {
    let summary = app.get("/api/summary").await.body;
    json!({
        "events": summary["events"], "deliveries": summary["deliveries"],
        "comments": app.list("/api/comments?limit=200").await.len(),
    })
}

async fn a_replay_of_events_does_what_its_dry_run_said(app: TestApp) {
    enriched(&app, 30).await;
    app.deliver("{\"object\":\"instagram\",\"entry\":[{\"id\":\"0\",\"time\":1,\"changes\":[{\"field\":\"comments\",\"value\":{\"id\":\"17865799348089039\"}}]}]}").await;
    app.process_all().await;
    app.clock.advance(Duration::from_secs(1));
    let (before, calls) = (counted(&app).await, app.meta.calls().await);
    let said = dry_run(&app, "events", json!({})).await;
    assert_eq!(
        (&said["matched"], &said["would_requeue"], &said["unchanged"]),
        (&json!(31), &json!(30), &json!(1))
    );
    assert_eq!(
        (&said["by_state"], &said["new_events"]),
        (&json!({ "done": 31 }), &json!(0))
    );
    assert_eq!(counted(&app).await, before, "a dry run changes nothing");
    assert_eq!(app.meta.calls().await, calls, "nor asks");
    for _ in 0..2 {
        let calls = app.meta.calls().await;
        let done = replay(&app, "events", json!({})).await;
        assert_eq!(
            (&done["matched"], &done["changed"]),
            (&said["matched"], &said["would_requeue"])
        );
        assert_eq!(counted(&app).await, before);
        let made = app.meta.calls().await - calls;
        assert!(
            (1..=said["calls_at_most"].as_u64().unwrap()).contains(&made),
            "{made}"
        );
    }
}

async fn a_replay_of_raw_deliveries_brings_nothing_new(app: TestApp) {
    enriched(&app, 30).await;
    app.deliver("not json").await;
    app.process_all().await;
    app.clock.advance(Duration::from_secs(1));
    let before = counted(&app).await;
    let feed = app.feed("/api/feed?limit=200", 61).await;
    let deliveries = before["deliveries"]["received"].clone();
    let said = dry_run(&app, "raw", json!({})).await;
    assert_eq!(
        (
            &said["matched"],
            &said["new_events"],
            &said["unchanged"],
            &said["calls_at_most"]
        ),
        (&deliveries, &json!(0), &json!(30), &json!(0))
    );
    for _ in 0..2 {
        let done = replay(&app, "raw", json!({})).await;
        assert_eq!((&done["matched"], &done["changed"]), (&deliveries, &json!(0)));
        assert_eq!(counted(&app).await, before);
    }
    assert_eq!(app.list("/api/feed?limit=200").await, feed);
    for event in app.list("/api/events?limit=200").await {
        let story = app
            .get(&format!("/api/events/{}", event["id"].as_str().unwrap()))
            .await;
        assert_eq!(
            story.body["sightings"],
            json!([]),
            "the same place is no sighting"
        );
    }
}

async fn a_raw_replay_counts_each_new_event_once(app: TestApp) {
    let account = app.connected("bakery").await;
    for text in ["one", "one", "two"] {
        let id = format!("1800000000000000{}", text.len() + text.len() % 2);
        app.deliver(comment(
            &account,
            if text == "one" { "18000000000000001" } else { &id },
            text,
        ))
        .await;
    }
    app.clock.advance(Duration::from_secs(1));
    let said = dry_run(&app, "raw", json!({})).await;
    assert_eq!(
        (&said["matched"], &said["new_events"], &said["unchanged"]),
        (&json!(3), &json!(2), &json!(1))
    );
    let answer = app
        .post("/api/replays", json!({ "from": "raw", "filter": {} }))
        .await
        .body;
    while app.parts.processor.process_chores().await.unwrap() != belino::processor::Worked::Nothing {}
    let path = format!("/api/replays/{}", answer["id"].as_str().unwrap());
    let done = app.get(&path).await.body;
    assert_eq!((&done["matched"], &done["changed"]), (&json!(3), &json!(2)));
    app.process_all().await;
    assert_eq!(
        app.list("/api/events").await.len(),
        2,
        "unpacking finds them there"
    );
}

async fn a_raw_replay_that_can_read_a_delivery_unpacks_it(app: TestApp) {
    let account = app.connected("bakery").await;
    app.deliver(comment(&account, "18000000000000001", "hi")).await;
    let given_up: DeliveryId = app.list("/api/deliveries").await[0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    for _ in 0..3 {
        let store = &app.parts.store;
        store
            .unpack_failed(&[given_up], "an older version could not")
            .await
            .unwrap();
    }
    app.deliver("not json").await;
    app.process_all().await;
    let told = async || {
        let counts = app.get("/api/summary").await.body["deliveries"].clone();
        let states: Vec<Value> = (app.list("/api/deliveries").await.iter())
            .map(|delivery| json!([delivery["state"], delivery["reason"].is_null()]))
            .collect();
        (counts["unpacked"].clone(), counts["unreadable"].clone(), states)
    };
    let unreadable = json!(["unreadable", false]);
    assert_eq!(
        told().await,
        (json!(0), json!(2), vec![unreadable.clone(), unreadable.clone()])
    );
    app.clock.advance(Duration::from_secs(1));
    for new in [1, 0] {
        let done = replay(&app, "raw", json!({})).await;
        assert_eq!((&done["matched"], &done["changed"]), (&json!(2), &json!(new)));
        assert_eq!(
            told().await,
            (
                json!(1),
                json!(1),
                vec![unreadable.clone(), json!(["unpacked", true])]
            )
        );
    }
    assert_eq!(app.list("/api/events").await.len(), 1);
}

async fn a_replay_takes_only_what_its_filter_names(app: TestApp) {
    let account = enriched(&app, 3).await;
    app.deliver(comment("17841499999999999", "18000000000000001", "of nobody"))
        .await;
    app.process_all().await;
    app.clock.advance(Duration::from_secs(1));
    for (filter, matched) in [
        (json!({ "field": "comments" }), 4),
        (json!({ "account": account }), 3),
        (json!({ "state": "parked" }), 1),
        (json!({ "outcome": "gone" }), 0),
        (json!({ "until": "2026-11-01T00:00:00Z" }), 0),
        (
            json!({ "since": "2026-11-01T00:00:00Z", "field": "comments", "state": "done" }),
            3,
        ),
    ] {
        let said = dry_run(&app, "events", filter.clone()).await;
        assert_eq!(said["matched"], matched, "{filter}");
        let done = replay(&app, "events", filter.clone()).await;
        assert_eq!(done["matched"], matched, "{filter}");
        assert_eq!(done["changed"], said["would_requeue"], "{filter}");
    }
    let key = app.key("shop", "write").await;
    let own = json!({ "from": "events", "dry_run": true });
    let said = app.post_as(&key, "/api/replays", own).await.body;
    assert_eq!(said["matched"], 3, "a workspace replays its own");
}

async fn a_replay_without_a_filter_is_no_replay_of_all(app: TestApp) {
    enriched(&app, 3).await;
    let before = counted(&app).await;
    for from in ["events", "raw"] {
        let refused = app.post("/api/replays", json!({ "from": from })).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (400, &json!("invalid-body"))
        );
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.starts_with("filter: "), "{detail}");
    }
    let said = app
        .post("/api/replays", json!({ "from": "events", "dry_run": true }))
        .await;
    assert_eq!((said.status.as_u16(), &said.body["matched"]), (200, &json!(3)));
    app.process_all().await;
    assert_eq!(counted(&app).await, before);
}

async fn a_replay_leaves_no_trace_at_meta(app: TestApp) {
    let account = enriched(&app, 5).await;
    let public = async || app.meta.get(&format!("feed/{account}")).await;
    let (seen, before) = (public().await, app.feed("/api/feed", 11).await);
    for from in ["events", "raw"] {
        replay(&app, from, json!({})).await;
    }
    assert_eq!(public().await, seen);
    let calls = app.meta.get("calls").await;
    let methods: Vec<&str> = calls["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["method"].as_str().unwrap())
        .collect();
    assert!(!methods.is_empty());
    // Connecting subscribes; nothing else that was ever called writes.
    assert!(
        methods.iter().filter(|method| **method != "GET").count() <= 1,
        "{calls}"
    );
    let start = before[10]["cursor"].as_str().unwrap();
    let news = app.feed(&format!("/api/feed?after={start}"), 5).await;
    assert!(
        news.iter().all(|row| row["kind"] != "comment.received"),
        "old news: {news:?}"
    );
    assert!(
        news.iter().any(|row| row["kind"] == "comment.enriched"),
        "{news:?}"
    );
}
