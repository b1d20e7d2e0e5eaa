//! A turn at a post: what can be done now is done, one thing after the other.

use super::plan::{Next, Situation, next};
use super::prepare::Which;
use super::progress::PostProgress;
use crate::domain::EffectState;
use crate::domain::post::PostIntent;
use crate::effects::Effects;
use crate::effects::turn::Turn;
use crate::store::{Effect, StoreError};

/// A post that is worked on.
pub(super) type PostTurn<'a> = Turn<'a, PostIntent, PostProgress>;

/// Does what can be done now about a post that was claimed, and gives it back.
pub(in crate::effects) async fn work(effects: &Effects, effect: Effect) -> Result<(), StoreError> {
    let mut turn = PostTurn::new(effects, effect)?;
    // What only one login product's apps may publish is never begun with another's.
    turn.progress.login = turn.progress.login.or(turn.intent.login());
    turn.run().await
}

impl PostTurn<'_> {
    async fn run(mut self) -> Result<(), StoreError> {
        while !self.is_over() {
            match self.next() {
                Next::Wait(until) => self.give_back(Some(until)).await?,
                Next::Rest => self.give_back(None).await?,
                Next::Ask => self.ask().await?,
                Next::MakeParts(children) => self.make_parts(&children).await?,
                Next::LookAtParts(children) => self.look_at_parts(&children).await?,
                Next::BringPart(child) => self.bring(Which::Child(child)).await?,
                Next::BringWhole => self.bring(Which::Whole).await?,
                Next::MakeWhole => self.make_whole().await?,
                Next::LookAtWhole => self.look_at_whole().await?,
                Next::Prepared => self.prepared().await?,
                Next::Rebuild => self.rebuild().await?,
                Next::Publish => self.publish().await?,
                Next::Doubt => self.doubt().await?,
                Next::Resolve => self.resolve().await?,
                Next::After => self.after().await?,
            }
        }
        Ok(())
    }

    fn next(&self) -> Next {
        let situation = Situation {
            state: self.stands.state,
            intent: &self.intent,
            progress: &self.progress,
            publish_at: self.effect().publish_at,
            sent_at: self.stands.sent_at,
            pace: self.effects.pace,
        };
        next(&situation, self.now())
    }

    /// Asks a person whether it is wanted though it is late.
    async fn ask(&mut self) -> Result<(), StoreError> {
        let at = self.effect().publish_at.unwrap_or_default();
        let message = format!("it was to be published at {at}; publish it now, or cancel it");
        self.stands.state = EffectState::Scheduled;
        self.stands.reason = Some(("late".to_owned(), message));
        self.give_back(None).await
    }
}
