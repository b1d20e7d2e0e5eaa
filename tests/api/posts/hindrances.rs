//! Accounts that cannot publish: each is told by a code of its own, before anything is made at Meta.

use serde_json::{Value, json};

use super::desk::image;
use crate::app::{INSTAGRAM_SECRET, TestApp};
use crate::callbacks::DELETE;
use crate::on_both;
use crate::scene::id;

on_both!(
    an_account_that_meta_restricts_is_told_so,
    an_account_whose_token_ended_is_to_be_connected_again,
    an_account_whose_permission_was_taken_back_is_told_which,
    an_account_that_was_disconnected_or_erased_does_not_publish,
    an_account_of_another_workspace_is_not_known,
    among_several_accounts_one_is_named,
    what_hinders_the_account_is_told_beside_what_is_wrong_with_the_post,
);

/// The only account, by one login.
async fn bakery(app: &TestApp, login: &str) -> Value {
    let account = app.shop("bakery", &[login]).await;
    app.meta_publishes(json!({ "fetch_media": false })).await;
    account
}

/// Meta answers everything so, and is asked how the account stands.
async fn looked_at(app: &TestApp, account: &Value, error: Value) {
    app.fault(json!({ "error": error }), json!({}), None).await;
    let path = format!("/api/instagram/accounts/{}/verify", id(account));
    app.post(&path, json!({})).await;
    app.meta.delete("faults").await;
}

/// A post is refused with this, whether the account is named or not, and nothing comes of it.
async fn is_refused(app: &TestApp, account: &Value, status: u16, code: &str) -> Value {
    let calls = app.meta.calls().await;
    let mut named = image("Fresh");
    named["account"] = account["id"].clone();
    let mut last = Value::Null;
    for post in [image("Fresh"), named] {
        let refused = app.ask(post).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (status, &json!(code)),
            "{refused:?}"
        );
        let fault = &refused.body["faults"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!("/account"), &json!(code)),
            "{refused:?}"
        );
        last = refused.body;
    }
    assert_eq!(app.meta.calls().await, calls, "nothing was made at Meta");
    assert_eq!(app.list("/api/instagram/posts").await, Vec::<Value>::new());
    last
}

async fn an_account_that_meta_restricts_is_told_so(app: TestApp) {
    let account = bakery(&app, "instagram").await;
    looked_at(&app, &account, json!({ "code": 25, "subcode": 2_207_050 })).await;
    let told = is_refused(&app, &account, 409, "restricted").await;
    assert!(
        told["detail"].as_str().unwrap().contains("Instagram app"),
        "{told}"
    );
}

async fn an_account_whose_token_ended_is_to_be_connected_again(app: TestApp) {
    let account = bakery(&app, "facebook").await;
    looked_at(&app, &account, json!({ "code": 190, "subcode": 463 })).await;
    let told = is_refused(&app, &account, 409, "needs-reconnect").await;
    assert!(
        told["detail"].as_str().unwrap().contains("connect it again"),
        "{told}"
    );
}

async fn an_account_whose_permission_was_taken_back_is_told_which(app: TestApp) {
    let account = bakery(&app, "instagram").await;
    let kept = json!({ "scopes": ["instagram_business_basic", "instagram_business_manage_comments"] });
    app.token(&account["tokens"]["instagram"], kept).await;
    let path = format!("/api/instagram/accounts/{}/verify", id(&account));
    app.post(&path, json!({})).await;
    let post = app.ask(image("Fresh")).await;
    if post.status == 202 {
        // By Instagram Login nobody is told of permissions: the call says it, and the post waits for a cure.
        let path = format!("/api/instagram/posts/{}", post.body["id"].as_str().unwrap());
        app.work().await;
        let held = app.get(&path).await.body;
        assert_eq!(
            (&held["state"], &held["media_id"]),
            (&json!("preparing"), &Value::Null),
            "{held}"
        );
        assert!(
            held["reason"]["code"].as_str().unwrap().starts_with("meta-"),
            "{held}"
        );
        return;
    }
    let told = is_refused(&app, &account, 422, "missing-scope").await;
    assert!(
        told["detail"].as_str().unwrap().contains("content_publish"),
        "{told}"
    );
}

async fn an_account_that_was_disconnected_or_erased_does_not_publish(app: TestApp) {
    let account = bakery(&app, "instagram").await;
    app.disconnect(&app.only_connection().await).await;
    is_refused(&app, &account, 409, "not-connected").await;
    app.connect("shop", "instagram", &account).await;
    app.withdraw(DELETE, INSTAGRAM_SECRET, &account["id"]).await;
    app.erase_all().await;
    let mut named = image("Fresh");
    named["account"] = account["id"].clone();
    let gone = app.ask(named).await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["code"]),
        (409, &json!("unknown-account")),
        "{gone:?}"
    );
    let gone = app.ask(image("Fresh")).await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["code"]),
        (409, &json!("not-connected")),
        "{gone:?}"
    );
}

async fn an_account_of_another_workspace_is_not_known(app: TestApp) {
    let account = bakery(&app, "facebook").await;
    let stranger = app.key("school", "write").await;
    let calls = app.meta.calls().await;
    let mut named = image("Not ours");
    named["account"] = account["id"].clone();
    let mut nobody = named.clone();
    nobody["account"] = json!("17841400000099999");
    let (refused, unknown) = (
        app.post_as(&stranger, "/api/instagram/posts", named).await,
        app.post_as(&stranger, "/api/instagram/posts", nobody).await,
    );
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (409, &json!("unknown-account")),
        "{refused:?}"
    );
    assert_eq!(refused.body, unknown.body, "that there is one is not told");
    let unnamed = app
        .post_as(&stranger, "/api/instagram/posts", image("Nobody's"))
        .await;
    assert_eq!(
        (unnamed.status.as_u16(), &unnamed.body["code"]),
        (409, &json!("not-connected"))
    );
    assert_eq!(app.meta.calls().await, calls);
    assert_eq!(app.list("/api/instagram/posts").await, Vec::<Value>::new());
}

async fn among_several_accounts_one_is_named(app: TestApp) {
    bakery(&app, "facebook").await;
    let school = app.shop("school", &["instagram"]).await;
    let unnamed = app.ask(image("Whose?")).await;
    assert_eq!(
        (
            unnamed.status.as_u16(),
            &unnamed.body["code"],
            &unnamed.body["faults"][0]["code"]
        ),
        (400, &json!("invalid-parameter"), &json!("account-not-named")),
        "{unnamed:?}"
    );
    // One that cannot publish is not meant.
    looked_at(&app, &school, json!({ "code": 190, "subcode": 463 })).await;
    let path = app.posted(image("The bakery's")).await;
    assert_ne!(app.get(&path).await.body["account_id"], school["id"]);
}

async fn what_hinders_the_account_is_told_beside_what_is_wrong_with_the_post(app: TestApp) {
    let account = bakery(&app, "instagram").await;
    looked_at(&app, &account, json!({ "code": 25, "subcode": 2_207_050 })).await;
    let refused = app.ask(image(&"#a ".repeat(31))).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("invalid-post")),
        "{refused:?}"
    );
    let faults = refused.body["faults"].as_array().unwrap();
    let codes: Vec<_> = faults
        .iter()
        .map(|fault| fault["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["restricted", "hashtags"]);
}
