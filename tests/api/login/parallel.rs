//! Two at once: answers of one dialog, choices of one account.

use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::on_both;

on_both!(
    of_two_answers_at_once_one_connects,
    who_chooses_the_same_account_several_times_at_once_is_told_that_it_is_connected,
);

async fn of_two_answers_at_once_one_connects(app: TestApp) {
    app.meta.account("bakery").await;
    for login in ["facebook", "instagram"] {
        let dialog = app.dialog(login, "").await;
        let led_to = app.answer(&dialog, &[]).await;
        let answer = async || Answer::of(app.call_back(&led_to, "application/json").await).await;
        let (one, other) = tokio::join!(answer(), answer());
        let mut codes = [one.body["code"].clone(), other.body["code"].clone()];
        codes.sort_by_key(Value::is_null);
        assert_eq!(codes, [json!("used-state"), json!(null)], "{one:?} {other:?}");
    }
    assert_eq!(app.list("/api/instagram/connections").await.len(), 2);
}

/// As a double click does.
async fn who_chooses_the_same_account_several_times_at_once_is_told_that_it_is_connected(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let more = json!({ "username": "cafe", "facebook_user_id": first["facebook_user_id"] });
    app.meta.post("accounts", more).await;
    let offered = app.log_in("facebook", &[]).await;
    let session = offered.body["session"].as_str().unwrap();
    let path = format!("/api/instagram/connect-sessions/{session}/choose");
    for _ in 0..3 {
        let choose = || app.post(&path, json!({ "page_id": first["page_id"] }));
        let all = futures_util::future::join_all((0..6).map(|_| choose())).await;
        for chosen in all {
            assert_eq!(chosen.body["result"], "connected", "{chosen:?}");
        }
    }
    assert_eq!(app.list("/api/instagram/connections").await.len(), 1);
    let status = app.get("/api/instagram/status").await.body;
    assert_eq!(status["accounts"][0]["state"], "active", "{status}");
}
