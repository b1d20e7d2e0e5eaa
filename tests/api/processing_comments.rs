//! What comments become: of every kind, with everything that Graph tells.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::{change, id};

on_both!(
    a_comment_shows_everything_that_graph_tells_of_it_and_of_its_media,
    every_kind_of_media_is_told,
    a_reply_names_what_it_answers,
    a_comment_on_an_ad_is_read_alone,
    a_comment_on_an_ad_that_cannot_be_found_is_kept_as_it_came,
    a_comment_on_a_broadcast_is_read_alone_while_it_runs,
    a_comment_on_a_broadcast_that_is_over_is_kept_as_it_came,
    a_comment_whose_webhook_names_no_media_learns_it_from_graph,
    the_accounts_own_comment_is_a_comment_like_any_other,
    a_deleted_comment_is_gone_once_a_second_look_confirms_it,
    a_comment_is_not_gone_while_the_account_itself_cannot_be_seen,
    what_seems_gone_at_high_usage_rests_the_account_first,
    deleted_comments_are_confirmed_by_one_look_at_the_account,
);

/// What the sandbox was told to make.
fn wanted(account: &Value, media: &Value) -> Value {
    json!({
        "account": id(account), "media_id": media, "text": "Gr\u{fc}\u{df}e \u{1f35e} <3", "username": "ann.b",
        "like_count": 7, "hidden": true, "timestamp": "2026-11-18T08:00:00Z",
    })
}

async fn a_comment_shows_everything_that_graph_tells_of_it_and_of_its_media(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = json!({
        "account": id(&account), "caption": "The new loaf", "like_count": 12, "timestamp": "2026-11-17T06:30:00Z",
    });
    let media = app.meta.post("media", media).await;
    let comment = app.meta.post("comments", wanted(&account, &media["id"])).await;
    app.take_in().await;

    let shown = app.shown(&comment["id"]).await;
    let expected = json!({
        "id": comment["id"], "account_id": account["id"], "parent_id": null, "live": false, "ad_id": null,
        "text": "Gr\u{fc}\u{df}e \u{1f35e} <3", "from_id": comment["from"]["id"], "username": "ann.b",
        "created_at": "2026-11-18T08:00:00Z", "like_count": 7, "hidden": true, "gone_at": null,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    let expected = json!({
        "id": media["id"], "media_type": "IMAGE", "media_product_type": "FEED", "caption": "The new loaf",
        "permalink": media["permalink"], "published_at": "2026-11-17T06:30:00Z", "like_count": 12,
        "comments_count": 1,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&shown["media"][name], value, "media.{name}");
    }
    let event = app.event(&comment["id"]).await;
    assert_eq!(event["outcome"], "enriched");
    assert_eq!(event["enrichment"]["id"], comment["id"]);
    assert_eq!(event["calls"].as_array().unwrap().len(), 1);
}

async fn every_kind_of_media_is_told(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let kinds = [
        (json!({}), "IMAGE", "FEED"),
        (json!({ "media_product_type": "REELS" }), "VIDEO", "REELS"),
        (json!({ "children": 3 }), "CAROUSEL_ALBUM", "FEED"),
    ];
    let mut comments = Vec::new();
    for (mut wanted, media_type, product) in kinds {
        wanted["account"] = account["id"].clone();
        let media = app.meta.post("media", wanted).await;
        comments.push((app.comment(&account, &media["id"]).await, media_type, product));
    }
    app.take_in().await;
    for (comment, media_type, product) in comments {
        let media = &app.shown(&comment["id"]).await["media"];
        assert_eq!(media["media_type"], media_type);
        assert_eq!(media["media_product_type"], product);
    }
}

async fn a_reply_names_what_it_answers(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let parent = json!({ "media_id": media, "announce": false });
    let parent = app.meta.post("comments", parent).await;
    let reply = json!({ "parent_id": parent["id"], "text": "me too" });
    let reply = app.meta.post("comments", reply).await;
    app.take_in().await;
    let shown = app.shown(&reply["id"]).await;
    assert_eq!(shown["parent_id"], parent["id"]);
    assert_eq!(shown["text"], "me too");
    assert_eq!(shown["media"]["id"], media);
    assert_eq!(app.event(&reply["id"]).await["outcome"], "enriched");
}

/// Two comments on one ad: no page brings them.
async fn on_an_ad(app: &TestApp, account: &Value) -> Vec<Value> {
    let media = app.media(account).await;
    let mut comments = Vec::new();
    for _ in 0..2 {
        let wanted = json!({ "media_id": media, "ad_id": "120210000000001", "ad_title": "Loaves" });
        comments.push(app.meta.post("comments", wanted).await);
    }
    comments
}

async fn a_comment_on_an_ad_is_read_alone(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comments = on_an_ad(&app, &account).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    assert_eq!(app.meta.calls().await - before, 2, "a read each, and no walk");
    for comment in comments {
        let shown = app.shown(&comment["id"]).await;
        assert_eq!(shown["ad_id"], "120210000000001");
        assert_eq!(shown["like_count"], 0, "it was read");
        assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
    }
}

async fn a_comment_on_an_ad_that_cannot_be_found_is_kept_as_it_came(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comments = on_an_ad(&app, &account).await;
    for comment in &comments {
        app.meta
            .delete(&format!("comments/{}", comment["id"].as_str().unwrap()))
            .await;
    }
    app.unpack().await;
    app.finish().await;
    for comment in comments {
        let event = app.event(&comment["id"]).await;
        assert_eq!(
            (&event["state"], &event["outcome"]),
            (&json!("done"), &json!("stored"))
        );
        let shown = app.shown(&comment["id"]).await;
        assert_eq!(shown["gone_at"], Value::Null, "nobody said that it is gone");
        assert_eq!(shown["text"], comment["text"]);
    }
}

async fn on_a_broadcast(app: &TestApp, account: &Value) -> Value {
    let media = json!({ "account": id(account), "media_product_type": "LIVE" });
    let media = app.meta.post("media", media).await;
    app.comments(&media["id"], 2).await["last"].clone()
}

async fn a_comment_on_a_broadcast_is_read_alone_while_it_runs(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = on_a_broadcast(&app, &account).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    assert_eq!(app.meta.calls().await - before, 2, "a read each, and no walk");
    assert_eq!(app.shown(&comment["id"]).await["live"], true);
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["field"], &event["outcome"]),
        (&json!("live_comments"), &json!("enriched"))
    );
}

