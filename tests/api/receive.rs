//! Taking deliveries: what is signed is kept byte for byte before it is answered, the rest is refused.

use serde_json::json;

use crate::app::{FACEBOOK_SECRET, INSTAGRAM_SECRET, OLDER_SECRET, TestApp};
use crate::on_both;
use crate::wire::{comment, problem, signature};

on_both!(
    every_live_secret_is_accepted_and_its_label_is_kept,
    the_bytes_are_kept_exactly_and_given_as_a_download,
    bytes_that_were_written_again_are_refused,
    a_signature_that_is_no_signature_is_refused_and_kept_aside,
    upper_case_digits_are_the_same_signature,
    a_compressed_body_is_verified_and_kept_as_it_came,
    bytes_that_are_no_json_are_kept_and_set_aside_as_unreadable,
    the_largest_body_is_taken_and_one_byte_more_is_refused,
    only_what_explains_a_delivery_is_kept_of_its_headers,
    another_method_is_refused_with_those_that_work,
    a_body_that_stops_half_way_leaves_nothing,
);

const LARGEST: usize = 8 * 1_024 * 1_024;

/// The vectors of the reference on Meta's webhooks, §2.1, of the wire form and of what re-serialising makes of it.
const WIRE: &str = r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"caf\u00e9 \/ 50\u0025 \u0040you \u003C3","from":{"id":"9000000000000001","username":"someone"},"media":{"id":"18000000000000002","media_product_type":"FEED"}}}]}]}"#;

async fn every_live_secret_is_accepted_and_its_label_is_kept(app: TestApp) {
    let secrets = [
        (INSTAGRAM_SECRET, "instagram"),
        (FACEBOOK_SECRET, "facebook"),
        (OLDER_SECRET, "previous-1"),
    ];
    for (secret, label) in secrets {
        let body = comment("17841400000000001", "18000000000000001", label);
        let request = app
            .posting(body.clone())
            .header("x-hub-signature-256", signature(secret, &body));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{label}");
        assert_eq!(answer.text().await.unwrap(), "");
    }
    let labels: Vec<_> = app
        .ledger()
        .await
        .iter()
        .map(|row| row["signed_by"].clone())
        .collect();
    assert_eq!(labels, ["instagram", "facebook", "previous-1"]);
}

async fn the_bytes_are_kept_exactly_and_given_as_a_download(app: TestApp) {
    assert_eq!(app.deliver(WIRE).await.status(), 200);
    let delivery = &app.ledger().await[0];
    assert_eq!(
        (&delivery["state"], &delivery["body_bytes"]),
        (&json!("received"), &json!(311))
    );
    let id = delivery["id"].as_str().unwrap();
    let story = app.get(&format!("/api/deliveries/{id}")).await.body;
    assert_eq!(story["body_sha256"].as_str().unwrap().len(), 64);
    let request = app.http.get(format!("{}/api/deliveries/{id}/body", app.base));
    let answer = request.bearer_auth(crate::app::OPERATOR).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-disposition").starts_with("attachment"));
    assert_eq!(answer.bytes().await.unwrap(), WIRE.as_bytes());
}

async fn bytes_that_were_written_again_are_refused(app: TestApp) {
    let parsed: serde_json::Value = serde_json::from_str(WIRE).unwrap();
    for again in [parsed.to_string(), format!("{WIRE}\n"), WIRE.replace("\\/", "/")] {
        let request = app
            .posting(again)
            .header("x-hub-signature-256", signature(FACEBOOK_SECRET, WIRE));
        problem(request.send().await.unwrap(), 401, "bad-signature").await;
    }
    assert!(app.ledger().await.is_empty());
}

async fn a_signature_that_is_no_signature_is_refused_and_kept_aside(app: TestApp) {
    let body = comment("17841400000000001", "18000000000000001", "forged");
    let good = signature(FACEBOOK_SECRET, &body);
    let digits = good.strip_prefix("sha256=").unwrap();
    let refused = [
        (vec![], "missing-signature"),
        (
            vec![(
                "x-hub-signature",
                "sha1=087fadf2efcc301c40d832a02bee874ff35a84b2".to_owned(),
            )],
            "missing-signature",
        ),
        (
            vec![("x-hub-signature-256", "sha256=00".to_owned())],
            "bad-signature",
        ),
        (vec![("x-hub-signature-256", String::new())], "bad-signature"),
        (vec![("x-hub-signature-256", digits.to_owned())], "bad-signature"),
        (
            vec![("x-hub-signature-256", format!("{good}00"))],
            "bad-signature",
        ),
        (
            vec![("x-hub-signature-256", format!("sha1={digits}"))],
            "bad-signature",
        ),
        (
            vec![
                ("x-hub-signature-256", good.clone()),
                ("x-hub-signature-256", good.clone()),
            ],
            "bad-signature",
        ),
        (
            vec![(
                "x-hub-signature-256",
                signature("the-secret-of-another-app", &body),
            )],
            "bad-signature",
        ),
    ];
    let count = refused.len();
    for (headers, code) in refused {
        let request = app.posting(body.clone());
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value));
        problem(request.send().await.unwrap(), 401, code).await;
    }
    assert!(app.ledger().await.is_empty());
    let kept = |summary: &serde_json::Value| summary["deliveries"]["quarantined"] == json!(count);
    app.until("/api/summary", kept).await;
    let aside = app.list("/api/deliveries?state=quarantined").await;
    let missing = aside.iter().filter(|row| row["reason"] == "missing-signature");
    assert_eq!((aside.len(), missing.count()), (count, 2));
    assert!(
        aside
            .iter()
            .all(|row| row["signed_by"].is_null() && row["state"] == "quarantined")
    );
    assert_eq!(app.bytes_of(&aside[0]).await, body.as_bytes());
}

