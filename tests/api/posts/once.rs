//! Exactly once: every way in which a publication can be cut off, many times over, by a seed.

use std::time::Duration;

use serde_json::{Value, json};

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    whatever_breaks_each_intent_is_seen_once_or_said_not_to_be,
    many_posts_of_many_accounts_at_one_minute_are_on_time_and_once,
);

/// What happens to one call.
const MISHAPS: [(&str, &str); 6] = [
    (
        "lost",
        r#"{ "error": { "code": 2, "http": 500, "after": true } }"#,
    ),
    ("before", r#"{ "error": { "code": 2, "http": 503 } }"#),
    ("cut", r#""drop_connection""#),
    ("garbage", r#""garbage""#),
    (
        "spam",
        r#"{ "error": { "code": 4, "subcode": 2207051, "after": true } }"#,
    ),
    (
        "reset",
        r#"{ "error": { "code": -1, "subcode": 2207001, "after": true } }"#,
    ),
];

/// At which call.
const STEPS: [&str; 3] = ["media", "media_publish", "comments"];

async fn whatever_breaks_each_intent_is_seen_once_or_said_not_to_be(app: TestApp) {
    app.publisher("facebook").await;
    let mut wanted = Vec::new();
    for (n, (name, what)) in MISHAPS.iter().cycle().take(18).enumerate() {
        let step = STEPS[n / MISHAPS.len() % STEPS.len()];
        let what: Value = serde_json::from_str(what).unwrap();
        let fault = json!({ "match": { "edge": step, "method": "POST" }, "what": what, "times": 1 });
        app.meta.post("faults", fault).await;
        let caption = format!("{n}: {name} at {step}");
        let mut post = image(&caption);
        post["first_comment"] = json!(format!("comment of {caption}"));
        let path = app.posted(post).await;
        let post = app.rest(&path).await;
        wanted.push((caption, post["state"].as_str().unwrap().to_owned()));
        app.meta.delete("faults").await;
    }
    let seen = app.seen().await;
    for (caption, state) in wanted {
        let times = seen
            .iter()
            .filter(|post| post["caption"] == caption.as_str())
            .count();
        match state.as_str() {
            "published" => assert_eq!(times, 1, "{caption}"),
            "failed" => assert_eq!(times, 0, "{caption}"),
            "uncertain" => assert!(times <= 1, "{caption}"),
            other => panic!("{caption} is {other}"),
        }
        let comments = seen.iter().filter(|post| post["caption"] == caption.as_str());
        for post in comments {
            assert!(post["comments"].as_array().unwrap().len() <= 1, "{post}");
        }
    }
}

async fn many_posts_of_many_accounts_at_one_minute_are_on_time_and_once(app: TestApp) {
    app.publisher("facebook").await;
    let mut accounts = vec!["bakery".to_owned()];
    for n in 1..4 {
        let name = format!("shop{n}");
        let made = app.meta.account(&name).await;
        app.log_in("instagram", &[("as", made["id"].as_str().unwrap())])
            .await;
        accounts.push(name);
    }
    let ids = app.list("/api/instagram/accounts").await;
    let at = app.clock.now() + Duration::from_mins(30);
    for account in &ids {
        for n in 0..5 {
            let mut post = image(&format!("Number {n}"));
            post["account"] = account["account_id"].clone();
            post["publish_at"] = json!(at.to_string());
            app.posted(post).await;
        }
    }
    app.clock.advance(Duration::from_mins(25));
    app.work().await;
    app.clock.advance(Duration::from_mins(1));
    app.work().await;
    for name in &accounts {
        assert_eq!(
            app.meta.get(&format!("feed/{name}")).await["posts"],
            json!([]),
            "none is early"
        );
    }
    app.clock.advance(Duration::from_mins(4));
    // Two processes work on them at once.
    tokio::join!(app.work(), app.work());
    for name in &accounts {
        let feed = app.meta.get(&format!("feed/{name}")).await;
        assert_eq!(feed["posts"].as_array().unwrap().len(), 5, "{name}");
    }
}
