//! People withdraw at Meta, and Meta tells: from their click there to what is left here.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::callbacks::{DEAUTHORIZE, DELETE};
use crate::exchange::LOGINS;
use crate::on_both;
use crate::scene::id;

on_both!(
    who_removes_the_app_at_meta_is_disconnected_and_may_come_back,
    who_asks_meta_for_deletion_is_led_to_a_page_that_says_when_it_is_done,
    who_asks_for_deletion_with_facebook_takes_their_access_along,
    what_meta_signs_with_another_secret_is_refused_and_counted,
);

/// Tells Meta where its callbacks lead.
async fn registered(app: &TestApp) {
    let addresses = json!({
        "deauthorize_url": format!("{}{DEAUTHORIZE}", app.base),
        "data_deletion_url": format!("{}{DELETE}", app.base),
    });
    app.meta.post("apps", addresses).await;
}

/// An account that its person connected by logging in, with a comment that was read.
async fn at_work(app: &TestApp, login: &str, username: &str) -> Value {
    let account = app.meta.account(username).await;
    log_in(app, login, &account).await;
    comment(app, &account).await;
    account
}

async fn log_in(app: &TestApp, login: &str, account: &Value) {
    let person = crate::exchange::person(login, account);
    let done = app.log_in(login, &[("as", person)]).await;
    assert_eq!(done.body["result"], "connected", "{done:?}");
}

async fn comment(app: &TestApp, account: &Value) {
    let media = app.media(account).await;
    app.comment(account, &media).await;
    app.take_in().await;
}

async fn standing(app: &TestApp, account: &Value) -> Value {
    let status = app.get("/api/instagram/status").await.body;
    let mut accounts = status["accounts"].as_array().unwrap().iter();
    let found = accounts.find(|one| one["account_id"] == account["id"]);
    found.cloned().unwrap_or_default()
}

async fn who_removes_the_app_at_meta_is_disconnected_and_may_come_back(app: TestApp) {
    registered(&app).await;
    for login in LOGINS {
        let account = at_work(&app, login, login).await;
        let before = app.list("/api/comments").await.len();
        let left = json!({ "account": account["username"], "login": login });
        let told = app.meta.post("deauthorize", left).await;
        assert_eq!(told["status"], 200, "{told}");
        let shown = standing(&app, &account).await;
        assert_eq!(
            (&shown["state"], &shown["connected"], &shown["connections"]),
            (&json!("disconnected"), &json!(false), &json!([]))
        );
        assert_eq!(app.list("/api/comments").await.len(), before, "the history stays");
        log_in(&app, login, &account).await;
        comment(&app, &account).await;
        assert_eq!(standing(&app, &account).await["state"], "active");
        assert_eq!(app.list("/api/comments").await.len(), before + 1);
    }
}

/// The page that Meta shows the person, as a browser and as a program sees it.
async fn page(app: &TestApp, told: &Value) -> (String, Value) {
    let address = told["url"].as_str().unwrap();
    assert!(address.ends_with(told["confirmation_code"].as_str().unwrap()));
    let shown = app.http.get(address).header("accept", "text/html,*/*");
    let shown = shown.send().await.unwrap();
    assert_eq!(shown.status(), StatusCode::OK);
    let read = app.http.get(address).header("accept", "application/json");
    let read = Answer::of(read.send().await.unwrap()).await;
    (shown.text().await.unwrap(), read.body)
}

async fn who_asks_meta_for_deletion_is_led_to_a_page_that_says_when_it_is_done(app: TestApp) {
    registered(&app).await;
    // Meta does not say which of an account's ids it signs.
    for signed in ["app_scoped", "account"] {
        let oauth = json!({ "signed_instagram_id": signed });
        app.meta.post("settings", json!({ "oauth": oauth })).await;
        let account = at_work(&app, "instagram", &format!("bakery.{signed}")).await;
        let gone = json!({ "account": account["username"], "login": "instagram" });
        let told = app.meta.post("data-deletion", gone).await;
        assert_eq!(told["status"], 200, "{told}");
        let (text, read) = page(&app, &told).await;
        assert!(text.contains("It was received"), "{text}");
        assert_eq!(read["state"], "received");
        assert_eq!(
            standing(&app, &account).await,
            Value::Null,
            "nobody sees it any more"
        );
        app.erase_all().await;
        let (text, read) = page(&app, &told).await;
        assert!(text.contains("It is done"), "{text}");
        assert_eq!(
            (&read["state"], &read["steps_done"]),
            (&json!("done"), &read["steps"])
        );
        let stored = crate::login::secrets::stored(&app).await;
        let personal =
            ["id", "app_scoped_id", "username"].map(|name| account[name].as_str().unwrap().to_owned());
        if app.database.starts_with("postgres") {
            assert_eq!(crate::secrets::in_the_open(&stored, &personal), None);
        }
    }
}

async fn who_asks_for_deletion_with_facebook_takes_their_access_along(app: TestApp) {
    registered(&app).await;
    let account = at_work(&app, "facebook", "bakery").await;
    let gone = json!({ "facebook_user": account["facebook_user_id"] });
    let told = app.meta.post("data-deletion", gone).await;
    assert_eq!(standing(&app, &account).await["state"], "disconnected");
    app.erase_all().await;
    let (_, read) = page(&app, &told).await;
    assert_eq!(
        (&read["state"], &read["removed"]["connections"]),
        (&json!("done"), &json!(1))
    );
    assert_eq!(app.list("/api/comments").await.len(), 1, "{}", id(&account));
}

async fn what_meta_signs_with_another_secret_is_refused_and_counted(app: TestApp) {
    registered(&app).await;
    let account = at_work(&app, "facebook", "bakery").await;
    for callback in ["deauthorize", "data-deletion"] {
        let refused = async || {
            let metrics = app.get("/metrics").await.body.as_str().unwrap().to_owned();
            let line = format!("belino_callbacks_total{{kind=\"{callback}\",outcome=\"refused\"}} ");
            let mut lines = metrics.lines();
            let count = lines.find_map(|one| one.strip_prefix(&line)?.parse::<u64>().ok());
            count.unwrap_or_default()
        };
        let before = refused().await;
        let forged =
            json!({ "account": account["username"], "login": "facebook", "secret": "of-another-app" });
        let told = app.meta.post(callback, forged).await;
        assert_eq!(
            (&told["status"], &told["confirmation_code"]),
            (&json!(400), &Value::Null),
            "{told}"
        );
        assert!(refused().await > before, "{callback}");
        assert_eq!(
            standing(&app, &account).await["connections"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
    assert_eq!(app.erase_all().await, 0);
}
