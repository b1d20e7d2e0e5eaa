//! Mentions of an account in other people's comments and captions.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::{change, id};

on_both!(
    a_mention_in_a_comment_is_read_through_the_account,
    a_mention_in_a_caption_is_read_through_the_account,
    under_instagram_login_a_mention_is_kept_as_it_came,
    a_mention_sent_again_is_one_mention,
);

async fn mentioned(app: &TestApp, account: &Value, in_comment: bool) -> Value {
    let wanted = json!({
        "account": id(account), "in_comment": in_comment, "username": "mila.kocht", "text": "breakfast at @bakery",
    });
    app.meta.post("mentions", wanted).await
}

async fn only(app: &TestApp) -> Value {
    let mentions = app.list("/api/mentions").await;
    assert_eq!(mentions.len(), 1, "{mentions:?}");
    mentions[0].clone()
}

async fn a_mention_in_a_comment_is_read_through_the_account(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let made = mentioned(&app, &account, true).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    let mention = only(&app).await;
    assert_eq!(
        (&mention["media_id"], &mention["comment_id"]),
        (&made["media_id"], &made["comment_id"])
    );
    assert_eq!(mention["text"], "breakfast at bakery", "Meta takes the @ away");
    assert_eq!(mention["username"], "mila.kocht");
    assert_ne!(mention["permalink"], Value::Null);
    let calls = app.calls_after(before).await;
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["path"], format!("/{}", id(&account)));
    assert_eq!(app.list("/api/events").await[0]["outcome"], "enriched");
}

async fn a_mention_in_a_caption_is_read_through_the_account(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let made = mentioned(&app, &account, false).await;
    app.take_in().await;
    let mention = only(&app).await;
    assert_eq!(
        (&mention["media_id"], &mention["comment_id"]),
        (&made["media_id"], &Value::Null)
    );
    assert_eq!(mention["text"], "breakfast at bakery");
    assert_eq!(
        (&mention["media_type"], &mention["username"]),
        (&json!("IMAGE"), &json!("mila.kocht"))
    );
    assert_eq!(app.list("/api/events").await[0]["outcome"], "enriched");
}

async fn under_instagram_login_a_mention_is_kept_as_it_came(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let value = json!({ "media_id": "18000000000000077", "comment_id": "17900000000000066" });
    app.deliver(change(&account["id"], "mentions", &value)).await;
    let before = app.meta.calls().await;
    app.process_all().await;
    let event = &app.list("/api/events").await[0];
    assert_eq!(
        (&event["state"], &event["outcome"]),
        (&json!("done"), &json!("stored"))
    );
    let mention = only(&app).await;
    assert_eq!(
        (&mention["comment_id"], &mention["text"]),
        (&json!("17900000000000066"), &Value::Null)
    );
    assert_eq!(app.meta.calls().await, before, "that login cannot read it");
}

async fn a_mention_sent_again_is_one_mention(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let made = mentioned(&app, &account, true).await;
    app.take_in().await;
    let value = json!({ "media_id": made["media_id"], "comment_id": made["comment_id"] });
    app.deliver(change(&account["id"], "mentions", &value)).await;
    app.process_all().await;
    only(&app).await;
    let events = app.list("/api/events").await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        app.event(&events[0]["key"]).await["sightings"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
