//! What the log says, at its most talkative: which call, which lane, which refusal; and never a token, a key,
//! a secret, a signature, a name or what somebody wrote.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may do so loudly"
)]

#[path = "api/app.rs"]
#[expect(dead_code, reason = "the harness is for more cases than this one")]
mod app;
#[path = "api/login/browser.rs"]
#[expect(dead_code, reason = "the harness is for more cases than this one")]
mod browser;
#[path = "support/dialog.rs"]
mod dialog;
#[path = "support/exchange.rs"]
#[expect(dead_code, reason = "the harness is for more cases than this one")]
mod exchange;
#[path = "api/meta.rs"]
#[expect(dead_code, reason = "the harness is for more cases than this one")]
mod meta;
#[path = "support/postgres/mod.rs"]
mod postgres;
#[path = "support/run.rs"]
mod run;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use belino::domain::AppSecret;
use belino::webhook::signature::sign;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::app::{FACEBOOK_SECRET, INSTAGRAM_SECRET, OLDER_SECRET, OPERATOR, TestApp, VERIFY_TOKEN};
use crate::run::Run;

const COMMENT: &str = "what-somebody-wrote-below-a-post";
const MESSAGE: &str = "what-somebody-wrote-in-confidence";
const AUTHOR: &str = "a.person.by.name";
const WRONG_TOKEN: &str = "the-verify-token-of-another";
const WRONG_KEY: &str = "bel_00000000_a-key-that-somebody-lost-and-another-found-";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Listens to everything in this process but the harness's own client and Meta in a box.
    fn install() -> Self {
        let log = Self::default();
        let filter = EnvFilter::try_new("trace,belino::sandbox=off").unwrap();
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish()
            .try_init()
            .unwrap();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_tells_what_happened_and_keeps_every_secret() {
    let log = Log::install();
    let secrets = Arc::new(Mutex::new(Vec::new()));
    let told = secrets.clone();
    app::on_sqlite(async move |app| {
        let found = scenario(&app).await;
        told.lock().unwrap().extend(found);
    })
    .await;
    let text = log.text();
    for secret in secrets.lock().unwrap().iter() {
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| line.contains(secret.as_str()))
            .collect();
        assert!(
            lines.is_empty(),
            "{} lines have {secret}:\n{}",
            lines.len(),
            lines[0]
        );
    }
    for name in [
        "delivery{",
        "slice{",
        "graph_call{",
        "kept delivery",
        "called ",
        "bad-signature",
        "wrong-verify-token",
        "answered Meta's subscription request",
        "a login connected nothing",
        "looked after a token",
        "a person removed the app",
    ] {
        assert!(text.contains(name), "{name:?} was never logged");
    }
}

/// Does a little of everything; gives what must not be in the log.
async fn scenario(app: &TestApp) -> Vec<String> {
    let account = app
        .meta
        .post(
            "accounts",
            json!({ "username": "bakery", "logins": ["facebook"] }),
        )
        .await;
    let key = app.key("shop", "admin").await;
    let token = &account["tokens"]["facebook"]["user"]["access_token"];
    let wanted = json!({
        "login": "facebook", "account": account["id"], "page_id": account["page_id"], "token": token,
    });
    assert_eq!(
        app.post_as(&key, "/api/instagram/connections", wanted)
            .await
            .status,
        201
    );
    let mut signatures = receive(app, &account).await;
    process(app, &key).await;
    refuse(app).await;
    app.meta.post("reset", json!({})).await;
    let mut run = Run::begun(app).await;
    run.end(app).await;
    let mut secrets: Vec<String> = [
        FACEBOOK_SECRET,
        INSTAGRAM_SECRET,
        OLDER_SECRET,
        OPERATOR,
        VERIFY_TOKEN,
        COMMENT,
        MESSAGE,
        AUTHOR,
        WRONG_TOKEN,
        WRONG_KEY,
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "access_token=",
        "appsecret_proof=",
    ]
    .map(ToOwned::to_owned)
    .into();
    secrets.append(&mut signatures);
    secrets.append(&mut run.secrets);
    secrets.append(&mut run.private);
    secrets.extend([key, run.code]);
    for token in [
        &account["tokens"]["facebook"]["user"]["access_token"],
        &account["tokens"]["facebook"]["page"]["access_token"],
    ] {
        secrets.push(token.as_str().unwrap().to_owned());
    }
    secrets
}

/// Meta's own webhooks and some by hand. Gives their signatures.
async fn receive(app: &TestApp, account: &Value) -> Vec<String> {
    let id = &account["id"];
    let media = app.meta.post("media", json!({ "account": id })).await;
    let wanted = json!({ "account": id, "media_id": media["id"], "text": COMMENT, "username": AUTHOR });
    let comment = app.meta.post("comments", wanted).await;
    let failing = json!({ "match": { "path": format!("/{}", comment["id"].as_str().unwrap()) },
        "what": { "error": { "code": 2 } }, "times": 1 });
    app.meta.post("faults", failing).await;
    app.take_in().await;
    let message = json!({ "object": "instagram", "entry": [{ "id": id, "time": 1, "messaging": [{
        "sender": { "id": "1" }, "recipient": { "id": id }, "timestamp": 1,
        "message": { "mid": "m1", "text": MESSAGE } }] }] });
    let mut signatures = Vec::new();
    for body in [message.to_string(), format!("{{\"unreadable\":\"{MESSAGE}\"")] {
        assert_eq!(app.deliver(&body).await.status(), 200);
        let signature = sign(&AppSecret::new(FACEBOOK_SECRET), body.as_bytes());
        signatures.push(signature.trim_start_matches("sha256=").to_owned());
    }
    signatures
}

async fn process(app: &TestApp, key: &str) {
    app.after(Duration::from_hours(1)).await;
    let replay = json!({ "from": "events" });
    app.post_as(key, "/api/replays", replay).await;
    app.process_all().await;
    for event in app.list("/api/events").await {
        let path = format!("/api/events/{}", event["id"].as_str().unwrap());
        assert_eq!(app.get_as(key, &path).await.status, 200);
    }
    let done = app.list("/api/events?state=done").await;
    assert_eq!(done.len(), 2, "{done:?}");
}

async fn refuse(app: &TestApp) {
    let url = format!("{}/api/instagram/webhook", app.base);
    let forged = app
        .http
        .post(&url)
        .header("x-hub-signature-256", format!("sha256={}", "ab".repeat(32)));
    assert_eq!(forged.body(COMMENT).send().await.unwrap().status(), 401);
    for (token, status) in [(WRONG_TOKEN, 403), (VERIFY_TOKEN, 200)] {
        let query = format!("{url}?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1");
        assert_eq!(app.http.get(query).send().await.unwrap().status(), status);
    }
    assert_eq!(app.get_as(WRONG_KEY, "/api/events").await.status, 401);
}
