//! The files of a post: how many, of what kind, from where.

use super::found::Found;
use super::tags;
use crate::domain::post::counting::length;
use crate::domain::post::{MediaType, PostIntent, PostKind, PostMedia};

const CHILDREN: std::ops::RangeInclusive<usize> = 2..=10;
const LONGEST_ALT_TEXT: usize = 1_000;
/// Longer addresses are refused by much of what is on the way.
const LONGEST_URL: usize = 2_000;

pub(super) fn media(found: &mut Found, intent: &PostIntent) {
    let count = intent.media.len();
    match intent.kind {
        PostKind::Carousel if !CHILDREN.contains(&count) => {
            found.add(
                "/media",
                "children",
                format!("has {count} files; a carousel has 2 to 10"),
            );
        }
        PostKind::Image | PostKind::Reel | PostKind::Story if count != 1 => {
            found.add(
                "/media",
                "one-file",
                format!("has {count} files; this kind of post has one"),
            );
        }
        _ => {}
    }
    for (at, one) in intent.media.iter().enumerate() {
        let wanted = intent.kind.takes().unwrap_or(one.media_type);
        if wanted != one.media_type {
            let message = format!("says {}; this kind of post takes {wanted}", one.media_type);
            found.add(format!("/media/{at}/media_type"), "media-type", message);
        }
        source(found, at, one);
        alt_text(found, intent.kind, wanted, at, one);
        tags::people(found, intent.kind, wanted, at, one);
        tags::products(found, intent.kind, wanted, at, one);
    }
    if let Some(url) = &intent.cover_url {
        address(found, "/cover_url", url);
        if intent.cover_upload_id.is_some() {
            let message = "stands beside a cover_upload_id; give one of them";
            found.add("/cover_url", "cover", message);
        }
    }
}

/// A file is fetched from an address, or was uploaded.
fn source(found: &mut Found, at: usize, one: &PostMedia) {
    match (one.url.is_empty(), one.upload_id) {
        (false, None) => address(found, &format!("/media/{at}/url"), &one.url),
        (true, Some(_)) => {}
        (true, None) => found.add(format!("/media/{at}"), "url", "needs a url or an upload_id"),
        (false, Some(_)) => found.add(
            format!("/media/{at}"),
            "url",
            "has a url and an upload_id; give one of them",
        ),
    }
}

fn address(found: &mut Found, pointer: &str, text: &str) {
    if text.len() > LONGEST_URL || !text.is_ascii() {
        found.add(pointer, "url", "must be plain ASCII of at most 2,000 letters");
    }
    let scheme = text
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        found.add(pointer, "url", "must begin with https:// or http://");
    }
}

fn alt_text(found: &mut Found, kind: PostKind, is: MediaType, at: usize, one: &PostMedia) {
    let Some(text) = &one.alt_text else { return };
    let pointer = format!("/media/{at}/alt_text");
    if is == MediaType::Video || kind == PostKind::Story {
        found.add(pointer, "alt-text", "is for images of the feed only");
    } else {
        found.no_more_than(&pointer, "alt-text", "letters", length(text), LONGEST_ALT_TEXT);
    }
}
