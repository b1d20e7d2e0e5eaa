//! Disconnecting: the token is destroyed here in any case, and Meta is told as far as nobody else needs it.

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::{Answer, OPERATOR, TestApp};
use crate::on_both;
use crate::scene::id;

on_both!(
    a_disconnected_account_is_unsubscribed_and_revoked_at_meta_and_told_of_once,
    an_account_is_connected_again_after_it_was_disconnected_and_has_its_history,
    a_person_with_two_accounts_is_revoked_with_the_last_one,
    without_meta_an_account_is_disconnected_all_the_same,
    what_meta_refuses_is_told_with_what_to_do,
    instagram_login_is_unsubscribed_and_cannot_be_revoked,
    nobody_disconnects_an_account_of_another_workspace,
    a_choice_that_is_open_elsewhere_keeps_the_persons_permissions,
    a_choice_that_is_open_ends_with_the_persons_permissions,
    who_disconnects_while_a_subscription_is_repaired_leaves_none,
);

impl TestApp {
    async fn log_in_as(&self, login: &str, person: &Value) -> Value {
        let done = self.log_in(login, &[("as", person.as_str().unwrap())]).await;
        assert_eq!(done.body["result"], "connected", "{done:?}");
        done.body
    }

    async fn part(&self, account: &Value) -> Answer {
        let path = format!("/api/instagram/accounts/{}/connection", id(account));
        self.delete_as(OPERATOR, &path).await
    }

    /// The logins by which Meta would send webhooks for the account.
    async fn subscribed(&self, account: &Value) -> Value {
        let accounts = self.meta.get("accounts").await["data"].clone();
        let all = accounts.as_array().unwrap().iter();
        let found = all.clone().find(|one| one["id"] == account["id"]).unwrap();
        found["subscribed"].clone()
    }

    /// Whether no token of the account works at Meta any more, by this login.
    async fn is_revoked(&self, account: &Value, login: &str) -> bool {
        let path = format!("tokens?account={}", id(account));
        let tokens = self.meta.get(&path).await["data"].clone();
        let all = tokens.as_array().unwrap().iter();
        let mut of_login = all.clone().filter(|token| token["login"] == login);
        of_login.all(|token| token["revoked"] != Value::Null)
    }
}

/// What became of the only connection that was removed.
fn removed(answer: &Answer) -> (&str, &str) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let removed = answer.body["removed"].as_array().unwrap();
    assert_eq!(removed.len(), 1, "{answer:?}");
    let word = |name: &str| removed[0][name].as_str().unwrap();
    (word("unsubscribed"), word("revoked"))
}

