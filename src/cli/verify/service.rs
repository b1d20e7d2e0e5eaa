//! The service's API as the run asks it: pages of lists, and the sums.

use std::net::SocketAddr;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::cli::Failure;

/// The most rows that a page has.
const PAGE: usize = 200;

/// Asks a service with the operator's key.
#[derive(Clone)]
pub(super) struct Api {
    http: Client,
    key: String,
}

impl Api {
    pub(super) const fn new(http: Client, key: String) -> Self {
        Self { http, key }
    }

    /// True once it says that it is ready.
    pub(super) async fn is_ready(&self, at: SocketAddr) -> bool {
        let answer = self.http.get(format!("http://{at}/readyz")).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Makes a workspace, which its first key does.
    pub(super) async fn make_workspace(&self, at: SocketAddr, name: &str) -> Result<(), Failure> {
        let key = json!({ "workspace": name, "name": "verify", "scope": "read" });
        self.post(at, "/api/keys", &key).await.map(drop)
    }

    /// Connects an account by a token of Instagram Login.
    pub(super) async fn connect(&self, at: SocketAddr, workspace: &str, token: &str) -> Result<(), Failure> {
        let wanted = json!({ "login": "instagram", "workspace": workspace, "token": token });
        self.post(at, "/api/instagram/connections", &wanted)
            .await
            .map(drop)
    }

    /// How everything stands.
    pub(super) async fn summary(&self, at: SocketAddr) -> Result<Value, Failure> {
        self.get(at, "/api/summary").await
    }

    /// All rows of a list, by its path with a `?`.
    pub(super) async fn all(&self, at: SocketAddr, path: &str) -> Result<Vec<Value>, Failure> {
        self.rest(at, path, &mut None).await
    }

    /// The rows of a list behind this place, which is moved to its end.
    pub(super) async fn rest(
        &self,
        at: SocketAddr,
        path: &str,
        place: &mut Option<String>,
    ) -> Result<Vec<Value>, Failure> {
        let mut rows = Vec::new();
        loop {
            let after = place.as_ref().map(|place| format!("&after={place}"));
            let asked = format!("{path}limit={PAGE}{}", after.unwrap_or_default());
            let mut page: Value = read(&self.ask(Method::GET, at, &asked, None).await?)?;
            let data = page.get_mut("data").and_then(Value::as_array_mut);
            let mut data = data.map(std::mem::take).unwrap_or_default();
            let got = data.len();
            rows.append(&mut data);
            let next = page.get("next").and_then(Value::as_str);
            if let Some(next) = next {
                *place = Some(next.to_owned());
            }
            if next.is_none() || got < PAGE {
                return Ok(rows);
            }
        }
    }

    /// A delivery's bytes.
    pub(super) async fn body(&self, at: SocketAddr, id: &str) -> Result<Vec<u8>, Failure> {
        self.ask(Method::GET, at, &format!("/api/deliveries/{id}/body"), None)
            .await
    }

    /// What it answers to a question.
    pub(super) async fn get(&self, at: SocketAddr, path: &str) -> Result<Value, Failure> {
        read(&self.ask(Method::GET, at, path, None).await?)
    }

    /// What it answers to a wish.
    pub(super) async fn wish(&self, at: SocketAddr, path: &str, body: &Value) -> Result<Value, Failure> {
        read(&self.post(at, path, body).await?)
    }

    async fn post(&self, at: SocketAddr, path: &str, body: &Value) -> Result<Vec<u8>, Failure> {
        self.ask(Method::POST, at, path, Some(body)).await
    }

    async fn ask(
        &self,
        method: Method,
        at: SocketAddr,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Vec<u8>, Failure> {
        let failed = |error: reqwest::Error| {
            Failure::Unsuccessful(format!("the service did not answer {path}: {error}"))
        };
        let mut request = self
            .http
            .request(method, format!("http://{at}{path}"))
            .bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(failed)?;
        if status.is_success() {
            return Ok(bytes.to_vec());
        }
        let said = String::from_utf8_lossy(&bytes);
        Err(Failure::Unsuccessful(format!(
            "the service refused {path}: {status} {said}"
        )))
    }
}

fn read(bytes: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(bytes)
        .map_err(|error| Failure::Unsuccessful(format!("the service answered no JSON: {error}")))
}
