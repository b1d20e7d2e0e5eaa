//! What an event became.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Field;
use crate::http::State;
use crate::http::comments::CommentView;
use crate::http::mentions::MentionView;
use crate::http::messages::MessageView;
use crate::http::stories::ObservationView;
use crate::store::{Event, StoreError};

/// The comment, mention, message or observation of a story that an event became.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Enrichment)]
pub enum EnrichmentView {
    /// Of `comments` and `live_comments`.
    Comment(Box<CommentView>),
    /// Of `mentions`.
    Mention(MentionView),
    /// Of `messages` and `message_edit`.
    Message(Box<MessageView>),
    /// Of `story_insights`.
    Story(ObservationView),
}

/// Reads what an event became.
pub async fn of(state: &State, event: &Event) -> Result<Option<EnrichmentView>, StoreError> {
    let store = &state.store;
    let object = event.object_id.as_deref();
    Ok(match (&event.field, object) {
        (Field::Comments | Field::LiveComments, Some(id)) => {
            let comment = store.comment(event.account_key, id).await?;
            comment.map(|row| EnrichmentView::Comment(Box::new(row.into())))
        }
        (Field::Messages | Field::MessageEdit, Some(mid)) => {
            let message = store.message(event.account_key, mid).await?;
            message.map(|row| EnrichmentView::Message(Box::new(row.into())))
        }
        (Field::Mentions, _) => store
            .mention_of(event.id)
            .await?
            .map(|row| EnrichmentView::Mention(row.into())),
        (Field::StoryInsights, _) => store
            .story_observation(event.id)
            .await?
            .map(|row| EnrichmentView::Story(row.into())),
        _ => None,
    })
}
