//! Mentions of an account as they stand.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Listing;
use super::auth::Reader;
use super::objects::{ObjectParams, listed};
use super::page::{Page, PageParams};
use super::params::Params;
use super::{Problem, State};
use crate::domain::{EventId, Timestamp};
use crate::store::{MentionRow, ObjectFilter};

/// A mention of an account in somebody's comment or caption.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mention)]
pub struct MentionView {
    /// The event that told of it.
    #[schema(value_type = uuid::Uuid)]
    event_id: EventId,
    /// Meta's id of the account.
    account_id: String,
    /// The media that it is on.
    media_id: Option<String>,
    /// The comment that it is in; null if it is in the caption.
    comment_id: Option<String>,
    /// The comment's text, or the caption.
    text: Option<String>,
    /// Its author's name.
    username: Option<String>,
    /// The media's kind, as `IMAGE`.
    media_type: Option<String>,
    /// The media's address on Instagram.
    permalink: Option<String>,
    /// When the comment or media was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    /// How many like it.
    like_count: Option<i64>,
    /// When Graph was asked last; null if not yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    fetched_at: Option<Timestamp>,
}

impl From<MentionRow> for MentionView {
    fn from(row: MentionRow) -> Self {
        // The store keeps an absent id as an empty one: both are part of a key.
        let present = |id: String| Some(id).filter(|id| !id.is_empty());
        Self {
            event_id: row.event_id,
            account_id: row.account_id,
            media_id: present(row.media_id),
            comment_id: present(row.comment_id),
            text: row.text,
            username: row.username,
            media_type: row.media_type,
            permalink: row.permalink,
            created_at: row.created_at,
            like_count: row.like_count,
            fetched_at: row.fetched_at,
        }
    }
}

/// Lists mentions, the newest event's first.
#[utoipa::path(
    tag = "objects",
    operation_id = "list_mentions",
    params(ObjectParams, PageParams),
    responses((status = 200, description = "A page", body = Page<MentionView>), Listing)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<ObjectParams>,
    state: Data<State>,
) -> Result<Json<Page<MentionView>>, Problem> {
    let read = async |filter: ObjectFilter, page| state.store.mentions(&filter, page).await;
    let page = listed((&state, &caller), params, read, |row| row.event_id.uuid()).await?;
    Ok(Json(page))
}
