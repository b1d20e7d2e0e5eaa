//! Connections that break: what waits for them, how the cure is found, and what goes on without them.

use std::time::Duration;

use belino::connect::Keyring;
use belino::processor::Processor;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;
use crate::on_both;
use crate::scene::id;

on_both!(
    a_revoked_token_parks_the_account_and_says_what_to_do,
    a_probe_comes_after_a_quarter_of_an_hour_and_then_ever_later,
    a_probe_that_finds_the_token_working_frees_the_account,
    connecting_again_frees_the_account_at_once,
    a_worker_that_used_the_old_token_does_not_park_the_new_one,
    an_account_with_another_working_login_goes_on,
    a_mention_waits_for_the_login_that_can_read_it,
    a_false_cure_is_probed_ever_later,
    a_token_that_does_not_open_parks_the_account_until_the_key_is_back,
);

/// The token by which an account of `shop` works.
pub(crate) fn user_token(account: &Value) -> &Value {
    &account["tokens"]["facebook"]["user"]
}

/// A comment of an account whose token was revoked.
async fn revoked(app: &TestApp, account: &Value) -> Value {
    let revoked = json!({ "state": "revoked", "subcode": 460 });
    app.token(user_token(account), revoked).await;
    let media = app.media(account).await;
    let comment = app.comment(account, &media).await;
    app.take_in().await;
    comment
}

async fn a_revoked_token_parks_the_account_and_says_what_to_do(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = revoked(&app, &account).await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["attempts"]),
        (&json!("parked"), &json!(0))
    );
    assert_eq!(event["reason"]["code"], "reconnect");
    assert!(
        event["reason"]["fix"]
            .as_str()
            .unwrap()
            .contains("connect the account again")
    );
    assert_eq!(app.connection("facebook").await["state"], "needs_reconnect");
    assert_eq!(app.counts().await["parked"], 1);
    assert_eq!(app.list("/api/events?state=parked").await.len(), 1);
    let before = app.meta.calls().await;
    app.lone_comments(&account, 3).await;
    app.take_in().await;
    assert_eq!(
        app.meta.calls().await,
        before,
        "nothing is asked with a token that does not work"
    );
    assert_eq!(app.counts().await["parked"], 4);
}

/// At which minutes calls are made, within so many hours.
pub(crate) async fn minutes_of_calls(app: &TestApp, hours: u64) -> Vec<u64> {
    let mut minutes = Vec::new();
    let mut calls = app.meta.calls().await;
    for five in 1..=hours * 12 {
        app.after(Duration::from_mins(5)).await;
        let now = app.meta.calls().await;
        if now > calls {
            minutes.push(five * 5);
        }
        calls = now;
    }
    minutes
}

async fn a_probe_comes_after_a_quarter_of_an_hour_and_then_ever_later(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = revoked(&app, &account).await;
    let before = app.meta.calls().await;
    assert_eq!(
        minutes_of_calls(&app, 20).await,
        [15, 45, 105, 225, 465, 825, 1_185]
    );
    assert_eq!(app.meta.calls().await - before, 7, "one call each");
    assert_eq!(app.event(&comment["id"]).await["state"], "parked");
}

async fn a_probe_that_finds_the_token_working_frees_the_account(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = revoked(&app, &account).await;
    app.token(user_token(&account), json!({ "state": "valid" })).await;
    app.after(Duration::from_secs(14 * 60 + 59)).await;
    assert_eq!(app.event(&comment["id"]).await["state"], "parked");
    app.after(Duration::from_secs(1)).await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
    let connection = app.connection("facebook").await;
    assert_eq!(
        (&connection["state"], &connection["reason"]),
        (&json!("active"), &Value::Null)
    );
}

async fn generation(app: &TestApp) -> i64 {
    app.parts.store.connections(None).await.unwrap()[0].generation
}

