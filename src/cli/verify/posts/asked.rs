//! A post that was asked for, and what is to happen to it.

use serde_json::{Value, json};

use super::case::Case;

/// What Meta takes as good here: it fetches nothing.
const PICTURE: &str = "https://cdn.example.org/bread.jpg";
const FILM: &str = "https://cdn.example.org/bread.mp4";

/// A post, by whose caption it is known again.
pub(super) struct Asked {
    pub(super) case: Case,
    pub(super) account: String,
    pub(super) caption: String,
    /// Its path in the API.
    pub(super) path: String,
    /// The number of the fault that is ordered for it.
    pub(super) order: u64,
}

/// How many kinds of posts there are.
pub(super) const KINDS: u64 = 3;

/// What is asked for: a post of this kind, with a first comment.
pub(super) fn wish(kind: u64, account: &str, caption: &str) -> Value {
    let (kind, media) = match kind {
        0 => ("image", vec![PICTURE]),
        1 => ("carousel", vec![PICTURE; 3]),
        _ => ("reel", vec![FILM]),
    };
    let media: Vec<Value> = media.into_iter().map(|url| json!({ "url": url })).collect();
    json!({
        "account": account, "kind": kind, "caption": caption, "media": media,
        "first_comment": comment_on(caption),
    })
}

/// The comment beneath the post with this caption.
pub(super) fn comment_on(caption: &str) -> String {
    format!("on {caption}")
}
