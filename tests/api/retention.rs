//! What is removed after its time, as the API shows it.

use std::time::Duration;

use belino::domain::{Keep, Retention};
use reqwest::StatusCode;
use serde_json::json;

use crate::app::TestApp;
use crate::on_both;
use crate::wire::comment;

on_both!(
    what_was_removed_stays_in_the_sums,
    a_cursor_that_the_feed_does_not_reach_back_to_is_told_so,
    a_follower_that_nothing_happens_to_does_not_expire,
);

const DAY: Duration = Duration::from_hours(24);

async fn remove(app: &TestApp) {
    let retention = Retention {
        events: Keep::For(DAY * 30),
        ..Retention::default()
    };
    app.parts.store.remove_due(&retention, |_| {}).await.unwrap();
}

async fn what_was_removed_stays_in_the_sums(app: TestApp) {
    let account = app.connected("bakery").await;
    let media = app.meta.post("media", json!({ "account": account })).await;
    let wanted = json!({ "account": account, "media_id": media["id"], "text": "Hello" });
    app.meta.post("comments", wanted).await;
    app.take_in().await;
    let delivery = app.list("/api/deliveries").await[0]["id"].clone();
    app.clock.advance(DAY * 31);
    app.deliver(comment("999", "18000000000000001", "of nobody yet"))
        .await;
    app.process_all().await;
    remove(&app).await;
    let summary = app.get("/api/summary").await.body;
    let (events, deliveries) = (&summary["events"], &summary["deliveries"]);
    assert_eq!(
        (&events["retired"], &events["parked"], &events["total"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(summary["fields"]["comments"]["retired"], 1);
    assert_eq!(
        (
            &deliveries["received"],
            &deliveries["unpacked"],
            &deliveries["retired"],
            &deliveries["waiting"]
        ),
        (&json!(2), &json!(1), &json!(1), &json!(0))
    );
    let id = delivery.as_str().unwrap();
    assert_eq!(
        app.get(&format!("/api/deliveries/{id}/body")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.list("/api/comments").await.len(),
        2,
        "what events became stays"
    );
    let metrics = app.get("/metrics").await.body;
    assert!(
        metrics
            .as_str()
            .unwrap()
            .contains("belino_events{state=\"retired\"} 1")
    );
}

async fn a_cursor_that_the_feed_does_not_reach_back_to_is_told_so(app: TestApp) {
    let empty = app.get("/api/feed").await.body["next"].clone();
    let account = app.connected("bakery").await;
    app.deliver(comment(&account, "18000000000000001", "first")).await;
    app.process_all().await;
    let news = app.feed("/api/feed", 2).await;
    app.clock.advance(DAY * 15);
    remove(&app).await;
    for missed in [&empty, &news[0]["cursor"]] {
        let path = format!("/api/feed?after={}", missed.as_str().unwrap());
        let answer = app.get(&path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{answer:?}");
        assert_eq!(answer.body["code"], "cursor-expired");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(
            detail.contains("BELINO_KEEP_FEED") && detail.contains("/api/comments"),
            "{detail}"
        );
    }
    // Who begins anew is given a place from which it can go on.
    let begun = app.get("/api/feed").await.body;
    assert_eq!(begun["data"], json!([]));
    app.deliver(comment(&account, "18000000000000002", "second"))
        .await;
    app.process_all().await;
    let path = format!("/api/feed?after={}", begun["next"].as_str().unwrap());
    assert_eq!(app.feed(&path, 1).await[0]["object_id"], "18000000000000002");
}

async fn a_follower_that_nothing_happens_to_does_not_expire(app: TestApp) {
    let account = app.connected("bakery").await;
    app.deliver(comment(&account, "18000000000000001", "first")).await;
    app.process_all().await;
    app.feed("/api/feed", 2).await;
    let quiet = "/api/feed?account=17841499999999999";
    let next = app.get(quiet).await.body["next"].clone();
    app.clock.advance(DAY * 15);
    remove(&app).await;
    let answer = app
        .get(&format!("{quiet}&after={}", next.as_str().unwrap()))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}
