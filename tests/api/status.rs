//! What the service says of itself: alive, ready, its metrics, its routes and how accounts stand.

use reqwest::Response;
use serde_json::json;

use crate::app::{OPERATOR, TestApp};
use crate::on_both;
use crate::wire::{comment, problem};

on_both!(
    health_needs_no_key_and_says_little,
    metrics_are_an_operators_and_name_no_account,
    every_metric_that_is_shown_is_explained,
    the_description_has_every_route,
    an_accounts_standing_shows_its_backlog_and_why,
    the_summary_accounts_for_every_delivery_and_event,
);

async fn anonymous(app: &TestApp, path: &str) -> Response {
    app.http.get(format!("{}{path}", app.base)).send().await.unwrap()
}

async fn metrics(app: &TestApp) -> String {
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status, 200);
    answer.body.as_str().unwrap().to_owned()
}

async fn health_needs_no_key_and_says_little(app: TestApp) {
    for path in ["/healthz", "/readyz"] {
        let answer = anonymous(&app, path).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.unwrap(), r#"{"status":"ok"}"#);
    }
}

async fn metrics_are_an_operators_and_name_no_account(app: TestApp) {
    problem(anonymous(&app, "/metrics").await, 401, "missing-key").await;
    let key = app.key("shop", "admin").await;
    assert_eq!(app.get_as(&key, "/metrics").await.body["code"], "forbidden");
    let account = app.connected("metered").await;
    app.deliver(comment(&account, "18000000000000001", "counted"))
        .await;
    app.posting("{}").send().await.unwrap();
    app.process_all().await;
    let page = metrics(&app).await;
    for name in [
        "belino_deliveries_received_total",
        "belino_deliveries_refused_total{reason=\"missing-signature\"}",
        "belino_events_stored_total",
        "belino_ledger_commit_seconds_bucket",
        "belino_graph_calls_total",
    ] {
        assert!(
            page.lines().any(|line| line.starts_with(name)),
            "{name} is not there:\n{page}"
        );
    }
    assert!(!page.contains(&account), "an account is named:\n{page}");
}

async fn every_metric_that_is_shown_is_explained(app: TestApp) {
    let account = app.connected("explained").await;
    app.deliver(comment(&account, "18000000000000001", "counted"))
        .await;
    app.process_all().await;
    let page = metrics(&app).await;
    let kinds: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    assert!(kinds.len() >= 4, "{page}");
    for name in kinds {
        assert!(
            page.contains(&format!("# HELP {name} ")),
            "{name} has no help:\n{page}"
        );
    }
}

async fn the_description_has_every_route(app: TestApp) {
    let described = anonymous(&app, "/openapi.json").await;
    assert_eq!(described.status(), 200);
    let described: serde_json::Value = described.json().await.unwrap();
    for path in [
        "/api/instagram/webhook",
        "/api/events/{id}/retry",
        "/api/deliveries/{id}/body",
        "/api/replays",
        "/api/feed",
        "/metrics",
    ] {
        assert!(described["paths"][path].is_object(), "{path}");
    }
    let page = anonymous(&app, "/docs/").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("connect-src 'self'"), "{policy}");
    assert!(page.text().await.unwrap().contains("swagger"));
    assert_eq!(anonymous(&app, "/docs/nothing.js").await.status(), 404);
}

async fn an_accounts_standing_shows_its_backlog_and_why(app: TestApp) {
    let account = app.connected("bakery").await;
    let standing = app.get("/api/instagram/status").await.body;
    assert_eq!(standing["connected"], true);
    assert_eq!(
        (
            &standing["accounts"][0]["account_id"],
            &standing["accounts"][0]["state"]
        ),
        (&json!(account), &json!("active"))
    );
    let expired = json!({ "what": { "error": { "code": 190, "subcode": 463 } }, "match": { "path": "/18000000000000001" } });
    app.meta.post("faults", expired).await;
    app.deliver(comment(&account, "18000000000000001", "waits")).await;
    app.process_all().await;
    let standing = app.get("/api/instagram/status").await.body;
    let shown = &standing["accounts"][0];
    assert_eq!(shown["backlog"]["parked"], 1, "{standing}");
    assert_eq!(shown["backlog"]["reason"]["code"], "reconnect");
    assert!(!shown["last_event_at"].is_null());
}

async fn the_summary_accounts_for_every_delivery_and_event(app: TestApp) {
    let account = app.connected("bakery").await;
    app.deliver(comment(&account, "18000000000000001", "one")).await;
    app.deliver(comment(&account, "18000000000000001", "one")).await;
    app.deliver(comment("17841499999999999", "18000000000000002", "of nobody"))
        .await;
    app.deliver("not json").await;
    app.posting("{}").send().await.unwrap();
    let before = app.get("/api/summary").await.body;
    assert_eq!(before["deliveries"]["waiting"], 4);
    app.process_all().await;
    let summary = app
        .until("/api/summary", |summary| {
            summary["deliveries"]["quarantined"] == 1
        })
        .await;
    let deliveries = &summary["deliveries"];
    assert_eq!(
        *deliveries,
        json!({ "received": 4, "unpacked": 3, "unreadable": 1, "retired": 0, "waiting": 0, "quarantined": 1, "quarantine_dropped": 0 })
    );
    assert_eq!(summary["events"]["total"], 2);
    assert_eq!(summary["events"]["parked"], 1, "of nobody");
    let key = app.key("shop", "read").await;
    let own = app.get_as(&key, "/api/summary").await.body;
    assert_eq!(
        (&own["events"]["total"], &own["deliveries"]),
        (&json!(1), &json!(null))
    );
    assert_eq!(
        app.get_as(OPERATOR, "/api/summary?workspace=shop").await.body["events"]["total"],
        1
    );
}
