//! Whether a workspace is connected, and how each of its accounts stands. Graph is not asked.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Looking;
use super::auth::Reader;
use super::connections::ConnectionView;
use super::events::ReasonView;
use super::params::{Nothing, Params};
use super::{Problem, State};
use crate::connect::{self, Finding, FindingKind};
use crate::domain::{AccountKey, Login, Timestamp, WorkspaceId};
use crate::store::{AccountStanding, Connection, ConnectionState};

/// Whether and how a workspace is connected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub struct StatusView {
    /// At least one account has a connection that works.
    connected: bool,
    /// Every account, connected or not.
    accounts: Vec<AccountView>,
}

/// How an account stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountStatus)]
pub struct AccountView {
    /// Meta's id of it.
    pub(super) account_id: String,
    /// Its user name, once read.
    username: Option<String>,
    /// It has a connection that works.
    pub(super) connected: bool,
    /// `active`, `expiring`, `not_subscribed`, `missing_scopes`, `needs_reconnect`, or `disconnected`: by the weightiest
    /// finding of the connection that works best.
    state: &'static str,
    /// What somebody should know of its connections, the weightiest first.
    findings: Vec<FindingView>,
    /// By when a person must connect it again: its token ends and is not renewed, or its access to data ends, which only
    /// a login prolongs. Null if neither is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    reconnect_by: Option<Timestamp>,
    /// When the token ends that works; null if Meta did not tell.
    #[schema(value_type = Option<String>, format = DateTime)]
    token_expires_at: Option<Timestamp>,
    /// Its access under each login product.
    connections: Vec<ConnectionView>,
    /// When its last event came.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_event_at: Option<Timestamp>,
    /// Its events that are not finished.
    backlog: BacklogView,
}

/// What somebody should know of a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionFinding)]
pub struct FindingView {
    /// The login product of the connection.
    #[schema(value_type = String)]
    login: Login,
    /// Stable: what programs decide by.
    code: &'static str,
    /// The same for people.
    message: String,
    /// What to do.
    fix: String,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            login: finding.login,
            code: finding.kind.code(),
            message: finding.message,
            fix: finding.fix,
        }
    }
}

/// An account's events that are not finished.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Backlog)]
pub struct BacklogView {
    /// To be processed now.
    pending: i64,
    /// To be tried at a known time.
    waiting: i64,
    /// Held until something changes.
    parked: i64,
    /// Given up.
    dead: i64,
    /// What the whole account waits for.
    reason: Option<ReasonView>,
    /// Until when the whole account rests, as Meta's limits ask.
    #[schema(value_type = Option<String>, format = DateTime)]
    rest_until: Option<Timestamp>,
}

/// Tells whether the workspace is connected, and how each account stands.
#[utoipa::path(
    tag = "connections",
    operation_id = "read_status",
    responses((status = 200, description = "As it stands", body = StatusView), Looking)
)]
#[get("/status")]
pub async fn read(
    caller: Reader,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<StatusView>, Problem> {
    let accounts = standings(&state, caller.workspace).await?;
    Ok(Json(StatusView {
        connected: accounts.iter().any(|account| account.connected),
        accounts,
    }))
}

/// Every account of a workspace, or all, with what is to be said of it.
pub(super) async fn standings(
    state: &State,
    workspace: Option<WorkspaceId>,
) -> Result<Vec<AccountView>, Problem> {
    let standings = state.store.standings(workspace).await?;
    let mut by_account = BTreeMap::<AccountKey, Vec<Connection>>::new();
    for connection in state.store.connections(workspace).await? {
        by_account
            .entry(connection.account_key)
            .or_default()
            .push(connection);
    }
    let now = state.store.clock().now();
    Ok(standings
        .into_iter()
        .map(|standing| {
            let connections = by_account.remove(&standing.key).unwrap_or_default();
            AccountView::new(standing, connections, now)
        })
        .collect())
}

impl AccountView {
    fn new(standing: AccountStanding, connections: Vec<Connection>, now: Timestamp) -> Self {
        let active = connections
            .iter()
            .find(|connection| connection.state == ConnectionState::Active);
        let found = connections
            .iter()
            .map(|connection| connect::findings(connection, now));
        let found: Vec<Vec<Finding>> = found.collect();
        // One connection that works is enough: the best one tells how the account stands.
        let weight = |found: &Vec<Finding>| found.first().map(|finding| finding.kind);
        let best = found
            .iter()
            .map(weight)
            .max_by_key(|weight| weight.map_or((1, None), |kind| (0, Some(kind))));
        let mut findings: Vec<Finding> = found.into_iter().flatten().collect();
        findings.sort_by_key(|finding| finding.kind);
        Self {
            connected: active.is_some(),
            state: best.map_or("disconnected", |kind| kind.map_or("active", FindingKind::state)),
            findings: findings.into_iter().map(Into::into).collect(),
            reconnect_by: active.and_then(connect::reconnect_by),
            token_expires_at: active.and_then(|connection| connection.expires_at),
            account_id: standing.instagram_id.clone(),
            username: standing.username.clone(),
            last_event_at: standing.last_event_at,
            connections: connections
                .into_iter()
                .map(|connection| {
                    ConnectionView::new(
                        connection,
                        standing.instagram_id.clone(),
                        standing.username.clone(),
                    )
                })
                .collect(),
            backlog: backlog(standing),
        }
    }
}

/// The word for a connection's state.
pub const fn word(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Active => "active",
        ConnectionState::NeedsReconnect => "needs_reconnect",
        ConnectionState::MissingScopes => "missing_scopes",
    }
}

