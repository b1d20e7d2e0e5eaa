//! Posts one body as Meta does, and says what was answered.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, header};
use url::Url;

use crate::domain::AppSecret;
use crate::webhook::signature;

/// What became of one copy.
pub(super) struct Sent {
    /// The answer's status, or why there was none.
    pub(super) answer: Result<StatusCode, String>,
    /// From the first byte to the answer.
    pub(super) took: Duration,
}

pub(super) struct Sender {
    client: Client,
    to: Url,
    secret: AppSecret,
}

impl Sender {
    pub(super) fn new(client: Client, to: Url, secret: AppSecret) -> Self {
        Self { client, to, secret }
    }

    pub(super) async fn send(&self, body: Vec<u8>) -> Sent {
        let request = self
            .client
            .post(self.to.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("X-Hub-Signature-256", signature::sign(&self.secret, &body))
            .body(body);
        let start = Instant::now();
        let answer = request.send().await;
        let took = start.elapsed();
        Sent {
            answer: answer
                .map(|answer| answer.status())
                .map_err(|error| reason(&error)),
            took,
        }
    }
}

/// The innermost cause: `Connection refused` says more than `error sending request`.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
