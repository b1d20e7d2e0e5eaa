//! What a person does with a post: changes it, publishes a draft or a late one, calls it off, decides where a doubt could not
//! be settled.

use super::late::has_been_looked_for;
use super::plan::first_due;
use super::progress::PostProgress;
use crate::domain::post::{Fault, PostIntent, WhenFull};
use crate::domain::{EffectId, EffectKind, EffectState, Timestamp, WorkspaceId};
use crate::effects::error::gone_meanwhile;
use crate::effects::pace;
use crate::effects::{EffectError, Effects};
use crate::store::{Effect, EffectChange, StoreError};

/// Somebody else may be at it: it is read and changed anew so many times.
const TRIES: usize = 20;

/// What a person changes of a post; none: it stays.
#[derive(Clone, Debug, PartialEq)]
pub struct PostChange {
    /// What is to be published.
    pub intent: PostIntent,
    /// When.
    pub publish_at: Option<Timestamp>,
    /// What happens if the quota of the day has no room for it.
    pub when_full: WhenFull,
}

/// What a person says of a post of which nobody knows whether it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It was: as this media, if they know.
    Published(Option<String>),
    /// It was not: it is made anew and published.
    Again,
    /// It was not, and is not wanted any more.
    CallOff,
}

impl Effects {
    /// Changes a draft, or a post that Meta was not told to publish: what was prepared of it is made anew. `make` gets it as
    /// it is.
    pub async fn change_post(
        &self,
        id: EffectId,
        workspace: Option<WorkspaceId>,
        make: impl Fn(&Effect) -> Result<PostChange, EffectError>,
    ) -> Result<Effect, EffectError> {
        let effect = self.store.effect(EffectKind::Post, id, workspace).await?;
        can_be_changed(&effect)?;
        let wanted = make(&effect)?;
        let owner = Some(effect.workspace_id);
        let intent = self.uploads.typed(owner, wanted.intent.clone()).await?;
        let warnings = self.acceptable(&effect, &intent, wanted.publish_at).await?;
        self.changed(id, workspace, |effect, now| {
            can_be_changed(effect)?;
            let change = make(effect)?;
            if change != wanted {
                // Somebody else has changed it since: this was not looked at.
                return Err(EffectError::Busy);
            }
            let draft = effect.state == EffectState::Draft;
            Ok(EffectChange {
                state: if draft {
                    EffectState::Draft
                } else {
                    EffectState::Scheduled
                },
                due_at: Some(if draft {
                    now
                } else {
                    first_due(&intent, change.publish_at, now)
                }),
                reason: None,
                uploads: Some(intent.uploads().collect()),
                intent: serde_json::to_string(&intent).expect("an intent is JSON"),
                warnings: warnings.clone(),
                progress: written(&PostProgress::default()),
                // Without a time, or with one that has just passed, it is wanted from now on.
                publish_at: (!draft).then(|| change.publish_at.map_or(now, |at| at.max(now))),
                when_full: change.when_full,
                ..same(effect, "change")
            })
        })
        .await
    }

    /// Publishes a draft, or a post that is late, now.
    pub async fn publish_post(
        &self,
        id: EffectId,
        workspace: Option<WorkspaceId>,
    ) -> Result<Effect, EffectError> {
        self.changed(id, workspace, |effect, now| {
            is_not_sent(effect, "it is published, or called off, already")?;
            let before = read(effect)?;
            let wanted_at = effect.publish_at.unwrap_or(effect.created_at);
            let progress = PostProgress {
                late_is_fine: true,
                is_not_there: before.is_not_there || has_been_looked_for(effect),
                wanted_at: before.wanted_at.or(Some(wanted_at.min(now))),
                ..before
            };
            Ok(EffectChange {
                state: EffectState::Scheduled,
                progress: written(&progress),
                publish_at: Some(now),
                due_at: Some(now),
                reason: None,
                ..same(effect, "publish-now")
            })
        })
        .await
    }

    /// Calls a post off that Meta was not told to publish.
    pub async fn cancel_post(
        &self,
        id: EffectId,
        workspace: Option<WorkspaceId>,
    ) -> Result<Effect, EffectError> {
        self.changed(id, workspace, |effect, _| {
            is_not_sent(effect, "it cannot be called off any more")?;
            Ok(EffectChange {
                state: EffectState::Cancelled,
                due_at: None,
                reason: None,
                ..same(effect, "cancel")
            })
        })
        .await
    }

