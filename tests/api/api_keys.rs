//! Keys: what each scope may do, what each workspace sees, and that a revoked key is worth nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{OPERATOR, TestApp};
use crate::on_both;
use crate::wire::{comment, problem};

on_both!(
    each_route_asks_for_its_scope,
    without_a_good_key_nothing_is_told,
    a_workspace_sees_nothing_of_anothers,
    an_operator_sees_everything_or_the_workspace_that_is_named,
    a_summary_tells_a_workspace_nothing_of_anothers,
    a_revoked_key_is_refused_at_once,
    a_key_is_shown_once_and_listed_without_its_text,
);

const UNKNOWN: &str = "01980000-0000-7000-8000-000000000000";
const SCOPES: [&str; 4] = ["read", "write", "admin", "operator"];

/// Each class of routes: a request that a caller with the scope gets past the door with, and the least scope.
fn routes() -> Vec<(Method, String, Value, &'static str)> {
    let get = |path: &str, scope| (Method::GET, path.to_owned(), Value::Null, scope);
    let mut routes: Vec<_> = [
        "events",
        "comments",
        "story-insights",
        "mentions",
        "messages",
        "feed",
        "summary",
        "instagram/status",
        "instagram/connections",
        "instagram/accounts",
        "instagram/account",
        "instagram/media",
    ]
    .map(|path| get(&format!("/api/{path}"), "read"))
    .into();
    routes.push(get(&format!("/api/events/{UNKNOWN}"), "read"));
    routes.push(get(&format!("/api/replays/{UNKNOWN}"), "read"));
    routes.push((
        Method::POST,
        format!("/api/events/{UNKNOWN}/retry"),
        Value::Null,
        "write",
    ));
    let replay = json!({ "from": "events", "dry_run": true });
    routes.push((Method::POST, "/api/replays".to_owned(), replay, "write"));
    let connection = json!({ "login": "facebook", "token": "none", "account": "1", "page_id": "1" });
    routes.push((
        Method::POST,
        "/api/instagram/connections".to_owned(),
        connection,
        "admin",
    ));
    let removed = format!("/api/instagram/connections/{UNKNOWN}");
    routes.push((Method::DELETE, removed, Value::Null, "admin"));
    let disconnected = "/api/instagram/accounts/1/connection".to_owned();
    routes.push((Method::DELETE, disconnected, Value::Null, "admin"));
    for path in [
        "/api/deliveries".to_owned(),
        format!("/api/deliveries/{UNKNOWN}"),
        format!("/api/deliveries/{UNKNOWN}/body"),
        "/metrics".to_owned(),
        "/api/keys".to_owned(),
    ] {
        routes.push(get(&path, "operator"));
    }
    let raw = json!({ "from": "raw", "dry_run": true });
    routes.push((Method::POST, "/api/replays".to_owned(), raw, "operator"));
    let key = json!({ "name": "more", "scope": "admin", "workspace": "shop" });
    routes.push((Method::POST, "/api/keys".to_owned(), key, "operator"));
    routes.push((
        Method::DELETE,
        format!("/api/keys/{UNKNOWN}"),
        Value::Null,
        "operator",
    ));
    routes
}

fn rank(scope: &str) -> usize {
    SCOPES.iter().position(|known| *known == scope).unwrap()
}

async fn each_route_asks_for_its_scope(app: TestApp) {
    let mut keys = vec![OPERATOR.to_owned()];
    for scope in ["admin", "write", "read"] {
        keys.insert(0, app.key("shop", scope).await);
    }
    for (method, path, body, least) in routes() {
        for (key, scope) in keys.iter().zip(SCOPES) {
            let request = app
                .http
                .request(method.clone(), format!("{}{path}", app.base))
                .bearer_auth(key);
            let request = if body.is_null() {
                request
            } else {
                request.json(&body)
            };
            let answer = request.send().await.unwrap();
            let (status, permitted) = (answer.status().as_u16(), rank(scope) >= rank(least));
            assert!(status < 500 || status == 503, "{method} {path}: {status}");
            assert_eq!(status != 403, permitted, "{method} {path} as {scope}: {status}");
            if !permitted {
                problem(answer, 403, "forbidden").await;
            }
        }
    }
}

