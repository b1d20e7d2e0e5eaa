//! Publications whose answer is lost: what Instagram shows decides, and where it does not, a person.

use std::time::Duration;

use serde_json::{Value, json};

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    an_answer_that_was_lost_is_found_on_the_profile,
    what_was_not_published_is_published_once_more_and_once_only,
    nothing_is_sent_while_it_is_not_known,
    of_equal_posts_none_is_guessed,
    a_post_that_shows_late_is_waited_for,
    a_story_is_not_taken_for_another_one,
    of_two_equal_posts_in_doubt_each_is_told_by_its_container,
    a_person_decides_where_instagram_does_not_show_it,
    a_person_decides_when_meta_is_done_with_it,
    a_first_comment_whose_answer_was_lost_is_made_once,
    a_first_comment_is_found_among_many,
    what_the_pages_token_does_not_see_is_read_with_the_persons,
);

fn on_publishing(what: &Value, times: u64) -> Value {
    json!({ "match": { "edge": "media_publish" }, "what": what, "times": times })
}

fn lost() -> Value {
    json!({ "error": { "code": 1, "http": 500, "after": true } })
}

async fn publish_calls(app: &TestApp) -> usize {
    let calls = app.meta.get("calls?limit=500").await;
    let calls = calls["data"].as_array().unwrap().iter();
    calls
        .filter(|call| call["path"].as_str().unwrap().ends_with("/media_publish"))
        .count()
}

async fn an_answer_that_was_lost_is_found_on_the_profile(app: TestApp) {
    app.publisher("facebook").await;
    for (n, what) in [
        lost(),
        json!({ "error": { "code": 4, "subcode": 2_207_051, "after": true } }),
    ]
    .into_iter()
    .enumerate()
    {
        app.meta.post("faults", on_publishing(&what, 1)).await;
        let path = app.posted(image(&format!("Lost {n}"))).await;
        let post = app.rest(&path).await;
        assert_eq!(
            (&post["state"], &post["reason"]),
            (&json!("published"), &json!(null)),
            "{post}"
        );
        let seen = app.seen().await;
        assert_eq!((seen.len(), &seen[0]["id"]), (n + 1, &post["media_id"]));
    }
    assert_eq!(publish_calls(&app).await, 2);
}

async fn what_was_not_published_is_published_once_more_and_once_only(app: TestApp) {
    app.publisher("facebook").await;
    app.meta
        .post("faults", on_publishing(&json!("drop_connection"), 1))
        .await;
    let path = app.posted(image("Not sent")).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    assert_eq!(publish_calls(&app).await, 2);
    app.meta
        .post(
            "faults",
            on_publishing(&json!({ "error": { "code": 1, "http": 500 } }), 2),
        )
        .await;
    let path = app.posted(image("Refused twice")).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["reason"]["code"]),
        (&json!("uncertain"), &json!("still-unclear")),
        "{post}"
    );
    assert_eq!((publish_calls(&app).await, app.seen().await.len()), (4, 1));
}

async fn nothing_is_sent_while_it_is_not_known(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": false, "republish": "duplicate", "lag_seconds": 100_000 }))
        .await;
    app.meta.post("faults", on_publishing(&lost(), 1)).await;
    let path = app.posted(image("Patience")).await;
    let blind =
        json!({ "match": { "node": "container" }, "what": { "error": { "code": 100, "subcode": 33 } } });
    for _ in 0..10 {
        app.work().await;
        app.clock.advance(Duration::from_secs(1));
        if app.get(&path).await.body["state"] == "uncertain" {
            break;
        }
    }
    app.meta.post("faults", blind).await;
    app.clock.advance(Duration::from_mins(30));
    for _ in 0..20 {
        app.work().await;
        app.clock.advance(Duration::from_mins(5));
    }
    assert_eq!((publish_calls(&app).await, app.seen().await.len()), (1, 1));
    assert_eq!(app.get(&path).await.body["state"], "uncertain");
}

