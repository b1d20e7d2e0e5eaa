//! What lapses without a word: a permission of Instagram Login, a token whose renewal fails, a token that ends.

use std::time::Duration;

use belino::connect::{Connector, Logins};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_permission_that_instagram_login_lost_is_seen_before_an_event_comes,
    without_the_app_a_permission_of_facebook_login_is_missed_all_the_same,
    what_was_never_permitted_is_asked_for_by_no_look,
    a_renewal_that_fails_for_days_is_foreseen_as_an_end,
    a_token_that_ended_is_known_to_have_ended_at_once,
);

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Longer than from one look to the next.
const NEXT_LOOK: Duration = Duration::from_hours(8);
const COMMENTS: &str = "instagram_business_manage_comments";

async fn look(app: &TestApp) -> usize {
    let connector = &app.parts.connector;
    connector.look_due(&CancellationToken::new()).await.unwrap()
}

async fn renew(app: &TestApp) -> usize {
    let connector = &app.parts.connector;
    connector.renew_due(&CancellationToken::new()).await.unwrap()
}

async fn account(app: &TestApp) -> Value {
    app.get("/api/instagram/status").await.body["accounts"][0].clone()
}

fn codes(account: &Value) -> Vec<&str> {
    let findings = account["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

/// The tokens of a login have these permissions from now on.
async fn permit(app: &TestApp, login: &str, scopes: &[&str]) {
    for token in app.meta.get("tokens?account=bakery").await["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|token| token["login"] == login)
    {
        app.token(token, json!({ "scopes": scopes })).await;
    }
}

async fn a_permission_that_instagram_login_lost_is_seen_before_an_event_comes(app: TestApp) {
    let made = app.meta.account("bakery").await;
    app.media(&made).await;
    app.log_in("instagram", &[]).await;
    assert_eq!(look(&app).await, 1);
    assert_eq!(account(&app).await["state"], "active");
    permit(&app, "instagram", &["instagram_business_basic"]).await;
    app.clock.advance(NEXT_LOOK);
    assert_eq!(look(&app).await, 1);
    let lacking = account(&app).await;
    assert_eq!(
        (&lacking["state"], codes(&lacking)),
        (&json!("missing_scopes"), vec!["missing-scopes"])
    );
    assert!(lacking["findings"].to_string().contains(COMMENTS), "{lacking}");
    let told = |feed: &Value| feed.to_string().contains("account.missing_scopes");
    app.until("/api/feed?limit=200", told).await;
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    assert!(
        !account(&app).await["last_synced_at"].is_null(),
        "its profile is kept all the same"
    );
    permit(&app, "instagram", &["instagram_business_basic", COMMENTS]).await;
    app.after(NEXT_LOOK).await;
    let cured = account(&app).await;
    assert_eq!((&cured["state"], codes(&cured)), (&json!("active"), vec![]));
}

async fn without_the_app_a_permission_of_facebook_login_is_missed_all_the_same(app: TestApp) {
    let made = app.meta.account("bakery").await;
    app.media(&made).await;
    app.log_in("facebook", &[]).await;
    permit(&app, "facebook", &["instagram_basic", "pages_show_list"]).await;
    let (parts, stop) = (&app.parts, CancellationToken::new());
    let none = Logins::new(Vec::new(), app.base.parse().unwrap(), Vec::new());
    let alone = Connector::new(
        parts.store.clone(),
        parts.graph.clone(),
        parts.keyring.clone(),
        none,
    );
    assert_eq!(alone.look_due(&stop).await.unwrap(), 1);
    assert_eq!(account(&app).await["state"], "missing_scopes");
}

async fn what_was_never_permitted_is_asked_for_by_no_look(app: TestApp) {
    let made = app.meta.account("bakery").await;
    app.media(&made).await;
    let basic = [("permission", "instagram_business_basic")];
    app.log_in("instagram", &basic).await;
    look(&app).await;
    assert_eq!(app.only_connection().await["state"], "active");
    assert_eq!(account(&app).await["state"], "missing_scopes");
}

/// Instagram's renewals fail from now on.
async fn renewals_fail(app: &TestApp) {
    let matches = json!({ "path": "/refresh_access_token" });
    let what = json!({ "error": { "code": 2, "http": 500 } });
    app.fault(what, matches, None).await;
}

async fn a_renewal_that_fails_for_days_is_foreseen_as_an_end(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    look(&app).await;
    renewals_fail(&app).await;
    app.clock.advance(DAY * 45);
    assert_eq!(renew(&app).await, 0);
    let failing = account(&app).await;
    assert_eq!(
        (&failing["state"], codes(&failing)),
        (&json!("active"), vec!["renewal-failing"])
    );
    let connector = &app.parts.connector;
    let mut told_on = Vec::new();
    for day in 46..60 {
        app.clock.advance(DAY);
        assert_eq!(renew(&app).await, 0);
        if connector.forecast().await.unwrap() > 0 {
            told_on.push(60 - day);
        }
    }
    assert_eq!(told_on, [14, 7, 3, 1]);
    let ending = account(&app).await;
    assert_eq!(
        (&ending["state"], &ending["reconnect_by"]),
        (&json!("expiring"), &ending["token_expires_at"])
    );
    app.meta.delete("faults").await;
    app.clock.advance(HOUR * 12);
    assert_eq!(renew(&app).await, 1);
    let renewed = account(&app).await;
    assert_eq!(
        (&renewed["state"], &renewed["reconnect_by"], codes(&renewed)),
        (&json!("active"), &json!(null), vec![])
    );
}

async fn a_token_that_ended_is_known_to_have_ended_at_once(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    renewals_fail(&app).await;
    app.clock.advance(DAY * 59 + HOUR * 23);
    renew(&app).await;
    assert_eq!((look(&app).await, look(&app).await), (1, 0));
    assert_eq!(account(&app).await["state"], "expiring");
    app.clock.advance(HOUR);
    assert_eq!(look(&app).await, 0, "not before it has ended");
    let ended = account(&app).await["findings"].to_string();
    assert!(ended.contains("ended at"), "{ended}");
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(look(&app).await, 1);
    assert_eq!(account(&app).await["state"], "needs_reconnect");
}
