//! Meta, as cases see it: the sandbox's control paths.

use std::sync::{Arc, Mutex};

use belino::clock::Clock;
use belino::domain::AppSecret;
use belino::sandbox::{AppCredentials, Running, Sandbox, SandboxConfig};
use reqwest::Client;
use serde_json::{Value, json};

use crate::app::{FACEBOOK_APP, FACEBOOK_SECRET, INSTAGRAM_APP, INSTAGRAM_SECRET, VERIFY_TOKEN};

/// A sandbox that sends only when asked. Clones speak to the same one.
#[derive(Clone)]
pub(crate) struct TestMeta {
    pub(crate) base: String,
    http: Client,
    running: Arc<Mutex<Option<Running>>>,
}

impl TestMeta {
    pub(crate) async fn start(clock: &Clock) -> Self {
        let app = |id: &str, secret: &str| AppCredentials {
            id: id.to_owned(),
            secret: AppSecret::new(secret),
        };
        let config = SandboxConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            journal: None,
            clock: clock.clone(),
            seed: 7,
            facebook: app(FACEBOOK_APP, FACEBOOK_SECRET),
            instagram: app(INSTAGRAM_APP, INSTAGRAM_SECRET),
            callback: None,
            auto_deliver: false,
        };
        let running = Sandbox::start(config).await.unwrap();
        let base = format!("http://{}", running.addr());
        let http = belino::net::client(&belino::net::Settings::default()).unwrap();
        Self {
            base,
            http,
            running: Arc::new(Mutex::new(Some(running))),
        }
    }

    pub(crate) async fn stop(&self) {
        let running = self.running.lock().unwrap().take();
        if let Some(running) = running {
            running.stop().await;
        }
    }

    /// Where webhooks go from now on; Meta shakes hands at once.
    pub(crate) async fn call_back(&self, url: &str) {
        self.post("callback", json!({ "url": url, "verify_token": VERIFY_TOKEN }))
            .await;
    }

    /// Sends everything that is due, and waits for the answers.
    pub(crate) async fn send_all(&self) {
        self.post("deliveries/send", json!({})).await;
    }

    /// An account under both logins, subscribed through Facebook Login.
    pub(crate) async fn account(&self, username: &str) -> Value {
        self.post(
            "accounts",
            json!({ "username": username, "logins": ["facebook", "instagram"] }),
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let request = self
            .http
            .post(format!("{}/sandbox/{path}", self.base))
            .json(&body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/sandbox/{path}", self.base));
        request.send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) {
        let request = self.http.delete(format!("{}/sandbox/{path}", self.base));
        assert!(request.send().await.unwrap().status().is_success(), "{path}");
    }

    /// Calls to Graph so far.
    pub(crate) async fn calls(&self) -> u64 {
        self.get("calls").await["total"].as_u64().unwrap()
    }
}
