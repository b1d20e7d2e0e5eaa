//! The service under test, and the words in which cases speak to it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use belino::app::App;
use belino::clock::Clock;
use belino::config::{Config, Purpose, Settings};
use belino::domain::{AppSecret, Timestamp};
use belino::http::ServeOptions;
use belino::lifecycle::Lifecycle;
use belino::processor::Worked;
use belino::store::Store;
use belino::webhook::signature::sign;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::meta::TestMeta;
use crate::postgres;

/// The operator's key.
pub(crate) const OPERATOR: &str = "operator-key-of-the-tests";
/// The secret of the Facebook Login app, with which cases sign.
pub(crate) const FACEBOOK_SECRET: &str = "facebook-secret-of-the-tests";
pub(crate) const FACEBOOK_APP: &str = "900100000000001";
pub(crate) const INSTAGRAM_APP: &str = "900200000000001";
pub(crate) const INSTAGRAM_SECRET: &str = "instagram-secret-of-the-tests";
/// A secret from before a change; signatures with it are still good.
pub(crate) const OLDER_SECRET: &str = "an-older-secret-of-the-tests";
pub(crate) const VERIFY_TOKEN: &str = "verify-token-of-the-tests";

/// A service with its own database and its own Meta. Clones speak to the same one.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) base: String,
    /// The address of its database.
    pub(crate) database: String,
    pub(crate) clock: Clock,
    pub(crate) meta: TestMeta,
    pub(crate) config: Arc<Config>,
    pub(crate) parts: Arc<App>,
    pub(crate) http: Client,
    /// Where its uploads lie.
    pub(crate) uploads: Arc<TempDir>,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

/// Runs a case on a SQLite file.
pub(crate) async fn on_sqlite<Done: Future<Output = ()>>(case: impl FnOnce(TestApp) -> Done) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("belino.db").display());
    checked(TestApp::start(&url).await, case).await;
}

/// Runs a case on PostgreSQL, where there is one.
pub(crate) async fn on_postgres<Done: Future<Output = ()>>(case: impl FnOnce(TestApp) -> Done) {
    let migrate = async |url: String| {
        let store = Store::open(&url, Clock::system()).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await;
    };
    if let Some(database) = postgres::database("store", migrate).await {
        checked(TestApp::start(&database.url()).await, case).await;
    }
}

async fn checked<Done: Future<Output = ()>>(app: TestApp, case: impl FnOnce(TestApp) -> Done) {
    case(app.clone()).await;
    assert!(
        app.parts.store.counts_are_true().await.unwrap(),
        "the kept counts drifted"
    );
    app.parts.lifecycle.stop();
    app.meta.stop().await;
    app.parts.store.close().await;
}

impl TestApp {
    /// A service on the database, beside a fresh Meta, both going by one clock.
    pub(crate) async fn start(url: &str) -> Self {
        belino::net::install_crypto();
        let clock = Clock::manual(Timestamp::from_seconds(1_795_000_000));
        let meta = TestMeta::start(&clock).await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let uploads = tempfile::tempdir().unwrap();
        let mut config = config(url, &meta.base, &base);
        config.uploads = uploads.path().to_owned();
        let parts = App::build(&config, clock.clone(), Lifecycle::new())
            .await
            .unwrap();
        parts.listen(&config, listener, &ServeOptions::default()).unwrap();
        meta.call_back(&format!("{base}/api/instagram/webhook")).await;
        Self {
            base,
            database: url.to_owned(),
            clock,
            meta,
            config: Arc::new(config),
            parts: Arc::new(parts),
            http: client(),
            uploads: Arc::new(uploads),
        }
    }

    /// Posts a body as Meta does, signed with the Facebook app's secret.
    pub(crate) async fn deliver(&self, body: impl AsRef<[u8]>) -> Response {
        let signature = sign(&AppSecret::new(FACEBOOK_SECRET), body.as_ref());
        let request = self.http.post(format!("{}/api/instagram/webhook", self.base));
        request
            .header("x-hub-signature-256", signature)
            .body(body.as_ref().to_vec())
            .send()
            .await
            .unwrap()
    }

