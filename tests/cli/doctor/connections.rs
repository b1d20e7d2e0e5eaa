//! Apps that Meta does not know, connections that do not work, and work that is left undone.

use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::ward::{
    ACCOUNT, IN_THE_BOX, INSTAGRAM_SECRET, Report, connect, connect_by_instagram, served, with_sandbox,
};
use crate::home::{Home, OPERATOR, SECRET};

async fn change(home: &Home, statement: &'static str) {
    let mut database = home.database().await;
    sqlx::query(statement).execute(&mut database).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_that_is_well_passes() {
    let (mut home, sandbox) = with_sandbox();
    connect(&home, &sandbox).await;
    let _service = served(&mut home);
    home.good(&["subscriptions", "sync"]);
    let report = Report::online(&home);
    assert_eq!(report.code, 0, "{:?}", report.done);
    assert_eq!(
        report.codes().into_iter().collect::<Vec<_>>(),
        IN_THE_BOX,
        "{:?}",
        report.done
    );
    for secret in [SECRET, INSTAGRAM_SECRET, OPERATOR] {
        assert!(!report.done.out.contains(secret));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_meta_does_not_know_is_told_and_one_in_the_others_place() {
    let (mut home, _sandbox) = with_sandbox();
    let online = |home: &Home| Report::online(home);
    assert!(
        online(&home)
            .findings
            .iter()
            .any(|finding| finding["what"] == "Meta knows the Facebook app 900100000000001 with its secret")
    );
    home.set("FACEBOOK_APP_SECRET", "the-secret-of-nobody");
    let report = online(&home);
    report.named("app-refused");
    assert!(!report.done.out.contains("the-secret-of-nobody"));
    home.set("FACEBOOK_APP_SECRET", INSTAGRAM_SECRET);
    home.set("INSTAGRAM_APP_SECRET", SECRET);
    online(&home).named("app-secrets-swapped");
    home.set("BELINO_FACEBOOK_GRAPH_URL", "http://127.0.0.1:1");
    online(&home).named("graph-unreachable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_wrong_is_told() {
    let server = MockServer::start().await;
    let dated = ResponseTemplate::new(404).insert_header("date", "Mon, 23 Nov 2020 10:00:00 GMT");
    Mock::given(method("GET"))
        .respond_with(dated)
        .mount(&server)
        .await;
    let mut home = Home::configured();
    home.set("BELINO_FACEBOOK_GRAPH_URL", &server.uri());
    let report = Report::online(&home);
    let what = report.named("clock-beside-meta")["what"].as_str().unwrap();
    assert!(what.contains(" s ahead of Meta's"), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_do_not_work_are_told() {
    let (home, sandbox) = with_sandbox();
    home.good(&["migrate"]);
    Report::offline(&home).named("no-connections");
    connect(&home, &sandbox).await;
    let fault = json!({ "what": { "error": { "code": 190, "subcode": 460 } }, "times": 9 });
    sandbox.post("/sandbox/faults", fault).await;
    let report = Report::online(&home);
    assert!(
        report.named("token-refused")["what"]
            .as_str()
            .unwrap()
            .contains(ACCOUNT)
    );
    sandbox.delete("/sandbox/faults").await;
    for (statement, code) in [
        (
            "UPDATE connections SET scopes = 'instagram_basic'",
            "scopes-missing",
        ),
        (
            "UPDATE connections SET data_access_expires_at = 1",
            "data-access-ended",
        ),
        (
            "UPDATE connections SET data_access_expires_at = (strftime('%s', 'now') + 86400) * 1000000",
            "data-access-ending",
        ),
        (
            "UPDATE connections SET renew_tries = 3, renew_error = 'no answer'",
            "token-not-renewed",
        ),
        ("UPDATE connections SET expires_at = 1", "token-expired"),
        (
            "UPDATE connections SET expires_at = (strftime('%s', 'now') + 86400) * 1000000",
            "token-expiring",
        ),
        (
            "UPDATE connections SET state = 'needs_reconnect', state_reason = 'reconnect'",
            "connection-needs-reconnect",
        ),
        (
            "UPDATE connections SET state = 'missing_scopes', state_reason = 'scope:instagram_basic'",
            "connection-lacks-scope",
        ),
    ] {
        change(&home, statement).await;
        Report::offline(&home).named(code);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_undone_is_told() {
    let home = Home::configured();
    let service = Home::start(home.belino(&["serve"]));
    let body = json!({ "object": "instagram", "entry": [{ "id": ACCOUNT, "time": 1, "changes": [
        { "field": "comments", "value": { "id": "1", "text": "hello" } }
    ] }] });
    for body in [body.to_string().as_str(), "no JSON"] {
        assert_eq!(service.deliver(body).await.status(), 200);
    }
    service
        .until("/api/summary", |_, text| {
            text.contains("\"waiting\":0,\"retired\":0,\"quarantined\"")
        })
        .await;
    let report = Report::offline(&home);
    for code in ["events-parked", "deliveries-unreadable"] {
        report.named(code);
    }
    drop(service);
    let receiver = Home::start(home.belino(&["serve", "--role", "receive"]));
    assert_eq!(receiver.deliver("{}").await.status(), 200);
    change(&home, "UPDATE deliveries SET received_at = 1").await;
    change(&home, "UPDATE event_counts SET dead = 3").await;
    let report = Report::offline(&home);
    for code in ["deliveries-unread", "events-dead"] {
        report.named(code);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_not_subscribed_is_told_and_the_fields_that_are_missing() {
    let (home, sandbox) = with_sandbox();
    let token = connect_by_instagram(&home, &sandbox).await;
    let codes = |report: &Report| {
        report.codes().contains("not-subscribed") || report.codes().contains("fields-not-subscribed")
    };
    let client = belino::net::client(&belino::net::Settings::default()).unwrap();
    let edge = format!(
        "{}/graph.instagram.com/v25.0/{ACCOUNT}/subscribed_apps",
        sandbox.address
    );
    let wanted = belino::domain::Login::Instagram.subscribed_fields().join(",");
    let subscribe = async |fields: &str| {
        let request = client
            .post(&edge)
            .query(&[("subscribed_fields", fields)])
            .bearer_auth(&token);
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    subscribe(&wanted).await;
    let report = Report::online(&home);
    assert!(!codes(&report), "{:?}", report.done);
    subscribe("messages").await;
    let report = Report::online(&home);
    assert!(
        report.named("fields-not-subscribed")["what"]
            .as_str()
            .unwrap()
            .contains("comments")
    );
    assert_eq!(
        client
            .delete(&edge)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    Report::online(&home).named("not-subscribed");
}
