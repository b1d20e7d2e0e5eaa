//! Lists page by cursor: while rows are added between two pages, none is skipped and none comes twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::wire::{changes, comment, comment_change};

on_both!(
    newest_first_lists_neither_skip_nor_repeat_while_rows_are_added,
    a_list_of_stories_neither_skips_nor_repeats_while_rows_are_added,
    the_feed_is_followed_to_its_end_while_it_grows,
    pages_of_every_size_together_are_the_whole_list,
    filters_hold_across_pages,
    the_last_full_page_says_that_it_is_the_last,
);

/// Comments with numbers from `from` on, in deliveries of three.
async fn deliver_comments(app: &TestApp, account: &str, from: usize, count: usize) {
    let all: Vec<Value> = (from..from + count)
        .map(|n| comment_change(&format!("179000000000{n:05}"), &format!("comment {n}")))
        .collect();
    for part in all.chunks(3) {
        let answer = app.deliver(changes(account, part)).await;
        assert_eq!(answer.status(), 200);
    }
    while app.parts.unpacker.step().await.unwrap() > 0 {}
}

/// The ids of the rows that were there, and of those that the pages brought while rows were added after each.
async fn walked(app: &TestApp, account: &str, list: &str, member: &str) -> (Vec<String>, Vec<String>) {
    let ids = |page: &Value| -> Vec<String> {
        let rows = page["data"].as_array().unwrap();
        rows.iter()
            .map(|row| row[member].as_str().unwrap().to_owned())
            .collect()
    };
    let there = ids(&app.get(&format!("{list}?limit=200")).await.body);
    let (mut brought, mut path, mut round) = (Vec::new(), format!("{list}?limit=4"), 1);
    loop {
        let page = app.get(&path).await.body;
        assert!(page["data"].as_array().unwrap().len() <= 4);
        brought.append(&mut ids(&page));
        let Some(next) = page["next"].as_str() else {
            return (there, brought);
        };
        path = format!("{list}?limit=4&after={next}");
        let first = 10_000 * (list.len() % 7 + 1) + 100 * round;
        deliver_comments(app, account, first, 3).await;
        round += 1;
    }
}

async fn newest_first_lists_neither_skip_nor_repeat_while_rows_are_added(app: TestApp) {
    let account = app.connected("busy").await;
    deliver_comments(&app, &account, 0, 21).await;
    for list in ["/api/events", "/api/comments", "/api/deliveries"] {
        let (there, brought) = walked(&app, &account, list, "id").await;
        assert!(there.len() >= 7, "{list}");
        assert_eq!(brought, there, "{list}");
    }
}

fn story(media: usize, reach: usize) -> Value {
    json!({ "field": "story_insights", "value": {
        "media_id": format!("1800000000000{media:04}"), "reach": reach,
    } })
}

