//! Callbacks that are not reached, not Belino's, or changed on the way.

use reqwest::header::LOCATION;
use rstest::rstest;
use serde_json::json;
use wiremock::matchers::{method, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::proxy::{self, Message};
use super::ward::{Report, nobody, served};
use crate::home::{Home, OPERATOR, VERIFY_TOKEN};

/// What leads to no callback at all is told, and nothing beside it.
fn told(home: &Home) -> Vec<String> {
    let report = Report::online(home);
    let of_callback = report
        .findings
        .iter()
        .filter(|finding| finding["check"] == "callback");
    of_callback
        .filter_map(|finding| finding["code"].as_str().map(str::to_owned))
        .collect()
}

/// An installation whose public address is this one.
fn at(address: &str) -> Home {
    let mut home = Home::configured();
    home.set("BELINO_PUBLIC_URL", address);
    home
}

#[test]
fn nobody_there_is_told() {
    let (_taken, nobody) = nobody();
    assert_eq!(told(&at(&nobody)), ["callback-unreachable"]);
    assert_eq!(
        told(&at("https://no-such-host.invalid")),
        ["callback-unreachable"]
    );
}

#[test]
fn what_speaks_no_tls_is_told() {
    let mut home = Home::configured();
    let service = served(&mut home);
    home.set("BELINO_PUBLIC_URL", &service.address.replace("http:", "https:"));
    assert_eq!(told(&home), ["callback-tls"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_told_with_where_it_leads() {
    let server = MockServer::start().await;
    let moved =
        ResponseTemplate::new(301).insert_header(LOCATION, "https://www.example.org/hook?hub.challenge=1");
    Mock::given(method("GET"))
        .respond_with(moved)
        .mount(&server)
        .await;
    let home = at(&server.uri());
    let report = Report::online(&home);
    let what = report.named("callback-redirects")["what"].as_str().unwrap();
    assert!(what.ends_with("leads to https://www.example.org/hook"), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_page_at_the_address_is_told() {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(200).set_body_string("<h1>Welcome to nginx!</h1>");
    Mock::given(method("GET")).respond_with(page).mount(&server).await;
    assert_eq!(told(&at(&server.uri())), ["callback-not-belino"]);
}

fn challenge(request: &Request) -> String {
    let mut query = request.url.query_pairs();
    query
        .find(|(name, _)| name == "hub.challenge")
        .unwrap()
        .1
        .into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_with_something_added_is_told() {
    let server = MockServer::start().await;
    let added =
        |request: &Request| ResponseTemplate::new(200).set_body_string(format!("{}\n", challenge(request)));
    Mock::given(method("GET"))
        .respond_with(added)
        .mount(&server)
        .await;
    assert_eq!(told(&at(&server.uri())), ["callback-answer-changed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn something_that_accepts_everything_is_told() {
    let server = MockServer::start().await;
    let echo = |request: &Request| ResponseTemplate::new(200).set_body_string(challenge(request));
    Mock::given(method("GET")).respond_with(echo).mount(&server).await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    assert_eq!(
        told(&at(&server.uri())),
        ["verify-token-ignored", "forgery-accepted"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn something_that_acknowledges_without_keeping_is_told() {
    let server = MockServer::start().await;
    let echo = |request: &Request| ResponseTemplate::new(200).set_body_string(challenge(request));
    let problem = json!({ "type": "urn:belino:problem:wrong-verify-token", "status": 403 });
    Mock::given(method("GET"))
        .and(query_param("hub.verify_token", VERIFY_TOKEN))
        .respond_with(echo)
        .mount(&server)
        .await;
    let refused = ResponseTemplate::new(403).set_body_json(problem);
    Mock::given(method("GET"))
        .respond_with(refused)
        .with_priority(9)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    assert_eq!(told(&at(&server.uri())), ["forgery-accepted"]);
}

#[test]
fn a_service_that_was_started_with_other_settings_is_told() {
    let mut home = Home::configured();
    let _service = served(&mut home);
    assert!(told(&home).is_empty());
    home.set("INSTAGRAM_APP_SECRET", "added-after-the-service-started");
    assert_eq!(told(&home), ["secret-not-in-service"]);
    home.set("INSTAGRAM_VERIFY_TOKEN", "another-verify-token");
    assert_eq!(told(&home), ["verify-token-refused", "secret-not-in-service"]);
}

fn without_signature((mut head, body): Message) -> Message {
    head.retain(|line| !line.to_lowercase().starts_with("x-hub-signature-256"));
    (head, body)
}

fn written_anew((head, body): Message) -> Message {
    let value = serde_json::from_slice::<serde_json::Value>(&body);
    (head, value.map_or(body, |value| value.to_string().into_bytes()))
}

fn with_line_end((head, mut body): Message) -> Message {
    if !body.is_empty() {
        body.push(b'\n');
    }
    (head, body)
}

fn led_elsewhere((mut head, body): Message) -> Message {
    if !body.is_empty() {
        head[0] = head[0].replace("/api/instagram/webhook", "/nowhere");
    }
    (head, body)
}

#[rstest]
#[case::the_signature_is_dropped("signature-header-lost", without_signature)]
#[case::the_json_is_written_anew("callback-body-changed", written_anew)]
#[case::a_line_end_is_added("callback-body-changed", with_line_end)]
#[case::deliveries_lead_elsewhere("callback-refuses-deliveries", led_elsewhere)]
fn what_a_proxy_does_to_deliveries_is_told(#[case] code: &str, #[case] change: fn(Message) -> Message) {
    let mut home = Home::configured();
    let service = served(&mut home);
    home.set("BELINO_PUBLIC_URL", &proxy::before(&service.address, change));
    assert_eq!(told(&home), [code]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_of_the_doctor_leaves_no_trace() {
    let mut home = Home::configured();
    let service = served(&mut home);
    let report = Report::online(&home);
    let passed = |what: &str| {
        report
            .findings
            .iter()
            .any(|finding| finding["what"] == what && finding["level"] == "passed")
    };
    for what in [
        "the handshake is answered with its challenge",
        "a wrong verify token is refused",
        "a delivery that is signed wrongly is refused",
        "a delivery that the `facebook` secret signs arrives unchanged",
    ] {
        assert!(passed(what), "{what}: {:?}", report.done);
    }
    let summary: serde_json::Value = service.get(OPERATOR, "/api/summary").await.json().await.unwrap();
    assert_eq!(
        (
            &summary["deliveries"]["received"],
            &summary["deliveries"]["quarantined"]
        ),
        (&json!(0), &json!(0))
    );
    let mut database = home.database().await;
    let left: Vec<(String,)> = sqlx::query_as("SELECT name FROM counters WHERE value <> 0")
        .fetch_all(&mut database)
        .await
        .unwrap();
    assert!(left.is_empty(), "{left:?}");
}
