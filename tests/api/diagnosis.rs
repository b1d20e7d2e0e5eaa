//! What is told of refused deliveries, and the doctor's own, which are kept by nobody.

use belino::webhook::probe;
use serde_json::json;

use crate::app::{FACEBOOK_SECRET, OPERATOR, TestApp};
use crate::on_both;
use crate::wire::{comment, problem, signature};

on_both!(
    a_refused_delivery_tells_why_in_the_list_and_alone,
    a_refused_handshake_is_kept_without_what_was_typed,
    a_probe_that_is_signed_is_answered_and_not_kept,
    a_probe_that_is_refused_is_kept_unless_it_should_be,
);

async fn quarantined(app: &TestApp, count: u64) {
    app.until("/api/summary", |summary| {
        summary["deliveries"]["quarantined"] == json!(count)
    })
    .await;
}

async fn a_refused_delivery_tells_why_in_the_list_and_alone(app: TestApp) {
    let body = comment("17841400000000001", "18000000000000001", "changed");
    let request = app.posting(format!("{body}\n"));
    let request = request.header("x-hub-signature-256", signature(FACEBOOK_SECRET, &body));
    problem(request.send().await.unwrap(), 401, "bad-signature").await;
    quarantined(&app, 1).await;
    let listed = app.list("/api/deliveries?state=quarantined").await;
    let expected = json!({
        "code": "line-end-added",
        "proven": true,
        "cause": "something added a line's end or blanks to the body",
        "detail": "its last line's end was added",
        "fix": "send the bytes as they are: with curl --data-binary, and no echo that adds a line's end",
    });
    assert_eq!(listed[0]["diagnosis"], expected);
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(
        app.get(&format!("/api/deliveries/{id}")).await.body["diagnosis"],
        expected
    );
    assert!(app.ledger().await.is_empty(), "what is explained is not accepted");
    assert_eq!(app.deliver(&body).await.status(), 200);
    assert!(app.list("/api/deliveries").await[0]["diagnosis"].is_null());
}

async fn a_refused_handshake_is_kept_without_what_was_typed(app: TestApp) {
    let url = format!("{}/api/instagram/webhook", app.base);
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.verify_token", "somebodys-password"),
        ("hub.challenge", "1"),
    ];
    let answer = app.http.get(&url).query(&query).send().await.unwrap();
    problem(answer, 403, "wrong-verify-token").await;
    quarantined(&app, 1).await;
    let page = app
        .get_as(OPERATOR, "/api/deliveries?state=quarantined")
        .await
        .body;
    let row = &page["data"][0];
    assert_eq!(
        (&row["reason"], &row["diagnosis"]["code"]),
        (&json!("wrong-verify-token"), &json!("wrong-verify-token"))
    );
    assert!(!page.to_string().contains("somebodys-password"), "{page}");
    assert!(app.bytes_of(row).await.is_empty());
}

async fn a_probe_that_is_signed_is_answered_and_not_kept(app: TestApp) {
    let body = probe::signed("a-word");
    let answer = app.signed(body.clone()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let echo: probe::Echo = answer.json().await.unwrap();
    assert_eq!(echo, probe::Echo::of(body.as_bytes(), "facebook"));
    assert!(app.ledger().await.is_empty());
    let quoting = comment(
        "17841400000000001",
        "18000000000000001",
        "{\\\"belino_doctor\\\":\\\"signed\\\",",
    );
    assert_eq!(app.deliver(&quoting).await.status(), 200);
    assert_eq!(
        app.all_bytes().await,
        [quoting.into_bytes()],
        "a delivery that quotes one is kept"
    );
}

async fn a_probe_that_is_refused_is_kept_unless_it_should_be(app: TestApp) {
    for body in [probe::forged("a-word"), probe::signed("a-word")] {
        let forged = signature("another-secret", &body);
        let request = app.posting(body).header("x-hub-signature-256", forged);
        problem(request.send().await.unwrap(), 401, "bad-signature").await;
    }
    quarantined(&app, 1).await;
    let listed = app.list("/api/deliveries?state=quarantined").await;
    assert_eq!(app.bytes_of(&listed[0]).await, probe::signed("a-word").as_bytes());
    assert!(app.ledger().await.is_empty());
}
