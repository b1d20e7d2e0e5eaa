//! Tokens: each for its host, its account and its permissions.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{FACEBOOK_SECRET, Rig, hmac_hex};

fn error(body: &Value) -> (Option<i64>, Option<i64>) {
    (
        body["error"]["code"].as_i64(),
        body["error"]["error_subcode"].as_i64(),
    )
}

#[tokio::test]
async fn a_token_is_good_on_its_own_host_only() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let id = account["id"].as_str().unwrap();
    let instagram = &account["tokens"]["instagram"]["access_token"];
    let page = &account["tokens"]["facebook"]["page"]["access_token"];
    for read in [
        rig.facebook(instagram, id).await,
        rig.instagram(page, id).await,
        rig.facebook(&json!("nonsense"), id).await,
    ] {
        assert_eq!((read.status, error(&read.body)), (400, (Some(190), None)));
        let message = read.body["error"]["message"].as_str().unwrap();
        assert!(message.contains("Cannot parse access token"), "{message}");
    }
}

#[tokio::test]
async fn what_belongs_to_another_account_does_not_exist() {
    let rig = Rig::start().await;
    let (_, post) = rig.account_with_post().await;
    let other = rig.make("accounts", json!({ "username": "rival" })).await;
    let comment = rig.make("comments", json!({ "media_id": post["id"] })).await;
    let id = post["id"].as_str().unwrap();
    for path in [
        id.to_owned(),
        format!("{id}/comments"),
        comment["id"].as_str().unwrap().to_owned(),
        "18099999999999999".to_owned(),
    ] {
        let read = rig
            .facebook(&other["tokens"]["facebook"]["user"]["access_token"], &path)
            .await;
        assert_eq!(error(&read.body), (Some(100), Some(33)), "{path}");
        assert!(read.body["error"]["fbtrace_id"].is_string());
    }
}

#[tokio::test]
async fn an_expired_or_revoked_token_says_which() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    rig.make("tokens", json!({ "access_token": token, "state": "expired" }))
        .await;
    assert_eq!(
        error(&rig.instagram(token, "me").await.body),
        (Some(190), Some(463))
    );
    for subcode in [458, 459, 460, 464, 467, 492] {
        rig.make(
            "tokens",
            json!({ "access_token": token, "state": "revoked", "subcode": subcode }),
        )
        .await;
        assert_eq!(
            error(&rig.instagram(token, "me").await.body),
            (Some(190), Some(subcode))
        );
    }
    rig.make("tokens", json!({ "access_token": token, "state": "valid" }))
        .await;
    assert_eq!(rig.instagram(token, "me").await.status, 200);
    rig.clock.advance(Duration::from_hours(61 * 24));
    assert_eq!(
        error(&rig.instagram(token, "me").await.body),
        (Some(190), Some(463))
    );
}

#[tokio::test]
async fn comments_need_their_own_permission() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let comment = rig.make("comments", json!({})).await;
    let token = &account["tokens"]["instagram"]["access_token"];
    rig.make(
        "tokens",
        json!({ "access_token": token, "scopes": ["instagram_business_basic"] }),
    )
    .await;
    let (media, comment) = (post["id"].as_str().unwrap(), comment["id"].as_str().unwrap());
    for path in [
        format!("{media}/comments"),
        format!("{media}?fields=id,comments{{id}}"),
        comment.to_owned(),
    ] {
        assert_eq!(
            error(&rig.instagram(token, &path).await.body),
            (Some(10), None),
            "{path}"
        );
    }
    assert_eq!(rig.instagram(token, media).await.status, 200);
}

#[tokio::test]
async fn a_proof_must_be_right_when_sent_and_there_when_wanted() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let proof = hmac_hex(FACEBOOK_SECRET, token.as_str().unwrap().as_bytes());
    assert_eq!(
        rig.facebook(token, &format!("me?appsecret_proof={proof}"))
            .await
            .status,
        200
    );
    let wrong = rig.facebook(token, "me?appsecret_proof=00").await;
    assert_eq!(error(&wrong.body), (Some(100), None));
    assert!(
        wrong.body["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("Invalid appsecret_proof")
    );
    rig.make("settings", json!({ "require_proof": ["facebook"] }))
        .await;
    assert_eq!(error(&rig.facebook(token, "me").await.body), (Some(100), None));
    assert_eq!(
        rig.facebook(token, &format!("me?appsecret_proof={proof}"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_token_describes_itself_to_its_app() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let page = account["tokens"]["facebook"]["page"]["access_token"]
        .as_str()
        .unwrap();
    let app = json!(format!("900100|{FACEBOOK_SECRET}"));
    let read = rig
        .facebook(&app, &format!("debug_token?input_token={page}"))
        .await;
    let data = &read.body["data"];
    assert_eq!(
        (&data["type"], &data["app_id"], &data["is_valid"]),
        (&json!("PAGE"), &json!("900100"), &json!(true))
    );
    assert_eq!(
        (&data["expires_at"], &data["profile_id"]),
        (&json!(0), &account["page_id"])
    );
    assert!(read.headers.contains_key("x-app-usage"));
    let user = &account["tokens"]["facebook"]["user"]["access_token"];
    let granted = rig.facebook(user, "me/permissions").await;
    assert_eq!(
        granted.body["data"][0],
        json!({ "permission": "pages_show_list", "status": "granted" })
    );
}

#[tokio::test]
async fn an_instagram_token_is_renewed_once_it_is_a_day_old() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let path = "refresh_access_token?grant_type=ig_refresh_token";
    assert_eq!(
        error(&rig.graph("graph.instagram.com", token, path).await.body),
        (Some(100), None)
    );
    rig.clock.advance(Duration::from_hours(25));
    let renewed = rig.graph("graph.instagram.com", token, path).await;
    assert_eq!(renewed.body["expires_in"], 5_184_000);
    assert_eq!(
        rig.instagram(&renewed.body["access_token"], "me").await.status,
        200
    );
}

#[tokio::test]
async fn subscribing_is_all_or_nothing_and_wants_the_pages_token_on_facebook() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "subscribe": [] })).await;
    let instagram = account["tokens"]["instagram"]["access_token"].as_str().unwrap();
    let path = |fields: &str| {
        format!(
            "/graph.instagram.com/v25.0/me/subscribed_apps?subscribed_fields={fields}&access_token={instagram}"
        )
    };
    let refused = rig.post(&path("comments,nonsense"), json!({})).await;
    assert_eq!(error(&refused.body), (Some(100), None));
    assert_eq!(rig.look(&path("")).await.body, json!({ "data": [] }));
    assert_eq!(
        rig.post(&path("comments,messages"), json!({})).await.body,
        json!({ "success": true })
    );
    assert_eq!(
        rig.look(&path("")).await.body["data"][0]["subscribed_fields"],
        json!(["comments", "messages"])
    );
    rig.delete(&path("")).await;
    assert_eq!(rig.look(&path("")).await.body, json!({ "data": [] }));

    let page = account["page_id"].as_str().unwrap();
    let path = |kind: &str| {
        let token = account["tokens"]["facebook"][kind]["access_token"]
            .as_str()
            .unwrap();
        format!(
            "/graph.facebook.com/v25.0/{page}/subscribed_apps?subscribed_fields=feed&access_token={token}"
        )
    };
    assert_eq!(
        error(&rig.post(&path("user"), json!({})).await.body),
        (Some(210), None)
    );
    assert_eq!(rig.post(&path("page"), json!({})).await.status, 200);
    assert_eq!(
        rig.look(&path("page")).await.body["data"][0]["subscribed_fields"],
        json!(["feed"])
    );
}
