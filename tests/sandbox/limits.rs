//! Budgets: they fill, they show it, they block, and they free themselves.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Reply, Rig};

fn usage(reply: &Reply) -> Value {
    serde_json::from_str(reply.headers["x-business-use-case-usage"].to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn an_accounts_budget_fills_until_calls_are_refused_and_says_when_it_is_free() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    rig.make("settings", json!({ "account_calls": 10, "window_minutes": 60 }))
        .await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let media = post["id"].as_str().unwrap();
    for turn in 1..=10 {
        let read = rig.facebook(token, media).await;
        assert_eq!(read.status, 200);
        for key in ["id", "business_id"] {
            let entry = usage(&read)[account[key].as_str().unwrap()][0].clone();
            assert_eq!(
                (&entry["type"], &entry["call_count"]),
                (&json!("instagram"), &json!(turn * 10))
            );
        }
    }
    let refused = rig.facebook(token, media).await;
    assert_eq!(
        (refused.status, &refused.body["error"]["code"]),
        (400, &json!(80_002))
    );
    let entry = usage(&refused)[account["id"].as_str().unwrap()][0].clone();
    assert_eq!(entry["estimated_time_to_regain_access"], 61);
    rig.clock.advance(Duration::from_hours(1));
    assert_eq!(
        rig.facebook(token, media).await.status,
        400,
        "calling while throttled put the end off"
    );
    rig.clock.advance(Duration::from_mins(2));
    assert_eq!(rig.facebook(token, media).await.status, 200);
}

#[tokio::test]
async fn one_accounts_budget_is_not_anothers_and_the_logins_are_counted_apart() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let other = rig.make("accounts", json!({})).await;
    rig.make("settings", json!({ "account_calls": 1 })).await;
    let media = post["id"].as_str().unwrap();
    let page = &account["tokens"]["facebook"]["page"]["access_token"];
    rig.facebook(page, media).await;
    assert_eq!(rig.facebook(page, media).await.status, 400);
    assert_eq!(
        rig.instagram(&account["tokens"]["instagram"]["access_token"], media)
            .await
            .status,
        200
    );
    let others = &other["tokens"]["facebook"]["page"]["access_token"];
    assert_eq!(
        rig.facebook(others, other["id"].as_str().unwrap()).await.status,
        200
    );
}

#[tokio::test]
async fn user_and_page_nodes_have_pools_of_their_own() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    rig.make("settings", json!({ "user_calls": 1, "page_calls": 1 }))
        .await;
    let user = &account["tokens"]["facebook"]["user"]["access_token"];
    let page = &account["tokens"]["facebook"]["page"]["access_token"];
    assert!(rig.facebook(user, "me").await.headers.contains_key("x-app-usage"));
    assert_eq!(rig.facebook(user, "me").await.body["error"]["code"], 17);
    rig.facebook(page, "me").await;
    assert_eq!(rig.facebook(page, "me").await.body["error"]["code"], 80_001);
    assert_eq!(
        rig.facebook(page, "me/conversations?platform=instagram")
            .await
            .status,
        200
    );
    assert_eq!(
        rig.facebook(page, "me/conversations?platform=instagram")
            .await
            .body["error"]["code"],
        80_006
    );
}
