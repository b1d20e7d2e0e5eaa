//! An effect as it is stored.

use crate::domain::post::{Warning, WhenFull};
use crate::domain::{
    AccountKey, CallId, EffectId, EffectKind, EffectState, Timestamp, UploadId, WorkspaceId,
};

/// An effect as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Effect {
    /// Its id.
    pub id: EffectId,
    /// The tenant that wants it.
    pub workspace_id: WorkspaceId,
    /// The account that it is made as.
    pub account_key: AccountKey,
    /// Meta's id of that account.
    pub account_id: String,
    /// What it writes.
    pub kind: EffectKind,
    /// Where it stands.
    pub state: EffectState,
    /// What is wanted, as JSON.
    pub intent: String,
    /// What is to be known of it though it breaks no rule, as JSON.
    pub warnings: String,
    /// How far it is, as JSON: only the room that makes effects reads it.
    pub progress: String,
    /// What the caller named it.
    pub idempotency_key: Option<String>,
    /// The SHA-256 of what they asked for.
    pub request_hash: Vec<u8>,
    /// When it is wanted; none: at once, or when somebody says so.
    pub publish_at: Option<Timestamp>,
    /// What happens if the quota has no room then.
    pub when_full: WhenFull,
    /// When something is to be done about it; none: nothing, or a person decides.
    pub due_at: Option<Timestamp>,
    /// When Meta was told of it last, whether it heard or not.
    pub sent_at: Option<Timestamp>,
    /// Meta's id of what came of it.
    pub result_id: Option<String>,
    /// Where that is seen.
    pub permalink: Option<String>,
    /// Why it stands where it stands.
    pub reason_code: Option<String>,
    /// The same for people.
    pub reason_message: Option<String>,
    /// Until when somebody works on it.
    pub lease_until: Option<Timestamp>,
    /// Grows with each claim and each change by a person.
    pub fence: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Effect {
    /// What is to be known of it though it breaks no rule.
    pub fn warnings(&self) -> Vec<Warning> {
        serde_json::from_str(&self.warnings).unwrap_or_default()
    }
}

/// Warnings as they are stored.
pub(super) fn written(warnings: &[Warning]) -> String {
    serde_json::to_string(warnings).expect("warnings are JSON")
}

/// An effect that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewEffect {
    /// The tenant that wants it.
    pub workspace: WorkspaceId,
    /// The account that it is made as.
    pub account: AccountKey,
    /// What it writes.
    pub kind: EffectKind,
    /// Where it stands at first.
    pub state: EffectState,
    /// What is wanted, as JSON.
    pub intent: String,
    /// What is to be known of it though it breaks no rule.
    pub warnings: Vec<Warning>,
    /// What the caller named it.
    pub idempotency_key: Option<String>,
    /// The SHA-256 of what they asked for.
    pub request_hash: [u8; 32],
    /// When it is wanted.
    pub publish_at: Option<Timestamp>,
    /// What happens if the quota has no room then.
    pub when_full: WhenFull,
    /// When something is to be done about it first.
    pub due_at: Timestamp,
    /// The uploads that it is made of.
    pub uploads: Vec<UploadId>,
}

/// A step of an effect, as journalled.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EffectStep {
    /// The first is 1.
    pub number: i64,
    /// What was done, as `publish`.
    pub step: String,
    /// To what.
    pub detail: String,
    /// When it was written, before its call.
    pub began_at: Timestamp,
    /// When its call was over; none: nobody knows what came of it.
    pub ended_at: Option<Timestamp>,
    /// `done`, `refused`, `unclear`.
    pub outcome: Option<String>,
    /// What Meta said, or what was found.
    pub message: Option<String>,
    /// By which call.
    pub call_id: Option<CallId>,
}

pub(super) const COLUMNS: &str =
    "SELECT e.id, e.workspace_id, e.account_key, a.instagram_id AS account_id, e.kind, e.state,
        e.intent, e.warnings, e.progress, e.idempotency_key, e.request_hash, e.publish_at, e.when_full, e.due_at,
        e.sent_at, e.result_id,
        e.permalink, e.reason_code, e.reason_message, e.lease_until, e.fence, e.created_at, e.updated_at
    FROM effects e JOIN accounts a ON a.key = e.account_key WHERE ";