async fn without_a_good_key_nothing_is_told(app: TestApp) {
    let good = app.key("shop", "read").await;
    let other_end = format!("{}x", &good[..good.len() - 1]);
    let never_made = format!("bel_00000000_{}", "x".repeat(43));
    for (method, path, _, _) in routes() {
        let ask = || app.http.request(method.clone(), format!("{}{path}", app.base));
        problem(ask().send().await.unwrap(), 401, "missing-key").await;
        let basic = ask().header("authorization", "Basic YTpi");
        problem(basic.send().await.unwrap(), 401, "missing-key").await;
        let query = format!("{}{path}?key={good}", app.base);
        let by_query = app.http.request(method.clone(), query);
        problem(by_query.send().await.unwrap(), 401, "missing-key").await;
        let twice = ask().bearer_auth(&good).bearer_auth(&good);
        problem(twice.send().await.unwrap(), 401, "bad-key").await;
    }
    let long = "x".repeat(5_000);
    for key in [
        "x",
        other_end.as_str(),
        never_made.as_str(),
        "bel_",
        long.as_str(),
    ] {
        let answer = app
            .http
            .get(format!("{}/api/events", app.base))
            .bearer_auth(key)
            .send();
        let answer = answer.await.unwrap();
        assert!(
            answer.headers()["www-authenticate"]
                .to_str()
                .unwrap()
                .starts_with("Bearer")
        );
        problem(answer, 401, "bad-key").await;
    }
}

async fn a_workspace_sees_nothing_of_anothers(app: TestApp) {
    let (shop, rival) = (app.tenant("shop").await, app.tenant("rival").await);
    app.deliver(comment(&shop.account, "18000000000000001", "of the shop"))
        .await;
    app.process_all().await;
    let event = app.list("/api/events").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for list in [
        "events",
        "comments",
        "feed",
        "story-insights",
        "mentions",
        "messages",
    ] {
        for query in [String::new(), format!("?account={}", shop.account)] {
            let rows = app.list_as(&rival.key, &format!("/api/{list}{query}")).await;
            // Its feed tells of its own account.
            let foreign = rows
                .iter()
                .filter(|row| row["account_id"] != rival.account)
                .count();
            assert!(
                foreign == 0 && (rows.is_empty() || list == "feed"),
                "{list}{query}: {rows:?}"
            );
        }
    }
    assert_eq!(app.list_as(&shop.key, "/api/comments").await.len(), 1);
    let path = format!("/api/events/{event}");
    assert_eq!(app.get_as(&shop.key, &path).await.status, 200);
    assert_eq!(app.get_as(&rival.key, &path).await.body["code"], "not-found");
    let retried = app
        .post_as(&rival.key, &format!("{path}/retry"), Value::Null)
        .await;
    assert_eq!(retried.body["code"], "not-found");
    let summary = app.get_as(&rival.key, "/api/summary").await.body;
    assert_eq!(summary["events"]["total"], 0);
    let named = app.get_as(&rival.key, "/api/events?workspace=shop").await;
    let unheard_of = app.get_as(&rival.key, "/api/events?workspace=nobody").await;
    assert_eq!((named.status.as_u16(), &named.body), (403, &unheard_of.body));
    let status = app.get_as(&rival.key, "/api/instagram/status").await.body;
    assert!(!status.to_string().contains(&shop.account), "{status}");
    replays_and_connections_are_apart(&app, &shop, &rival).await;
}

async fn replays_and_connections_are_apart(
    app: &TestApp,
    shop: &crate::tenants::Tenant,
    rival: &crate::tenants::Tenant,
) {
    let all = json!({ "from": "events", "dry_run": true });
    let estimate = app.post_as(&rival.key, "/api/replays", all).await.body;
    assert_eq!(estimate["matched"], 0);
    let replay = app
        .post_as(
            &shop.key,
            "/api/replays",
            json!({ "from": "events", "filter": {} }),
        )
        .await
        .body;
    let path = format!("/api/replays/{}", replay["id"].as_str().unwrap());
    assert_eq!(app.get_as(&shop.key, &path).await.status, 200);
    assert_eq!(app.get_as(&rival.key, &path).await.body["code"], "not-found");
    let connection = app.list_as(&shop.key, "/api/instagram/connections").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/instagram/connections/{connection}");
    assert_eq!(app.delete_as(&rival.key, &path).await.body["code"], "not-found");
    assert_eq!(
        app.list_as(&shop.key, "/api/instagram/connections").await.len(),
        1
    );
    app.process_all().await;
}

