//! What leaves the house.

use rstest::rstest;

use super::super::GraphConfig;
use super::support::{Stub, TOKEN, access, graph, secret};
use crate::domain::{Login, Need};

/// HMAC-SHA256 of the token under the secret, computed with openssl.
const PROOF: &str = "eeb6ab5bf8922da2bf5c288cd47d97c9e51b99cfd2ba098e35c1c65dd1574b03";

#[rstest]
#[case(Login::Facebook, "/fb/v25.0/17850000000000011")]
#[case(Login::Instagram, "/ig/v26.0/17850000000000011")]
#[tokio::test]
async fn each_login_has_its_host_and_version(#[case] login: Login, #[case] path: &str) {
    let stub = Stub::json(200, r#"{"id":"17850000000000011"}"#).await;
    let answer = stub
        .graph()
        .comment(&access(login), "17850000000000011")
        .await
        .unwrap();
    assert_eq!(stub.request().await.url.path(), path);
    assert_eq!(answer.call.path, "/17850000000000011");
}

#[tokio::test]
async fn the_token_travels_in_the_header_and_never_in_the_url() {
    let stub = Stub::json(200, r#"{"id":"1"}"#).await;
    let answer = stub.graph().media(&access(Login::Facebook), "1").await.unwrap();
    let request = stub.request().await;
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    assert!(!request.url.as_str().contains(TOKEN));
    assert!(!format!("{answer:?}").contains(TOKEN));
}

#[rstest]
#[case(Login::Facebook, true, false, Some(PROOF))]
#[case(Login::Facebook, false, true, None)]
#[case(Login::Instagram, true, false, None)]
#[case(Login::Instagram, true, true, Some(PROOF))]
#[tokio::test]
async fn a_call_is_proved_where_that_is_wanted(
    #[case] login: Login,
    #[case] known: bool,
    #[case] instagram_proof: bool,
    #[case] expected: Option<&str>,
) {
    let stub = Stub::json(200, r#"{"id":"1"}"#).await;
    let app_secret = known.then(secret);
    let config = GraphConfig {
        facebook_app_secret: app_secret.clone(),
        instagram_app_secret: app_secret,
        instagram_proof,
        ..stub.config()
    };
    graph(config).probe(&access(login), Need::Basic).await.unwrap();
    assert_eq!(stub.parameter("appsecret_proof").await.as_deref(), expected);
}

#[tokio::test]
async fn a_media_brings_its_comments_and_their_replies_in_one_call() {
    let stub = Stub::json(200, r#"{"id":"1"}"#).await;
    stub.graph()
        .media_with_comments(&access(Login::Facebook), "1", true)
        .await
        .unwrap();
    assert_eq!(
        stub.parameter("fields").await.unwrap(),
        "id,media_type,media_product_type,caption,permalink,timestamp,like_count,comments_count,username,\
         media_url,thumbnail_url,comments.limit(50){id,text,timestamp,username,from{id,username},like_count,\
         hidden,parent_id,replies.limit(50){id,text,timestamp,username,from{id,username},like_count,hidden,\
         parent_id}}"
    );
}

#[rstest]
#[case(None)]
#[case(Some("QVFI=="))]
#[tokio::test]
async fn a_page_is_asked_for_by_its_cursor(#[case] after: Option<&str>) {
    let stub = Stub::json(200, r#"{"data":[]}"#).await;
    stub.graph()
        .comments_page(&access(Login::Facebook), "18", after, false)
        .await
        .unwrap();
    assert_eq!(stub.request().await.url.path(), "/fb/v25.0/18/comments");
    assert_eq!(stub.parameter("limit").await.as_deref(), Some("50"));
    assert_eq!(stub.parameter("after").await.as_deref(), after);
}

#[tokio::test]
async fn a_mention_is_read_through_the_account() {
    let stub = Stub::json(200, r#"{"mentioned_comment":{"id":"5","text":"hi"},"id":"1"}"#).await;
    let answer = stub
        .graph()
        .mentioned_comment(&access(Login::Facebook), "5")
        .await
        .unwrap();
    assert_eq!(answer.body.text.as_deref(), Some("hi"));
    assert_eq!(answer.call.edge, "mentioned_comment");
    assert_eq!(stub.request().await.url.path(), "/fb/v25.0/17841400000000001");
    assert_eq!(
        stub.parameter("fields").await.unwrap(),
        "mentioned_comment.comment_id(5){id,text,timestamp,like_count,username,media{id,media_url,permalink}}"
    );
}

#[tokio::test]
async fn a_probe_of_comments_asks_for_the_first_of_any() {
    let stub = Stub::json(200, r#"{"data":[]}"#).await;
    let access = access(Login::Facebook);
    let answer = stub.graph().probe(&access, Need::Comments).await.unwrap();
    assert_eq!(answer.call.edge, "probe");
    assert_eq!(
        stub.request().await.url.path(),
        "/fb/v25.0/17841400000000001/media"
    );
    let fields = stub.parameter("fields").await;
    assert_eq!(fields.as_deref(), Some("id,comments.limit(1){id}"));
    assert_eq!(stub.parameter("limit").await.as_deref(), Some("1"));
}
