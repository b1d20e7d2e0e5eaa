//! Whose turn it is: nobody's backlog holds up a neighbour.

use std::time::Duration;

use serde_json::json;

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_backlog_of_thousands_does_not_starve_a_neighbour,
    live_events_go_before_replayed_ones,
);

async fn a_backlog_of_thousands_does_not_starve_a_neighbour(app: TestApp) {
    let busy = app.shop("busy", &["facebook"]).await;
    let quiet = app.shop("quiet", &["facebook"]).await;
    app.process_all().await;
    for _ in 0..400 {
        let media = app.media(&busy).await;
        app.comments(&media, 5).await;
    }
    app.unpack().await;
    assert!(app.slice().await > 0);
    app.clock.advance(Duration::from_micros(1));
    app.lone_comments(&quiet, 1).await;
    app.unpack().await;
    // The backlog is at the tail of the queue, perhaps before the neighbour, but for one slice only.
    for _ in 0..2 {
        app.clock.advance(Duration::from_micros(1));
        app.slice().await;
    }
    let path = format!("/api/events?account={}", quiet["id"].as_str().unwrap());
    assert_eq!(app.list(&path).await[0]["state"], "done");
    let counts = app.counts().await;
    assert!(counts["pending"].as_i64().unwrap() > 1_000, "{counts}");
    app.finish().await;
    assert_eq!(app.counts().await["done"], 2_001);
}

async fn live_events_go_before_replayed_ones(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.lone_comments(&account, 250).await;
    app.unpack().await;
    app.finish().await;
    app.clock.advance(Duration::from_secs(1));
    let replay = app
        .post(
            "/api/replays",
            json!({ "filter": {}, "from": "events", "dry_run": false }),
        )
        .await;
    assert!(replay.status.is_success(), "{replay:?}");
    for _ in 0..3 {
        app.parts.processor.process_chores().await.unwrap();
    }
    assert_eq!(app.counts().await["pending"], 250);
    app.clock.advance(Duration::from_secs(1));
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    app.unpack().await;
    app.slice().await;
    assert_eq!(
        app.event(&comment["id"]).await["state"],
        "done",
        "it came last and went first"
    );
    app.finish().await;
    assert_eq!(app.counts().await["done"], 251);
}
