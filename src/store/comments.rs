//! Comments: what the webhook said of them at once, completed by what Graph says.

use super::db::{Bulk, Texts, Tx, in_list, latest};
use super::new_event::NewEvent;
use super::{ObjectFilter, PageRequest, Store, StoreError};
use crate::domain::{AccountKey, EventId, Field, Timestamp};
use crate::webhook::Content;

/// A comment as Graph gave it.
#[derive(Clone, Debug)]
pub struct CommentFound {
    /// Meta's id of it.
    pub id: String,
    /// The event it was read for.
    pub event_id: EventId,
    /// It was made on a running broadcast.
    pub live: bool,
    /// On which media.
    pub media_id: Option<String>,
    /// The comment that it answers.
    pub parent_id: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// Its author's id, as this account sees it.
    pub from_id: Option<String>,
    /// Its author's name.
    pub username: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// How many like it.
    pub like_count: Option<i64>,
    /// Hidden by the account.
    pub hidden: Option<bool>,
    /// When Graph said so.
    pub fetched_at: Timestamp,
}

/// A comment as it stands, with its media.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(
    missing_docs,
    reason = "the columns of comments and media, documented in the API's description"
)]
pub struct CommentRow {
    pub id: String,
    pub event_id: EventId,
    pub account_id: String,
    pub media_id: Option<String>,
    pub parent_id: Option<String>,
    pub live: bool,
    pub ad_id: Option<String>,
    pub text: Option<String>,
    pub from_id: Option<String>,
    pub username: Option<String>,
    pub created_at: Option<Timestamp>,
    pub like_count: Option<i64>,
    pub hidden: Option<bool>,
    pub gone_at: Option<Timestamp>,
    pub fetched_at: Option<Timestamp>,
    pub media_type: Option<String>,
    pub media_product_type: Option<String>,
    pub media_caption: Option<String>,
    pub media_permalink: Option<String>,
    pub media_published_at: Option<Timestamp>,
    pub media_like_count: Option<i64>,
    pub media_comments_count: Option<i64>,
    pub media_fetched_at: Option<Timestamp>,
}

const RECEIVE: Bulk = Bulk {
    head: "INSERT INTO comments (account_key, id, event_id, media_id, parent_id, live, ad_id, text, from_id, username)",
    columns: 10,
    tail: "ON CONFLICT DO NOTHING",
};

/// Writes what the payloads know. A comment that came by the other login stays as it is.
pub(super) async fn receive(tx: &mut Tx, new: &[NewEvent]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .filter_map(|event| match &event.content {
            Content::Comment(comment) => Some((event, comment)),
            _ => None,
        })
        .collect();
    tx.bulk(&RECEIVE, &rows, |row, (event, comment)| {
        row.bind(event.account_key)
            .bind(comment.id.clone())
            .bind(event.id)
            .bind(comment.media_id.clone())
            .bind(comment.parent_id.clone())
            .bind(event.field == Field::LiveComments)
            .bind(comment.ad_id.clone())
            .bind(comment.text.clone())
            .bind(comment.from_id.clone())
            .bind(comment.from_username.clone())
    })
    .await?;
    Ok(())
}

const COMPLETE: Bulk = Bulk {
    head:
        "INSERT INTO comments (account_key, id, event_id, media_id, parent_id, live, text, from_id, username,
        created_at, like_count, hidden, fetched_at)",
    columns: 13,
    tail: "ON CONFLICT (account_key, id) DO UPDATE SET
        media_id = COALESCE(excluded.media_id, comments.media_id),
        parent_id = COALESCE(excluded.parent_id, comments.parent_id),
        text = COALESCE(excluded.text, comments.text),
        from_id = COALESCE(excluded.from_id, comments.from_id),
        username = COALESCE(excluded.username, comments.username),
        created_at = COALESCE(excluded.created_at, comments.created_at),
        like_count = COALESCE(excluded.like_count, comments.like_count),
        hidden = COALESCE(excluded.hidden, comments.hidden),
        gone_at = NULL,
        fetched_at = excluded.fetched_at
        WHERE comments.fetched_at IS NULL OR comments.fetched_at <= excluded.fetched_at",
};

/// Completes comments with what Graph says; an older read never overwrites a newer one.
pub(super) async fn complete(
    tx: &mut Tx,
    account: AccountKey,
    found: &[CommentFound],
) -> Result<(), StoreError> {
    // Postgres refuses to update a row twice in one statement.
    let found = latest(found, |comment| (&comment.id, comment.fetched_at));
    tx.bulk(&COMPLETE, &found, |row, comment| {
        row.bind(account)
            .bind(comment.id.clone())
            .bind(comment.event_id)
            .bind(comment.media_id.clone())
            .bind(comment.parent_id.clone())
            .bind(comment.live)
            .bind(comment.text.clone())
            .bind(comment.from_id.clone())
            .bind(comment.username.clone())
            .bind(comment.created_at)
            .bind(comment.like_count)
            .bind(comment.hidden)
            .bind(comment.fetched_at)
    })
    .await?;
    Ok(())
}

/// Marks comments that Meta no longer has; what is known of them stays.
pub(super) async fn mark_gone(
    tx: &mut Tx,
    account: AccountKey,
    ids: Vec<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    tx.query(in_list!(
        "UPDATE comments SET gone_at = COALESCE(gone_at, $3) WHERE account_key = $1 AND id",
        "$2",
        ""
    ))
    .bind(account)
    .bind(Texts::of(ids))
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

const LIST: &str =
    "SELECT o.id, o.event_id, a.instagram_id AS account_id, o.media_id, o.parent_id, o.live, o.ad_id, o.text,
        o.from_id, o.username, o.created_at, o.like_count, o.hidden, o.gone_at, o.fetched_at, m.media_type,
        m.media_product_type, m.caption AS media_caption, m.permalink AS media_permalink,
        m.published_at AS media_published_at, m.like_count AS media_like_count,
        m.comments_count AS media_comments_count, m.fetched_at AS media_fetched_at
    FROM comments o JOIN accounts a ON a.key = o.account_key
        LEFT JOIN media m ON m.account_key = o.account_key AND m.id = o.media_id
    WHERE ";

impl Store {
    /// A page of comments, the newest event's first.
    pub async fn comments(
        &self,
        filter: &ObjectFilter,
        page: PageRequest,
    ) -> Result<Vec<CommentRow>, StoreError> {
        self.objects(LIST, filter, page).await
    }

    /// The comment of one account by Meta's id.
    pub async fn comment(&self, account: AccountKey, id: &str) -> Result<Option<CommentRow>, StoreError> {
        let query = self.db.query(LIST).push_bind("o.account_key = ", account);
        Ok(query.push_bind(" AND o.id = ", id.to_owned()).optional().await?)
    }
}
