//! Disconnecting: one connection, or all that an account has. What could not be done at Meta is said.

use actix_web::delete;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Reading;
use super::auth::Admin;
use super::id::{Id, MetaId};
use super::params::{Nothing, Params};
use super::{Kind, Problem, State};
use crate::connect::{Parting, part};
use crate::domain::{Account, ConnectionId, Login};
use crate::store::Connection;

/// What was removed, and what became of it at Meta.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Parting)]
pub struct PartingView {
    /// Meta's id of the account.
    account_id: String,
    /// The removed connections. Their tokens are destroyed here, whatever Meta said.
    removed: Vec<RemovedView>,
    /// What a person may want to do about what could not be done at Meta.
    advice: Vec<&'static str>,
}

/// A removed connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RemovedConnection)]
pub struct RemovedView {
    /// The connection's id, which is no more.
    #[schema(value_type = uuid::Uuid)]
    connection_id: ConnectionId,
    /// `facebook` or `instagram`.
    #[schema(value_type = String)]
    login: Login,
    /// Whether Meta sends no more webhooks for it: `done`, `still_needed` by another connection, or `failed`.
    unsubscribed: &'static str,
    /// Whether the person's permissions were taken back: `done`, `still_needed` by another connection or a choice that is
    /// open in another workspace, `impossible` (with Instagram Login), or `failed`.
    revoked: &'static str,
}

impl PartingView {
    fn new(account_id: String, parted: &[Parting]) -> Self {
        let mut advice: Vec<&'static str> = parted.iter().flat_map(Parting::advice).collect();
        advice.dedup();
        let removed = parted.iter().map(|one| RemovedView {
            connection_id: one.connection,
            login: one.login,
            unsubscribed: one.unsubscribed.as_str(),
            revoked: one.revoked.as_str(),
        });
        Self {
            account_id,
            removed: removed.collect(),
            advice,
        }
    }
}

/// Removes a connection.
///
/// Its token is destroyed, then Meta is told: no more webhooks, no more permissions, unless another connection needs them.
/// The account's history stays, and it can be connected again.
#[utoipa::path(
    tag = "connections",
    operation_id = "delete_connection",
    params(("id" = uuid::Uuid, Path, description = "The connection's id")),
    responses((status = 200, description = "It is removed", body = PartingView), Reading)
)]
#[delete("/connections/{id}")]
pub async fn remove(
    caller: Admin,
    Id(id): Id<ConnectionId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<PartingView>, Problem> {
    let connection = state.store.connection(id, caller.workspace).await?;
    let account = state.store.account(connection.account_key).await?;
    let account_id = account.map(|account| account.instagram_id).unwrap_or_default();
    end(&state, account_id, vec![connection]).await
}

/// Disconnects an account.
///
/// All its connections are removed: their tokens are destroyed, then Meta is told: no more webhooks, no more permissions,
/// unless another account's connection needs them. The account's history stays, and it can be connected again.
#[utoipa::path(
    tag = "connections",
    operation_id = "disconnect_account",
    params(("id" = String, Path, description = "Meta's id of the account")),
    responses((status = 200, description = "It is disconnected", body = PartingView), Reading)
)]
#[delete("/accounts/{id}/connection")]
pub async fn disconnect(
    caller: Admin,
    MetaId(id): MetaId,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<PartingView>, Problem> {
    let accounts = state.store.accounts(caller.workspace).await?;
    let is_meant = |account: &Account| account.instagram_id == id;
    let unknown = || Kind::NotFound.because("there is no such account");
    let account = accounts.into_iter().find(is_meant).ok_or_else(unknown)?;
    let connections = state.store.connections_of(account.key).await?;
    if connections.is_empty() {
        return Err(Kind::NotFound.because("the account is not connected"));
    }
    end(&state, account.instagram_id, connections).await
}

async fn end(
    state: &State,
    account_id: String,
    connections: Vec<Connection>,
) -> Result<Json<PartingView>, Problem> {
    let parts = state.clone();
    let parting = async move { part(&parts.store, &parts.graph, Some(&parts.keyring), connections).await };
    let parted = state.lifecycle.shielded(parting).await??;
    state.bells.ring_lanes();
    state.bells.ring_feed();
    Ok(Json(PartingView::new(account_id, &parted)))
}
