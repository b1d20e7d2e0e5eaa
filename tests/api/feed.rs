//! The feed: what happened, in the order in which it happened, for whoever may see it.

use serde_json::json;

use crate::app::TestApp;
use crate::on_both;
use crate::wire::comment;

on_both!(
    a_comments_way_shows_in_order,
    a_redelivery_is_no_news,
    an_empty_feed_says_where_to_go_on,
    each_workspace_follows_its_own,
);

async fn a_comments_way_shows_in_order(app: TestApp) {
    let account = app.connected("bakery").await;
    let media = app.meta.post("media", json!({ "account": account })).await;
    let wanted = json!({ "account": account, "media_id": media["id"], "text": "Hello" });
    let comment = app.meta.post("comments", wanted).await;
    app.take_in().await;
    let news = app.feed("/api/feed", 3).await;
    let about: Vec<_> = news
        .iter()
        .filter(|row| row["object_id"] == comment["id"])
        .collect();
    let kinds: Vec<_> = about.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["comment.received", "comment.enriched"], "{news:?}");
    assert!(about.iter().all(|row| row["account_id"] == account));
    let event = app.list("/api/events").await[0]["id"].clone();
    assert!(about.iter().all(|row| row["event_id"] == event), "{news:?}");
    let times: Vec<&str> = news.iter().map(|row| row["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
}

async fn a_redelivery_is_no_news(app: TestApp) {
    let account = app.connected("bakery").await;
    let body = comment(&account, "18000000000000001", "once");
    app.deliver(&body).await;
    app.process_all().await;
    let before = app.feed("/api/feed", 2).await;
    for _ in 0..3 {
        app.deliver(&body).await;
    }
    app.process_all().await;
    // The news of another comment stands behind whatever the redeliveries could have told.
    app.deliver(comment(&account, "18000000000000002", "another"))
        .await;
    app.process_all().await;
    let after = app.feed("/api/feed", 3).await;
    assert_eq!(after[..2], before);
    assert_eq!(
        (after.len(), &after[2]["object_id"]),
        (3, &json!("18000000000000002"))
    );
}

async fn an_empty_feed_says_where_to_go_on(app: TestApp) {
    let empty = app.get("/api/feed").await.body;
    assert_eq!(empty["data"], json!([]));
    let start = empty["next"].as_str().unwrap().to_owned();
    let account = app.connected("bakery").await;
    app.deliver(comment(&account, "18000000000000001", "first")).await;
    app.process_all().await;
    let news = app.feed(&format!("/api/feed?after={start}"), 2).await;
    let kinds: Vec<_> = news.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["account.connected", "comment.received"]);
}

async fn each_workspace_follows_its_own(app: TestApp) {
    let (shop, rival) = (app.tenant("shop").await, app.tenant("rival").await);
    for (tenant, id) in [(&shop, "18000000000000001"), (&rival, "18000000000000002")] {
        app.deliver(comment(&tenant.account, id, "hello")).await;
    }
    app.process_all().await;
    app.feed("/api/feed", 4).await;
    for (tenant, id) in [(&shop, "18000000000000001"), (&rival, "18000000000000002")] {
        let news = app.list_as(&tenant.key, "/api/feed").await;
        assert!(news.iter().any(|row| row["object_id"] == id));
        assert!(
            news.iter().all(|row| row["account_id"] == tenant.account),
            "{news:?}"
        );
        let path = format!("/api/feed?account={}", tenant.account);
        assert_eq!(app.list(&path).await, news);
    }
    assert_eq!(
        app.list("/api/feed?account=17841499999999999").await,
        Vec::<serde_json::Value>::new()
    );
}
