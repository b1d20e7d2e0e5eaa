//! Direct messages as they stand: edits and deletions applied, in whatever order they came.

use super::db::Tx;
use super::new_event::NewEvent;
use super::{ObjectFilter, PageRequest, Store, StoreError};
use crate::domain::{AccountKey, EventId, Timestamp};
use crate::webhook::{Content, Message, MessageEdit, MessageKind};

/// A message as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(
    missing_docs,
    reason = "the columns of messages, documented in the API's description"
)]
pub struct MessageRow {
    pub event_id: EventId,
    pub account_id: String,
    pub mid: String,
    pub direction: Option<String>,
    pub sender_id: Option<String>,
    pub recipient_id: Option<String>,
    pub text: Option<String>,
    pub attachments: Option<String>,
    pub reply_to: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub edits: i64,
    pub deleted_at: Option<Timestamp>,
}

/// The message itself: an edit that came before keeps its text, a deletion stays a deletion.
const SENT: &str = "INSERT INTO messages (account_key, mid, event_id, direction, sender_id, recipient_id, text, attachments, reply_to, sent_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (account_key, mid) DO UPDATE SET
        direction = excluded.direction,
        sender_id = COALESCE(excluded.sender_id, messages.sender_id),
        recipient_id = COALESCE(excluded.recipient_id, messages.recipient_id),
        text = CASE WHEN messages.deleted_at IS NOT NULL THEN NULL WHEN messages.edits > 0 THEN messages.text ELSE excluded.text END,
        attachments = CASE WHEN messages.deleted_at IS NULL THEN excluded.attachments END,
        reply_to = excluded.reply_to,
        sent_at = excluded.sent_at";

/// Only a later edit replaces an earlier one; what was deleted gets no text back.
const EDITED: &str = "INSERT INTO messages (account_key, mid, event_id, sender_id, recipient_id, text, edits)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (account_key, mid) DO UPDATE SET text = excluded.text, edits = excluded.edits
        WHERE messages.edits < excluded.edits AND messages.deleted_at IS NULL";

const DELETED: &str = "INSERT INTO messages (account_key, mid, event_id, sender_id, recipient_id, deleted_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account_key, mid) DO UPDATE SET text = NULL, attachments = NULL,
        deleted_at = COALESCE(messages.deleted_at, excluded.deleted_at)";

/// Applies messages, edits and deletions.
pub(super) async fn receive(tx: &mut Tx, new: &[NewEvent], now: Timestamp) -> Result<(), StoreError> {
    for event in new {
        match &event.content {
            Content::Message(message) if message.kind == MessageKind::Deleted => {
                deleted(tx, event, message, now).await?;
            }
            Content::Message(message) => sent(tx, event, message).await?,
            Content::MessageEdit(edit) => edited(tx, event, edit).await?,
            _ => {}
        }
    }
    Ok(())
}

async fn sent(tx: &mut Tx, event: &NewEvent, message: &Message) -> Result<(), StoreError> {
    let direction = if message.kind == MessageKind::Echo {
        "out"
    } else {
        "in"
    };
    tx.query(SENT)
        .bind(event.account_key)
        .bind(message.mid.clone())
        .bind(event.id)
        .bind(direction.to_owned())
        .bind(message.sender_id.clone())
        .bind(message.recipient_id.clone())
        .bind(message.text.clone())
        .bind(message.attachments.clone())
        .bind(message.reply_to.clone())
        .bind(event.occurred_at)
        .execute()
        .await?;
    Ok(())
}

async fn edited(tx: &mut Tx, event: &NewEvent, edit: &MessageEdit) -> Result<(), StoreError> {
    tx.query(EDITED)
        .bind(event.account_key)
        .bind(edit.mid.clone())
        .bind(event.id)
        .bind(edit.sender_id.clone())
        .bind(edit.recipient_id.clone())
        .bind(edit.text.clone())
        .bind(edit.num_edit.unwrap_or(1))
        .execute()
        .await?;
    Ok(())
}

async fn deleted(tx: &mut Tx, event: &NewEvent, message: &Message, now: Timestamp) -> Result<(), StoreError> {
    tx.query(DELETED)
        .bind(event.account_key)
        .bind(message.mid.clone())
        .bind(event.id)
        .bind(message.sender_id.clone())
        .bind(message.recipient_id.clone())
        .bind(event.occurred_at.unwrap_or(now))
        .execute()
        .await?;
    Ok(())
}

const LIST: &str = "SELECT o.event_id, a.instagram_id AS account_id, o.mid, o.direction, o.sender_id, o.recipient_id, o.text,
        o.attachments, o.reply_to, o.sent_at, o.edits, o.deleted_at
    FROM messages o JOIN accounts a ON a.key = o.account_key WHERE ";

impl Store {
    /// A page of messages, the newest event's first. Messages have no media: that filter is ignored.
    pub async fn messages(
        &self,
        filter: &ObjectFilter,
        page: PageRequest,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let filter = ObjectFilter {
            media: None,
            ..filter.clone()
        };
        self.objects(LIST, &filter, page).await
    }

    /// The message of one account by Meta's id.
    pub async fn message(&self, account: AccountKey, mid: &str) -> Result<Option<MessageRow>, StoreError> {
        let query = self.db.query(LIST).push_bind("o.account_key = ", account);
        Ok(query
            .push_bind(" AND o.mid = ", mid.to_owned())
            .optional()
            .await?)
    }
}
