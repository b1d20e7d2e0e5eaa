//! Logging in as a browser would, and as a program sees it.

use reqwest::header::ACCEPT;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use url::Url;

use crate::app::{Answer, TestApp};
use crate::dialog;

impl TestApp {
    /// Opens a dialog for the workspace `shop`. Gives its address.
    pub(crate) async fn dialog(&self, login: &str, more: &str) -> Url {
        let key = self.key("shop", "admin").await;
        let path = format!("/api/instagram/authorize?login={login}{more}");
        let opened = self.get_as(&key, &path).await;
        assert_eq!(opened.status, StatusCode::OK, "{opened:?}");
        opened.body["url"].as_str().unwrap().parse().unwrap()
    }

    /// The person answers a dialog. Gives where Meta leads the browser.
    pub(crate) async fn answer(&self, dialog: &Url, answers: &[(&str, &str)]) -> Url {
        dialog::answer(&self.http, dialog, answers).await
    }

    /// Goes to the callback with what Meta's address brings.
    pub(crate) async fn call_back(&self, led_to: &Url, accept: &str) -> Response {
        let query = led_to.query().unwrap_or_default();
        let address = format!("{}/api/instagram/callback?{query}", self.base);
        self.http
            .get(address)
            .header(ACCEPT, accept)
            .send()
            .await
            .unwrap()
    }

    /// Logs in from the dialog to the result, as a program sees it.
    pub(crate) async fn log_in(&self, login: &str, answers: &[(&str, &str)]) -> Answer {
        let dialog = self.dialog(login, "").await;
        let led_to = self.answer(&dialog, answers).await;
        Answer::of(self.call_back(&led_to, "application/json").await).await
    }

    /// The only connection of the installation.
    pub(crate) async fn only_connection(&self) -> Value {
        let connections = self.list("/api/instagram/connections").await;
        assert_eq!(connections.len(), 1, "{connections:?}");
        connections[0].clone()
    }
}
