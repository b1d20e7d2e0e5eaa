//! From an HTTP answer to a value: bounded, checked for errors, typed.

use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::lenient::Members;
use super::said::Said;

/// The largest answer that is read, inflated: a page of 50 comments with 50 replies each is below 2 MiB.
pub(super) const LARGEST_ANSWER: usize = 8 << 20;

/// Why there is no value.
#[derive(Debug)]
pub(super) enum Fault {
    /// No answer, or not all of it.
    Transport(reqwest::Error),
    /// The answer is larger than we read.
    TooLarge,
    /// The answer is no JSON.
    NotJson,
    /// Meta reports an error.
    Said(Said),
    /// The status is an error, the body does not say which.
    Silent,
    /// The answer is good but not what we asked for.
    Shape(serde_json::Error),
}

/// Reads a body up to the bound; counted as inflated, so that a small one cannot swell.
pub(super) async fn body(mut response: Response) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(transport)? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Fault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The URL stays out of errors: it carries the proof of the app's secret.
pub(super) fn transport(error: reqwest::Error) -> Fault {
    Fault::Transport(error.without_url())
}

/// Reads the value, or the error: Meta reports errors with good statuses, too. What we ask for is always
/// an object; a list is refused here, because serde would read one as an object's members in order.
pub(super) fn value<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, Fault> {
    let raw: &RawValue = serde_json::from_slice(body).map_err(|_| Fault::NotJson)?;
    let members = serde_json::from_str::<Members<'_>>(raw.get());
    if let Some(said) = members.as_ref().ok().and_then(Said::find) {
        return Err(Fault::Said(said));
    }
    if !status.is_success() {
        return Err(Fault::Silent);
    }
    members
        .and_then(|_| serde_json::from_str(raw.get()))
        .map_err(Fault::Shape)
}
