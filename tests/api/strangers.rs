//! Every route of the description, asked by somebody with a key of another workspace.

use std::collections::BTreeSet;
use std::time::Duration;

use image::ImageFormat;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, OPERATOR, TestApp};
use crate::on_both;
use crate::posts::picture;

on_both!(no_route_tells_or_does_a_stranger_anything);

/// What a stranger gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// Nobody needs a key.
    Open,
    /// Only an operator may ask.
    Operators,
    /// What is the stranger's own, and no trace of the others; an operator who names their workspace sees traces.
    Own,
    /// The same, of what has no traces: a number, a dialog, nothing.
    Traceless,
    /// The same as of what there is nowhere.
    Absent,
    /// The account belongs to somebody.
    Taken,
    /// The account is as good as none.
    Foreign,
    /// What is sent is no file, for anybody: its cases are in `posts/uploads.rs`.
    NoFile,
    /// Does not end: its cases are in `stream.rs`.
    Endless,
}

use Met::{Absent, Endless, Foreign, NoFile, Open, Operators, Own, Taken, Traceless};

/// Every route there is, and the kind of id that stands in its path.
const ROUTES: &[(&str, &str, &str, Met)] = &[
    ("GET", "/api/comments", "", Own),
    ("GET", "/api/deliveries", "", Operators),
    ("GET", "/api/deliveries/{id}", "delivery", Operators),
    ("GET", "/api/deliveries/{id}/body", "delivery", Operators),
    ("GET", "/api/events", "", Own),
    ("GET", "/api/events/{id}", "event", Absent),
    ("POST", "/api/events/{id}/retry", "event", Absent),
    ("GET", "/api/feed", "", Own),
    ("GET", "/api/feed/stream", "", Endless),
    ("GET", "/api/instagram/account", "", Own),
    ("GET", "/api/instagram/accounts", "", Own),
    (
        "DELETE",
        "/api/instagram/accounts/{id}/connection",
        "account",
        Absent,
    ),
    ("POST", "/api/instagram/accounts/{id}/verify", "account", Absent),
    ("GET", "/api/instagram/authorize", "", Traceless),
    ("GET", "/api/instagram/callback", "", Open),
    ("GET", "/api/instagram/connect-sessions/{id}", "session", Absent),
    (
        "POST",
        "/api/instagram/connect-sessions/{id}/choose",
        "session",
        Absent,
    ),
    ("GET", "/api/instagram/connections", "", Own),
    ("POST", "/api/instagram/connections", "", Taken),
    ("DELETE", "/api/instagram/connections/{id}", "connection", Absent),
    ("POST", "/api/instagram/data-deletion", "", Open),
    ("GET", "/api/instagram/data-deletion/{code}", "", Open),
    ("POST", "/api/instagram/deauthorize", "", Open),
    ("GET", "/api/instagram/media", "", Traceless),
    ("GET", "/api/instagram/media-uploads", "", Own),
    ("POST", "/api/instagram/media-uploads", "", NoFile),
    ("GET", "/api/instagram/media-uploads/{id}", "upload", Absent),
    ("DELETE", "/api/instagram/media-uploads/{id}", "upload", Absent),
    ("GET", "/api/instagram/posts", "", Own),
    ("POST", "/api/instagram/posts", "", Foreign),
    ("GET", "/api/instagram/posts/{id}", "post", Absent),
    ("PATCH", "/api/instagram/posts/{id}", "post", Absent),
    ("POST", "/api/instagram/posts/{id}/cancel", "post", Absent),
    ("POST", "/api/instagram/posts/{id}/publish", "post", Absent),
    ("POST", "/api/instagram/posts/{id}/resolve", "post", Absent),
    ("GET", "/api/instagram/profile", "", Own),
    ("GET", "/api/instagram/status", "", Own),
    ("GET", "/api/instagram/webhook", "", Open),
    ("POST", "/api/instagram/webhook", "", Open),
    ("GET", "/api/keys", "", Operators),
    ("POST", "/api/keys", "", Operators),
    ("DELETE", "/api/keys/{id}", "key", Operators),
    ("GET", "/api/mentions", "", Own),
    ("GET", "/api/messages", "", Own),
    ("POST", "/api/replays", "", Traceless),
    ("GET", "/api/replays/{id}", "replay", Absent),
    ("GET", "/api/story-insights", "", Own),
    ("GET", "/api/summary", "", Traceless),
    ("GET", "/healthz", "", Open),
    ("GET", "/media-files/{name}", "", Open),
    ("HEAD", "/media-files/{name}", "", Open),
    ("GET", "/metrics", "", Operators),
    ("GET", "/readyz", "", Open),
];

