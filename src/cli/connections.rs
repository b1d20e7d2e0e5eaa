//! `belino connections`: accounts and the tokens that speak for them.

use std::io::Read;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::failure::io;
use super::{Failure, Row, line, rows};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::connect::{self, ConnectRequest, LookOutcome, Parting};
use crate::domain::{AccessToken, ConnectionId, Login, Timestamp};
use crate::store::{Connection, Store};

/// A token is far shorter.
const LONGEST_TOKEN: u64 = 16 * 1024;

/// What to do with connections.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Connect an account by a token read from standard input
    Add(Add),
    /// List connections
    List {
        /// Only this workspace's
        #[arg(long)]
        workspace: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a connection and what is to be said of it
    Show {
        /// The connection's id, as `list` shows it
        id: ConnectionId,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask Meta how a connection stands, and repair what may be repaired
    Verify {
        /// The connection's id, as `list` shows it
        id: ConnectionId,
    },
    /// Destroy a connection's token, and end it at Meta as far as possible; the account's history stays
    Remove {
        /// The connection's id, as `list` shows it
        id: ConnectionId,
    },
}

/// An account to be connected.
#[derive(Debug, Args)]
pub struct Add {
    /// The workspace that owns the account
    #[arg(long)]
    workspace: String,
    /// The login product that gave the token: facebook or instagram
    #[arg(long)]
    login: Login,
    /// The professional account's id, as 1784…; Instagram Login's tokens tell it themselves
    #[arg(long, required_if_eq("login", "facebook"))]
    account: Option<String>,
    /// The Facebook Page that the account is linked to
    #[arg(long)]
    page: Option<String>,
}

#[derive(Serialize)]
struct ConnectionRow {
    id: String,
    account_id: String,
    username: Option<String>,
    login: Login,
    state: String,
    reason: Option<String>,
    updated_at: String,
}

impl Row for ConnectionRow {
    const HEADS: &'static [&'static str] =
        &["ID", "ACCOUNT", "USERNAME", "LOGIN", "STATE", "REASON", "CHANGED"];

    fn cells(&self) -> Vec<String> {
        let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        vec![
            self.id.clone(),
            self.account_id.clone(),
            dash(&self.username),
            self.login.to_string(),
            self.state.clone(),
            dash(&self.reason),
            self.updated_at.clone(),
        ]
    }
}

#[derive(Serialize)]
struct Detail {
    name: &'static str,
    value: String,
}

impl Row for Detail {
    const HEADS: &'static [&'static str] = &["NAME", "VALUE"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.to_owned(), self.value.clone()]
    }
}

/// A connection, fact by fact; no token is among them.
fn details(row: ConnectionRow, connection: &Connection, now: Timestamp) -> Vec<Detail> {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let facts = [
        ("id", Some(row.id)),
        ("account", Some(row.account_id)),
        ("username", row.username),
        ("login", Some(row.login.to_string())),
        ("state", Some(row.state)),
        ("reason", row.reason),
        ("page", connection.page_id.clone()),
        ("facebook-user", connection.facebook_user_id.clone()),
        (
            "scopes",
            Some(connection.scopes.clone()).filter(|scopes| !scopes.is_empty()),
        ),
        ("tasks", connection.tasks.clone()),
        ("subscribed", connection.subscribed.clone()),
        ("token-given", time(connection.issued_at)),
        ("token-ends", time(connection.expires_at)),
        ("renewal-due", time(connection.renew_at)),
        ("data-access-ends", time(connection.data_access_expires_at)),
        ("looked-at", time(connection.looked_at)),
        ("changed", Some(row.updated_at)),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| Some(Detail { name, value: value? }));
    let findings = connect::findings(connection, now)
        .into_iter()
        .map(|finding| Detail {
            name: finding.kind.code(),
            value: format!("{}. {}", finding.message, finding.fix),
        });
    facts.chain(findings).collect()
}

/// Does it.
pub async fn run(action: Action, config: &Config) -> Result<(), Failure> {
    let clock = Clock::system();
    let store = app::open_store(config, clock.clone()).await?;
    match action {
        Action::Add(add) => {
            let id = connect_account(&store, config, clock, add).await?;
            let connection = store.connection(id, None).await?;
            line(&format!(
                "connected: {}",
                describe(&store, &connection).await?.account_id
            ))
        }
        Action::List { workspace, json } => {
            let workspace = match workspace {
                Some(name) => Some(workspace_id(&store, &name).await?),
                None => None,
            };
            let mut found = Vec::new();
            for connection in store.connections(workspace).await? {
                found.push(describe(&store, &connection).await?);
            }
            rows(&found, json)
        }
        Action::Show { id, json } => {
            let connection = store.connection(id, None).await?;
            let row = describe(&store, &connection).await?;
            rows(&details(row, &connection, clock.now()), json)
        }
        Action::Verify { id } => {
            let connection = store.connection(id, None).await?;
            let outcome = app::connector(&store, config, clock)?.verify(&connection).await?;
            match outcome {
                LookOutcome::Works => line("works: Meta answers under this token"),
                LookOutcome::Fails(cause) => Err(Failure::Unsuccessful(format!("{cause}: {}", cause.fix()))),
                LookOutcome::Unknown(why) => Err(Failure::Unsuccessful(why)),
                LookOutcome::Changed => Err(Failure::Unsuccessful(
                    "the connection was changed meanwhile; look again".to_owned(),
                )),
            }
        }
        Action::Remove { id } => {
            let connection = store.connection(id, None).await?;
            let graph = app::graph(config, clock)?;
            // Without its keys the token is destroyed all the same.
            let keyring = app::keyring(config).ok();
            let parted = connect::part(&store, &graph, keyring.as_ref(), vec![connection]).await?;
            line(&format!("removed {id}"))?;
            parted.iter().flat_map(Parting::advice).try_for_each(line)
        }
    }
}

async fn workspace_id(store: &Store, name: &str) -> Result<crate::domain::WorkspaceId, Failure> {
    let unknown = || {
        Failure::Usage(format!(
            "there is no workspace {name}; it is made by its first key: belino keys create"
        ))
    };
    store.workspace(name).await?.ok_or_else(unknown)
}

async fn connect_account(
    store: &Store,
    config: &Config,
    clock: Clock,
    add: Add,
) -> Result<ConnectionId, Failure> {
    let workspace = workspace_id(store, &add.workspace).await?;
    let mut token = String::new();
    std::io::stdin()
        .take(LONGEST_TOKEN)
        .read_to_string(&mut token)
        .map_err(io("could not read the token from standard input"))?;
    let token = token.trim();
    if token.is_empty() {
        return Err(Failure::Usage("no token came on standard input".to_owned()));
    }
    let request = ConnectRequest {
        workspace,
        login: add.login,
        instagram_id: add.account,
        token: AccessToken::new(token),
        page_id: add.page,
    };
    let graph = app::graph(config, clock)?;
    Ok(connect::connect(store, &graph, &app::keyring(config)?, request).await?)
}

async fn describe(store: &Store, connection: &Connection) -> Result<ConnectionRow, Failure> {
    let account = store.account(connection.account_key).await?;
    let (account_id, username) = account
        .map(|account| (account.instagram_id, account.username))
        .unwrap_or_default();
    let state = serde_json::to_value(connection.state).ok();
    Ok(ConnectionRow {
        id: connection.id.to_string(),
        account_id,
        username,
        login: connection.login,
        state: state
            .and_then(|state| state.as_str().map(ToOwned::to_owned))
            .unwrap_or_default(),
        reason: connection.state_reason.clone(),
        updated_at: connection.updated_at.to_string(),
    })
}
