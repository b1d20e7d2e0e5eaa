//! Asking for effects, and changing one's mind.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::access::usable;
use super::error::{EffectError, Hindrance, gone_meanwhile};
use super::files::Files;
use super::pace::Pace;
use super::post;
use super::uploads::Uploads;
use crate::connect::Keyring;
use crate::domain::post::{Fault, PostIntent, WhenFull, faults};
use crate::domain::{Account, EffectKind, EffectState, Timestamp, WorkerId, WorkspaceId};
use crate::graph::Graph;
use crate::store::{Created, NewEffect, Store};

/// Nobody plans further ahead; who seems to has most likely mistaken the unit.
const FURTHEST: Duration = Duration::from_hours(24 * 366);
/// A time that has just passed is meant as now.
const JUST_NOW: Duration = Duration::from_mins(5);

/// Makes effects. Cheap to clone; clones share what they know of quotas.
#[derive(Clone)]
pub struct Effects {
    pub(super) store: Store,
    pub(super) graph: Graph,
    pub(super) keyring: Keyring,
    pub(super) pace: Pace,
    files: Files,
    pub(super) uploads: Uploads,
    pub(super) holder: WorkerId,
    /// Rung when there is something new to do.
    pub(super) hurry: Arc<Notify>,
}

/// A post that somebody asks for.
#[derive(Clone, Debug)]
pub struct PostRequest {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The account that publishes it.
    pub account: Account,
    /// What is to be published.
    pub intent: PostIntent,
    /// When; none: at once.
    pub publish_at: Option<Timestamp>,
    /// It is prepared, and published when somebody says so.
    pub draft: bool,
    /// What happens if the quota of the day has no room for it.
    pub when_full: WhenFull,
    /// What the caller names it: asked for again under the same name, it is the same.
    pub idempotency_key: Option<String>,
    /// The SHA-256 of what they asked for.
    pub request_hash: [u8; 32],
}

impl Effects {
    /// Of its parts.
    pub fn new(
        store: Store,
        graph: Graph,
        keyring: Keyring,
        pace: Pace,
        files: Files,
        uploads: Uploads,
    ) -> Self {
        Self {
            holder: WorkerId::at(store.clock().now()),
            store,
            graph,
            keyring,
            pace,
            files,
            uploads,
            hurry: Arc::default(),
        }
    }

    /// The files that were uploaded.
    pub const fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// Takes note of a post. All that is wrong with it is told at once, and nothing was made at Meta.
    pub async fn create_post(&self, request: PostRequest) -> Result<Created, EffectError> {
        let now = self.store.clock().now();
        self.check(&request.intent, request.publish_at, request.draft)?;
        self.can_publish(&request.account).await?;
        self.check_files(request.workspace, &request.intent).await?;
        let publish_at = request.publish_at.map(|at| at.max(now));
        let new = NewEffect {
            workspace: request.workspace,
            account: request.account.key,
            kind: EffectKind::Post,
            state: if request.draft {
                EffectState::Draft
            } else {
                EffectState::Scheduled
            },
            due_at: if request.draft {
                now
            } else {
                post::first_due(&request.intent, publish_at, now)
            },
            uploads: request.intent.uploads().collect(),
            intent: serde_json::to_string(&request.intent).expect("an intent is JSON"),
            idempotency_key: request.idempotency_key,
            request_hash: request.request_hash,
            publish_at,
            when_full: request.when_full,
        };
        let created = self.store.create_effect(new).await.map_err(gone_meanwhile)?;
        match &created {
            Created::New(_) => self.hurry.notify_one(),
            Created::Before(_) => {}
            Created::Other => return Err(EffectError::KeyReused),
        }
        Ok(created)
    }

    /// Refuses what nobody can fetch, and files that Meta would not take.
    pub(super) async fn check_files(
        &self,
        workspace: WorkspaceId,
        intent: &PostIntent,
    ) -> Result<(), EffectError> {
        let mut found = self.files.faults(intent).await;
        found.extend(self.uploads.faults(workspace, intent).await?);
        if found.is_empty() {
            Ok(())
        } else {
            Err(EffectError::Invalid(found))
        }
    }

    /// Refuses what breaks rules.
    pub(super) fn check(
        &self,
        intent: &PostIntent,
        publish_at: Option<Timestamp>,
        draft: bool,
    ) -> Result<(), EffectError> {
        let mut found = faults(intent);
        found.extend(self.time_fault(publish_at, draft));
        if found.is_empty() {
            Ok(())
        } else {
            Err(EffectError::Invalid(found))
        }
    }

    fn time_fault(&self, publish_at: Option<Timestamp>, draft: bool) -> Option<Fault> {
        let now = self.store.clock().now();
        let at = publish_at?;
        let message = if draft {
            "a draft has no time: it is published when somebody says so"
        } else if now.since(at) > JUST_NOW {
            "lies in the past"
        } else if at.since(now) > FURTHEST {
            "lies more than a year ahead"
        } else {
            return None;
        };
        Some(Fault {
            pointer: "/publish_at".to_owned(),
            code: "publish-at",
            message: message.to_owned(),
        })
    }

    async fn can_publish(&self, account: &Account) -> Result<(), EffectError> {
        let mut hindrance = Hindrance::NotConnected;
        for connection in self.store.connections_of(account.key).await? {
            match usable(&connection) {
                Ok(()) => return Ok(()),
                Err(why) => hindrance = why,
            }
        }
        Err(EffectError::Hindered(hindrance))
    }
}
