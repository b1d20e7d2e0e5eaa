//! The callback, asked at the public address as Meta asks it: the handshake, a wrong one, and deliveries.

use reqwest::RequestBuilder;
use secrecy::ExposeSecret;
use url::Url;

use super::code::Code;
use super::command::Patient;
use super::finding::Finding;
use super::trip::{self, Trip};
use super::web::{Heard, Unheard, Web, ask};
use crate::app;
use crate::store::Store;
use crate::webhook::probe;

pub(super) const CHECK: &str = "callback";
/// The settings that decide where it is.
const ADDRESS: [&str; 2] = ["BELINO_PUBLIC_URL", "BELINO_LISTEN"];

/// Asks. The store shows what arrived of a delivery that was refused.
pub(super) async fn look(patient: &Patient, web: &Web, store: Option<&Store>) -> Vec<Finding> {
    if ADDRESS.iter().any(|key| patient.is_faulty(key)) {
        return vec![Finding::skipped(CHECK, "the public address cannot be read")];
    }
    let url = app::callback(&patient.config);
    let (mut findings, goes_on) = handshakes(patient, web, &url).await;
    if goes_on {
        let trip = Trip {
            web,
            url,
            store,
            config: &patient.config,
        };
        findings.extend(trip::make(&trip).await);
    }
    findings
}

/// The right handshake, then a wrong one. False where going on would say nothing more.
async fn handshakes(patient: &Patient, web: &Web, url: &Url) -> (Vec<Finding>, bool) {
    let Some(token) = &patient.config.verify_token else {
        return (
            vec![Finding::skipped(
                CHECK,
                "without a verify token there is no handshake",
            )],
            true,
        );
    };
    let word = word();
    let asked = |token: &str| request(web, url, token, &word);
    let first = match ask(asked(token.expose_secret())).await {
        Ok(heard) => heard,
        Err(unheard) => return (vec![unreached(url, &unheard)], false),
    };
    if let Some(finding) = elsewhere(url, &first) {
        return (vec![finding], false);
    }
    let answered = right(&first, &word);
    let goes_on = answered.code.is_none() || first.problem().is_some();
    let mut findings = vec![answered];
    if goes_on {
        match ask(asked(&probe::wrong_token(&word))).await {
            Ok(heard) => findings.push(wrong(&heard)),
            Err(unheard) => findings.push(unreached(url, &unheard)),
        }
    }
    (findings, goes_on)
}

/// A word that nothing on the way has seen before.
pub(super) fn word() -> String {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    hex::encode(random)
}

fn request(web: &Web, url: &Url, token: &str, challenge: &str) -> RequestBuilder {
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.verify_token", token),
        ("hub.challenge", challenge),
    ];
    web.http().get(url.clone()).query(&query)
}

pub(super) fn unreached(url: &Url, unheard: &Unheard) -> Finding {
    match unheard {
        Unheard::Tls(words) => Code::CallbackTls.found(format!("{url}: {words}")),
        Unheard::Silent(words) => Code::CallbackUnreachable.found(format!("{url}: {words}")),
    }
}

/// A redirect, wherever it leads.
pub(super) fn elsewhere(url: &Url, heard: &Heard) -> Option<Finding> {
    let status = heard.status;
    (300..400).contains(&status).then(|| {
        let to = heard.location.as_deref().unwrap_or_default();
        let to = to.split('?').next().unwrap_or_default();
        Code::CallbackRedirects.found(format!("{url} answers {status} and leads to {to}"))
    })
}

fn right(heard: &Heard, word: &str) -> Finding {
    let body = String::from_utf8_lossy(&heard.body);
    match (heard.status, &heard.coding) {
        (200, Some(coding)) => {
            Code::CallbackChanged.found(format!("the challenge came back compressed ({coding}), unasked"))
        }
        (200, None) if body == word => Finding::passed(CHECK, "the handshake is answered with its challenge"),
        (200, None) if body.contains(word) => {
            let added = body.len() - word.len();
            Code::CallbackChanged.found(format!("the challenge came back with {added} bytes more"))
        }
        (403, _) if heard.problem().as_deref() == Some("wrong-verify-token") => {
            Code::VerifyTokenRefused.found("the callback refuses INSTAGRAM_VERIFY_TOKEN")
        }
        (status, _) => match heard.problem() {
            Some(code) => Code::TripFailed.found(format!("the handshake is answered {status} {code}")),
            None => {
                Code::CallbackNotBelino.found(format!("the handshake is answered {status} by something else"))
            }
        },
    }
}

fn wrong(heard: &Heard) -> Finding {
    match (heard.status, heard.problem()) {
        (403, Some(_)) => Finding::passed(CHECK, "a wrong verify token is refused"),
        (200..300, _) => Code::VerifyTokenIgnored.found("a wrong verify token is accepted"),
        (status, _) => Code::CallbackNotBelino.found(format!(
            "a wrong verify token is answered {status} by something else"
        )),
    }
}
