//! People connect, are refused, and withdraw; and everything that anybody was told meanwhile.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::{Answer, FACEBOOK_SECRET, INSTAGRAM_SECRET, OLDER_SECRET, OPERATOR, TestApp, VERIFY_TOKEN};
use crate::dialog::parameter;
use crate::exchange::{calls, order, person};

/// A token that Meta does not know, as somebody may send one.
const MADE_UP: &str = "EAAnobodysTokenButSecretAllTheSame0123456789";

/// What came of it.
pub(crate) struct Run {
    /// What may be found nowhere.
    pub(crate) secrets: Vec<String>,
    /// What is told to one browser or by Meta, and is neither stored nor logged.
    pub(crate) private: Vec<String>,
    /// What leads a person to the page of their deletion, and is not logged.
    pub(crate) code: String,
    /// The bodies of all answers.
    pub(crate) shown: String,
    account: Value,
}

impl Run {
    /// People connect, choose and are refused; tokens are renewed.
    pub(crate) async fn begun(app: &TestApp) -> Self {
        let account = app.meta.account("bakery").await;
        let more = json!({ "username": "cafe", "facebook_user_id": account["facebook_user_id"] });
        app.meta.post("accounts", more).await;
        let secrets = [
            FACEBOOK_SECRET,
            INSTAGRAM_SECRET,
            OLDER_SECRET,
            OPERATOR,
            VERIFY_TOKEN,
            MADE_UP,
        ];
        let mut run = Self {
            secrets: secrets.map(ToOwned::to_owned).into(),
            private: Vec::new(),
            code: String::new(),
            shown: String::new(),
            account,
        };
        run.connect(app).await;
        run.refuse_logins(app).await;
        run.refuse_requests(app).await;
        let verify = format!("/api/instagram/accounts/{}/verify", text(&run.account["id"]));
        run.shown += &app.post(&verify, Value::Null).await.body.to_string();
        app.clock.advance(Duration::from_hours(51 * 24));
        let renewed = app.parts.connector.renew_due(&CancellationToken::new()).await;
        assert_eq!(renewed.unwrap(), 1);
        run.look(app).await;
        run
    }

    /// The person removes the app, and wants their data deleted.
    pub(crate) async fn end(&mut self, app: &TestApp) {
        let address = |name: &str| format!("{}/api/instagram/{name}", app.base);
        let addresses = json!({
            "deauthorize_url": address("deauthorize"), "data_deletion_url": address("data-deletion"),
        });
        app.meta.post("apps", addresses).await;
        for (callback, login, secret) in [
            ("deauthorize", "facebook", json!("another")),
            ("deauthorize", "facebook", Value::Null),
            ("data-deletion", "instagram", Value::Null),
        ] {
            let left = json!({ "account": "bakery", "login": login, "secret": secret });
            let told = app.meta.post(callback, left).await;
            self.private.push(text(&told["signed_request"]));
            if let Some(page) = told["url"].as_str() {
                self.code = text(&told["confirmation_code"]);
                let page = app.http.get(page).header("accept", "text/html");
                self.show(page.send().await.unwrap()).await;
            }
        }
        self.look(app).await;
        self.learn_tokens(app).await;
    }

    async fn show(&mut self, answer: Response) {
        self.shown += &answer.text().await.unwrap();
    }

    fn keep(&mut self, led_to: &Url) {
        let parts = ["state", "code"].map(|name| parameter(led_to, name));
        self.secrets.extend(parts.into_iter().flatten());
    }

    async fn connect(&mut self, app: &TestApp) {
        let led_to = self.agree(app, "instagram").await;
        self.show(app.call_back(&led_to, "text/html").await).await;
        let led_to = self.agree(app, "facebook").await;
        let answer = Answer::of(app.call_back(&led_to, "application/json").await).await;
        // The session's id is told to the person's browser, and kept as its hash.
        let session = text(&answer.body["session"]);
        let path = format!("/api/instagram/connect-sessions/{session}");
        let offered = app.get(&path).await.body;
        self.shown += &offered.to_string();
        let page = format!("{}/connect/{session}", app.base);
        self.show(app.http.get(&page).send().await.unwrap()).await;
        let choice = json!({ "page_id": offered["candidates"][0]["page_id"] });
        self.shown += &app.post(&format!("{path}/choose"), choice).await.body.to_string();
        let form = [("page_id", text(&offered["candidates"][1]["page_id"]))];
        self.show(app.http.post(&page).form(&form).send().await.unwrap())
            .await;
        assert_eq!(app.list("/api/instagram/connections").await.len(), 3);
        self.private.push(session);
    }

