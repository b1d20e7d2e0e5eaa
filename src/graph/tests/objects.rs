//! What Meta's answers become.

use rstest::rstest;
use wiremock::ResponseTemplate;

use super::super::{Me, Permission};
use super::support::{NOW, Stub, access};
use crate::domain::{Login, Timestamp};

const MEDIA: &str = r#"{
  "id": 18000000000000042, "media_type": "IMAGE", "caption": "Loaves \ud83c\udf5e", "novel": {"kept": true},
  "comments": {
    "data": [{
      "id": "17850000000000011", "text": "Love it", "timestamp": "2026-10-02T08:14:05+0000",
      "username": "ann.b", "from": {"id": 1230000000000001, "username": "ann.b"}, "like_count": "2",
      "hidden": false,
      "replies": {
        "data": [{"id": "17850000000000012", "text": "Thanks!", "parent_id": "17850000000000011"}],
        "paging": {"cursors": {"before": "x", "after": "y"}}
      }
    }],
    "paging": {"cursors": {"before": "a", "after": "b"}}
  }
}"#;

#[tokio::test]
async fn a_media_with_comments_is_taken_apart_and_each_part_keeps_its_json() {
    let stub = Stub::json(200, MEDIA).await;
    let answer = stub
        .graph()
        .media_with_comments(&access(Login::Facebook), "18", true)
        .await
        .unwrap();
    let media = answer.body.media;
    assert_eq!(
        (media.id.as_str(), media.caption.as_deref()),
        ("18000000000000042", Some("Loaves \u{1f35e}"))
    );
    assert_eq!(media.like_count, None);
    assert!(
        media.raw.contains("novel") && !media.raw.contains("comments"),
        "{}",
        media.raw
    );

    let page = answer.body.comments;
    assert_eq!(page.after.as_deref(), Some("b"));
    let [comment] = page.data.as_slice() else {
        panic!("one comment")
    };
    assert_eq!(comment.timestamp, Timestamp::parse_meta("2026-10-02T08:14:05Z"));
    assert_eq!((comment.like_count, comment.hidden), (Some(2), Some(false)));
    assert_eq!(comment.from.as_ref().unwrap().id, "1230000000000001");
    assert!(!comment.raw.contains("replies"), "{}", comment.raw);

    let replies = comment.replies.as_ref().unwrap();
    assert_eq!(replies.after.as_deref(), Some("y"));
    assert_eq!(replies.data[0].parent_id.as_deref(), Some("17850000000000011"));
    assert!(replies.data[0].raw.contains("Thanks!"));
}

#[tokio::test]
async fn a_media_without_comments_has_an_empty_page() {
    let stub = Stub::json(200, r#"{"id":"18"}"#).await;
    let answer = stub
        .graph()
        .media_with_comments(&access(Login::Instagram), "18", false)
        .await
        .unwrap();
    assert!(answer.body.comments.data.is_empty() && answer.body.comments.after.is_none());
}

#[tokio::test]
async fn a_comment_brings_its_media() {
    let body = r#"{"id":"17","media":{"id":"18","media_product_type":"REELS"},"from":{"username":"no id"}}"#;
    let stub = Stub::json(200, body).await;
    let comment = stub
        .graph()
        .comment(&access(Login::Facebook), "17")
        .await
        .unwrap()
        .body;
    assert_eq!(
        comment.media.unwrap().media_product_type.as_deref(),
        Some("REELS")
    );
    assert_eq!(comment.from, None, "an author without id is unknown");
    assert_eq!(comment.raw, body);
}

#[tokio::test]
async fn replies_are_read_page_by_page() {
    let body =
        r#"{"data":[{"id":"2"}],"paging":{"cursors":{"after":"b"},"next":"https://x/?access_token=t"}}"#;
    let stub = Stub::json(200, body).await;
    let page = stub
        .graph()
        .replies_page(&access(Login::Facebook), "1", Some("a"))
        .await
        .unwrap()
        .body;
    assert_eq!((page.data.len(), page.after.as_deref()), (1, Some("b")));
    assert_eq!(stub.request().await.url.path(), "/fb/v25.0/1/replies");
}

#[rstest]
#[case(r#"{"id":"26000000000000001","user_id":17841400000000001,"username":"harbourbakery"}"#)]
#[case(r#"{"data":[{"id":26000000000000001,"user_id":"17841400000000001","username":"harbourbakery"}]}"#)]
#[tokio::test]
async fn an_instagram_token_speaks_for_its_account(#[case] body: &str) {
    let stub = Stub::json(200, body).await;
    let Me::Account(profile) = stub.graph().me(&access(Login::Instagram)).await.unwrap().body else {
        panic!("an account")
    };
    assert_eq!(profile.instagram_id(), "17841400000000001");
    assert_eq!(profile.scoped_id(), Some("26000000000000001"));
    assert_eq!(profile.username.as_deref(), Some("harbourbakery"));
}

#[tokio::test]
async fn a_facebook_token_speaks_for_its_person() {
    let stub = Stub::json(200, r#"{"id":"70001"}"#).await;
    let me = stub.graph().me(&access(Login::Facebook)).await.unwrap().body;
    assert_eq!(
        me,
        Me::Facebook {
            id: "70001".to_owned()
        }
    );
    assert_eq!(stub.request().await.url.path(), "/fb/v25.0/me");
}

#[tokio::test]
async fn an_account_on_the_facebook_host_has_one_id() {
    let stub = Stub::json(
        200,
        r#"{"id":"17841400000000001","followers_count":10,"ig_id":9}"#,
    )
    .await;
    let graph = stub.graph();
    let profile = graph
        .account(&access(Login::Facebook), "17841400000000001")
        .await
        .unwrap()
        .body;
    assert_eq!(
        (profile.instagram_id(), profile.scoped_id()),
        ("17841400000000001", None)
    );
    assert_eq!(profile.followers_count, Some(10));
}

#[tokio::test]
async fn permissions_are_read_with_their_states() {
    let body = r#"{"data":[{"permission":"instagram_basic","status":"granted"},{"permission":"x"},{"y":1}]}"#;
    let stub = Stub::json(200, body).await;
    let permissions = stub
        .graph()
        .permissions(&access(Login::Facebook))
        .await
        .unwrap()
        .body;
    let granted: Vec<_> = permissions.iter().filter(|one| one.is_granted()).collect();
    assert_eq!((permissions.len(), granted.len()), (2, 1));
    let Permission { permission, .. } = granted[0];
    assert_eq!(permission, "instagram_basic");
}

#[tokio::test]
async fn a_good_answer_has_its_record_and_its_usage() {
    let answer = ResponseTemplate::new(200)
        .set_body_raw(r#"{"mentioned_media":{"id":"77"},"id":"1"}"#, "application/json")
        .insert_header(
            "x-app-usage",
            r#"{"call_count":28,"total_time":25,"total_cputime":25}"#,
        );
    let stub = Stub::answering(answer).await;
    let answer = stub
        .graph()
        .mentioned_media(&access(Login::Instagram), "77")
        .await
        .unwrap();
    assert_eq!(answer.body.id, "77");
    assert_eq!((answer.call.status, answer.call.class), (Some(200), None));
    assert_eq!(
        (answer.call.started_at, answer.call.login),
        (NOW, Login::Instagram)
    );
    assert_eq!(answer.call.usage.app, Some(28));
}