/// Routes that take `?account=`: another's account is as good as none.
const BY_ACCOUNT: [&str; 10] = [
    "/api/comments",
    "/api/events",
    "/api/feed",
    "/api/instagram/account",
    "/api/instagram/media",
    "/api/instagram/posts",
    "/api/instagram/profile",
    "/api/mentions",
    "/api/messages",
    "/api/story-insights",
];

/// What somebody has, and what it is known by.
struct Shop {
    account: Value,
    ids: Value,
    traces: Vec<String>,
}

impl Shop {
    /// A workspace with something of every kind.
    async fn of(app: &TestApp) -> Self {
        let account = app.shop("bakery", &["facebook"]).await;
        let id = &account["id"];
        let media = app.media(&account).await;
        app.comment(&account, &media).await;
        let other = json!({ "account": id, "username": "mila", "text": "breakfast at @bakery" });
        app.meta.post("mentions", other).await;
        app.meta
            .post("messages", json!({ "account": id, "text": "open?" }))
            .await;
        let story = app.meta.post("stories", json!({ "account": id })).await;
        let ended = json!({ "at_once": true, "insights": { "reach": 120 } });
        let path = format!("stories/{}/expire", story["id"].as_str().unwrap());
        app.meta.post(&path, ended).await;
        app.take_in().await;
        app.finish().await;
        // On Postgres another case's transaction may hold it up.
        app.feed("/api/feed?workspace=shop", 1).await;
        let replay = json!({ "from": "events", "filter": { "field": "comments" } });
        let replay = app.post("/api/replays?workspace=shop", replay).await.body;
        let later = (app.clock.now() + Duration::from_hours(24)).to_string();
        let post = json!({ "account": id, "kind": "image", "publish_at": later, "media": [{ "url": "https://x.example/1.jpg" }] });
        let post = app.post("/api/instagram/posts", post).await.body;
        let upload = app.uploaded(picture(800, 800, ImageFormat::Jpeg)).await;
        let of = async |path: &str| app.list(path).await[0]["id"].clone();
        let ids = json!({
            "event": of("/api/events").await,
            "delivery": of("/api/deliveries").await,
            "connection": of("/api/instagram/connections").await,
            "key": of("/api/keys").await,
            "replay": replay["id"],
            "post": post["id"],
            "upload": upload["id"],
            "account": id,
            "session": session(app, &account).await,
        });
        let named = ["id", "app_scoped_id", "username", "page_id", "facebook_user_id"];
        let named = named.map(|name| account[name].clone());
        let traces = ids.as_object().unwrap().values().cloned().chain(named);
        Self {
            traces: traces.map(|id| id.as_str().unwrap().to_owned()).collect(),
            account,
            ids,
        }
    }

    fn traces_in(&self, answer: &Answer) -> Vec<&String> {
        let text = answer.body.to_string();
        self.traces.iter().filter(|trace| text.contains(*trace)).collect()
    }

    /// A path that leads to something of theirs.
    fn filled(&self, path: &str, kind: &str) -> String {
        let Some((before, rest)) = path.split_once('{') else {
            return path.to_owned();
        };
        let (_, behind) = rest.split_once('}').unwrap();
        format!("{before}{}{behind}", self.ids[kind].as_str().unwrap())
    }

    /// What is asked for beside the path, so that only the key stands in the way.
    fn said(&self, path: &str) -> (&'static str, Value) {
        let account = &self.account;
        match path {
            "/api/instagram/authorize" => ("?login=facebook", Value::Null),
            "/api/instagram/connections" => (
                "",
                json!({
                    "login": "facebook", "account": account["id"], "page_id": account["page_id"],
                    "token": account["tokens"]["facebook"]["user"]["access_token"],
                }),
            ),
            "/api/instagram/connect-sessions/{id}/choose" => ("", json!({ "page_id": account["page_id"] })),
            "/api/keys" => (
                "",
                json!({ "workspace": "shop", "name": "mine", "scope": "admin" }),
            ),
            "/api/instagram/posts" => (
                "",
                json!({ "account": account["id"], "kind": "image", "media": [{ "url": "https://x.example/1.jpg" }] }),
            ),
            "/api/instagram/posts/{id}" => ("", json!({ "caption": "mine" })),
            "/api/instagram/posts/{id}/resolve" => ("", json!({ "outcome": "published" })),
            "/api/replays" => ("", json!({ "from": "events", "filter": {}, "dry_run": true })),
            _ => ("", Value::Null),
        }
    }
}

