//! One file over HTTP: redirects followed by hand, each hop checked; a body read within its bound.

use bytes::{Bytes, BytesMut};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderName, LOCATION,
    RANGE,
};
use reqwest::{Response, StatusCode};
use url::Url;

use super::error::{FetchError, FetchFault};
use super::target;
use super::{GuardSettings, Guarded};

/// Asks for the file, its first bytes if so wanted, and follows redirects; gives where it ended, and an answer that
/// brings the file as it is.
pub(super) async fn follow(
    guarded: &Guarded,
    url: &Url,
    first: Option<u64>,
) -> Result<(Url, Response), FetchError> {
    let mut url = url.clone();
    for _ in 0..=guarded.settings.max_redirects {
        let answer = ask(guarded, &url, first)
            .await
            .map_err(|fault| FetchError::at(&url, fault))?;
        if !answer.status().is_redirection() {
            return match good(&answer, first.is_some()) {
                Ok(()) => Ok((url, answer)),
                Err(fault) => Err(FetchError::at(&url, fault)),
            };
        }
        url = target_of(&url, &answer).ok_or_else(|| FetchError::at(&url, FetchFault::BadRedirect))?;
    }
    let fault = FetchFault::TooManyRedirects(guarded.settings.max_redirects);
    Err(FetchError::at(&url, fault))
}

async fn ask(guarded: &Guarded, url: &Url, first: Option<u64>) -> Result<Response, FetchFault> {
    target::check(url, guarded.reach)?;
    let mut request = guarded
        .client
        .get(url.clone())
        .header(ACCEPT, "*/*")
        .header(ACCEPT_ENCODING, "identity");
    if let Some(last) = first.and_then(|count| count.checked_sub(1)) {
        request = request.header(RANGE, format!("bytes=0-{last}"));
    }
    let sent = request.send().await;
    sent.map_err(|error| FetchFault::of(error, guarded.settings.timeout_total))
}

fn target_of(url: &Url, answer: &Response) -> Option<Url> {
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    url.join(location).ok()
}

/// An empty file has no range that could be sent: 416 is how it shows.
fn good(answer: &Response, ranged: bool) -> Result<(), FetchFault> {
    let status = answer.status();
    let brings = match status {
        StatusCode::OK => true,
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => ranged,
        _ => false,
    };
    if !brings {
        return Err(FetchFault::of_status(status));
    }
    match text(answer.headers(), CONTENT_ENCODING) {
        Some(encoding) if !encoding.eq_ignore_ascii_case("identity") => Err(FetchFault::Packed),
        _ => Ok(()),
    }
}

/// What the host says that the file is.
pub(super) fn content_type(answer: &Response) -> Option<String> {
    text(answer.headers(), CONTENT_TYPE).map(str::to_owned)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The whole body, unless it is longer than it may be.
pub(super) async fn whole(
    answer: Response,
    limit: u64,
    settings: &GuardSettings,
) -> Result<Bytes, FetchFault> {
    let told = answer.content_length();
    if told.is_some_and(|told| told > limit) {
        return Err(FetchFault::TooLarge { limit, told });
    }
    let bytes = first_of(answer, limit.saturating_add(1), settings).await?;
    if bytes.len() as u64 > limit {
        return Err(FetchFault::TooLarge { limit, told });
    }
    Ok(bytes)
}

/// The body's first bytes, and how many the file has.
pub(super) async fn beginning(
    answer: Response,
    count: u64,
    settings: &GuardSettings,
) -> Result<(Bytes, Option<u64>), FetchFault> {
    let total = match answer.status() {
        StatusCode::OK => answer.content_length(),
        StatusCode::PARTIAL_CONTENT => ranged_total(answer.headers()),
        _ => return Ok((Bytes::new(), Some(0))),
    };
    let bytes = first_of(answer, count, settings).await?;
    let all = (bytes.len() as u64) < count;
    let total = total.or_else(|| all.then_some(bytes.len() as u64));
    Ok((bytes, total))
}

/// Of `bytes 0-1023/146515`.
fn ranged_total(headers: &HeaderMap) -> Option<u64> {
    let (_, total) = text(headers, CONTENT_RANGE)?.rsplit_once('/')?;
    total.parse().ok()
}

async fn first_of(mut answer: Response, count: u64, settings: &GuardSettings) -> Result<Bytes, FetchFault> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut bytes = BytesMut::new();
    while bytes.len() < count {
        let chunk = answer.chunk().await;
        match chunk.map_err(|error| FetchFault::of(error, settings.timeout_total))? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    bytes.truncate(count);
    Ok(bytes.freeze())
}
