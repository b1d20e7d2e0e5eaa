//! What can be done to a post: first comments and replies, comments switched off, the post deleted.

use std::time::Duration;

use serde_json::json;

use crate::support::{FACEBOOK, INSTAGRAM, Publisher, Receiver, Rig, id, refusal};

const IMAGE: [(&str, &str); 1] = [("image_url", "https://files.example/a.jpg")];

#[tokio::test]
async fn a_first_comment_and_its_reply_are_written_read_and_told() {
    let receiver = Receiver::start();
    let rig = Rig::start_telling(&receiver.url).await;
    let by = Publisher::on(rig, json!({ "fetch_media": false })).await;
    let media = by.posted(&IMAGE).await;
    let write = async |path: String, text: &str| {
        by.rig
            .write(FACEBOOK, &by.token, &path, &[("message", text)])
            .await
    };
    let first = id(&write(format!("{media}/comments"), "Open until six").await);
    by.rig.clock.advance(Duration::from_secs(1));
    let reply = id(&write(format!("{first}/replies"), "On Sundays, too").await);
    by.rig.clock.advance(Duration::from_secs(1));
    let second = id(&write(format!("{reply}/replies"), "And on Mondays").await);
    let fields = "id,text,username,from{self_ig_scoped_id},replies{id,parent_id}";
    let read = by.read(&format!("{media}/comments?fields={fields}")).await;
    let comment = &read["data"][0];
    assert_eq!(
        (&comment["id"], &comment["text"], &comment["username"]),
        (&json!(first), &json!("Open until six"), &json!("harbourbakery"))
    );
    assert_eq!(comment["from"]["self_ig_scoped_id"], by.account["id"]);
    let replies = comment["replies"]["data"].as_array().unwrap();
    assert_eq!(replies.len(), 2, "a reply to a reply belongs to the comment");
    assert!(replies.iter().all(|one| one["parent_id"] == json!(first)));
    by.rig.make("deliveries/send", json!({})).await;
    let told = receiver.take()[0].json();
    let changes = told["entry"][0]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    assert!(
        changes
            .iter()
            .all(|change| change["value"]["from"]["self_ig_scoped_id"] == by.account["id"])
    );
    assert_eq!(changes[2]["value"]["id"], json!(second));
}

#[tokio::test]
async fn a_comment_asked_back_with_fields_is_written_and_answered_with_an_error() {
    let by = Publisher::start().await;
    let media = by.posted(&IMAGE).await;
    let path = format!("{media}/comments?fields=id");
    let refused = by
        .rig
        .write(FACEBOOK, &by.token, &path, &[("message", "Hello")])
        .await;
    assert_eq!(refusal(&refused), (20, Some(1_772_107)));
    assert_eq!(by.feed().await["posts"][0]["comments"][0]["text"], "Hello");
}

#[tokio::test]
async fn comments_are_switched_off_and_on_again() {
    let by = Publisher::start().await;
    let media = by.posted(&IMAGE).await;
    let switch = async |to: &str| {
        let fields = [("comment_enabled", to)];
        by.rig.write(FACEBOOK, &by.token, &media, &fields).await
    };
    let comment = async || {
        let path = format!("{media}/comments");
        by.rig
            .write(FACEBOOK, &by.token, &path, &[("message", "x")])
            .await
    };
    assert_eq!(switch("false").await.body, json!({ "success": true }));
    let field = format!("{media}?fields=is_comment_enabled");
    assert_eq!(by.read(&field).await["is_comment_enabled"], false);
    assert_eq!(refusal(&comment().await), (100, None));
    assert_eq!(switch("true").await.status, 200);
    assert_eq!(comment().await.status, 200);
    assert_eq!(refusal(&switch("").await), (100, None));
    let nothing = by
        .rig
        .write(FACEBOOK, &by.token, &format!("{media}/comments"), &[])
        .await;
    assert_eq!(refusal(&nothing), (100, None), "a comment has words");
}

#[tokio::test]
async fn a_post_is_deleted_by_facebook_login_with_its_permission() {
    let by = Publisher::start().await;
    let item = [IMAGE[0], ("is_carousel_item", "true")];
    let items = format!("{},{}", by.finished(&item).await, by.finished(&item).await);
    let carousel = by
        .posted(&[("media_type", "CAROUSEL"), ("children", &items)])
        .await;
    let child = by.read(&format!("{carousel}/children")).await["data"][0]["id"].clone();
    let erase = async |media: &str| by.rig.erase(FACEBOOK, &by.token, media).await;
    assert_eq!(
        refusal(&erase(child.as_str().unwrap()).await),
        (-1, Some(2_207_073))
    );
    assert_eq!(
        erase(&carousel).await.body,
        json!({ "success": true, "deleted_id": carousel })
    );
    assert_eq!(refusal(&erase(&carousel).await), (100, Some(33)));
    assert_eq!(by.feed().await["posts"], json!([]));

    let other = by.rig.make("accounts", json!({ "username": "other" })).await;
    let post = by.rig.make("media", json!({ "account": "other" })).await;
    let post = post["id"].as_str().unwrap();
    let page = &other["tokens"]["facebook"]["page"]["access_token"];
    assert_eq!(refusal(&by.rig.erase(FACEBOOK, page, post).await), (10, None));
    let own = &other["tokens"]["instagram"]["access_token"];
    assert_eq!(
        refusal(&by.rig.erase(INSTAGRAM, own, post).await),
        (100, Some(33))
    );
}
