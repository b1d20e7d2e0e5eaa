//! People connect their accounts, each in their way, and what they are shown is what is so.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;
use crate::browser::{Browser, in_a_browser};

const CHOICE: &str = "Which account do you want to connect?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_connect_accounts_that_live_on_break_are_mended_and_end() {
    in_a_browser(async |browser| {
        browser.narrow().await;
        let people = People::of(&browser.app).await;
        nothing_is_connected(&browser, &people).await;
        by_facebook(&browser, &people).await;
        by_instagram(&browser, &people).await;
        lives_on(&browser, &people).await;
        breaks_and_is_mended(&browser, &people).await;
        ends(&browser, &people).await;
        is_deleted(&browser, &people).await;
        let mut complaints = browser.complaints().await;
        // That a login connected nothing is also told by the status.
        complaints.retain(|one| one["source"] != "network");
        assert_eq!(complaints, Vec::<Value>::new());
    })
    .await;
}

/// Who connects what.
struct People {
    key: String,
    /// Has one Page.
    baker: Value,
    /// Has two Pages with an account, and one without.
    innkeeper: Value,
    /// Logs in with Instagram.
    florist: Value,
    /// Has no Page.
    lonely: Value,
}

impl People {
    async fn of(app: &TestApp) -> Self {
        let account = async |username: &str| {
            let wanted = json!({ "username": username, "subscribe": [] });
            app.meta.post("accounts", wanted).await
        };
        let innkeeper = account("the.old.inn").await;
        let person = &innkeeper["facebook_user_id"];
        let more = json!({ "username": "cafe_at_the_inn", "facebook_user_id": person });
        app.meta.post("accounts", more).await;
        let bare = json!({ "name": "Friends of the Inn", "facebook_user_id": person });
        app.meta.post("pages", bare).await;
        Self {
            key: app.key("shop", "admin").await,
            baker: account("bakery").await,
            innkeeper,
            florist: account("florist").await,
            lonely: app.meta.post("users", json!({ "name": "Lonely" })).await,
        }
    }
}

/// Opens a dialog and says who logs in.
async fn log_in(browser: &Browser, people: &People, login: &str, person: &Value) {
    let path = format!("/api/instagram/authorize?login={login}");
    let opened = browser.app.get_as(&people.key, &path).await;
    browser.go(opened.body["url"].as_str().unwrap()).await;
    assert_eq!(browser.obstacles().await, Vec::<Value>::new());
    browser
        .click(&format!("input[value='{}']", person.as_str().unwrap()))
        .await;
    browser.click("button[type=submit]").await;
    browser.see("button[value=continue]").await;
    assert_eq!(browser.obstacles().await, Vec::<Value>::new());
}

/// What the page says at its head.
async fn is_told(browser: &Browser, title: &str, heading: &str) {
    browser.read(heading).await;
    assert_eq!(browser.title().await, format!("{title} – Belino"));
    assert_eq!(browser.obstacles().await, Vec::<Value>::new());
}

async fn nothing_is_connected(browser: &Browser, people: &People) {
    log_in(browser, people, "facebook", &people.lonely["id"]).await;
    browser.click("button[value=continue]").await;
    is_told(browser, "Nothing was connected", "Nothing was connected").await;
    assert_eq!(browser.texts("code").await, ["no-pages"]);
    log_in(browser, people, "instagram", &people.florist["id"]).await;
    browser.click("button[value=cancel]").await;
    is_told(browser, "Nothing was connected", "Nothing was connected").await;
    assert_eq!(browser.texts("code").await, ["cancelled"]);
    assert!(states(browser, people).await.is_empty());
}

async fn by_facebook(browser: &Browser, people: &People) {
    log_in(browser, people, "facebook", &people.baker["facebook_user_id"]).await;
    browser.click("button[value=continue]").await;
    is_told(browser, "Connected", "@bakery is connected").await;
    log_in(browser, people, "facebook", &people.baker["facebook_user_id"]).await;
    browser.click("input[value=instagram_manage_messages]").await;
    browser.click("button[value=continue]").await;
    is_told(browser, "Connected", "@bakery is connected").await;
    assert_eq!(browser.texts("li").await, ["instagram_manage_messages"]);
    log_in(browser, people, "facebook", &people.innkeeper["facebook_user_id"]).await;
    browser.click("button[value=continue]").await;
    is_told(browser, "Choose an account", CHOICE).await;
    assert_eq!(
        browser.texts("li button").await,
        ["Connect @the.old.inn", "Connect @cafe_at_the_inn"]
    );
    for (at, name) in ["the.old.inn", "cafe_at_the_inn"].into_iter().enumerate() {
        browser.click(&format!("li:nth-of-type({}) button", at + 1)).await;
        is_told(browser, "Connected", &format!("@{name} is connected")).await;
        browser.click("a.button").await;
        browser.read(CHOICE).await;
    }
    assert_eq!(browser.texts("li .good").await, ["is connected", "is connected"]);
    assert_eq!(states(browser, people).await.len(), 3);
}

