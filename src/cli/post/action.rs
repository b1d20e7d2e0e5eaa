//! What can be done with posts from a shell.

use clap::Subcommand;
use sha2::{Digest, Sha256};

use super::asked::Asked;
use super::files::uploaded;
use super::rows::{PostRow, StepRow};
use super::watch::watch;
use crate::app;
use crate::cli::{Failure, line, rows};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::post::PostState;
use crate::domain::{Account, EffectId, EffectKind, WorkspaceId};
use crate::effects::{Decision, EffectError, Effects, PostRequest};
use crate::store::{Created, Effect, EffectFilter, PageRequest, Store};

/// Posts in one list.
const LISTED: i64 = 100;

/// What to do with posts.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Ask for a post and see it through
    Create(Box<Asked>),
    /// List the latest posts
    List {
        /// Only those in this state
        #[arg(long)]
        state: Option<PostState>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the journal of a post
    Show {
        /// The post's id, as `list` shows it
        id: EffectId,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Publish a draft, or a post whose time has passed, now
    Publish {
        /// The post's id, as `list` shows it
        id: EffectId,
    },
    /// Call a post off that Meta was not told to publish
    Cancel {
        /// The post's id, as `list` shows it
        id: EffectId,
    },
    /// Say what came of a post of which nobody knows
    Resolve {
        /// The post's id, as `list` shows it
        id: EffectId,
        /// It is published
        #[arg(long, conflicts_with = "again")]
        published: bool,
        /// Meta's id of it, if you know it
        #[arg(long, value_name = "ID", requires = "published")]
        media: Option<String>,
        /// It is not, and is to be published
        #[arg(long)]
        again: bool,
    },
}

/// Does it.
pub async fn run(action: Action, config: &Config) -> Result<(), Failure> {
    let clock = Clock::system();
    let store = app::open_store(config, clock.clone()).await?;
    let effects = app::effects(&store, config, clock)?;
    let post = match action {
        Action::Create(asked) => {
            let request = request(&store, &effects, &asked).await?;
            match effects.create_post(request).await.map_err(refused)? {
                Created::New(effect) | Created::Before(effect) => *effect,
                Created::Other => return Err(refused(EffectError::KeyReused)),
            }
        }
        Action::List { state, json } => return list(&store, state, json).await,
        Action::Show { id, json } => {
            let steps = store
                .effect_steps(store.effect(EffectKind::Post, id, None).await?.id)
                .await?;
            let steps: Vec<StepRow> = steps.into_iter().map(Into::into).collect();
            return rows(&steps, json);
        }
        Action::Publish { id } => effects.publish_post(id, None).await.map_err(refused)?,
        Action::Cancel { id } => effects.cancel_post(id, None).await.map_err(refused)?,
        Action::Resolve {
            id,
            published,
            media,
            again,
        } => {
            let decision = match (published, again) {
                (true, _) => Decision::Published(media),
                (false, true) => Decision::Again,
                (false, false) => Decision::CallOff,
            };
            effects.resolve_post(id, None, &decision).await.map_err(refused)?
        }
    };
    see_through(&store, &effects, post).await
}

async fn see_through(store: &Store, effects: &Effects, post: Effect) -> Result<(), Failure> {
    line(&format!("post {}", post.id))?;
    let post = watch(store, effects, post.id).await?;
    match PostState::from(post.state) {
        state @ (PostState::Failed | PostState::Uncertain) => Err(Failure::Unsuccessful(
            post.reason_message.unwrap_or_else(|| state.to_string()),
        )),
        _ => Ok(()),
    }
}

async fn list(store: &Store, state: Option<PostState>, json: bool) -> Result<(), Failure> {
    let filter = EffectFilter {
        kind: EffectKind::Post,
        workspace: None,
        account: None,
        state: state.map(Into::into),
    };
    let page = PageRequest {
        after: None,
        limit: LISTED,
    };
    let posts = store.effects(filter, page).await?;
    rows(&posts.into_iter().map(PostRow::from).collect::<Vec<_>>(), json)
}

async fn request(store: &Store, effects: &Effects, asked: &Asked) -> Result<PostRequest, Failure> {
    let post = asked.post()?;
    let workspace = match &asked.workspace {
        Some(name) => Some(named(store, name).await?),
        None => None,
    };
    let account = account(store, workspace, post.account.as_deref()).await?;
    let workspace = account
        .workspace_id
        .ok_or_else(|| nobody("the account belongs to no workspace"))?;
    let post = if asked.names_files() {
        uploaded(effects.uploads(), workspace, post).await?
    } else {
        post
    };
    let written = serde_json::to_vec(&post).expect("a post is JSON");
    Ok(PostRequest {
        workspace,
        account,
        publish_at: post.publish_at,
        draft: post.draft,
        when_full: post.when_full,
        intent: post.intent(),
        idempotency_key: asked.key.clone(),
        request_hash: Sha256::digest(&written).into(),
    })
}

async fn named(store: &Store, name: &str) -> Result<WorkspaceId, Failure> {
    let found = store.workspace(name).await?;
    found.ok_or_else(|| nobody(&format!("there is no workspace {name}")))
}

/// The account that is named, or the only one that there is.
async fn account(
    store: &Store,
    workspace: Option<WorkspaceId>,
    id: Option<&str>,
) -> Result<Account, Failure> {
    let mut accounts = store.accounts(workspace).await?;
    accounts.retain(|account| id.is_none_or(|id| account.instagram_id == id));
    match (accounts.pop(), accounts.is_empty()) {
        (Some(account), true) => Ok(account),
        (Some(_), false) => Err(nobody("there are several accounts: name one by --account")),
        (None, _) => Err(nobody(
            "there is no such account; connect it: belino connections add",
        )),
    }
}

fn nobody(what: &str) -> Failure {
    Failure::Usage(what.to_owned())
}

/// All that is wrong, a line each.
fn refused(error: EffectError) -> Failure {
    match error {
        EffectError::Invalid(faults) => {
            let said = faults
                .iter()
                .map(|fault| format!("{} {} ({})", fault.pointer, fault.message, fault.code));
            Failure::Usage(said.collect::<Vec<_>>().join("\n"))
        }
        EffectError::Store(error) => Failure::Store(error),
        error => Failure::Unsuccessful(error.to_string()),
    }
}
