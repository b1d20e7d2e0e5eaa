//! Pages and those who have roles on them; accounts that no app reaches.

use serde_json::{Value, json};

use crate::support::{Receiver, Rig, error};

const FIELDS: &str = "me/accounts?fields=id,name,tasks,access_token,instagram_business_account{id},\
connected_instagram_account{id}";

#[tokio::test]
async fn a_page_in_a_portfolio_is_listed_by_its_business_alone() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let page = account["page_id"].as_str().unwrap();
    let put = json!({ "name": "Harbour Group", "ownership": "client" });
    let shown = rig.make(&format!("pages/{page}/portfolio"), put).await;
    let business = shown["business_id"].as_str().unwrap();
    let listed = async |token: &Value, edge: &str| {
        rig.facebook(token, &format!("{edge}?fields=id")).await.body["data"].clone()
    };
    let token = &account["tokens"]["facebook"]["user"]["access_token"];
    assert_eq!(listed(token, "me/accounts").await, json!([]));
    let businesses = rig.facebook(token, "me/businesses").await.body["data"].clone();
    assert_eq!(businesses, json!([{ "id": business, "name": "Harbour Group" }]));
    assert_eq!(listed(token, &format!("{business}/owned_pages")).await, json!([]));
    let fields = "id,access_token,instagram_business_account";
    let pages = format!("{business}/client_pages?fields={fields}");
    let found = rig.facebook(token, &pages).await.body["data"][0].clone();
    assert_eq!(
        (&found["id"], &found["instagram_business_account"]["id"]),
        (&account["page_id"], &account["id"])
    );
    assert_eq!(
        rig.facebook(&found["access_token"], account["id"].as_str().unwrap())
            .await
            .status,
        200
    );

    let without = rig.log_in_on_facebook(&[]).await;
    for edge in ["me/businesses".to_owned(), pages] {
        assert_eq!(
            error(&rig.facebook(&without, &edge).await.body).0,
            Some(10),
            "{edge}"
        );
    }
    rig.delete(&format!("/sandbox/pages/{page}/portfolio")).await;
    assert_eq!(listed(token, "me/accounts").await, json!([{ "id": page }]));
    assert_eq!(listed(token, "me/businesses").await, json!([]));
}

#[tokio::test]
async fn a_page_may_have_no_account_and_a_person_no_page() {
    let rig = Rig::start().await;
    let page = rig.make("pages", json!({ "name": "Bare" })).await;
    let user = page["roles"][0]["facebook_user_id"].as_str().unwrap();
    let token = rig.log_in_on_facebook(&[("as", user)]).await;
    let shown = rig.facebook(&token, FIELDS).await.body["data"][0].clone();
    assert_eq!((&shown["id"], &shown["name"]), (&page["id"], &json!("Bare")));
    assert_eq!(shown["tasks"].as_array().unwrap().len(), 6);
    assert!(shown.get("instagram_business_account").is_none(), "{shown}");
    let own = rig.facebook(&shown["access_token"], "me?fields=id").await;
    assert_eq!(own.body["id"], page["id"]);
    let subscribe = format!(
        "/graph.facebook.com/v25.0/me/subscribed_apps?subscribed_fields=feed&access_token={}",
        shown["access_token"].as_str().unwrap()
    );
    assert_eq!(rig.post(&subscribe, json!({})).await.status, 200);
    let threads = rig
        .facebook(&shown["access_token"], "me/conversations?platform=instagram")
        .await;
    assert_eq!(threads.status, 400, "instagram_manage_messages was not asked for");

    let lonely = rig.make("users", json!({ "name": "Lonely" })).await;
    let token = rig
        .log_in_on_facebook(&[("as", lonely["id"].as_str().unwrap())])
        .await;
    assert_eq!(rig.facebook(&token, "me/accounts").await.body["data"], json!([]));
    assert_eq!(rig.facebook(&token, "me").await.body["name"], "Lonely");
}

#[tokio::test]
async fn a_personal_account_is_linked_but_is_no_business_account() {
    let rig = Rig::start().await;
    let account = rig
        .make(
            "accounts",
            json!({ "username": "me", "account_type": "Personal" }),
        )
        .await;
    let token = rig.log_in_on_facebook(&[]).await;
    let shown = rig.facebook(&token, FIELDS).await.body["data"][0].clone();
    assert!(shown.get("instagram_business_account").is_none(), "{shown}");
    assert_eq!(shown["connected_instagram_account"]["id"], account["id"]);
    let read = rig.facebook(&token, account["id"].as_str().unwrap()).await;
    assert_eq!(error(&read.body), (Some(100), Some(33)));
}

