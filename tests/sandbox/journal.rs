//! A sandbox that is started again finds its world, and sends what nobody acknowledged.

use serde_json::json;

use crate::support::{Receiver, Rig, VERIFY_TOKEN};

#[tokio::test]
async fn after_a_restart_the_world_is_the_same_and_what_was_not_acknowledged_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let receiver = Receiver::start();
    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    rig.make(
        "callback",
        json!({ "url": receiver.url, "verify_token": VERIFY_TOKEN }),
    )
    .await;
    let (account, _) = rig.account_with_post().await;
    rig.make("comments", json!({ "text": "acknowledged" })).await;
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 1);
    let second = rig.make("comments", json!({ "text": "not yet" })).await;
    receiver.answer(503);
    rig.make("deliveries/send", json!({})).await;
    receiver.take();
    rig.stop().await;
    // A kill can leave half a line behind.
    let mut text = std::fs::read_to_string(&journal).unwrap();
    text.push_str("{\"comment_del");
    std::fs::write(&journal, text).unwrap();

    receiver.answer(200);
    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    rig.make("deliveries/send", json!({})).await;
    let told = receiver.take();
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].json()["entry"][0]["changes"][0]["value"]["id"],
        second["id"]
    );
    let token = &account["tokens"]["instagram"]["access_token"];
    let read = rig.instagram(token, second["id"].as_str().unwrap()).await;
    assert_eq!(read.body["text"], "not yet");
    let third = rig.make("comments", json!({})).await;
    assert_ne!(third["id"], second["id"]);
    rig.stop().await;

    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    assert_eq!(
        rig.instagram(token, third["id"].as_str().unwrap()).await.status,
        200
    );
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 1, "only the third");
}

#[tokio::test]
async fn a_reset_forgets_everything_and_begins_with_the_same_ids() {
    let rig = Rig::start().await;
    let (first, post) = rig.account_with_post().await;
    assert_eq!(rig.post("/sandbox/reset", json!({})).await.status, 204);
    assert_eq!(rig.look("/sandbox/accounts").await.body, json!({ "data": [] }));
    let (again, post_again) = rig.account_with_post().await;
    assert_eq!((first, post), (again, post_again));
}
