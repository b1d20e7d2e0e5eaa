//! The feed as server-sent events: the list's items, in the list's order, and then what happens.

use std::time::Duration;

use belino::app::App;
use belino::http::StreamOptions;
use belino::lifecycle::Lifecycle;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::app::{OPERATOR, TestApp, on_postgres};
use crate::follower::{Follower, Frame, Told};
use crate::on_both;
use crate::wire::{changes, comment, comment_change, problem};

on_both!(
    a_stream_tells_what_the_list_shows_and_then_what_happens,
    a_stream_is_neither_kept_nor_held_back_by_what_stands_between,
    who_comes_again_goes_on_where_it_was,
    every_page_of_a_backlog_is_told,
    each_follower_is_told_of_its_own_only,
    a_quiet_workspace_among_busy_ones_misses_nothing,
    an_account_that_becomes_known_is_followed_from_its_first_word,
    what_is_asked_wrongly_is_a_problem,
    a_silent_stream_gives_signs_of_life,
    who_hears_nothing_knows_how_far_was_looked,
);

/// Signs of life one after the other, so that silence can be seen.
pub(crate) const LIVELY: Duration = Duration::from_millis(20);

pub(crate) fn lively() -> StreamOptions {
    StreamOptions {
        heartbeat: LIVELY,
        ..StreamOptions::default()
    }
}

/// So many comments in one delivery, unpacked.
pub(crate) async fn receive(app: &TestApp, account: &str, from: usize, count: usize) {
    let all: Vec<Value> = (from..from + count)
        .map(|n| comment_change(&format!("179000000000{n:05}"), "hello"))
        .collect();
    assert_eq!(app.deliver(changes(account, &all)).await.status(), 200);
    while app.parts.unpacker.step().await.unwrap() > 0 {}
}

fn rows(told: &[Told]) -> Vec<Value> {
    told.iter().map(Told::row).collect()
}

async fn a_stream_tells_what_the_list_shows_and_then_what_happens(app: TestApp) {
    let account = app.connected("bakery").await;
    let media = app.meta.post("media", json!({ "account": account })).await;
    app.comments(&media["id"], 3).await;
    app.take_in().await;
    let list = app.feed("/api/feed", 7).await;
    let mut follower = app.follow("").await;
    assert_eq!(follower.next().await, Some(Frame::Retry(2_000)));
    let mut told = follower.told(7).await;
    assert_eq!(rows(&told), list);
    app.comments(&media["id"], 1).await;
    app.take_in().await;
    told.extend(follower.told(2).await);
    let list = app.get("/api/feed").await.body["data"].clone();
    assert_eq!(Value::Array(rows(&told)), list);
    let address = format!("{}/api/feed", app.base);
    let request = app.http.get(address).bearer_auth(OPERATOR);
    let text = request.send().await.unwrap().text().await.unwrap();
    for one in &told {
        let row = one.row();
        assert_eq!(
            (&row["cursor"], &row["kind"]),
            (&one.id.clone().into(), &one.event.clone().into())
        );
        assert!(text.contains(&one.data), "{} in {text}", one.data);
    }
}

async fn a_stream_is_neither_kept_nor_held_back_by_what_stands_between(app: TestApp) {
    let answer = app.asking(OPERATOR, "", None).await;
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
    assert_eq!(header("content-type"), Some("text/event-stream"));
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(header("x-accel-buffering"), Some("no"));
    assert_eq!(
        (header("content-encoding"), header("content-length")),
        (None, None)
    );
}

async fn who_comes_again_goes_on_where_it_was(app: TestApp) {
    let account = app.connected("bakery").await;
    receive(&app, &account, 0, 5).await;
    let all = app.follow("").await.told(6).await;
    let (second, fourth) = (&all[1].id, &all[3].id);
    let after = app.follow(&format!("?after={second}")).await.told(4).await;
    assert_eq!(after, all[2..]);
    let again = app.follow_after("", fourth).await.told(2).await;
    assert_eq!(again, all[4..]);
    // A browser repeats the address that it began with.
    let both = app.follow_after(&format!("?after={second}"), fourth).await;
    assert_eq!({ both }.told(2).await, all[4..]);
    let mut empty = app.follow_after(&format!("?after={second}"), "").await;
    assert_eq!(empty.told(4).await, all[2..]);
}

async fn every_page_of_a_backlog_is_told(app: TestApp) {
    let account = app.connected("busy").await;
    receive(&app, &account, 0, 30).await;
    let list = app.feed("/api/feed?limit=200", 31).await;
    for limit in [1, 7, 31, 200] {
        let mut follower = app.follow(&format!("?limit={limit}")).await;
        assert_eq!(rows(&follower.told(31).await), list, "by {limit}");
    }
}

async fn each_follower_is_told_of_its_own_only(app: TestApp) {
    let (shop, rival) = (app.tenant("shop").await, app.tenant("rival").await);
    let by_account = format!("?account={}", shop.account);
    let mut followers = Vec::new();
    for (key, query) in [
        (shop.key.as_str(), ""),
        (shop.key.as_str(), by_account.as_str()),
        (OPERATOR, by_account.as_str()),
        (OPERATOR, "?workspace=shop"),
    ] {
        followers.push(Follower::of(app.asking(key, query, None).await));
    }
    for n in 0..3 {
        receive(&app, &rival.account, 100 + n, 1).await;
        receive(&app, &shop.account, n, 1).await;
    }
    let list = app.feed(&format!("/api/feed{by_account}"), 4).await;
    for mut follower in followers {
        assert_eq!(rows(&follower.told(4).await), list);
    }
    let foreign = app.asking(&shop.key, "?workspace=rival", None).await;
    problem(foreign, 403, "forbidden").await;
}

