//! From Graph's answers to findings.

use crate::domain::{CallId, EventId, Field, Outcome, Timestamp};
use crate::graph::{Comment, Media};
use crate::store::{CommentFound, MediaRow, MentionFound, Settled, Settlement, WorkItem};

/// A comment that was read for an event.
pub(super) fn comment(
    found: &Comment,
    item: WorkItem,
    media_id: Option<&str>,
    call: CallId,
    now: Timestamp,
) -> Settlement {
    let author = found.from.as_ref();
    let row = CommentFound {
        id: found.id.clone(),
        event_id: item.id,
        live: item.field == Field::LiveComments,
        media_id: found
            .media
            .as_ref()
            .map(|media| media.id.clone())
            .or_else(|| media_id.map(ToOwned::to_owned)),
        parent_id: found.parent_id.clone(),
        text: found.text.clone(),
        from_id: author.map(|from| from.id.clone()),
        username: found
            .username
            .clone()
            .or_else(|| author.and_then(|from| from.username.clone())),
        created_at: found.timestamp,
        like_count: found.like_count,
        hidden: found.hidden,
        fetched_at: now,
    };
    let object_id = found.id.clone();
    let settled = Settled {
        item,
        outcome: Outcome::Enriched,
        call_id: Some(call),
        object_id,
    };
    Settlement {
        settled: vec![settled],
        comments: vec![row],
        ..Settlement::default()
    }
}

/// A media that was read.
pub(super) fn media(found: &Media, now: Timestamp) -> MediaRow {
    MediaRow {
        id: found.id.clone(),
        media_type: found.media_type.clone(),
        media_product_type: found.media_product_type.clone(),
        caption: found.caption.clone(),
        permalink: found.permalink.clone(),
        username: found.username.clone(),
        published_at: found.timestamp,
        like_count: found.like_count,
        comments_count: found.comments_count,
        raw: found.raw.clone(),
        fetched_at: now,
    }
}

/// A comment that mentions the account.
pub(super) fn mentioned_comment(found: &Comment, event_id: EventId, now: Timestamp) -> MentionFound {
    let media = found.media.as_ref();
    MentionFound {
        event_id,
        text: found.text.clone(),
        username: found.username.clone(),
        media_type: media.and_then(|media| media.media_type.clone()),
        permalink: media.and_then(|media| media.permalink.clone()),
        created_at: found.timestamp,
        like_count: found.like_count,
        fetched_at: now,
    }
}

/// A media whose caption mentions the account.
pub(super) fn mentioned_media(found: &Media, event_id: EventId, now: Timestamp) -> MentionFound {
    MentionFound {
        event_id,
        text: found.caption.clone(),
        username: found.username.clone(),
        media_type: found.media_type.clone(),
        permalink: found.permalink.clone(),
        created_at: found.timestamp,
        like_count: found.like_count,
        fetched_at: now,
    }
}

/// An event that is finished, with nothing more to write.
pub(super) fn finished(item: WorkItem, outcome: Outcome, call_id: Option<CallId>) -> Settlement {
    let object_id = item
        .object_id
        .clone()
        .or_else(|| item.media_id.clone())
        .unwrap_or_default();
    Settlement {
        settled: vec![Settled {
            item,
            outcome,
            call_id,
            object_id,
        }],
        ..Settlement::default()
    }
}
