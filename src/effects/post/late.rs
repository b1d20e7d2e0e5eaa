//! Before a post is published: whether it is to be seen already, where somebody else may have published it. A database that
//! was put back from a copy, or a second service on another one, knows nothing of what was published since. The same where
//! Meta was told to publish it before: what came of that may show later than anybody waited for.

use std::time::Duration;

use super::resolve::CLOCKS_APART;
use super::turn::PostTurn;
use crate::domain::{EffectState, Timestamp};
use crate::effects::follow::sentence_of;
use crate::effects::pace::HINDERED;
use crate::graph::{Access, ContainerState, Graph, GraphError};
use crate::store::{Effect, StoreError};

/// A service that runs publishes what is scheduled sooner than this.
const SCHEDULED: Duration = Duration::from_mins(1);
/// The same for what is published at once, as soon as Meta has processed it.
const AT_ONCE: Duration = Duration::from_mins(15);
/// A post like it is on the profile.
const SEEN_ALREADY: &str = "seen-already";
/// Whether there is one cannot be seen.
const NOT_TO_BE_SEEN: &str = "not-to-be-seen";

impl PostTurn<'_> {
    /// Looks whether a post is there already, where it may be. True: it is, or nobody knows, and it is not published now.
    pub(super) async fn is_there_already(&mut self, access: &Access) -> Result<bool, StoreError> {
        let Some(since) = self.may_be_there_since() else {
            return Ok(false);
        };
        let container = self.progress.whole.container.clone().unwrap_or_default();
        let id = &container;
        let ask = async move |graph: Graph, by: Access| graph.container(&by, id).await;
        let state = match self.read(access, ask).await {
            Ok(answer) => answer.body,
            Err(error) => return self.not_to_be_seen(since, &error).await.map(|()| true),
        };
        let ids = match self.matches(access, since - CLOCKS_APART).await? {
            Ok(ids) => ids,
            Err(error) => return self.not_to_be_seen(since, &error).await.map(|()| true),
        };
        if state == ContainerState::Published || (self.progress.sends > 0 && !ids.is_empty()) {
            self.published_meanwhile(since).await.map(|()| true)
        } else if ids.is_empty() {
            Ok(false)
        } else {
            self.seen_already(since, &ids).await.map(|()| true)
        }
    }

    /// Since when it may be there, if it may be: it was sent before, it is late, or it was wanted before this process began.
    fn may_be_there_since(&self) -> Option<Timestamp> {
        if self.progress.is_not_there {
            return None;
        }
        if let Some(sent_at) = self.stands.sent_at {
            return Some(self.progress.first_sent_at.unwrap_or(sent_at));
        }
        let effect = self.effect();
        let (wanted, usual) = match self.progress.wanted_at.or(effect.publish_at) {
            Some(at) => (at, SCHEDULED),
            None => (effect.created_at, AT_ONCE),
        };
        let late = self.now().since(wanted) > usual;
        (late || wanted < self.effects.since).then_some(wanted)
    }

    /// What is seen of it settles it.
    async fn published_meanwhile(&mut self, since: Timestamp) -> Result<(), StoreError> {
        self.stands.sent_at.get_or_insert(since);
        self.doubted(
            "published-elsewhere".to_owned(),
            "it was published by somebody else, or its publication shows only now".to_owned(),
        );
        self.give_back(Some(self.now())).await
    }

    /// Asks a person whether what is seen is this one.
    async fn seen_already(&mut self, since: Timestamp, ids: &[String]) -> Result<(), StoreError> {
        let message = format!(
            "it was to be published at {since}, and a post like it is on the profile since then ({}); cancel this one if that \
             is it, else publish it now",
            ids.join(", ")
        );
        self.asked(SEEN_ALREADY, message).await
    }

    /// It is looked for again. Failing would say that nothing of it can be seen: where it is too late, a person looks.
    async fn not_to_be_seen(&mut self, since: Timestamp, error: &GraphError) -> Result<(), StoreError> {
        let now = self.now();
        let why = sentence_of(error);
        if now.since(since) > self.effects.pace.grace {
            let message = format!(
                "it may have been published since {since}, and Instagram does not show whether it was ({why}); look at the \
                 profile, then cancel it or publish it now"
            );
            return self.asked(NOT_TO_BE_SEEN, message).await;
        }
        self.stands.reason = Some((NOT_TO_BE_SEEN.to_owned(), why));
        self.give_back(Some(now + HINDERED)).await
    }

    async fn asked(&mut self, code: &str, message: String) -> Result<(), StoreError> {
        self.stands.state = EffectState::Scheduled;
        self.stands.reason = Some((code.to_owned(), message));
        self.give_back(None).await
    }
}

/// Whether a person was asked to look at the profile before they say that it is to be published.
pub(super) fn has_been_looked_for(effect: &Effect) -> bool {
    let reason = effect.reason_code.as_deref();
    effect.due_at.is_none() && reason.is_some_and(|code| [SEEN_ALREADY, NOT_TO_BE_SEEN].contains(&code))
}
