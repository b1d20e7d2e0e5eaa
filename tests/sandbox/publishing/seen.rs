//! What followers see: the feed, and the page of it.

use serde_json::json;

use crate::support::{Publisher, id};

const IMAGE: (&str, &str) = ("image_url", "https://files.example/a.jpg?b=1&c=2");

#[tokio::test]
async fn the_feed_tells_kind_caption_time_items_and_container_and_shows_duplicates() {
    let by = Publisher::start_with(json!({ "fetch_media": false, "republish": "duplicate" })).await;
    let item = [IMAGE, ("is_carousel_item", "true"), ("alt_text", "A loaf")];
    let items = format!("{},{}", by.finished(&item).await, by.finished(&item).await);
    let carousel = [
        ("media_type", "CAROUSEL"),
        ("children", &*items),
        ("caption", "Both"),
    ];
    let container = by.finished(&carousel).await;
    let first = id(&by.publish(&container).await);
    by.rig.clock.advance(std::time::Duration::from_secs(1));
    let second = id(&by.publish(&container).await);
    by.posted(&[("media_type", "STORIES"), IMAGE]).await;
    let feed = by.feed().await;
    let posts = feed["posts"].as_array().unwrap();
    assert_eq!(
        [&posts[0]["id"], &posts[1]["id"]],
        [&json!(second), &json!(first)]
    );
    for post in posts {
        assert_eq!(
            (&post["container"], &post["caption"], &post["media_type"]),
            (&json!(container), &json!("Both"), &json!("CAROUSEL_ALBUM"))
        );
        assert_eq!(post["items"].as_array().unwrap().len(), 2);
        assert_eq!(post["items"][0]["details"]["alt_text"], "A loaf");
    }
    assert_eq!(feed["stories"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&feed["media_count"], &feed["name"]),
        (&json!(2), &json!("harbourbakery"))
    );
}

#[tokio::test]
async fn the_page_shows_the_profile_and_runs_nothing() {
    let by = Publisher::start().await;
    let caption = "Bread <script>alert(1)</script>";
    by.posted(&[IMAGE, ("caption", caption), ("alt_text", "A \"loaf\"")])
        .await;
    by.posted(&[("media_type", "STORIES"), IMAGE]).await;
    let page = by.rig.look("/sandbox/feed/harbourbakery/page").await;
    assert_eq!(
        (page.status, &page.headers["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"));
    let html = page.body.as_str().unwrap();
    assert!(!html.contains("<script"), "{html}");
    for part in [
        "src=\"https://files.example/a.jpg?b=1&amp;c=2\"",
        "Bread &lt;script&gt;",
        "A &quot;loaf&quot;",
        "<h2>Stories</h2>",
        "<b>1200</b> followers",
        "datetime=\"2026-11-21T08:31:00Z\"",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    let nobody = by.rig.look("/sandbox/feed/nobody/page").await;
    assert_eq!(
        (nobody.status, &nobody.body["detail"]),
        (404, &json!("no account nobody"))
    );
}