async fn upper_case_digits_are_the_same_signature(app: TestApp) {
    let body = comment("17841400000000001", "18000000000000001", "loud");
    let digits = signature(FACEBOOK_SECRET, &body)
        .trim_start_matches("sha256=")
        .to_uppercase();
    let request = app
        .posting(body)
        .header("x-hub-signature-256", format!("sha256={digits}"));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(app.ledger().await.len(), 1);
}

/// `{"object":"instagram","entry":[]}` as `gzip -n` writes it, and what it says.
const COMPRESSED: &str = "1f8b0800000000000003ab56ca4fca4a4d2e51b252cacc2b2e494c2f4acc55d2514acd2b29aa54b28a8ead0500fd139a8921000000";
const INFLATED: &str = r#"{"object":"instagram","entry":[]}"#;

async fn a_compressed_body_is_verified_and_kept_as_it_came(app: TestApp) {
    let body = hex::decode(COMPRESSED).unwrap();
    let request = app.signed(body.clone()).header("content-encoding", "gzip");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let inflated = app
        .posting(body.clone())
        .header("content-encoding", "gzip")
        .header("x-hub-signature-256", signature(FACEBOOK_SECRET, INFLATED));
    problem(inflated.send().await.unwrap(), 401, "bad-signature").await;
    let ledger = app.ledger().await;
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0]["headers"]["content-encoding"], "gzip");
    assert_eq!(app.bytes_of(&ledger[0]).await, body);
}

async fn bytes_that_are_no_json_are_kept_and_set_aside_as_unreadable(app: TestApp) {
    let bodies: [&[u8]; 5] = [
        b"",
        b"not json",
        b"\xff\xfe\x00\x01",
        b"{\"object\":\"instagram\",",
        b"12",
    ];
    for body in bodies {
        assert_eq!(app.deliver(body).await.status(), 200, "{body:?}");
    }
    app.process_all().await;
    assert_eq!(app.all_bytes().await, bodies);
    for delivery in app.ledger().await {
        assert_eq!(delivery["state"], "unreadable", "{delivery}");
        assert!(!delivery["reason"].as_str().unwrap().is_empty(), "{delivery}");
    }
    assert!(app.list("/api/events").await.is_empty());
}

async fn the_largest_body_is_taken_and_one_byte_more_is_refused(app: TestApp) {
    let largest = vec![b'x'; LARGEST];
    assert_eq!(app.deliver(&largest).await.status(), 200);
    let told = format!(
        "POST /api/instagram/webhook HTTP/1.1\r\nhost: belino\r\nx-hub-signature-256: sha256=00\r\n\
        content-length: {}\r\n\r\n",
        LARGEST + 1
    );
    let answer = app.raw(told.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("too-large"),
        "{answer}"
    );
    let mut streamed = format!(
        "POST /api/instagram/webhook HTTP/1.1\r\nhost: belino\r\nx-hub-signature-256: {}\r\n\
        transfer-encoding: chunked\r\n\r\n{LARGEST:x}\r\n",
        signature(FACEBOOK_SECRET, vec![b'x'; LARGEST + 1])
    )
    .into_bytes();
    streamed.extend_from_slice(&largest);
    streamed.extend_from_slice(b"\r\n1\r\nx\r\n0\r\n\r\n");
    let answer = app.raw(&streamed).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let ledger = app.ledger().await;
    assert_eq!(ledger.len(), 1);
    assert!(
        app.bytes_of(&ledger[0]).await == largest,
        "not the bytes that were sent"
    );
}

async fn only_what_explains_a_delivery_is_kept_of_its_headers(app: TestApp) {
    let body = comment("17841400000000001", "18000000000000001", "with headers");
    let request = app
        .signed(body.clone())
        .header("content-type", "application/json")
        .header("user-agent", "facebookexternalua")
        .header("x-hub-signature", "sha1=087fadf2efcc301c40d832a02bee874ff35a84b2")
        .header("cookie", "session=of-somebody")
        .header("authorization", "Bearer of-somebody")
        .header("x-forwarded-for", "192.0.2.7");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let kept = &app.ledger().await[0]["headers"];
    assert_eq!(
        *kept,
        json!({
            "content-type": "application/json", "content-length": body.len().to_string(),
            "user-agent": "facebookexternalua", "x-hub-signature-256": signature(FACEBOOK_SECRET, &body),
            "x-hub-signature": "sha1=087fadf2efcc301c40d832a02bee874ff35a84b2",
        })
    );
}

async fn another_method_is_refused_with_those_that_work(app: TestApp) {
    for method in [
        reqwest::Method::PUT,
        reqwest::Method::DELETE,
        reqwest::Method::PATCH,
    ] {
        let request = app
            .http
            .request(method, format!("{}/api/instagram/webhook", app.base));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["allow"], "GET, POST");
        problem(answer, 405, "method-not-allowed").await;
    }
}

async fn a_body_that_stops_half_way_leaves_nothing(app: TestApp) {
    let body = "x".repeat(100);
    let head = format!(
        "POST /api/instagram/webhook HTTP/1.1\r\nhost: belino\r\nx-hub-signature-256: {}\r\n",
        signature(FACEBOOK_SECRET, &body[..50])
    );
    for (framing, sent) in [
        ("content-length: 100\r\n\r\n", body[..50].to_owned()),
        (
            "transfer-encoding: chunked\r\n\r\n",
            format!("32\r\n{}\r\n", &body[..50]),
        ),
    ] {
        let answer = app.raw(format!("{head}{framing}{sent}").as_bytes()).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(app.ledger().await.is_empty());
    assert_eq!(app.deliver(&body).await.status(), 200);
    assert_eq!(app.all_bytes().await, [body.into_bytes()]);
}
