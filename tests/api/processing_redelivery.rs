//! The same thing told again: in another batch, in other words, by the other login.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::{change, changes};

on_both!(
    a_redelivery_in_another_batch_adds_no_event_and_is_counted,
    other_words_send_a_comment_back_to_work_once,
    a_comment_told_by_both_logins_is_one_comment,
    a_comment_told_by_the_other_login_under_another_id_is_still_one_comment,
);

/// Comments that Meta has not told of, and what its webhooks would say of them.
async fn untold(app: &TestApp, account: &Value, count: usize) -> Vec<Value> {
    let media = app.media(account).await;
    let mut told = Vec::new();
    for _ in 0..count {
        let wanted = json!({ "media_id": media, "announce": false });
        let comment = app.meta.post("comments", wanted).await;
        told.push(json!({ "id": comment["id"], "text": comment["text"], "media": { "id": media } }));
    }
    told
}

async fn sightings(app: &TestApp, comment: &Value) -> usize {
    let event = app.event(&comment["id"]).await;
    event["sightings"].as_array().unwrap().len()
}

async fn a_redelivery_in_another_batch_adds_no_event_and_is_counted(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let told = untold(&app, &account, 3).await;
    let first = changes(&account["id"], &[("comments", &told[0]), ("comments", &told[1])]);
    app.deliver(&first).await;
    app.process_all().await;
    // The page that was read brought the third comment, too: good for a minute.
    app.clock.advance(Duration::from_mins(2));
    let before = app.meta.calls().await;
    app.deliver(changes(
        &account["id"],
        &[("comments", &told[1]), ("comments", &told[2])],
    ))
    .await;
    app.deliver(&first).await;
    app.process_all().await;
    assert_eq!(app.counts().await["total"], 3);
    assert_eq!(app.counts().await["done"], 3);
    assert_eq!(app.meta.calls().await - before, 1, "for the one that is new");
    let mut seen = Vec::new();
    for comment in &told {
        seen.push(sightings(&app, comment).await);
    }
    assert_eq!(seen, [1, 2, 0]);
}

async fn other_words_send_a_comment_back_to_work_once(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let told = untold(&app, &account, 1).await.remove(0);
    let mut changed = told.clone();
    changed["text"] = json!("in other words");
    let mut calls = Vec::new();
    for value in [&told, &changed, &changed, &told] {
        let before = app.meta.calls().await;
        app.deliver(change(&account["id"], "comments", value)).await;
        app.process_all().await;
        calls.push(app.meta.calls().await - before);
    }
    assert_eq!(calls, [1, 1, 0, 0]);
    assert_eq!(app.counts().await["total"], 1);
    let event = app.event(&told["id"]).await;
    assert_eq!(event["outcome"], "enriched");
    let seen = event["sightings"].as_array().unwrap();
    assert_eq!(seen.len(), 3);
    let variants: Vec<_> = seen.iter().filter(|one| !one["variant"].is_null()).collect();
    assert_eq!(variants.len(), 1, "{seen:?}");
    assert_eq!(
        app.shown(&told["id"]).await["text"],
        told["text"],
        "Graph's word counts"
    );
}

async fn a_comment_told_by_both_logins_is_one_comment(app: TestApp) {
    let wanted = json!({ "username": "bakery", "subscribe": ["facebook", "instagram"] });
    let account = app.meta.post("accounts", wanted).await;
    app.connect("shop", "facebook", &account).await;
    app.connect("shop", "instagram", &account).await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    assert_eq!(app.list("/api/deliveries").await.len(), 2);
    assert_eq!(app.counts().await["total"], 1, "the same account, field and id");
    assert_eq!(sightings(&app, &comment).await, 1);
    assert_eq!(app.list("/api/comments").await.len(), 1);
    assert_eq!(app.meta.calls().await - before, 1);
}

async fn a_comment_told_by_the_other_login_under_another_id_is_still_one_comment(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    let told = untold(&app, &account, 1).await.remove(0);
    for entry in ["id", "app_scoped_id"] {
        app.deliver(change(&account[entry], "comments", &told)).await;
    }
    app.process_all().await;
    let events = app.list("/api/events").await;
    assert_eq!(events.len(), 2);
    assert!(
        events.iter().all(|event| event["outcome"] == "enriched"),
        "{events:?}"
    );
    assert!(
        events.iter().all(|event| event["account_id"] == account["id"]),
        "{events:?}"
    );
    let comments = app.list("/api/comments").await;
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0]["text"], told["text"]);
}
