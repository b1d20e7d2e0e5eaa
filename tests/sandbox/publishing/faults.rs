//! What goes wrong with writes: answers lost, late or false, of calls that were done or not.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Publisher, id, refusal};

const IMAGE: [(&str, &str); 1] = [("image_url", "https://files.example/a.jpg")];

#[tokio::test]
async fn a_post_is_live_though_its_answer_was_lost_or_an_error() {
    let by = Publisher::start().await;
    for (what, answered) in [
        (json!("answer_lost"), None),
        (json!({ "answer_garbled": { "http": 502 } }), None),
        (
            json!({ "error": { "code": 2, "http": 500, "after": true } }),
            Some((2, None)),
        ),
        (
            json!({ "error": { "code": 4, "subcode": 2_207_051, "after": true } }),
            Some((4, Some(2_207_051))),
        ),
    ] {
        let container = by.finished(&IMAGE).await;
        by.fault(what.clone()).await;
        match answered {
            None => {
                let fields = [("creation_id", &*container)];
                let path = by.path("media_publish");
                let answer = by.rig.try_write(&by.token, &path, &fields).await;
                assert!(!answer.unwrap_or_default().contains("id"), "{what}");
            }
            Some(error) => assert_eq!(refusal(&by.publish(&container).await), error),
        }
        assert_eq!(by.status(&container).await["status_code"], "PUBLISHED", "{what}");
        assert_eq!(
            by.feed().await["posts"][0]["container"],
            json!(container),
            "{what}"
        );
    }
    assert_eq!(by.feed().await["media_count"], 4);
}

#[tokio::test]
async fn nothing_is_live_after_an_error_or_a_cut_before_the_call() {
    let by = Publisher::start().await;
    let container = by.finished(&IMAGE).await;
    by.fault(json!({ "error": { "code": 4, "subcode": 2_207_051 } }))
        .await;
    assert_eq!(refusal(&by.publish(&container).await), (4, Some(2_207_051)));
    by.fault(json!("drop_connection")).await;
    let fields = [("creation_id", &*container)];
    let cut = by
        .rig
        .try_write(&by.token, &by.path("media_publish"), &fields)
        .await;
    assert!(cut.is_err());
    assert_eq!(by.status(&container).await["status_code"], "FINISHED");
    assert_eq!(by.feed().await["posts"], json!([]));
}

#[tokio::test]
async fn an_error_ordered_for_afterwards_is_not_told_in_place_of_a_refusal() {
    let by = Publisher::start().await;
    let container = id(&by.create(&IMAGE).await);
    by.fault(json!({ "error": { "code": 2, "after": true } })).await;
    assert_eq!(refusal(&by.publish(&container).await), (9_007, Some(2_207_027)));
}

#[tokio::test]
async fn a_call_is_held_before_it_is_done_or_after_until_the_order_is_taken_back() {
    let by = Publisher::start().await;
    for (what, posts) in [("hang", 0), ("hold_answer", 1)] {
        let container = by.finished(&IMAGE).await;
        by.fault(json!(what)).await;
        let (fields, path) = ([("creation_id", &*container)], by.path("media_publish"));
        let call = by.rig.try_write(&by.token, &path, &fields);
        let watch = async {
            while by.rig.look("/sandbox/faults").await.body["data"][0]["held"] != 1 {}
            let seen = by.feed().await["media_count"].clone();
            by.rig.delete("/sandbox/faults").await;
            seen
        };
        let (answered, seen) = tokio::join!(call, watch);
        assert_eq!(seen, posts, "{what}, while it is held");
        assert_eq!(
            answered.is_ok_and(|text| text.contains("id")),
            posts == 1,
            "{what}"
        );
        assert_eq!(
            by.feed().await["media_count"],
            posts,
            "{what}, when it was let go"
        );
    }
}

#[tokio::test]
async fn a_write_is_done_though_its_caller_has_left() {
    let by = Publisher::start().await;
    for what in [json!({ "late_answer_ms": 400 }), json!({ "latency_ms": 400 })] {
        let container = by.finished(&IMAGE).await;
        let live = async || by.feed().await["posts"][0]["container"] == json!(container);
        by.fault(what.clone()).await;
        leave_in_the_middle(&by, &container).await;
        let waiting = async { while !live().await {} };
        let came = tokio::time::timeout(Duration::from_mins(1), waiting).await;
        assert!(came.is_ok(), "{what}: it was done without its caller");
    }
}

/// Asks for a post and resets the connection, as a machine does that has forgotten it.
async fn leave_in_the_middle(by: &Publisher, container: &str) {
    let address = by.rig.url("");
    let mut line = TcpStream::connect(address.trim_start_matches("http://"))
        .await
        .unwrap();
    let (path, body) = (by.path("media_publish"), format!("creation_id={container}"));
    let request = format!(
        "POST /graph.facebook.com/v25.0/{path} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        by.token.as_str().unwrap(),
        body.len()
    );
    line.write_all(request.as_bytes()).await.unwrap();
    let struck = async || by.rig.look("/sandbox/faults").await.body["data"].to_string();
    while struck().await.contains("\"struck\":0") {}
    socket2::SockRef::from(&line)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

#[tokio::test]
async fn a_late_answer_is_late_and_true() {
    let by = Publisher::start().await;
    by.fault(json!({ "late_answer_ms": 60 })).await;
    let started = Instant::now();
    id(&by.create(&IMAGE).await);
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn reads_of_containers_or_media_alone_can_fail() {
    let by = Publisher::start().await;
    let container = by.finished(&IMAGE).await;
    let media = id(&by.publish(&container).await);
    for (node, hidden, shown) in [("container", &container, &media), ("media", &media, &container)] {
        let what = json!({ "error": { "code": 100, "subcode": 33 } });
        let order = json!({ "match": { "node": node, "method": "GET" }, "what": what });
        let order = by.rig.make("faults", order).await;
        assert_eq!(
            refusal(&by.rig.facebook(&by.token, hidden).await),
            (100, Some(33))
        );
        assert_eq!(by.rig.facebook(&by.token, shown).await.status, 200);
        by.rig.delete(&format!("/sandbox/faults/{}", order["id"])).await;
    }
}

#[tokio::test]
async fn a_containers_fate_strikes_those_who_make_one() {
    let by = Publisher::start().await;
    let ready = by.finished(&IMAGE).await;
    let order = json!({ "what": { "container_error": 2_207_026 }, "times": 1 });
    by.rig.make("faults", order).await;
    by.read("me").await;
    id(&by.publish(&ready).await);
    let container = by.finished(&IMAGE).await;
    assert_eq!(by.status(&container).await["status_code"], "ERROR");
}
