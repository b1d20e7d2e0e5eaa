//! Faults on order, each as a caller meets it.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::Rig;

#[tokio::test]
async fn an_ordered_error_strikes_what_it_names_as_often_as_it_says() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let media = post["id"].as_str().unwrap();
    let what = json!({ "error": { "code": 190, "subcode": 460 } });
    rig.make(
        "faults",
        json!({ "match": { "edge": "comments", "account": account["id"] }, "what": what, "times": 2 }),
    )
    .await;
    assert_eq!(rig.facebook(token, media).await.status, 200);
    for _ in 0..2 {
        let read = rig.facebook(token, &format!("{media}/comments")).await;
        assert_eq!(
            (&read.body["error"]["code"], &read.body["error"]["error_subcode"]),
            (&json!(190), &json!(460))
        );
        assert!(
            read.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains("changed their password")
        );
    }
    assert_eq!(
        rig.facebook(token, &format!("{media}/comments")).await.status,
        200
    );
    assert_eq!(rig.look("/sandbox/faults").await.body["data"][0]["struck"], 2);
}

#[tokio::test]
async fn a_fault_can_let_some_calls_pass_first() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let order = json!({ "what": { "error": { "code": 2 } }, "after": 2, "times": 1 });
    rig.make("faults", order).await;
    for status in [200, 200, 500, 200] {
        assert_eq!(rig.instagram(token, "me").await.status, status);
    }
}

#[tokio::test]
async fn answers_can_be_garbage_empty_throttled_cut_off_or_late() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let order = async |what| rig.make("faults", json!({ "what": what, "times": 1 })).await;
    order(json!("garbage")).await;
    assert!(
        rig.try_facebook(token, "me")
            .await
            .unwrap()
            .starts_with("<!DOCTYPE")
    );
    order(json!("empty")).await;
    assert_eq!(rig.try_facebook(token, "me").await.unwrap(), "");
    for what in ["drop_connection", "answer_lost"] {
        order(json!(what)).await;
        assert!(rig.try_facebook(token, "me").await.is_err(), "{what}");
    }
    order(json!("throttle")).await;
    let id = account["id"].as_str().unwrap();
    assert_eq!(rig.facebook(token, id).await.body["error"]["code"], 80_002);
    order(json!({ "latency_ms": 60 })).await;
    let started = Instant::now();
    assert_eq!(rig.facebook(token, id).await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(60));
    assert_eq!(rig.facebook(token, id).await.status, 200, "all are used up");
}

#[tokio::test]
async fn chance_is_decided_by_the_seed() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let rig = Rig::start().await;
        let (account, _) = rig.account_with_post().await;
        let token = &account["tokens"]["facebook"]["page"]["access_token"];
        let order = rig
            .make(
                "faults",
                json!({ "what": { "error": { "code": 2 } }, "chance": 0.5 }),
            )
            .await;
        let mut statuses = Vec::new();
        for _ in 0..24 {
            statuses.push(rig.facebook(token, "me").await.status);
        }
        assert!(statuses.contains(&200) && statuses.contains(&500));
        rig.delete(&format!("/sandbox/faults/{}", order["id"])).await;
        assert_eq!(rig.facebook(token, "me").await.status, 200);
        seen.push(statuses);
        rig.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn every_class_of_error_can_be_ordered_with_metas_words() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    for (code, subcode, http, kind) in [
        (1, None, 500, "OAuthException"),
        (4, Some(2_207_051), 400, "OAuthException"),
        (10, None, 400, "OAuthException"),
        (25, Some(2_207_050), 400, "OAuthException"),
        (100, Some(33), 400, "IGApiException"),
        (190, Some(459), 400, "OAuthException"),
        (200, None, 403, "OAuthException"),
        (368, None, 400, "OAuthException"),
        (613, Some(1_996), 400, "OAuthException"),
        (9_007, Some(2_207_027), 400, "OAuthException"),
        (80_006, None, 400, "OAuthException"),
    ] {
        let what = json!({ "error": { "code": code, "subcode": subcode } });
        rig.make("faults", json!({ "what": what, "times": 1 })).await;
        let read = rig.instagram(token, "me").await;
        let error = &read.body["error"];
        assert_eq!((read.status, error["code"].as_i64()), (http, Some(code)));
        assert_eq!(
            (error["error_subcode"].as_i64(), error["type"].as_str()),
            (subcode, Some(kind))
        );
        assert!(!error["message"].as_str().unwrap().is_empty() && error["fbtrace_id"].is_string());
    }
    let what = json!({ "error": { "code": 10, "http": 403, "message": "Not enough viewers for the media to show insights" } });
    rig.make("faults", json!({ "what": what, "times": 1 })).await;
    let read = rig.instagram(token, "me").await;
    assert_eq!(read.status, 403);
    assert!(
        read.body["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("Not enough viewers")
    );
}
