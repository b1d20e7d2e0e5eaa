//! Posts and time: scheduled, changed, called off, late, drafts, quotas.

use std::time::Duration;

use belino::domain::Timestamp;
use serde_json::{Value, json};

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_scheduled_post_is_prepared_ahead_and_seen_on_time,
    what_is_scheduled_can_be_changed_and_called_off,
    what_is_prepared_can_be_changed_and_published_before_its_time,
    a_draft_is_prepared_and_published_by_a_word,
    a_post_that_is_late_waits_for_a_word,
    what_lay_too_long_is_made_anew,
    a_full_quota_delays_or_fails_as_was_asked,
    while_meta_asks_for_rest_no_post_of_the_account_makes_a_call,
    what_a_full_quota_holds_back_is_spread_over_the_places_that_become_free,
    a_token_that_ends_holds_a_post_back_until_it_is_cured,
);

const MINUTE: Duration = Duration::from_mins(1);

async fn scheduled(app: &TestApp, after: Duration, caption: &str) -> String {
    let mut post = image(caption);
    post["publish_at"] = json!((app.clock.now() + after).to_string());
    app.posted(post).await
}

async fn state(app: &TestApp, path: &str) -> Value {
    app.work().await;
    app.get(path).await.body["state"].clone()
}

async fn a_scheduled_post_is_prepared_ahead_and_seen_on_time(app: TestApp) {
    app.publisher("facebook").await;
    let path = scheduled(&app, MINUTE * 60, "At noon").await;
    assert_eq!(state(&app, &path).await, "scheduled");
    app.clock.advance(MINUTE * 51);
    assert_eq!(state(&app, &path).await, "preparing");
    app.clock.advance(MINUTE);
    assert_eq!(state(&app, &path).await, "ready");
    app.clock.advance(Duration::from_secs(8 * 60 - 1));
    assert_eq!(state(&app, &path).await, "ready");
    assert_eq!(app.seen().await.len(), 0, "not early");
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(state(&app, &path).await, "published");
    assert_eq!(app.seen().await.len(), 1);
}

async fn what_is_scheduled_can_be_changed_and_called_off(app: TestApp) {
    app.publisher("facebook").await;
    let path = scheduled(&app, MINUTE * 60, "Draft of a thought").await;
    let later = (app.clock.now() + MINUTE * 90).to_string();
    let other = json!({ "caption": "A thought", "publish_at": later });
    let changed = app.patch(&path, other).await;
    assert_eq!(
        (changed.status.as_u16(), &changed.body["intent"]["caption"]),
        (200, &json!("A thought")),
        "{changed:?}"
    );
    let refused = app.patch(&path, json!({ "caption": "x".repeat(2_201) })).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["faults"][0]["pointer"]),
        (422, &json!("/caption"))
    );
    assert_eq!(app.patch(&path, json!({ "kind": "reel" })).await.status, 422);
    app.clock.advance(MINUTE * 61);
    assert_eq!(
        state(&app, &path).await,
        "scheduled",
        "the old time means nothing"
    );
    let cancelled = app.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!(cancelled.body["state"], "cancelled");
    app.clock.advance(MINUTE * 60);
    assert_eq!(state(&app, &path).await, "cancelled");
    let again = app.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["code"]),
        (409, &json!("wrong-state"))
    );
    assert_eq!(app.patch(&path, json!({ "caption": "x" })).await.status, 409);
    assert_eq!(app.seen().await.len(), 0);
}

async fn what_is_prepared_can_be_changed_and_published_before_its_time(app: TestApp) {
    app.publisher("facebook").await;
    let path = scheduled(&app, MINUTE * 30, "A tpyo").await;
    app.clock.advance(MINUTE * 21);
    app.work().await;
    app.clock.advance(MINUTE);
    assert_eq!(state(&app, &path).await, "ready");
    let changed = app.patch(&path, json!({ "caption": "No typo" })).await;
    assert_eq!(
        (changed.status.as_u16(), &changed.body["state"]),
        (200, &json!("scheduled")),
        "{changed:?}"
    );
    app.clock.advance(MINUTE * 8);
    let post = app.rest(&path).await;
    let seen = app.seen().await;
    assert_eq!(
        (&post["state"], seen.len(), &seen[0]["caption"]),
        (&json!("published"), 1, &json!("No typo")),
        "{post}"
    );
    assert_eq!(app.patch(&path, json!({ "caption": "x" })).await.status, 409);
    let path = scheduled(&app, MINUTE * 5, "At once after all").await;
    assert_eq!(state(&app, &path).await, "preparing");
    let told = app.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(told.status, 200, "{told:?}");
    app.clock.advance(Duration::from_secs(10));
    assert_eq!(state(&app, &path).await, "published");
    let mut timed = image("Not on Monday");
    timed["publish_at"] = json!((app.clock.now() + MINUTE * 600).to_string());
    let path = app.posted(timed).await;
    app.clock.advance(MINUTE * 300);
    let now = app.patch(&path, json!({ "publish_at": null })).await;
    assert_eq!(
        now.body["publish_at"],
        json!(app.clock.now().to_string()),
        "{now:?}"
    );
    assert_eq!(app.rest(&path).await["state"], "published");
    assert_eq!(app.seen().await.len(), 3);
}

