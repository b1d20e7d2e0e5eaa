//! Resumable uploads: bytes at once, in parts, or by their address.

use std::time::Duration;

use serde_json::json;

use crate::support::{Files, Publisher, film, id};

const REEL: [(&str, &str); 2] = [("media_type", "REELS"), ("upload_type", "resumable")];

/// A container that waits for bytes, and where they go.
async fn waiting(by: &Publisher) -> (String, String) {
    let made = by.create(&REEL).await;
    let uri = made.body["uri"].as_str().unwrap().to_owned();
    (id(&made), uri)
}

#[tokio::test]
async fn bytes_make_a_reel_at_once_or_in_parts() {
    let by = Publisher::start_with(json!({})).await;
    for parts in [1, 2] {
        let (container, uri) = waiting(&by).await;
        assert!(uri.ends_with(&format!("/rupload.facebook.com/ig-api-upload/v25.0/{container}")));
        by.rig.clock.advance(Duration::from_mins(10));
        assert_eq!(
            by.status(&container).await["status_code"],
            "IN_PROGRESS",
            "nothing came yet"
        );
        let bytes = film(20);
        let size = bytes.len().to_string();
        let half = bytes.len() / 2;
        if parts == 2 {
            let headers = [("offset", "0"), ("file_size", &*size)];
            let sent = by
                .rig
                .upload(&by.token, &uri, &headers, bytes[..half].to_vec())
                .await;
            assert_eq!(
                (
                    &sent.body["debug_info"]["retriable"],
                    &sent.body["debug_info"]["type"]
                ),
                (&json!(true), &json!("PartialRequestError"))
            );
            let phase = by.status(&container).await["video_status"]["uploading_phase"].clone();
            assert_eq!(phase["bytes_transferred"], half);
            let again = by.rig.upload(&by.token, &uri, &headers, bytes.clone()).await;
            assert_eq!(again.status, 400, "it goes on where it ended");
        }
        let from = if parts == 2 { half } else { 0 };
        let headers = [("offset", &*from.to_string()), ("file_size", &*size)];
        let sent = by
            .rig
            .upload(&by.token, &uri, &headers, bytes[from..].to_vec())
            .await;
        assert_eq!(
            sent.body,
            json!({ "success": true, "message": "Upload successful." })
        );
        assert_eq!(by.status(&container).await["status_code"], "IN_PROGRESS");
        by.rig.clock.advance(Duration::from_secs(10));
        assert_eq!(by.status(&container).await["status_code"], "FINISHED");
        id(&by.publish(&container).await);
    }
    assert_eq!(by.feed().await["posts"][0]["media_product_type"], "REELS");
}

#[tokio::test]
async fn a_video_may_be_longer_than_other_requests() {
    let by = Publisher::start_with(json!({})).await;
    let (container, uri) = waiting(&by).await;
    let mut bytes = film(20);
    bytes.resize(17 << 20, 0);
    let size = bytes.len().to_string();
    let headers = [("offset", "0"), ("file_size", &*size)];
    let sent = by.rig.upload(&by.token, &uri, &headers, bytes).await;
    assert_eq!(sent.body["success"], true, "{}", sent.body);
    by.rig.clock.advance(Duration::from_mins(1));
    assert_eq!(by.status(&container).await["status_code"], "FINISHED");
}

#[tokio::test]
async fn an_address_is_fetched_in_place_of_bytes() {
    let (files, by) = (Files::start(), Publisher::start_with(json!({})).await);
    let url = files.put("a.mp4", "video/mp4", film(20));
    let (container, uri) = waiting(&by).await;
    let missing = files.missing();
    let failed = by
        .rig
        .upload(&by.token, &uri, &[("file_url", &missing)], Vec::new())
        .await;
    assert_eq!(
        (
            &failed.body["debug_info"]["retriable"],
            &failed.body["debug_info"]["type"]
        ),
        (&json!(false), &json!("ProcessingFailedError"))
    );
    let sent = by
        .rig
        .upload(&by.token, &uri, &[("file_url", &url)], Vec::new())
        .await;
    assert_eq!(sent.body["success"], true, "{}", sent.body);
    by.rig.clock.advance(Duration::from_mins(1));
    id(&by.publish(&container).await);
    assert_eq!(by.feed().await["posts"][0]["details"]["source"], json!(url));
}

#[tokio::test]
async fn bytes_that_are_no_film_end_the_container() {
    let by = Publisher::start_with(json!({})).await;
    let (container, uri) = waiting(&by).await;
    let headers = [("offset", "0"), ("file_size", "8")];
    let sent = by
        .rig
        .upload(&by.token, &uri, &headers, b"GIF89a..".to_vec())
        .await;
    assert_eq!(
        (sent.status, &sent.body["debug_info"]["retriable"]),
        (400, &json!(false))
    );
    by.rig.clock.advance(Duration::from_mins(1));
    assert_eq!(by.status(&container).await["status_code"], "ERROR");
}

#[tokio::test]
async fn only_who_may_publish_there_brings_bytes_and_faults_strike_uploads_too() {
    let by = Publisher::start_with(json!({})).await;
    let (container, uri) = waiting(&by).await;
    let headers = [("offset", "0"), ("file_size", "8")];
    let refused = by.rig.upload(&json!("stolen"), &uri, &headers, vec![0; 8]).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["debug_info"]["type"], "ProcessingFailedError");
    let order = json!({ "match": { "edge": "upload" }, "what": { "error": { "code": 2 } }, "times": 1 });
    by.rig.make("faults", order).await;
    let struck = by.rig.upload(&by.token, &uri, &headers, vec![0; 8]).await;
    assert_eq!(
        (struck.status, &struck.body["debug_info"]["retriable"]),
        (500, &json!(true))
    );
    let calls = by
        .rig
        .look(&format!("/sandbox/calls?path=/{container}"))
        .await
        .body;
    assert_eq!(calls["data"].as_array().unwrap().len(), 2, "{calls}");
}
