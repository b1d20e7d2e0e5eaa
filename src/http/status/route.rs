//! Whether a workspace is connected, and how each of its accounts stands. Graph is not asked.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::AccountView;
use crate::domain::{AccountKey, WorkspaceId};
use crate::http::answers::Looking;
use crate::http::auth::Reader;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};
use crate::store::{Connection, FieldStanding};

/// Whether and how a workspace is connected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub struct StatusView {
    /// At least one account has a connection that works.
    connected: bool,
    /// Every account, connected or not.
    accounts: Vec<AccountView>,
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
pub async fn standings(state: &State, workspace: Option<WorkspaceId>) -> Result<Vec<AccountView>, Problem> {
    let standings = state.store.standings(workspace).await?;
    let mut by_account = BTreeMap::<AccountKey, Vec<Connection>>::new();
    for connection in state.store.connections(workspace).await? {
        by_account
            .entry(connection.account_key)
            .or_default()
            .push(connection);
    }
    let mut fields = BTreeMap::<AccountKey, Vec<FieldStanding>>::new();
    for field in state.store.field_standings(workspace).await? {
        fields.entry(field.account_key).or_default().push(field);
    }
    let now = state.store.clock().now();
    Ok(standings
        .into_iter()
        .map(|standing| {
            let connections = by_account.remove(&standing.key).unwrap_or_default();
            let fields = fields.remove(&standing.key).unwrap_or_default();
            AccountView::new(standing, connections, fields, now)
        })
        .collect())
}
