//! One try: signed, posted, and what follows from the answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::batch::Delivery;
use super::log::{Attempt, Outcome};
use super::retry;
use crate::domain::{Login, Timestamp};
use crate::sandbox::apps::hmac_hex;
use crate::sandbox::faults::What;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Destination};

/// Tries a notification once (twice, if a duplicate was ordered), and settles it or puts it back.
pub(crate) async fn send(meta: Arc<Meta>, mut delivery: Delivery, faults: Vec<What>) {
    let destination = meta.world().callbacks.get(&delivery.lane.login).cloned();
    let Some(destination) = destination else {
        return meta.outbox.hold(meta.now() + Duration::from_secs(1), delivery);
    };
    delivery.tries += 1;
    if faults.contains(&What::Drop) {
        let dropped = attempt(&meta, &delivery, &faults, String::new());
        return settle(
            &meta,
            &delivery,
            Attempt {
                outcome: Outcome::Dropped,
                ..dropped
            },
        );
    }
    let (body, signature) = wire(&meta, &delivery, &destination, &faults);
    let mut noted = attempt(&meta, &delivery, &faults, signature);
    let copies = if faults.contains(&What::Duplicate) { 2 } else { 1 };
    for copy in 1..=copies {
        let answered = post(&meta, &destination, &body, &noted.signature).await;
        noted.status = answered.as_ref().ok().copied();
        noted.error = answered.err();
        noted.outcome = if noted.status == Some(200) {
            Outcome::Acknowledged
        } else {
            Outcome::Failed
        };
        if copy < copies {
            meta.outbox.note(noted.clone());
        }
    }
    if noted.outcome == Outcome::Acknowledged {
        return settle(&meta, &delivery, noted);
    }
    let next = retry::next(&delivery, &meta.world().settings);
    match next {
        Some(at) => {
            meta.outbox.note(Attempt {
                next_at: Some(at),
                ..noted
            });
            if meta.epoch() == delivery.epoch {
                meta.outbox.hold(at, delivery);
            }
        }
        None => settle(
            &meta,
            &delivery,
            Attempt {
                outcome: Outcome::GivenUp,
                ..noted
            },
        ),
    }
}

/// Writes down that the updates need not be sent any more.
fn settle(meta: &Meta, delivery: &Delivery, attempt: Attempt) {
    let changes = match attempt.outcome {
        Outcome::GivenUp => retry::given_up(delivery),
        _ => vec![Change::Settled {
            notices: delivery.notices.clone(),
        }],
    };
    if let Err(error) = meta.change_of_epoch(delivery.epoch, changes) {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "an acknowledgement could not be written down"
        );
    }
    meta.outbox.note(attempt);
}

fn attempt(meta: &Meta, delivery: &Delivery, faults: &[What], signature: String) -> Attempt {
    Attempt {
        delivery: delivery.number,
        nth: delivery.tries,
        login: delivery.lane.login,
        at: meta.now(),
        accounts: delivery.accounts.clone(),
        fields: delivery.fields.clone(),
        updates: delivery.notices.len(),
        body_bytes: delivery.body.len(),
        signature,
        status: None,
        error: None,
        faults: faults.to_vec(),
        outcome: Outcome::Failed,
        next_at: None::<Timestamp>,
        body: delivery.body.clone(),
    }
}

/// The bytes and the signature that go out, with what was ordered to be wrong with them.
fn wire(meta: &Meta, delivery: &Delivery, to: &Destination, faults: &[What]) -> (Bytes, String) {
    let login = delivery.lane.login;
    let own = to
        .secret
        .as_deref()
        .unwrap_or_else(|| meta.apps.of(login).secret.expose());
    let other = match login {
        Login::Facebook => Login::Instagram,
        Login::Instagram => Login::Facebook,
    };
    let secret = if faults.contains(&What::OtherSecret) {
        meta.apps.of(other).secret.expose()
    } else {
        own
    };
    let signed: &[u8] = if faults.contains(&What::BadSignature) {
        b"something else"
    } else {
        &delivery.body
    };
    let signature = format!("sha256={}", hmac_hex(secret, signed));
    let body = if faults.contains(&What::Truncated) {
        delivery.body.slice(..delivery.body.len() / 2)
    } else {
        delivery.body.clone()
    };
    (body, signature)
}

async fn post(meta: &Meta, to: &Destination, body: &Bytes, signature: &str) -> Result<u16, String> {
    let time = Duration::from_millis(meta.world().settings.delivery_timeout_ms);
    let request = meta
        .outbox
        .client
        .post(to.url.clone())
        .timeout(time)
        .header("Content-Type", "application/json")
        .header("Accept", "*/*")
        .header("X-Hub-Signature-256", signature)
        .body(body.clone());
    let answered = tokio::select! {
        answered = request.send() => answered,
        () = meta.stop.cancelled() => return Err("the sandbox stopped".to_owned()),
    };
    answered
        .map(|answer| answer.status().as_u16())
        .map_err(|error| words(&error))
}

/// An error with its causes, without the address.
fn words(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "timed out".to_owned()
    } else {
        "not delivered".to_owned()
    };
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}
