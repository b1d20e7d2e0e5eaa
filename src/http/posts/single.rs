//! One post: reading it with its journal, and changing it before it is published.

use actix_web::web::{Data, Json};
use actix_web::{get, patch};
use garde::Validate;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::asked::NewPost;
use super::view::{PostDetail, PostView};
use crate::domain::post::Fault;
use crate::domain::{EffectId, EffectKind};
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
    let effect = state.store.effect(EffectKind::Post, id, caller.workspace).await?;
    let steps = state.store.effect_steps(id).await?;
    Ok(Json(PostDetail::new(effect, steps)))
}

/// What is changed: a member that is absent stays, one that is null is taken away (RFC 7396).
#[derive(Debug, Deserialize, Validate)]
#[serde(transparent)]
#[garde(allow_unvalidated)]
pub struct PostPatch(Map<String, Value>);

/// What is decided once: another account or kind is another post.
const FIXED: [&str; 3] = ["account", "kind", "draft"];

impl PostPatch {
    fn applied(&self, effect: &Effect) -> Result<PostChange, EffectError> {
        let wrong = |pointer: String, message: String| {
            let code = "body";
            EffectError::Invalid(vec![Fault {
                pointer,
                code,
                message,
            }])
        };
        if let Some(fixed) = self.0.keys().find(|name| FIXED.contains(&name.as_str())) {
            return Err(wrong(
                format!("/{fixed}"),
                "cannot be changed: cancel the post and ask for another".to_owned(),
            ));
        }
        let mut whole: Map<String, Value> =
            serde_json::from_str(&effect.intent).map_err(|_| StoreError::Corrupt("post"))?;
        whole.insert("publish_at".to_owned(), json!(effect.publish_at));
        whole.insert("when_full".to_owned(), json!(effect.when_full));
        for (name, value) in &self.0 {
            if value.is_null() {
                whole.remove(name);
            } else {
                whole.insert(name.clone(), value.clone());
            }
        }
        let wanted: NewPost = serde_json::from_value(Value::Object(whole))
            .map_err(|error| wrong(String::new(), error.to_string()))?;
        Ok(PostChange {
            publish_at: wanted.publish_at,
            when_full: wanted.when_full,
            intent: wanted.intent(),
        })
    }
}

/// Changes a draft, or a post that Meta was not told to publish.
#[utoipa::path(
    tag = "posts",
    operation_id = "change_post",
    params(("id" = uuid::Uuid, Path, description = "The post's id")),
    request_body(content = NewPost, description = "What is changed: a member that is absent stays, one that is null is taken away"),
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
