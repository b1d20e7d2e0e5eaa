//! The sandbox as a process that is killed while it writes, and while it puts its journal anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::home::{Home, Running};

const ROUNDS: usize = 5;
/// Answers in a round before the kill; each comes with a setting so long that every few of them condense the journal.
const ANSWERS: usize = 12;
const HANDS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_sandbox_has_answered_outlives_every_kill() {
    let home = Home::configured();
    let start =
        || Home::start(home.belino(&["sandbox", "--listen", "127.0.0.1:0", "--journal", "world.jsonl"]));
    let first = start();
    first
        .post("/sandbox/accounts", json!({ "username": "bakery" }))
        .await;
    first.post("/sandbox/media", json!({})).await;
    drop(first);
    let mut answered: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        answered.extend(killed_at_work(start()).await);
    }
    assert!(answered.len() >= ROUNDS * ANSWERS);
    let journal = std::fs::read(home.path().join("world.jsonl")).unwrap();
    assert!(journal.starts_with(b"{\"world\":"), "it was condensed");
    let last = start();
    for id in answered {
        assert_eq!(last.delete(&format!("/sandbox/comments/{id}")).await, 204, "{id}");
    }
}

/// Keeps a sandbox busy with several hands, and kills it in the middle. Gives the comments that it has answered.
async fn killed_at_work(sandbox: Running) -> Vec<String> {
    let (address, answers) = (sandbox.address.clone(), Arc::new(AtomicUsize::new(0)));
    let (done, mut enough) = tokio::sync::mpsc::channel(HANDS);
    let mut hands = JoinSet::new();
    for _ in 0..HANDS {
        let (address, answers, done) = (address.clone(), Arc::clone(&answers), done.clone());
        hands.spawn(async move {
            let mut made = Vec::new();
            while let Some(comment) = ask(&address, "comments", &json!({ "announce": false })).await {
                made.push(comment["id"].as_str().unwrap().to_owned());
                if answers.fetch_add(1, Ordering::SeqCst) + 1 == ANSWERS {
                    done.send(()).await.unwrap();
                }
                let long = json!({ "app_fields": ["x".repeat(300_000)] });
                if ask(&address, "settings", &long).await.is_none() {
                    break;
                }
            }
            made
        });
    }
    enough.recv().await.unwrap();
    drop(sandbox);
    hands.join_all().await.concat()
}

/// None once nobody answers.
async fn ask(address: &str, what: &str, body: &Value) -> Option<Value> {
    let client = belino::net::client(&belino::net::Settings::default()).unwrap();
    let request = client.post(format!("{address}/sandbox/{what}")).json(body);
    request.send().await.ok()?.json().await.ok()
}
