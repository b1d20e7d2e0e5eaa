//! "Not permitted": said of the access, the account waits for the permission; said of one object, that one alone does.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::processing_reconnect::{minutes_of_calls, new_token, user_token};
use crate::scene::id;

on_both!(
    a_forbidden_comment_is_parked_alone_and_its_neighbours_go_on,
    a_media_whose_comments_are_forbidden_does_not_stop_the_others,
    a_forbidden_story_is_parked_alone,
    what_is_forbidden_is_asked_again_after_connecting_and_on_request,
    a_missing_permission_parks_the_account_under_its_name,
    a_granted_permission_frees_the_account_when_it_is_connected_again,
    a_permission_that_is_still_missing_is_no_cure,
    of_several_missing_permissions_the_first_one_is_named,
);

/// Meta forbids what lies at this path.
async fn forbid(app: &TestApp, id: &Value) {
    let path = format!("/{}", id.as_str().unwrap());
    let refused = json!({ "error": { "code": 10, "message": "(#10) not for this object" } });
    app.fault(refused, json!({ "path": path }), None).await;
}

fn assert_forbidden(event: &Value) {
    let shown = (&event["state"], &event["reason"]["code"], &event["attempts"]);
    assert_eq!(
        shown,
        (&json!("parked"), &json!("forbidden-object"), &json!(1)),
        "{event}"
    );
    assert_eq!(event["reason"]["message"], "(#10) not for this object");
    assert_ne!(event["reason"]["fix"], Value::Null);
}

/// A forbidden comment and the account it is on.
async fn forbidden(app: &TestApp, login: &str) -> (Value, Value) {
    let account = app.shop("bakery", &[login]).await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    forbid(app, &comment["id"]).await;
    (account, comment)
}

async fn a_forbidden_comment_is_parked_alone_and_its_neighbours_go_on(app: TestApp) {
    for login in ["facebook", "instagram"] {
        let account = app.shop(&format!("bakery.{login}"), &[login]).await;
        let media = app.media(&account).await;
        let comment = app.comment(&account, &media).await;
        forbid(&app, &comment["id"]).await;
        app.lone_comments(&account, 3).await;
        app.unpack().await;
        assert_eq!(
            app.finish().await,
            6,
            "{login}: a call each, and one each to see that the account and comments can be read"
        );
        assert_forbidden(&app.event(&comment["id"]).await);
        assert_eq!(app.connection(login).await["state"], "active", "{login}");
        app.lone_comments(&account, 2).await;
        app.take_in().await;
    }
    assert_eq!(app.list("/api/events?outcome=enriched").await.len(), 10);
    assert_eq!(app.counts().await["parked"], 2);
}

async fn a_media_whose_comments_are_forbidden_does_not_stop_the_others(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let (closed, open) = (app.media(&account).await, app.media(&account).await);
    forbid(&app, &closed).await;
    app.comments(&closed, 3).await;
    app.comments(&open, 3).await;
    app.unpack().await;
    let calls = app.finish().await;
    assert!(
        calls <= 9,
        "{calls} calls: the walk that failed, two probes, and no more than one a comment"
    );
    assert_eq!(
        app.list("/api/events?outcome=enriched").await.len(),
        6,
        "comments can be read though their list cannot"
    );
}

async fn a_forbidden_story_is_parked_alone(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let story = app.meta.post("stories", json!({ "account": id(&account) })).await;
    forbid(&app, &story["id"]).await;
    let expire = format!("stories/{}/expire", story["id"].as_str().unwrap());
    app.meta.post(&expire, json!({ "at_once": true })).await;
    app.lone_comments(&account, 1).await;
    app.unpack().await;
    assert_eq!(app.finish().await, 3, "the story, the account, the comment");
    assert_forbidden(&app.list("/api/events?field=story_insights").await[0]);
    assert_eq!(app.list("/api/events?outcome=enriched").await.len(), 1);
}

async fn what_is_forbidden_is_asked_again_after_connecting_and_on_request(app: TestApp) {
    let (account, comment) = forbidden(&app, "facebook").await;
    app.take_in().await;
    let event = app.event(&comment["id"]).await;
    assert_forbidden(&event);
    let path = format!("/api/events/{}/retry", event["id"].as_str().unwrap());
    assert!(app.post(&path, json!({})).await.status.is_success());
    app.process_all().await;
    assert_forbidden(&app.event(&comment["id"]).await);
    app.meta.delete("faults").await;
    let token = new_token(&app, &account).await;
    app.connect_with("shop", "facebook", &account, &token).await;
    app.process_all().await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
}

/// Two comments of an account whose token has only these permissions.
async fn with_scopes(app: &TestApp, scopes: &[&str]) -> (Value, Value) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.token(user_token(&account), json!({ "scopes": scopes })).await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    (account, comment)
}

const WITHOUT_COMMENTS: [&str; 3] = ["instagram_basic", "pages_read_engagement", "pages_show_list"];

async fn assert_waits_for(app: &TestApp, comment: &Value, scope: &str) {
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["attempts"]),
        (&json!("parked"), &json!(0))
    );
    assert_eq!(event["reason"]["code"], format!("scope:{scope}"));
    assert!(event["reason"]["fix"].as_str().unwrap().contains(scope));
    let connection = app.connection("facebook").await;
    assert_eq!(connection["state"], "missing_scopes");
    assert_eq!(connection["missing_scopes"], json!([scope]));
    assert_eq!(app.counts().await["parked"], 2);
}

async fn a_missing_permission_parks_the_account_under_its_name(app: TestApp) {
    let (account, comment) = with_scopes(&app, &WITHOUT_COMMENTS).await;
    assert_waits_for(&app, &comment, "instagram_manage_comments").await;
    let scopes = user_token(&account)["scopes"].clone();
    app.token(user_token(&account), json!({ "scopes": scopes })).await;
    app.after(Duration::from_mins(15)).await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
    assert_eq!(app.connection("facebook").await["state"], "active");
}

async fn a_granted_permission_frees_the_account_when_it_is_connected_again(app: TestApp) {
    let (account, comment) = with_scopes(&app, &WITHOUT_COMMENTS).await;
    assert_waits_for(&app, &comment, "instagram_manage_comments").await;
    let token = new_token(&app, &account).await;
    let answer = app.connect_with("shop", "facebook", &account, &token).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    app.process_all().await;
    assert_eq!(app.counts().await["done"], 2);
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
    assert_eq!(app.connection("facebook").await["missing_scopes"], json!([]));
}

async fn a_permission_that_is_still_missing_is_no_cure(app: TestApp) {
    let (_, comment) = with_scopes(&app, &WITHOUT_COMMENTS).await;
    let before = app.meta.calls().await;
    assert_eq!(minutes_of_calls(&app, 8).await, [15, 45, 105, 225, 465]);
    assert_eq!(
        app.meta.calls().await - before,
        5,
        "the probe asks for what is missing, and nothing else is asked"
    );
    assert_waits_for(&app, &comment, "instagram_manage_comments").await;
}

async fn of_several_missing_permissions_the_first_one_is_named(app: TestApp) {
    let (_, comment) = with_scopes(&app, &["pages_read_engagement"]).await;
    assert_waits_for(&app, &comment, "instagram_basic").await;
}
