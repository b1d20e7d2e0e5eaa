//! An item of a delivery on its way to becoming an event.

use super::feed::{self, FeedEntry};
use crate::domain::{AccountKey, DeliveryId, EventId, Field, Outcome, State, Timestamp};
use crate::webhook::{Content, Item};

/// An item on its way to becoming an event.
#[derive(Debug)]
pub(super) struct NewEvent {
    pub(super) id: EventId,
    pub(super) delivery_id: DeliveryId,
    pub(super) position: i64,
    pub(super) account_key: AccountKey,
    pub(super) entry_id: String,
    pub(super) field: Field,
    pub(super) key: String,
    pub(super) hash: [u8; 32],
    pub(super) sent_at: Option<Timestamp>,
    pub(super) occurred_at: Option<Timestamp>,
    pub(super) received_at: Timestamp,
    pub(super) payload: String,
    pub(super) content: Content,
    pub(super) state: State,
    pub(super) outcome: Option<Outcome>,
    pub(super) reason: Option<String>,
}

impl NewEvent {
    pub(super) fn of(
        delivery_id: DeliveryId,
        received_at: Timestamp,
        item: Item,
        account_key: AccountKey,
        now: Timestamp,
    ) -> Self {
        let (state, outcome) = item.content.first_state();
        let reason = match &item.content {
            Content::Unreadable(reason) => Some(reason.clone()),
            _ => None,
        };
        Self {
            id: EventId::at(now),
            delivery_id,
            position: item.position,
            account_key,
            entry_id: item.entry_id,
            field: item.field,
            key: item.key,
            hash: item.hash,
            sent_at: item.sent_at,
            occurred_at: item.occurred_at,
            received_at,
            payload: item.payload,
            content: item.content,
            state,
            outcome,
            reason,
        }
    }

    /// The object, media and parent that the event is about, and whether it is a comment on an ad.
    pub(super) fn objects(&self) -> (Option<String>, Option<String>, Option<String>, bool) {
        match &self.content {
            Content::Comment(c) => (
                Some(c.id.clone()),
                c.media_id.clone(),
                c.parent_id.clone(),
                c.ad_id.is_some(),
            ),
            Content::Mention(m) => (m.comment_id.clone(), m.media_id.clone(), None, false),
            Content::Story(s) => (Some(s.media_id.clone()), Some(s.media_id.clone()), None, false),
            Content::Message(m) => (Some(m.mid.clone()), None, None, false),
            Content::MessageEdit(m) => (Some(m.mid.clone()), None, None, false),
            Content::Stored | Content::Test | Content::Unreadable(_) => (None, None, None, false),
        }
    }

    /// What followers are told: that it came, and that it is complete if it is so at once.
    pub(super) fn told(&self) -> impl Iterator<Item = FeedEntry> {
        let complete = self.outcome.filter(|outcome| *outcome == Outcome::Enriched);
        let complete = complete.map(|outcome| feed::kind(&self.field, outcome));
        [self.kind()].into_iter().chain(complete).map(|kind| FeedEntry {
            account_key: self.account_key,
            kind,
            object_id: self.objects().0.unwrap_or_else(|| self.key.clone()),
            event_id: Some(self.id),
        })
    }

    fn kind(&self) -> &'static str {
        match &self.content {
            Content::Comment(_) => "comment.received",
            Content::Mention(_) => "mention.received",
            Content::Story(_) => "story_insights.received",
            Content::Message(_) => "message.received",
            Content::MessageEdit(_) => "message.edited",
            Content::Stored => "event.stored",
            Content::Test => "event.test",
            Content::Unreadable(_) => "event.unreadable",
        }
    }
}
