//! Requests of the doctor's: bounded in time and size, without redirects, and with words for what went wrong.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use crate::net::{self, NetError, Settings};

/// How long an exchange may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most of an answer that is read.
const LARGEST: usize = 64 * 1024;

/// Asks.
pub(super) struct Web(Client);

/// What came back.
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) coding: Option<String>,
    pub(super) date: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Why nothing did.
pub(super) enum Unheard {
    /// The certificate, or what speaks there is no TLS.
    Tls(String),
    /// Nobody, not in time, or not all of it.
    Silent(String),
}

impl Web {
    pub(super) fn new() -> Result<Self, NetError> {
        let settings = Settings {
            timeout: PATIENCE,
            ..Settings::default()
        };
        Ok(Self(net::client(&settings)?))
    }

    pub(super) const fn http(&self) -> &Client {
        &self.0
    }
}

/// Sends, and reads the answer's beginning.
pub(super) async fn ask(request: RequestBuilder) -> Result<Heard, Unheard> {
    let answer = request
        .header("accept-encoding", "identity")
        .send()
        .await
        .map_err(unheard)?;
    let header = |name: &str| {
        let value = answer.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Ok(Heard {
        status: answer.status().as_u16(),
        location: header("location"),
        coding: header("content-encoding"),
        date: header("date"),
        body: body(answer).await?,
    })
}

async fn body(mut answer: Response) -> Result<Vec<u8>, Unheard> {
    let mut bytes = Vec::new();
    while bytes.len() < LARGEST {
        let Some(chunk) = answer.chunk().await.map_err(unheard)? else {
            break;
        };
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

impl Heard {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of a problem of Belino's.
    pub(super) fn problem(&self) -> Option<String> {
        let problem = self.json();
        let kind = problem.get("type")?.as_str()?;
        Some(kind.strip_prefix("urn:belino:problem:")?.to_owned())
    }
}

/// Without the address: it may hold what nobody should read in a report.
fn unheard(error: reqwest::Error) -> Unheard {
    let error = error.without_url();
    if error.is_timeout() {
        return Unheard::Silent("no answer in time".to_owned());
    }
    let (mut words, mut tls) = (error.to_string(), false);
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(source) = cause {
        tls |= is_tls(source);
        words = source.to_string();
        cause = source.source();
    }
    if tls {
        Unheard::Tls(words)
    } else {
        Unheard::Silent(words)
    }
}

/// TLS's errors come wrapped into those of I/O, more than once, which do not give them as their source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || wrapped.is_some_and(|inner| is_tls(inner))
}
