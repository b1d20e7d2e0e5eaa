//! Connections: making one by a token, and listing them. A token goes in and never out.

use std::collections::BTreeMap;

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Connecting, Looking};
use super::auth::{Admin, Reader};
use super::body::{Body, printable};
use super::page::Page;
use super::params::{Nothing, Params};
use super::status::word;
use super::{Kind, Problem, State, words};
use crate::connect::{ConnectRequest, connect, missing};
use crate::domain::{AccessToken, ConnectionId, Login, Timestamp, WorkspaceId};
use crate::store::Connection;

/// A token, and what it is for.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "login": "facebook", "account": "17841400000000001", "page_id": "310000000000001", "token": "EAAB" }))]
pub struct NewConnection {
    /// The login product that gave the token.
    #[garde(skip)]
    #[schema(value_type = words::LoginWord)]
    login: Login,
    /// The professional account's id; Facebook Login needs it, Instagram Login tells it.
    #[garde(inner(length(min = 1, max = 40), custom(digits)))]
    account: Option<String>,
    /// The token.
    #[garde(length(min = 1, max = 4096), ascii, custom(printable))]
    token: String,
    /// The Page that the account is linked to, for Facebook Login.
    #[garde(inner(length(min = 1, max = 40), custom(digits)))]
    page_id: Option<String>,
    /// The workspace that connects, for an operator's key.
    #[garde(inner(length(min = 1, max = 100), custom(printable)))]
    workspace: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "garde passes the context by reference"
)]
fn digits(text: &str, (): &()) -> garde::Result {
    if text.bytes().all(|c| c.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new("expected digits, as Meta's ids have"))
    }
}

/// An account's access under one login product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: ConnectionId,
    /// Meta's id of the account.
    account_id: String,
    /// The account's user name.
    username: Option<String>,
    /// `facebook` or `instagram`.
    #[schema(value_type = String)]
    login: Login,
    /// `active`, `needs_reconnect`, `missing_scopes` or `restricted`.
    state: &'static str,
    /// What it waits for if it is not active.
    reason: Option<super::events::ReasonView>,
    /// When the token ends; null if Meta did not tell.
    #[schema(value_type = Option<String>, format = DateTime)]
    token_expires_at: Option<Timestamp>,
    /// Granted permissions; empty where Meta does not tell.
    scopes: Vec<String>,
    /// Permissions that processing needs and that are known to be missing.
    missing_scopes: Vec<String>,
    /// The Page through which it works.
    page_id: Option<String>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl ConnectionView {
    /// Of a connection and its account.
    pub fn new(connection: Connection, account_id: String, username: Option<String>) -> Self {
        let scopes: Vec<String> = connection
            .scopes
            .split(',')
            .filter(|scope| !scope.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        Self {
            missing_scopes: missing(&connection).0,
            id: connection.id,
            account_id,
            username,
            login: connection.login,
            state: word(connection.state),
            reason: connection
                .state_reason
                .map(|code| super::events::ReasonView::new(code, None)),
            token_expires_at: connection.expires_at,
            scopes,
            page_id: connection.page_id,
            updated_at: connection.updated_at,
        }
    }
}

/// Connects an account by a token that somebody has already.
///
/// The token is checked with Meta first. Events of the account that waited for this are processed at once.
#[utoipa::path(
    tag = "connections",
    operation_id = "create_connection",
    request_body = NewConnection,
    responses((status = 201, description = "The account is connected", body = ConnectionView), Connecting)
)]
#[post("/connections")]
pub async fn create(
    caller: Admin,
    _: Params<Nothing>,
    Body(new): Body<NewConnection>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let workspace = workspace(&caller, &state, new.workspace.as_deref()).await?;
    let request = ConnectRequest {
        workspace,
        login: new.login,
        instagram_id: new.account,
        token: AccessToken::new(new.token),
        page_id: new.page_id,
    };
    let parts = state.clone();
    let connecting = async move { connect(&parts.store, &parts.graph, &parts.keyring, request).await };
    let id = state.lifecycle.shielded(connecting).await??;
    state.bells.ring_lanes();
    state.bells.ring_feed();
    let view = find(&state, id, workspace).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/instagram/connections/{id}")))
        .json(view))
}

/// The workspace that connects: the key's own, or the one that an operator names in the body or the query.
async fn workspace(caller: &Admin, state: &State, named: Option<&str>) -> Result<WorkspaceId, Problem> {
    let found = match named {
        Some(name) => {
            let id = state.store.workspace(name).await?;
            if !caller.is_operator() && id != caller.workspace {
                return Err(Kind::Forbidden.because("workspace: the key belongs to another one"));
            }
            id.ok_or_else(|| {
                Kind::InvalidBody.because("workspace: there is none of this name; its first key makes it")
            })?
        }
        None => caller.workspace.ok_or_else(|| {
            Kind::InvalidBody.because("workspace: an operator's key must name the workspace")
        })?,
    };
    Ok(found)
}

async fn find(state: &State, id: ConnectionId, workspace: WorkspaceId) -> Result<ConnectionView, Problem> {
    let connection = state.store.connection(id, Some(workspace)).await?;
    let account = state.store.account(connection.account_key).await?;
    let (account_id, username) = account
        .map(|account| (account.instagram_id, account.username))
        .unwrap_or_default();
    Ok(ConnectionView::new(connection, account_id, username))
}

/// Lists the connections, all in one page.
#[utoipa::path(
    tag = "connections",
    operation_id = "list_connections",
    responses((status = 200, description = "A page", body = Page<ConnectionView>), Looking)
)]
#[get("/connections")]
pub async fn list(
    caller: Reader,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<Page<ConnectionView>>, Problem> {
    let accounts = state.store.accounts(caller.workspace).await?;
    let accounts: BTreeMap<_, _> = accounts
        .into_iter()
        .map(|account| (account.key, account))
        .collect();
    let connections = state.store.connections(caller.workspace).await?;
    let views = connections.into_iter().filter_map(|connection| {
        let account = accounts.get(&connection.account_key)?;
        Some(ConnectionView::new(
            connection,
            account.instagram_id.clone(),
            account.username.clone(),
        ))
    });
    Ok(Json(Page::whole(views.collect())))
}
