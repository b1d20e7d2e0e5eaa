//! What goes wrong between a dialog's answer and its connection, call by call: nothing is half, and the person can begin
//! again.

use std::time::Duration;

use belino::connect::{Connector, DialogAnswer};
use belino::graph::{Graph, GraphConfig};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::secrets::stored;
use crate::app::{Answer, TestApp};
use crate::dialog::parameter;
use crate::exchange::{FOR_THE_SUBSCRIPTION, LOGINS, calls, order, person};
use crate::on_both;
use crate::secrets::in_the_open;

on_both!(
    a_login_that_breaks_off_connects_wholly_or_not_at_all,
    a_call_that_is_never_answered_ends_the_login,
    a_choice_that_breaks_off_can_be_made_again,
    the_calls_of_a_login_are_counted,
);

/// An account that nobody has subscribed yet.
async fn newcomer(app: &TestApp, username: &str) -> Value {
    let wanted = json!({ "username": username, "logins": LOGINS, "subscribe": [] });
    app.meta.post("accounts", wanted).await
}

/// What the status says of the account; null if it is not known.
async fn standing(app: &TestApp, account: &Value) -> Value {
    let status = app.get("/api/instagram/status").await.body;
    let mut accounts = status["accounts"].as_array().unwrap().iter();
    let found = accounts.find(|one| one["account_id"] == account["id"]);
    found.cloned().unwrap_or_default()
}

async fn is_subscribed(app: &TestApp, login: &str, account: &Value) -> bool {
    let all = app.meta.get("accounts").await;
    let mut all = all["data"].as_array().unwrap().iter();
    let account = all.find(|one| one["id"] == account["id"]).unwrap();
    account["subscribed"].as_array().unwrap().contains(&json!(login))
}

async fn a_login_that_breaks_off_connects_wholly_or_not_at_all(app: TestApp) {
    let faults = [
        json!("answer_lost"),
        json!("garbage"),
        json!({ "error": { "code": 2, "http": 500 } }),
    ];
    let mut secrets = Vec::new();
    for login in LOGINS {
        let calls = calls(login);
        for (at, call) in calls.iter().enumerate() {
            // The first is for every call, the others take turns.
            for n in [0, 1 + at % 2] {
                let what = &faults[n];
                let account = newcomer(&app, &format!("{login}.{at}.{n}")).await;
                app.meta.post("faults", order(call, what)).await;
                let stands = at + FOR_THE_SUBSCRIPTION >= calls.len();
                let led_to = breaks_off(&app, login, &account, stands).await;
                app.meta.delete("faults").await;
                secrets.extend(["state", "code"].map(|name| parameter(&led_to, name).unwrap()));
                begins_again(&app, login, &account, &led_to).await;
            }
        }
    }
    let tokens = app.meta.get("tokens").await["data"].as_array().unwrap().clone();
    let tokens = tokens.iter().map(|token| token["access_token"].as_str().unwrap());
    secrets.extend(tokens.map(ToOwned::to_owned));
    assert_eq!(in_the_open(&stored(&app).await, &secrets), None);
}

/// The person answers the dialog, and a call that follows goes wrong.
async fn breaks_off(app: &TestApp, login: &str, account: &Value, stands: bool) -> Url {
    let name = &account["username"];
    let dialog = app.dialog(login, "").await;
    let led_to = app.answer(&dialog, &[("as", person(login, account))]).await;
    let done = Answer::of(app.call_back(&led_to, "application/json").await).await;
    app.until_struck().await;
    let said = (done.status.as_u16(), done.body["code"].as_str());
    let standing = standing(app, account).await;
    if !stands {
        assert_eq!(said, (503, Some("meta-unavailable")), "{name}: {done:?}");
        assert!(
            done.body["fix"].as_str().unwrap().contains("begin again"),
            "{name}"
        );
        assert_eq!(standing, Value::Null, "{name}: nothing is half");
        return led_to;
    }
    assert_eq!(said, (200, None), "{name}: {done:?}");
    let state = if is_subscribed(app, login, account).await {
        "active"
    } else {
        "not_subscribed"
    };
    assert_eq!(
        (&standing["connected"], &standing["state"]),
        (&json!(true), &json!(state)),
        "{name}: {standing}"
    );
    is_mended(app, login, account).await;
    led_to
}

/// The next look at the connection brings what it lacks.
async fn is_mended(app: &TestApp, login: &str, account: &Value) {
    app.meta.delete("faults").await;
    let looked = app.parts.connector.look_due(&CancellationToken::new()).await;
    assert!(looked.unwrap() >= 1);
    assert!(is_subscribed(app, login, account).await);
    assert_eq!(standing(app, account).await["state"], "active", "{login}");
}