async fn by_instagram(browser: &Browser, people: &People) {
    log_in(browser, people, "instagram", &people.florist["id"]).await;
    browser.click("button[value=continue]").await;
    is_told(browser, "Connected", "@florist is connected").await;
    browser.again().await;
    is_told(
        browser,
        "This login was answered before",
        "This login was answered before",
    )
    .await;
    let states = states(browser, people).await;
    assert_eq!(states.len(), 4);
    assert!(states.iter().all(|(_, state)| state == "active"), "{states:?}");
}

/// How each account stands.
async fn states(browser: &Browser, people: &People) -> Vec<(String, String)> {
    let status = browser
        .app
        .get_as(&people.key, "/api/instagram/status")
        .await
        .body;
    let accounts = status["accounts"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    accounts
        .map(|account| (text(&account["username"]), text(&account["state"])))
        .collect()
}

async fn state_of_the_florist(browser: &Browser, people: &People) -> String {
    let states = states(browser, people).await;
    states.into_iter().find(|(name, _)| name == "florist").unwrap().1
}

/// Somebody comments at the florist's.
async fn comment(browser: &Browser, text: &str) {
    let meta = &browser.app.meta;
    let media = meta.post("media", json!({ "account": "florist" })).await;
    let wanted = json!({ "account": "florist", "media_id": media["id"], "text": text });
    meta.post("comments", wanted).await;
    browser.app.take_in().await;
}

/// What was written at the florist's and read from Meta, newest first.
async fn comments(browser: &Browser) -> Vec<Value> {
    let comments = browser.app.list("/api/comments").await;
    let enriched = browser.app.list("/api/events?outcome=enriched").await;
    assert_eq!(comments.len(), enriched.len());
    comments.iter().map(|comment| comment["text"].clone()).collect()
}

async fn lives_on(browser: &Browser, people: &People) {
    comment(browser, "One rose, please").await;
    assert_eq!(comments(browser).await, ["One rose, please"]);
    let mut renewed = 0;
    for _ in 0..12 {
        browser.app.clock.advance(Duration::from_hours(10 * 24));
        let stop = CancellationToken::new();
        renewed += browser.app.parts.connector.renew_due(&stop).await.unwrap();
    }
    assert_eq!(renewed, 2, "twice in 120 days");
    comment(browser, "Another one").await;
    assert_eq!(comments(browser).await.len(), 2);
    assert_eq!(state_of_the_florist(browser, people).await, "active");
}

async fn breaks_and_is_mended(browser: &Browser, people: &People) {
    let app = &browser.app;
    let tokens = app.meta.get("tokens?account=florist").await["data"].clone();
    for token in tokens.as_array().unwrap() {
        let revoked = json!({ "access_token": token["access_token"], "state": "revoked" });
        app.meta.post("tokens", revoked).await;
    }
    comment(browser, "Are you there?").await;
    assert_eq!(state_of_the_florist(browser, people).await, "needs_reconnect");
    assert_eq!(app.list("/api/events?state=parked").await.len(), 1);
    log_in(browser, people, "instagram", &people.florist["id"]).await;
    browser.click("button[value=continue]").await;
    is_told(browser, "Connected", "@florist is connected").await;
    app.process_all().await;
    assert_eq!(comments(browser).await.len(), 3, "nothing was lost");
    assert_eq!(state_of_the_florist(browser, people).await, "active");
}

async fn ends(browser: &Browser, people: &People) {
    let app = &browser.app;
    let connections = app.list("/api/instagram/connections").await;
    let mut theirs = connections.iter();
    let florist = theirs
        .find(|one| one["account_id"] == people.florist["id"])
        .unwrap();
    let path = format!("/api/instagram/connections/{}", florist["id"].as_str().unwrap());
    let request = app.http.delete(format!("{}{path}", app.base));
    let answer = request.bearer_auth(&people.key).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    assert_eq!(state_of_the_florist(browser, people).await, "disconnected");
    assert_eq!(comments(browser).await.len(), 3, "the history stays");
}

/// The innkeeper asks Meta for deletion, and is shown a page of ours.
async fn is_deleted(browser: &Browser, people: &People) {
    let (app, person) = (&browser.app, &people.innkeeper["facebook_user_id"]);
    let address = format!("{}/api/instagram/data-deletion", app.base);
    app.meta
        .post("apps", json!({ "data_deletion_url": address }))
        .await;
    let told = app
        .meta
        .post("data-deletion", json!({ "facebook_user": person }))
        .await;
    browser.go(told["url"].as_str().unwrap()).await;
    assert_eq!(browser.texts("h1").await, ["Deletion of your data"]);
    assert_eq!(browser.obstacles().await, Vec::<Value>::new());
    let states = states(browser, people).await;
    let disconnected = states.iter().filter(|(_, state)| state == "disconnected");
    assert_eq!(disconnected.count(), 3, "{states:?}");
}
