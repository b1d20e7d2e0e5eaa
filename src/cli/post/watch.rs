//! Seeing a post through: this process works on what is due, beside a service or without one, until nothing more happens
//! soon.

use std::time::Duration;

use tokio::time::Instant;

use crate::cli::{Failure, line};
use crate::domain::post::PostState;
use crate::domain::{EffectId, EffectKind, EffectState};
use crate::effects::Effects;
use crate::store::{Effect, Store, StoreError};

/// Between two looks at a post.
const LOOK: Duration = Duration::from_millis(250);
/// Failures in a row that are waited out.
const FAILURES: u32 = 5;
/// What is due later than this is left to the service.
const SOON: Duration = Duration::from_mins(3);
/// What follows a publication is waited for so long: where it is seen, the first comment.
const AFTER: Duration = Duration::from_mins(3);

/// Follows a post and says where it stands whenever that changes. Gives it as it stands in the end.
pub async fn watch(store: &Store, effects: &Effects, id: EffectId) -> Result<Effect, Failure> {
    let mut told = String::new();
    let mut published = None;
    let mut failures = 0;
    loop {
        let effect = store.effect(EffectKind::Post, id, None).await?;
        let is_seen = effect.state == EffectState::Done;
        let seen_since = is_seen.then(|| *published.get_or_insert_with(Instant::now));
        let over = is_over(&effect, store) || seen_since.is_some_and(|since| since.elapsed() > AFTER);
        // Whoever publishes it, this process or another, learns only then where it is seen.
        let says_all = over || !is_seen || effect.permalink.is_some();
        let says = said(&effect);
        if says_all && told != says {
            line(&says)?;
            told = says;
        }
        if over {
            if let Some(why) = effect
                .reason_message
                .as_ref()
                .filter(|_| effect.permalink.is_some())
            {
                line(&format!("note: {why}"))?;
            }
            return Ok(effect);
        }
        match effects.work_once().await {
            Ok(true) => failures = 0,
            // A service, or a person, was quicker.
            Ok(false) | Err(StoreError::LeaseLost) => tokio::time::sleep(LOOK).await,
            // The database is busy with a service's work, say. What was begun goes on when its lease ends.
            Err(_) if failures < FAILURES => {
                failures += 1;
                tokio::time::sleep(LOOK).await;
            }
            Err(error) => return Err(error.into()),
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
