//! Stories: their numbers come once, are safe at once, and are never overwritten.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::{change, id};

on_both!(
    a_storys_numbers_are_safe_before_anything_is_asked,
    a_storys_media_is_read,
    numbers_sent_again_are_merged_and_their_history_is_kept,
    a_story_whose_media_is_known_needs_no_call,
    a_story_that_is_gone_is_kept_with_its_numbers,
);

/// A story that has ended with these numbers; the webhook is on its way.
async fn ended(app: &TestApp, account: &Value, numbers: Value) -> Value {
    let story = json!({ "account": id(account), "caption": "Sunday" });
    let story = app.meta.post("stories", story).await;
    let path = format!("stories/{}/expire", story["id"].as_str().unwrap());
    app.meta
        .post(&path, json!({ "at_once": true, "insights": numbers }))
        .await;
    story
}

async fn story(app: &TestApp) -> Value {
    let stories = app.list("/api/story-insights").await;
    assert_eq!(stories.len(), 1, "{stories:?}");
    stories[0].clone()
}

async fn a_storys_numbers_are_safe_before_anything_is_asked(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let ended = ended(&app, &account, json!({ "reach": 120, "replies": 3, "exits": 0 })).await;
    let before = app.meta.calls().await;
    app.unpack().await;
    let story = story(&app).await;
    assert_eq!(story["media_id"], ended["id"]);
    assert_eq!(
        story["metrics"],
        json!({ "exits": 0, "reach": 120, "replies": "suppressed" }),
        "below five is suppressed, none is none, and what was not told is absent"
    );
    assert_eq!(story["media_type"], Value::Null);
    assert_eq!(app.meta.calls().await, before);
}

async fn a_storys_media_is_read(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let ended = ended(&app, &account, json!({ "reach": 120 })).await;
    app.unpack().await;
    assert_eq!(app.finish().await, 1);
    let story = story(&app).await;
    assert_eq!(story["media_type"], "IMAGE");
    assert_eq!(story["permalink"], ended["permalink"]);
    assert_eq!(app.list("/api/events").await[0]["outcome"], "enriched");
}

/// The webhook of a story's numbers, sent by hand.
async fn send(app: &TestApp, account: &Value, story: &Value, mut numbers: Value) {
    numbers["media_id"] = story["id"].clone();
    app.deliver(change(&account["id"], "story_insights", &numbers))
        .await;
    app.process_all().await;
}

async fn numbers_sent_again_are_merged_and_their_history_is_kept(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let ended = ended(&app, &account, json!({ "reach": 120, "replies": 7 })).await;
    app.take_in().await;
    app.clock.advance(Duration::from_mins(10));
    send(&app, &account, &ended, json!({ "reach": 125, "taps_back": -1 })).await;
    send(&app, &account, &ended, json!({ "reach": 125, "taps_back": -1 })).await;
    let story = story(&app).await;
    assert_eq!(
        story["metrics"],
        json!({ "reach": 125, "replies": 7, "taps_back": "suppressed" })
    );
    let history = story["history"].as_array().unwrap();
    assert_eq!(history.len(), 2, "the same numbers again are a redelivery");
    let reaches: Vec<_> = history.iter().map(|one| &one["metrics"]["reach"]).collect();
    assert!(
        reaches.contains(&&json!(120)) && reaches.contains(&&json!(125)),
        "{history:?}"
    );
    assert_eq!(app.counts().await["done"], 2);
}

async fn a_story_whose_media_is_known_needs_no_call(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let ended = ended(&app, &account, json!({ "reach": 120 })).await;
    app.take_in().await;
    let before = app.meta.calls().await;
    send(&app, &account, &ended, json!({ "reach": 130 })).await;
    assert_eq!(app.meta.calls().await, before);
    assert_eq!(app.counts().await["done"], 2);
    let outcomes = app.list("/api/events?outcome=enriched").await;
    assert_eq!(outcomes.len(), 2);
    let summary = app.get("/api/summary").await.body;
    assert_eq!(summary["calls"]["enriched_events"], 2);
    let feed = app.feed("/api/feed", 5).await;
    let kinds: Vec<_> = feed.iter().map(|item| &item["kind"]).collect();
    let each = ["story_insights.received", "story_insights.enriched"];
    assert_eq!(kinds[kinds.len() - 4..], [each, each].concat());
    let metrics = app.get("/metrics").await.body;
    let settled = "belino_events_settled_total{outcome=\"enriched\"}";
    assert!(metrics.as_str().unwrap().contains(settled), "{metrics}");
}

async fn a_story_that_is_gone_is_kept_with_its_numbers(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let ended = ended(&app, &account, json!({ "reach": 120 })).await;
    app.unpack().await;
    app.meta
        .delete(&format!("media/{}", ended["id"].as_str().unwrap()))
        .await;
    app.finish().await;
    let event = &app.list("/api/events").await[0];
    assert_eq!(
        (&event["state"], &event["outcome"]),
        (&json!("done"), &json!("stored"))
    );
    assert_eq!(story(&app).await["metrics"]["reach"], 120);
}
