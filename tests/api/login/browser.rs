//! A browser of few words: it answers a dialog's form and goes where it is led.

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use url::Url;

use crate::app::{Answer, TestApp};

impl TestApp {
    /// Opens a dialog for the workspace `shop`. Gives its address.
    pub(crate) async fn dialog(&self, login: &str, more: &str) -> Url {
        let key = self.key("shop", "admin").await;
        let path = format!("/api/instagram/authorize?login={login}{more}");
        let opened = self.get_as(&key, &path).await;
        assert_eq!(opened.status, StatusCode::OK, "{opened:?}");
        opened.body["url"].as_str().unwrap().parse().unwrap()
    }

    /// The person answers a dialog: ticks everything that is asked for, and every Page, unless they say otherwise. Gives
    /// where Meta leads the browser.
    pub(crate) async fn answer(&self, dialog: &Url, answers: &[(&str, &str)]) -> Url {
        let says = |name: &str| answers.iter().any(|(said, _)| *said == name);
        let mut form: Vec<(String, String)> = dialog.query_pairs().into_owned().collect();
        if !says("permission") {
            let scope = form.iter().find(|(name, _)| name == "scope").unwrap().1.clone();
            form.extend(
                scope
                    .split(',')
                    .map(|one| ("permission".to_owned(), one.to_owned())),
            );
        }
        for (name, usual) in [("page", "all"), ("action", "continue")] {
            if !says(name) {
                form.push((name.to_owned(), usual.to_owned()));
            }
        }
        form.extend(
            answers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let mut page = dialog.clone();
        page.set_query(None);
        let answer = self.http.post(page).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND);
        led_to(&answer)
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

/// Where an answer leads.
pub(crate) fn led_to(answer: &Response) -> Url {
    answer.headers()[LOCATION].to_str().unwrap().parse().unwrap()
}

/// A parameter of an address.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs().into_owned();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}
