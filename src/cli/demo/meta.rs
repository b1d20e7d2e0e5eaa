//! The sandbox's control paths, as the demo uses them.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::net::{self, Settings};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Speaks to a sandbox.
#[derive(Clone)]
pub(super) struct Meta {
    http: Client,
    base: String,
}

impl Meta {
    pub(super) fn new(base: String) -> Result<Self, Failure> {
        let http = net::client(&Settings {
            timeout: TIMEOUT,
            ..Settings::default()
        })?;
        Ok(Self { http, base })
    }

    pub(super) async fn accounts(&self) -> Result<Vec<Value>, Failure> {
        let mut answer = self.ask(Method::GET, "accounts", None).await?;
        Ok(answer["data"]
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default())
    }

    pub(super) async fn make(&self, what: &str, body: Value) -> Result<Value, Failure> {
        self.ask(Method::POST, what, Some(body)).await
    }

    pub(super) async fn posts(&self, account: &str) -> Result<Vec<String>, Failure> {
        let feed = self.ask(Method::GET, &format!("feed/{account}"), None).await?;
        let posts = feed["posts"].as_array().or_else(|| feed["data"].as_array());
        Ok(posts
            .into_iter()
            .flatten()
            .filter_map(|post| text(&post["id"]))
            .collect())
    }

    pub(super) async fn fault(&self, what: Value, matching: Value, times: u32) -> Result<(), Failure> {
        let order = json!({ "what": what, "match": matching, "times": times });
        self.ask(Method::POST, "faults", Some(order)).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let request = self.http.request(method, format!("{}/sandbox/{path}", self.base));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let failed = |error: reqwest::Error| {
            Failure::Unsuccessful(format!("the sandbox did not answer {path}: {error}"))
        };
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let value: Value = answer.json().await.map_err(failed)?;
        if status.is_success() {
            Ok(value)
        } else {
            Err(Failure::Unsuccessful(format!(
                "the sandbox refused {path}: {value}"
            )))
        }
    }
}

/// A text, or a number's digits.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
