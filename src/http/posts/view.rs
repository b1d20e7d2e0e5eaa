//! How a post is shown.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::post::{PostState, Warning, WhenFull};
use crate::domain::{CallId, EffectId, Timestamp};
use crate::store::{Effect, EffectStep};

/// A post as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Post)]
pub struct PostView {
    /// Its id here.
    #[schema(value_type = uuid::Uuid)]
    id: EffectId,
    /// Meta's id of the account.
    account_id: String,
    /// `draft`, `scheduled`, `preparing`, `ready`, `publishing`, `uncertain`, `published`, `failed` or `cancelled`.
    #[schema(value_type = String)]
    state: PostState,
    /// What is to be published, as it was asked for.
    #[schema(value_type = Object)]
    intent: Value,
    /// What is to be known of it though it breaks no rule: what Meta does to a file, say. It is as of when it was asked for.
    #[schema(value_type = Vec<WarningBody>)]
    warnings: Vec<Warning>,
    /// When it is published; null: at once, or when somebody says so.
    #[schema(value_type = Option<String>, format = DateTime)]
    publish_at: Option<Timestamp>,
    /// What happens if the account's quota of the day has no room for it.
    #[schema(value_type = String)]
    when_full: WhenFull,
    /// Meta's id of the media that it became.
    media_id: Option<String>,
    /// Where people see it.
    permalink: Option<String>,
    /// Why it stands where it stands, if there is something to say.
    reason: Option<PostReason>,
    /// When something is done about it next; null: nothing, or a person decides.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_step_at: Option<Timestamp>,
    /// What the caller named it.
    idempotency_key: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Something to know of a post.
#[derive(ToSchema)]
#[schema(as = PostWarning)]
#[expect(dead_code, reason = "only described by this; a warning is written as it is")]
pub struct WarningBody {
    /// Of what, as `/media/2/url`.
    pointer: String,
    /// Stable: what programs decide by.
    code: String,
    /// What happens, and what to do if that is not meant.
    message: String,
}

/// Why a post stands where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostReason {
    /// Stable: what programs decide by.
    code: String,
    /// The same for people, with what to do.
    message: String,
}

/// A post with its journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostWithJournal)]
pub struct PostDetail {
    /// The post.
    #[serde(flatten)]
    post: PostView,
    /// Each step, the oldest first: written before its call, and ended after it.
    steps: Vec<StepView>,
}

/// A step of a post.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostStep)]
pub struct StepView {
    /// The first is 1.
    number: i64,
    /// What was done, as `publish`.
    step: String,
    /// To what.
    detail: String,
    /// When it was written, before its call.
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    /// When its call was over; null: nobody knows what came of it.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// `done`, `refused` or `unclear`.
    outcome: Option<String>,
    /// What it made, what Meta said, or what was found.
    message: Option<String>,
    /// By which call.
    #[schema(value_type = Option<uuid::Uuid>)]
    call_id: Option<CallId>,
}

impl From<Effect> for PostView {
    fn from(effect: Effect) -> Self {
        Self {
            warnings: effect.warnings(),
            id: effect.id,
            account_id: effect.account_id,
            state: effect.state.into(),
            intent: serde_json::from_str(&effect.intent).unwrap_or_default(),
            publish_at: effect.publish_at,
            when_full: effect.when_full,
            media_id: effect.result_id,
            permalink: effect.permalink,
            reason: effect
                .reason_code
                .zip(effect.reason_message)
                .map(|(code, message)| PostReason { code, message }),
            next_step_at: effect.due_at,
            idempotency_key: effect.idempotency_key,
            created_at: effect.created_at,
            updated_at: effect.updated_at,
        }
    }
}

impl PostDetail {
    /// Of a post and its journal.
    pub fn new(effect: Effect, steps: Vec<EffectStep>) -> Self {
        Self {
            post: effect.into(),
            steps: steps.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<EffectStep> for StepView {
    fn from(step: EffectStep) -> Self {
        Self {
            number: step.number,
            step: step.step,
            detail: step.detail,
            began_at: step.began_at,
            ended_at: step.ended_at,
            outcome: step.outcome,
            message: step.message,
            call_id: step.call_id,
        }
    }
}
