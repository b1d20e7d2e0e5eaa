//! Comments as they stand.

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
use crate::store::{CommentRow, ObjectFilter};

/// A comment: what its webhook said, completed by what Graph says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    /// Meta's id of it.
    id: String,
    /// The event that told of it first.
    #[schema(value_type = uuid::Uuid)]
    event_id: EventId,
    /// Meta's id of the account.
    account_id: String,
    /// The comment that it answers.
    parent_id: Option<String>,
    /// It was made on a running broadcast.
    live: bool,
    /// The ad that it was made on.
    ad_id: Option<String>,
    /// Its text.
    text: Option<String>,
    /// Its author's id, as this account sees it.
    from_id: Option<String>,
    /// Its author's name.
    username: Option<String>,
    /// When it was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    /// How many like it.
    like_count: Option<i64>,
    /// Hidden by the account.
    hidden: Option<bool>,
    /// When it was found to be gone.
    #[schema(value_type = Option<String>, format = DateTime)]
    gone_at: Option<Timestamp>,
    /// When Graph was asked last; null if not yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    fetched_at: Option<Timestamp>,
    /// On which media.
    media: Option<MediaView>,
}

/// A media, as far as it was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Media)]
pub struct MediaView {
    /// Meta's id of it.
    id: String,
    /// As `IMAGE`.
    media_type: Option<String>,
    /// As `FEED`.
    media_product_type: Option<String>,
    /// Its caption.
    caption: Option<String>,
    /// Its address on Instagram.
    permalink: Option<String>,
    /// When it was published.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// How many like it.
    like_count: Option<i64>,
    /// How many comments it has.
    comments_count: Option<i64>,
    /// When Graph was asked last; null if not yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    fetched_at: Option<Timestamp>,
}

impl From<CommentRow> for CommentView {
    fn from(row: CommentRow) -> Self {
        let media = row.media_id.map(|id| MediaView {
            id,
            media_type: row.media_type,
            media_product_type: row.media_product_type,
            caption: row.media_caption,
            permalink: row.media_permalink,
            published_at: row.media_published_at,
            like_count: row.media_like_count,
            comments_count: row.media_comments_count,
            fetched_at: row.media_fetched_at,
        });
        Self {
            id: row.id,
            event_id: row.event_id,
            account_id: row.account_id,
            parent_id: row.parent_id,
            live: row.live,
            ad_id: row.ad_id,
            text: row.text,
            from_id: row.from_id,
            username: row.username,
            created_at: row.created_at,
            like_count: row.like_count,
            hidden: row.hidden,
            gone_at: row.gone_at,
            fetched_at: row.fetched_at,
            media,
        }
    }
}

/// Lists comments, the newest event's first.
#[utoipa::path(
    tag = "objects",
    operation_id = "list_comments",
    params(ObjectParams, PageParams),
    responses((status = 200, description = "A page", body = Page<CommentView>), Listing)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<ObjectParams>,
    state: Data<State>,
) -> Result<Json<Page<CommentView>>, Problem> {
    let read = async |filter: ObjectFilter, page| state.store.comments(&filter, page).await;
    let page = listed((&state, &caller), params, read, |row| row.event_id.uuid()).await?;
    Ok(Json(page))
}
