//! One event's whole story, and putting it back to work.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::wire::{changes, comment};

on_both!(
    an_events_story_has_everything_that_happened_to_it,
    another_text_under_the_same_id_is_kept_and_looked_at_again,
    a_done_event_is_asked_for_again,
    a_dead_event_is_revived,
    what_asks_nothing_of_graph_cannot_be_retried,
    filters_find_what_they_name,
    the_payload_is_shown_as_it_came,
    an_answer_can_be_read_whatever_a_payload_holds,
);

const META_SAYS: &str = "Please reduce the haste of this test";

/// A comment at Meta on a new media, whose webhook waits to be sent. Gives its account and id.
async fn commented(app: &TestApp) -> (String, String) {
    let account = app.connected("bakery").await;
    let media = app.meta.post("media", json!({ "account": account })).await;
    let wanted = json!({ "account": account, "media_id": media["id"], "text": "Fresh?" });
    let comment = app.meta.post("comments", wanted).await;
    (account, comment["id"].as_str().unwrap().to_owned())
}

/// From now on, so often, a read of the object fails like this.
async fn fail(app: &TestApp, object: &str, times: u64, error: Value) {
    let order =
        json!({ "match": { "path": format!("/{object}") }, "what": { "error": error }, "times": times });
    app.meta.post("faults", order).await;
}

/// The story of the one event that there is.
async fn story(app: &TestApp) -> Value {
    let events = app.list("/api/events").await;
    assert_eq!(events.len(), 1, "{events:?}");
    let id = events[0]["id"].as_str().unwrap();
    app.get(&format!("/api/events/{id}")).await.body
}

async fn retry(app: &TestApp, event: &Value) -> crate::app::Answer {
    let id = event["id"].as_str().unwrap();
    app.post(&format!("/api/events/{id}/retry"), Value::Null).await
}

