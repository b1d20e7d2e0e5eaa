//! The feed: what happened, in order, never skipping.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::Following;
use super::auth::Reader;
use super::events::account_named;
use super::page::{Page, limit_of};
use super::params::{FromQuery, Params, Query};
use super::{Kind, Problem, State};
use crate::domain::{EventId, Timestamp};
use crate::store::{FeedCursor, FeedItem};

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedItem)]
pub struct FeedItemView {
    /// Where a follower stands who has seen this.
    cursor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// To which account, by Meta's id.
    account_id: String,
    /// What, as `comment.enriched`.
    kind: String,
    /// To which object, by Meta's id.
    object_id: String,
    /// By which event.
    #[schema(value_type = Option<uuid::Uuid>)]
    event_id: Option<EventId>,
}

impl From<FeedItem> for FeedItemView {
    fn from(item: FeedItem) -> Self {
        Self {
            cursor: item.cursor().to_string(),
            at: item.at,
            account_id: item.account_id,
            kind: item.kind,
            object_id: item.object_id,
            event_id: item.event_id,
        }
    }
}

/// From where on, and whose.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedParams {
    /// Of this account, by any id that Meta knows it by.
    account: Option<String>,
    /// Most items.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    limit: i64,
    /// `next` of the answer before; from the oldest entry that is kept without it.
    #[param(value_type = Option<String>)]
    after: Option<FeedCursor>,
}

impl FromQuery for FeedParams {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        let after = query.text("after")?.map(|text| {
            text.parse().map_err(|_| {
                Kind::InvalidCursor.because("after: give back `next` of the answer before, unchanged")
            })
        });
        Ok(Self {
            account: query.text("account")?,
            limit: limit_of(query)?,
            after: after.transpose()?,
        })
    }
}

/// Tells what happened, oldest first.
///
/// `next` is always set, so that a follower goes on asking with it. Entries are kept for a while; a follower that
/// stayed away for longer is told so by `cursor-expired`, and never skips what it has not seen.
#[utoipa::path(
    tag = "feed",
    operation_id = "read_feed",
    params(FeedParams),
    responses((status = 200, description = "A page", body = Page<FeedItemView>), Following)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<FeedParams>,
    state: Data<State>,
) -> Result<Json<Page<FeedItemView>>, Problem> {
    // Before the entries are read: a follower that nothing happened to goes on from here.
    let end = state.store.feed_end().await?;
    let after = match params.after {
        Some(after) => after,
        None => state.store.feed_beginning().await?,
    };
    let account = match &params.account {
        None => None,
        Some(id) => match account_named(&state, id).await? {
            None => return Ok(Json(following(Vec::new(), after.max(end)))),
            known => known,
        },
    };
    let items = state
        .store
        .feed(caller.workspace, account, after, params.limit)
        .await?;
    Ok(Json(following(items, after.max(end))))
}

fn following(items: Vec<FeedItem>, otherwise: FeedCursor) -> Page<FeedItemView> {
    let next = items.last().map_or(otherwise, FeedItem::cursor);
    Page {
        data: items.into_iter().map(FeedItemView::from).collect(),
        next: Some(next.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<FeedParams, Problem> {
        FeedParams::read(&mut Query::parse(query).unwrap())
    }

    #[test]
    fn the_feed_begins_at_the_beginning_and_goes_on_after_a_cursor() {
        assert_eq!(asked("").unwrap().after, None);
        assert_eq!(asked("after=7.12").unwrap().after.unwrap().to_string(), "7.12");
        for text in ["12", "x.y", "-1.2", ""] {
            assert_eq!(
                asked(&format!("after={text}")).unwrap_err().kind(),
                Kind::InvalidCursor,
                "{text}"
            );
        }
    }

    #[test]
    fn an_empty_answer_still_says_where_to_go_on() {
        let cursor: FeedCursor = "0.41".parse().unwrap();
        assert_eq!(following(Vec::new(), cursor).next.as_deref(), Some("0.41"));
    }
}
