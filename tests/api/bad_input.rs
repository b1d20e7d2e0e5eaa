//! What cannot be asked: each refusal is a problem that names what is wrong, and none is the server's fault.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{OPERATOR, TestApp};
use crate::on_both;
use crate::wire::problem;

on_both!(
    a_wrong_parameter_is_named,
    a_cursor_of_something_else_is_refused_by_its_own_code,
    an_id_that_is_none_is_refused_and_an_unknown_one_is_not_found,
    a_body_that_cannot_be_read_names_the_member,
    a_character_that_no_text_can_hold_is_refused,
    a_body_without_bounds_is_refused,
    an_unknown_path_or_method_is_a_problem,
);

/// Every list, as an operator may ask for it.
const LISTS: [&str; 6] = [
    "/api/events",
    "/api/deliveries",
    "/api/comments",
    "/api/story-insights",
    "/api/mentions",
    "/api/messages",
];

async fn refused(app: &TestApp, method: Method, path: &str, body: &str, status: u16, code: &str) -> Value {
    let request = app.http.request(method, format!("{}{path}", app.base));
    let request = request
        .bearer_auth(OPERATOR)
        .header("content-type", "application/json");
    problem(request.body(body.to_owned()).send().await.unwrap(), status, code).await
}

/// The refusal's detail begins with the parameter's name.
async fn names(app: &TestApp, path: &str, name: &str) {
    let body = refused(app, Method::GET, path, "", 400, "invalid-parameter").await;
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.starts_with(&format!("{name}: ")), "{path}: {detail}");
}

async fn a_wrong_parameter_is_named(app: TestApp) {
    for list in LISTS {
        for limit in ["0", "201", "-1", "many", "", "99999999999999999999"] {
            names(&app, &format!("{list}?limit={limit}"), "limit").await;
        }
        names(&app, &format!("{list}?stat=done"), "stat").await;
        names(&app, &format!("{list}?limit=5&limit=6"), "limit").await;
        names(&app, &format!("{list}?workspace=nobody"), "workspace").await;
    }
    for (query, name) in [
        ("state=lost", "state"),
        ("state=", "state"),
        ("outcome=lost", "outcome"),
        ("since=yesterday", "since"),
        ("until=2026-11-21", "until"),
        ("since=2026-11-21T08:30:00Z&until=2026-11-21T08:30:00Z", "until"),
        ("field=%00", "field"),
        ("account=%00", "account"),
        ("workspace=%00", "workspace"),
    ] {
        names(&app, &format!("/api/events?{query}"), name).await;
    }
    names(&app, "/api/deliveries?state=lost", "state").await;
    names(&app, "/api/feed?limit=0", "limit").await;
    names(&app, "/api/summary?since=2026-11-21T08:30:00Z", "since").await;
    names(&app, "/api/instagram/status?account=1", "account").await;
}

async fn a_cursor_of_something_else_is_refused_by_its_own_code(app: TestApp) {
    for list in LISTS {
        for cursor in ["x", "", "12", "AAAA", "%00"] {
            let path = format!("{list}?after={cursor}");
            let code = if cursor == "%00" {
                "invalid-parameter"
            } else {
                "invalid-cursor"
            };
            let body = refused(&app, Method::GET, &path, "", 400, code).await;
            assert!(body["detail"].as_str().unwrap().starts_with("after: "), "{body}");
        }
    }
    for cursor in ["x", "12", "-1.2", "1.-2", "99999999999999999999.1"] {
        let path = format!("/api/feed?after={cursor}");
        refused(&app, Method::GET, &path, "", 400, "invalid-cursor").await;
    }
    let end = app
        .get("/api/feed?after=9223372036854775807.9223372036854775807")
        .await;
    assert_eq!((end.status.as_u16(), &end.body["data"]), (200, &json!([])));
}

async fn an_id_that_is_none_is_refused_and_an_unknown_one_is_not_found(app: TestApp) {
    let unknown = "01980000-0000-7000-8000-000000000000";
    for (method, path, rest) in [
        (Method::GET, "/api/events/", ""),
        (Method::POST, "/api/events/", "/retry"),
        (Method::GET, "/api/deliveries/", ""),
        (Method::GET, "/api/deliveries/", "/body"),
        (Method::GET, "/api/replays/", ""),
        (Method::DELETE, "/api/keys/", ""),
        (Method::DELETE, "/api/instagram/connections/", ""),
    ] {
        let wrong = format!("{path}0198{rest}");
        let body = refused(&app, method.clone(), &wrong, "", 400, "invalid-parameter").await;
        assert!(
            body["detail"].as_str().unwrap().starts_with("id: "),
            "{wrong}: {body}"
        );
        let body = refused(
            &app,
            method,
            &format!("{path}{unknown}{rest}"),
            "",
            404,
            "not-found",
        )
        .await;
        assert!(body["detail"].as_str().unwrap().contains("no such"), "{body}");
    }
}