async fn a_disconnected_account_is_unsubscribed_and_revoked_at_meta_and_told_of_once(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.log_in_as("facebook", &account["facebook_user_id"]).await;
    app.log_in_as("instagram", &account["id"]).await;
    assert_eq!(app.subscribed(&account).await, json!(["facebook", "instagram"]));
    let noted = async || {
        app.get("/api/summary").await.body["calls"]["made"]
            .as_u64()
            .unwrap()
    };
    let (before, noted_before) = (app.meta.calls().await, noted().await);
    let parted = app.part(&account).await;
    assert_eq!(parted.status, 200, "{parted:?}");
    assert_eq!(parted.body["account_id"], account["id"]);
    let words: Vec<Value> = parted.body["removed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["login"], one["unsubscribed"], one["revoked"]]))
        .collect();
    assert_eq!(
        words,
        [
            json!(["facebook", "done", "done"]),
            json!(["instagram", "done", "impossible"])
        ]
    );
    assert_eq!(parted.body["advice"].as_array().unwrap().len(), 1, "{parted:?}");
    assert_eq!(app.subscribed(&account).await, json!([]));
    assert!(app.is_revoked(&account, "facebook").await);
    assert!(app.list("/api/instagram/connections").await.is_empty());
    let calls = app.calls_after(before).await;
    assert_eq!((calls.len(), noted().await - noted_before), (3, 3), "{calls:?}");
    let told = app.until("/api/feed?limit=100", |page| {
        let told = page["data"].as_array().unwrap();
        told.iter().any(|entry| entry["kind"] == "account.disconnected")
    });
    let told = told.await["data"].as_array().unwrap().clone();
    let ended: Vec<&Value> = told
        .iter()
        .filter(|entry| entry["kind"] == "account.disconnected")
        .collect();
    assert_eq!(ended.len(), 1, "said once");
    assert_eq!(
        (&ended[0]["account_id"], &ended[0]["object_id"]),
        (&account["id"], &json!("removed"))
    );
    assert_eq!(
        app.part(&account).await.status,
        404,
        "it is not connected any more"
    );
}

async fn an_account_is_connected_again_after_it_was_disconnected_and_has_its_history(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.log_in_as("facebook", &account["facebook_user_id"]).await;
    app.lone_comments(&account, 2).await;
    app.take_in().await;
    app.part(&account).await;
    assert_eq!(app.list("/api/comments").await.len(), 2, "the history stays");
    let status = app.get("/api/instagram/status").await.body;
    assert_eq!(status["accounts"][0]["state"], "disconnected");
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    assert_eq!(app.counts().await["total"], 2, "Meta sends no more");
    app.log_in_as("facebook", &account["facebook_user_id"]).await;
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    let counts = app.counts().await;
    assert_eq!((&counts["done"], &counts["total"]), (&json!(3), &json!(3)));
    assert_eq!(app.list("/api/instagram/accounts").await.len(), 1);
}

async fn a_person_with_two_accounts_is_revoked_with_the_last_one(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let person = &first["facebook_user_id"];
    let second = json!({ "username": "cafe", "facebook_user_id": person });
    let second = app.meta.post("accounts", second).await;
    for (workspace, account) in [("shop", &first), ("elsewhere", &second)] {
        let answer = app.connect(workspace, "facebook", account).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let parted = app.part(&first).await;
    assert_eq!(removed(&parted).1, "still_needed", "of another workspace");
    assert!(!app.is_revoked(&second, "facebook").await);
    let checked = app.get("/api/instagram/status?workspace=elsewhere").await.body;
    assert_eq!(checked["connected"], true);
    assert_eq!(removed(&app.part(&second).await).1, "done");
    assert!(app.is_revoked(&first, "facebook").await);
    assert!(app.is_revoked(&second, "facebook").await);
}

async fn without_meta_an_account_is_disconnected_all_the_same(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.log_in_as("facebook", &account["facebook_user_id"]).await;
    app.fault(json!("drop_connection"), json!({}), None).await;
    let before = app.meta.calls().await;
    let parted = app.part(&account).await;
    assert_eq!(removed(&parted), ("failed", "failed"));
    assert_eq!(parted.body["advice"].as_array().unwrap().len(), 2, "{parted:?}");
    assert_eq!(
        app.calls_after(before).await.len(),
        1,
        "who does not answer is asked once"
    );
    assert!(app.list("/api/instagram/connections").await.is_empty());
    let sealed = app.parts.store.connections(None).await.unwrap();
    assert!(sealed.is_empty(), "no token is left");
    app.meta.delete("faults").await;
    app.log_in_as("facebook", &account["facebook_user_id"]).await;
}

async fn what_meta_refuses_is_told_with_what_to_do(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.log_in_as("facebook", &account["facebook_user_id"]).await;
    app.fault(
        json!({ "error": { "code": 2 } }),
        json!({ "method": "DELETE" }),
        None,
    )
    .await;
    let connection = app.only_connection().await;
    let parted = app.disconnect(&connection).await;
    let one = &parted["removed"][0];
    assert_eq!(one["connection_id"], connection["id"]);
    assert_eq!(
        (&one["unsubscribed"], &one["revoked"]),
        (&json!("failed"), &json!("failed"))
    );
    let advice = parted["advice"].to_string();
    assert!(advice.contains("Business integrations"), "{advice}");
    assert!(app.list("/api/instagram/connections").await.is_empty());
}

async fn instagram_login_is_unsubscribed_and_cannot_be_revoked(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.log_in_as("instagram", &account["id"]).await;
    let parted = app.part(&account).await;
    assert_eq!(removed(&parted), ("done", "impossible"));
    let advice = parted.body["advice"].to_string();
    assert!(advice.contains("Apps and websites"), "{advice}");
    assert_eq!(app.subscribed(&account).await, json!(["facebook"]));
}

async fn nobody_disconnects_an_account_of_another_workspace(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let connection = app.only_connection().await;
    let rival = app.key("rival", "admin").await;
    for path in [
        format!("/api/instagram/accounts/{}/connection", id(&account)),
        format!(
            "/api/instagram/connections/{}",
            connection["id"].as_str().unwrap()
        ),
        "/api/instagram/accounts/1/connection".to_owned(),
    ] {
        let answer = app.delete_as(&rival, &path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (404, &json!("not-found")),
            "{path}"
        );
    }
    let reader = app.key("shop", "write").await;
    let path = format!("/api/instagram/accounts/{}/connection", id(&account));
    assert_eq!(app.delete_as(&reader, &path).await.status, 403);
    assert_eq!(app.list("/api/instagram/connections").await.len(), 1);
}

/// Two accounts of one person.
async fn two_of_one_person(app: &TestApp) -> [Value; 2] {
    let first = app.meta.account("bakery").await;
    let second = json!({ "username": "cafe", "facebook_user_id": first["facebook_user_id"] });
    let second = app.meta.post("accounts", second).await;
    [first, second]
}

async fn a_choice_that_is_open_elsewhere_keeps_the_persons_permissions(app: TestApp) {
    let [first, second] = two_of_one_person(&app).await;
    let elsewhere = app.key("elsewhere", "admin").await;
    let opened = app
        .get_as(&elsewhere, "/api/instagram/authorize?login=facebook")
        .await;
    let dialog = opened.body["url"].as_str().unwrap().parse().unwrap();
    let led_to = app.answer(&dialog, &[]).await;
    let offered = Answer::of(app.call_back(&led_to, "application/json").await).await;
    let session = offered.body["session"].as_str().unwrap();
    let answer = app.connect("shop", "facebook", &first).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(removed(&app.part(&first).await).1, "still_needed");
    let path = format!("/api/instagram/connect-sessions/{session}/choose");
    let choice = json!({ "page_id": second["page_id"] });
    let chosen = app.post_as(&elsewhere, &path, choice).await;
    assert_eq!(chosen.body["result"], "connected", "{chosen:?}");
    assert_eq!(
        removed(&app.part(&second).await).1,
        "done",
        "its own choice keeps nothing"
    );
    assert!(app.is_revoked(&first, "facebook").await);
}

async fn a_choice_that_is_open_ends_with_the_persons_permissions(app: TestApp) {
    let [first, second] = two_of_one_person(&app).await;
    let offered = app.log_in("facebook", &[]).await;
    let session = offered.body["session"].as_str().unwrap();
    let path = format!("/api/instagram/connect-sessions/{session}");
    let choose = |account: &Value| json!({ "page_id": account["page_id"] });
    for account in [&first, &second] {
        let chosen = app.post(&format!("{path}/choose"), choose(account)).await;
        assert_eq!(chosen.body["result"], "connected", "{chosen:?}");
    }
    assert_eq!(removed(&app.part(&first).await).1, "still_needed");
    assert_eq!(app.get(&path).await.status, 200, "its token works");
    assert_eq!(removed(&app.part(&second).await).1, "done");
    assert_eq!(app.get(&path).await.status, 404, "its token does not");
    let refused = app.post(&format!("{path}/choose"), choose(&first)).await;
    assert_eq!(refused.status, 404);
}

async fn who_disconnects_while_a_subscription_is_repaired_leaves_none(app: TestApp) {
    let wanted = json!({ "username": "bakery", "logins": ["instagram"], "subscribe": [] });
    let account = app.meta.post("accounts", wanted).await;
    let refused = json!({ "error": { "code": 200 } });
    let subscribing = json!({ "method": "POST", "edge": "subscribed_apps" });
    app.fault(refused, subscribing, None).await;
    app.log_in_as("instagram", &account["id"]).await;
    app.meta.delete("faults").await;
    let asking = json!({ "method": "GET", "edge": "subscribed_apps" });
    app.fault(json!("hold_answer"), asking, None).await;
    let stop = CancellationToken::new();
    let meanwhile = async {
        app.until_struck().await;
        assert_eq!(removed(&app.part(&account).await).0, "done");
        app.meta.delete("faults").await;
    };
    let (looked, ()) = tokio::join!(app.parts.connector.look_due(&stop), meanwhile);
    assert_eq!(looked.unwrap(), 1);
    assert_eq!(app.subscribed(&account).await, json!([]));
}
