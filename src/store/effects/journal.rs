//! The journal: what is about to be asked of Meta, and what came of it, each with where the effect then stands.

use super::model::Effect;
use crate::domain::{CallId, EffectState, Timestamp};
use crate::store::db::Tx;
use crate::store::feed::{self, FeedEntry};
use crate::store::{Store, StoreError};

/// Where an effect stands from now on.
#[derive(Clone, Debug)]
pub struct Advance {
    /// Its state.
    pub state: EffectState,
    /// How far it is, as JSON.
    pub progress: String,
    /// When something is to be done about it.
    pub due_at: Option<Timestamp>,
    /// When Meta was told of it last.
    pub sent_at: Option<Timestamp>,
    /// Meta's id of what came of it.
    pub result_id: Option<String>,
    /// Where that is seen.
    pub permalink: Option<String>,
    /// Why it stands there: a stable code, and a sentence.
    pub reason: Option<(String, String)>,
    /// Until when the caller goes on working on it; none: it is given back.
    pub lease_until: Option<Timestamp>,
    /// The account's other effects may be worked on meanwhile.
    pub apart: bool,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct EndedStep {
    /// Which.
    pub number: i64,
    /// `done`, `refused`, `unclear`.
    pub outcome: &'static str,
    /// What Meta said, or what was found.
    pub message: Option<String>,
    /// By which call.
    pub call_id: Option<CallId>,
}

const ADVANCE: &str =
    "UPDATE effects SET state = $3, progress = $4, due_at = $5, sent_at = $6, result_id = $7,
        permalink = $8, reason_code = $9, reason_message = $10, lease_until = $11, updated_at = $12, apart = $13
    WHERE id = $1 AND fence = $2";

const BEGIN: &str = "INSERT INTO effect_steps (effect_id, number, step, detail, began_at)
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4 FROM effect_steps WHERE effect_id = $1 RETURNING number";

const END: &str = "UPDATE effect_steps SET ended_at = $3, outcome = $4, message = $5, call_id = $6
    WHERE effect_id = $1 AND number = $2";

impl Store {
    /// Writes steps that are about to be made, and where the effect stands from now on. Gives their numbers.
    /// [`StoreError::LeaseLost`] if somebody else has it by now: then nothing may be asked of Meta.
    pub async fn begin_steps(
        &self,
        effect: &Effect,
        steps: &[(&'static str, String)],
        advance: Advance,
    ) -> Result<Vec<i64>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        advanced(&mut tx, effect, advance, now).await?;
        let mut numbers = Vec::with_capacity(steps.len());
        for (step, detail) in steps {
            let query = tx.query(BEGIN).bind(effect.id).bind((*step).to_owned());
            let (number,): (i64,) = query.bind(detail.clone()).bind(now).one().await?;
            numbers.push(number);
        }
        tx.commit().await?;
        Ok(numbers)
    }

    /// Writes what came of steps, and where the effect stands from now on.
    pub async fn end_steps(
        &self,
        effect: &Effect,
        ended: Vec<EndedStep>,
        advance: Advance,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        advanced(&mut tx, effect, advance, now).await?;
        for step in ended {
            tx.query(END)
                .bind(effect.id)
                .bind(step.number)
                .bind(now)
                .bind(step.outcome.to_owned())
                .bind(step.message)
                .bind(step.call_id)
                .execute()
                .await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What followers are told: that it has come to another state, or that nothing more happens until a person decides.
fn news(effect: &Effect, advance: &Advance) -> Option<&'static str> {
    let rests = advance.due_at.is_none() && advance.lease_until.is_none();
    if rests && advance.reason.is_some() && !advance.state.is_final() {
        return Some(effect.kind.undecided());
    }
    let news = effect.kind.news(advance.state);
    news.filter(|_| advance.state != effect.state)
}

async fn advanced(tx: &mut Tx, effect: &Effect, advance: Advance, now: Timestamp) -> Result<(), StoreError> {
    let news = news(effect, &advance);
    let (code, message) = advance.reason.unzip();
    let object_id = advance.result_id.clone().unwrap_or_else(|| effect.id.to_string());
    let written = tx
        .query(ADVANCE)
        .bind(effect.id)
        .bind(effect.fence)
        .bind(advance.state.as_str().to_owned())
        .bind(advance.progress)
        .bind(advance.due_at)
        .bind(advance.sent_at)
        .bind(advance.result_id)
        .bind(advance.permalink)
        .bind(code)
        .bind(message)
        .bind(advance.lease_until)
        .bind(now)
        .bind(advance.apart)
        .execute()
        .await?;
    if written == 0 {
        return Err(StoreError::LeaseLost);
    }
    if let Some(kind) = news {
        let told = FeedEntry {
            account_key: effect.account_key,
            kind,
            object_id,
            event_id: None,
        };
        feed::tell(tx, &[told], now).await?;
    }
    Ok(())
}