async fn an_operator_sees_everything_or_the_workspace_that_is_named(app: TestApp) {
    let (shop, rival) = (app.tenant("shop").await, app.tenant("rival").await);
    app.deliver(comment(&shop.account, "18000000000000001", "of the shop"))
        .await;
    app.deliver(comment(&rival.account, "18000000000000002", "of the rival"))
        .await;
    app.deliver(comment("17841499999999999", "18000000000000003", "of nobody"))
        .await;
    app.process_all().await;
    assert_eq!(app.list("/api/events").await.len(), 3);
    assert_eq!(app.list("/api/deliveries").await.len(), 3);
    for (workspace, account) in [("shop", &shop.account), ("rival", &rival.account)] {
        let events = app.list(&format!("/api/events?workspace={workspace}")).await;
        let accounts: Vec<_> = events
            .iter()
            .map(|event| event["account_id"].as_str().unwrap())
            .collect();
        assert_eq!(accounts, [account]);
    }
    let nobody = app.get("/api/events?workspace=nobody").await;
    assert_eq!(nobody.body["code"], "invalid-parameter");
}

async fn a_summary_tells_a_workspace_nothing_of_anothers(app: TestApp) {
    let (shop, rival) = (app.tenant("shop").await, app.tenant("rival").await);
    let media = app.meta.post("media", json!({ "account": shop.account })).await;
    let wanted = json!({ "account": shop.account, "media_id": media["id"], "count": 3 });
    app.meta.post("comments", wanted).await;
    let idle = app.get_as(&rival.key, "/api/summary").await.body;
    app.take_in().await;
    assert_eq!(
        app.get_as(&rival.key, "/api/summary").await.body,
        idle,
        "whatever others do"
    );
    let own = app.get_as(&shop.key, "/api/summary").await.body;
    assert_eq!(own["events"]["done"], 3);
    let ratio = own["calls"]["per_thousand_events"].as_f64().unwrap();
    assert!(ratio > 0.0 && ratio < 1_400.0, "{ratio}");
    assert_eq!(
        (
            &own["deliveries"],
            &own["calls"]["made"],
            &own["lag"]["oldest_due_seconds"]
        ),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let named = app.get("/api/summary?workspace=shop").await.body;
    assert_eq!(named, own, "an operator who names a workspace sees what it sees");
    let whole = app.get("/api/summary").await.body;
    assert_eq!(whole["deliveries"]["waiting"], 0);
    assert!(whole["calls"]["made"].as_i64().unwrap() > 0);
}

async fn a_revoked_key_is_refused_at_once(app: TestApp) {
    let (kept, revoked) = (app.key("shop", "read").await, app.key("shop", "write").await);
    // Twice: what was looked up is remembered.
    for _ in 0..2 {
        assert_eq!(app.get_as(&revoked, "/api/events").await.status, 200);
    }
    let keys = app.list("/api/keys").await;
    let row = keys.iter().find(|row| row["scope"] == "write").unwrap();
    let path = format!("/api/keys/{}", row["id"].as_str().unwrap());
    assert_eq!(app.delete_as(OPERATOR, &path).await.status, 204);
    assert_eq!(app.get_as(&revoked, "/api/events").await.body["code"], "bad-key");
    assert_eq!(app.get_as(&kept, "/api/events").await.status, 200);
    assert_eq!(
        app.delete_as(OPERATOR, &path).await.status,
        204,
        "again changes nothing"
    );
    let keys = app.list("/api/keys").await;
    let revoked: Vec<_> = keys.iter().filter(|row| !row["revoked_at"].is_null()).collect();
    assert_eq!((keys.len(), revoked.len()), (2, 1));
}

async fn a_key_is_shown_once_and_listed_without_its_text(app: TestApp) {
    let wanted = json!({ "workspace": "shop", "name": "the till", "scope": "read" });
    let made = app.post("/api/keys", wanted).await.body;
    let text = made["key"].as_str().unwrap();
    assert!(text.starts_with(made["prefix"].as_str().unwrap()));
    let listed = app.get("/api/keys").await.body;
    assert_eq!(listed["data"][0]["name"], "the till");
    assert!(!listed.to_string().contains(text), "{listed}");
    let operator = app
        .post("/api/keys", json!({ "name": "second", "scope": "operator" }))
        .await
        .body;
    let operator = operator["key"].as_str().unwrap();
    assert_eq!(app.list_as(operator, "/api/keys").await.len(), 2);
}
