//! One turn at an effect, whatever its kind: whoever has claimed it does what can be done now, journals each step before
//! its call, and gives it back.

use std::error::Error;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Hindrance;
use super::follow::sentence_of;
use super::pace::{HINDERED, LEASE};
use super::{Effects, access};
use crate::connect::{call_record, pools_told, rest_of};
use crate::domain::{Class, EffectState, Login, Timestamp};
use crate::graph::{Access, Answer, Call, Graph, GraphError};
use crate::store::{Advance, Effect, EndedStep, StoreError};

/// Why an effect waits for Meta's limits.
const RESTING: &str = "limits";

/// How far an effect is, as its kind keeps it.
pub(super) trait Progress: Serialize + DeserializeOwned {
    /// The login product whose connection it was begun with.
    fn login(&mut self) -> &mut Option<Login>;

    /// A person wants it though it is late.
    fn late_is_fine(&self) -> bool;
}

/// An effect that is worked on. What is changed here is kept with the next step.
pub(super) struct Turn<'a, I, P> {
    pub(super) effects: &'a Effects,
    /// As it is stored; its state is the one that was stored last.
    effect: Effect,
    pub(super) intent: I,
    pub(super) progress: P,
    pub(super) stands: Stands,
    /// Until when nobody else may take it.
    pub(super) lease_until: Timestamp,
    /// The person's own access, once the effect's was opened.
    other: Option<Access>,
    /// The account is left to its other effects meanwhile.
    apart: bool,
    over: bool,
}

/// Where it stands from the next step on.
pub(super) struct Stands {
    pub(super) state: EffectState,
    pub(super) sent_at: Option<Timestamp>,
    pub(super) result_id: Option<String>,
    pub(super) permalink: Option<String>,
    pub(super) reason: Option<(String, String)>,
}

impl<'a, I: DeserializeOwned, P: Progress> Turn<'a, I, P> {
    /// A turn at an effect that was claimed.
    pub(super) fn new(effects: &'a Effects, effect: Effect) -> Result<Self, StoreError> {
        let intent = serde_json::from_str(&effect.intent).map_err(|_| StoreError::Corrupt("effect"))?;
        let progress = serde_json::from_str(&effect.progress).map_err(|_| StoreError::Corrupt("effect"))?;
        let stands = Stands {
            state: effect.state,
            sent_at: effect.sent_at,
            result_id: effect.result_id.clone(),
            permalink: effect.permalink.clone(),
            reason: effect.reason_code.clone().zip(effect.reason_message.clone()),
        };
        Ok(Self {
            lease_until: effect.lease_until.unwrap_or_default(),
            effects,
            effect,
            intent,
            progress,
            stands,
            other: None,
            apart: false,
            over: false,
        })
    }