async fn an_events_story_has_everything_that_happened_to_it(app: TestApp) {
    let (account, comment) = commented(&app).await;
    fail(&app, &comment, 1, json!({ "code": 2, "message": META_SAYS })).await;
    app.take_in().await;
    let waiting = story(&app).await;
    assert_eq!(
        (&waiting["state"], &waiting["attempts"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(waiting["reason"]["message"], META_SAYS);
    assert!(!waiting["due_at"].is_null());
    app.after(Duration::from_hours(1)).await;
    let delivery = app.ledger().await[0].clone();
    let again = app.bytes_of(&delivery).await;
    app.deliver(&again).await;
    app.process_all().await;
    let story = story(&app).await;
    assert_eq!(
        (&story["state"], &story["outcome"]),
        (&json!("done"), &json!("enriched"))
    );
    assert_eq!(
        (&story["account_id"], &story["key"], &story["field"]),
        (&json!(account), &json!(comment), &json!("comments"))
    );
    assert_eq!(
        (&story["signed_by"], &story["delivery_id"]),
        (&json!("facebook"), &delivery["id"])
    );
    assert_eq!(
        (&story["enrichment"]["id"], &story["enrichment"]["text"]),
        (&json!(comment), &json!("Fresh?"))
    );
    assert_eq!((&story["reason"], &story["due_at"]), (&Value::Null, &Value::Null));
    attempts_and_calls_are_told(&story);
    let sightings = story["sightings"].as_array().unwrap();
    let redelivery = app.ledger().await[1]["id"].clone();
    assert_eq!(
        (
            sightings.len(),
            &sightings[0]["delivery_id"],
            &sightings[0]["variant"]
        ),
        (1, &redelivery, &Value::Null)
    );
}

fn attempts_and_calls_are_told(story: &Value) {
    let attempt = &story["attempt_log"][0];
    assert_eq!(
        (&attempt["number"], &attempt["class"], &attempt["code"]),
        (&json!(1), &json!("retry"), &json!(2))
    );
    assert_eq!(attempt["message"], META_SAYS);
    assert!(
        !attempt["trace_id"].is_null() && !attempt["decision"].is_null(),
        "{attempt}"
    );
    let calls = story["calls"].as_array().unwrap();
    let outcomes: Vec<_> = calls
        .iter()
        .map(|call| (call["method"].as_str().unwrap(), call["class"].is_null()))
        .collect();
    assert_eq!(outcomes, [("GET", false), ("GET", true)]);
    assert_eq!(attempt["call_id"], calls[0]["id"]);
    for call in calls {
        let path = call["path"].as_str().unwrap();
        assert!(path.contains(story["key"].as_str().unwrap()), "{path}");
        assert!(!path.contains("token"), "{path}");
    }
}

async fn another_text_under_the_same_id_is_kept_and_looked_at_again(app: TestApp) {
    let (account, id) = commented(&app).await;
    app.take_in().await;
    let first = story(&app).await;
    for _ in 0..2 {
        app.deliver(comment(&account, &id, "edited")).await;
    }
    while app.parts.unpacker.step().await.unwrap() > 0 {}
    let story = story(&app).await;
    assert_eq!(
        (&first["state"], &story["state"]),
        (&json!("done"), &json!("pending"))
    );
    assert_eq!(story["payload"]["value"]["text"], "Fresh?");
    let variants: Vec<_> = story["sightings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sighting| sighting["variant"]["value"]["text"].clone())
        .collect();
    assert_eq!(variants, [json!("edited"), Value::Null]);
    app.process_all().await;
}

async fn a_done_event_is_asked_for_again(app: TestApp) {
    let (_, comment) = commented(&app).await;
    app.take_in().await;
    let before = app.meta.calls().await;
    let done = story(&app).await;
    let answer = retry(&app, &done).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["state"]),
        (202, &json!("pending"))
    );
    assert_eq!(retry(&app, &done).await.status, 202, "it is at work already");
    app.process_all().await;
    let again = story(&app).await;
    assert_eq!(
        (&again["state"], &again["key"]),
        (&json!("done"), &json!(comment))
    );
    assert!(app.meta.calls().await > before);
    assert_eq!(app.list("/api/comments").await.len(), 1);
}

async fn a_dead_event_is_revived(app: TestApp) {
    let (_, comment) = commented(&app).await;
    fail(&app, &comment, 99, json!({ "code": 100, "message": META_SAYS })).await;
    app.take_in().await;
    let dead = story(&app).await;
    assert_eq!(dead["state"], "dead", "{dead}");
    assert_eq!(dead["attempt_log"][0]["message"], META_SAYS);
    app.meta.delete("faults").await;
    assert_eq!(retry(&app, &dead).await.status, 202);
    app.process_all().await;
    let alive = story(&app).await;
    assert_eq!(
        (&alive["state"], &alive["reason"], &alive["attempts"]),
        (&json!("done"), &Value::Null, &json!(0))
    );
    assert_eq!(
        alive["attempt_log"].as_array().unwrap().len(),
        1,
        "what happened stays told"
    );
}

async fn what_asks_nothing_of_graph_cannot_be_retried(app: TestApp) {
    let account = app.connected("bakery").await;
    let strange = json!({ "field": "a_field_of_next_year", "value": { "x": 1 } });
    app.deliver(changes(&account, &[strange])).await;
    app.process_all().await;
    let stored = story(&app).await;
    assert_eq!(
        (&stored["state"], &stored["outcome"]),
        (&json!("done"), &json!("stored"))
    );
    let answer = retry(&app, &stored).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["code"]),
        (409, &json!("nothing-to-retry"))
    );
}