async fn a_comment_on_a_broadcast_that_is_over_is_kept_as_it_came(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = on_a_broadcast(&app, &account).await;
    app.unpack().await;
    app.clock.advance(Duration::from_hours(5));
    app.finish().await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["outcome"]),
        (&json!("done"), &json!("stored"))
    );
    assert_eq!(app.shown(&comment["id"]).await["text"], comment["text"]);
}

async fn a_comment_whose_webhook_names_no_media_learns_it_from_graph(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let comment = json!({ "media_id": media, "announce": false });
    let comment = app.meta.post("comments", comment).await;
    let value = json!({ "id": comment["id"], "text": "on a picture of the album", "from": { "id": "5" } });
    app.deliver(change(&account["id"], "comments", &value)).await;
    app.process_all().await;
    let shown = app.shown(&comment["id"]).await;
    assert_eq!(shown["media"]["id"], media);
    assert_eq!(shown["media"]["media_type"], "IMAGE");
    assert_eq!(shown["text"], comment["text"], "Graph's word counts");
}

async fn the_accounts_own_comment_is_a_comment_like_any_other(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let wanted = json!({ "media_id": media, "by_owner": true, "text": "We open at 7" });
    let comment = app.meta.post("comments", wanted).await;
    app.take_in().await;
    let shown = app.shown(&comment["id"]).await;
    assert_eq!(
        (&shown["from_id"], &shown["username"]),
        (&account["id"], &json!("bakery"))
    );
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
}

async fn deleted(app: &TestApp, account: &Value) -> Value {
    let media = app.media(account).await;
    let comment = app.comment(account, &media).await;
    app.meta
        .delete(&format!("comments/{}", comment["id"].as_str().unwrap()))
        .await;
    comment
}

async fn a_deleted_comment_is_gone_once_a_second_look_confirms_it(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = deleted(&app, &account).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(event["state"], "waiting");
    assert_eq!(event["attempt_log"][0]["class"], "gone-suspected");
    assert_eq!(event["attempt_log"][0]["subcode"], 33);
    app.after(Duration::from_secs(59)).await;
    assert_eq!(
        app.meta.calls().await - before,
        1,
        "nothing is asked for a minute"
    );
    app.after(Duration::from_secs(8)).await;

    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["outcome"]),
        (&json!("done"), &json!("gone"))
    );
    let shown = app.shown(&comment["id"]).await;
    assert_ne!(shown["gone_at"], Value::Null);
    assert_eq!(shown["text"], comment["text"], "what is known stays");
    let paths: Vec<Value> = app
        .calls_after(before)
        .await
        .iter()
        .map(|call| call["path"].clone())
        .collect();
    let comment_path = format!("/{}", comment["id"].as_str().unwrap());
    let account_path = format!("/{}", id(&account));
    assert_eq!(paths, [comment_path.clone(), comment_path, account_path]);
}

async fn a_comment_is_not_gone_while_the_account_itself_cannot_be_seen(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = deleted(&app, &account).await;
    let blind = json!({ "error": { "code": 100, "subcode": 33 } });
    let itself = json!({ "path": format!("/{}", id(&account)) });
    app.fault(blind, itself, None).await;
    app.take_in().await;
    app.after(Duration::from_secs(70)).await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["outcome"]),
        (&json!("parked"), &Value::Null)
    );
    assert_eq!(event["reason"]["code"], "reconnect");
    assert_eq!(app.shown(&comment["id"]).await["gone_at"], Value::Null);
}

async fn what_seems_gone_at_high_usage_rests_the_account_first(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    // One call of 20 connected the account; 15 more make it 80 percent.
    app.meta.post("settings", json!({ "account_calls": 20 })).await;
    app.lone_comments(&account, 15).await;
    app.take_in().await;
    app.clock.advance(Duration::from_secs(31));
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    let disguised = json!({ "error": { "code": 100, "subcode": 33 } });
    app.fault(disguised, json!({}), Some(1)).await;
    app.take_in().await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(event["attempt_log"][0]["class"], "gone-suspected", "{event}");
    let before = app.meta.calls().await;
    app.after(Duration::from_secs(9 * 60 + 59)).await;
    assert_eq!(
        app.meta.calls().await,
        before,
        "the account rests for ten minutes"
    );
    app.after(Duration::from_secs(62)).await;
    assert_eq!(
        app.event(&comment["id"]).await["outcome"],
        "enriched",
        "it was a limit in disguise"
    );
}

async fn deleted_comments_are_confirmed_by_one_look_at_the_account(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    for _ in 0..5 {
        deleted(&app, &account).await;
    }
    let before = app.meta.calls().await;
    app.take_in().await;
    app.after(Duration::from_secs(70)).await;
    assert_eq!(app.counts().await["done"], 5);
    assert_eq!(
        app.meta.calls().await - before,
        11,
        "two looks each, and one at the account"
    );
}
