//! Looks at connections: what drifted at Meta is seen without a call failing, repaired where it may be, and told.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::{OPERATOR, TestApp};
use crate::on_both;
use crate::wire::comment;

on_both!(
    a_look_keeps_the_profile_fresh_and_its_counts_by_the_day,
    a_lost_subscription_is_made_again,
    a_subscription_that_meta_refuses_is_told_until_it_is_there,
    a_permission_that_was_taken_back_is_seen_before_a_call_fails,
    a_task_that_was_taken_away_is_named,
    a_restricted_account_waits_and_goes_on_by_itself,
    ends_are_told_14_7_3_and_1_days_ahead,
    a_silence_is_told_by_what_is_usual,
    what_cannot_be_asked_is_put_off,
    a_look_is_one_processes_work,
    verifying_asks_at_once_and_frees_what_waited,
    an_account_that_became_a_personal_one_is_told,
);

const HOUR: Duration = Duration::from_hours(1);
/// Longer than from one look to the next.
const NEXT_LOOK: Duration = Duration::from_hours(8);

async fn look(app: &TestApp) -> usize {
    let connector = &app.parts.connector;
    connector.look_due(&CancellationToken::new()).await.unwrap()
}

async fn account(app: &TestApp) -> Value {
    let status = app.get("/api/instagram/status").await;
    status.body["accounts"][0].clone()
}