async fn of_equal_posts_none_is_guessed(app: TestApp) {
    app.publisher("facebook").await;
    app.meta.post("faults", on_publishing(&lost(), 1)).await;
    let path = app.posted(image("Same words")).await;
    for _ in 0..10 {
        app.work().await;
        app.clock.advance(Duration::from_secs(1));
    }
    app.meta
        .post(
            "media",
            json!({ "account": "bakery", "caption": "Same words", "media_type": "IMAGE" }),
        )
        .await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["media_id"], &post["reason"]["code"]),
        (&json!("published"), &json!(null), &json!("media-id-unknown")),
        "{post}"
    );
    assert_eq!(publish_calls(&app).await, 1);
}

async fn a_post_that_shows_late_is_waited_for(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": false, "republish": "duplicate", "lag_seconds": 240 }))
        .await;
    app.meta.post("faults", on_publishing(&lost(), 1)).await;
    let path = app.posted(image("Slow to show")).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    assert!(post["media_id"].is_string(), "{post}");
}

/// It has no words by which it could be told.
async fn a_story_is_not_taken_for_another_one(app: TestApp) {
    app.publisher("facebook").await;
    app.meta
        .post("faults", on_publishing(&json!("drop_connection"), 1))
        .await;
    let story = json!({ "kind": "story", "media": [{ "url": "https://cdn.example.org/bread.jpg" }] });
    let path = app.posted(story).await;
    for _ in 0..10 {
        app.work().await;
        app.clock.advance(Duration::from_secs(1));
    }
    app.meta
        .post("stories", json!({ "account": "bakery", "media_type": "IMAGE" }))
        .await;
    let unclear = app.rest(&path).await;
    assert_eq!(
        (&unclear["state"], &unclear["reason"]["code"]),
        (&json!("uncertain"), &json!("unlikely-match")),
        "{unclear}"
    );
    assert_eq!((publish_calls(&app).await, app.seen().await.len()), (1, 1));
    let again = json!({ "outcome": "not-published", "then": "publish-again" });
    app.post(&format!("{path}/resolve"), again).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 2),
        "{post}"
    );
}

async fn of_two_equal_posts_in_doubt_each_is_told_by_its_container(app: TestApp) {
    app.publisher("facebook").await;
    let mut paths = Vec::new();
    // The first was not published, the second was.
    for what in [json!("drop_connection"), lost()] {
        app.meta.post("faults", on_publishing(&what, 1)).await;
        paths.push(app.posted(image("Bread is ready")).await);
        for _ in 0..10 {
            app.work().await;
            app.clock.advance(Duration::from_secs(1));
        }
    }
    for path in &paths {
        assert_eq!(app.get(path).await.body["state"], "uncertain");
    }
    let mut found = Vec::new();
    for path in &paths {
        let post = app.rest(path).await;
        assert_eq!(post["state"], "published", "{post}");
        found.push(post["media_id"].clone());
    }
    let seen = app.seen().await;
    assert_eq!((seen.len(), publish_calls(&app).await), (2, 3));
    assert_eq!([&seen[0]["id"], &seen[1]["id"]], [&found[0], &found[1]]);
}

async fn a_person_decides_where_instagram_does_not_show_it(app: TestApp) {
    app.publisher("facebook").await;
    for (decision, state, seen) in [
        (
            json!({ "outcome": "not-published", "then": "publish-again" }),
            "published",
            1,
        ),
        (json!({ "outcome": "not-published" }), "cancelled", 1),
        (json!({ "outcome": "published" }), "published", 1),
    ] {
        app.meta
            .post(
                "faults",
                on_publishing(&json!({ "error": { "code": 1, "http": 500 } }), 2),
            )
            .await;
        let path = app.posted(image("Unclear")).await;
        let unclear = app.rest(&path).await;
        assert_eq!(
            (&unclear["state"], &unclear["next_step_at"]),
            (&json!("uncertain"), &json!(null)),
            "{unclear}"
        );
        let wrong = app.post(&format!("{path}/cancel"), json!({})).await;
        assert_eq!(wrong.body["code"], "wrong-state");
        let told = app.post(&format!("{path}/resolve"), decision).await;
        assert_eq!(told.status, 200, "{told:?}");
        assert_eq!(
            (&app.rest(&path).await["state"], app.seen().await.len()),
            (&json!(state), seen)
        );
        app.clock.advance(Duration::from_mins(10));
    }
}

