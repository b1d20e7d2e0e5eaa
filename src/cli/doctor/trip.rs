//! Deliveries that are none: one that is signed wrongly, and one for each secret, as Meta would post them.

use std::time::Duration;

use url::Url;

use super::callback::{CHECK, elsewhere, unreached, word};
use super::code::Code;
use super::finding::Finding;
use super::web::{Heard, Web, ask};
use crate::config::Config;
use crate::domain::AppSecret;
use crate::store::{PageRequest, QuarantineRow, Store, StoreError};
use crate::webhook::diagnosis::{Budget, Refused, Suspects, diagnose};
use crate::webhook::probe::{self, Echo};
use crate::webhook::signature::sign;

/// What was refused is looked for among so many.
const NEWEST: i64 = 50;
/// The quarantine is written beside the answer: so often, with a pause between, it is looked into.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(150);
/// The most that is hashed to say what changed.
const HASHED: usize = 32 << 20;

/// Where, and with what.
pub(super) struct Trip<'a> {
    pub(super) web: &'a Web,
    pub(super) url: Url,
    pub(super) store: Option<&'a Store>,
    pub(super) config: &'a Config,
}

/// Makes it, once per secret.
pub(super) async fn make(trip: &Trip<'_>) -> Vec<Finding> {
    let forged = trip.forged().await;
    let goes_on = forged.code.is_none();
    let mut findings = vec![forged];
    if goes_on {
        for (label, secret) in &trip.config.secrets {
            findings.push(trip.signed(label, secret).await);
        }
    }
    findings
}

impl Trip<'_> {
    async fn post(&self, body: &str, signature: String) -> Result<Heard, Finding> {
        let request = self.web.http().post(self.url.clone());
        let request = request
            .header("content-type", "application/json")
            .header("x-hub-signature-256", signature)
            .body(body.to_owned());
        let heard = ask(request)
            .await
            .map_err(|unheard| unreached(&self.url, &unheard))?;
        match elsewhere(&self.url, &heard) {
            Some(finding) => Err(finding),
            None => Ok(heard),
        }
    }

    async fn forged(&self) -> Finding {
        let word = word();
        let body = probe::forged(&word);
        let signature = sign(&AppSecret::new(word), body.as_bytes());
        let heard = match self.post(&body, signature).await {
            Ok(heard) => heard,
            Err(finding) => return finding,
        };
        match (heard.status, heard.problem()) {
            (401, Some(code)) if code == "missing-signature" => lost(),
            (401, Some(_)) => Finding::passed(CHECK, "a delivery that is signed wrongly is refused"),
            (200..300, _) => Code::ForgeryAccepted.found("a delivery that is signed wrongly is accepted"),
            (status, code) => unexpected(status, code),
        }
    }

    async fn signed(&self, label: &str, secret: &AppSecret) -> Finding {
        let word = word();
        let body = probe::signed(&word);
        let heard = match self.post(&body, sign(secret, body.as_bytes())).await {
            Ok(heard) => heard,
            Err(finding) => return finding,
        };
        match (heard.status, heard.problem()) {
            (200, _) => returned(&heard, label, &body),
            (401, Some(code)) if code == "missing-signature" => lost(),
            (401, Some(_)) => self.refused(label, &word, &body).await,
            (status, code) => unexpected(status, code),
        }
    }

    /// A signature that is right was refused: by a service with other secrets, or since the body was changed.
    async fn refused(&self, label: &str, word: &str, sent: &str) -> Finding {
        match self.arrived(word).await {
            Some(row) if row.body == sent.as_bytes() => {
                Code::SecretNotServed.found(format!("the callback refuses a delivery that the `{label}` secret signs"))
            }
            Some(row) => Code::BodyChanged.found(changed(&row, &Suspects::of(&self.config.secrets), sent)),
            None => Code::TripFailed.found(format!(
                "the callback refuses a delivery that the `{label}` secret signs, and what arrived is not in this database"
            )),
        }
    }

    async fn arrived(&self, word: &str) -> Option<QuarantineRow> {
        let store = self.store?;
        for _ in 0..LOOKS {
            if let Ok(Some(row)) = newest(store, word).await {
                return Some(row);
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }
}

async fn newest(store: &Store, word: &str) -> Result<Option<QuarantineRow>, StoreError> {
    let page = PageRequest {
        after: None,
        limit: NEWEST,
    };
    let has = |row: &QuarantineRow| row.body.windows(word.len()).any(|bytes| bytes == word.as_bytes());
    Ok(store.quarantined(page).await?.into_iter().find(has))
}

fn lost() -> Finding {
    Code::SignatureHeaderLost.found("a delivery arrives without X-Hub-Signature-256")
}

fn unexpected(status: u16, code: Option<String>) -> Finding {
    match code {
        Some(code) => Code::TripFailed.found(format!("a delivery is answered {status} {code}")),
        None => Code::CallbackNotBelino.found(format!("a delivery is answered {status} by something else")),
    }
}

/// Whatever answers 200 must have seen the very bytes.
fn returned(heard: &Heard, label: &str, body: &str) -> Finding {
    let echo = serde_json::from_slice::<Echo>(&heard.body).ok();
    if echo.is_some_and(|echo| echo.sha256 == Echo::of(body.as_bytes(), label).sha256) {
        return Finding::passed(
            CHECK,
            format!("a delivery that the `{label}` secret signs arrives unchanged"),
        );
    }
    Code::CallbackNotBelino.found("a delivery is answered 200 by something else")
}

fn changed(row: &QuarantineRow, suspects: &Suspects, sent: &str) -> String {
    let refused = Refused {
        reason: &row.reason,
        headers: &row.headers,
        body: &row.body,
        body_bytes: row.body_bytes,
    };
    let found = diagnose(&refused, suspects, &mut Budget::of(HASHED));
    let (left, came) = (sent.len(), row.body_bytes);
    let detail = found
        .detail
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    if found.proven {
        return format!("of {left} bytes {came} arrived: {}{detail}", found.cause.means());
    }
    format!("of {left} bytes {came} arrived, and not the same")
}