fn backlog(standing: AccountStanding) -> BacklogView {
    let mut counts = standing.counts;
    if standing.parked_on.is_some() {
        counts.parked += counts.pending + counts.waiting;
        (counts.pending, counts.waiting) = (0, 0);
    }
    BacklogView {
        pending: counts.pending,
        waiting: counts.waiting,
        parked: counts.parked,
        dead: counts.dead,
        reason: standing.parked_on.map(|cause| ReasonView::new(cause, None)),
        rest_until: standing.rest_until,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{ConnectionId, Login};
    use crate::store::Counts;

    fn standing(parked_on: Option<&str>) -> AccountStanding {
        AccountStanding {
            key: AccountKey::NOBODY,
            instagram_id: "17841400000000001".to_owned(),
            username: None,
            parked_on: parked_on.map(ToOwned::to_owned),
            rest_until: None,
            last_event_at: None,
            counts: Counts {
                pending: 2,
                waiting: 3,
                parked: 1,
                done: 9,
                dead: 0,
                retired: 0,
            },
        }
    }

    fn connection(login: Login, state: ConnectionState) -> Connection {
        let now = Timestamp::from_seconds(1_772_615_700);
        Connection {
            id: ConnectionId::at(now),
            account_key: AccountKey::NOBODY,
            login,
            state,
            state_reason: None,
            generation: 1,
            scopes: String::new(),
            page_id: None,
            facebook_user_id: None,
            key_id: "file".to_owned(),
            token: vec![1, 2, 3],
            user_key_id: None,
            user_token: None,
            asked: String::new(),
            subscribed: None,
            issued_at: Some(now),
            expires_at: Some(now),
            data_access_expires_at: None,
            renew_at: Some(now),
            renew_tries: 0,
            renew_error: None,
            probe_tries: 0,
            updated_at: now,
        }
    }

    fn shown(standing: AccountStanding, connections: Vec<Connection>) -> serde_json::Value {
        serde_json::to_value(AccountView::new(
            standing,
            connections,
            Timestamp::from_seconds(1_772_000_000),
        ))
        .unwrap()
    }

    #[test]
    fn one_working_connection_makes_an_account_connected() {
        let connections = vec![
            connection(Login::Facebook, ConnectionState::NeedsReconnect),
            connection(Login::Instagram, ConnectionState::Active),
        ];
        let account = shown(standing(None), connections);
        assert_eq!(
            (&account["connected"], &account["state"]),
            (&json!(true), &json!("active"))
        );
        assert_eq!(account["token_expires_at"], "2026-03-04T09:15:00Z");
        assert_eq!(account["backlog"]["pending"], 2);
    }

    #[test]
    fn an_account_without_connections_is_disconnected() {
        let account = shown(standing(Some("reconnect")), Vec::new());
        assert_eq!(
            (&account["connected"], &account["state"]),
            (&json!(false), &json!("disconnected"))
        );
        assert_eq!(
            (&account["backlog"]["parked"], &account["backlog"]["pending"]),
            (&json!(6), &json!(0))
        );
        assert_eq!(account["backlog"]["reason"]["code"], "reconnect");
    }

    #[test]
    fn no_token_is_shown() {
        let account = shown(
            standing(None),
            vec![connection(Login::Instagram, ConnectionState::Active)],
        );
        let shown = account.to_string();
        assert!(
            !shown.contains("key_id") && !shown.contains("\"token\""),
            "{shown}"
        );
    }
}