async fn a_draft_is_prepared_and_published_by_a_word(app: TestApp) {
    app.publisher("facebook").await;
    let mut post = image("Not yet");
    post["draft"] = json!(true);
    let path = app.posted(post).await;
    let draft = app.rest(&path).await;
    assert_eq!(
        (&draft["state"], app.seen().await.len()),
        (&json!("draft"), 0),
        "{draft}"
    );
    let containers = app.meta.get("containers?account=bakery").await;
    assert_eq!(containers["data"].as_array().unwrap().len(), 1, "{containers}");
    let told = app.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(told.status, 200, "{told:?}");
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    assert_eq!(app.post(&format!("{path}/publish"), json!({})).await.status, 409);
}

async fn a_post_that_is_late_waits_for_a_word(app: TestApp) {
    app.publisher("facebook").await;
    let soon = scheduled(&app, MINUTE * 30, "A little late").await;
    app.clock.advance(MINUTE * 60);
    assert_eq!(app.rest(&soon).await["state"], "published", "within the grace");
    let path = scheduled(&app, MINUTE * 30, "Good morning").await;
    app.clock.advance(MINUTE * 120);
    let late = app.rest(&path).await;
    assert_eq!(
        (&late["state"], &late["reason"]["code"]),
        (&json!("scheduled"), &json!("late")),
        "{late}"
    );
    let feed = app.list("/api/feed?limit=200").await;
    let told = feed.iter().filter(|one| one["kind"] == "post.undecided");
    assert_eq!(told.count(), 1, "{feed:?}");
    assert_eq!(app.seen().await.len(), 1);
    app.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(app.rest(&path).await["state"], "published");
}

async fn what_lay_too_long_is_made_anew(app: TestApp) {
    app.publisher("facebook").await;
    let mut post = image("Patience");
    post["draft"] = json!(true);
    let path = app.posted(post).await;
    app.rest(&path).await;
    app.clock.advance(MINUTE * 60 * 30);
    app.post(&format!("{path}/publish"), json!({})).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    let made = post["steps"].as_array().unwrap().iter();
    assert_eq!(made.filter(|step| step["step"] == "create-container").count(), 2);
}

async fn a_full_quota_delays_or_fails_as_was_asked(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": false, "quota_total": 2 }))
        .await;
    for n in 0..2 {
        let path = app.posted(image(&format!("Number {n}"))).await;
        assert_eq!(app.rest(&path).await["state"], "published");
    }
    let mut hasty = image("Now or never");
    hasty["when_full"] = json!("fail");
    let path = app.posted(hasty).await;
    let failed = app.rest(&path).await;
    assert_eq!(
        (&failed["state"], &failed["reason"]["code"]),
        (&json!("failed"), &json!("quota-full")),
        "{failed}"
    );
    let path = app.posted(image("When there is room")).await;
    app.clock.advance(MINUTE);
    app.work().await;
    app.clock.advance(MINUTE);
    app.work().await;
    let waiting = app.get(&path).await.body;
    assert_eq!(
        (&waiting["state"], &waiting["reason"]["code"]),
        (&json!("ready"), &json!("quota-full")),
        "{waiting}"
    );
    let frees: String = waiting["next_step_at"].as_str().unwrap().to_owned();
    assert!(
        frees > (app.clock.now() + MINUTE * 60 * 23).to_string(),
        "{frees}"
    );
    app.clock.advance(MINUTE * 60 * 25);
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 3),
        "{post}"
    );
}