    /// It was given back, or left: nothing more may be done in this turn.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn now(&self) -> Timestamp {
        self.effects.store.clock().now()
    }

    pub(super) const fn effect(&self) -> &Effect {
        &self.effect
    }

    /// The access that it is made with; none: it was held for a hindrance, and the turn is over.
    pub(super) async fn access(&mut self) -> Result<Option<Access>, StoreError> {
        let (store, keyring) = (&self.effects.store, &self.effects.keyring);
        match access::access(store, keyring, &self.effect, *self.progress.login()).await? {
            Ok(opened) => {
                *self.progress.login() = Some(opened.access.login);
                self.other = opened.other;
                self.unless_resting(opened.access).await
            }
            Err(hindrance) => {
                self.hindered(hindrance).await?;
                Ok(None)
            }
        }
    }

    /// A call while Meta asks for rest would only make that longer.
    async fn unless_resting(&mut self, access: Access) -> Result<Option<Access>, StoreError> {
        if self
            .stands
            .reason
            .as_ref()
            .is_some_and(|(code, _)| code == RESTING)
        {
            self.stands.reason = None;
        }
        let Some(until) = rest_of(&self.effects.store, &access).await? else {
            return Ok(Some(access));
        };
        if self.stands.state.may_be_visible() {
            self.give_back(Some(until)).await?;
        } else {
            let message = format!("Meta's limits ask for rest until {until}");
            self.hold(RESTING.to_owned(), message, Some(until)).await?;
        }
        Ok(None)
    }

    async fn hindered(&mut self, hindrance: Hindrance) -> Result<(), StoreError> {
        self.hold(hindrance.code().to_owned(), hindrance.to_string(), None)
            .await
    }

    /// Holds it back for something that may be cured, until it would be late; from then on it has failed. Where people may
    /// see it already it never fails.
    pub(super) async fn hold(
        &mut self,
        code: String,
        message: String,
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let wanted = self.effect.publish_at.unwrap_or(self.effect.created_at);
        let late = now.since(wanted) > self.effects.pace.grace && !self.progress.late_is_fine();
        if late && !self.stands.state.may_be_visible() {
            return self.fail(code, message).await;
        }
        self.stands.reason = Some((code, message));
        self.give_back(Some(until.unwrap_or(now + HINDERED))).await
    }

    /// Gives it up: nothing of it can be seen.
    pub(super) async fn fail(&mut self, code: String, message: String) -> Result<(), StoreError> {
        tracing::warn!(effect.id = %self.effect.id, code, "it failed: {message}");
        self.stands.state = EffectState::Failed;
        self.stands.reason = Some((code, message));
        self.give_back(None).await
    }

    /// Journals steps before their calls. From then on others know that the calls may have been made.
    pub(super) async fn begin(&mut self, steps: &[(&'static str, String)]) -> Result<Vec<i64>, StoreError> {
        self.begin_within(LEASE, steps).await
    }

    /// The same for a call that takes so long that the account's other effects are not to wait for it, and that nobody
    /// sees. The turn is to end with it.
    pub(super) async fn begin_apart(
        &mut self,
        lease: Duration,
        steps: &[(&'static str, String)],
    ) -> Result<Vec<i64>, StoreError> {
        self.apart = true;
        self.begin_within(lease, steps).await
    }

    async fn begin_within(
        &mut self,
        lease: Duration,
        steps: &[(&'static str, String)],
    ) -> Result<Vec<i64>, StoreError> {
        let advance = self.hold_on(lease);
        let numbers = self
            .effects
            .store
            .begin_steps(&self.effect, steps, advance)
            .await?;
        self.effect.state = self.stands.state;
        Ok(numbers)
    }

    /// Journals what came of them.
    pub(super) async fn end(&mut self, ended: Vec<EndedStep>) -> Result<(), StoreError> {
        let advance = self.hold_on(LEASE);
        self.effects.store.end_steps(&self.effect, ended, advance).await?;
        self.effect.state = self.stands.state;
        Ok(())
    }

    /// Gives it back, to be taken again at this time; none: when a person says something.
    pub(super) async fn give_back(&mut self, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        self.give_back_after(Vec::new(), due_at).await
    }

    /// The same once steps have ended.
    pub(super) async fn give_back_after(
        &mut self,
        ended: Vec<EndedStep>,
        due_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.over = true;
        let advance = self.advance(due_at, None);
        self.effects.store.end_steps(&self.effect, ended, advance).await
    }

    /// Ends the turn and leaves it as it is stored: its lease ends by itself.
    pub(super) const fn leave(&mut self) {
        self.over = true;
    }

    fn hold_on(&mut self, lease: Duration) -> Advance {
        let now = self.now();
        self.lease_until = now + lease;
        self.advance(Some(now), Some(self.lease_until))
    }

    fn advance(&self, due_at: Option<Timestamp>, lease_until: Option<Timestamp>) -> Advance {
        Advance {
            state: self.stands.state,
            progress: serde_json::to_string(&self.progress).expect("progress is JSON"),
            due_at,
            sent_at: self.stands.sent_at,
            result_id: self.stands.result_id.clone(),
            permalink: self.stands.permalink.clone(),
            reason: self.stands.reason.clone(),
            apart: self.apart && lease_until.is_some(),
            lease_until,
        }
    }

    /// Reads something, and where the Page's token does not see it, with the person's own: each may see what the other does
    /// not (graph-publishing.md §6, 100/33). The calls are noted.
    pub(super) async fn read<T, Asked>(
        &self,
        access: &Access,
        ask: impl Fn(Graph, Access) -> Asked,
    ) -> Result<Answer<T>, GraphError>
    where
        Asked: Future<Output = Result<Answer<T>, GraphError>>,
    {
        let graph = &self.effects.graph;
        let outcome = ask(graph.clone(), access.clone()).await;
        self.note(access, Call::of(&outcome)).await;
        let unseen = |error: &GraphError| error.class() == Class::GoneSuspected;
        match (&self.other, outcome.as_ref().is_err_and(unseen)) {
            (Some(other), true) => {
                let again = ask(graph.clone(), other.clone()).await;
                self.note(other, Call::of(&again)).await;
                again.or(outcome)
            }
            _ => outcome,
        }
    }

    /// Notes a call and what it told of quotas. What it was made for does not fail for it.
    pub(super) async fn note(&self, access: &Access, call: &Call) {
        let pools = pools_told(access, call, self.now());
        let (store, account) = (&self.effects.store, self.effect.account_key);
        if let Err(error) = store
            .note_calls(Some(account), &[call_record(call, 0)], pools)
            .await
        {
            tracing::error!(error = &error as &dyn Error, "could not note a call");
        }
    }
}

/// What is journalled of a call: what it made, or what Meta said.
pub(super) fn ended_step<T>(
    number: i64,
    outcome: &Result<Answer<T>, GraphError>,
    made: Option<String>,
) -> EndedStep {
    let call_id = Some(Call::of(outcome).id);
    let (outcome, message) = match outcome {
        Ok(_) => ("done", made),
        Err(error) => ("refused", Some(sentence_of(error))),
    };
    EndedStep {
        number,
        outcome,
        message,
        call_id,
    }
}