    /// Unpacks and processes until nothing is due; the clock stands still.
    pub(crate) async fn process_all(&self) {
        loop {
            let unpacked = self.parts.unpacker.step().await.unwrap();
            let worked = self.parts.processor.process_next_lane().await.unwrap();
            let chores = self.parts.processor.process_chores().await.unwrap();
            if unpacked == 0 && worked == Worked::Nothing && chores == Worked::Nothing {
                return;
            }
        }
    }

    /// Lets time pass, then does what became due.
    pub(crate) async fn after(&self, time: Duration) {
        self.clock.advance(time);
        self.process_all().await;
    }

    /// Meta sends what it has to say, and all of it is processed.
    pub(crate) async fn take_in(&self) {
        self.meta.send_all().await;
        self.process_all().await;
    }

    /// Asks the API as an operator.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(OPERATOR, path).await
    }

    pub(crate) async fn get_as(&self, key: &str, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(key);
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_as(OPERATOR, path, body).await
    }

    pub(crate) async fn post_as(&self, key: &str, path: &str, body: Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(key);
        Answer::of(request.json(&body).send().await.unwrap()).await
    }

    /// Changes something as an operator.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        let request = self
            .http
            .patch(format!("{}{path}", self.base))
            .bearer_auth(OPERATOR);
        Answer::of(request.json(&body).send().await.unwrap()).await
    }

    /// Makes a key for a workspace; the workspace is made with it.
    pub(crate) async fn key(&self, workspace: &str, scope: &str) -> String {
        let made = self
            .post(
                "/api/keys",
                json!({ "workspace": workspace, "name": scope, "scope": scope }),
            )
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        made.body["key"].as_str().unwrap().to_owned()
    }

    /// Makes an account at Meta and connects it by Facebook Login to the workspace `shop`. Gives its id.
    pub(crate) async fn connected(&self, username: &str) -> String {
        let account = self.meta.account(username).await;
        let key = self.key("shop", "admin").await;
        let id = account["id"].as_str().unwrap().to_owned();
        let wanted = json!({
            "login": "facebook", "account": id, "page_id": account["page_id"],
            "token": account["tokens"]["facebook"]["user"]["access_token"],
        });
        let answer = self.post_as(&key, "/api/instagram/connections", wanted).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        id
    }

    /// The rows of a list's first page.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body["data"].as_array().unwrap().clone()
    }
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let status = response.status();
        let text = response.text().await.unwrap();
        Self {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }
}

fn client() -> Client {
    belino::net::client(&belino::net::Settings::default()).unwrap()
}

pub(crate) fn config(url: &str, meta: &str, base: &str) -> Config {
    let mut settings = Settings::default();
    for (key, value) in [
        ("DATABASE_URL", url),
        ("BELINO_PUBLIC_URL", base),
        ("BELINO_FACEBOOK_GRAPH_URL", &format!("{meta}/graph.facebook.com")),
        (
            "BELINO_INSTAGRAM_GRAPH_URL",
            &format!("{meta}/graph.instagram.com"),
        ),
        (
            "BELINO_FACEBOOK_DIALOG_URL",
            &format!("{meta}/www.facebook.com/v25.0/dialog/oauth"),
        ),
        (
            "BELINO_INSTAGRAM_AUTHORIZE_URL",
            &format!("{meta}/www.instagram.com/oauth/authorize"),
        ),
        (
            "BELINO_INSTAGRAM_TOKEN_URL",
            &format!("{meta}/api.instagram.com/oauth/access_token"),
        ),
        ("BELINO_RETURN_ORIGINS", "https://shop.example"),
        ("BELINO_MEDIA_CHECKS", "off"),
        ("FACEBOOK_APP_ID", FACEBOOK_APP),
        ("INSTAGRAM_APP_ID", INSTAGRAM_APP),
        ("FACEBOOK_APP_SECRET", FACEBOOK_SECRET),
        ("INSTAGRAM_APP_SECRET", INSTAGRAM_SECRET),
        ("BELINO_PREVIOUS_APP_SECRETS", OLDER_SECRET),
        ("INSTAGRAM_VERIFY_TOKEN", VERIFY_TOKEN),
        ("BELINO_ADMIN_KEY", OPERATOR),
        (
            "BELINO_ENCRYPTION_KEYS",
            "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ),
    ] {
        settings.set(key, value, "test");
    }
    Config::of(settings, Purpose::Service).unwrap()
}
