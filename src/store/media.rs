//! Media of an account, as last read.

use super::db::{Bulk, Texts, Tx, in_list, latest};
use super::{Store, StoreError};
use crate::domain::{AccountKey, Timestamp};

/// A media as last read.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MediaRow {
    /// Meta's id of it.
    pub id: String,
    /// `IMAGE`, `VIDEO`, `CAROUSEL_ALBUM`; open.
    pub media_type: Option<String>,
    /// `FEED`, `REELS`, `STORY`, `AD`; open.
    pub media_product_type: Option<String>,
    /// Its caption.
    pub caption: Option<String>,
    /// Its address on Instagram.
    pub permalink: Option<String>,
    /// Its owner's name.
    pub username: Option<String>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// How many like it.
    pub like_count: Option<i64>,
    /// How many comments it has, replies among them.
    pub comments_count: Option<i64>,
    /// The whole answer.
    pub raw: String,
    /// When it was read.
    pub fetched_at: Timestamp,
}

const UPSERT: Bulk = Bulk {
    head: "INSERT INTO media (account_key, id, media_type, media_product_type, caption, permalink, username,
        published_at, like_count, comments_count, raw, fetched_at)",
    columns: 12,
    tail: "ON CONFLICT (account_key, id) DO UPDATE SET
        media_type = COALESCE(excluded.media_type, media.media_type),
        media_product_type = COALESCE(excluded.media_product_type, media.media_product_type),
        caption = COALESCE(excluded.caption, media.caption),
        permalink = COALESCE(excluded.permalink, media.permalink),
        username = COALESCE(excluded.username, media.username),
        published_at = COALESCE(excluded.published_at, media.published_at),
        like_count = COALESCE(excluded.like_count, media.like_count),
        comments_count = COALESCE(excluded.comments_count, media.comments_count),
        raw = excluded.raw, fetched_at = excluded.fetched_at
        WHERE media.fetched_at <= excluded.fetched_at",
};

/// Keeps what Graph says of media; an older read never overwrites a newer one.
pub(super) async fn keep(tx: &mut Tx, account: AccountKey, media: &[MediaRow]) -> Result<(), StoreError> {
    // Postgres refuses to update a row twice in one statement.
    let media = latest(media, |one| (&one.id, one.fetched_at));
    tx.bulk(&UPSERT, &media, |row, media| {
        row.bind(account)
            .bind(media.id.clone())
            .bind(media.media_type.clone())
            .bind(media.media_product_type.clone())
            .bind(media.caption.clone())
            .bind(media.permalink.clone())
            .bind(media.username.clone())
            .bind(media.published_at)
            .bind(media.like_count)
            .bind(media.comments_count)
            .bind(media.raw.clone())
            .bind(media.fetched_at)
    })
    .await?;
    Ok(())
}

impl Store {
    /// When each of these media was last read; those never read are absent.
    pub async fn media_read(
        &self,
        account: AccountKey,
        ids: impl IntoIterator<Item = String>,
    ) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let query = self.db.query(in_list!(
            "SELECT id, fetched_at FROM media WHERE account_key = $1 AND id",
            "$2",
            ""
        ));
        Ok(query.bind(account).bind(Texts::of(ids)).all().await?)
    }

    /// One media.
    pub async fn media(&self, account: AccountKey, id: &str) -> Result<Option<MediaRow>, StoreError> {
        let query = self.db.query(
            "SELECT id, media_type, media_product_type, caption, permalink, username, published_at, like_count,
                comments_count, raw, fetched_at
            FROM media WHERE account_key = $1 AND id = $2",
        );
        Ok(query.bind(account).bind(id.to_owned()).optional().await?)
    }
}
