//! Mentions looked up: the only way to read what belongs to somebody else (graph-comments-and-messages.md §4).
//! Whether it may be looked up was asked before; the `@` of the mention is not shown.

use super::{Scene, Selected, comment, media};
use crate::sandbox::json::Json;
use crate::sandbox::world::{AccountRecord, CommentRecord, Id, MediaRecord};

fn target(field: &Selected) -> Option<Id> {
    field.target.as_deref()?.parse().ok()
}

/// Writes the comment that mentions the account.
pub(super) fn mentioned_comment(scene: &Scene<'_>, json: &mut Json, by: &AccountRecord, field: &Selected) {
    let Some(found) = target(field).and_then(|id| scene.world.comments.get(&id)) else {
        return;
    };
    let mut shown = found.comment.clone();
    shown.text = without_at(&shown.text, &by.account.username).into();
    let record = CommentRecord {
        comment: shown,
        replies: std::collections::BTreeSet::new(),
    };
    comment(scene, json.key("mentioned_comment"), &record, &field.inner);
}

/// Writes the media whose caption mentions the account.
pub(super) fn mentioned_media(scene: &Scene<'_>, json: &mut Json, by: &AccountRecord, field: &Selected) {
    let Some(found) = target(field).and_then(|id| scene.world.media.get(&id)) else {
        return;
    };
    let mut shown = found.media.clone();
    shown.caption = shown
        .caption
        .map(|caption| without_at(&caption, &by.account.username));
    let record = MediaRecord {
        media: shown,
        comments: std::collections::BTreeSet::new(),
        comments_count: found.comments_count,
    };
    media(scene, json.key("mentioned_media"), &record, &field.inner);
}

fn without_at(text: &str, username: &str) -> String {
    text.replace(&format!("@{username}"), username)
}