async fn while_meta_asks_for_rest_no_post_of_the_account_makes_a_call(app: TestApp) {
    app.publisher("facebook").await;
    let throttled = json!({ "match": { "edge": "media" }, "what": "throttle" });
    app.meta.post("faults", throttled).await;
    let first = app.posted(image("Told to wait")).await;
    app.work().await;
    let told = app.get(&first).await.body;
    assert_eq!(told["reason"]["code"], "meta-80002", "{told}");
    let calls = app.meta.calls().await;
    let second = app.posted(image("Waits as well")).await;
    app.work().await;
    let waits = app.get(&second).await.body;
    assert_eq!(
        (&waits["state"], &waits["reason"]["code"]),
        (&json!("scheduled"), &json!("limits")),
        "{waits}"
    );
    assert_eq!(app.meta.calls().await, calls, "a call would make it longer");
    let until: Timestamp = waits["next_step_at"].as_str().unwrap().parse().unwrap();
    assert!(until > app.clock.now());
    app.meta.delete("faults").await;
    for path in [first, second] {
        let post = app.rest(&path).await;
        assert_eq!(
            (&post["state"], &post["reason"]),
            (&json!("published"), &json!(null)),
            "{post}"
        );
    }
    assert_eq!(app.seen().await.len(), 2);
}

/// Calls that asked for the quota.
async fn quota_calls(app: &TestApp) -> usize {
    let calls = app.meta.get("calls?limit=500").await;
    let calls = calls["data"].as_array().unwrap().iter();
    calls
        .filter(|call| {
            call["path"]
                .as_str()
                .unwrap()
                .ends_with("/content_publishing_limit")
        })
        .count()
}

async fn what_a_full_quota_holds_back_is_spread_over_the_places_that_become_free(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": false, "quota_total": 3 }))
        .await;
    let profile = async || app.get("/api/instagram/profile").await.body["posts"].clone();
    assert_eq!(profile().await, json!(null));
    let mut published = Vec::new();
    for n in 0..3 {
        let path = app.posted(image(&format!("Number {n}"))).await;
        published.push(app.rest(&path).await);
        app.clock.advance(MINUTE * 60);
    }
    assert_eq!(
        (quota_calls(&app).await, &profile().await["left"]),
        (3, &json!(0)),
        "an hour later it is asked anew"
    );
    let mut waiting = Vec::new();
    for n in 3..6 {
        let path = app.posted(image(&format!("Number {n}"))).await;
        app.clock.advance(MINUTE);
        app.work().await;
        app.clock.advance(Duration::from_secs(5));
        app.work().await;
        waiting.push(path);
    }
    for (path, before) in waiting.iter().zip(&published) {
        let post = app.get(path).await.body;
        assert_eq!(post["reason"]["code"], "quota-full", "{post}");
        let mut steps = before["steps"].as_array().unwrap().iter();
        let sent = steps.rfind(|step| step["step"] == "publish").unwrap();
        let sent: Timestamp = sent["began_at"].as_str().unwrap().parse().unwrap();
        let frees = (sent + MINUTE * 60 * 24).to_string();
        assert_eq!(post["next_step_at"], json!(frees), "each has a place of its own");
    }
    let asked = quota_calls(&app).await;
    for _ in 0..30 {
        app.clock.advance(MINUTE * 60);
        for _ in 0..10 {
            app.work().await;
            app.clock.advance(Duration::from_secs(3));
        }
    }
    for path in &waiting {
        assert_eq!(app.get(path).await.body["state"], "published");
    }
    assert_eq!(app.seen().await.len(), 6);
    assert!(quota_calls(&app).await <= asked + 3, "each asks once more");
    assert_eq!(profile().await["allowed"], 3);
}

async fn a_token_that_ends_holds_a_post_back_until_it_is_cured(app: TestApp) {
    app.publisher("facebook").await;
    let path = scheduled(&app, MINUTE * 30, "After a pause").await;
    let ended = json!({ "match": { "edge": "media" }, "what": { "error": { "code": 190, "subcode": 463 } } });
    app.meta.post("faults", ended).await;
    app.clock.advance(MINUTE * 31);
    app.work().await;
    let held = app.get(&path).await.body;
    assert_eq!(
        (&held["state"], &held["reason"]["code"]),
        (&json!("preparing"), &json!("meta-463")),
        "{held}"
    );
    app.meta.delete("faults").await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
}
