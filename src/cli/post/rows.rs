//! Posts and their steps as rows.

use serde::Serialize;

use crate::cli::Row;
use crate::domain::post::PostState;
use crate::store::{Effect, EffectStep};

/// A post in a list.
#[derive(Serialize)]
pub struct PostRow {
    id: String,
    account_id: String,
    state: String,
    publish_at: Option<String>,
    media_id: Option<String>,
    permalink: Option<String>,
    reason: Option<String>,
    created_at: String,
}

impl From<Effect> for PostRow {
    fn from(effect: Effect) -> Self {
        Self {
            id: effect.id.to_string(),
            account_id: effect.account_id,
            state: PostState::from(effect.state).to_string(),
            publish_at: effect.publish_at.map(|at| at.to_string()),
            media_id: effect.result_id,
            permalink: effect.permalink,
            reason: effect.reason_message,
            created_at: effect.created_at.to_string(),
        }
    }
}

fn dash(text: Option<&String>) -> String {
    text.cloned().unwrap_or_else(|| "–".to_owned())
}

impl Row for PostRow {
    const HEADS: &'static [&'static str] = &["ID", "ACCOUNT", "STATE", "AT", "MEDIA", "REASON"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.account_id.clone(),
            self.state.clone(),
            dash(self.publish_at.as_ref()),
            dash(self.media_id.as_ref()),
            dash(self.reason.as_ref()),
        ]
    }
}

/// A step of a post's journal.
#[derive(Serialize)]
pub struct StepRow {
    number: i64,
    began_at: String,
    step: String,
    detail: String,
    outcome: Option<String>,
    message: Option<String>,
}

impl From<EffectStep> for StepRow {
    fn from(step: EffectStep) -> Self {
        Self {
            number: step.number,
            began_at: step.began_at.to_string(),
            step: step.step,
            detail: step.detail,
            outcome: step.outcome,
            message: step.message,
        }
    }
}

impl Row for StepRow {
    const HEADS: &'static [&'static str] = &["", "BEGAN", "STEP", "OF", "OUTCOME", ""];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.began_at.clone(),
            self.step.clone(),
            self.detail.clone(),
            self.outcome.clone().unwrap_or_else(|| "nobody knows".to_owned()),
            self.message.clone().unwrap_or_default(),
        ]
    }
}
