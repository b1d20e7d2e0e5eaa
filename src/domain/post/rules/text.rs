//! Words: what stands beneath a post, what the account says first, who is invited.

use super::found::Found;
use super::tags::is_name;
use crate::domain::post::PostIntent;
use crate::domain::post::counting::{hashtags, length, mentions};

const LONGEST_CAPTION: usize = 2_200;
const MOST_HASHTAGS: usize = 30;
const MOST_MENTIONS: usize = 20;
const MOST_COLLABORATORS: usize = 3;

pub(super) fn text(found: &mut Found, intent: &PostIntent) {
    if let Some(caption) = &intent.caption {
        found.no_more_than(
            "/caption",
            "caption-length",
            "letters",
            length(caption),
            LONGEST_CAPTION,
        );
        found.no_more_than(
            "/caption",
            "hashtags",
            "hashtags",
            hashtags(caption),
            MOST_HASHTAGS,
        );
        found.no_more_than(
            "/caption",
            "mentions",
            "mentions",
            mentions(caption),
            MOST_MENTIONS,
        );
        if caption.contains('\0') {
            found.add("/caption", "caption", "has a NUL character");
        }
    }
    if let Some(comment) = &intent.first_comment {
        if comment.trim().is_empty() || comment.contains('\0') {
            found.add(
                "/first_comment",
                "first-comment",
                "is empty, or has a NUL character",
            );
        }
        let most = LONGEST_CAPTION;
        found.no_more_than(
            "/first_comment",
            "first-comment",
            "letters",
            length(comment),
            most,
        );
        found.no_more_than(
            "/first_comment",
            "hashtags",
            "hashtags",
            hashtags(comment),
            MOST_HASHTAGS,
        );
    }
}

pub(super) fn collaborators(found: &mut Found, intent: &PostIntent) {
    let names = &intent.collaborators;
    found.no_more_than(
        "/collaborators",
        "collaborators",
        "names",
        names.len(),
        MOST_COLLABORATORS,
    );
    for (at, name) in names.iter().enumerate() {
        if !is_name(name) {
            found.add(
                format!("/collaborators/{at}"),
                "username",
                "is no user name of Instagram's",
            );
        }
    }
}
