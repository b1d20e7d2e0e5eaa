//! What is removed after its time: shown before it is, and removed when asked for.

use serde_json::{Value, json};

use crate::home::{Home, OPERATOR};

fn kind<'r>(rows: &'r [Value], kind: &str) -> &'r Value {
    rows.iter().find(|row| row["kind"] == kind).unwrap()
}

fn rows(home: &Home, words: &[&str]) -> Vec<Value> {
    serde_json::from_str(&home.good(words)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_would_be_removed_is_shown_and_removed_when_asked_for() {
    let mut home = Home::configured();
    home.set("BELINO_KEEP_EVENTS", "60d");
    let service = Home::start(home.belino(&["serve"]));
    service.deliver("{\"n\":1}").await;
    service
        .deliver(
            "{\"entry\":[{\"id\":\"0\",\"time\":1,\"changes\":[{\"field\":\"comments\",\"value\":{}}]}]}",
        )
        .await;
    service
        .until("/api/summary", |_, text| {
            text.contains("\"waiting\":0,\"retired\":0,\"quarantined\"")
        })
        .await;
    assert_eq!(service.stop(), Some(0));
    let shown = rows(&home, &["retention", "--json"]);
    assert_eq!(
        (
            &kind(&shown, "deliveries")["to_remove"],
            &kind(&shown, "events")["kept_for"]
        ),
        (&json!(0), &json!("60d"))
    );
    let mut database = home.database().await;
    for statement in [
        "UPDATE deliveries SET received_at = 1000000",
        "UPDATE webhook_events SET received_at = 1000000, done_at = 1000000 WHERE state = 'done'",
    ] {
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }
    let shown = rows(&home, &["retention", "--json"]);
    let deliveries = kind(&shown, "deliveries");
    assert_eq!(
        (&deliveries["to_remove"], &deliveries["kept_for"]),
        (&json!(2), &json!("30d"))
    );
    assert_eq!(deliveries["oldest"], "1970-01-01T00:00:01Z");
    assert!(deliveries["bytes"].as_u64().unwrap() > 7);
    let table = home.good(&["retention"]);
    assert!(table.contains("KEPT FOR") && table.contains("60d"), "{table}");
    let removed = rows(&home, &["retention", "--now", "--json"]);
    assert_eq!(kind(&removed, "deliveries")["removed"], 2);
    assert_eq!(
        kind(&removed, "events")["removed"],
        kind(&shown, "events")["to_remove"]
    );
    let again = rows(&home, &["retention", "--json"]);
    assert!(again.iter().all(|row| row["to_remove"] == 0), "{again:?}");
    let service = Home::start(home.belino(&["serve"]));
    let summary: Value = service.get(OPERATOR, "/api/summary").await.json().await.unwrap();
    assert_eq!(
        (
            &summary["deliveries"]["received"],
            &summary["deliveries"]["retired"]
        ),
        (&json!(2), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_says_what_it_keeps_and_removes_it_by_itself() {
    let mut home = Home::configured();
    home.set("BELINO_KEEP_BODIES", "1s");
    home.set("BELINO_KEEP_EVENTS", "1s");
    let mut command = home.belino(&["serve"]);
    command.env("BELINO_LOG", "info");
    let service = Home::start(command);
    service.deliver("{\"n\":1}").await;
    let text = service
        .until("/api/summary", |_, text| {
            text.contains("\"retired\":1,\"quarantined\"")
        })
        .await;
    assert!(
        text.contains("\"received\":1,\"unpacked\":0,\"unreadable\":0"),
        "{text}"
    );
    assert_eq!(service.stop(), Some(0));
}
