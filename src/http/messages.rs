//! Direct messages as they stand.

use actix_web::get;
use actix_web::web::{self, Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Listing;
use super::auth::Reader;
use super::json::Json;
use super::objects::{ObjectParams, listed};
use super::page::{Page, PageParams};
use super::params::Params;
use super::{Problem, State};
use crate::domain::{EventId, Timestamp};
use crate::store::{MessageRow, ObjectFilter};

/// A direct message, its edits and its deletion applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    /// Meta's id of it.
    id: String,
    /// The event that told of it first.
    #[schema(value_type = uuid::Uuid)]
    event_id: EventId,
    /// Meta's id of the account.
    account_id: String,
    /// `in`, or `out` where the account wrote it; null while only its edit or deletion is known.
    direction: Option<String>,
    /// Who sent it, as this account sees them.
    sender_id: Option<String>,
    /// Who got it.
    recipient_id: Option<String>,
    /// Its text; null once deleted.
    text: Option<String>,
    /// Its attachments, as Meta sent them.
    #[schema(value_type = Option<serde_json::Value>)]
    attachments: Option<Json>,
    /// What it answers, as Meta sent it.
    #[schema(value_type = Option<serde_json::Value>)]
    reply_to: Option<Json>,
    /// When it was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// How often it was edited.
    edits: i64,
    /// When it was deleted.
    #[schema(value_type = Option<String>, format = DateTime)]
    deleted_at: Option<Timestamp>,
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.mid,
            event_id: row.event_id,
            account_id: row.account_id,
            direction: row.direction,
            sender_id: row.sender_id,
            recipient_id: row.recipient_id,
            text: row.text,
            attachments: row.attachments.map(Json::from),
            reply_to: row.reply_to.map(Json::from),
            sent_at: row.sent_at,
            edits: row.edits,
            deleted_at: row.deleted_at,
        }
    }
}

/// Lists messages, the newest event's first.
///
/// Messages are not on media: that parameter changes nothing here.
#[utoipa::path(
    tag = "objects",
    operation_id = "list_messages",
    params(ObjectParams, PageParams),
    responses((status = 200, description = "A page", body = Page<MessageView>), Listing)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<ObjectParams>,
    state: Data<State>,
) -> Result<web::Json<Page<MessageView>>, Problem> {
    let read = async |filter: ObjectFilter, page| state.store.messages(&filter, page).await;
    let page = listed((&state, &caller), params, read, |row| row.event_id.uuid()).await?;
    Ok(web::Json(page))
}
