//! Single reads: a comment, what a mention is about, a story. Idempotent, like all reading.

use std::time::Duration;

use super::found;
use super::slice::Hands;
use crate::domain::Outcome;
use crate::store::{Settlement, StoreError, WorkItem};

/// How long what was read of a media is good enough.
pub(super) const MEDIA_LIFE: Duration = Duration::from_mins(10);

/// Reads one comment, with its media.
pub(super) async fn comment(hands: &Hands<'_>, item: WorkItem) -> Result<(), StoreError> {
    let opened = hands.any();
    let Some(id) = item.object_id.clone() else {
        return unaddressed(hands, item).await;
    };
    match hands.parts.graph.comment(&opened.access, &id).await {
        Ok(answer) => {
            hands.sink.call(&opened.access, &answer.call, 1).await;
            let now = answer.call.started_at;
            let mut findings = found::comment(&answer.body, item, None, answer.call.id, now);
            findings
                .media
                .extend(answer.body.media.as_ref().map(|media| found::media(media, now)));
            hands.sink.take(findings).await
        }
        Err(error) => hands.decider.failed(opened, vec![item], error).await,
    }
}

/// Reads what a mention is about. Only Facebook Login can; under the other login the mention is kept as it came
/// (graph-comments-and-messages.md §4).
pub(super) async fn mention(hands: &Hands<'_>, item: WorkItem) -> Result<(), StoreError> {
    let Some(opened) = hands.facebook() else {
        return match &hands.account.facebook_waits_for {
            Some(cause) => hands.decider.hold(item, cause.clone()).await,
            None => unaddressed(hands, item).await,
        };
    };
    let (graph, access) = (&hands.parts.graph, &opened.access);
    let read = match (&item.object_id, &item.media_id) {
        (Some(comment), _) => graph.mentioned_comment(access, comment).await.map(|answer| {
            (
                found::mentioned_comment(&answer.body, item.id, answer.call.started_at),
                answer.call,
            )
        }),
        (None, Some(media)) => graph.mentioned_media(access, media).await.map(|answer| {
            (
                found::mentioned_media(&answer.body, item.id, answer.call.started_at),
                answer.call,
            )
        }),
        (None, None) => return unaddressed(hands, item).await,
    };
    match read {
        Ok((mention, call)) => {
            hands.sink.call(access, &call, 1).await;
            let findings = found::finished(item, Outcome::Enriched, Some(call.id));
            hands
                .sink
                .take(Settlement {
                    mentions: vec![mention],
                    ..findings
                })
                .await
        }
        Err(error) => hands.decider.failed(opened, vec![item], error).await,
    }
}

/// Reads a story's media while it exists; its numbers are safe already.
pub(super) async fn story(hands: &Hands<'_>, item: WorkItem) -> Result<(), StoreError> {
    let opened = hands.any();
    let Some(id) = item.media_id.clone() else {
        return unaddressed(hands, item).await;
    };
    match hands.parts.graph.media(&opened.access, &id).await {
        Ok(answer) => {
            hands.sink.call(&opened.access, &answer.call, 1).await;
            let media = found::media(&answer.body, answer.call.started_at);
            let findings = found::finished(item, Outcome::Enriched, Some(answer.call.id));
            hands
                .sink
                .take(Settlement {
                    media: vec![media],
                    ..findings
                })
                .await
        }
        Err(error) => hands.decider.failed(opened, vec![item], error).await,
    }
}

/// There is nothing to ask for, or nobody to ask: there is nothing more to learn.
async fn unaddressed(hands: &Hands<'_>, item: WorkItem) -> Result<(), StoreError> {
    hands
        .sink
        .take(found::finished(item, Outcome::Stored, None))
        .await
}
