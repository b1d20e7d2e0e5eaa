//! The loop: up to so many effects at once, each when it is due.

use std::error::Error;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::Effects;
use super::pace::LEASE;
use super::post;
use crate::domain::EffectKind;
use crate::store::{Effect, StoreError};

/// Effects that one process works on at once.
const AT_ONCE: usize = 32;
/// The safety net: what another process took note of is found no later than this.
const TICK: Duration = Duration::from_millis(500);
/// Work that the store broke off is taken up again after this.
const AFTER_A_FAILURE: Duration = Duration::from_secs(2);
/// Between two looks at what nobody could claim.
const SHORTEST_NAP: Duration = Duration::from_millis(5);

impl Effects {
    /// Works until told to stop, then finishes the steps that are under way.
    pub async fn run(self, stop: CancellationToken) {
        if let Err(error) = self.store.free_effects().await {
            // They are taken over when their leases end.
            tracing::error!(
                error = &error as &dyn Error,
                "could not free the effects of the last process"
            );
        }
        let mut turns = JoinSet::new();
        while !stop.is_cancelled() {
            while let Some(ended) = turns.try_join_next() {
                report(ended);
            }
            let mut nap = TICK;
            if turns.len() < AT_ONCE {
                match self.store.claim_effect(self.holder, LEASE).await {
                    Ok(Some(effect)) => {
                        let effects = self.clone();
                        turns.spawn(async move { effects.turn(effect).await });
                        continue;
                    }
                    Ok(None) => nap = self.until_next().await,
                    Err(error) => tracing::error!(error = &error as &dyn Error, "could not claim an effect"),
                }
            }
            tokio::select! {
                () = tokio::time::sleep(nap) => {}
                () = self.hurry.notified() => {}
                Some(ended) = turns.join_next() => report(ended),
                () = stop.cancelled() => {}
            }
        }
        while let Some(ended) = turns.join_next().await {
            report(ended);
        }
    }

    /// Works on one effect, if one is due: the step of the loop. False: nothing is due.
    pub async fn work_once(&self) -> Result<bool, StoreError> {
        match self.store.claim_effect(self.holder, LEASE).await? {
            Some(effect) => self.turn(effect).await.map(|()| true),
            None => Ok(false),
        }
    }

    async fn turn(&self, effect: Effect) -> Result<(), StoreError> {
        let (id, fence) = (effect.id, effect.fence);
        let worked = match effect.kind {
            EffectKind::Post => Box::pin(post::work(self, effect)).await,
        };
        if worked.is_err() {
            // Without this it would rest until its lease ends. Where the store still fails it does.
            let soon = self.store.clock().now() + AFTER_A_FAILURE;
            self.store.give_effect_back(id, fence, soon).await.ok();
        }
        worked
    }

    async fn until_next(&self) -> Duration {
        // What fails here fails again at the next tick, and is told then.
        let due = self.store.next_effect_due().await.ok().flatten();
        due.map_or(TICK, |due| {
            due.since(self.store.clock().now()).clamp(SHORTEST_NAP, TICK)
        })
    }
}

fn report(ended: Result<Result<(), StoreError>, JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(StoreError::LeaseLost)) => tracing::info!("an effect was taken over, or changed by a person"),
        Ok(Err(error)) => tracing::error!(error = &error as &dyn Error, "could not go on with an effect"),
        Err(error) => tracing::error!(error = &error as &dyn Error, "working on an effect broke off"),
    }
}
