//! Calls that no event asked for: made when an account is connected or checked. They are counted like all others,
//! and quotas are learnt from them.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::processing_reconnect::user_token;
use crate::scene::id;

on_both!(
    calls_made_to_connect_are_counted_and_tell_of_quotas,
    calls_with_a_refused_token_are_counted_and_teach_nothing_of_the_named_account,
    a_probe_is_counted_and_tells_of_quotas,
);

/// Asserts that every call that Meta got is counted.
async fn assert_all_counted(app: &TestApp) {
    let summary = app.get("/api/summary").await.body;
    assert_eq!(summary["calls"]["made"], app.meta.calls().await);
}

/// The pools of which something is known.
async fn pools(app: &TestApp) -> Vec<String> {
    let pools = app.parts.store.all_pools().await.unwrap();
    pools.into_iter().map(|pool| pool.key).collect()
}

fn pool(account: &Value) -> String {
    format!("account:{}", id(account))
}

async fn calls_made_to_connect_are_counted_and_tell_of_quotas(app: TestApp) {
    for login in ["facebook", "instagram"] {
        let before = app.meta.calls().await;
        let account = app.shop(&format!("bakery.{login}"), &[login]).await;
        assert!(app.meta.calls().await > before);
        assert_all_counted(&app).await;
        assert!(pools(&app).await.contains(&pool(&account)), "{login}");
    }
    let metrics = app.get("/metrics").await.body;
    let line = "belino_budget_used_percent{pool=\"account\"}";
    assert!(metrics.as_str().unwrap().contains(line), "{metrics}");
}

async fn calls_with_a_refused_token_are_counted_and_teach_nothing_of_the_named_account(app: TestApp) {
    let (mine, other) = (app.meta.account("mine").await, app.meta.account("other").await);
    let token = &mine["tokens"]["facebook"]["user"]["access_token"];
    let answer = app.connect_with("shop", "facebook", &other, token).await;
    assert_ne!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert_ne!(app.meta.calls().await, 0);
    assert_all_counted(&app).await;
    assert!(!pools(&app).await.contains(&pool(&other)));
}

async fn a_probe_is_counted_and_tells_of_quotas(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.token(user_token(&account), json!({ "state": "revoked" }))
        .await;
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    app.token(user_token(&account), json!({ "state": "valid" })).await;
    let usage = async || app.parts.store.pools(vec![pool(&account)]).await.unwrap()[0].clone();
    app.meta.post("settings", json!({ "account_calls": 10 })).await;
    let before = usage().await;
    app.clock.advance(Duration::from_mins(15));
    app.parts.processor.process_chores().await.unwrap();
    assert_all_counted(&app).await;
    assert!(usage().await.usage > before.usage, "{before:?}");
}
