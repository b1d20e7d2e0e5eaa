//! Meta's rules for a post, as far as its words show (graph-publishing.md §2, §5): what breaks one is known before
//! anything is made at Meta, and all of it is told at once.

use super::counting::{hashtags, length, mentions};
use super::{MediaType, PostIntent, PostKind, PostMedia};

const LONGEST_CAPTION: usize = 2_200;
const MOST_HASHTAGS: usize = 30;
const MOST_MENTIONS: usize = 20;
const LONGEST_ALT_TEXT: usize = 1_000;
const MOST_COLLABORATORS: usize = 3;
const CHILDREN: std::ops::RangeInclusive<usize> = 2..=10;
const MOST_USER_TAGS: usize = 20;
const MOST_PRODUCT_TAGS: usize = 5;
/// User names at Instagram have no more letters.
const LONGEST_NAME: usize = 30;
/// Our own bound: the name of a sound is shown in a line.
const LONGEST_AUDIO_NAME: usize = 200;
/// Longer addresses are refused by much of what is on the way.
const LONGEST_URL: usize = 2_000;

/// A rule that a post breaks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// Where, as `/media/2/alt_text`.
    pub pointer: String,
    /// Stable: what programs decide by.
    pub code: &'static str,
    /// What is wrong, with the bound.
    pub message: String,
}

#[derive(Default)]
struct Found(Vec<Fault>);

impl Found {
    fn add(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(Fault {
            pointer: pointer.into(),
            code,
            message: message.into(),
        });
    }

    fn no_more_than(&mut self, pointer: &str, code: &'static str, what: &str, count: usize, most: usize) {
        if count > most {
            self.add(pointer, code, format!("has {count} {what}; {most} at most"));
        }
    }
}

/// Every rule that a post breaks.
pub fn faults(intent: &PostIntent) -> Vec<Fault> {
    let mut found = Found::default();
    media(&mut found, intent);
    text(&mut found, intent);
    collaborators(&mut found, intent);
    only_of_reels(&mut found, intent);
    only_of_posts(&mut found, intent);
    found.0
}

fn media(found: &mut Found, intent: &PostIntent) {
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
        let wanted = match intent.kind {
            PostKind::Image => Some(MediaType::Image),
            PostKind::Reel => Some(MediaType::Video),
            PostKind::Carousel | PostKind::Story => None,
        };
        if let Some(wanted) = wanted.filter(|wanted| *wanted != one.media_type) {
            let message = format!("is a {}; this kind of post takes {wanted}", one.media_type);
            found.add(format!("/media/{at}/media_type"), "media-type", message);
        }
        source(found, at, one);
        alt_text(found, intent.kind, at, one);
        user_tags(found, intent.kind, at, one);
        product_tags(found, intent.kind, at, one);
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

fn alt_text(found: &mut Found, kind: PostKind, at: usize, one: &PostMedia) {
    let Some(text) = &one.alt_text else { return };
    let pointer = format!("/media/{at}/alt_text");
    if one.media_type == MediaType::Video || kind == PostKind::Story {
        found.add(pointer, "alt-text", "is for images of the feed only");
    } else {
        found.no_more_than(&pointer, "alt-text", "letters", length(text), LONGEST_ALT_TEXT);
    }
}

fn user_tags(found: &mut Found, kind: PostKind, at: usize, one: &PostMedia) {
    found.no_more_than(
        &format!("/media/{at}/user_tags"),
        "user-tags",
        "tags",
        one.user_tags.len(),
        MOST_USER_TAGS,
    );
    let placed = one.media_type == MediaType::Image && kind != PostKind::Story;
    if kind == PostKind::Carousel && one.media_type == MediaType::Video && !one.user_tags.is_empty() {
        let message = "in a carousel people are tagged on images only";
        found.add(format!("/media/{at}/user_tags"), "user-tags", message);
        return;
    }
    for (nth, tag) in one.user_tags.iter().enumerate() {
        let pointer = format!("/media/{at}/user_tags/{nth}");
        if !is_name(&tag.username) {
            found.add(
                format!("{pointer}/username"),
                "username",
                "is no user name of Instagram's",
            );
        }
        position(found, &pointer, (tag.x, tag.y), placed, kind == PostKind::Story);
    }
}

fn product_tags(found: &mut Found, kind: PostKind, at: usize, one: &PostMedia) {
    let pointer = format!("/media/{at}/product_tags");
    if kind == PostKind::Story && !one.product_tags.is_empty() {
        found.add(&pointer, "product-tags", "a story has none");
        return;
    }
    found.no_more_than(
        &pointer,
        "product-tags",
        "tags",
        one.product_tags.len(),
        MOST_PRODUCT_TAGS,
    );
    for (nth, tag) in one.product_tags.iter().enumerate() {
        let pointer = format!("{pointer}/{nth}");
        if tag.product_id.is_empty() || !tag.product_id.bytes().all(|c| c.is_ascii_digit()) {
            found.add(format!("{pointer}/product_id"), "product-id", "must be digits");
        }
        position(
            found,
            &pointer,
            (tag.x, tag.y),
            one.media_type == MediaType::Image,
            false,
        );
    }
}

/// A tag on an image of the feed has a place; one on a video has none; on a story it may.
fn position(found: &mut Found, pointer: &str, place: (Option<f64>, Option<f64>), needed: bool, free: bool) {
    let inside = |value: f64| (0.0..=1.0).contains(&value);
    match place {
        (Some(x), Some(y)) if (needed || free) && inside(x) && inside(y) => {}
        (None, None) if !needed => {}
        (Some(_), _) | (_, Some(_)) if !needed && !free => {
            found.add(pointer, "tag-position", "a tag on a video has no x and y");
        }
        _ => found.add(pointer, "tag-position", "needs x and y, each from 0 to 1"),
    }
}

fn is_name(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'.' || c == b'_';
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(fits)
}

fn text(found: &mut Found, intent: &PostIntent) {
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
        if intent.kind == PostKind::Story {
            found.add("/caption", "caption", "a story has no caption");
        }
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

fn collaborators(found: &mut Found, intent: &PostIntent) {
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

fn only_of_reels(found: &mut Found, intent: &PostIntent) {
    let given = [
        ("/cover_url", intent.cover_url.is_some()),
        ("/cover_upload_id", intent.cover_upload_id.is_some()),
        ("/thumb_offset_ms", intent.thumb_offset_ms.is_some()),
        ("/share_to_feed", intent.share_to_feed.is_some()),
        ("/audio_name", intent.audio_name.is_some()),
    ];
    for (pointer, _) in given
        .iter()
        .filter(|(_, given)| *given && intent.kind != PostKind::Reel)
    {
        found.add(*pointer, "reels-only", "is for reels only");
    }
    if let Some(name) = &intent.audio_name {
        found.no_more_than(
            "/audio_name",
            "audio-name",
            "letters",
            length(name),
            LONGEST_AUDIO_NAME,
        );
    }
}

fn only_of_posts(found: &mut Found, intent: &PostIntent) {
    if intent.kind != PostKind::Story {
        return;
    }
    let given = [
        ("/collaborators", !intent.collaborators.is_empty()),
        ("/location_id", intent.location_id.is_some()),
        ("/comments_enabled", intent.comments_enabled.is_some()),
        ("/first_comment", intent.first_comment.is_some()),
    ];
    for (pointer, _) in given.iter().filter(|(_, given)| *given) {
        found.add(*pointer, "not-for-stories", "a story has none");
    }
}
