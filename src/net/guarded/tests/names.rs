use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::support::{Answers, guarded, url};

async fn server(answer: ResponseTemplate) -> (MockServer, u16) {
    let server = MockServer::start().await;
    Mock::given(path("/a.jpg"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let port = server.address().port();
    (server, port)
}

async fn calls(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_name_with_a_public_address_is_fetched() {
    let (_server, port) = server(ResponseTemplate::new(200).set_body_bytes(b"jpeg")).await;
    let answers = Answers::new(&[&["127.0.0.1"]]);
    let got = guarded(&answers)
        .fetch(&url(&format!("http://cdn.example.com:{port}/a.jpg")))
        .await
        .unwrap();
    assert_eq!(&*got.bytes, b"jpeg");
}

#[tokio::test]
async fn a_name_with_a_private_address_is_refused() {
    for address in [
        "10.0.0.1",
        "127.0.0.2",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ] {
        let answers = Answers::new(&[&[address]]);
        let error = guarded(&answers)
            .fetch(&url("http://cdn.example.com/a.jpg?key=k"))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "url-not-public", "{address}");
        assert!(error.to_string().starts_with("cdn.example.com: "), "{error}");
        assert!(!error.to_string().contains("key"), "{error}");
        assert!(!error.may_pass());
    }
}

#[tokio::test]
async fn one_private_address_among_public_ones_is_enough_to_refuse() {
    let (server, port) = server(ResponseTemplate::new(200)).await;
    for answer in [
        ["127.0.0.1", "10.0.0.1"],
        ["10.0.0.1", "127.0.0.1"],
        ["127.0.0.1", "fe80::1"],
    ] {
        let answers = Answers::new(&[&answer]);
        let to = url(&format!("http://cdn.example.com:{port}/a.jpg"));
        let error = guarded(&answers).fetch(&to).await.unwrap_err();
        assert_eq!(error.code(), "url-not-public");
    }
    assert_eq!(calls(&server).await, 0);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_what_was_checked_is_connected_to() {
    let (server, port) = server(ResponseTemplate::new(200)).await;
    let answers = Answers::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let client = guarded(&answers);
    let to = url(&format!("http://rebinding.example.com:{port}/a.jpg"));
    client.fetch(&to).await.unwrap();
    assert_eq!(answers.asked(), 1);
    let error = client.fetch(&to).await.unwrap_err();
    assert_eq!(
        error.code(),
        "url-not-public",
        "the name is private now, and no old connection is used"
    );
    assert_eq!((answers.asked(), calls(&server).await), (2, 1));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_at_that_hop() {
    for location in [
        "http://10.0.0.1/a.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706434/",
        "http://localhost/",
        "//192.168.0.1/a.jpg",
        "http://user:secret@example.com/",
        "file:///etc/passwd",
    ] {
        let answer = ResponseTemplate::new(302).insert_header("location", location);
        let (server, port) = server(answer).await;
        let answers = Answers::new(&[&["127.0.0.1"]]);
        let to = url(&format!("http://cdn.example.com:{port}/a.jpg"));
        let error = guarded(&answers).fetch(&to).await.unwrap_err();
        let expected = if location.contains("user") || location.starts_with("file") {
            "url-not-valid"
        } else {
            "url-not-public"
        };
        assert_eq!(error.code(), expected, "{location}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(calls(&server).await, 1);
    }
}

#[tokio::test]
async fn a_redirect_to_a_name_with_a_private_address_is_refused() {
    let answer = ResponseTemplate::new(307).insert_header("location", "http://inside.example.com/a.jpg");
    let (_server, port) = server(answer).await;
    let answers = Answers::new(&[&["127.0.0.1"], &["192.168.0.1"]]);
    let to = url(&format!("http://cdn.example.com:{port}/a.jpg"));
    let error = guarded(&answers).fetch(&to).await.unwrap_err();
    assert_eq!(
        (error.code(), error.host.as_str()),
        ("url-not-public", "inside.example.com")
    );
}

#[tokio::test]
async fn a_name_without_an_address_cannot_be_reached() {
    let answers = Answers::new(&[&[]]);
    let error = guarded(&answers)
        .fetch(&url("http://cdn.example.com/a.jpg"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "url-unreachable");
    assert!(error.may_pass());
}
