//! Mentions of an account in other people's comments and captions.

use super::db::{Bulk, Tx};
use super::new_event::NewEvent;
use super::{ObjectFilter, PageRequest, Store, StoreError};
use crate::domain::{AccountKey, EventId, Timestamp};
use crate::webhook::Content;

/// What Graph says of a mention.
#[derive(Clone, Debug)]
pub struct MentionFound {
    /// The event it was read for.
    pub event_id: EventId,
    /// The comment's text, or the caption.
    pub text: Option<String>,
    /// Its author's name.
    pub username: Option<String>,
    /// The media's kind.
    pub media_type: Option<String>,
    /// The media's address on Instagram.
    pub permalink: Option<String>,
    /// When the comment or media was made.
    pub created_at: Option<Timestamp>,
    /// How many like it.
    pub like_count: Option<i64>,
    /// When Graph said so.
    pub fetched_at: Timestamp,
}

/// A mention as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(
    missing_docs,
    reason = "the columns of mentions, documented in the API's description"
)]
pub struct MentionRow {
    pub event_id: EventId,
    pub account_id: String,
    pub media_id: String,
    pub comment_id: String,
    pub text: Option<String>,
    pub username: Option<String>,
    pub media_type: Option<String>,
    pub permalink: Option<String>,
    pub created_at: Option<Timestamp>,
    pub like_count: Option<i64>,
    pub fetched_at: Option<Timestamp>,
}

const RECEIVE: Bulk = Bulk {
    head: "INSERT INTO mentions (account_key, media_id, comment_id, event_id)",
    columns: 4,
    tail: "ON CONFLICT DO NOTHING",
};

/// Writes that there was a mention; in a caption, the comment's id is empty.
pub(super) async fn receive(tx: &mut Tx, new: &[NewEvent]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .filter_map(|event| match &event.content {
            Content::Mention(mention) => Some((event, mention)),
            _ => None,
        })
        .collect();
    tx.bulk(&RECEIVE, &rows, |row, (event, mention)| {
        row.bind(event.account_key)
            .bind(mention.media_id.clone().unwrap_or_default())
            .bind(mention.comment_id.clone().unwrap_or_default())
            .bind(event.id)
    })
    .await?;
    Ok(())
}

const COMPLETE: &str =
    "UPDATE mentions SET text = $3, username = $4, media_type = $5, permalink = $6, created_at = $7,
        like_count = $8, fetched_at = $9
    WHERE account_key = $1 AND (fetched_at IS NULL OR fetched_at <= $9) AND (media_id, comment_id) =
        (SELECT COALESCE(e.media_id, ''), COALESCE(e.object_id, '') FROM webhook_events e WHERE e.id = $2)";

/// Completes mentions with what Graph says.
pub(super) async fn complete(
    tx: &mut Tx,
    account: AccountKey,
    found: Vec<MentionFound>,
) -> Result<(), StoreError> {
    for mention in found {
        tx.query(COMPLETE)
            .bind(account)
            .bind(mention.event_id)
            .bind(mention.text)
            .bind(mention.username)
            .bind(mention.media_type)
            .bind(mention.permalink)
            .bind(mention.created_at)
            .bind(mention.like_count)
            .bind(mention.fetched_at)
            .execute()
            .await?;
    }
    Ok(())
}

const LIST: &str = "SELECT o.event_id, a.instagram_id AS account_id, o.media_id, o.comment_id, o.text, o.username, o.media_type,
        o.permalink, o.created_at, o.like_count, o.fetched_at
    FROM mentions o JOIN accounts a ON a.key = o.account_key WHERE ";

impl Store {
    /// A page of mentions, the newest event's first.
    pub async fn mentions(
        &self,
        filter: &ObjectFilter,
        page: PageRequest,
    ) -> Result<Vec<MentionRow>, StoreError> {
        self.objects(LIST, filter, page).await
    }

    /// The mention that an event tells of.
    pub async fn mention_of(&self, event: EventId) -> Result<Option<MentionRow>, StoreError> {
        let query = self.db.query(LIST).push_bind(
            "(o.account_key, o.media_id, o.comment_id) = (SELECT e.account_key, COALESCE(e.media_id, ''),
                COALESCE(e.object_id, '') FROM webhook_events e WHERE e.id = ",
            event,
        );
        Ok(query.push(")").optional().await?)
    }
}
