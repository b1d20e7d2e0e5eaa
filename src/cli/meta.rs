//! The sandbox's control paths, as commands that play with Meta use them.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::net::{self, Settings};

const TIMEOUT: Duration = Duration::from_secs(10);
/// More posts than an account has here.
const ALL: usize = 10_000;

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
        let answer = self.ask(Method::GET, "accounts", None).await?;
        Ok(rows(&answer, "data"))
    }

    pub(super) async fn make(&self, what: &str, body: Value) -> Result<Value, Failure> {
        self.ask(Method::POST, what, Some(body)).await
    }

    pub(super) async fn posts(&self, account: &str) -> Result<Vec<String>, Failure> {
        let feed = self.ask(Method::GET, &format!("feed/{account}"), None).await?;
        let posts = feed.get("posts").and_then(Value::as_array).into_iter().flatten();
        Ok(posts.filter_map(|post| text(post, "/id")).collect())
    }

    pub(super) async fn fault(&self, what: Value, matching: Value, times: u32) -> Result<(), Failure> {
        let order = json!({ "what": what, "match": matching, "times": times });
        self.ask(Method::POST, "faults", Some(order)).await.map(drop)
    }

    /// Orders a fault; gives the order's number.
    pub(super) async fn order(&self, what: Value, matching: Value) -> Result<u64, Failure> {
        let order = json!({ "what": what, "match": matching, "times": 1 });
        let made = self.make("faults", order).await?;
        let number = made.get("id").and_then(Value::as_u64);
        number.ok_or_else(|| Failure::Unsuccessful("the sandbox told no number of an order".to_owned()))
    }

    /// The faults on order, with what came of them.
    pub(super) async fn orders(&self) -> Result<Vec<Value>, Failure> {
        let answer = self.ask(Method::GET, "faults", None).await?;
        Ok(rows(&answer, "data"))
    }

    /// What followers see of an account.
    pub(super) async fn feed(&self, account: &str) -> Result<Vec<Value>, Failure> {
        let path = format!("feed/{account}?limit={ALL}");
        Ok(rows(&self.ask(Method::GET, &path, None).await?, "posts"))
    }

    /// Takes every fault back.
    pub(super) async fn calm(&self) -> Result<(), Failure> {
        self.ask(Method::DELETE, "faults", None).await.map(drop)
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
        let said = answer.bytes().await.map_err(failed)?;
        let value = serde_json::from_slice(&said).unwrap_or(Value::Null);
        if status.is_success() {
            Ok(value)
        } else {
            Err(Failure::Unsuccessful(format!(
                "the sandbox refused {path}: {value}"
            )))
        }
    }
}

/// The rows of an answer.
fn rows(answer: &Value, name: &str) -> Vec<Value> {
    let rows = answer.get(name).and_then(Value::as_array);
    rows.cloned().unwrap_or_default()
}

/// The text, or the number's digits, at a place in an answer.
pub(super) fn text(value: &Value, place: &str) -> Option<String> {
    match value.pointer(place)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
