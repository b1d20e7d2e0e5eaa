//! How streams end: too many of them, clients that take nothing, keys that are revoked, a process that stops.

use std::time::Duration;

use belino::http::StreamOptions;
use belino::lifecycle::{Ending, Signals};
use reqwest::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::app::{OPERATOR, TestApp};
use crate::follower::{Follower, Frame, Told, parse};
use crate::on_both;
use crate::stream::{LIVELY, lively, receive};
use crate::wire::problem;

on_both!(
    a_key_has_so_many_streams_and_others_have_theirs,
    all_keys_together_have_so_many_streams,
    who_takes_too_long_is_ended_and_goes_on_without_loss,
    who_takes_nothing_is_cut_off_and_goes_on_without_loss,
    a_revoked_key_is_told_nothing_more,
    a_stop_ends_every_stream_at_once,
);

async fn a_key_has_so_many_streams_and_others_have_theirs(app: TestApp) {
    let app = app.streaming(StreamOptions {
        per_key: 2,
        ..lively()
    });
    let key = app.key("shop", "read").await;
    let (one, _other) = (app.follow("").await, app.follow("").await);
    let refused = app.asking(OPERATOR, "", None).await;
    assert_eq!(refused.headers()["retry-after"], "10");
    problem(refused, 429, "too-many-streams").await;
    Follower::of(app.asking(&key, "", None).await);
    // One that is gone is noticed no later than by its next sign of life.
    drop(one);
    opened(&app).await;
}

/// Asks until there is a place for a stream.
async fn opened(app: &TestApp) -> Follower {
    loop {
        let answer = app.asking(OPERATOR, "", None).await;
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            return Follower::of(answer);
        }
    }
}

async fn all_keys_together_have_so_many_streams(app: TestApp) {
    let app = app.streaming(StreamOptions {
        at_most: 2,
        ..lively()
    });
    let key = app.key("shop", "read").await;
    let _open = (app.follow("").await, app.asking(&key, "", None).await);
    for key in [OPERATOR, &key] {
        let refused = app.asking(key, "", None).await;
        assert_eq!(refused.headers()["retry-after"], "2");
        problem(refused, 503, "overloaded").await;
    }
}

/// With no patience at all, every stream ends after its first page.
async fn who_takes_too_long_is_ended_and_goes_on_without_loss(app: TestApp) {
    let account = app.connected("busy").await;
    receive(&app, &account, 0, 20).await;
    let list = app.feed("/api/feed?limit=200", 21).await;
    let impatient = app.streaming(StreamOptions {
        patience: Duration::ZERO,
        ..lively()
    });
    let mut told: Vec<Told> = impatient.follow("?limit=4").await.ended().await;
    while told.len() < list.len() {
        let seen = told.last().unwrap().id.clone();
        let page = impatient.follow_after("?limit=4", &seen).await.ended().await;
        assert!((1..=4).contains(&page.len()), "{page:?}");
        told.extend(page);
    }
    assert_eq!(told.iter().map(Told::row).collect::<Vec<_>>(), list);
}

/// A client with a small buffer, which asks and then takes nothing.
async fn stuck(app: &TestApp) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let address = app.base.trim_start_matches("http://").parse().unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let request =
        format!("GET /api/feed/stream HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {OPERATOR}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.peek(&mut [0]).await.unwrap();
    stream
}

/// The events that came whole. Each chunk has whole frames, so that its size stands between two of them.
fn whole(text: &str) -> Vec<Told> {
    let (whole, _) = text.rsplit_once("\n\n").unwrap();
    let frames = whole
        .split("\n\n")
        .filter_map(|frame| frame.find("id: ").map(|at| &frame[at..]));
    frames
        .map(|frame| match parse(frame) {
            Frame::Told(told) => told,
            other => panic!("no event: {other:?}"),
        })
        .collect()
}

async fn who_takes_nothing_is_cut_off_and_goes_on_without_loss(app: TestApp) {
    let account = app.connected("busy").await;
    receive(&app, &account, 0, 150).await;
    let list = app.feed("/api/feed?limit=200", 151).await;
    let strict = app.streaming(StreamOptions {
        patience: Duration::from_secs(2),
        per_key: 1,
        ..lively()
    });
    let mut client = stuck(&strict).await;
    // Its place is free once its connection is.
    drop(opened(&strict).await);
    let mut bytes = Vec::new();
    client.read_to_end(&mut bytes).await.ok();
    let mut told = whole(&String::from_utf8_lossy(&bytes));
    assert!((1..151).contains(&told.len()), "{}", told.len());
    let mut again = app.follow_after("", &told.last().unwrap().id).await;
    told.extend(again.told(151 - told.len()).await);
    assert_eq!(told.iter().map(Told::row).collect::<Vec<_>>(), list);
}

async fn a_revoked_key_is_told_nothing_more(app: TestApp) {
    let app = app.streaming(lively());
    let wanted = json!({ "workspace": "shop", "name": "reader", "scope": "read" });
    let made = app.post("/api/keys", wanted).await.body;
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    let mut follower = Follower::of(app.asking(key, "", None).await);
    let mut other = app.follow("").await;
    let account = app.connected("bakery").await;
    assert_eq!(follower.told(1).await[0].event, "account.connected");
    let revoked = app.delete_as(OPERATOR, &format!("/api/keys/{id}")).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    receive(&app, &account, 0, 1).await;
    assert_eq!(follower.ended().await, []);
    assert_eq!(other.told(2).await[1].event, "comment.received");
}

async fn a_stop_ends_every_stream_at_once(app: TestApp) {
    let (mut silent, lively) = (app.follow("").await, app.streaming(lively()).follow("").await);
    assert!(matches!(silent.next().await, Some(Frame::Retry(_))));
    let (send, mut signals) = Signals::sent();
    send.send(()).unwrap();
    let stopping = app.parts.lifecycle.run(&mut signals, 3_000 * LIVELY);
    let (ending, silent, lively) = tokio::join!(stopping, silent.ended(), lively.ended());
    assert_eq!((ending, silent, lively), (Ending::Clean, vec![], vec![]));
}
