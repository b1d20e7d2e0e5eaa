//! People and products on pictures.

use super::found::Found;
use crate::domain::post::{MediaType, PostKind, PostMedia};

const MOST_USER_TAGS: usize = 20;
const MOST_PRODUCT_TAGS: usize = 5;
/// User names at Instagram have no more letters.
const LONGEST_NAME: usize = 30;

pub(super) fn people(found: &mut Found, kind: PostKind, is: MediaType, at: usize, one: &PostMedia) {
    found.no_more_than(
        &format!("/media/{at}/user_tags"),
        "user-tags",
        "tags",
        one.user_tags.len(),
        MOST_USER_TAGS,
    );
    let placed = is == MediaType::Image && kind != PostKind::Story;
    if kind == PostKind::Carousel && is == MediaType::Video && !one.user_tags.is_empty() {
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

pub(super) fn products(found: &mut Found, kind: PostKind, is: MediaType, at: usize, one: &PostMedia) {
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
        position(found, &pointer, (tag.x, tag.y), is == MediaType::Image, false);
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

pub(super) fn is_name(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'.' || c == b'_';
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(fits)
}
