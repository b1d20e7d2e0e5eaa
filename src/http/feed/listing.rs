//! The feed by the page, and what both ways of reading it share: parameters, one reading, the form of an item.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::{EventId, Timestamp, WorkspaceId};
use crate::http::answers::FeedListing;
use crate::http::auth::Reader;
use crate::http::events::account_named;
use crate::http::page::{Page, limit_of};
use crate::http::params::{FromQuery, Params, Query};
use crate::http::{Kind, Problem, State};
use crate::store::{FeedCursor, FeedItem};

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedItem)]
pub struct FeedItemView {
    /// Where a follower stands who has seen this.
    pub(super) cursor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// To which account, by Meta's id.
    account_id: String,
    /// What, as `comment.enriched`.
    pub(super) kind: String,
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
    /// Most items; of a stream, most that are read at once.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    pub(super) limit: i64,
    /// `next` of the answer before, or an item's `cursor`; from the oldest entry that is kept without it.
    #[param(value_type = Option<String>)]
    pub(super) after: Option<FeedCursor>,
}

impl FeedParams {
    /// Where it begins: after a cursor, or with the oldest entry that is kept.
    pub(super) async fn beginning(&self, state: &State) -> Result<FeedCursor, Problem> {
        Ok(match self.after {
            Some(after) => after,
            None => state.store.feed_beginning().await?,
        })
    }

    /// What they ask for after this, as far as it has happened; nothing of an account that nobody knows.
    pub(super) async fn items(
        &self,
        state: &State,
        workspace: Option<WorkspaceId>,
        after: FeedCursor,
    ) -> Result<Vec<FeedItem>, Problem> {
        let account = match &self.account {
            None => None,
            Some(id) => match account_named(state, id).await? {
                None => return Ok(Vec::new()),
                known => known,
            },
        };
        Ok(state.store.feed(workspace, account, after, self.limit).await?)
    }
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
    responses((status = 200, description = "A page", body = Page<FeedItemView>), FeedListing)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<FeedParams>,
    state: Data<State>,
) -> Result<Json<Page<FeedItemView>>, Problem> {
    // Before the entries are read: a follower that nothing happened to goes on from here.
    let head = state.store.feed_head().await?;
    let after = params.beginning(&state).await?;
    let items = params.items(&state, caller.workspace, after).await?;
    Ok(Json(following(items, after.max(head))))
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
