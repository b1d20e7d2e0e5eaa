//! Which fields come back, and which requests fail for asking.

use serde_json::json;

use crate::support::Rig;

#[tokio::test]
async fn only_what_was_asked_for_comes_back_nested_and_limited() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let media = post["id"].as_str().unwrap();
    let first = rig
        .make("comments", json!({ "text": "one / \u{e4}", "username": "ann.b" }))
        .await;
    rig.make("comments", json!({ "text": "two" })).await;
    rig.make(
        "comments",
        json!({ "parent_id": first["id"], "text": "thanks", "by_owner": true }),
    )
    .await;

    let read = rig
        .facebook(
            token,
            &format!("{media}?fields=id,caption,comments.limit(1){{text,from{{username}}}}"),
        )
        .await;
    let comments = &read.body["comments"];
    assert_eq!(comments["data"][0]["text"], "two");
    assert!(comments["data"][0]["from"]["id"].is_null());
    assert_eq!(comments["data"].as_array().unwrap().len(), 1);
    assert_eq!(read.body.as_object().unwrap().len(), 3);

    let after = comments["paging"]["cursors"]["after"].as_str().unwrap();
    let fields = format!(
        "comments.limit(1).after({after}){{id,text,media{{id,media_product_type}},replies{{text,parent_id}}}}"
    );
    let read = rig.facebook(token, &format!("{media}?fields={fields}")).await;
    let comment = &read.body["comments"]["data"][0];
    assert_eq!(comment["text"], "one / \u{e4}");
    assert_eq!(
        comment["media"],
        json!({ "id": media, "media_product_type": "FEED" })
    );
    assert_eq!(
        comment["replies"]["data"][0],
        json!({ "text": "thanks", "parent_id": first["id"] })
    );
    assert!(read.body["comments"]["paging"]["next"].is_null());
}

#[tokio::test]
async fn without_fields_the_usual_ones_come_back() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let comment = rig.make("comments", json!({ "text": "hello" })).await;
    let id = comment["id"].as_str().unwrap();

    let read = rig.instagram(token, id).await;
    assert_eq!(
        read.body,
        json!({ "id": id, "text": "hello", "timestamp": "2026-11-21T08:30:00+0000" })
    );
    let media = post["id"].as_str().unwrap();
    assert_eq!(rig.instagram(token, media).await.body, json!({ "id": media }));
}

#[tokio::test]
async fn one_unknown_field_fails_the_whole_request() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let media = post["id"].as_str().unwrap();
    for fields in ["id,nonsense", "id,comments{id,nonsense}"] {
        let read = rig.facebook(token, &format!("{media}?fields={fields}")).await;
        assert_eq!(
            (read.status, read.body["error"]["code"].as_i64()),
            (400, Some(100))
        );
        let message = read.body["error"]["message"].as_str().unwrap();
        assert!(
            message.starts_with("(#100) Tried accessing nonexisting field (nonsense)"),
            "{message}"
        );
    }
    let read = rig
        .facebook(token, &format!("{media}?fields=id,comments{{id"))
        .await;
    assert_eq!(
        (read.status, read.body["error"]["code"].as_i64()),
        (400, Some(2_500))
    );
}

#[tokio::test]
async fn each_host_shows_the_account_in_its_own_way() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let (page, user) = (
        &account["tokens"]["facebook"]["page"],
        &account["tokens"]["facebook"]["user"],
    );
    let instagram = &account["tokens"]["instagram"]["access_token"];

    let me = rig
        .instagram(
            instagram,
            "me?fields=id,user_id,username,account_type,media_count",
        )
        .await;
    assert_eq!(me.body["user_id"], account["id"]);
    assert_eq!(me.body["id"], account["app_scoped_id"]);
    assert_eq!(me.body["media_count"], 1);

    let me = rig.facebook(&user["access_token"], "me").await;
    assert_eq!(me.body["id"], account["facebook_user_id"]);
    let me = rig
        .facebook(
            &page["access_token"],
            "me?fields=id,instagram_business_account{id,username}",
        )
        .await;
    assert_eq!(me.body["id"], account["page_id"]);
    assert_eq!(me.body["instagram_business_account"]["id"], account["id"]);
    let pages = rig
        .facebook(
            &user["access_token"],
            "me/accounts?fields=id,access_token,tasks,instagram_business_account{id}",
        )
        .await;
    assert_eq!(pages.body["data"][0]["access_token"], page["access_token"]);

    let read = rig
        .facebook(
            &page["access_token"],
            &format!("{}?fields=account_type", account["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(read.body["error"]["code"], 100);
}

#[tokio::test]
async fn a_mention_is_looked_up_on_facebooks_host_only() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let mention = rig
        .make("mentions", json!({ "text": "bread at @harbourbakery" }))
        .await;
    let (id, comment) = (
        account["id"].as_str().unwrap(),
        mention["comment_id"].as_str().unwrap(),
    );
    let page = &account["tokens"]["facebook"]["page"]["access_token"];

    let path = format!("{id}?fields=mentioned_comment.comment_id({comment}){{id,text,media{{id}}}}");
    let read = rig.facebook(page, &path).await;
    assert_eq!(read.body["mentioned_comment"]["text"], "bread at harbourbakery");
    assert_eq!(read.body["mentioned_comment"]["media"]["id"], mention["media_id"]);
    let direct = rig.facebook(page, comment).await;
    assert_eq!(direct.body["error"]["error_subcode"], 33);

    let read = rig
        .instagram(&account["tokens"]["instagram"]["access_token"], &path)
        .await;
    assert_eq!(read.body["error"]["code"], 100);

    let caption = rig
        .make(
            "mentions",
            json!({ "in_comment": false, "text": "@harbourbakery again" }),
        )
        .await;
    let media = caption["media_id"].as_str().unwrap();
    let read = rig
        .facebook(
            page,
            &format!("{id}?fields=mentioned_media.media_id({media}){{caption,username,owner}}"),
        )
        .await;
    assert_eq!(
        read.body["mentioned_media"],
        json!({ "caption": "harbourbakery again", "username": "mila.kocht" })
    );
}
