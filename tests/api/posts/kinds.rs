//! Each kind of post, from asking to what followers see.

use serde_json::{Value, json};

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    every_kind_is_published_and_seen_once,
    both_logins_publish,
    a_carousel_of_ten_costs_twelve_calls_beside_the_looks,
    only_the_child_that_failed_is_made_again,
    what_follows_a_publication_is_done,
    a_container_that_fails_twice_ends_the_post_and_nothing_is_seen,
);

fn video(url: &str) -> Value {
    json!({ "url": url, "media_type": "video" })
}

async fn every_kind_is_published_and_seen_once(app: TestApp) {
    app.publisher("facebook").await;
    let file = json!({ "url": "https://cdn.example.org/1.jpg", "alt_text": "a loaf" });
    let wanted = [
        (image("A loaf"), "FEED", "IMAGE"),
        (
            json!({ "kind": "reel", "caption": "Rising", "media": [{ "url": "https://cdn.example.org/1.mp4" }] }),
            "REELS",
            "VIDEO",
        ),
        (
            json!({ "kind": "carousel", "caption": "All", "media": [file, video("https://cdn.example.org/2.mp4")] }),
            "FEED",
            "CAROUSEL_ALBUM",
        ),
        (
            json!({ "kind": "story", "media": [{ "url": "https://cdn.example.org/s.jpg" }] }),
            "STORY",
            "IMAGE",
        ),
        (
            json!({ "kind": "story", "media": [video("https://cdn.example.org/s.mp4")] }),
            "STORY",
            "VIDEO",
        ),
    ];
    let count = wanted.len();
    for (post, product, media_type) in wanted {
        let path = app.posted(post).await;
        let post = app.rest(&path).await;
        assert_eq!(post["state"], "published", "{post}");
        assert!(
            post["permalink"].as_str().unwrap().contains("instagram"),
            "{post}"
        );
        let seen = app.seen().await;
        let ours: Vec<_> = seen.iter().filter(|one| one["id"] == post["media_id"]).collect();
        assert_eq!(ours.len(), 1, "{seen:?}");
        assert_eq!(
            (&ours[0]["media_product_type"], &ours[0]["media_type"]),
            (&json!(product), &json!(media_type)),
            "{:?}",
            ours[0]
        );
        let steps = post["steps"].as_array().unwrap();
        assert!(steps.iter().all(|step| step["outcome"] == "done"), "{post}");
        assert_eq!(steps.iter().filter(|step| step["step"] == "publish").count(), 1);
    }
    assert_eq!(app.seen().await.len(), count);
    let listed = app.list("/api/instagram/posts?state=published").await;
    assert_eq!(listed.len(), count);
}

async fn both_logins_publish(app: TestApp) {
    app.publisher("instagram").await;
    let path = app.posted(image("By itself")).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
}

async fn a_carousel_of_ten_costs_twelve_calls_beside_the_looks(app: TestApp) {
    app.publisher("facebook").await;
    let files: Vec<Value> = (0..10)
        .map(|n| json!({ "url": format!("https://cdn.example.org/{n}.jpg") }))
        .collect();
    let path = app.posted(json!({ "kind": "carousel", "media": files })).await;
    let post = app.rest(&path).await;
    assert_eq!(post["state"], "published", "{post}");
    let calls = app.meta.get("calls?limit=500").await;
    let calls = calls["data"].as_array().unwrap();
    let writes = calls.iter().filter(|call| {
        let path = call["path"].as_str().unwrap();
        call["method"] == "POST" && (path.ends_with("/media") || path.ends_with("/media_publish"))
    });
    assert_eq!(writes.count(), 12);
    assert_eq!(app.seen().await[0]["children"].as_array().map(Vec::len), Some(10));
}

async fn only_the_child_that_failed_is_made_again(app: TestApp) {
    app.publisher("facebook").await;
    let broken = json!({ "what": { "container_error": 2_207_082 }, "times": 1 });
    app.meta.post("faults", broken).await;
    let files: Vec<Value> = (0..3)
        .map(|n| json!({ "url": format!("https://cdn.example.org/{n}.jpg") }))
        .collect();
    let path = app.posted(json!({ "kind": "carousel", "media": files })).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    let made = post["steps"].as_array().unwrap().iter();
    let made: Vec<_> = made
        .filter(|step| step["step"] == "create-container")
        .map(|step| &step["detail"])
        .collect();
    assert_eq!(
        made.len(),
        5,
        "three children, one of them twice, and the whole: {made:?}"
    );
}

async fn what_follows_a_publication_is_done(app: TestApp) {
    app.publisher("facebook").await;
    let mut wanted = image("Quiet");
    wanted["comments_enabled"] = json!(false);
    wanted["first_comment"] = json!("Made with rye");
    let path = app.posted(wanted).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["reason"]),
        (&json!("published"), &json!(null)),
        "{post}"
    );
    let seen = &app.seen().await[0];
    assert_eq!(seen["is_comment_enabled"], false, "{seen}");
    let comments = seen["comments"].as_array().unwrap();
    assert_eq!(
        (comments.len(), &comments[0]["text"]),
        (1, &json!("Made with rye")),
        "{seen}"
    );
}

async fn a_container_that_fails_twice_ends_the_post_and_nothing_is_seen(app: TestApp) {
    app.publisher("facebook").await;
    app.meta
        .post(
            "faults",
            json!({ "what": { "container_error": 2_207_026 }, "times": 2 }),
        )
        .await;
    let path = app
        .posted(json!({ "kind": "reel", "media": [{ "url": "https://cdn.example.org/1.avi" }] }))
        .await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["reason"]["code"]),
        (&json!("failed"), &json!("meta-2207026")),
        "{post}"
    );
    assert!(
        post["reason"]["message"].as_str().unwrap().contains("MP4"),
        "{post}"
    );
    assert_eq!(app.seen().await, Vec::<Value>::new());
}