    /// Takes a person's word for what came of a post.
    pub async fn resolve_post(
        &self,
        id: EffectId,
        workspace: Option<WorkspaceId>,
        decision: &Decision,
    ) -> Result<Effect, EffectError> {
        if let Decision::Published(Some(media)) = decision {
            self.is_nobody_elses(id, workspace, media).await?;
        }
        self.changed(id, workspace, |effect, now| {
            if effect.state != EffectState::Uncertain {
                return Err(EffectError::WrongState(
                    effect.state.into(),
                    "there is nothing to be decided",
                ));
            }
            let may_show = effect.sent_at.is_some_and(|at| pace::first_look(at) > now);
            if may_show && !matches!(decision, Decision::Published(_)) {
                return Err(EffectError::WrongState(
                    effect.state.into(),
                    "Meta may still be publishing it; look at the profile two minutes after it was sent",
                ));
            }
            Ok(match decision {
                Decision::Published(media) => EffectChange {
                    state: EffectState::Done,
                    result_id: media.clone(),
                    due_at: Some(now),
                    reason: None,
                    ..same(effect, "resolve-published")
                },
                Decision::Again => EffectChange {
                    state: EffectState::Scheduled,
                    progress: written(&PostProgress {
                        late_is_fine: true,
                        is_not_there: true,
                        ..PostProgress::default()
                    }),
                    due_at: Some(now),
                    reason: None,
                    ..same(effect, "resolve-again")
                },
                Decision::CallOff => EffectChange {
                    state: EffectState::Cancelled,
                    due_at: None,
                    reason: None,
                    ..same(effect, "resolve-call-off")
                },
            })
        })
        .await
    }

    /// What is known as another post's is not this one.
    async fn is_nobody_elses(
        &self,
        id: EffectId,
        workspace: Option<WorkspaceId>,
        media: &str,
    ) -> Result<(), EffectError> {
        let effect = self.store.effect(EffectKind::Post, id, workspace).await?;
        let ids = [media.to_owned()];
        if self.store.results_of_others(&effect, &ids).await?.is_empty() {
            return Ok(());
        }
        Err(EffectError::Invalid(vec![Fault {
            pointer: "/media_id".to_owned(),
            code: "media-id",
            message: "is what another post became".to_owned(),
        }]))
    }

    async fn changed(
        &self,
        id: EffectId,
        workspace: Option<WorkspaceId>,
        make: impl Fn(&Effect, Timestamp) -> Result<EffectChange, EffectError>,
    ) -> Result<Effect, EffectError> {
        for _ in 0..TRIES {
            let effect = self.store.effect(EffectKind::Post, id, workspace).await?;
            let change = make(&effect, self.store.clock().now())?;
            let changing = self.store.change_effect(&effect, change);
            if changing.await.map_err(gone_meanwhile)? {
                self.hurry.notify_one();
                return Ok(self.store.effect(EffectKind::Post, id, workspace).await?);
            }
        }
        Err(EffectError::Busy)
    }
}

fn can_be_changed(effect: &Effect) -> Result<(), EffectError> {
    is_not_sent(effect, "it cannot be changed any more")
}

/// Nothing of it can be seen, and it is not given up.
fn is_not_sent(effect: &Effect, why: &'static str) -> Result<(), EffectError> {
    if effect.state.may_be_visible() || effect.state.is_final() {
        return Err(EffectError::WrongState(effect.state.into(), why));
    }
    Ok(())
}

fn read(effect: &Effect) -> Result<PostProgress, EffectError> {
    let progress = serde_json::from_str(&effect.progress);
    Ok(progress.map_err(|_| StoreError::Corrupt("post"))?)
}

fn written(progress: &PostProgress) -> String {
    serde_json::to_string(progress).expect("progress is JSON")
}

/// The effect as it is.
fn same(effect: &Effect, step: &'static str) -> EffectChange {
    EffectChange {
        step,
        state: effect.state,
        intent: effect.intent.clone(),
        uploads: None,
        warnings: effect.warnings(),
        progress: effect.progress.clone(),
        publish_at: effect.publish_at,
        when_full: effect.when_full,
        due_at: effect.due_at,
        result_id: effect.result_id.clone(),
        reason: effect.reason_code.clone().zip(effect.reason_message.clone()),
    }
}
