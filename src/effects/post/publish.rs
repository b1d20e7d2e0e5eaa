//! The one call that people see: journalled before it is made, made once, and doubted where its answer is not clear.

use super::turn::PostTurn;
use crate::domain::EffectState;
use crate::effects::doubt::Doubt;
use crate::effects::follow::{Follow, after_publishing, code_of, sentence_of};
use crate::effects::pace::{self, SPARE};
use crate::effects::turn::ended_step;
use crate::graph::{Answer, Call, GraphError, PUBLISH_PATIENCE};
use crate::store::StoreError;

impl PostTurn<'_> {
    pub(super) async fn publish(&mut self) -> Result<(), StoreError> {
        let Some(access) = self.access().await? else {
            return Ok(());
        };
        if self.is_there_already(&access).await? {
            return Ok(());
        }
        if self.left(&access).await? == Some(0) {
            return self.full().await;
        }
        let container = self.progress.whole.container.clone().unwrap_or_default();
        let (now, before) = (self.now(), self.progress.clone());
        self.stands.state = EffectState::Sending;
        self.stands.sent_at = Some(now);
        self.stands.reason = None;
        self.progress.sends += 1;
        self.progress.first_sent_at.get_or_insert(now);
        self.progress.is_not_there = false;
        let numbers = self.begin(&[("publish", container.clone())]).await?;
        // A process that stood still since then has no lease any more, and others look after the post.
        if self.now() + PUBLISH_PATIENCE + SPARE > self.lease_until {
            self.leave();
            return Ok(());
        }
        let outcome = self.effects.graph.publish(&access, &container).await;
        self.note(&access, Call::of(&outcome)).await;
        let step = numbers.first().copied().unwrap_or_default();
        let id = outcome.as_ref().ok().map(|answer| answer.body.clone());
        let mut ended = ended_step(step, &outcome, id);
        match outcome {
            Ok(Answer { body: id, .. }) => {
                self.is_published(Some(id));
                // What is due before this one's permalink is published first.
                let now = self.now();
                self.give_back_after(vec![ended], Some(now)).await
            }
            Err(error) => {
                let follow = after_publishing(&error, self.progress.sends);
                if follow == Follow::Doubt {
                    ended.outcome = "unclear";
                    self.doubted(code_of(&error), sentence_of(&error));
                } else {
                    // As if it had not been sent, but for when it was.
                    self.stands.state = EffectState::Ready;
                    self.progress = before;
                }
                self.end(vec![ended]).await?;
                self.refused(follow, &error).await
            }
        }
    }

    /// From now on people see it.
    pub(super) fn is_published(&mut self, media: Option<String>) {
        self.stands.state = EffectState::Done;
        self.stands.result_id = media;
        self.stands.reason = None;
        self.progress.doubt = Doubt::default();
    }

    async fn refused(&mut self, follow: Follow, error: &GraphError) -> Result<(), StoreError> {
        let now = self.now();
        let (code, message) = (code_of(error), sentence_of(error));
        match follow {
            Follow::Doubt => self.give_back(Some(pace::first_look(now))).await,
            Follow::NotReady => {
                self.stands.state = EffectState::Preparing;
                self.progress.whole.finished = false;
                self.progress.whole.not_before = Some(now + pace::poll_after(self.progress.whole.looks));
                self.end(Vec::new()).await
            }
            Follow::Rebuild | Follow::Again => {
                self.progress.whole.tries += 1;
                if self.progress.whole.builds >= pace::BUILDS {
                    return self.fail(code, message).await;
                }
                self.rebuild_whole().await
            }
            Follow::Full => {
                self.effects
                    .store
                    .quota_is_used_up(self.effect().account_key)
                    .await?;
                self.full().await
            }
            Follow::Hold => self.hold(code, message, None).await,
            Follow::GiveUp => self.fail(code, message).await,
        }
    }

    async fn rebuild_whole(&mut self) -> Result<(), StoreError> {
        self.progress.parts.clear();
        self.progress.whole.lost();
        self.stands.state = EffectState::Preparing;
        self.end(Vec::new()).await
    }

    /// Whoever told Meta to publish it is gone.
    pub(super) async fn doubt(&mut self) -> Result<(), StoreError> {
        #[cfg(feature = "faults-for-tests")]
        if crate::config::is_sabotaged_by("publish-again") {
            self.stands.state = EffectState::Ready;
            self.progress.is_not_there = true;
            return self.end(Vec::new()).await;
        }
        self.doubted(
            "answer-lost".to_owned(),
            "whoever published it stopped before the answer came".to_owned(),
        );
        let sent_at = self.stands.sent_at.unwrap_or_else(|| self.now());
        self.give_back(Some(pace::first_look(sent_at))).await
    }

    pub(super) fn doubted(&mut self, code: String, message: String) {
        self.stands.state = EffectState::Uncertain;
        self.stands.reason = Some((code, message));
        self.progress.doubt = Doubt::default();
    }
}
