//! What a person does with a post: publish a draft, call it off, decide where a doubt could not be settled.

use actix_web::post;
use actix_web::web::{Data, Json};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::PostView;
use crate::domain::EffectId;
use crate::effects::Decision;
use crate::http::answers::ChangingPost;
use crate::http::auth::Writer;
use crate::http::body::{Body, printable};
use crate::http::id::Id;
use crate::http::params::{Nothing, Params};
use crate::http::{Kind, Problem, State};

/// Publishes a draft now, or a post before its time or after it.
#[utoipa::path(
    tag = "posts",
    operation_id = "publish_post",
    params(("id" = uuid::Uuid, Path, description = "The post's id")),
    responses((status = 200, description = "The post as it is now", body = PostView), ChangingPost)
)]
#[post("/posts/{id}/publish")]
pub async fn publish(
    caller: Writer,
    Id(id): Id<EffectId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<PostView>, Problem> {
    let (effects, workspace) = (state.effects.clone(), caller.workspace);
    let publishing = async move { effects.publish_post(id, workspace).await };
    Ok(Json(state.lifecycle.shielded(publishing).await??.into()))
}

/// Calls a post off that Meta was not told to publish.
#[utoipa::path(
    tag = "posts",
    operation_id = "cancel_post",
    params(("id" = uuid::Uuid, Path, description = "The post's id")),
    responses((status = 200, description = "The post as it is now", body = PostView), ChangingPost)
)]
#[post("/posts/{id}/cancel")]
pub async fn cancel(
    caller: Writer,
    Id(id): Id<EffectId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<PostView>, Problem> {
    let (effects, workspace) = (state.effects.clone(), caller.workspace);
    let cancelling = async move { effects.cancel_post(id, workspace).await };
    let post = state.lifecycle.shielded(cancelling).await??;
    state.bells.ring_feed();
    Ok(Json(post.into()))
}

/// What a person found on the profile.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "outcome": "published", "media_id": "18000000000000042" }))]
pub struct Resolution {
    /// Whether it is there: `published` or `not-published`.
    #[garde(skip)]
    #[schema(value_type = String)]
    outcome: Seen,
    /// Meta's id of it, if it is there and you know it.
    #[garde(inner(length(min = 1, max = 40), custom(printable)))]
    media_id: Option<String>,
    /// If it is not there: `publish-again`, or `cancel`, which is what happens if you do not say.
    #[garde(skip)]
    #[schema(value_type = Option<String>)]
    then: Option<Then>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Seen {
    Published,
    NotPublished,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Then {
    PublishAgain,
    Cancel,
}

impl Resolution {
    fn decision(self) -> Result<Decision, Problem> {
        match (self.outcome, self.media_id, self.then) {
            (Seen::Published, media_id, None) => Ok(Decision::Published(media_id)),
            (Seen::NotPublished, None, Some(Then::PublishAgain)) => Ok(Decision::Again),
            (Seen::NotPublished, None, Some(Then::Cancel) | None) => Ok(Decision::CallOff),
            (Seen::Published, _, Some(_)) => {
                Err(Kind::InvalidBody.because("then: only for what is not published"))
            }
            (Seen::NotPublished, Some(_), _) => {
                Err(Kind::InvalidBody.because("media_id: only for what is published"))
            }
        }
    }
}

/// Decides what came of a post where Instagram does not show it beyond doubt.
#[utoipa::path(
    tag = "posts",
    operation_id = "resolve_post",
    params(("id" = uuid::Uuid, Path, description = "The post's id")),
    request_body = Resolution,
    responses((status = 200, description = "The post as it is now", body = PostView), ChangingPost)
)]
#[post("/posts/{id}/resolve")]
pub async fn resolve(
    caller: Writer,
    Id(id): Id<EffectId>,
    _: Params<Nothing>,
    Body(resolution): Body<Resolution>,
    state: Data<State>,
) -> Result<Json<PostView>, Problem> {
    let decision = resolution.decision()?;
    let (effects, workspace) = (state.effects.clone(), caller.workspace);
    let resolving = async move { effects.resolve_post(id, workspace, &decision).await };
    let post = state.lifecycle.shielded(resolving).await??;
    state.bells.ring_feed();
    Ok(Json(post.into()))
}
