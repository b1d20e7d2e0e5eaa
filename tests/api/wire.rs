//! Deliveries as they go over the wire: signed, signed wrongly, odd, or cut off.

use std::time::Duration;

use belino::domain::AppSecret;
use belino::webhook::signature::sign;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{FACEBOOK_SECRET, OPERATOR, TestApp};

/// The longest that a background writer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A delivery with one comment.
pub(crate) fn comment(account: &str, id: &str, text: &str) -> String {
    changes(account, &[comment_change(id, text)])
}

/// A delivery of one account's changes.
pub(crate) fn changes(account: &str, changes: &[Value]) -> String {
    let entry = json!({ "id": account, "time": 1_795_000_000, "changes": changes });
    json!({ "object": "instagram", "entry": [entry] }).to_string()
}

pub(crate) fn comment_change(id: &str, text: &str) -> Value {
    json!({ "field": "comments", "value": {
        "id": id, "text": text, "from": { "id": "9000000000000001", "username": "someone" },
        "media": { "id": "18000000000000002", "media_product_type": "FEED" },
    } })
}

/// The signature of these bytes under a secret.
pub(crate) fn signature(secret: &str, body: impl AsRef<[u8]>) -> String {
    sign(&AppSecret::new(secret), body.as_ref())
}

/// Checks that this is a problem as RFC 9457 writes it, of this status and code. Gives its body.
pub(crate) async fn problem(response: Response, status: u16, code: &str) -> Value {
    let head = format!("{response:?}");
    let kind = response.headers().get("content-type").cloned();
    let found = response.status().as_u16();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{head} {text}");
    assert_eq!(kind.unwrap(), "application/problem+json", "{head}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&body["code"], &body["status"]), (&json!(code), &json!(status)));
    assert_eq!(body["type"], format!("urn:belino:problem:{code}"));
    assert!(!body["title"].as_str().unwrap().is_empty(), "{text}");
    assert!(!body["detail"].as_str().unwrap().is_empty(), "{text}");
    body
}

impl TestApp {
    /// A POST to the webhook, unsigned.
    pub(crate) fn posting(&self, body: impl Into<Vec<u8>>) -> RequestBuilder {
        let request = self.http.post(format!("{}/api/instagram/webhook", self.base));
        request.body(body.into())
    }

    /// A POST to the webhook, signed as the Facebook app does.
    pub(crate) fn signed(&self, body: impl Into<Vec<u8>>) -> RequestBuilder {
        let body = body.into();
        let signature = signature(FACEBOOK_SECRET, &body);
        self.posting(body).header("x-hub-signature-256", signature)
    }

    /// What the ledger has, oldest first.
    pub(crate) async fn ledger(&self) -> Vec<Value> {
        let mut rows = self.list("/api/deliveries?limit=200").await;
        rows.reverse();
        rows
    }

    /// A delivery's bytes, as an operator downloads them.
    pub(crate) async fn bytes_of(&self, delivery: &Value) -> Vec<u8> {
        let id = delivery["id"].as_str().unwrap();
        let request = self.http.get(format!("{}/api/deliveries/{id}/body", self.base));
        let answer = request.bearer_auth(OPERATOR).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    /// The bytes of every delivery that the ledger has, oldest first.
    pub(crate) async fn all_bytes(&self) -> Vec<Vec<u8>> {
        let mut bodies = Vec::new();
        for delivery in self.ledger().await {
            bodies.push(self.bytes_of(&delivery).await);
        }
        bodies
    }

    /// Sends these bytes over a connection of its own, ends its own side, and reads what is answered.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.base.trim_start_matches("http://"))
            .await
            .unwrap();
        // Whoever is refused early may find nobody who takes the rest.
        stream.write_all(bytes).await.ok();
        stream.shutdown().await.ok();
        let mut answer = Vec::new();
        let reading = stream.read_to_end(&mut answer);
        // A connection that is cut off says nothing more.
        tokio::time::timeout(PATIENCE, reading).await.unwrap().ok();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks the API until the answer is so: what a writer in the background does is not there at once.
    pub(crate) async fn until(&self, path: &str, so: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let answer = self.get(path).await;
                if so(&answer.body) {
                    return answer.body;
                }
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap()
    }

    /// A page of the feed, once it has so many rows: on PostgreSQL it waits for every transaction that
    /// runs in the cluster, those of other cases too.
    pub(crate) async fn feed(&self, path: &str, count: usize) -> Vec<Value> {
        let rows = |page: &Value| page["data"].as_array().unwrap().clone();
        rows(&self.until(path, |page| rows(page).len() >= count).await)
    }
}
