//! One post: reading it with its journal, and changing it before it is begun.

use actix_web::web::{Data, Json};
use actix_web::{get, patch};
use garde::Validate;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::ToSchema;

use super::asked::NewMedia;
use super::view::{PostDetail, PostView};
use crate::domain::post::{PostIntent, WhenFull};
use crate::domain::{EffectId, Timestamp};
use crate::effects::{EffectError, PostChange};
use crate::http::answers::{ChangingPost, Reading};
use crate::http::auth::{Reader, Writer};
use crate::http::body::Body;
use crate::http::id::Id;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};
use crate::store::{Effect, StoreError};

/// Reads a post with its whole journal.
#[utoipa::path(
    tag = "posts",
    operation_id = "read_post",
    params(("id" = uuid::Uuid, Path, description = "The post's id")),
    responses((status = 200, description = "The post", body = PostDetail), Reading)
)]
#[get("/posts/{id}")]
pub async fn one(
    caller: Reader,
    Id(id): Id<EffectId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<PostDetail>, Problem> {
    let effect = state.store.effect(id, caller.workspace).await?;
    let steps = state.store.effect_steps(id).await?;
    Ok(Json(PostDetail::new(effect, steps)))
}

/// What is changed: a member that is absent stays, one that is null is taken away.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(example = json!({ "caption": "Fresh again", "publish_at": "2026-12-01T10:00:00+01:00" }))]
pub struct PostPatch {
    /// Other files.
    media: Option<Vec<NewMedia>>,
    /// Another text.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    caption: Option<Option<String>>,
    /// Another first comment.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    first_comment: Option<Option<String>>,
    /// Another place.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    location_id: Option<Option<String>>,
    /// Other co-authors.
    collaborators: Option<Vec<String>>,
    /// Whether people may comment.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    comments_enabled: Option<Option<bool>>,
    /// Another time; null: at once.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    publish_at: Option<Option<Timestamp>>,
    /// What happens if the quota of the day has no room.
    #[schema(value_type = Option<String>)]
    when_full: Option<WhenFull>,
}

/// Null is given; absent is not.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

impl PostPatch {
    fn applied(&self, effect: &Effect) -> Result<PostChange, EffectError> {
        let stored: Value = serde_json::from_str(&effect.intent).map_err(|_| StoreError::Corrupt("post"))?;
        let mut intent: PostIntent =
            serde_json::from_value(stored).map_err(|_| StoreError::Corrupt("post"))?;
        if let Some(media) = &self.media {
            let kind = intent.kind;
            intent.media = media.iter().map(|file| file.clone().intent(kind)).collect();
        }
        intent.caption = self.caption.clone().unwrap_or(intent.caption);
        intent.first_comment = self.first_comment.clone().unwrap_or(intent.first_comment);
        intent.location_id = self.location_id.clone().unwrap_or(intent.location_id);
        intent.collaborators = self.collaborators.clone().unwrap_or(intent.collaborators);
        intent.comments_enabled = self.comments_enabled.unwrap_or(intent.comments_enabled);
        Ok(PostChange {
            intent,
            publish_at: self.publish_at.unwrap_or(effect.publish_at),
            when_full: self.when_full.unwrap_or(effect.when_full),
        })
    }
}

/// Changes a scheduled post or a draft.
#[utoipa::path(
    tag = "posts",
    operation_id = "change_post",
    params(("id" = uuid::Uuid, Path, description = "The post's id")),
    request_body = PostPatch,
    responses((status = 200, description = "The post as it is now", body = PostView), ChangingPost)
)]
#[patch("/posts/{id}")]
pub async fn change(
    caller: Writer,
    Id(id): Id<EffectId>,
    _: Params<Nothing>,
    Body(patch): Body<PostPatch>,
    state: Data<State>,
) -> Result<Json<PostView>, Problem> {
    let (effects, workspace) = (state.effects.clone(), caller.workspace);
    let changing = async move {
        effects
            .change_post(id, workspace, |effect| patch.applied(effect))
            .await
    };
    Ok(Json(state.lifecycle.shielded(changing).await??.into()))
}
