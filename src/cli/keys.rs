//! `belino keys`: keys to the internal API.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Failure, Row, line, rows};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::connect::rotate_encryption;
use crate::domain::{ApiKeyId, ApiKeyText};
use crate::store::{ApiKey, NewApiKey, Scope, Store};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a key and print it, once
    Create(Create),
    /// List keys; of the keys themselves only the beginning is known
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a key useless from now on
    Revoke {
        /// The key's id, as `list` shows it
        id: ApiKeyId,
    },
    /// Seal every stored token with the first of `BELINO_ENCRYPTION_KEYS`; the others may go afterwards
    RotateEncryption,
}

/// A key to be made.
#[derive(Debug, Args)]
pub struct Create {
    /// The workspace it belongs to; made with its first key
    #[arg(long, required_unless_present = "operator", conflicts_with = "operator")]
    workspace: Option<String>,
    /// What people call it
    #[arg(long)]
    name: String,
    /// What it may do: read, write or admin
    #[arg(long, default_value = "read", conflicts_with = "operator")]
    scope: Scope,
    /// A key for the whole installation instead of a workspace
    #[arg(long)]
    operator: bool,
}

#[derive(Serialize)]
struct KeyRow {
    id: String,
    workspace: Option<String>,
    name: String,
    scope: Scope,
    begins: String,
    created_at: String,
    revoked_at: Option<String>,
}

impl Row for KeyRow {
    const HEADS: &'static [&'static str] =
        &["ID", "WORKSPACE", "NAME", "SCOPE", "BEGINS", "CREATED", "REVOKED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.workspace.clone().unwrap_or_else(|| "–".to_owned()),
            self.name.clone(),
            self.scope.as_str().to_owned(),
            self.begins.clone(),
            self.created_at.clone(),
            self.revoked_at.clone().unwrap_or_else(|| "–".to_owned()),
        ]
    }
}

impl From<ApiKey> for KeyRow {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            workspace: key.workspace,
            name: key.name,
            scope: key.scope,
            begins: key.prefix,
            created_at: key.created_at.to_string(),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// Does it.
pub async fn run(action: Action, config: &Config) -> Result<(), Failure> {
    let store = app::open_store(config, Clock::system()).await?;
    match action {
        Action::Create(create) => {
            let mut random = [0_u8; 32];
            getrandom::fill(&mut random).expect("the system gives random bytes");
            let key = ApiKeyText::generate(&random);
            let scope = if create.operator {
                Scope::Operator
            } else {
                create.scope
            };
            let new = NewApiKey {
                workspace: create.workspace,
                name: create.name,
                scope,
                prefix: key.prefix().to_owned(),
                hash: key.hash().to_vec(),
            };
            store.create_key(new).await?;
            line(key.expose())?;
        }
        Action::List { json } => {
            let keys: Vec<KeyRow> = store.keys().await?.into_iter().map(KeyRow::from).collect();
            rows(&keys, json)?;
        }
        Action::Revoke { id } => {
            store.revoke_key(id).await?;
            line(&format!("revoked {id}"))?;
        }
        Action::RotateEncryption => rotate(&store, config).await?,
    }
    Ok(())
}

async fn rotate(store: &Store, config: &Config) -> Result<(), Failure> {
    let report = rotate_encryption(store, &app::keyring(config)?).await?;
    line(&format!(
        "sealed {} connections anew; {} were sealed by the first key already",
        report.resealed, report.already
    ))?;
    if report.choices > 0 {
        line(&format!("sealed {} open choices anew", report.choices))?;
    }
    for (id, error) in &report.failed {
        line(&format!("{id}: {error}"))?;
    }
    if report.failed.is_empty() {
        return Ok(());
    }
    Err(Failure::Unsuccessful(format!(
        "{} connections are sealed by older keys still: keep those keys",
        report.failed.len()
    )))
}