async fn filters_find_what_they_name(app: TestApp) {
    let account = app.connected("bakery").await;
    let strange = json!({ "field": "a_field_of_next_year", "value": { "x": 1 } });
    app.deliver(changes(&account, &[strange])).await;
    app.clock.advance(Duration::from_hours(1));
    app.deliver(comment("17841499999999999", "18000000000000001", "of nobody"))
        .await;
    app.process_all().await;
    for (query, count) in [
        ("field=comments", 1),
        ("field=a_field_of_next_year", 1),
        ("field=messages", 0),
        ("state=done", 1),
        ("state=parked", 1),
        ("state=pending", 0),
        ("outcome=stored", 1),
        ("outcome=gone", 0),
        ("since=2026-11-18T12:00:00Z", 1),
        ("until=2026-11-18T12:00:00Z", 1),
        ("account=17841499999999998", 0),
    ] {
        let found = app.list(&format!("/api/events?{query}")).await;
        assert_eq!(found.len(), count, "{query}: {found:?}");
    }
    assert_eq!(app.list(&format!("/api/events?account={account}")).await.len(), 1);
    let parked = &app.list("/api/events?state=parked").await[0];
    assert_eq!(parked["reason"]["code"], "unknown-account");
    assert!(parked["reason"]["fix"].as_str().unwrap().contains("connect"));
}

async fn the_payload_is_shown_as_it_came(app: TestApp) {
    let account = app.connected("bakery").await;
    let value = r#"{"id":"18000000000000001","text":"caf\u00e9 \/ \u003C3","n":1.50}"#;
    let body = format!(
        r#"{{"object":"instagram","entry":[{{"id":"{account}","time":1,"changes":[{{"field":"comments","value":{value}}}]}}]}}"#
    );
    app.deliver(&body).await;
    while app.parts.unpacker.step().await.unwrap() > 0 {}
    let event = &app.list("/api/events").await[0];
    let url = format!("{}/api/events/{}", app.base, event["id"].as_str().unwrap());
    let answer = app.http.get(url).bearer_auth(crate::app::OPERATOR);
    let text = answer.send().await.unwrap().text().await.unwrap();
    assert!(text.contains(value), "{text}");
    assert_eq!(story(&app).await["enrichment"]["text"], "caf\u{e9} / <3");
    app.process_all().await;
}

async fn an_answer_can_be_read_whatever_a_payload_holds(app: TestApp) {
    let account = app.connected("bakery").await;
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let values = [
        r#"{"id":"18000000000000001","text":"cut \ud83d"}"#.to_owned(),
        r#"{"id":"18000000000000001","text":"cut elsewhere \ude0d"}"#.to_owned(),
        r#"{"id":"18000000000000002","n":1e400}"#.to_owned(),
        format!(r#"{{"id":"18000000000000003","deep":{deep}}}"#),
    ];
    for value in &values {
        let body = format!(
            r#"{{"object":"instagram","entry":[{{"id":"{account}","time":1,"changes":[{{"field":"comments","value":{value}}}]}}]}}"#
        );
        app.deliver(&body).await;
        while app.parts.unpacker.step().await.unwrap() > 0 {}
        let delivery = app.ledger().await.pop().unwrap();
        let kept = app.bytes_of(&delivery).await;
        assert_eq!(kept, body.as_bytes(), "what came is kept as it came");
    }
    let events = app.list("/api/events").await;
    let payload = |event: &Value| event["payload"].clone();
    assert_eq!(events.len(), 3);
    assert!(payload(&events[0]).as_str().unwrap().contains(&values[3]));
    assert!(payload(&events[1]).as_str().unwrap().contains(&values[2]));
    assert_eq!(payload(&events[2])["value"]["text"], "cut \u{fffd}");
    let id = events[2]["id"].as_str().unwrap();
    let story = app.get(&format!("/api/events/{id}")).await.body;
    assert_eq!(story["payload"], payload(&events[2]));
    assert_eq!(
        story["sightings"][0]["variant"]["value"]["text"],
        "cut elsewhere \u{fffd}"
    );
    assert_eq!(story["enrichment"]["text"], "cut \u{fffd}");
    assert!(!app.feed("/api/feed", 4).await.is_empty());
    app.process_all().await;
}
