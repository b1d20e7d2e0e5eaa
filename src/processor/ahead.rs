//! Comments that a page brought before their notification came.
//!
//! In a burst the newest page of a walk is ahead of the webhooks. What it brings is kept for a while, and settles
//! its event without a call once that comes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::found;
use super::plan::pages;
use super::slice::Hands;
use crate::domain::{CallId, Timestamp};
use crate::graph::{Call, Comment};
use crate::store::{Settlement, StoreError, WorkItem};

/// How long a comment is expected to be told after it was written, and what was read of it is good enough.
pub(super) const LIFE: Duration = Duration::from_mins(1);

/// What a page told of a comment.
pub(super) struct Ahead {
    comment: Comment,
    media: Option<String>,
    call: CallId,
    read_at: Timestamp,
}

/// Keeps the page's young comments of which no event tells yet; gives how many.
pub(super) async fn keep(
    hands: &Hands<'_>,
    media: Option<&str>,
    found: &BTreeMap<String, Comment>,
    told: &BTreeSet<&str>,
    call: &Call,
) -> usize {
    let read_at = call.started_at;
    let young = |comment: &Comment| comment.timestamp.is_some_and(|at| read_at.since(at) < LIFE);
    let mut kept = 0;
    for (id, comment) in found {
        if young(comment) && !told.contains(id.as_str()) {
            kept += 1;
            let ahead = Ahead {
                comment: comment.clone(),
                media: media.map(ToOwned::to_owned),
                call: call.id,
                read_at,
            };
            hands
                .parts
                .memory
                .keep_ahead(hands.lane.account_key, ahead.comment.id.clone(), ahead)
                .await;
        }
    }
    kept
}

/// Settles what pages brought ahead of it; gives the rest.
pub(super) async fn settle(hands: &Hands<'_>, work: Vec<WorkItem>) -> Result<Vec<WorkItem>, StoreError> {
    let now = hands.parts.store.clock().now();
    let mut findings = Settlement::default();
    let mut rest = Vec::new();
    for item in work {
        let ahead = match item.object_id.as_ref().filter(|_| pages(&item)) {
            Some(id) => hands.parts.memory.take_ahead(hands.lane.account_key, id).await,
            None => None,
        };
        match ahead.filter(|ahead| now.since(ahead.read_at) < LIFE) {
            Some(ahead) => {
                let media = ahead.media.as_deref();
                let one = found::comment(&ahead.comment, item, media, ahead.call, ahead.read_at);
                findings.settled.extend(one.settled);
                findings.comments.extend(one.comments);
            }
            None => rest.push(item),
        }
    }
    hands.sink.take(findings).await?;
    Ok(rest)
}