/// What was answered is answered for good; a new dialog connects the account.
async fn begins_again(app: &TestApp, login: &str, account: &Value, led_to: &Url) {
    let name = &account["username"];
    let old = Answer::of(app.call_back(led_to, "application/json").await).await;
    assert_eq!(
        (old.status.as_u16(), &old.body["code"]),
        (400, &json!("used-state")),
        "{name}"
    );
    let done = app.log_in(login, &[("as", person(login, account))]).await;
    assert_eq!(done.body["result"], "connected", "{name}: {done:?}");
    let standing = standing(app, account).await;
    assert_eq!(standing["state"], "active", "{name}: {standing}");
    assert_eq!(standing["connections"].as_array().unwrap().len(), 1, "{name}");
    assert!(is_subscribed(app, login, account).await, "{name}");
}

/// A connector that loses patience with Meta at once.
fn hasty(app: &TestApp) -> Connector {
    let graph = &app.config.graph;
    let config = GraphConfig {
        facebook_url: graph.facebook.url.clone(),
        instagram_url: graph.instagram.url.clone(),
        facebook_version: graph.facebook.version.clone(),
        instagram_version: graph.instagram.version.clone(),
        facebook_app_secret: graph.facebook.app_secret.clone(),
        instagram_app_secret: None,
        instagram_proof: false,
        timeout: Duration::from_secs(2),
    };
    let parts = &app.parts;
    Connector::new(
        parts.store.clone(),
        Graph::new(app.http.clone(), config, app.clock.clone()),
        parts.keyring.clone(),
        parts.connector.logins().clone(),
    )
}

async fn a_call_that_is_never_answered_ends_the_login(app: TestApp) {
    let connector = hasty(&app);
    let mut logins = Vec::new();
    for login in LOGINS {
        let account = newcomer(&app, login).await;
        let dialog = app.dialog(login, "").await;
        let led_to = app.answer(&dialog, &[("as", person(login, &account))]).await;
        let at = calls(login).len() - FOR_THE_SUBSCRIPTION - 1;
        app.meta
            .post("faults", order(&calls(login)[at], &json!("hang")))
            .await;
        logins.push((login, account, led_to));
    }
    let answered = logins.iter().map(|(_, _, led_to)| {
        connector.finish(DialogAnswer {
            state: parameter(led_to, "state"),
            code: parameter(led_to, "code"),
            ..DialogAnswer::default()
        })
    });
    for finished in futures_util::future::join_all(answered).await {
        assert_eq!(finished.outcome.unwrap_err().code(), "meta-unavailable");
    }
    // On a busy machine an earlier call may have taken too long: then this one was not made.
    app.meta.delete("faults").await;
    for (login, account, led_to) in &logins {
        assert_eq!(standing(&app, account).await, Value::Null);
        begins_again(&app, login, account, led_to).await;
    }
}

async fn a_choice_that_breaks_off_can_be_made_again(app: TestApp) {
    let first = newcomer(&app, "bakery").await;
    let user = &first["facebook_user_id"];
    let more = json!({ "username": "cafe", "facebook_user_id": user, "subscribe": [] });
    let second = app.meta.post("accounts", more).await;
    let offered = app.log_in("facebook", &[]).await;
    let session = offered.body["session"].as_str().unwrap();
    let choose = format!("/api/instagram/connect-sessions/{session}/choose");
    let choice = json!({ "page_id": second["page_id"] });
    app.fault(json!("answer_lost"), json!({ "edge": "accounts" }), Some(1))
        .await;
    let broken = app.post(&choose, choice.clone()).await;
    assert_eq!(
        (broken.status.as_u16(), &broken.body["code"]),
        (503, &json!("meta-unavailable"))
    );
    assert_eq!(standing(&app, &second).await, Value::Null);
    let chosen = app.post(&choose, choice).await;
    assert_eq!(chosen.body["account_id"], second["id"], "{chosen:?}");
    assert_eq!(standing(&app, &second).await["state"], "active");
}

async fn the_calls_of_a_login_are_counted(app: TestApp) {
    for login in LOGINS {
        let account = newcomer(&app, login).await;
        let done = app.log_in(login, &[("as", person(login, &account))]).await;
        assert_eq!(done.body["result"], "connected", "{done:?}");
        let made = app.get("/api/summary").await.body["calls"]["made"].clone();
        assert_eq!(made, app.meta.calls().await, "{login}");
    }
}