async fn a_list_of_stories_neither_skips_nor_repeats_while_rows_are_added(app: TestApp) {
    let account = app.connected("teller").await;
    for media in 0..10 {
        app.deliver(changes(&account, &[story(media, 1)])).await;
    }
    while app.parts.unpacker.step().await.unwrap() > 0 {}
    let (mut brought, mut path, mut more) = (Vec::new(), "/api/story-insights?limit=3".to_owned(), 0);
    loop {
        let page = app.get(&path).await.body;
        for row in page["data"].as_array().unwrap() {
            brought.push(row["media_id"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/story-insights?limit=3&after={next}");
        // A new story, and new numbers of one on a page that is still to come and of one that was shown.
        more += 1;
        app.deliver(changes(
            &account,
            &[story(100 + more, 1), story(0, 1 + more), story(9, 1 + more)],
        ))
        .await;
        while app.parts.unpacker.step().await.unwrap() > 0 {}
    }
    let expected: Vec<String> = (0..10)
        .rev()
        .map(|media| format!("1800000000000{media:04}"))
        .collect();
    assert_eq!(brought, expected);
    let stories = app.list("/api/story-insights").await;
    let first = stories.iter().find(|row| row["media_id"] == expected[9]).unwrap();
    assert_eq!(first["metrics"]["reach"], 1 + more);
}

/// The account's connection, nine comments and five times three more.
const TOLD: usize = 25;

async fn the_feed_is_followed_to_its_end_while_it_grows(app: TestApp) {
    let account = app.connected("followed").await;
    deliver_comments(&app, &account, 0, 9).await;
    let (mut seen, mut after, mut round) = (Vec::new(), String::new(), 0);
    loop {
        let page = app.get(&format!("/api/feed?limit=4{after}")).await.body;
        let rows = page["data"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["cursor"].as_str().unwrap().to_owned()));
        after = format!("&after={}", page["next"].as_str().unwrap());
        if seen.len() >= TOLD {
            break;
        }
        round += 1;
        if round <= 5 {
            deliver_comments(&app, &account, 1_000 * round, 3).await;
        }
    }
    let all = app.feed("/api/feed?limit=200", TOLD).await;
    let all: Vec<&str> = all.iter().map(|row| row["cursor"].as_str().unwrap()).collect();
    assert_eq!(seen, all);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

/// Every row of a list, read by pages of this size.
async fn by_pages(app: &TestApp, list: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut path) = (Vec::new(), format!("{list}?limit={limit}"));
    loop {
        let page = app.get(&path).await.body;
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit, "{path}");
        // The feed always says where to go on.
        let over = page["next"].is_null() || (list == "/api/feed" && data.len() < limit);
        assert!(
            over || data.len() == limit,
            "{path}: a page with a next one is full"
        );
        rows.extend(data.iter().cloned());
        if over {
            return rows;
        }
        path = format!("{list}?limit={limit}&after={}", page["next"].as_str().unwrap());
    }
}

fn message(n: usize) -> Value {
    json!({ "sender": { "id": "9" }, "recipient": { "id": "8" }, "timestamp": 1_795_000_000_000_u64,
        "message": { "mid": format!("m{n}"), "text": "hello" } })
}

async fn pages_of_every_size_together_are_the_whole_list(app: TestApp) {
    let account = app.connected("paged").await;
    deliver_comments(&app, &account, 0, 9).await;
    for n in 0..7 {
        let mention =
            json!({ "field": "mentions", "value": { "media_id": format!("1{n}"), "comment_id": "2" } });
        app.deliver(changes(&account, &[story(n, 1), mention])).await;
        let entry = json!({ "id": account, "time": 1_795_000_000, "messaging": [message(n)] });
        app.deliver(json!({ "object": "instagram", "entry": [entry] }).to_string())
            .await;
    }
    while app.parts.unpacker.step().await.unwrap() > 0 {}
    app.feed("/api/feed?limit=200", 31).await;
    for list in [
        "/api/events",
        "/api/comments",
        "/api/deliveries",
        "/api/story-insights",
        "/api/messages",
        "/api/mentions",
        "/api/feed",
    ] {
        let whole = by_pages(&app, list, 200).await;
        assert!(whole.len() >= 7, "{list} has {}", whole.len());
        for limit in 1..=whole.len() {
            assert_eq!(by_pages(&app, list, limit).await, whole, "{list} by {limit}");
        }
    }
}

async fn filters_hold_across_pages(app: TestApp) {
    let (shop, rival) = (app.tenant("shop").await, app.tenant("rival").await);
    deliver_comments(&app, &shop.account, 0, 6).await;
    deliver_comments(&app, &rival.account, 100, 6).await;
    deliver_comments(&app, &shop.account, 200, 6).await;
    let mut path = format!("/api/events?account={}&field=comments&limit=5", shop.account);
    let mut count = 0;
    loop {
        let page = app.get(&path).await.body;
        for row in page["data"].as_array().unwrap() {
            assert_eq!(row["account_id"], shop.account);
            count += 1;
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!(
            "/api/events?account={}&field=comments&limit=5&after={next}",
            shop.account
        );
    }
    assert_eq!(count, 12);
}

async fn the_last_full_page_says_that_it_is_the_last(app: TestApp) {
    for n in 0..4 {
        let id = format!("1800000000000000{n}");
        app.deliver(comment("17841499999999999", &id, "of nobody")).await;
    }
    let page = app.get("/api/deliveries?limit=4").await.body;
    assert_eq!(page["data"].as_array().unwrap().len(), 4);
    assert_eq!(page["next"], Value::Null);
    assert!(app.get("/api/deliveries?limit=3").await.body["next"].is_string());
}