async fn a_body_that_cannot_be_read_names_the_member(app: TestApp) {
    for (path, body, part) in [
        ("/api/keys", "", "EOF"),
        ("/api/keys", "{", "EOF"),
        ("/api/keys", "[]", "expected"),
        ("/api/keys", "\u{feff}{}", "expected"),
        ("/api/keys", r#"{"name":"a","scope":"read"}"#, "workspace"),
        (
            "/api/keys",
            r#"{"name":"a","scope":"all","workspace":"w"}"#,
            "all",
        ),
        (
            "/api/keys",
            r#"{"name":"","scope":"read","workspace":"w"}"#,
            "name",
        ),
        (
            "/api/keys",
            r#"{"name":"a","scope":"read","workspace":"w","x":1}"#,
            "`x`",
        ),
        (
            "/api/keys",
            r#"{"name":"a","scope":"operator","workspace":"w"}"#,
            "workspace",
        ),
        ("/api/replays", "{}", "from"),
        ("/api/replays", r#"{"from":"thin-air"}"#, "thin-air"),
        (
            "/api/replays",
            r#"{"from":"events","filter":{"state":"lost"}}"#,
            "lost",
        ),
        (
            "/api/replays",
            r#"{"from":"events","filter":{"sinc":"x"}}"#,
            "sinc",
        ),
        (
            "/api/replays",
            r#"{"from":"events","filter":{"since":"x"}}"#,
            "RFC 3339",
        ),
        (
            "/api/replays",
            r#"{"from":"events","filter":{"account":"1"}}"#,
            "filter.account",
        ),
        (
            "/api/replays",
            r#"{"from":"raw","filter":{"field":"comments"}}"#,
            "filter.field",
        ),
        (
            "/api/replays",
            r#"{"from":"raw","filter":{"state":"dead"}}"#,
            "filter.state",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"tiktok","token":"t","workspace":"w"}"#,
            "tiktok",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"facebook","token":"t","account":"me","workspace":"w"}"#,
            "account",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"facebook","token":"","workspace":"w"}"#,
            "token",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"facebook","token":"t"}"#,
            "workspace",
        ),
    ] {
        let answer = refused(&app, Method::POST, path, body, 400, "invalid-body").await;
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{path} {body}: {detail}");
    }
    assert!(app.list("/api/keys").await.is_empty(), "nothing was made");
}

async fn a_character_that_no_text_can_hold_is_refused(app: TestApp) {
    for (path, body, part) in [
        (
            "/api/replays",
            r#"{"from":"events","dry_run":true,"filter":{"field":"a\u0000b"}}"#,
            "filter.field",
        ),
        (
            "/api/replays",
            r#"{"from":"events","dry_run":true,"filter":{"account":"a\u0000b"}}"#,
            "filter.account",
        ),
        (
            "/api/keys",
            r#"{"name":"a\u0000b","scope":"read","workspace":"w"}"#,
            "name",
        ),
        (
            "/api/keys",
            r#"{"name":"a","scope":"read","workspace":"w\u0000"}"#,
            "workspace",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"facebook","token":"t","account":"1","workspace":"w\u0000"}"#,
            "workspace",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"facebook","token":"t\u0000","account":"1","workspace":"w"}"#,
            "token",
        ),
        (
            "/api/instagram/connections",
            r#"{"login":"facebook","token":"t\nx: y","account":"1","workspace":"w"}"#,
            "token",
        ),
    ] {
        let answer = refused(&app, Method::POST, path, body, 400, "invalid-body").await;
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{path} {body}: {detail}");
    }
}

async fn a_body_without_bounds_is_refused(app: TestApp) {
    let huge = format!(r#"{{"name":"{}"}}"#, "x".repeat(70_000));
    refused(&app, Method::POST, "/api/keys", &huge, 413, "too-large").await;
    let deep = "[".repeat(30_000);
    refused(&app, Method::POST, "/api/replays", &deep, 400, "invalid-body").await;
}

async fn an_unknown_path_or_method_is_a_problem(app: TestApp) {
    for path in ["/", "/nothing", "/api/instagram/nothing", "/api/events/", "/api/"] {
        let answer = refused(&app, Method::GET, path, "", 404, "not-found").await;
        assert!(answer["detail"].as_str().unwrap().contains("no such"), "{path}");
    }
    for (method, path) in [
        (Method::DELETE, "/api/events"),
        (Method::POST, "/api/summary"),
        (Method::PUT, "/healthz"),
        (Method::POST, "/metrics"),
    ] {
        refused(&app, method, path, "", 405, "method-not-allowed").await;
    }
    let anonymous = app
        .http
        .get(format!("{}/nothing", app.base))
        .send()
        .await
        .unwrap();
    problem(anonymous, 404, "not-found").await;
}
