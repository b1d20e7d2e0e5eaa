//! Parameters that Meta added of late: given as they are, and refused where they cannot be.

use serde_json::{Value, json};

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    what_is_said_of_a_post_arrives_at_meta,
    what_only_facebook_login_has_is_refused_elsewhere,
    an_account_with_both_logins_publishes_by_the_one_that_may,
    an_account_that_cannot_make_trial_reels_is_told_so,
    a_part_that_is_not_known_is_refused,
);

fn reel() -> Value {
    json!({ "kind": "reel", "media": [{ "url": "https://cdn.example.org/1.mp4" }] })
}

fn with(mut post: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        post[name] = value.clone();
    }
    post
}

/// What the publisher said of the latest post, as Meta keeps it.
async fn details(app: &TestApp, post: &Value) -> Value {
    let seen = app.seen().await;
    let ours = seen.iter().find(|one| one["id"] == post["media_id"]);
    ours.unwrap_or_else(|| panic!("{post}: {seen:?}")).clone()
}

async fn what_is_said_of_a_post_arrives_at_meta(app: TestApp) {
    app.publisher("facebook").await;
    let wanted = with(
        reel(),
        &json!({ "trial": { "graduation_strategy": "SS_PERFORMANCE" }, "is_ai_generated": true,
            "audio_configuration": { "audio_id": "77", "audio_volume": 0.5 },
            "branded_content_sponsor_ids": ["17841400000000801", "17841400000000802"], "is_paid_partnership": true }),
    );
    let path = app.posted(wanted).await;
    let post = app.rest(&path).await;
    assert_eq!(post["state"], "published", "{post}");
    let told = details(&app, &post).await.to_string();
    for part in [
        "SS_PERFORMANCE",
        "\"77\"",
        "17841400000000802",
        "is_ai_generated\":true",
        "is_paid_partnership\":true",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(post["intent"]["trial"]["graduation_strategy"], "SS_PERFORMANCE");
    let album =
        json!([{ "url": "https://cdn.example.org/1.jpg" }, { "url": "https://cdn.example.org/2.jpg" }]);
    let path = app
        .posted(json!({ "kind": "carousel", "media": album, "is_ai_generated": true }))
        .await;
    assert_eq!(
        app.rest(&path).await["state"],
        "published",
        "it is said of the whole, not of its parts"
    );
}

async fn what_only_facebook_login_has_is_refused_elsewhere(app: TestApp) {
    app.publisher("instagram").await;
    let calls = app.meta.calls().await;
    for (post, pointer) in [
        (
            with(image("Paid"), &json!({ "is_paid_partnership": true })),
            "/is_paid_partnership",
        ),
        (
            with(image("Paid"), &json!({ "branded_content_sponsor_ids": ["1"] })),
            "/branded_content_sponsor_ids",
        ),
        (
            with(reel(), &json!({ "audio_configuration": { "audio_id": "1" } })),
            "/audio_configuration",
        ),
    ] {
        let refused = app.ask(post).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (422, &json!("invalid-post")),
            "{refused:?}"
        );
        let faults = refused.body["faults"].as_array().unwrap();
        assert_eq!(
            (faults.len(), &faults[0]["pointer"], &faults[0]["code"]),
            (1, &json!(pointer), &json!("facebook-login-only")),
            "{refused:?}"
        );
        assert!(
            faults[0]["message"].as_str().unwrap().contains("Facebook Login"),
            "{refused:?}"
        );
    }
    assert_eq!(app.meta.calls().await, calls);
    let path = app
        .posted(with(image("Made"), &json!({ "is_ai_generated": true })))
        .await;
    let draft = app.patch(&path, json!({ "is_paid_partnership": true })).await;
    assert_eq!(
        (draft.status.as_u16(), &draft.body["faults"][0]["code"]),
        (422, &json!("facebook-login-only"))
    );
    assert_eq!(app.rest(&path).await["state"], "published");
}

async fn an_account_with_both_logins_publishes_by_the_one_that_may(app: TestApp) {
    app.publisher("facebook").await;
    app.log_in("instagram", &[]).await;
    let connections = app.list("/api/instagram/connections").await;
    let facebook = connections.iter().find(|one| one["login"] == "facebook").unwrap();
    let path = app
        .posted(with(image("Paid"), &json!({ "is_paid_partnership": true })))
        .await;
    app.disconnect(facebook).await;
    app.work().await;
    let held = app.get(&path).await.body;
    assert_eq!(
        (&held["state"], &held["reason"]["code"]),
        (&json!("scheduled"), &json!("not-connected")),
        "the other login's app may not: {held}"
    );
    app.log_in("facebook", &[]).await;
    assert_eq!(app.rest(&path).await["state"], "published");
    let calls = app.meta.get("calls?limit=500").await;
    let made = |call: &&Value| call["method"] == "POST" && call["path"].as_str().unwrap().ends_with("/media");
    let logins = calls["data"].as_array().unwrap().iter().filter(made);
    assert_eq!(
        logins.map(|call| &call["login"]).collect::<Vec<_>>(),
        [&json!("facebook")]
    );
}

async fn an_account_that_cannot_make_trial_reels_is_told_so(app: TestApp) {
    let account = json!({ "username": "bakery", "logins": ["facebook", "instagram"], "trial_reels": false });
    app.meta.post("accounts", account).await;
    app.log_in("facebook", &[]).await;
    app.meta_publishes(json!({ "fetch_media": false })).await;
    let path = app
        .posted(with(
            reel(),
            &json!({ "trial": { "graduation_strategy": "MANUAL" } }),
        ))
        .await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["reason"]["code"]),
        (&json!("failed"), &json!("meta-2207081")),
        "{post}"
    );
    assert!(
        post["reason"]["message"].as_str().unwrap().contains("trial"),
        "{post}"
    );
    assert_eq!(app.seen().await.len(), 0);
    let path = app.posted(reel()).await;
    assert_eq!(app.rest(&path).await["state"], "published");
}

async fn a_part_that_is_not_known_is_refused(app: TestApp) {
    app.publisher("facebook").await;
    for part in [
        json!({ "trial": { "graduation_strategy": "LATER" } }),
        json!({ "trial": { "strategy": "MANUAL" } }),
        json!({ "trial": true }),
        json!({ "audio_configuration": { "id": "1" } }),
        json!({ "branded_content_sponsor_ids": "1" }),
    ] {
        let refused = app.ask(with(reel(), &part)).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (400, &json!("invalid-body")),
            "{part}: {refused:?}"
        );
    }
}