/// A choice that a person of theirs has yet to make.
async fn session(app: &TestApp, account: &Value) -> Value {
    let person = &account["facebook_user_id"];
    let more = json!({ "username": "cafe", "facebook_user_id": person });
    app.meta.post("accounts", more).await;
    let offered = app.log_in("facebook", &[("as", person.as_str().unwrap())]).await;
    offered.body["session"].clone()
}

async fn ask(app: &TestApp, key: &str, method: &str, path: &str, body: &Value) -> Answer {
    let method: Method = method.parse().unwrap();
    let request = app.http.request(method.clone(), format!("{}{path}", app.base));
    let request = request.bearer_auth(key);
    let request = if [Method::POST, Method::PATCH].contains(&method) {
        request.json(body)
    } else {
        request
    };
    Answer::of(request.send().await.unwrap()).await
}

async fn no_route_tells_or_does_a_stranger_anything(app: TestApp) {
    let shop = Shop::of(&app).await;
    let key = app.tenant("rival").await.key;
    everything_is_in_the_table(&app).await;
    let before = belongings(&app).await;
    for (method, path, kind, met) in ROUTES.iter().copied() {
        if met == Open || met == Endless {
            continue;
        }
        let (query, body) = shop.said(path);
        let address = format!("{}{query}", shop.filled(path, kind));
        let answer = ask(&app, &key, method, &address, &body).await;
        let told = format!("{method} {address}: {answer:?}");
        let own = if met == Absent {
            &shop.ids[kind]
        } else {
            &Value::Null
        };
        let traces = shop.traces_in(&answer);
        assert!(traces.iter().all(|trace| *own == **trace), "{traces:?} in {told}");
        match met {
            Operators => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{told}"),
            Absent => assert_eq!(answer.body["code"], "not-found", "{told}"),
            Foreign => assert_eq!(answer.body["code"], "unknown-account", "{told}"),
            Taken => assert_eq!(answer.body["code"], "account-unavailable", "{told}"),
            NoFile => assert_eq!(answer.body["code"], "invalid-media", "{told}"),
            _ => assert!(answer.status.is_success(), "{told}"),
        }
        if met == Own {
            let named = format!("{address}?workspace=shop");
            let answer = ask(&app, OPERATOR, method, &named, &body).await;
            assert!(!shop.traces_in(&answer).is_empty(), "{named}: {answer:?}");
        }
        names_no_workspace_but_its_own(&app, &key, method, &address, &body).await;
    }
    another_account_is_none(&app, &shop, &key).await;
    assert_eq!(belongings(&app).await, before, "nothing was done");
}

/// A route that is new is thought about here, too; whether it asks for a key is what the description says.
async fn everything_is_in_the_table(app: &TestApp) {
    let described = app.get("/openapi.json").await.body;
    let mut routes = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, route) in methods.as_object().unwrap() {
            routes.insert((method.to_uppercase(), path.clone(), route["security"].is_null()));
        }
    }
    let table = ROUTES.iter().map(|(method, path, _, met)| {
        let (method, path) = ((*method).to_owned(), (*path).to_owned());
        (method, path, *met == Open)
    });
    assert_eq!(table.collect::<BTreeSet<_>>(), routes);
}

async fn names_no_workspace_but_its_own(app: &TestApp, key: &str, method: &str, address: &str, body: &Value) {
    let sign = if address.contains('?') { '&' } else { '?' };
    let mut answers = Vec::new();
    for workspace in ["shop", "nobody"] {
        let named = format!("{address}{sign}workspace={workspace}");
        let answer = ask(app, key, method, &named, body).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{method} {named}: {answer:?}"
        );
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1], "whether there is such a workspace");
}

async fn another_account_is_none(app: &TestApp, shop: &Shop, key: &str) {
    for path in BY_ACCOUNT {
        let mut answers = Vec::new();
        for account in [shop.account["id"].as_str().unwrap(), "17841499999999999"] {
            let answer = app.get_as(key, &format!("{path}?account={account}")).await;
            answers.push((answer.status, answer.body));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}

/// What the workspace has, as its operator sees it.
async fn belongings(app: &TestApp) -> Vec<Value> {
    let mut belongings = Vec::new();
    for path in [
        "instagram/connections",
        "events",
        "keys",
        "instagram/accounts",
        "instagram/posts",
        "instagram/media-uploads",
    ] {
        belongings.push(app.get(&format!("/api/{path}")).await.body);
    }
    belongings
}
