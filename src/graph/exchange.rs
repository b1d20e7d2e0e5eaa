//! From an HTTP answer to a value: bounded, checked for errors, typed.

use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::lenient::Members;
use super::said::Said;

/// The largest answer that is read, inflated: a page of 50 comments with 50 replies each is below 2 MiB.
pub(super) const LARGEST_ANSWER: usize = 8 << 20;

/// The deepest nesting that is read; ours has ten levels. Replies are read by recursion, which a hostile
/// answer could drive through the end of the stack.
const DEEPEST_ANSWER: usize = 64;

/// Why there is no value.
#[derive(Debug)]
pub(super) enum Fault {
    /// No answer, or not all of it.
    Transport(reqwest::Error),
    /// The answer is larger, or nested deeper, than we read.
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
    // How some deletions are answered (graph-oauth.md §1.7).
    let body = if body == b"true" { b"{}" } else { body };
    let raw: &RawValue = serde_json::from_slice(body).map_err(|_| Fault::NotJson)?;
    if depth(raw.get()) > DEEPEST_ANSWER {
        return Err(Fault::TooLarge);
    }
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

/// How deep valid JSON is nested.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::super::Comment;
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_texts() {
        for (json, expected) in [
            ("1", 0),
            ("{}", 1),
            (r#"{"a":[{}],"b":[]}"#, 3),
            (r#"["[[\"[[{","{"]"#, 1),
        ] {
            assert_eq!(depth(json), expected, "{json}");
        }
    }

    #[test]
    fn a_bottomless_answer_is_refused() {
        let levels = 100_000;
        let json = format!(
            "{}{}{}",
            r#"{"id":"1","replies":{"data":["#.repeat(levels),
            r#"{"id":"1"}"#,
            "]}}".repeat(levels)
        );
        let read = value::<Comment>(StatusCode::OK, json.as_bytes());
        assert!(matches!(read, Err(Fault::TooLarge)));
    }
}
