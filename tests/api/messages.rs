//! Direct messages: kept as they come, in whatever order, without asking Graph for anything.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::id;

on_both!(
    a_message_is_kept_with_its_text,
    a_message_is_kept_with_its_attachments_and_what_it_answers,
    an_echo_is_a_message_that_the_account_sent,
    an_edit_changes_the_text,
    an_edit_that_comes_first_stays,
    a_deletion_takes_the_text_away,
    a_deletion_that_comes_first_stays,
    a_reaction_is_kept_as_it_came,
    messages_of_an_unknown_account_wait_for_nothing,
);

async fn sent(app: &TestApp, wanted: Value) -> Value {
    app.meta.post("messages", wanted).await
}

async fn take_in_without_calls(app: &TestApp) {
    let before = app.meta.calls().await;
    app.take_in().await;
    assert_eq!(app.meta.calls().await, before, "messages need no call");
    let counts = app.counts().await;
    assert_eq!(counts["done"], counts["total"], "{counts}");
}

async fn only(app: &TestApp) -> Value {
    let messages = app.list("/api/messages").await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].clone()
}

async fn a_message_is_kept_with_its_text(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let message = sent(
        &app,
        json!({ "account": id(&account), "text": "Ge\u{f6}ffnet? \u{1f956}" }),
    )
    .await;
    take_in_without_calls(&app).await;
    let shown = only(&app).await;
    assert_eq!(
        (&shown["id"], &shown["text"]),
        (&message["mid"], &json!("Ge\u{f6}ffnet? \u{1f956}"))
    );
    assert_eq!((&shown["direction"], &shown["edits"]), (&json!("in"), &json!(0)));
    assert_eq!(shown["sender_id"], message["from"]["id"]);
    assert_eq!(shown["recipient_id"], account["id"]);
    assert_eq!(shown["account_id"], account["id"]);
    assert_ne!(shown["sent_at"], Value::Null);
}

async fn a_message_is_kept_with_its_attachments_and_what_it_answers(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let first = sent(&app, json!({ "account": id(&account), "text": "first" })).await;
    let attachments = json!([{ "type": "image", "payload": { "url": "https://lookaside.example/1" } }]);
    let wanted = json!({ "account": id(&account), "attachments": attachments, "reply_to": first["mid"] });
    let message = sent(&app, wanted).await;
    take_in_without_calls(&app).await;
    let messages = app.list("/api/messages").await;
    let shown = messages.iter().find(|one| one["id"] == message["mid"]).unwrap();
    assert_eq!(
        (&shown["text"], &shown["attachments"]),
        (&Value::Null, &attachments)
    );
    assert_eq!(shown["reply_to"]["mid"], first["mid"]);
}

async fn an_echo_is_a_message_that_the_account_sent(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    sent(
        &app,
        json!({ "account": id(&account), "text": "We open at 7.", "echo": true }),
    )
    .await;
    take_in_without_calls(&app).await;
    let shown = only(&app).await;
    assert_eq!(
        (&shown["direction"], &shown["sender_id"]),
        (&json!("out"), &account["id"])
    );
}

async fn edit(app: &TestApp, message: &Value, text: &str) {
    let path = format!("messages/{}/edit", message["mid"].as_str().unwrap());
    app.meta.post(&path, json!({ "text": text })).await;
}

async fn an_edit_changes_the_text(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let message = sent(&app, json!({ "account": id(&account), "text": "helo" })).await;
    take_in_without_calls(&app).await;
    edit(&app, &message, "hello").await;
    take_in_without_calls(&app).await;
    let shown = only(&app).await;
    assert_eq!((&shown["text"], &shown["edits"]), (&json!("hello"), &json!(1)));
    assert_eq!(shown["direction"], "in");
}

/// Messaging items about the message `m_1` of somebody, sent by hand one after the other.
async fn by_hand(app: &TestApp, items: &[(&str, Value)]) -> Value {
    let account = app.shop("bakery", &["facebook"]).await;
    let time = 1_795_000_000_000_u64;
    for (name, said) in items {
        let mut item =
            json!({ "sender": { "id": "77" }, "recipient": { "id": account["id"] }, "timestamp": time });
        item[*name] = said.clone();
        let entry = json!({ "id": account["id"], "time": time, "messaging": [item] });
        let body = json!({ "object": "instagram", "entry": [entry] });
        app.deliver(body.to_string()).await;
        take_in_without_calls(app).await;
    }
    app.list("/api/messages")
        .await
        .first()
        .cloned()
        .unwrap_or_default()
}

async fn an_edit_that_comes_first_stays(app: TestApp) {
    let edit = json!({ "mid": "m_1", "text": "hello", "num_edit": 1 });
    let message = json!({ "mid": "m_1", "text": "helo" });
    let shown = by_hand(&app, &[("message_edit", edit), ("message", message)]).await;
    assert_eq!((&shown["text"], &shown["edits"]), (&json!("hello"), &json!(1)));
    assert_eq!(shown["direction"], "in", "what only the message tells is added");
}

async fn a_deletion_takes_the_text_away(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let message = sent(&app, json!({ "account": id(&account), "text": "oops" })).await;
    take_in_without_calls(&app).await;
    app.meta
        .delete(&format!("messages/{}", message["mid"].as_str().unwrap()))
        .await;
    take_in_without_calls(&app).await;
    let shown = only(&app).await;
    assert_eq!(shown["text"], Value::Null);
    assert_ne!(shown["deleted_at"], Value::Null);
}

async fn a_deletion_that_comes_first_stays(app: TestApp) {
    let deletion = json!({ "mid": "m_1", "is_deleted": true });
    let message = json!({ "mid": "m_1", "text": "oops" });
    let shown = by_hand(&app, &[("message", deletion), ("message", message)]).await;
    assert_eq!(shown["text"], Value::Null);
    assert_ne!(shown["deleted_at"], Value::Null);
}

async fn a_reaction_is_kept_as_it_came(app: TestApp) {
    let reaction = json!({ "mid": "m_1", "action": "react", "reaction": "love", "emoji": "\u{2764}" });
    let shown = by_hand(&app, &[("reaction", reaction)]).await;
    assert_eq!(shown, Value::Null, "a reaction is no message");
    let event = &app.list("/api/events").await[0];
    assert_eq!(
        (&event["field"], &event["outcome"]),
        (&json!("message_reactions"), &json!("stored"))
    );
    assert_eq!(event["payload"]["reaction"]["emoji"], "\u{2764}");
}

async fn messages_of_an_unknown_account_wait_for_nothing(app: TestApp) {
    let account = app.meta.account("stranger").await;
    sent(&app, json!({ "account": id(&account), "text": "anybody there?" })).await;
    take_in_without_calls(&app).await;
    app.connect("shop", "facebook", &account).await;
    let shown = only(&app).await;
    assert_eq!(
        (&shown["text"], &shown["account_id"]),
        (&json!("anybody there?"), &account["id"])
    );
}
