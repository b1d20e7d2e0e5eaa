//! Asking for posts: names, rules, and accounts that cannot publish.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::desk::image;
use crate::app::{Answer, OPERATOR, TestApp};
use crate::on_both;

on_both!(
    what_is_asked_for_twice_under_one_name_is_one_post,
    all_rules_that_are_broken_are_told_and_nothing_is_made,
    an_account_that_cannot_publish_is_named_with_what_to_do,
    a_post_is_its_workspaces,
);

async fn named(app: &TestApp, name: &str, post: &Value) -> Answer {
    let request = app
        .http
        .post(format!("{}/api/instagram/posts", app.base))
        .bearer_auth(OPERATOR);
    Answer::of(
        request
            .header("idempotency-key", name)
            .json(post)
            .send()
            .await
            .unwrap(),
    )
    .await
}

async fn what_is_asked_for_twice_under_one_name_is_one_post(app: TestApp) {
    app.publisher("facebook").await;
    let first = named(&app, "monday", &image("Once")).await;
    let again = named(&app, "monday", &image("Once")).await;
    assert_eq!(
        (first.status, again.status),
        (StatusCode::ACCEPTED, StatusCode::ACCEPTED),
        "{again:?}"
    );
    assert_eq!(first.body["id"], again.body["id"]);
    let other = named(&app, "monday", &image("Twice")).await;
    assert_eq!(
        (other.status.as_u16(), &other.body["code"]),
        (422, &json!("idempotency-key-reused"))
    );
    let path = format!("/api/instagram/posts/{}", first.body["id"].as_str().unwrap());
    app.rest(&path).await;
    let late = named(&app, "monday", &image("Once")).await;
    assert_eq!(
        (&late.body["id"], &late.body["state"]),
        (&first.body["id"], &json!("published"))
    );
    assert_eq!(app.seen().await.len(), 1);
    for name in ["", "two words", "é"] {
        let value = reqwest::header::HeaderValue::from_bytes(name.as_bytes()).unwrap();
        let request = app
            .http
            .post(format!("{}/api/instagram/posts", app.base))
            .bearer_auth(OPERATOR);
        let refused = request
            .header("idempotency-key", value)
            .json(&image("x"))
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 400, "{name:?}");
    }
}

async fn all_rules_that_are_broken_are_told_and_nothing_is_made(app: TestApp) {
    app.publisher("facebook").await;
    let calls = app.meta.calls().await;
    let wrong = json!({
        "kind": "image", "caption": "#a ".repeat(31), "share_to_feed": true, "publish_at": "2020-01-01T00:00:00Z",
        "media": [{ "url": "nowhere" }, { "url": "https://cdn.example.org/2.jpg", "media_type": "video" }],
    });
    let refused = app.ask(wrong).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("invalid-post"))
    );
    let faults = refused.body["faults"].as_array().unwrap();
    let pointers: Vec<_> = faults
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        [
            "/media",
            "/media/0/url",
            "/media/1/media_type",
            "/caption",
            "/share_to_feed",
            "/publish_at"
        ]
    );
    for body in [
        json!({}),
        json!({ "kind": "poem", "media": [] }),
        json!({ "kind": "image", "media": [{ "uri": "x" }] }),
    ] {
        let refused = app.ask(body).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (400, &json!("invalid-body"))
        );
    }
    assert_eq!(app.meta.calls().await, calls);
    assert_eq!(app.list("/api/instagram/posts").await, Vec::<Value>::new());
}

async fn an_account_that_cannot_publish_is_named_with_what_to_do(app: TestApp) {
    let nobody = app.ask(image("x")).await;
    assert_eq!(
        (nobody.status.as_u16(), &nobody.body["code"]),
        (409, &json!("not-connected"))
    );
    app.meta.account("bakery").await;
    app.log_in("instagram", &[("permission", "instagram_business_basic")])
        .await;
    let bare = app.ask(image("x")).await;
    assert_eq!(
        (bare.status.as_u16(), &bare.body["code"]),
        (422, &json!("missing-scope")),
        "{bare:?}"
    );
    assert!(
        bare.body["detail"]
            .as_str()
            .unwrap()
            .contains("instagram_business_content_publish")
    );
}

async fn a_post_is_its_workspaces(app: TestApp) {
    app.publisher("facebook").await;
    let path = app.posted(image("Ours")).await;
    let stranger = app.key("school", "admin").await;
    assert_eq!(app.get_as(&stranger, &path).await.status, 404);
    for act in ["publish", "cancel", "resolve"] {
        let body = json!({ "outcome": "published" });
        assert_eq!(
            app.post_as(&stranger, &format!("{path}/{act}"), body)
                .await
                .status,
            404,
            "{act}"
        );
    }
    let listed = app.get_as(&stranger, "/api/instagram/posts").await;
    assert_eq!(listed.body["data"], json!([]));
}
