//! Recent media of a connected account, read from Meta while the caller waits.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::accounts::meant;
use super::answers::ReadingLive;
use super::auth::Reader;
use super::page::Page;
use super::params::{FromQuery, Params, Query};
use super::{Kind, Problem, State};
use crate::connect::ReadError;
use crate::domain::Timestamp;
use crate::graph::Media;

const USUAL: u8 = 25;
const MOST: u8 = 50;
const LIMITS: &str = "expected a number from 1 to 50";
/// Meta's cursors are some hundred characters.
const LONGEST_CURSOR: usize = 1_000;

/// Which media.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Meta's id of the account; needed only where several are connected.
    account: Option<String>,
    /// Most rows.
    #[param(minimum = 1, maximum = 50, default = 25)]
    limit: Option<u8>,
    /// `next` of the page before. It is Meta's own cursor, and perishes.
    after: Option<String>,
}

impl FromQuery for Wanted {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        let limit: Option<u8> = query.value("limit", LIMITS)?;
        if limit.is_some_and(|limit| !(1..=MOST).contains(&limit)) {
            return Err(Problem::parameter("limit", LIMITS));
        }
        let after = query.text("after")?;
        let is_cursor = |text: &String| {
            (1..=LONGEST_CURSOR).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if after.as_ref().is_some_and(|after| !is_cursor(after)) {
            return Err(bad_cursor());
        }
        Ok(Self {
            account: query.text("account")?,
            limit,
            after,
        })
    }
}

fn bad_cursor() -> Problem {
    Kind::InvalidCursor
        .because("after: give back `next` of the page before, unchanged; Meta's cursors perish")
}

/// A media as Meta tells it now. What it leaves out is unknown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecentMedia)]
pub struct RecentMediaView {
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
    /// Where its bytes are, for some days.
    media_url: Option<String>,
    /// Where a video's still picture is, for some days.
    thumbnail_url: Option<String>,
}

impl From<Media> for RecentMediaView {
    fn from(media: Media) -> Self {
        Self {
            id: media.id,
            media_type: media.media_type,
            media_product_type: media.media_product_type,
            caption: media.caption,
            permalink: media.permalink,
            published_at: media.timestamp,
            like_count: media.like_count,
            comments_count: media.comments_count,
            media_url: media.media_url,
            thumbnail_url: media.thumbnail_url,
        }
    }
}

/// Reads recent media of a connected account from Meta, newest first.
///
/// It is one call to Graph, made only while no quota that it draws on rests.
#[utoipa::path(
    tag = "connections",
    operation_id = "list_recent_media",
    params(Wanted),
    responses((status = 200, description = "A page", body = Page<RecentMediaView>), ReadingLive)
)]
#[get("/media")]
pub async fn list(
    caller: Reader,
    Params(wanted): Params<Wanted>,
    state: Data<State>,
) -> Result<Json<Page<RecentMediaView>>, Problem> {
    let none = || Kind::NotConnected.because("no account has a connection that works");
    let id = meant(&state, caller.workspace, wanted.account)
        .await?
        .ok_or_else(none)?;
    let account = state.store.account_by_id(&id).await?.ok_or_else(none)?;
    let (connector, after) = (state.connector.clone(), wanted.after);
    let now = state.store.clock().now();
    let limit = wanted.limit.unwrap_or(USUAL);
    let reading = async move {
        let page = connector.media(&account, limit, after.as_deref()).await;
        // All else that could be wrong with the request is ours.
        page.map_err(|error| match (error, after) {
            (ReadError::Refused(_), Some(_)) => bad_cursor(),
            (error, _) => Problem::of_read(error, now),
        })
    };
    let page = state.lifecycle.shielded(reading).await?;
    // A token that was found to have ended is told.
    state.bells.ring_feed();
    let page = page?;
    Ok(Json(Page {
        data: page.data.into_iter().map(Into::into).collect(),
        next: page.after,
    }))
}
