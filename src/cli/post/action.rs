//! What can be done with posts from a shell.

use clap::Subcommand;

use super::asked::Asked;
use super::files::uploaded;
use super::rows::{PostRow, StepRow};
use super::watch::watch;
use crate::app;
use crate::cli::{Failure, line, rows};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::post::PostState;
use crate::domain::{EffectId, EffectKind, WorkspaceId};
use crate::effects::{Decision, EffectError, Effects, Hindrance, PostRequest};
use crate::store::{Effect, EffectFilter, PageRequest, Store};

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
    /// Publish a draft now, or a post before its time or after it
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
            effects.create_post(request).await.map_err(refused)?
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
    Box::pin(see_through(&store, &effects, post)).await
}

async fn see_through(store: &Store, effects: &Effects, post: Effect) -> Result<(), Failure> {
    line(&format!("post {}", post.id))?;
    for warning in post.warnings() {
        line(&format!(
            "warning: {} {} ({})",
            warning.pointer, warning.message, warning.code
        ))?;
    }
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
    let workspace = match &asked.workspace {
        Some(name) => Some(named(store, name).await?),
        None => None,
    };
    let post = asked.post()?;
    let post = if asked.names_files() {
        let owner = effects
            .owner(workspace, post.account.as_deref())
            .await
            .map_err(refused)?;
        uploaded(effects.uploads(), owner, post).await?
    } else {
        post
    };
    Ok(post.request(workspace, asked.key.clone()))
}

async fn named(store: &Store, name: &str) -> Result<WorkspaceId, Failure> {
    let found = store.workspace(name).await?;
    found.ok_or_else(|| Failure::Usage(format!("there is no workspace {name}")))
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
        EffectError::Hindered(Hindrance::UnknownAccount | Hindrance::AccountNotNamed) => {
            Failure::Usage(error.to_string())
        }
        EffectError::Store(error) => Failure::Store(error),
        error => Failure::Unsuccessful(error.to_string()),
    }
}
