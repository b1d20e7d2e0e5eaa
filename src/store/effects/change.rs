//! Changes that a person makes: under a new fence, so that whoever works on it writes nothing more.

use super::model::{Effect, written};
use crate::domain::post::{Warning, WhenFull};
use crate::domain::{EffectState, Timestamp, UploadId};
use crate::store::feed::{self, FeedEntry};
use crate::store::{Store, StoreError, uploads};

/// What a person makes of an effect.
#[derive(Clone, Debug)]
pub struct EffectChange {
    /// What they did, as `cancel`: it is journalled.
    pub step: &'static str,
    /// Its state.
    pub state: EffectState,
    /// What is wanted, as JSON.
    pub intent: String,
    /// The uploads that it is made of from now on; none: it stays.
    pub uploads: Option<Vec<UploadId>>,
    /// What is to be known of it though it breaks no rule.
    pub warnings: Vec<Warning>,
    /// How far it is, as JSON.
    pub progress: String,
    /// When it is wanted.
    pub publish_at: Option<Timestamp>,
    /// What happens if the quota has no room then.
    pub when_full: WhenFull,
    /// When something is to be done about it.
    pub due_at: Option<Timestamp>,
    /// Meta's id of what came of it.
    pub result_id: Option<String>,
    /// Why it stands there.
    pub reason: Option<(String, String)>,
}

const CHANGE: &str = "UPDATE effects SET state = $4, intent = $5, warnings = $6, progress = $7, publish_at = $8, when_full = $9,
        due_at = $10, result_id = $11, reason_code = $12, reason_message = $13, lease_until = NULL, apart = FALSE, holder = NULL,
        fence = fence + 1, updated_at = $14
    WHERE id = $1 AND fence = $2 AND state = $3";

const JOURNAL: &str =
    "INSERT INTO effect_steps (effect_id, number, step, detail, began_at, ended_at, outcome)
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, '', $3, $3, 'done' FROM effect_steps WHERE effect_id = $1";

impl Store {
    /// Makes a change to an effect as it was read; false if it is another by now. [`StoreError::NotFound`] if an upload
    /// that it is to be made of is gone.
    pub async fn change_effect(&self, effect: &Effect, change: EffectChange) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let (code, message) = change.reason.unzip();
        let mut tx = self.db.begin().await?;
        let changed = tx
            .query(CHANGE)
            .bind(effect.id)
            .bind(effect.fence)
            .bind(effect.state.as_str().to_owned())
            .bind(change.state.as_str().to_owned())
            .bind(change.intent)
            .bind(written(&change.warnings))
            .bind(change.progress)
            .bind(change.publish_at)
            .bind(change.when_full.as_str().to_owned())
            .bind(change.due_at)
            .bind(change.result_id)
            .bind(code)
            .bind(message)
            .bind(now)
            .execute()
            .await?;
        if changed == 0 {
            return Ok(false);
        }
        if let Some(made_of) = change.uploads {
            uploads::refer_anew(&mut tx, effect.id, effect.workspace_id, &made_of).await?;
        }
        let step = tx.query(JOURNAL).bind(effect.id).bind(change.step.to_owned());
        step.bind(now).execute().await?;
        let news = effect
            .kind
            .news(change.state)
            .filter(|_| change.state != effect.state);
        if let Some(kind) = news {
            let told = FeedEntry {
                account_key: effect.account_key,
                kind,
                object_id: effect.id.to_string(),
                event_id: None,
            };
            feed::tell(&mut tx, &[told], now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
