//! Asking for a post: all that is wrong with it is told at once, before anything is made at Meta; the same that is asked
//! for again under one name is the same post.

use std::time::Duration;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Effects;
use super::error::{EffectError, Hindrance, gone_meanwhile};
use super::post;
use super::seen::Findings;
use crate::domain::post::{Fault, PostIntent, Warning, WhenFull, facebook_only, faults, warnings};
use crate::domain::{AccountKey, EffectKind, EffectState, Login, Timestamp, WorkspaceId};
use crate::store::{Created, Effect, NewEffect, StoreError};

/// Nobody plans further ahead; who seems to has most likely mistaken the unit.
const FURTHEST: Duration = Duration::from_hours(24 * 366);
/// A time that has just passed is meant as now.
const JUST_NOW: Duration = Duration::from_mins(5);

/// A post that somebody asks for.
#[derive(Clone, Debug)]
pub struct PostRequest {
    /// The tenant that asks; none: an operator.
    pub workspace: Option<WorkspaceId>,
    /// Meta's id of the account that publishes it; none: the only one that is connected.
    pub account: Option<String>,
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
}

/// What makes a request the same as another of its name, beside the account.
#[derive(Serialize)]
struct Said<'a> {
    intent: &'a PostIntent,
    publish_at: Option<Timestamp>,
    draft: bool,
    when_full: WhenFull,
}

impl PostRequest {
    fn hash(&self) -> [u8; 32] {
        let said = Said {
            intent: &self.intent,
            publish_at: self.publish_at,
            draft: self.draft,
            when_full: self.when_full,
        };
        Sha256::digest(serde_json::to_vec(&said).expect("a request is JSON")).into()
    }
}

impl Effects {
    /// Takes note of a post; gives it as it stands, if the same was asked for before under its name.
    pub async fn create_post(&self, mut request: PostRequest) -> Result<Effect, EffectError> {
        let hash = request.hash();
        let named = request.account.as_deref();
        let publisher = self.publisher(request.workspace, named).await?;
        let workspace = publisher
            .account
            .as_ref()
            .and_then(|account| account.workspace_id);
        let workspace = request.workspace.or(workspace);
        // What was taken is not judged again: by now its time is past, or its account cannot publish any more.
        if let Some(before) = self.asked_before(workspace, &request, hash).await? {
            return Ok(before);
        }
        request.intent = self.uploads.typed(workspace, request.intent).await?;
        let mut findings = self.findings(workspace, &request.intent).await?;
        findings
            .faults
            .extend(self.time_fault(request.publish_at, request.draft));
        if publisher.hindrance.is_none() {
            findings
                .faults
                .extend(of_logins(&request.intent, &publisher.logins));
        }
        refuse(publisher.hindrance, findings.faults)?;
        let account = publisher
            .account
            .ok_or(EffectError::Hindered(Hindrance::NotConnected))?;
        let workspace = workspace.ok_or(EffectError::Hindered(Hindrance::NotConnected))?;
        let new = self.noted(request, hash, workspace, account.key, findings.warnings);
        match self.store.create_effect(new).await.map_err(gone_meanwhile)? {
            Created::New(effect) => {
                self.hurry.notify_one();
                Ok(*effect)
            }
            Created::Before(effect) => Ok(*effect),
            Created::Other => Err(EffectError::KeyReused),
        }
    }

    fn noted(
        &self,
        request: PostRequest,
        request_hash: [u8; 32],
        workspace: WorkspaceId,
        account: AccountKey,
        warnings: Vec<Warning>,
    ) -> NewEffect {
        let now = self.store.clock().now();
        let publish_at = request.publish_at.map(|at| at.max(now));
        let (state, due_at) = if request.draft {
            (EffectState::Draft, now)
        } else {
            let due_at = post::first_due(&request.intent, publish_at, now);
            (EffectState::Scheduled, due_at)
        };
        NewEffect {
            workspace,
            account,
            kind: EffectKind::Post,
            state,
            due_at,
            uploads: request.intent.uploads().collect(),
            intent: serde_json::to_string(&request.intent).expect("an intent is JSON"),
            warnings,
            request_hash,
            idempotency_key: request.idempotency_key,
            publish_at,
            when_full: request.when_full,
        }
    }

    async fn asked_before(
        &self,
        workspace: Option<WorkspaceId>,
        request: &PostRequest,
        hash: [u8; 32],
    ) -> Result<Option<Effect>, EffectError> {
        let (Some(workspace), Some(name)) = (workspace, request.idempotency_key.clone()) else {
            return Ok(None);
        };
        let Some(before) = self.store.effect_named(workspace, name).await? else {
            return Ok(None);
        };
        let same_account = request.account.as_ref().is_none_or(|id| *id == before.account_id);
        if same_account && before.request_hash == hash {
            Ok(Some(before))
        } else {
            Err(EffectError::KeyReused)
        }
    }

    /// What is to be known of a post that takes another's place. All that is wrong with it is told at once.
    pub(super) async fn acceptable(
        &self,
        effect: &Effect,
        intent: &PostIntent,
        publish_at: Option<Timestamp>,
    ) -> Result<Vec<Warning>, EffectError> {
        let mut findings = self.findings(Some(effect.workspace_id), intent).await?;
        let draft = effect.state == EffectState::Draft;
        findings.faults.extend(self.time_fault(publish_at, draft));
        let logins = self.logins_of(effect.account_key).await?;
        if !logins.is_empty() {
            findings.faults.extend(of_logins(intent, &logins));
        }
        refuse(None, findings.faults)?;
        Ok(findings.warnings)
    }

    /// What there is to say of a post by its words and its files.
    async fn findings(
        &self,
        workspace: Option<WorkspaceId>,
        intent: &PostIntent,
    ) -> Result<Findings, StoreError> {
        let mut findings = Findings {
            faults: faults(intent),
            warnings: warnings(intent),
        };
        let mut seen = self.files.look_at(intent, &findings.faults).await;
        seen.extend(self.uploads.look_at(workspace, intent).await?);
        findings.add(intent.kind, seen);
        Ok(findings)
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
}

/// What of a post none of these login products' apps may publish.
fn of_logins(intent: &PostIntent, logins: &[Login]) -> Vec<Fault> {
    match intent.login() {
        Some(needed) if !logins.contains(&needed) => facebook_only(intent),
        _ => Vec::new(),
    }
}

/// Refuses a post for all that is wrong with it. What is wrong with the account alone has a code of its own.
fn refuse(hindrance: Option<Hindrance>, faults: Vec<Fault>) -> Result<(), EffectError> {
    match hindrance {
        None if faults.is_empty() => Ok(()),
        None => Err(EffectError::Invalid(faults)),
        Some(hindrance) if faults.is_empty() => Err(EffectError::Hindered(hindrance)),
        Some(hindrance) => {
            let of_account = std::iter::once(hindrance.fault());
            Err(EffectError::Invalid(of_account.chain(faults).collect()))
        }
    }
}