/// Until then what they saw may not be the last word.
async fn a_person_decides_when_meta_is_done_with_it(app: TestApp) {
    app.publisher("facebook").await;
    app.meta.post("faults", on_publishing(&lost(), 1)).await;
    let path = app.posted(image("Wait for it")).await;
    for _ in 0..10 {
        app.work().await;
        app.clock.advance(Duration::from_secs(1));
    }
    for hasty in [
        json!({ "outcome": "not-published", "then": "publish-again" }),
        json!({ "outcome": "not-published" }),
    ] {
        let refused = app.post(&format!("{path}/resolve"), hasty).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (409, &json!("wrong-state")),
            "{refused:?}"
        );
    }
    let other = app.posted(image("Another one")).await;
    let others = app.rest(&other).await["media_id"].clone();
    let mixed_up = json!({ "outcome": "published", "media_id": others });
    let refused = app.post(&format!("{path}/resolve"), mixed_up).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["faults"][0]["pointer"]),
        (422, &json!("/media_id")),
        "{refused:?}"
    );
    let seen = app.seen().await;
    let ours = seen.iter().find(|one| one["caption"] == "Wait for it");
    let media = ours.unwrap()["id"].clone();
    let seen = json!({ "outcome": "published", "media_id": media });
    assert_eq!(app.post(&format!("{path}/resolve"), seen).await.status, 200);
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["media_id"], publish_calls(&app).await),
        (&json!("published"), &media, 2),
        "{post}"
    );
}

async fn a_first_comment_is_found_among_many(app: TestApp) {
    app.publisher("facebook").await;
    let fault = json!({ "match": { "edge": "comments", "method": "POST" }, "what": lost(), "times": 1 });
    app.meta.post("faults", fault).await;
    let mut wanted = image("Seen by thousands");
    wanted["first_comment"] = json!("First!");
    let path = app.posted(wanted).await;
    for _ in 0..10 {
        app.work().await;
        app.clock.advance(Duration::from_secs(1));
    }
    let media = app.get(&path).await.body["media_id"].clone();
    let many = json!({ "account": "bakery", "media_id": media, "count": 120 });
    app.meta.post("comments", many).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["reason"]),
        (&json!("published"), &json!(null)),
        "{post}"
    );
    assert_eq!(app.seen().await[0]["comments_count"], 121);
}

async fn a_first_comment_whose_answer_was_lost_is_made_once(app: TestApp) {
    app.publisher("facebook").await;
    for (n, what) in [lost(), json!("drop_connection")].into_iter().enumerate() {
        let fault = json!({ "match": { "edge": "comments", "method": "POST" }, "what": what, "times": 1 });
        app.meta.post("faults", fault).await;
        let mut wanted = image(&format!("Commented {n}"));
        wanted["first_comment"] = json!("First!");
        let path = app.posted(wanted).await;
        let post = app.rest(&path).await;
        assert_eq!(
            (&post["state"], &post["reason"]),
            (&json!("published"), &json!(null)),
            "{post}"
        );
        let seen = app.seen().await;
        let ours = seen.iter().find(|one| one["id"] == post["media_id"]).unwrap();
        assert_eq!(ours["comments"].as_array().unwrap().len(), 1, "{ours}");
    }
}

/// A container and posts that only the person's own token sees: nothing waits for the Page's.
async fn what_the_pages_token_does_not_see_is_read_with_the_persons(app: TestApp) {
    app.publisher("facebook").await;
    for unseen in [json!({ "node": "container" }), json!({ "edge": "media" })] {
        let mut matches = json!({ "method": "GET", "token": "page" });
        matches
            .as_object_mut()
            .unwrap()
            .extend(unseen.as_object().unwrap().clone());
        let what = json!({ "error": { "code": 100, "subcode": 33 } });
        app.meta
            .post("faults", json!({ "match": matches, "what": what }))
            .await;
    }
    app.meta.post("faults", on_publishing(&lost(), 1)).await;
    let path = app.posted(image("Seen by one")).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    let looks = post["steps"].as_array().unwrap().iter();
    assert_eq!(looks.filter(|step| step["step"] == "look").count(), 1, "{post}");
    assert_eq!(post["media_id"], app.seen().await[0]["id"]);
}
