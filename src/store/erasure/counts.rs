//! What an erasure removed, by kind.

use super::super::StoreError;
use super::super::db::Tx;
use crate::domain::ErasureId;

pub(super) const CONNECTIONS: &str = "connections";
pub(super) const EVENTS: &str = "events";
pub(super) const COMMENTS: &str = "comments";
pub(super) const MENTIONS: &str = "mentions";
pub(super) const MESSAGES: &str = "messages";
pub(super) const MEDIA: &str = "media";
pub(super) const STORIES: &str = "story_insights";
pub(super) const POSTS: &str = "posts";
pub(super) const UPLOADS: &str = "uploads";
pub(super) const CALLS: &str = "calls";
pub(super) const FEED: &str = "feed";
pub(super) const DELIVERIES: &str = "deliveries";
pub(super) const REFUSED: &str = "refused_deliveries";

const ADD: &str = "INSERT INTO erasure_counts (erasure_id, kind, value) VALUES ($1, $2, $3)
    ON CONFLICT (erasure_id, kind) DO UPDATE SET value = erasure_counts.value + excluded.value";

/// Notes that so many of a kind were removed.
pub(super) async fn add(
    tx: &mut Tx,
    erasure: ErasureId,
    kind: &'static str,
    removed: u64,
) -> Result<(), StoreError> {
    if removed > 0 {
        metrics::counter!("belino_erased_total", "kind" => kind).increment(removed);
        tx.query(ADD)
            .bind(erasure)
            .bind(kind.to_owned())
            .bind(i64::try_from(removed).unwrap_or(i64::MAX))
            .execute()
            .await?;
    }
    Ok(())
}