fn codes(account: &Value) -> Vec<&str> {
    let findings = account["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

/// Followers were told of something so many times. On Postgres the feed ends below the oldest running transaction, also
/// another case's: it is waited for.
async fn told(app: &TestApp, kind: &str, times: usize) {
    let count = |feed: &Value| {
        let items = feed["data"].as_array().unwrap().iter();
        items.filter(|item| item["kind"] == kind).count()
    };
    let feed = app
        .until("/api/feed?limit=200", |feed| count(feed) >= times)
        .await;
    assert_eq!(count(&feed), times, "{kind}");
}

/// A call to Graph by the person's latest token, as the person or another program makes it.
async fn as_person(app: &TestApp, login: &str, method: Method, path: &str) {
    let tokens = app.meta.get("tokens?account=bakery").await;
    let tokens = tokens["data"].as_array().unwrap();
    let theirs = |token: &&Value| token["login"] == login && token["kind"] != "page";
    let token = tokens.iter().rfind(theirs).unwrap()["access_token"]
        .as_str()
        .unwrap();
    let url = format!("{}/graph.{login}.com/v25.0/{path}", app.meta.base);
    let answer = app
        .http
        .request(method, url)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}

async fn a_look_keeps_the_profile_fresh_and_its_counts_by_the_day(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let before = app.get("/api/instagram/profile").await.body;
    assert_eq!(
        (&before["followers"], &before["history"]),
        (&json!(null), &json!([]))
    );
    assert_eq!((look(&app).await, look(&app).await), (1, 0));
    app.clock.advance(Duration::from_hours(24));
    app.meta
        .post("accounts/bakery", json!({ "followers_count": 1_300 }))
        .await;
    assert_eq!(look(&app).await, 1);
    let calls = app.meta.calls().await;
    let profile = app.get("/api/instagram/profile").await.body;
    assert_eq!(
        (
            &profile["username"],
            &profile["followers"],
            &profile["account_type"]
        ),
        (&json!("bakery"), &json!(1_300), &json!("Business"))
    );
    let history = profile["history"].as_array().unwrap();
    let followers: Vec<_> = history.iter().map(|day| &day["followers"]).collect();
    assert_eq!(followers, [1_300, 1_200]);
    assert_eq!(history[0]["day"], app.clock.now().to_string()[..10]);
    assert_eq!(account(&app).await["last_synced_at"], app.clock.now().to_string());
    assert_eq!(
        app.get("/api/instagram/profile?days=1").await.body["history"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(app.get("/api/instagram/profile?days=-1").await.status, 400);
    assert_eq!(
        app.meta.calls().await,
        calls,
        "Meta is not asked for what is known"
    );
}

async fn a_lost_subscription_is_made_again(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    as_person(&app, "instagram", Method::DELETE, "me/subscribed_apps").await;
    app.clock.advance(NEXT_LOOK);
    assert_eq!(look(&app).await, 1);
    let account = account(&app).await;
    assert_eq!((&account["state"], codes(&account)), (&json!("active"), vec![]));
    let media = app.meta.post("media", json!({ "account": "bakery" })).await;
    let words = json!({ "media_id": media["id"], "text": "Heard?" });
    app.meta.post("comments", words).await;
    app.take_in().await;
    assert_eq!(app.list("/api/comments").await.len(), 1);
}

async fn a_subscription_that_meta_refuses_is_told_until_it_is_there(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    as_person(&app, "instagram", Method::DELETE, "me/subscribed_apps").await;
    let refused = json!({ "match": { "method": "POST", "edge": "subscribed_apps" }, "what": { "error": { "code": 200 } } });
    app.meta.post("faults", refused).await;
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    let silent = account(&app).await;
    assert_eq!(
        (&silent["state"], codes(&silent)),
        (&json!("not_subscribed"), vec!["not-subscribed"])
    );
    told(&app, "account.not_subscribed", 1).await;
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    told(&app, "account.not_subscribed", 1).await;
    app.meta.delete("faults").await;
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    assert_eq!(account(&app).await["state"], "active");
    told(&app, "account.active", 1).await;
}

async fn a_permission_that_was_taken_back_is_seen_before_a_call_fails(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("facebook", &[]).await;
    look(&app).await;
    assert_eq!(account(&app).await["state"], "active");
    let permission = "me/permissions/instagram_manage_comments";
    as_person(&app, "facebook", Method::DELETE, permission).await;
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    let account = account(&app).await;
    assert_eq!(
        (&account["state"], codes(&account)),
        (&json!("missing_scopes"), vec!["missing-scopes"])
    );
    assert!(
        account["findings"][0]["message"]
            .as_str()
            .unwrap()
            .contains("instagram_manage_comments")
    );
    told(&app, "account.missing_scopes", 1).await;
}

async fn a_task_that_was_taken_away_is_named(app: TestApp) {
    let made = app.meta.account("bakery").await;
    app.log_in("facebook", &[]).await;
    let page = made["page_id"].as_str().unwrap();
    let role = json!({ "facebook_user_id": made["facebook_user_id"], "tasks": ["ANALYZE"] });
    app.meta.post(&format!("pages/{page}"), role).await;
    look(&app).await;
    let account = account(&app).await;
    assert_eq!(
        (&account["state"], codes(&account)),
        (&json!("active"), vec!["missing-task"])
    );
    assert!(
        account["findings"][0]["message"]
            .as_str()
            .unwrap()
            .contains("ANALYZE")
    );
}

async fn a_restricted_account_waits_and_goes_on_by_itself(app: TestApp) {
    let made = app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let checkpoint = json!({ "what": { "error": { "code": 190, "subcode": 459 } } });
    app.meta.post("faults", checkpoint).await;
    look(&app).await;
    let restricted = account(&app).await;
    assert_eq!(
        (&restricted["state"], codes(&restricted)),
        (&json!("restricted"), vec!["restricted"])
    );
    told(&app, "account.restricted", 1).await;
    let id = made["id"].as_str().unwrap();
    app.deliver(comment(id, "18000000000000001", "waits")).await;
    app.process_all().await;
    assert_eq!(account(&app).await["backlog"]["parked"], 1);
    app.meta.delete("faults").await;
    app.after(HOUR).await;
    let free = account(&app).await;
    assert_eq!(
        (&free["state"], &free["backlog"]["parked"]),
        (&json!("active"), &json!(0))
    );
    assert_eq!(look(&app).await, 1, "what was cured is looked at");
}

async fn ends_are_told_14_7_3_and_1_days_ahead(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("facebook", &[]).await;
    let stop = CancellationToken::new();
    let mut told_on = Vec::new();
    for day in 1..60 {
        app.clock.advance(HOUR * 24);
        app.parts.connector.renew_due(&stop).await.unwrap();
        if app.parts.connector.forecast().await.unwrap() > 0 {
            told_on.push(60 - day);
        }
        assert_eq!(app.parts.connector.forecast().await.unwrap(), 0, "once");
    }
    assert_eq!(told_on, [14, 7, 3, 1]);
    told(&app, "account.expiring", 4).await;
    let metrics = app.get("/metrics").await.body;
    let expiring = r#"belino_connections_expiring{days="14"} 1"#;
    assert!(metrics.as_str().unwrap().contains(expiring), "{metrics}");
    app.log_in("facebook", &[]).await;
    assert_eq!(
        app.parts.connector.forecast().await.unwrap(),
        0,
        "a new token ends later"
    );
}

async fn a_silence_is_told_by_what_is_usual(app: TestApp) {
    let id = app.connected("bakery").await;
    for n in 0..24 {
        app.clock.advance(HOUR);
        let comment_id = format!("180000000000001{n:02}");
        app.deliver(comment(&id, &comment_id, "on time")).await;
    }
    app.process_all().await;
    look(&app).await;
    assert_eq!(account(&app).await["findings"], json!([]));
    app.clock.advance(HOUR * 24 * 4);
    look(&app).await;
    assert_eq!(codes(&account(&app).await), ["silent"]);
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    told(&app, "account.silent", 1).await;
    app.deliver(comment(&id, "18000000000000999", "hello again"))
        .await;
    app.process_all().await;
    let heard = account(&app).await;
    assert_eq!(heard["findings"], json!([]));
    let field = &heard["fields"][0];
    assert_eq!(
        (&field["field"], &field["events"], &field["last_event_at"]),
        (
            &json!("comments"),
            &json!(25),
            &json!(app.clock.now().to_string())
        )
    );
}

async fn what_cannot_be_asked_is_put_off(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let fault = json!({ "what": { "error": { "code": 2, "http": 500 } }, "times": 3 });
    app.meta.post("faults", fault).await;
    for wait in [0, 15, 30] {
        app.clock.advance(Duration::from_mins(wait));
        assert_eq!(
            (look(&app).await, look(&app).await),
            (1, 0),
            "after {wait} minutes"
        );
    }
    let failing = account(&app).await;
    assert_eq!(
        (&failing["state"], codes(&failing)),
        (&json!("active"), vec!["look-failing"])
    );
    app.clock.advance(HOUR);
    look(&app).await;
    assert_eq!(codes(&account(&app).await), [""; 0]);
    let throttled = json!({ "what": { "error": { "code": 4, "http": 400 } }, "times": 1 });
    app.meta.post("faults", throttled).await;
    app.clock.advance(NEXT_LOOK);
    look(&app).await;
    assert_eq!(account(&app).await["state"], "active");
}

async fn a_look_is_one_processes_work(app: TestApp) {
    for name in ["bakery", "cafe", "school"] {
        let made = app.meta.account(name).await;
        app.log_in("instagram", &[("as", made["id"].as_str().unwrap())])
            .await;
    }
    let (one, other) = tokio::join!(look(&app), look(&app));
    assert_eq!(one + other, 3, "{one} and {other}");
}

async fn verifying_asks_at_once_and_frees_what_waited(app: TestApp) {
    let made = app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/instagram/accounts/{id}/verify");
    let works = app.post(&path, json!({})).await;
    assert_eq!(
        (works.status.as_u16(), &works.body["checks"][0]["outcome"]),
        (200, &json!("works")),
        "{works:?}"
    );
    assert!(!works.body["account"]["last_synced_at"].is_null());
    let ended = json!({ "what": { "error": { "code": 190, "subcode": 463 } } });
    app.meta.post("faults", ended).await;
    let fails = app.post(&path, json!({})).await.body;
    assert_eq!(
        (&fails["checks"][0]["outcome"], &fails["account"]["state"]),
        (&json!("fails"), &json!("needs_reconnect"))
    );
    app.deliver(comment(id, "18000000000000001", "waits")).await;
    app.process_all().await;
    assert_eq!(account(&app).await["backlog"]["parked"], 1);
    app.meta.delete("faults").await;
    let cured = app.post(&path, json!({})).await.body;
    assert_eq!(
        (&cured["checks"][0]["outcome"], &cured["account"]["state"]),
        (&json!("works"), &json!("active"))
    );
    app.process_all().await;
    assert_eq!(account(&app).await["backlog"]["parked"], 0);
    let unreachable = json!({ "what": { "error": { "code": 2, "http": 500 } } });
    app.meta.post("faults", unreachable).await;
    assert_eq!(
        app.post(&path, json!({})).await.body["checks"][0]["outcome"],
        "unknown"
    );
    let strangers = app.key("school", "admin").await;
    assert_eq!(app.post_as(&strangers, &path, json!({})).await.status, 404);
    let reader = app.key("shop", "read").await;
    assert_eq!(app.post_as(&reader, &path, json!({})).await.status, 403);
    let slip = app
        .post_as(OPERATOR, "/api/instagram/accounts/bakery/verify", json!({}))
        .await;
    assert_eq!(
        (slip.status.as_u16(), &slip.body["code"]),
        (400, &json!("invalid-parameter"))
    );
}

async fn an_account_that_became_a_personal_one_is_told(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    app.meta
        .post("accounts/bakery", json!({ "account_type": "Personal" }))
        .await;
    look(&app).await;
    let account = account(&app).await;
    assert_eq!(account["state"], "needs_reconnect", "{account}");
}
