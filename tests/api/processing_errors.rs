//! After a failed call: what is tried again, what is held, what is given up.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;

on_both!(
    trouble_that_passes_is_tried_again_soon,
    a_page_that_fails_is_read_again,
    a_walk_that_meets_a_limit_goes_on_from_there,
    passing_trouble_is_tried_for_most_of_a_day,
    an_unknown_error_is_tried_four_times_and_then_parked,
    a_parked_event_can_be_tried_again,
    a_wrong_request_is_dead_with_metas_words,
    a_media_that_cannot_be_walked_has_its_comments_read_one_by_one,
    a_slow_answer_is_an_answer,
);

async fn one(app: &TestApp) -> Value {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comment(&account, &media).await
}

async fn trouble_that_passes_is_tried_again_soon(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let troubles = [
        json!({ "error": { "code": 1 } }),
        json!({ "error": { "code": 2 } }),
        json!({ "error": { "code": -1, "subcode": 2_207_001 } }),
        json!({ "error": { "code": 999, "http": 502 } }),
        json!("drop_connection"),
        json!("answer_lost"),
        json!("garbage"),
        json!("empty"),
    ];
    for trouble in troubles {
        let media = app.media(&account).await;
        let comment = app.comment(&account, &media).await;
        app.fault(trouble.clone(), json!({}), Some(1)).await;
        let before = app.meta.calls().await;
        app.take_in().await;
        let event = app.event(&comment["id"]).await;
        assert_eq!(event["state"], "waiting", "{trouble}");
        assert_eq!(event["attempt_log"][0]["class"], "retry", "{trouble}");
        assert_eq!(event["reason"]["code"], "retry", "{trouble}");
        app.after(Duration::from_secs(2)).await;
        let event = app.event(&comment["id"]).await;
        assert_eq!(event["outcome"], "enriched", "{trouble}");
        assert_eq!(
            (&event["attempts"], &event["reason"]),
            (&json!(1), &Value::Null),
            "{trouble}"
        );
        assert_eq!(app.meta.calls().await - before, 2, "{trouble}");
    }
}

async fn a_page_that_fails_is_read_again(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 30).await;
    app.fault(json!("drop_connection"), json!({}), Some(1)).await;
    app.unpack().await;
    let calls = app.finish().await;
    assert!(
        calls <= 4,
        "{calls} calls: the page, and again for those that come back first"
    );
    assert_eq!(app.counts().await["done"], 30);
}

async fn a_walk_that_meets_a_limit_goes_on_from_there(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 600).await;
    // The first page comes with the media; the second one meets the limit.
    let path = format!("/{}/comments", media.as_str().unwrap());
    app.unpack().await;
    app.fault(json!("throttle"), json!({ "path": path }), Some(1))
        .await;
    let calls = app.finish().await;
    assert!(calls <= 16, "{calls} calls for 12 pages");
    assert_eq!(app.counts().await["done"], 600);
}

async fn passing_trouble_is_tried_for_most_of_a_day(app: TestApp) {
    let comment = one(&app).await;
    app.fault(json!({ "error": { "code": 2 } }), json!({}), None)
        .await;
    app.take_in().await;
    for _ in 0..12 {
        app.after(Duration::from_hours(1)).await;
    }
    let event = app.event(&comment["id"]).await;
    assert_eq!(event["state"], "waiting");
    assert!(event["attempts"].as_i64().unwrap() >= 12, "{event}");
    for _ in 0..24 {
        app.after(Duration::from_hours(1)).await;
    }
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["state"], &event["attempts"]),
        (&json!("parked"), &json!(30))
    );
    assert_eq!(event["reason"]["code"], "unknown-error");
}

/// An event that an error parked, after how many calls.
async fn parked(app: &TestApp) -> (Value, u64) {
    let comment = one(app).await;
    let strange = json!({ "error": { "code": 99_999, "message": "a new thing" } });
    app.fault(strange, json!({}), None).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    for _ in 0..20 {
        app.after(Duration::from_mins(1)).await;
    }
    (app.event(&comment["id"]).await, app.meta.calls().await - before)
}

async fn an_unknown_error_is_tried_four_times_and_then_parked(app: TestApp) {
    let (event, calls) = parked(&app).await;
    assert_eq!(calls, 4);
    assert_eq!(event["state"], "parked");
    assert_eq!(event["reason"]["code"], "unknown-error");
    assert_eq!(event["reason"]["message"], "a new thing");
    assert_ne!(event["reason"]["fix"], Value::Null);
    assert_eq!(event["attempt_log"].as_array().unwrap().len(), 4);
    assert_eq!(app.counts().await["parked"], 1);
}

async fn a_parked_event_can_be_tried_again(app: TestApp) {
    let (event, _) = parked(&app).await;
    app.meta.delete("faults").await;
    let path = format!("/api/events/{}/retry", event["id"].as_str().unwrap());
    let answer = app.post(&path, json!({})).await;
    assert!(answer.status.is_success(), "{answer:?}");
    app.process_all().await;
    let event = app.event(&event["key"]).await;
    assert_eq!(
        (&event["state"], &event["outcome"]),
        (&json!("done"), &json!("enriched"))
    );
    assert_eq!(
        event["attempt_log"].as_array().unwrap().len(),
        4,
        "the story is kept"
    );
}

async fn a_wrong_request_is_dead_with_metas_words(app: TestApp) {
    let comment = one(&app).await;
    let bad = json!({ "error": { "code": 100, "message": "(#100) Tried accessing nonexisting field" } });
    app.fault(bad, json!({}), None).await;
    let before = app.meta.calls().await;
    app.take_in().await;
    app.after(Duration::from_hours(48)).await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(event["state"], "dead");
    assert_eq!(
        event["reason"]["message"],
        "(#100) Tried accessing nonexisting field"
    );
    assert_eq!(
        app.meta.calls().await - before,
        1,
        "the same call would fail for ever"
    );
}

async fn a_media_that_cannot_be_walked_has_its_comments_read_one_by_one(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 5).await;
    let path = format!("/{}", media.as_str().unwrap());
    let bad = json!({ "error": { "code": 100, "subcode": 33 } });
    app.fault(bad, json!({ "path": path }), None).await;
    app.unpack().await;
    assert_eq!(app.finish().await, 6);
    assert_eq!(app.list("/api/events?outcome=enriched").await.len(), 5);
}

async fn a_slow_answer_is_an_answer(app: TestApp) {
    let comment = one(&app).await;
    app.fault(json!({ "latency_ms": 150 }), json!({}), None).await;
    app.take_in().await;
    let event = app.event(&comment["id"]).await;
    assert_eq!(
        (&event["outcome"], &event["attempts"]),
        (&json!("enriched"), &json!(0))
    );
    assert!(event["calls"][0]["duration_us"].as_i64().unwrap() >= 150_000);
}
