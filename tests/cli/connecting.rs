//! A service that is killed in the middle of connecting an account: nothing is half, and the person begins again.

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use url::Url;

use crate::dialog::{answer, parameter};
use crate::doctor::with_sandbox;
use crate::exchange::{FOR_THE_SUBSCRIPTION, LOGINS, calls, order, person};
use crate::home::{Home, Running};
use crate::secrets::in_the_open;

/// Somebody whose login was under way when the service was killed.
struct Held {
    login: &'static str,
    account: Value,
    led_to: Url,
    /// The connection stood already.
    stands: bool,
}

/// An installation, its Meta, and somebody who connects.
struct Scene {
    home: Home,
    sandbox: Running,
    http: Client,
    key: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_during_any_call_of_a_login_leaves_a_whole_connection_or_none() {
    let scene = Scene::new();
    let mut service = scene.serve();
    let mut secrets = Vec::new();
    for step in 0..LOGINS.map(|login| calls(login).len()).into_iter().max().unwrap() {
        let (mut all, mut asking) = (Vec::new(), JoinSet::new());
        for login in LOGINS.into_iter().filter(|login| step < calls(login).len()) {
            let held = scene.hold(&service, login, step, &mut asking).await;
            secrets.extend(["state", "code"].map(|name| parameter(&held.led_to, name).unwrap()));
            all.push(held);
        }
        drop(service);
        service = scene.serve();
        while let Some(asked) = asking.join_next().await {
            assert!(asked.unwrap().is_err(), "nobody was answered");
        }
        for held in all {
            scene.is_whole_or_none(&service, &held).await;
            scene.begins_again(&service, &held).await;
        }
    }
    let tokens = scene.look("/sandbox/tokens").await;
    let tokens = tokens["data"].as_array().unwrap().iter();
    secrets.extend(tokens.map(|token| token["access_token"].as_str().unwrap().to_owned()));
    assert!(secrets.len() > 60, "{}", secrets.len());
    drop(service);
    let files = scene.home.database_files();
    let stored: Vec<u8> = files
        .iter()
        .flat_map(|file| std::fs::read(file).unwrap_or_default())
        .collect();
    assert_eq!(in_the_open(&stored, &secrets), None);
}

impl Scene {
    fn new() -> Self {
        let (mut home, sandbox) = with_sandbox();
        for (key, path) in [
            (
                "BELINO_FACEBOOK_DIALOG_URL",
                "www.facebook.com/v25.0/dialog/oauth",
            ),
            (
                "BELINO_INSTAGRAM_AUTHORIZE_URL",
                "www.instagram.com/oauth/authorize",
            ),
            (
                "BELINO_INSTAGRAM_TOKEN_URL",
                "api.instagram.com/oauth/access_token",
            ),
        ] {
            home.set(key, &format!("{}/{path}", sandbox.address));
        }
        let words = [
            "keys",
            "create",
            "--workspace",
            "shop",
            "--name",
            "owner",
            "--scope",
            "admin",
        ];
        let key = home.good(&words).trim().to_owned();
        Self {
            home,
            sandbox,
            http: belino::net::client(&belino::net::Settings::default()).unwrap(),
            key,
        }
    }

    fn serve(&self) -> Running {
        // Without the work in the background, whose calls could meet what is ordered for a login's.
        Home::start(self.home.belino(&["serve", "--role", "receive"]))
    }

    async fn look(&self, path: &str) -> Value {
        let answer = self.sandbox.get("", path).await;
        answer.json().await.unwrap()
    }

    async fn asked(&self, service: &Running, path: &str) -> Value {
        service.get(&self.key, path).await.json().await.unwrap()
    }

