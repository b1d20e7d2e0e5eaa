//! Accounts: unknown at first, adopted when somebody connects them, left and taken up again.

use belino::store::{EventFilter, PageRequest};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{OPERATOR, TestApp};
use crate::on_both;
use crate::scene::{change, id};

on_both!(
    events_of_an_unknown_account_wait_for_its_connection,
    connecting_adopts_what_has_waited_byte_for_byte,
    what_came_under_the_pages_id_becomes_the_accounts,
    what_came_under_both_ids_is_one_comment,
    an_account_of_another_workspace_cannot_be_connected,
    a_disconnected_account_keeps_its_events_until_it_is_connected_again,
    an_account_without_its_last_connection_but_one_goes_on,
);

/// Comments of an account that nobody has connected.
async fn strangers(app: &TestApp, count: usize) -> Value {
    let account = app.meta.account("stranger").await;
    let media = app.media(&account).await;
    app.comments(&media, count).await;
    app.take_in().await;
    account
}

async fn events_of_an_unknown_account_wait_for_its_connection(app: TestApp) {
    strangers(&app, 3).await;
    for event in app.list("/api/events").await {
        assert_eq!(event["state"], "parked");
        assert_eq!(event["reason"]["code"], "unknown-account");
        assert_ne!(event["reason"]["fix"], Value::Null);
    }
    assert_eq!(app.counts().await["parked"], 3);
    let key = app.key("shop", "read").await;
    let seen = app.get_as(&key, "/api/events").await;
    assert_eq!(seen.body["data"], json!([]), "they are nobody's yet");
}

/// The payload of each event as it is stored, byte for byte.
async fn payloads(app: &TestApp) -> Vec<(String, String)> {
    let page = PageRequest {
        after: None,
        limit: 500,
    };
    let events = app
        .parts
        .store
        .events(&EventFilter::default(), page)
        .await
        .unwrap();
    events
        .into_iter()
        .map(|event| (event.key, event.payload))
        .collect()
}

async fn connecting_adopts_what_has_waited_byte_for_byte(app: TestApp) {
    let account = strangers(&app, 120).await;
    let before = payloads(&app).await;
    assert_eq!(before.len(), 120);
    let answer = app.connect("shop", "facebook", &account).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let calls = app.finish().await;
    assert!(calls <= 4, "{calls} calls");
    assert_eq!(payloads(&app).await, before);
    let counts = app.counts().await;
    assert_eq!((&counts["done"], &counts["total"]), (&json!(120), &json!(120)));
    let key = app.key("shop", "read").await;
    let seen = app.get_as(&key, "/api/events?outcome=enriched&limit=200").await;
    assert_eq!(
        seen.body["data"].as_array().unwrap().len(),
        120,
        "they are the workspace's now"
    );
}

async fn what_came_under_the_pages_id_becomes_the_accounts(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let media = app.media(&account).await;
    let unheard = json!({ "media_id": media, "announce": false });
    let comment = app.meta.post("comments", unheard).await;
    let value = json!({ "id": comment["id"], "text": comment["text"], "media": { "id": media } });
    app.deliver(change(&account["page_id"], "comments", &value)).await;
    app.process_all().await;
    assert_eq!(app.event(&comment["id"]).await["account_id"], account["page_id"]);

    app.connect("shop", "facebook", &account).await;
    app.process_all().await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["account_id"], &event["outcome"]),
        (&account["id"], &json!("enriched"))
    );
    assert_eq!(app.shown(&comment["id"]).await["account_id"], account["id"]);
    let status = app.get("/api/instagram/status?workspace=shop").await.body;
    assert_eq!(status["accounts"].as_array().unwrap().len(), 1);
}

async fn what_came_under_both_ids_is_one_comment(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    app.take_in().await;
    let value = json!({ "id": comment["id"], "text": comment["text"], "media": { "id": media } });
    app.deliver(change(&account["page_id"], "comments", &value)).await;
    app.process_all().await;
    app.connect("shop", "facebook", &account).await;
    app.process_all().await;
    let counts = app.counts().await;
    assert_eq!((&counts["done"], &counts["total"]), (&json!(2), &json!(2)));
    let key = app.key("shop", "read").await;
    let comments = app.get_as(&key, "/api/comments").await.body;
    assert_eq!(comments["data"].as_array().unwrap().len(), 1, "{comments}");
}

async fn an_account_of_another_workspace_cannot_be_connected(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    for login in ["facebook", "instagram"] {
        let answer = app.connect("rival", login, &account).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{answer:?}");
        assert_eq!(answer.body["code"], "account-unavailable");
    }
    let rival = app.key("rival", "read").await;
    let seen = app.get_as(&rival, "/api/instagram/connections").await;
    assert_eq!(seen.body["data"], json!([]));
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    assert_eq!(app.get_as(&rival, "/api/events").await.body["data"], json!([]));
    assert_eq!(
        app.get_as(OPERATOR, "/api/events").await.body["data"][0]["outcome"],
        "enriched"
    );
}

async fn a_disconnected_account_keeps_its_events_until_it_is_connected_again(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.process_all().await;
    // They are on their way when Meta is told to send no more.
    app.lone_comments(&account, 2).await;
    app.disconnect(&app.connection("facebook").await).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    for event in app.list("/api/events").await {
        assert_eq!(
            (&event["state"], &event["reason"]["code"]),
            (&json!("parked"), &json!("reconnect"))
        );
    }
    assert_eq!(app.meta.calls().await, before);
    let status = app.get("/api/instagram/status?workspace=shop").await.body;
    assert_eq!(status["accounts"][0]["state"], "disconnected");

    let person = account["facebook_user_id"].as_str().unwrap();
    let again = app.log_in("facebook", &[("as", person)]).await;
    assert_eq!(again.body["result"], "connected", "{again:?}");
    app.process_all().await;
    assert_eq!(app.counts().await["done"], 2);
}

async fn an_account_without_its_last_connection_but_one_goes_on(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    app.lone_comments(&account, 1).await;
    app.disconnect(&app.connection("facebook").await).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    assert_eq!(app.counts().await["done"], 1);
    let calls = app.calls_after(before).await;
    assert_eq!(calls[0]["login"], "instagram", "for {}", id(&account));
}