/// A new token of the account, for Facebook Login.
pub(crate) async fn new_token(app: &TestApp, account: &Value) -> Value {
    let wanted = json!({ "account": id(account), "login": "facebook" });
    app.meta.post("tokens", wanted).await["access_token"].clone()
}

async fn connecting_again_frees_the_account_at_once(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let comment = revoked(&app, &account).await;
    let before = generation(&app).await;
    let token = new_token(&app, &account).await;
    let answer = app.connect_with("shop", "facebook", &account, &token).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    app.process_all().await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
    assert!(generation(&app).await > before);
    assert_eq!(app.list("/api/instagram/connections").await.len(), 1);
}

async fn a_worker_that_used_the_old_token_does_not_park_the_new_one(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    app.unpack().await;
    let token = new_token(&app, &account).await;
    app.token(user_token(&account), json!({ "state": "revoked" }))
        .await;
    // The call with the old token is under way while the account is connected again.
    let path = format!("/{}", comment["id"].as_str().unwrap());
    app.fault(json!("hold_answer"), json!({ "path": path }), Some(1))
        .await;
    let connect = async {
        app.until_struck().await;
        let connected = app.connect_with("shop", "facebook", &account, &token).await;
        app.meta.delete("faults").await;
        connected
    };
    let (worked, connected) = tokio::join!(app.parts.processor.process_next_lane(), connect);
    worked.unwrap();
    assert_eq!(connected.status, StatusCode::CREATED, "{connected:?}");
    assert_eq!(app.connection("facebook").await["state"], "active");
    app.process_all().await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
}

async fn an_account_with_another_working_login_goes_on(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    let comment = revoked(&app, &account).await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
    assert_eq!(app.connection("facebook").await["state"], "needs_reconnect");
    assert_eq!(app.connection("instagram").await["state"], "active");
    let status = app.get("/api/instagram/status?workspace=shop").await.body;
    assert_eq!(status["accounts"][0]["connected"], true);
}

async fn a_mention_waits_for_the_login_that_can_read_it(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    revoked(&app, &account).await;
    app.meta
        .post(
            "mentions",
            json!({ "account": id(&account), "in_comment": false }),
        )
        .await;
    app.take_in().await;
    let mention = &app.list("/api/events?field=mentions").await[0];
    assert_eq!(
        (&mention["state"], &mention["reason"]["code"]),
        (&json!("parked"), &json!("reconnect"))
    );
    let token = new_token(&app, &account).await;
    app.connect_with("shop", "facebook", &account, &token).await;
    app.process_all().await;
    let mention = &app.list("/api/events?field=mentions").await[0];
    assert_eq!(mention["outcome"], "enriched");
}

async fn a_false_cure_is_probed_ever_later(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    let path = format!("/{}", comment["id"].as_str().unwrap());
    let restricted = json!({ "error": { "code": 25, "subcode": 2_207_050 } });
    app.fault(restricted, json!({ "path": path }), None).await;
    app.take_in().await;
    assert_eq!(
        minutes_of_calls(&app, 8).await,
        [15, 45, 105, 225, 465],
        "the account answers each time, the comment does not"
    );
    assert_eq!(app.event(&comment["id"]).await["state"], "parked");
}

async fn a_token_that_does_not_open_parks_the_account_until_the_key_is_back(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let comment = app.comment(&account, &media).await;
    app.unpack().await;
    let parts = &app.parts;
    let other = Keyring::new([("other", &[9; 32])]).unwrap();
    let stop = CancellationToken::new();
    let keyless = Processor::new(
        parts.store.clone(),
        parts.graph.clone(),
        other,
        parts.bells.clone(),
        stop,
    );
    keyless.process_next_lane().await.unwrap();
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["reason"]["code"]),
        (&json!("parked"), &json!("reconnect"))
    );
    assert_eq!(app.connection("facebook").await["state"], "needs_reconnect");
    app.after(Duration::from_mins(15)).await;
    assert_eq!(app.event(&comment["id"]).await["outcome"], "enriched");
}
