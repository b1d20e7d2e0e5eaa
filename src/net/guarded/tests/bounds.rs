use std::time::Duration;

use flate2::{Compression, write::GzEncoder};
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{any, header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::support::{open, settings, url};
use crate::net::guarded::{GuardSettings, Guarded};

async fn server(answer: ResponseTemplate) -> (MockServer, url::Url) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let to = url(&format!("{}/a.jpg", server.uri()));
    (server, to)
}

/// Answers one request with these bytes, then ends the connection, or keeps it open for ever.
async fn raw(answer: Vec<u8>, keep: bool) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = async move {
        let (mut peer, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(peer.read(&mut request).await.unwrap() > 0);
        peer.write_all(&answer).await.unwrap();
        if keep {
            std::future::pending::<()>().await;
        }
    };
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(serve);
    });
    url(&format!("http://127.0.0.1:{port}/a.jpg"))
}

#[tokio::test]
async fn a_file_comes_with_what_the_host_says_of_it() {
    let answer = ResponseTemplate::new(200).set_body_raw(b"bytes".to_vec(), "image/jpeg");
    let (server, to) = server(answer).await;
    let got = open().fetch(&to).await.unwrap();
    assert_eq!(
        (&*got.bytes, got.content_type.as_deref()),
        (&b"bytes"[..], Some("image/jpeg"))
    );
    let request = &server.received_requests().await.unwrap()[0];
    assert_eq!(request.headers["accept-encoding"], "identity");
    assert!(
        request.headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("belino/")
    );
    assert!(!request.headers.contains_key("cookie") && !request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_private_address_is_reached_only_where_that_is_allowed() {
    let (server, to) = server(ResponseTemplate::new(200)).await;
    let error = Guarded::new(settings()).unwrap().fetch(&to).await.unwrap_err();
    assert_eq!(error.code(), "url-not-public");
    assert!(server.received_requests().await.unwrap().is_empty());
    assert!(open().fetch(&to).await.is_ok());
}

#[tokio::test]
async fn a_file_may_be_as_long_as_the_bound_and_no_longer() {
    let (_server, to) = server(ResponseTemplate::new(200).set_body_bytes(vec![7; 1_000])).await;
    assert_eq!(open().fetch(&to).await.unwrap().bytes.len(), 1_000);
    let error = open().fetch_within(&to, 999).await.unwrap_err();
    assert_eq!(error.code(), "url-too-large");
    assert!(
        error.to_string().contains("more than 999 bytes (it has 1000)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_read_to_the_bound_only() {
    let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    answer.extend([7; 5_000]);
    let error = open().fetch(&raw(answer, true).await).await.unwrap_err();
    assert_eq!(error.code(), "url-too-large");
}

#[tokio::test]
async fn a_packed_body_is_neither_unpacked_nor_taken() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 1_000_000]).unwrap();
    let answer = ResponseTemplate::new(200)
        .insert_header("content-encoding", "gzip")
        .set_body_bytes(packed.finish().unwrap());
    let (_server, to) = server(answer).await;
    assert_eq!(
        open().fetch_within(&to, 1 << 20).await.unwrap_err().code(),
        "url-packed"
    );
}

#[tokio::test]
async fn an_answer_that_never_ends_is_too_slow() {
    let settings = GuardSettings {
        timeout_total: Duration::from_millis(200),
        allow_private: true,
        ..settings()
    };
    let slow = raw(
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".to_vec(),
        true,
    )
    .await;
    let error = Guarded::new(settings).unwrap().fetch(&slow).await.unwrap_err();
    assert_eq!(error.code(), "url-too-slow");
    assert!(error.to_string().contains("within 0.2 s"), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_no_whole_file() {
    let cut = raw(
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".to_vec(),
        false,
    )
    .await;
    let error = open().fetch(&cut).await.unwrap_err();
    assert_eq!(error.code(), "url-unreachable");
    assert!(error.may_pass());
}

#[tokio::test]
async fn a_host_without_tls_is_told_from_one_that_is_down() {
    let plain = raw(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), false).await;
    let port = plain.port().unwrap();
    let error = open()
        .fetch(&url(&format!("https://127.0.0.1:{port}/")))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "url-tls", "{error:?}");
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = open()
        .fetch(&url(&format!("http://{closed}/")))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "url-unreachable");
}

#[tokio::test]
async fn redirects_are_followed_three_times() {
    let server = MockServer::start().await;
    for (from, to) in [("/0", "/1"), ("/1", "/2"), ("/2", "/3"), ("/3", "/4")] {
        let answer = ResponseTemplate::new(302).insert_header("location", to);
        Mock::given(path(from)).respond_with(answer).mount(&server).await;
    }
    Mock::given(path("/4"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let got = open().fetch(&url(&format!("{}/1", server.uri()))).await.unwrap();
    assert_eq!(got.final_url.path(), "/4");
    let error = open()
        .fetch(&url(&format!("{}/0", server.uri())))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "url-redirects");
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_a_fault() {
    for answer in [
        ResponseTemplate::new(302),
        ResponseTemplate::new(302).insert_header("location", "http://["),
        ResponseTemplate::new(304),
    ] {
        let (_server, to) = server(answer).await;
        assert_eq!(open().fetch(&to).await.unwrap_err().code(), "url-redirects");
    }
}

#[tokio::test]
async fn answers_without_a_file_have_their_codes() {
    for (status, code, may_pass) in [
        (404, "url-not-found", false),
        (410, "url-not-found", false),
        (401, "url-needs-login", false),
        (403, "url-needs-login", false),
        (429, "url-unreachable", true),
        (503, "url-unreachable", true),
        (400, "url-unreachable", false),
        (204, "url-unreachable", false),
        (206, "url-unreachable", false),
    ] {
        let (_server, to) = server(ResponseTemplate::new(status)).await;
        let error = open().fetch(&to).await.unwrap_err();
        assert_eq!((error.code(), error.may_pass()), (code, may_pass), "{status}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn the_beginning_of_a_file_is_asked_for_as_a_range() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(206)
        .insert_header("content-range", "bytes 0-3/5000")
        .set_body_bytes(b"begi");
    Mock::given(header("range", "bytes=0-3"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let got = open().probe(&url(&server.uri()), 4).await.unwrap();
    assert_eq!((&*got.bytes, got.total), (&b"begi"[..], Some(5_000)));
}

#[tokio::test]
async fn a_host_that_knows_no_ranges_is_read_as_far_as_needed() {
    let (_server, to) = server(ResponseTemplate::new(200).set_body_bytes(vec![7; 9_000])).await;
    let got = open().probe(&to, 4).await.unwrap();
    assert_eq!((got.bytes.len(), got.total), (4, Some(9_000)));
    let got = open().probe(&to, 10_000).await.unwrap();
    assert_eq!((got.bytes.len(), got.total), (9_000, Some(9_000)));
}

#[tokio::test]
async fn an_empty_file_has_an_empty_beginning() {
    let (_server, to) = server(ResponseTemplate::new(416)).await;
    let got = open().probe(&to, 4).await.unwrap();
    assert_eq!((got.bytes.len(), got.total), (0, Some(0)));
}
