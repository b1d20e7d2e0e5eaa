//! The service as a process: it starts, keeps, stops, and starts again where it was.

use serde_json::Value;

use crate::home::{Home, OPERATOR};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_is_there_after_a_stop_and_after_a_kill() {
    let home = Home::configured();
    let first = Home::start(home.belino(&["serve"]));
    assert_eq!(first.deliver("{\"n\":1}").await.status(), 200);
    assert_eq!(first.stop(), Some(0));
    let second = Home::start(home.belino(&["serve"]));
    assert_eq!(second.deliver("{\"n\":2}").await.status(), 200);
    drop(second);
    let third = Home::start(home.belino(&["serve"]));
    let answer = third.get(OPERATOR, "/api/deliveries").await;
    let listed: Value = answer.json().await.unwrap();
    let bytes: Vec<i64> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["body_bytes"].as_i64().unwrap())
        .collect();
    assert_eq!(bytes, [7, 7]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_made_beside_the_service_works_at_once() {
    let home = Home::configured();
    let service = Home::start(home.belino(&["serve"]));
    let key = home.good(&["keys", "create", "--workspace", "shop", "--name", "till"]);
    assert_eq!(service.get(key.trim(), "/api/events").await.status(), 200);
    assert_eq!(service.get(key.trim(), "/api/keys").await.status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_receives_leaves_unpacking_to_others() {
    let home = Home::configured();
    let receiver = Home::start(home.belino(&["serve", "--role", "receive"]));
    assert_eq!(receiver.deliver("{\"n\":1}").await.status(), 200);
    let summary: Value = receiver.get(OPERATOR, "/api/summary").await.json().await.unwrap();
    assert_eq!(summary["deliveries"]["waiting"], 1);
    let worker = Home::start(home.belino(&["serve", "--role", "process"]));
    receiver
        .until("/api/summary", |_, text| text.contains("\"waiting\":0"))
        .await;
    assert_eq!(worker.stop(), Some(0));
}
