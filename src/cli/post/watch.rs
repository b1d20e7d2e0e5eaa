//! Seeing a post through: this process works on what is due, beside a service or without one, until nothing more happens
//! soon.

use std::time::Duration;

use crate::cli::{Failure, line};
use crate::domain::post::PostState;
use crate::domain::{EffectId, EffectKind};
use crate::effects::Effects;
use crate::store::{Effect, Store};

/// Between two looks at a post.
const LOOK: Duration = Duration::from_millis(250);
/// What is due later than this is left to the service.
const SOON: Duration = Duration::from_mins(3);

/// Follows a post and says where it stands whenever that changes. Gives it as it stands in the end.
pub async fn watch(store: &Store, effects: &Effects, id: EffectId) -> Result<Effect, Failure> {
    let mut told = None;
    loop {
        let effect = store.effect(EffectKind::Post, id, None).await?;
        if told != Some(effect.state) {
            told = Some(effect.state);
            line(&said(&effect))?;
        }
        if is_over(&effect, store) {
            return Ok(effect);
        }
        if !effects.work_once().await? {
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Nothing more happens to it soon.
fn is_over(effect: &Effect, store: &Store) -> bool {
    let working = effect.lease_until.is_some();
    let rests = effect
        .due_at
        .is_none_or(|due| due.since(store.clock().now()) > SOON);
    !working && rests
}

fn said(effect: &Effect) -> String {
    let reason = effect
        .reason_message
        .as_ref()
        .map(|why| format!(": {why}"))
        .unwrap_or_default();
    let state = PostState::from(effect.state);
    match (state, &effect.permalink, effect.publish_at) {
        (PostState::Published, Some(link), _) => format!("published: {link}"),
        (PostState::Scheduled | PostState::Ready, _, Some(at)) => {
            format!("{state} for {at}{reason}")
        }
        _ => format!("{state}{reason}"),
    }
}
