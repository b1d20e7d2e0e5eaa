//! The life of a token: renewed ahead of its end, or known to end.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_token_of_instagram_login_lives_on_for_120_days,
    a_renewal_that_fails_is_tried_again_and_holds_up_no_other,
    a_token_that_was_taken_back_needs_a_reconnect_which_frees_what_waited,
    a_token_of_facebook_login_without_a_later_end_keeps_its_date,
);

const DAY: Duration = Duration::from_hours(24);

async fn renew(app: &TestApp) -> usize {
    app.parts
        .connector
        .renew_due(&CancellationToken::new())
        .await
        .unwrap()
}

async fn ends(app: &TestApp) -> String {
    app.only_connection().await["token_expires_at"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn a_token_of_instagram_login_lives_on_for_120_days(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let mut renewed = 0;
    for _ in 0..120 {
        app.clock.advance(DAY);
        renewed += renew(&app).await;
        assert!(
            ends(&app).await > (app.clock.now() + DAY * 9).to_string(),
            "well ahead of its end"
        );
    }
    assert_eq!(renewed, 2);
    let media = app.meta.post("media", json!({ "account": "bakery" })).await;
    app.meta
        .post(
            "comments",
            json!({ "media_id": media["id"], "text": "Still here" }),
        )
        .await;
    app.take_in().await;
    let comments = app.list("/api/comments").await;
    assert_eq!(comments[0]["text"], "Still here");
    assert_eq!(app.list("/api/events?state=done&outcome=enriched").await.len(), 1);
}

async fn a_renewal_that_fails_is_tried_again_and_holds_up_no_other(app: TestApp) {
    for name in ["bakery", "cafe"] {
        let account = app.meta.account(name).await;
        app.log_in("instagram", &[("as", account["id"].as_str().unwrap())])
            .await;
    }
    app.clock.advance(DAY * 50);
    let fault = json!({ "match": { "path": "/refresh_access_token" }, "what": { "error": { "code": 2, "http": 500 } }, "times": 1 });
    app.meta.post("faults", fault).await;
    assert_eq!(renew(&app).await, 1);
    assert_eq!(renew(&app).await, 0, "it rests first");
    app.clock.advance(Duration::from_mins(15));
    assert_eq!(renew(&app).await, 1);
}

async fn a_token_that_was_taken_back_needs_a_reconnect_which_frees_what_waited(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let media = app.meta.post("media", json!({ "account": "bakery" })).await;
    let tokens: Vec<Value> = app.meta.get("tokens?account=bakery").await["data"]
        .as_array()
        .unwrap()
        .clone();
    for token in tokens {
        let revoked = json!({ "access_token": token["access_token"], "state": "revoked" });
        app.meta.post("tokens", revoked).await;
    }
    app.clock.advance(DAY * 50);
    assert_eq!(renew(&app).await, 0);
    let status = app.get("/api/instagram/status").await;
    assert_eq!(
        status.body["accounts"][0]["state"], "needs_reconnect",
        "{status:?}"
    );
    let told = |feed: &Value| {
        let mut entries = feed["data"].as_array().unwrap().iter();
        entries.any(|entry| entry["kind"] == "account.needs_reconnect")
    };
    app.until("/api/feed", told).await;
    app.meta
        .post("comments", json!({ "media_id": media["id"], "text": "Hello?" }))
        .await;
    app.take_in().await;
    let waiting = app.get("/api/instagram/status").await.body["accounts"][0]["backlog"].clone();
    assert_eq!(waiting["parked"], 1, "{waiting}");
    let done = app.log_in("instagram", &[]).await;
    assert_eq!(done.body["result"], "connected", "{done:?}");
    app.process_all().await;
    assert_eq!(app.list("/api/events?state=done&outcome=enriched").await.len(), 1);
    assert_eq!(
        app.get("/api/instagram/status").await.body["accounts"][0]["state"],
        "active"
    );
}

async fn a_token_of_facebook_login_without_a_later_end_keeps_its_date(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("facebook", &[]).await;
    let before = ends(&app).await;
    app.clock.advance(DAY * 51);
    assert_eq!(renew(&app).await, 0);
    assert_eq!(ends(&app).await, before);
    assert_eq!(app.only_connection().await["state"], "active");
    let account = app.get("/api/instagram/status").await.body["accounts"][0].clone();
    assert_eq!(
        (&account["state"], &account["connected"]),
        (&json!("expiring"), &json!(true))
    );
    assert_eq!(account["reconnect_by"], json!(before));
    assert_eq!(account["findings"][0]["code"], "expiring");
    let again = app.log_in("facebook", &[]).await;
    assert_eq!(again.body["result"], "connected", "{again:?}");
    let account = app.get("/api/instagram/status").await.body["accounts"][0].clone();
    assert_eq!(
        (&account["state"], &account["findings"]),
        (&json!("active"), &json!([]))
    );
}
