//! Posts of every kind, the quota, and what becomes of a container that is published twice.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{INSTAGRAM, Publisher, Rig, id, refusal};

const IMAGE: [(&str, &str); 2] = [("image_url", "https://files.example/a.jpg"), ("caption", "Bread")];
const FIELDS: &str = "id,caption,media_type,media_product_type,permalink,shortcode,timestamp,alt_text";

#[tokio::test]
async fn every_kind_is_published_and_read_back_as_meta_tells_it() {
    let by = Publisher::start().await;
    let image = by.posted(&[IMAGE[0], IMAGE[1], ("alt_text", "A loaf")]).await;
    let reel = [
        ("media_type", "REELS"),
        ("video_url", "https://files.example/a.mp4"),
        ("caption", "Crust"),
    ];
    let reel = by.posted(&reel).await;
    let image_item = by.finished(&[IMAGE[0], ("is_carousel_item", "true")]).await;
    let video_item = [
        ("media_type", "VIDEO"),
        ("video_url", "https://files.example/a.mp4"),
        ("is_carousel_item", "true"),
    ];
    let items = format!("{image_item},{}", by.finished(&video_item).await);
    let carousel = [
        ("media_type", "CAROUSEL"),
        ("children", &*items),
        ("caption", "Both"),
    ];
    let carousel = by.posted(&carousel).await;
    let story = by.posted(&[("media_type", "STORIES"), IMAGE[0]]).await;

    let kinds = async |media: &str| {
        let read = by.read(&format!("{media}?fields={FIELDS}")).await;
        let word = |name: &str| read[name].as_str().unwrap_or_default().to_owned();
        (word("media_type"), word("media_product_type"), word("caption"))
    };
    let told = |form: &str, product: &str, caption: &str| (form.into(), product.into(), caption.into());
    assert_eq!(kinds(&image).await, told("IMAGE", "FEED", "Bread"));
    assert_eq!(kinds(&reel).await, told("VIDEO", "REELS", "Crust"));
    assert_eq!(kinds(&carousel).await, told("CAROUSEL_ALBUM", "FEED", "Both"));
    assert_eq!(kinds(&story).await, told("IMAGE", "STORY", ""));
    assert_eq!(
        by.read(&format!("{image}?fields=alt_text")).await["alt_text"],
        "A loaf"
    );
    let children = by
        .read(&format!("{carousel}/children?fields=id,media_type"))
        .await;
    let forms: Vec<&Value> = children["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["media_type"])
        .collect();
    assert_eq!(forms, ["IMAGE", "VIDEO"]);

    let listed = by.read(&by.path("media?fields=id")).await;
    assert_eq!(
        listed["data"],
        json!([{ "id": carousel }, { "id": reel }, { "id": image }])
    );
    let stories = by.read(&by.path("stories?fields=id")).await;
    assert_eq!(stories["data"], json!([{ "id": story }]));
    let count = by.read(&by.path("content_publishing_limit")).await;
    assert_eq!(
        count,
        json!({ "data": [{ "quota_usage": 4 }] }),
        "a carousel counts once"
    );
}

#[tokio::test]
async fn both_logins_publish() {
    let rig = Rig::start().await;
    rig.make("settings", json!({ "publishing": { "fetch_media": false } }))
        .await;
    let account = rig.make("accounts", json!({ "logins": ["instagram"] })).await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let container = id(&rig.write(INSTAGRAM, token, "me/media", &IMAGE).await);
    rig.clock.advance(Duration::from_mins(1));
    let fields = [("creation_id", &*container)];
    let media = id(&rig.write(INSTAGRAM, token, "me/media_publish", &fields).await);
    assert_eq!(
        rig.instagram(token, "me/media?fields=id").await.body["data"],
        json!([{ "id": media }])
    );
    assert_eq!(
        rig.instagram(token, &format!("{container}?fields=status_code"))
            .await
            .body["status_code"],
        "PUBLISHED"
    );
}

#[tokio::test]
async fn the_quota_of_a_rolling_day_is_told_and_kept() {
    let by = Publisher::start_with(json!({ "fetch_media": false, "quota_total": 2 })).await;
    let limit = by.path("content_publishing_limit?fields=quota_usage,config");
    let usage = |used: u64| json!({ "data": [{ "quota_usage": used, "config": { "quota_total": 2, "quota_duration": 86_400 } }] });
    assert_eq!(by.read(&limit).await, usage(0));
    let first = by.posted(&IMAGE).await;
    by.rig.clock.advance(Duration::from_hours(20));
    by.posted(&IMAGE).await;
    assert_eq!(by.read(&limit).await, usage(2));
    let hour = (by.rig.clock.now() - Duration::from_hours(1)).seconds();
    assert_eq!(by.read(&format!("{limit}&since={hour}")).await, usage(1));
    for path in [
        format!("{limit}&since={}", hour - 90_000),
        by.path("content_publishing_limit?fields=rate_limit_settings"),
    ] {
        assert_eq!(refusal(&by.rig.facebook(&by.token, &path).await).0, 100);
    }
    let container = by.finished(&IMAGE).await;
    let refused = by.publish(&container).await;
    assert_eq!(refusal(&refused), (9, Some(2_207_042)));
    by.rig.erase("graph.facebook.com", &by.token, &first).await;
    assert_eq!(
        refusal(&by.publish(&container).await),
        (9, Some(2_207_042)),
        "what is gone counts, too"
    );
    by.rig.clock.advance(Duration::from_hours(4));
    id(&by.publish(&container).await);
}

#[tokio::test]
async fn calls_that_publish_one_container_at_once_make_one_post() {
    let by = Publisher::start().await;
    let container = by.finished(&IMAGE).await;
    let (a, b, c, d) = tokio::join!(
        by.publish(&container),
        by.publish(&container),
        by.publish(&container),
        by.publish(&container),
    );
    let done = [a, b, c, d].iter().filter(|reply| reply.status == 200).count();
    assert_eq!((done, &by.feed().await["media_count"]), (1, &json!(1)));
}

#[tokio::test]
async fn publishing_a_container_again_does_what_was_set() {
    for (republish, posts) in [("refuse", 1), ("same_id", 1), ("duplicate", 2)] {
        let by = Publisher::start_with(json!({ "fetch_media": false, "republish": republish })).await;
        let container = by.finished(&IMAGE).await;
        let first = id(&by.publish(&container).await);
        let again = by.publish(&container).await;
        match republish {
            "refuse" => assert_eq!(refusal(&again), (24, Some(2_207_008))),
            "same_id" => assert_eq!(id(&again), first),
            _ => assert_ne!(id(&again), first),
        }
        let feed = by.feed().await;
        let seen = feed["posts"].as_array().unwrap();
        assert_eq!(seen.len(), posts, "{republish}");
        assert!(seen.iter().all(|post| post["container"] == json!(container)));
    }
}

#[tokio::test]
async fn what_was_published_may_be_read_late_though_everybody_sees_it() {
    let by = Publisher::start_with(json!({ "fetch_media": false, "lag_seconds": 90 })).await;
    let container = by.finished(&IMAGE).await;
    let media = id(&by.publish(&container).await);
    assert_eq!(by.status(&container).await["status_code"], "FINISHED");
    assert_eq!(by.read(&by.path("media")).await["data"], json!([]));
    assert_eq!(
        by.read(&by.path("?fields=media")).await["media"]["data"],
        json!([])
    );
    assert_eq!(
        refusal(&by.rig.facebook(&by.token, &media).await),
        (100, Some(33))
    );
    assert_eq!(by.feed().await["posts"][0]["id"], json!(media));
    by.rig.clock.advance(Duration::from_secs(90));
    assert_eq!(by.status(&container).await["status_code"], "PUBLISHED");
    assert_eq!(by.read(&by.path("media")).await["data"], json!([{ "id": media }]));
}

#[tokio::test]
async fn accounts_that_a_post_tags_find_it_among_their_tags() {
    let by = Publisher::start().await;
    let other = by.rig.make("accounts", json!({ "username": "mill" })).await;
    let tags = r#"[{"username":"mill","x":0.5,"y":0.5},{"username":"nobody","x":0,"y":0}]"#;
    let media = by.posted(&[IMAGE[0], ("user_tags", tags)]).await;
    let token = &other["tokens"]["facebook"]["page"]["access_token"];
    let path = format!("{}/tags", other["id"].as_str().unwrap());
    let tagged = by.rig.facebook(token, &path).await.body;
    assert_eq!(tagged["data"], json!([{ "id": media }]));
}
