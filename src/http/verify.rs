//! Asking Meta at once how an account's connections stand.

use actix_web::post;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Reading;
use super::auth::Admin;
use super::id::MetaId;
use super::params::{Nothing, Params};
use super::status::{AccountView, standings};
use super::{Kind, Problem, State};
use crate::connect::LookOutcome;
use crate::domain::{ConnectionId, Login};
use crate::store::Connection;

/// What Meta said of an account's connections.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verification)]
pub struct VerificationView {
    /// What came of it for each connection.
    checks: Vec<CheckView>,
    /// The account as it stands now.
    account: AccountView,
}

/// What Meta said of a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
pub struct CheckView {
    /// The connection.
    #[schema(value_type = uuid::Uuid)]
    connection_id: ConnectionId,
    /// Its login product.
    #[schema(value_type = String)]
    login: Login,
    /// `works`, `fails`, `unknown` where Meta could not be asked, or `changed-meanwhile`.
    outcome: &'static str,
    /// Why, where it is not `works`.
    message: Option<String>,
}

impl CheckView {
    fn new(connection: &Connection, outcome: &LookOutcome) -> Self {
        Self {
            connection_id: connection.id,
            login: connection.login,
            outcome: outcome.code(),
            message: match outcome {
                LookOutcome::Fails(cause) => Some(cause.fix()),
                LookOutcome::Unknown(why) => Some(why.clone()),
                LookOutcome::Works | LookOutcome::Changed => None,
            },
        }
    }
}

/// Asks Meta at once how an account's connections stand, repairs what may be repaired, and keeps what was learned.
///
/// What was held back by a connection that works again is processed.
#[utoipa::path(
    tag = "connections",
    operation_id = "verify_account",
    params(("id" = String, Path, description = "Meta's id of the account")),
    responses((status = 200, description = "What Meta said", body = VerificationView), Reading)
)]
#[post("/accounts/{id}/verify")]
pub async fn verify(
    caller: Admin,
    MetaId(id): MetaId,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<VerificationView>, Problem> {
    let unknown = || Kind::NotFound.because("there is no such account");
    let found = state.store.accounts(caller.workspace).await?;
    let account = found
        .into_iter()
        .find(|account| account.instagram_id == id)
        .ok_or_else(unknown)?;
    let connections = state.store.connections_of(account.key).await?;
    let connector = state.connector.clone();
    let looking = async move {
        let mut checks = Vec::new();
        for connection in connections {
            let outcome = connector.verify(&connection).await?;
            checks.push(CheckView::new(&connection, &outcome));
        }
        Ok::<_, Problem>(checks)
    };
    let checks = state.lifecycle.shielded(looking).await??;
    state.bells.ring_lanes();
    state.bells.ring_feed();
    let standing = standings(&state, caller.workspace).await?;
    let account = standing
        .into_iter()
        .find(|account| account.account_id == id)
        .ok_or_else(unknown)?;
    Ok(Json(VerificationView { checks, account }))
}
