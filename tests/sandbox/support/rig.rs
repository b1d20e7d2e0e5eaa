//! The sandbox under test, spoken to as its users do.

use std::path::PathBuf;

use belino::clock::Clock;
use belino::domain::{AppSecret, Timestamp};
use belino::sandbox::{AppCredentials, Callback, Running, Sandbox, SandboxConfig};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) const FACEBOOK_SECRET: &str = "facebook-secret";
pub(crate) const INSTAGRAM_SECRET: &str = "instagram-secret";
pub(crate) const VERIFY_TOKEN: &str = "verify-me";

/// Where the clock of every test stands at first.
pub(crate) fn now() -> Timestamp {
    "2026-11-21T08:30:00Z".parse().unwrap()
}

/// HMAC-SHA256 in hex, computed without the sandbox.
pub(crate) fn hmac_hex(secret: &str, message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

/// A sandbox and a client.
pub(crate) struct Rig {
    running: Running,
    pub(crate) clock: Clock,
    client: reqwest::Client,
}

/// What was answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Rig {
    /// Without journal and callback; webhooks go out when asked for.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With a callback from the start.
    pub(crate) async fn start_telling(url: &str) -> Self {
        let url = url.parse().unwrap();
        Self::start_with(|config| {
            config.callback = Some(Callback {
                url,
                verify_token: VERIFY_TOKEN.to_owned(),
            });
        })
        .await
    }

    /// With whatever the test changes.
    pub(crate) async fn start_with(change: impl FnOnce(&mut SandboxConfig)) -> Self {
        let clock = Clock::manual(now());
        let app = |id: &str, secret: &str| AppCredentials {
            id: id.to_owned(),
            secret: AppSecret::new(secret),
        };
        let mut config = SandboxConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            journal: None::<PathBuf>,
            clock: clock.clone(),
            seed: 7,
            facebook: app("900100", FACEBOOK_SECRET),
            instagram: app("900200", INSTAGRAM_SECRET),
            callback: None,
            auto_deliver: false,
        };
        change(&mut config);
        let running = Sandbox::start(config).await.unwrap();
        let client = client();
        Self {
            running,
            clock,
            client,
        }
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }

    /// An address on the sandbox.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr())
    }

    /// A control POST that must succeed.
    pub(crate) async fn make(&self, what: &str, body: Value) -> Value {
        let reply = self.post(&format!("/sandbox/{what}"), body).await;
        assert_eq!(reply.status, 200, "{what}: {}", reply.body);
        reply.body
    }

    /// A POST with a JSON body.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        Self::read(self.client.post(self.url(path)).json(&body)).await
    }

    /// A POST with a form.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        Self::read(self.client.post(self.url(path)).form(fields)).await
    }

    /// A GET with a query.
    pub(crate) async fn query(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        Self::read(self.client.get(self.url(path)).query(fields)).await
    }

    /// A DELETE.
    pub(crate) async fn delete(&self, path: &str) -> Reply {
        Self::read(self.client.delete(self.url(path))).await
    }

    /// A GET without a token.
    pub(crate) async fn look(&self, path: &str) -> Reply {
        Self::read(self.client.get(self.url(path))).await
    }

    /// A Graph read on Facebook's host.
    pub(crate) async fn facebook(&self, token: &Value, path: &str) -> Reply {
        self.graph("graph.facebook.com/v25.0", token, path).await
    }

    /// A Graph read on Instagram's host.
    pub(crate) async fn instagram(&self, token: &Value, path: &str) -> Reply {
        self.graph("graph.instagram.com/v25.0", token, path).await
    }

    /// A Graph read.
    pub(crate) async fn graph(&self, host: &str, token: &Value, path: &str) -> Reply {
        let url = self.url(&format!("/{host}/{path}"));
        Self::read(self.client.get(url).bearer_auth(token.as_str().unwrap())).await
    }

    /// A Graph write, as a form.
    pub(crate) async fn write(
        &self,
        host: &str,
        token: &Value,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let url = self.url(&format!("/{host}/v25.0/{path}"));
        let request = self.client.post(url).bearer_auth(token.as_str().unwrap());
        Self::read(request.form(fields)).await
    }

    /// A Graph write whose answer may break off.
    pub(crate) async fn try_write(
        &self,
        token: &Value,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<String, reqwest::Error> {
        let url = self.url(&format!("/graph.facebook.com/v25.0/{path}"));
        let request = self.client.post(url).bearer_auth(token.as_str().unwrap());
        request.form(fields).send().await?.text().await
    }

    /// A Graph delete on Facebook's host or Instagram's.
    pub(crate) async fn erase(&self, host: &str, token: &Value, path: &str) -> Reply {
        let url = self.url(&format!("/{host}/v25.0/{path}"));
        Self::read(self.client.delete(url).bearer_auth(token.as_str().unwrap())).await
    }

    /// Bytes, or the address of some, for a container's `uri`.
    pub(crate) async fn upload(
        &self,
        token: &Value,
        uri: &str,
        headers: &[(&str, &str)],
        bytes: Vec<u8>,
    ) -> Reply {
        let mut request = self.client.post(uri).body(bytes);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let token = format!("OAuth {}", token.as_str().unwrap());
        Self::read(request.header("Authorization", token)).await
    }

    /// A Graph read that may break off.
    pub(crate) async fn try_facebook(&self, token: &Value, path: &str) -> Result<String, reqwest::Error> {
        let url = self.url(&format!("/graph.facebook.com/v25.0/{path}"));
        self.client
            .get(url)
            .bearer_auth(token.as_str().unwrap())
            .send()
            .await?
            .text()
            .await
    }

    /// An account with one post: their answers.
    pub(crate) async fn account_with_post(&self) -> (Value, Value) {
        let account = self
            .make("accounts", json!({ "username": "harbourbakery" }))
            .await;
        let post = self.make("media", json!({ "caption": "Bread" })).await;
        (account, post)
    }

    async fn read(request: reqwest::RequestBuilder) -> Reply {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Reply {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the test speaks HTTP")]
fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}