#[tokio::test]
async fn an_account_that_turns_personal_is_lost_to_both_logins_and_told_of_no_more() {
    let receiver = Receiver::start();
    let rig = Rig::start_telling(&receiver.url).await;
    let (account, _) = rig.account_with_post().await;
    rig.make("accounts/harbourbakery", json!({ "account_type": "Personal" }))
        .await;
    let token = |login: &str, kind: &str| match kind {
        "" => account["tokens"][login]["access_token"].clone(),
        kind => account["tokens"][login][kind]["access_token"].clone(),
    };
    let read = rig.instagram(&token("instagram", ""), "me").await;
    assert_eq!(error(&read.body), (Some(190), Some(467)));
    let read = rig
        .facebook(&token("facebook", "page"), account["id"].as_str().unwrap())
        .await;
    assert_eq!(error(&read.body), (Some(100), Some(33)));
    rig.make("comments", json!({})).await;
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 0);
    rig.make("accounts/harbourbakery", json!({ "account_type": "Business" }))
        .await;
    assert_eq!(rig.instagram(&token("instagram", ""), "me").await.status, 200);
}

#[tokio::test]
async fn a_permission_is_worth_something_only_with_a_task_for_it() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "tasks": ["ANALYZE"] })).await;
    let post = rig.make("media", json!({})).await;
    let token = rig.log_in_on_facebook(&[]).await;
    let shown = rig.facebook(&token, FIELDS).await.body["data"][0].clone();
    assert_eq!(shown["tasks"], json!(["ANALYZE"]));
    let (id, media) = (account["id"].as_str().unwrap(), post["id"].as_str().unwrap());
    assert_eq!(rig.facebook(&token, id).await.status, 200);
    let refused = (Some(200), None);
    let comments = format!("{media}/comments");
    assert_eq!(error(&rig.facebook(&token, &comments).await.body), refused);
    let subscribed = format!("{}/subscribed_apps", account["page_id"].as_str().unwrap());
    let page = &shown["access_token"];
    assert_eq!(error(&rig.facebook(page, &subscribed).await.body), refused);

    assign(&rig, &account, json!(["MODERATE"])).await;
    assert_eq!(rig.facebook(&token, &comments).await.status, 200);
    assert_eq!(rig.facebook(page, &subscribed).await.status, 200);
    assign(&rig, &account, json!(["MESSAGING"])).await;
    assert_eq!(error(&rig.facebook(&token, id).await.body), refused);
}

#[tokio::test]
async fn who_loses_their_role_loses_the_pages_token_and_a_new_one_fails_alike() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({})).await;
    let helper = rig.make("users", json!({ "name": "Helper" })).await;
    let page = account["page_id"].as_str().unwrap();
    let body = json!({ "facebook_user_id": helper["id"], "tasks": ["MANAGE", "MODERATE"] });
    rig.make(&format!("pages/{page}"), body).await;
    let theirs = rig
        .log_in_on_facebook(&[("as", helper["id"].as_str().unwrap())])
        .await;
    let page_token = rig.facebook(&theirs, FIELDS).await.body["data"][0]["access_token"].clone();
    assert_eq!(rig.debug(&page_token).await["user_id"], helper["id"]);

    assign(&rig, &account, json!([])).await;
    let lost = &account["tokens"]["facebook"]["page"]["access_token"];
    assert_eq!(
        error(&rig.facebook(lost, "me").await.body),
        (Some(190), Some(492))
    );
    let user = &account["tokens"]["facebook"]["user"]["access_token"];
    assert_eq!(rig.facebook(user, "me/accounts").await.body["data"], json!([]));
    assert_eq!(
        rig.facebook(&page_token, "me").await.status,
        200,
        "the other's stays"
    );
    assign(&rig, &account, json!(["MANAGE"])).await;
    assert_eq!(rig.facebook(lost, "me").await.status, 200);
}

/// Says what the owner of an account's Page may do there.
async fn assign(rig: &Rig, account: &Value, tasks: Value) {
    let page = account["page_id"].as_str().unwrap();
    let body = json!({ "facebook_user_id": account["facebook_user_id"], "tasks": tasks });
    rig.make(&format!("pages/{page}"), body).await;
}
