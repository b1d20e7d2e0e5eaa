use clap::Parser;
use wiremock::matchers::{body_bytes, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::fresh::Fresh;
use super::run;
use crate::cli::{Arguments, Command, Failure};
use crate::config::{Config, Purpose, Settings};
use crate::domain::{AppSecret, Timestamp};
use crate::webhook::signature;

const BODY: &str = include_str!("../../../fixtures/webhooks/comments-escapes.json");

fn config(secret: Option<&str>) -> Config {
    let mut settings = Settings::default();
    settings.set("INSTAGRAM_APP_SECRET", secret.unwrap_or_default(), "test");
    Config::of(settings, Purpose::Command).unwrap()
}

async fn replay(arguments: &[&str], config: &Config) -> Result<(), Failure> {
    let typed = ["belino", "replay"].iter().chain(arguments);
    let Command::Replay(options) = Arguments::try_parse_from(typed).unwrap().command else {
        panic!("typed as a replay");
    };
    run(options, config).await
}

async fn server(status: u16) -> MockServer {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(status);
    Mock::given(method("POST"))
        .and(path("/hook"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn a_file_is_posted_byte_for_byte_under_its_signature() {
    let folder = tempfile::tempdir().unwrap();
    let path_of_file = file(&folder, "comment.json", BODY);
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(body_bytes(BODY.as_bytes()))
        .and(header("content-type", "application/json"))
        .and(header(
            "x-hub-signature-256",
            &*signature::sign(&AppSecret::new("s3"), BODY.as_bytes()),
        ))
        .respond_with(ResponseTemplate::new(200))
        .expect(3)
        .mount(&server)
        .await;
    let arguments = [
        &*path_of_file,
        "--to",
        &server.uri(),
        "--times",
        "3",
        "--concurrency",
        "2",
    ];
    replay(&arguments, &config(Some("s3"))).await.unwrap();
}

#[tokio::test]
async fn one_copy_that_is_not_accepted_fails_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "comment.json", BODY);
    let server = server(503).await;
    let to = format!("{}/hook", server.uri());
    let failure = replay(&[&path, "--to", &to, "--secret", "x"], &config(None))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.exit_code(), &*failure.to_string()),
        (1, "1 of 1 not accepted")
    );
}

#[tokio::test]
async fn a_service_that_is_not_there_fails_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "comment.json", BODY);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/hook", listener.local_addr().unwrap());
    drop(listener);
    let failure = replay(&[&path, "--to", &to, "--secret", "x"], &config(None))
        .await
        .unwrap_err();
    assert_eq!(failure.exit_code(), 1);
}

#[tokio::test]
async fn a_folder_gives_its_bodies_but_not_their_expectations() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.json", "a.expect.json", "b.txt", "notes.md"] {
        file(&folder, name, BODY);
    }
    let server = server(200).await;
    let to = format!("{}/hook", server.uri());
    let path = folder.path().display().to_string();
    replay(&[&path, "--to", &to], &config(Some("s"))).await.unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn without_a_secret_the_command_was_asked_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "comment.json", BODY);
    let failure = replay(&[&path], &config(None)).await.unwrap_err();
    assert_eq!(failure.exit_code(), 64);
}

fn fresh(copy: usize) -> Fresh {
    Fresh::new("a.json", copy, 7, Timestamp::from_micros(1_790_000_000_123_456))
}

fn rewritten(body: &str) -> String {
    String::from_utf8(fresh(1).rewrite(body.as_bytes())).unwrap()
}

#[test]
fn a_fresh_copy_has_other_object_ids_and_all_else_byte_for_byte() {
    let copy = rewritten(BODY);
    assert_eq!(copy.len(), BODY.len());
    assert_ne!(copy, BODY);
    let blank = |text: &str| {
        text.chars()
            .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
            .collect::<String>()
    };
    assert_eq!(blank(&copy), blank(BODY));
}

#[test]
fn whose_event_it_is_stays() {
    let body = r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"messaging":[{"sender":{"id":"900000000000000001"},"recipient":{"id":"17841400000000001"},"timestamp":1760000000001}],"changes":[{"value":{"from":{"id":"900000000000000002"},"media":{"id":"17841400000000001"}}}]}]}"#;
    let expected = body
        .replace("1760000000001", "1790000000123")
        .replace("1760000000", "1790000000");
    assert_eq!(rewritten(body), expected);
}

#[test]
fn an_id_that_stands_twice_stays_one_id_and_numbers_stay_numbers() {
    let copy =
        rewritten(r#"{"id":18000000000000001,"parent_id":"18000000000000001","text":"18000000000000001"}"#);
    let value: serde_json::Value = serde_json::from_str(&copy).unwrap();
    assert_eq!(value["id"].to_string(), value["parent_id"].as_str().unwrap());
    assert_ne!(value["id"].to_string(), "18000000000000001");
    assert!(value["id"].to_string().starts_with("18"));
    assert_eq!(value["text"], "18000000000000001");
}

#[test]
fn a_message_id_changes_in_its_tail_and_keeps_its_escapes() {
    let copy = rewritten(r#"{"mid":"aWdfZAG1faXRlbToxOk\/lHTWVzc2FnZAUlEOjE3ODQx=="}"#);
    assert!(
        copy.starts_with(r#"{"mid":"aWdfZAG1faXRlbToxOk\/"#) && copy.ends_with(r#"=="}"#),
        "{copy}"
    );
    assert!(!copy.contains("OjE3ODQx"), "{copy}");
}

#[test]
fn two_copies_share_no_id() {
    let body = r#"{"id":"18000000000000001"}"#.as_bytes();
    assert_ne!(fresh(1).rewrite(body), fresh(2).rewrite(body));
    let other_file = Fresh::new("b.json", 1, 7, Timestamp::from_micros(0));
    assert_ne!(fresh(1).rewrite(body), other_file.rewrite(body));
}

#[test]
fn the_dashboards_short_ids_and_a_time_as_text_stay() {
    for body in [
        r#"{"id":"0"}"#,
        r#"{"id":"123456"}"#,
        r#"{"timestamp":"2026-01-01T00:00:00+0000"}"#,
    ] {
        assert_eq!(rewritten(body), body);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_come_through_as_long_as_they_were(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        proptest::prop_assert_eq!(fresh(1).rewrite(&body).len(), body.len());
    }

    #[test]
    fn any_text_of_json_letters_comes_through(body in r#"[\[\]{}",:\\0-9 id]{0,80}"#) {
        proptest::prop_assert_eq!(fresh(1).rewrite(body.as_bytes()).len(), body.len());
    }
}
