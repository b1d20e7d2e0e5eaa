//! Exactly once: every way in which a step of a publication can be cut off, at every step, by a seed.
//!
//! A few rounds are part of every run of the tests; `BELINO_ONCE_RUNS=500` makes it the table of `benches/README.md`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    whatever_breaks_each_intent_is_seen_once_or_said_not_to_be,
    many_posts_of_many_accounts_at_one_minute_are_on_time_and_once,
);

/// The calls that a post is made of, by the last part of their paths.
const STEPS: [&str; 3] = ["media", "media_publish", "comments"];

/// How a call is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mishap {
    /// The process dies before the call does anything.
    KilledBefore,
    /// The process dies after the call has done what it does.
    KilledAfter,
    /// The connection breaks after that.
    AnswerLost,
    /// Meta answers 500 after that.
    ErrorAfter,
    /// The process stands still beyond its lease, and then goes on.
    Stopped,
}

const MISHAPS: [Mishap; 5] = [
    Mishap::KilledBefore,
    Mishap::KilledAfter,
    Mishap::AnswerLost,
    Mishap::ErrorAfter,
    Mishap::Stopped,
];

impl Mishap {
    /// What Meta does to the call.
    fn fault(self) -> Value {
        match self {
            Self::KilledBefore => json!("hang"),
            Self::KilledAfter | Self::Stopped => json!({ "late_answer_ms": 400 }),
            Self::AnswerLost => json!("answer_lost"),
            Self::ErrorAfter => json!({ "error": { "code": 2, "http": 500, "after": true } }),
        }
    }
}

/// A number that looks like chance, the same for the same seed.
fn drawn(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Lets a post meet a mishap at a step, then lets whoever is left see it through.
async fn suffer(app: &TestApp, step: &str, mishap: Mishap, caption: &str) -> Value {
    let fault = json!({ "match": { "edge": step, "method": "POST" }, "what": mishap.fault(), "times": 1 });
    app.meta.post("faults", fault).await;
    let mut wanted = image(caption);
    wanted["first_comment"] = json!(format!("on {caption}"));
    let path = app.posted(wanted).await;
    if !matches!(mishap, Mishap::AnswerLost | Mishap::ErrorAfter) {
        cut_off(app, mishap).await;
    }
    let post = app.rest(&path).await;
    app.meta.delete("faults").await;
    post
}

/// Works until the fault strikes; then the process that works is gone, or stands still.
async fn cut_off(app: &TestApp, mishap: Mishap) {
    let effects = app.parts.effects.clone();
    let mut working = JoinSet::new();
    working.spawn(async move {
        // Whoever has lost an effect to somebody else learns it when they write.
        while effects.work_once().await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    while app.meta.get("faults").await["data"][0]["struck"] == 0 {
        app.clock.advance(Duration::from_millis(250));
    }
    // The lease ends, and another process takes the post over.
    if mishap != Mishap::Stopped {
        working.shutdown().await;
    }
    app.clock.advance(Duration::from_mins(2));
    app.work().await;
    if mishap == Mishap::Stopped {
        // It goes on now: what it writes is under an old fence.
        let lost = tokio::time::timeout(Duration::from_mins(1), working.join_next()).await;
        assert!(lost.is_ok(), "it writes though another has taken over");
    }
    working.shutdown().await;
}

/// A number from the environment, or the usual one.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a case runs is no setting of the service"
)]
fn number<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

async fn whatever_breaks_each_intent_is_seen_once_or_said_not_to_be(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(
        json!({ "fetch_media": false, "republish": "duplicate", "quota_total": 100_000,
        "containers_per_day": 100_000 }),
    )
    .await;
    let runs = number("BELINO_ONCE_RUNS", STEPS.len() * MISHAPS.len());
    let seed = number("BELINO_ONCE_SEED", 7_u64);
    let mut table = BTreeMap::<(usize, Mishap, String), usize>::new();
    for run in 0..runs {
        let (step, mishap) = (run % STEPS.len(), MISHAPS[run / STEPS.len() % MISHAPS.len()]);
        let caption = format!("{run}: {mishap:?} at {}", STEPS[step]);
        // A day has few posts, and each run a time of its own.
        app.clock
            .advance(Duration::from_secs(900 + drawn(seed + run as u64) % 3_600));
        let post = suffer(&app, STEPS[step], mishap, &caption).await;
        let state = post["state"].as_str().unwrap().to_owned();
        let feed = app.seen().await;
        let ours: Vec<_> = feed
            .iter()
            .filter(|post| post["caption"] == caption.as_str())
            .collect();
        match state.as_str() {
            "published" => assert_eq!(ours.len(), 1, "{caption}: {post}"),
            "failed" => assert_eq!(ours.len(), 0, "{caption}: {post}"),
            "uncertain" => assert!(ours.len() <= 1, "{caption}: {post}"),
            other => panic!("{caption} is {other}: {post}"),
        }
        for one in ours {
            assert!(one["comments"].as_array().unwrap().len() <= 1, "{one}");
        }
        *table.entry((step, mishap, state)).or_default() += 1;
    }
    print(&table);
}

#[expect(clippy::print_stdout, reason = "the table is what a long run is for")]
fn print(table: &BTreeMap<(usize, Mishap, String), usize>) {
    for ((step, mishap, state), count) in table {
        println!("| {} | {mishap:?} | {state} | {count} |", STEPS[*step]);
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
