//! Meta's quotas: whoever is told to wait waits, and begins slowly afterwards.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::id;

on_both!(
    a_throttled_account_rests_as_long_as_meta_says_and_spends_no_try,
    after_a_rest_the_pace_begins_at_four_calls_and_doubles,
    a_walk_that_was_throttled_is_paged_on_after_the_rest,
    the_apps_limit_rests_every_account_of_its_login,
    without_the_login_whose_app_rests_an_account_goes_on_by_the_other,
    another_account_of_the_app_is_not_throttled_by_one_accounts_limit,
    a_budget_that_fills_is_never_overrun,
    a_nearly_full_quota_slows_the_pace,
    a_block_for_behaviour_rests_for_hours,
);

async fn throttled(app: &TestApp, account: &Value) {
    app.fault(json!("throttle"), json!({ "account": id(account) }), None)
        .await;
    app.take_in().await;
}

async fn a_throttled_account_rests_as_long_as_meta_says_and_spends_no_try(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.lone_comments(&account, 20).await;
    throttled(&app, &account).await;
    let before = app.meta.calls().await;
    app.lone_comments(&account, 1).await;
    app.meta.send_all().await;
    app.after(Duration::from_secs(4 * 60 + 59)).await;
    assert_eq!(
        app.meta.calls().await,
        before,
        "a call while throttled extends the block"
    );
    let status = app.get("/api/instagram/status?workspace=shop").await.body;
    assert_ne!(
        status["accounts"][0]["backlog"]["rest_until"],
        Value::Null,
        "{status}"
    );
    assert_eq!(status["accounts"][0]["backlog"]["pending"], 21);

    app.meta.delete("faults").await;
    app.clock.advance(Duration::from_secs(32));
    app.finish().await;
    let events = app.list("/api/events?limit=200").await;
    assert!(
        events
            .iter()
            .all(|event| event["attempts"] == 0 && event["outcome"] == "enriched")
    );
}

async fn after_a_rest_the_pace_begins_at_four_calls_and_doubles(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.lone_comments(&account, 60).await;
    throttled(&app, &account).await;
    app.meta.delete("faults").await;
    app.clock.advance(Duration::from_mins(6));
    let mut calls = Vec::new();
    for _ in 0..60 {
        calls.push(app.slice().await);
        app.clock.advance(Duration::from_secs(1));
    }
    calls.retain(|calls| *calls > 0);
    assert_eq!(calls.first_chunk(), Some(&[4, 8, 16]), "{calls:?}");
    assert_eq!(app.counts().await["done"], 60);
}

async fn a_walk_that_was_throttled_is_paged_on_after_the_rest(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 1_000).await;
    throttled(&app, &account).await;
    app.meta.delete("faults").await;
    app.clock.advance(Duration::from_mins(6));
    let calls = app.finish().await;
    assert!(
        calls <= 26,
        "{calls} calls: the ramp costs a first page a slice, not single reads"
    );
    assert_eq!(app.counts().await["done"], 1_000);
}

async fn the_apps_limit_rests_every_account_of_its_login(app: TestApp) {
    let first = app.shop("first", &["facebook"]).await;
    let second = app.shop("second", &["facebook"]).await;
    let other = app.shop("other", &["instagram"]).await;
    app.process_all().await;
    app.lone_comments(&first, 1).await;
    let full = json!({ "error": { "code": 4 } });
    app.fault(full, json!({ "account": id(&first) }), None).await;
    app.take_in().await;
    app.meta.delete("faults").await;
    let before = app.meta.calls().await;
    app.lone_comments(&second, 1).await;
    app.lone_comments(&other, 1).await;
    app.take_in().await;
    app.after(Duration::from_mins(29)).await;
    let calls = app.calls_after(before).await;
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["login"], "instagram", "the other app has its own limit");
    app.after(Duration::from_mins(5)).await;
    assert_eq!(app.counts().await["done"], 3);
}

async fn without_the_login_whose_app_rests_an_account_goes_on_by_the_other(app: TestApp) {
    let first = app.shop("first", &["instagram"]).await;
    let both = app.shop("both", &["facebook", "instagram"]).await;
    app.process_all().await;
    app.lone_comments(&first, 1).await;
    let full = json!({ "error": { "code": 4 } });
    app.fault(full, json!({ "account": id(&first) }), None).await;
    app.take_in().await;
    app.lone_comments(&both, 1).await;
    app.take_in().await;
    app.disconnect(&app.connection_of(&both, "instagram").await).await;
    app.process_all().await;
    let done = app.list("/api/events?outcome=enriched").await;
    assert_eq!(done.len(), 1, "{done:?}");
    assert_eq!(done[0]["account_id"], both["id"]);

    // And the other way round: connected by what rests, it waits; by what does not, it goes on.
    app.lone_comments(&both, 1).await;
    app.disconnect(&app.connection_of(&both, "facebook").await).await;
    app.connect("shop", "instagram", &both).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    assert_eq!(app.meta.calls().await, before, "its app rests");
    let person = both["facebook_user_id"].as_str().unwrap();
    let again = app.log_in("facebook", &[("as", person)]).await;
    assert_eq!(again.body["result"], "connected", "{again:?}");
    app.disconnect(&app.connection_of(&both, "instagram").await).await;
    app.process_all().await;
    assert_eq!(app.counts().await["done"], 2);
}

async fn another_account_of_the_app_is_not_throttled_by_one_accounts_limit(app: TestApp) {
    let first = app.shop("first", &["facebook"]).await;
    let second = app.shop("second", &["facebook"]).await;
    app.lone_comments(&first, 3).await;
    throttled(&app, &first).await;
    app.lone_comments(&second, 1).await;
    app.take_in().await;
    let counts = app.counts().await;
    assert_eq!((&counts["done"], &counts["pending"]), (&json!(1), &json!(3)));
}

async fn a_budget_that_fills_is_never_overrun(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.meta
        .post("settings", json!({ "account_calls": 15, "window_minutes": 30 }))
        .await;
    app.lone_comments(&account, 40).await;
    app.unpack().await;
    let before = app.meta.calls().await;
    for _ in 0..30 {
        app.after(Duration::from_mins(10)).await;
    }
    assert_eq!(app.counts().await["done"], 40);
    let refused = app.calls_after(before).await;
    let refused = refused.iter().filter(|call| call["code"] == 80_002).count();
    assert!(
        refused <= 9,
        "{refused} calls were made against a full quota: more than were under way"
    );
}

async fn a_nearly_full_quota_slows_the_pace(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    // One call of 20 connected the account; 17 more make it 90 percent.
    app.meta.post("settings", json!({ "account_calls": 20 })).await;
    app.lone_comments(&account, 17).await;
    app.take_in().await;
    assert_eq!(app.counts().await["done"], 17);
    app.lone_comments(&account, 1).await;
    app.meta.send_all().await;
    let before = app.meta.calls().await;
    app.after(Duration::from_secs(4 * 60 + 59)).await;
    assert_eq!(app.meta.calls().await, before, "gathered for five minutes");
    app.after(Duration::from_secs(1)).await;
    assert_eq!(app.counts().await["done"], 18);
}

async fn a_block_for_behaviour_rests_for_hours(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.lone_comments(&account, 1).await;
    app.fault(json!({ "error": { "code": 368 } }), json!({}), Some(1))
        .await;
    app.take_in().await;
    let before = app.meta.calls().await;
    app.after(Duration::from_hours(6) - Duration::from_secs(1)).await;
    assert_eq!(app.meta.calls().await, before);
    app.after(Duration::from_mins(40)).await;
    assert_eq!(app.counts().await["done"], 1);
}
