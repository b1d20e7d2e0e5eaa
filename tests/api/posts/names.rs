//! Names of requests: the same under one name is the same post, whenever it is asked for again.

use std::time::Duration;

use serde_json::{Value, json};

use super::desk::image;
use crate::app::{Answer, OPERATOR, TestApp};
use crate::on_both;

on_both!(
    the_same_said_otherwise_is_the_same,
    what_was_taken_is_found_again_when_its_time_is_past_and_its_account_gone,
    what_differs_is_told,
);

async fn named(app: &TestApp, post: &Value) -> Answer {
    let request = app.http.post(format!("{}/api/instagram/posts", app.base));
    let request = request.bearer_auth(OPERATOR).header("idempotency-key", "noon");
    Answer::of(request.json(post).send().await.unwrap()).await
}

async fn the_same_said_otherwise_is_the_same(app: TestApp) {
    let account = app.publisher("facebook").await;
    let mut post = image("Noon");
    post["publish_at"] = json!("2026-12-01T12:00:00+01:00");
    let first = named(&app, &post).await;
    assert_eq!(first.status, 202, "{first:?}");
    let mut other = post.clone();
    other["publish_at"] = json!("2026-12-01T11:00:00.000Z");
    other["account"] = json!(account);
    other["media"][0]["media_type"] = json!("image");
    other["draft"] = json!(false);
    other["when_full"] = json!("wait");
    other["collaborators"] = json!([]);
    other["location_id"] = Value::Null;
    let again = named(&app, &other).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["id"]),
        (202, &first.body["id"]),
        "{again:?}"
    );
    assert_eq!(app.list("/api/instagram/posts").await.len(), 1);
}

async fn what_was_taken_is_found_again_when_its_time_is_past_and_its_account_gone(app: TestApp) {
    let account = app.publisher("facebook").await;
    let mut post = image("Noon");
    post["publish_at"] = json!((app.clock.now() + Duration::from_mins(20)).to_string());
    post["account"] = json!(account);
    let first = named(&app, &post).await;
    let path = format!("/api/instagram/posts/{}", first.body["id"].as_str().unwrap());
    app.rest(&path).await;
    app.clock.advance(Duration::from_hours(30));
    let late = named(&app, &post).await;
    assert_eq!(
        (late.status.as_u16(), &late.body["state"]),
        (202, &json!("published")),
        "{late:?}"
    );
    app.disconnect(&app.only_connection().await).await;
    let parted = named(&app, &post).await;
    assert_eq!(
        (parted.status.as_u16(), &parted.body["id"]),
        (202, &first.body["id"]),
        "{parted:?}"
    );
    assert_eq!(app.seen().await.len(), 1);
}

async fn what_differs_is_told(app: TestApp) {
    app.publisher("facebook").await;
    assert_eq!(named(&app, &image("Noon")).await.status, 202);
    let other = app.meta.account("school").await;
    app.log_in("instagram", &[("as", other["id"].as_str().unwrap())])
        .await;
    for (name, value) in [
        ("caption", json!("Evening")),
        ("draft", json!(true)),
        ("when_full", json!("fail")),
        ("publish_at", json!("2026-12-01T12:00:00+01:00")),
        ("is_ai_generated", json!(true)),
        ("account", other["id"].clone()),
    ] {
        let mut post = image("Noon");
        post["account"] = app.list("/api/instagram/posts").await[0]["account_id"].clone();
        post[name] = value;
        let refused = named(&app, &post).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (422, &json!("idempotency-key-reused")),
            "{name}: {refused:?}"
        );
    }
    assert_eq!(app.list("/api/instagram/posts").await.len(), 1);
}