    /// A person logs in, and Meta does not answer this call of the login: it is under way when this returns.
    async fn hold(
        &self,
        service: &Running,
        login: &'static str,
        step: usize,
        asking: &mut JoinSet<reqwest::Result<Value>>,
    ) -> Held {
        let wanted = json!({ "username": format!("{login}.{step}"), "logins": LOGINS, "subscribe": [] });
        let account = self.sandbox.post("/sandbox/accounts", wanted).await;
        let led_to = self.dialog(service, login, &account).await;
        let calls = calls(login);
        let fault = order(&calls[step], &json!("hang"));
        let fault = self.sandbox.post("/sandbox/faults", fault).await;
        asking.spawn(called_back(self.http.clone(), address(service, &led_to)));
        while !self.has_struck(&fault["id"]).await {
            tokio::task::yield_now().await;
        }
        let stands = step + FOR_THE_SUBSCRIPTION >= calls.len();
        Held {
            login,
            account,
            led_to,
            stands,
        }
    }

    /// Opens a dialog, and the person agrees. Gives where Meta leads the browser.
    async fn dialog(&self, service: &Running, login: &str, account: &Value) -> Url {
        let path = format!("/api/instagram/authorize?login={login}");
        let opened = self.asked(service, &path).await;
        let dialog = opened["url"].as_str().unwrap().parse().unwrap();
        answer(&self.http, &dialog, &[("as", person(login, account))]).await
    }

    async fn has_struck(&self, fault: &Value) -> bool {
        let faults = self.look("/sandbox/faults").await;
        let mut faults = faults["data"].as_array().unwrap().iter();
        faults.any(|one| one["id"] == *fault && one["struck"] == 1)
    }

    async fn standing(&self, service: &Running, held: &Held) -> Value {
        let status = self.asked(service, "/api/instagram/status").await;
        let mut accounts = status["accounts"].as_array().unwrap().iter();
        let found = accounts.find(|one| one["account_id"] == held.account["id"]);
        found.cloned().unwrap_or_default()
    }

    async fn is_whole_or_none(&self, service: &Running, held: &Held) {
        let (name, standing) = (&held.account["username"], self.standing(service, held).await);
        if !held.stands {
            assert_eq!(standing, Value::Null, "{name}: nothing is half");
            return;
        }
        assert_eq!(standing["connected"], true, "{name}: {standing}");
        let id = held.account["id"].as_str().unwrap();
        let verify = format!("{}/api/instagram/accounts/{id}/verify", service.address);
        let verified = self.http.post(verify).bearer_auth(&self.key);
        let verified: Value = verified.send().await.unwrap().json().await.unwrap();
        assert_eq!(verified["checks"][0]["outcome"], "works", "{name}: {verified}");
        assert_eq!(verified["account"]["state"], "active", "{name}: {verified}");
        let path = format!("/sandbox/accounts/{id}");
        let at_meta = self.sandbox.post(&path, json!({})).await;
        assert_eq!(at_meta["subscribed"], json!([held.login]), "{name}");
    }

    /// What was answered is answered for good; a new dialog connects the account.
    async fn begins_again(&self, service: &Running, held: &Held) {
        let name = &held.account["username"];
        let old = called_back(self.http.clone(), address(service, &held.led_to)).await;
        assert_eq!(old.unwrap()["code"], "used-state", "{name}");
        let led_to = self.dialog(service, held.login, &held.account).await;
        let done = called_back(self.http.clone(), address(service, &led_to))
            .await
            .unwrap();
        assert_eq!(done["result"], "connected", "{name}: {done}");
        let standing = self.standing(service, held).await;
        assert_eq!(standing["state"], "active", "{name}: {standing}");
        assert_eq!(standing["connections"].as_array().unwrap().len(), 1, "{name}");
    }
}

/// The service's callback with what Meta's address brings.
fn address(service: &Running, led_to: &Url) -> String {
    let query = led_to.query().unwrap();
    format!("{}/api/instagram/callback?{query}", service.address)
}

async fn called_back(http: Client, address: String) -> reqwest::Result<Value> {
    let asked = http.get(address).header("accept", "application/json");
    asked.send().await?.json().await
}
