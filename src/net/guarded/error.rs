//! Why a user's URL could not be fetched, in words for that user.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

use super::names::NotPublic;

/// A URL that could not be fetched. Shows the host, never path or query, in which people keep keys.
#[derive(Debug)]
pub struct FetchError {
    /// The host of the hop at which it ended.
    pub host: String,
    /// What is wrong with it.
    pub fault: FetchFault,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.host, self.fault)
    }
}

impl Error for FetchError {
    /// What is behind the fault, whose own words stand in this one's.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.fault.source()
    }
}

/// What was wrong, and in the same sentence what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum FetchFault {
    #[error("only http and https URLs are fetched; give one that begins with https://")]
    NotHttp,
    #[error("the URL contains a user name or password; give one that works without")]
    HasUser,
    #[error("the URL is not on the public internet; give one that anybody can open, or upload the file")]
    NotPublic,
    #[error("the host could not be reached; check the name and that it is up")]
    Unreachable(#[source] reqwest::Error),
    #[error("no TLS connection that can be trusted; renew the host's certificate, or use another host")]
    Tls(#[source] reqwest::Error),
    #[error("the connection broke off; try again, or use another host")]
    Broken(#[source] reqwest::Error),
    #[error("no complete answer within {}; use a faster host, or upload the file", Seconds(*.0))]
    TooSlow(Duration),
    #[error("the file has more than {limit} bytes{}; give a smaller one", Told(*.told))]
    TooLarge {
        /// How many bytes are taken.
        limit: u64,
        /// How many there are, if the host said so.
        told: Option<u64>,
    },
    #[error("more than {0} redirects; give the URL that they end at")]
    TooManyRedirects(usize),
    #[error("a redirect without a target that can be followed; give the URL of the file itself")]
    BadRedirect,
    #[error("the host answers {}: nothing is there; check the URL", .0.as_u16())]
    NotFound(StatusCode),
    #[error("the host answers {}: it wants a login; give a URL that works without, or upload the file", .0.as_u16())]
    NeedsLogin(StatusCode),
    #[error("the host answers {}; try again later, or use another host", .0.as_u16())]
    Refused(StatusCode),
    #[error("the host sends the file packed (content-encoding); let it send files as they are")]
    Packed,
}

impl FetchError {
    /// The fault, with the host of the URL at which it showed.
    pub(super) fn at(url: &Url, fault: FetchFault) -> Self {
        let host = url.host_str().unwrap_or("the URL").to_owned();
        Self { host, fault }
    }

    /// A word for programs, which never changes.
    pub fn code(&self) -> &'static str {
        match self.fault {
            FetchFault::NotHttp | FetchFault::HasUser => "url-not-valid",
            FetchFault::NotPublic => "url-not-public",
            FetchFault::Unreachable(_) | FetchFault::Broken(_) | FetchFault::Refused(_) => "url-unreachable",
            FetchFault::Tls(_) => "url-tls",
            FetchFault::TooSlow(_) => "url-too-slow",
            FetchFault::TooLarge { .. } => "url-too-large",
            FetchFault::TooManyRedirects(_) | FetchFault::BadRedirect => "url-redirects",
            FetchFault::NotFound(_) => "url-not-found",
            FetchFault::NeedsLogin(_) => "url-needs-login",
            FetchFault::Packed => "url-packed",
        }
    }

    /// Whether the same URL may well work a little later.
    pub fn may_pass(&self) -> bool {
        match &self.fault {
            FetchFault::Unreachable(_) | FetchFault::Broken(_) | FetchFault::TooSlow(_) => true,
            FetchFault::Refused(status) => status.is_server_error() || status.as_u16() == 429,
            _ => false,
        }
    }
}

impl FetchFault {
    /// Of what the client said; its text names the whole URL and is left out.
    pub(super) fn of(error: reqwest::Error, limit: Duration) -> Self {
        let error = error.without_url();
        if has::<NotPublic>(&error) {
            Self::NotPublic
        } else if error.is_timeout() {
            Self::TooSlow(limit)
        } else if has::<rustls::Error>(&error) {
            Self::Tls(error)
        } else if error.is_connect() {
            Self::Unreachable(error)
        } else {
            Self::Broken(error)
        }
    }

    /// Of an answer that brings no file.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            404 | 410 => Self::NotFound(status),
            401 | 403 | 407 => Self::NeedsLogin(status),
            _ => Self::Refused(status),
        }
    }
}

/// Whether an error of this type is among the causes, also inside those of `io`.
fn has<E: Error + 'static>(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if cause.is::<E>() {
            return true;
        }
        let inside = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match inside {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    false
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

struct Told(Option<u64>);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => write!(f, " (it has {bytes})"),
            None => Ok(()),
        }
    }
}
