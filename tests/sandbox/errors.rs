//! Paths and parameters that Graph refuses, and control input that is refused by name.

use serde_json::json;

use crate::support::Rig;

#[tokio::test]
async fn old_and_missing_versions_are_unknown_paths() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    for host in [
        "graph.facebook.com/v21.0",
        "graph.facebook.com/v27.0",
        "graph.facebook.com/25",
        "graph.facebook.com",
    ] {
        let read = rig.graph(host, token, "me").await;
        assert_eq!(
            (read.status, &read.body["error"]["code"]),
            (400, &json!(2_500)),
            "{host}"
        );
        assert_eq!(read.body["error"]["type"], "OAuthException");
    }
    for version in ["v22.0", "v26.0"] {
        assert_eq!(
            rig.graph(&format!("graph.facebook.com/{version}"), token, "me")
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn many_ids_at_once_are_gone_with_a_500() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let read = rig
        .facebook(&account["tokens"]["facebook"]["page"]["access_token"], "?ids=1,2")
        .await;
    assert_eq!((read.status, &read.body["error"]["code"]), (500, &json!(100)));
    let message = read.body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("The ids query parameter is deprecated"));
}

#[tokio::test]
async fn bad_control_input_is_refused_with_the_fields_name() {
    let rig = Rig::start().await;
    rig.account_with_post().await;
    for (what, body, field) in [
        ("comments", json!({ "count": "many" }), "count"),
        ("comments", json!({ "count": 0 }), "count"),
        ("comments", json!({ "cuont": 2 }), "cuont"),
        ("comments", json!({ "media_id": "18000000000000001" }), "media_id"),
        ("comments", json!({ "media_id": 18_000_000 }), "media_id"),
        ("accounts", json!({ "username": "harbourbakery" }), "username"),
        (
            "media",
            json!({ "media_product_type": "POSTER" }),
            "media_product_type",
        ),
        ("faults", json!({ "what": "explode" }), "what"),
        ("faults", json!({ "what": "hang", "chance": 2 }), "chance"),
        ("settings", json!({ "account_calls": -1 }), "account_calls"),
        ("messages", json!({}), "text"),
    ] {
        let reply = rig.post(&format!("/sandbox/{what}"), body).await;
        assert_eq!(
            (reply.status, &reply.body["field"]),
            (400, &json!(field)),
            "{}",
            reply.body
        );
        assert_eq!(reply.headers["content-type"], "application/problem+json");
        assert_eq!(reply.body["code"], "bad-input");
    }
    assert_eq!(
        rig.delete("/sandbox/comments/17850000000000001").await.status,
        404
    );
    assert_eq!(rig.look("/sandbox/nonsense").await.status, 404);
}

#[tokio::test]
async fn calls_are_kept_with_account_and_answer_and_without_tokens() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let media = post["id"].as_str().unwrap();
    rig.facebook(token, &format!("{media}/comments?fields=id")).await;
    rig.facebook(token, "18099999999999999").await;
    let calls = rig.look("/sandbox/calls").await.body;
    assert_eq!(calls["total"], 2);
    let (last, first) = (&calls["data"][0], &calls["data"][1]);
    assert_eq!((&last["status"], &last["code"]), (&json!(400), &json!(100)));
    assert_eq!(first["path"], format!("/{media}/comments"));
    assert_eq!(
        (&first["account"], &first["status"]),
        (&account["id"], &json!(200))
    );
    assert!(!calls.to_string().contains(token.as_str().unwrap()));
}

#[tokio::test]
async fn followers_see_posts_with_what_is_not_hidden_under_them() {
    let rig = Rig::start().await;
    rig.account_with_post().await;
    let seen = rig.make("comments", json!({ "text": "seen" })).await;
    let hidden = rig.make("comments", json!({ "text": "hidden" })).await;
    rig.make(
        &format!("comments/{}", hidden["id"].as_str().unwrap()),
        json!({ "hidden": true }),
    )
    .await;
    let feed = rig.look("/sandbox/feed/harbourbakery").await.body;
    let comments = feed["posts"][0]["comments"].as_array().unwrap();
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0]["id"], seen["id"]);
    assert_eq!(feed["posts"][0]["comments_count"], 2);
}