async fn a_quiet_workspace_among_busy_ones_misses_nothing(app: TestApp) {
    let app = app.streaming(lively());
    let (quiet, busy) = (app.tenant("quiet").await, app.tenant("busy").await);
    let mut follower = Follower::of(app.asking(&quiet.key, "?limit=2", None).await);
    assert_eq!(follower.told(1).await[0].event, "account.connected");
    for round in 0..5 {
        receive(&app, &busy.account, 100 * round, 20).await;
        follower.silent_for(2).await;
        receive(&app, &quiet.account, 10_000 + 10 * round, 3).await;
        let told = follower.told(3).await;
        let expected: Vec<String> = (0..3)
            .map(|n| format!("1790000000{:07}", 10_000 + 10 * round + n))
            .collect();
        let objects: Vec<String> = rows(&told)
            .iter()
            .map(|row| row["object_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(objects, expected);
    }
}

async fn an_account_that_becomes_known_is_followed_from_its_first_word(app: TestApp) {
    let account = "17841499999999999";
    let mut follower = app.follow(&format!("?account={account}")).await;
    let other = app.connected("bakery").await;
    receive(&app, &other, 0, 3).await;
    receive(&app, account, 100, 2).await;
    let list = app.feed(&format!("/api/feed?account={account}"), 2).await;
    assert_eq!(rows(&follower.told(2).await), list);
}

async fn what_is_asked_wrongly_is_a_problem(app: TestApp) {
    for query in ["?after=x", "?after=", "?after=7"] {
        problem(app.asking(OPERATOR, query, None).await, 400, "invalid-cursor").await;
    }
    let last = app.asking(OPERATOR, "?after=0.1", Some("yesterday")).await;
    let said = problem(last, 400, "invalid-cursor").await["detail"].clone();
    assert!(said.as_str().unwrap().starts_with("Last-Event-ID:"), "{said}");
    for query in ["?limit=0", "?limit=201", "?kind=comment.received"] {
        problem(app.asking(OPERATOR, query, None).await, 400, "invalid-parameter").await;
    }
    problem(app.asking("nobody", "", None).await, 401, "bad-key").await;
}

async fn a_silent_stream_gives_signs_of_life(app: TestApp) {
    let app = app.streaming(lively());
    let mut follower = app.follow("").await;
    assert!(matches!(follower.next().await, Some(Frame::Retry(_))));
    follower.silent_for(3).await;
}

async fn who_hears_nothing_knows_how_far_was_looked(app: TestApp) {
    let (busy, quiet) = (app.connected("busy").await, app.connected("quiet").await);
    let app = app.streaming(lively());
    let told = app.follow(&format!("?account={quiet}")).await.told(1).await;
    let only_quiet = format!("?account={quiet}&after={}", told[0].id);
    let mut follower = app.follow(&only_quiet).await;
    receive(&app, &busy, 0, 3).await;
    let last = app.feed("/api/feed", 5).await[4]["cursor"].clone();
    let last = last.as_str().unwrap();
    follower.looked_as_far_as(last).await;
    receive(&app, &quiet, 5, 1).await;
    let again = app.follow_after(&only_quiet, last).await.told(1).await;
    assert_eq!(again[0].event, "comment.received");
}

/// The row is of an earlier transaction than what is committed before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_commits_late_is_told_before_what_came_after_it() {
    on_postgres(async |app| {
        let account = app.connected("bakery").await;
        let app = app.streaming(lively());
        let key = app.key("shop", "read").await;
        let mut followers = vec![
            app.follow("").await,
            app.follow(&format!("?account={account}&limit=1")).await,
            Follower::of(app.asking(&key, "", None).await),
        ];
        for follower in &mut followers {
            assert_eq!(follower.told(1).await[0].event, "account.connected");
        }
        let mut other = PgConnection::connect(&app.database).await.unwrap();
        let mut late = other.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO feed (at, account_key, kind, object_id)
            SELECT 0, key, 'late', 'x' FROM accounts WHERE instagram_id = $1",
        )
        .bind(&account)
        .execute(&mut *late)
        .await
        .unwrap();
        receive(&app, &account, 0, 1).await;
        assert_eq!(app.list("/api/comments").await.len(), 1, "it is committed");
        for follower in &mut followers {
            follower.silent_for(5).await;
        }
        late.commit().await.unwrap();
        for mut follower in followers {
            let kinds: Vec<String> = follower
                .told(2)
                .await
                .into_iter()
                .map(|told| told.event)
                .collect();
            assert_eq!(kinds, ["late", "comment.received"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_wrote_is_told() {
    on_postgres(async |app| {
        let account = app.connected("bakery").await;
        let mut follower = app.follow("").await;
        follower.told(1).await;
        let other = App::build(&app.config, app.clock.clone(), Lifecycle::new())
            .await
            .unwrap();
        app.deliver(comment(&account, "18000000000000001", "hello")).await;
        while other.unpacker.step().await.unwrap() > 0 {}
        assert_eq!(follower.told(1).await[0].event, "comment.received");
        other.lifecycle.stop();
        other.store.close().await;
    })
    .await;
}
