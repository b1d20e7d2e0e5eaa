//! One address fetched: in bounded time and size, over a bounded number of redirects.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use url::Url;

use crate::sandbox::errors::GraphFault;
use crate::sandbox::meta::Meta;

/// As which it comes.
const AGENT: &str = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)";

/// So many redirects are followed.
const REDIRECTS: usize = 5;

/// What lies at an address.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    /// Its beginning, as far as it was to be kept.
    pub(crate) head: Vec<u8>,
    /// Its length, or the bound that it went beyond.
    pub(crate) length: u64,
}

/// Fetches up to `most` bytes and one, and keeps the first `kept` of them.
pub(crate) async fn fetch(meta: &Meta, url: &Url, most: u64, kept: usize) -> Result<Fetched, GraphFault> {
    let time = Duration::from_millis(meta.world().settings.publishing.fetch_timeout_ms);
    let whole = async {
        let answer = follow(meta, url).await?;
        take(answer, most, kept).await
    };
    tokio::select! {
        fetched = tokio::time::timeout(time, whole) => {
            fetched.unwrap_or_else(|_| Err(GraphFault::of(-2, Some(2_207_003))))
        }
        () = meta.stop.cancelled() => Err(unreachable(url)),
    }
}

/// The last of a chain of redirects.
async fn follow(meta: &Meta, url: &Url) -> Result<reqwest::Response, GraphFault> {
    let mut at = url.clone();
    for _ in 0..=REDIRECTS {
        let request = meta.outbox.client.get(at.clone()).header(USER_AGENT, AGENT);
        let answer = request.send().await.map_err(|_| unreachable(url))?;
        if !answer.status().is_redirection() {
            return Ok(answer).and_then(|answer| must_be_media(url, answer));
        }
        let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        at = to
            .and_then(|to| at.join(to).ok())
            .ok_or_else(|| unreachable(url))?;
    }
    Err(unreachable(url))
}

/// A page to log in at is no picture, whatever its status says.
fn must_be_media(url: &Url, answer: reqwest::Response) -> Result<reqwest::Response, GraphFault> {
    let kind = answer.headers().get(CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/"));
    if answer.status().is_success() && !is_text {
        return Ok(answer);
    }
    Err(unreachable(url))
}

async fn take(mut answer: reqwest::Response, most: u64, kept: usize) -> Result<Fetched, GraphFault> {
    let url = answer.url().clone();
    let mut fetched = Fetched::default();
    while let Some(chunk) = answer.chunk().await.map_err(|_| unreachable(&url))? {
        let room = kept.saturating_sub(fetched.head.len()).min(chunk.len());
        fetched.head.extend(chunk.iter().take(room));
        fetched.length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if fetched.length > most {
            break;
        }
    }
    Ok(fetched)
}

/// What is said of an address that gives nothing.
fn unreachable(url: &Url) -> GraphFault {
    GraphFault::of(9_004, Some(2_207_052)).with_words(format!(
        "Only photo or video can be accepted as media type. The media could not be fetched from this URI: {url}"
    ))
}