    /// The account's person agrees to everything.
    async fn agree(&mut self, app: &TestApp, login: &str) -> Url {
        let dialog = app.dialog(login, "").await;
        let led_to = app.answer(&dialog, &[("as", person(login, &self.account))]).await;
        self.keep(&led_to);
        led_to
    }

    /// Each refusal as a page and for a program.
    async fn refuse_logins(&mut self, app: &TestApp) {
        for login in ["instagram", "facebook"] {
            for accept in ["text/html", "application/json"] {
                let dialog = app.dialog(login, "").await;
                let cancelled = app.answer(&dialog, &[("action", "cancel")]).await;
                self.keep(&cancelled);
                let mut made_up = cancelled.clone();
                made_up
                    .query_pairs_mut()
                    .clear()
                    .append_pair("state", &parameter(&dialog, "state").unwrap())
                    .append_pair("code", MADE_UP);
                // Taken, then used; and one whose exchange breaks off.
                for led_to in [&made_up, &cancelled] {
                    self.show(app.call_back(led_to, accept).await).await;
                }
                let broken = self.agree(app, login).await;
                let lengthening = order(&calls(login)[1], &json!("answer_lost"));
                app.meta.post("faults", lengthening).await;
                self.show(app.call_back(&broken, accept).await).await;
            }
        }
        assert!(self.shown.contains("used-state") && self.shown.contains("meta-unavailable"));
    }

    async fn refuse_requests(&mut self, app: &TestApp) {
        let made_up = json!(MADE_UP);
        for body in [
            json!({ "login": "instagram", "token": made_up }),
            json!({ "login": made_up, "token": made_up }),
            json!({ "login": "instagram", "token": [made_up] }),
            json!({ "login": "instagram", "token": made_up, "page_id": [made_up] }),
            json!({ "login": "instagram", "token": made_up, "more": made_up }),
            made_up,
        ] {
            let answer = app.post("/api/instagram/connections?workspace=shop", body).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
            self.shown += &answer.body.to_string();
        }
        let wrong_key = app.get_as(MADE_UP, "/api/instagram/status").await;
        self.shown += &wrong_key.body.to_string();
        let get = async |path: String| {
            let answer = app.http.get(format!("{}{path}", app.base)).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{path}");
            answer
        };
        for path in [
            format!("/connect/{MADE_UP}"),
            format!("/api/instagram/data-deletion/{MADE_UP}"),
            format!("/api/instagram/webhook?hub.mode=subscribe&hub.verify_token={MADE_UP}&hub.challenge=1"),
        ] {
            self.show(get(path).await).await;
        }
        let form = [("signed_request", format!("{MADE_UP}.{MADE_UP}"))];
        for path in ["deauthorize", "data-deletion"] {
            let request = app.http.post(format!("{}/api/instagram/{path}", app.base));
            self.show(request.form(&form).send().await.unwrap()).await;
        }
    }

    /// What the API tells of it all, and the pages of its description.
    async fn look(&mut self, app: &TestApp) {
        for path in [
            "/metrics",
            "/api/instagram/account?account=ACCOUNT",
            "/api/instagram/profile?account=ACCOUNT",
            "/api/instagram/status",
            "/api/instagram/accounts",
            "/api/instagram/connections",
            "/api/summary",
            "/api/feed",
            "/api/keys",
            "/api/events",
            "/api/deliveries?state=quarantined",
            "/openapi.json",
            "/docs/",
        ] {
            let path = path.replace("ACCOUNT", &text(&self.account["id"]));
            let answer = app.get(&path).await;
            assert!(
                answer.status == 200 || !self.code.is_empty(),
                "{path}: {answer:?}"
            );
            self.shown += &answer.body.to_string();
        }
        self.learn_tokens(app).await;
    }

    async fn learn_tokens(&mut self, app: &TestApp) {
        let tokens = app.meta.get("tokens").await;
        let tokens = tokens["data"].as_array().unwrap().iter();
        self.secrets
            .extend(tokens.map(|token| text(&token["access_token"])));
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}
