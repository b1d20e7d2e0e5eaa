//! What was granted is what a token may do, until it is taken back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{FACEBOOK_SECRET, Receiver, Rig, error};

#[tokio::test]
async fn only_what_was_ticked_is_granted_and_told() {
    let rig = Rig::start().await;
    let ticked = rig.make("accounts", json!({ "username": "ticked" })).await;
    let user = ticked["facebook_user_id"].as_str().unwrap();
    let other = rig
        .make(
            "accounts",
            json!({ "username": "other", "facebook_user_id": user }),
        )
        .await;
    let (page, id) = (
        ticked["page_id"].as_str().unwrap(),
        ticked["id"].as_str().unwrap(),
    );
    let answers = [
        ("page", page),
        ("permission", "pages_show_list"),
        ("permission", "pages_read_engagement"),
        ("permission", "instagram_basic"),
    ];
    let token = rig.log_in_on_facebook(&answers).await;

    let pages = rig.facebook(&token, "me/accounts?fields=id").await;
    assert_eq!(pages.body["data"], json!([{ "id": page }]));
    assert_eq!(rig.facebook(&token, id).await.status, 200);
    for hidden in [&other["id"], &other["page_id"]] {
        let read = rig.facebook(&token, hidden.as_str().unwrap()).await;
        assert_eq!(error(&read.body), (Some(100), Some(33)));
    }
    let said = rig.debug(&token).await;
    assert_eq!(
        said["granular_scopes"],
        json!([
            { "scope": "pages_show_list", "target_ids": [page] },
            { "scope": "pages_read_engagement", "target_ids": [page] },
            { "scope": "instagram_basic", "target_ids": [id] },
        ])
    );
    let permissions = rig.facebook(&token, "me/permissions").await.body;
    let statuses: Vec<&Value> = permissions["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["status"])
        .collect();
    assert_eq!(
        statuses,
        ["granted", "granted", "granted", "declined", "declined"]
    );

    let all = rig.log_in_on_facebook(&[("auth_type", "rerequest")]).await;
    let said = rig.debug(&all).await;
    assert!(
        said["granular_scopes"][0].get("target_ids").is_none(),
        "all: {said}"
    );
    let pages = rig.facebook(&all, "me/accounts?fields=id").await;
    assert_eq!(pages.body["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_account_that_is_left_out_is_not_reached_though_its_page_is() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let user = account["facebook_user_id"].as_str().unwrap();
    let more = json!({ "username": "cafe", "facebook_user_id": user });
    let other = rig.make("accounts", more).await;
    let id = account["id"].as_str().unwrap();
    let token = rig.log_in_on_facebook(&[("leave_out", id)]).await;
    let pages = rig.facebook(&token, "me/accounts?fields=id,access_token").await;
    let pages = pages.body["data"].as_array().unwrap().clone();
    assert_eq!(pages.len(), 2);
    let of_page = pages
        .iter()
        .find(|page| page["id"] == account["page_id"])
        .unwrap();
    for token in [&token, &of_page["access_token"]] {
        let read = rig.facebook(token, id).await;
        assert_eq!(error(&read.body), (Some(100), Some(33)));
    }
    assert_eq!(
        rig.facebook(&token, other["id"].as_str().unwrap()).await.status,
        200
    );
    let said = rig.debug(&token).await;
    let scopes = said["granular_scopes"].as_array().unwrap();
    let targets = |scope: &str| {
        let found = scopes.iter().find(|one| one["scope"] == scope);
        found.unwrap()["target_ids"].clone()
    };
    assert_eq!(targets("instagram_basic"), json!([other["id"]]));
    assert_eq!(targets("pages_show_list").as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_removes_the_app_ends_every_token_of_theirs_and_the_webhooks() {
    let receiver = Receiver::start();
    let rig = Rig::start_telling(&receiver.url).await;
    let (account, _) = rig.account_with_post().await;
    let stranger = rig.make("accounts", json!({ "username": "stranger" })).await;
    let user = &account["tokens"]["facebook"]["user"]["access_token"];
    let page = &account["tokens"]["facebook"]["page"]["access_token"];
    rig.make("comments", json!({ "account": "harbourbakery" })).await;
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 1);

    let path = format!(
        "/graph.facebook.com/v25.0/me/permissions?access_token={}",
        user.as_str().unwrap()
    );
    assert_eq!(rig.delete(&path).await.body, json!({ "success": true }));
    for dead in [user, page] {
        assert_eq!(
            error(&rig.facebook(dead, "me").await.body),
            (Some(190), Some(458))
        );
    }
    assert_eq!(rig.debug(page).await["is_valid"], false);
    rig.make("comments", json!({ "account": "harbourbakery" })).await;
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 0, "nothing is told any more");
    let others = &stranger["tokens"]["facebook"]["user"]["access_token"];
    assert_eq!(rig.facebook(others, "me").await.status, 200);
    let instagram = &account["tokens"]["instagram"]["access_token"];
    assert_eq!(
        rig.instagram(instagram, "me").await.status,
        200,
        "the other login's app"
    );
}

#[tokio::test]
async fn an_app_removes_a_person_by_their_id_and_success_is_told_in_either_form() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({})).await;
    rig.make("settings", json!({ "oauth": { "success": "true" } }))
        .await;
    let user = account["facebook_user_id"].as_str().unwrap();
    let app = format!("900100%7C{FACEBOOK_SECRET}");
    let path = |name: &str| format!("/graph.facebook.com/v25.0/{user}/permissions{name}?access_token={app}");
    let token = &account["tokens"]["facebook"]["user"]["access_token"];

    assert_eq!(rig.delete(&path("/instagram_basic")).await.body, json!(true));
    let permissions = rig.facebook(token, "me/permissions").await.body["data"].clone();
    let declined = json!({ "permission": "instagram_basic", "status": "declined" });
    assert!(
        permissions.as_array().unwrap().contains(&declined),
        "{permissions}"
    );
    let id = account["id"].as_str().unwrap();
    for reader in ["user", "page"] {
        let reader = &account["tokens"]["facebook"][reader]["access_token"];
        assert_eq!(error(&rig.facebook(reader, id).await.body), (Some(10), None));
    }
    assert_eq!(rig.delete(&path("")).await.body, json!(true));
    assert_eq!(
        error(&rig.facebook(token, "me").await.body),
        (Some(190), Some(458))
    );
    let nobody = format!("/graph.facebook.com/v25.0/12/permissions?access_token={app}");
    assert_eq!(error(&rig.delete(&nobody).await.body), (Some(100), Some(33)));
}

#[tokio::test]
async fn who_stays_away_for_ninety_days_closes_their_instagram_data_but_not_their_pages() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "token_days": 365 })).await;
    let token = &account["tokens"]["facebook"]["user"]["access_token"];
    let id = account["id"].as_str().unwrap();
    rig.clock.advance(Duration::from_hours(90 * 24 - 1));
    assert_eq!(rig.facebook(token, id).await.status, 200);
    rig.clock.advance(Duration::from_hours(1));
    assert_eq!(error(&rig.facebook(token, id).await.body), (Some(10), None));
    assert_eq!(
        rig.facebook(token, "me/accounts").await.body["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let said = rig.debug(token).await;
    assert_eq!(said["is_valid"], true);
    assert!(said["data_access_expires_at"].as_i64().unwrap() < said["expires_at"].as_i64().unwrap());
    let again = rig.log_in_on_facebook(&[]).await;
    assert_eq!(rig.facebook(&again, id).await.status, 200);
}

#[tokio::test]
async fn tokens_are_listed_for_tests() {
    let rig = Rig::start().await;
    rig.make("accounts", json!({ "username": "one", "logins": ["instagram"] }))
        .await;
    let two = rig.make("accounts", json!({ "username": "two" })).await;
    let listed = rig.look("/sandbox/tokens?account=two").await.body["data"].clone();
    let kinds: Vec<(&str, &str)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|token| (token["login"].as_str().unwrap(), token["kind"].as_str().unwrap()))
        .collect();
    for expected in [
        ("facebook", "user"),
        ("facebook", "page"),
        ("instagram", "account"),
    ] {
        assert!(kinds.contains(&expected), "{kinds:?}");
    }
    assert_eq!(kinds.len(), 3);
    assert!(listed.as_array().unwrap().contains(&two["tokens"]["instagram"]));
    assert_eq!(
        rig.look("/sandbox/tokens").await.body["data"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    assert_eq!(rig.look("/sandbox/tokens?account=three").await.status, 400);
}

#[tokio::test]
async fn a_restricted_account_or_app_is_a_fault_on_order() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({})).await;
    let other = rig.make("accounts", json!({ "username": "other" })).await;
    let restricted = json!({ "error": { "code": 25, "subcode": 2_207_050 } });
    rig.make(
        "faults",
        json!({ "match": { "account": account["id"] }, "what": restricted }),
    )
    .await;
    let token = |of: &Value| of["tokens"]["instagram"]["access_token"].clone();
    assert_eq!(
        error(&rig.instagram(&token(&account), "me").await.body),
        (Some(25), Some(2_207_050))
    );
    assert_eq!(rig.instagram(&token(&other), "me").await.status, 200);
    let barred = json!({ "error": { "code": 3 } });
    rig.make(
        "faults",
        json!({ "match": { "login": "facebook" }, "what": barred }),
    )
    .await;
    let facebook = &other["tokens"]["facebook"]["user"]["access_token"];
    assert_eq!(error(&rig.facebook(facebook, "me").await.body), (Some(3), None));
    assert_eq!(rig.instagram(&token(&other), "me").await.status, 200);
    let failing = json!({ "error": { "code": 2 } });
    rig.make(
        "faults",
        json!({ "match": { "path": "/oauth/access_token", "login": "instagram" }, "what": failing }),
    )
    .await;
    let code = rig.instagram_code(&[("as", "other")]).await;
    let refused = rig.exchange_on_instagram(&code).await;
    assert_eq!((refused.status, &refused.body["code"]), (500, &json!(500)));
}
