//! The way of a delivery, from Meta's POST to what the API shows.

use serde_json::json;

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_comment_is_enriched_and_can_be_read,
    a_burst_on_one_media_is_read_by_the_page,
);

async fn a_comment_is_enriched_and_can_be_read(app: TestApp) {
    let account = app.connected("bakery").await;
    let media = app
        .meta
        .post("media", json!({ "account": account, "caption": "The new loaf" }))
        .await;
    let comment = json!({ "account": account, "media_id": media["id"], "text": "Sch\u{f6}n \u{1f35e}", "like_count": 3 });
    let comment = app.meta.post("comments", comment).await;
    app.take_in().await;
    let shown = app.list("/api/comments").await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["id"], comment["id"]);
    assert_eq!(shown[0]["text"], "Sch\u{f6}n \u{1f35e}");
    assert_eq!(shown[0]["like_count"], 3);
    assert_eq!(shown[0]["media"]["caption"], "The new loaf");
    let events = app.list("/api/events").await;
    assert_eq!(events[0]["state"], "done");
    assert_eq!(events[0]["outcome"], "enriched");
}

async fn a_burst_on_one_media_is_read_by_the_page(app: TestApp) {
    let account = app.connected("bakery").await;
    let media = app.meta.post("media", json!({ "account": account })).await;
    let before = app.meta.calls().await;
    app.meta
        .post(
            "comments",
            json!({ "account": account, "media_id": media["id"], "count": 1000 }),
        )
        .await;
    app.take_in().await;
    let summary = app.get("/api/summary").await.body;
    assert_eq!(summary["events"]["done"], 1000);
    let calls = app.meta.calls().await - before;
    assert!(calls <= 25, "{calls} calls for 1,000 comments on one media");
}
