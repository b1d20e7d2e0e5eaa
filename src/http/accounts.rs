//! The connected accounts of a workspace: all of them, or the one that is meant.

use actix_web::get;
use actix_web::web::{Data, Json};
use utoipa::IntoParams;

use super::answers::{Looking, Reading};
use super::auth::Reader;
use super::page::Page;
use super::params::{FromQuery, Nothing, Params, Query};
use super::status::{AccountView, standings};
use super::{Kind, Problem, State};
use crate::domain::WorkspaceId;

/// Which account is meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Meant {
    /// Meta's id of it; needed only where there are several.
    account: Option<String>,
}

impl FromQuery for Meant {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        Ok(Self {
            account: query.text("account")?,
        })
    }
}

/// Lists the accounts, connected or not, all in one page.
#[utoipa::path(
    tag = "connections",
    operation_id = "list_accounts",
    responses((status = 200, description = "A page", body = Page<AccountView>), Looking)
)]
#[get("/accounts")]
pub async fn list(
    caller: Reader,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<Page<AccountView>>, Problem> {
    Ok(Json(Page::whole(standings(&state, caller.workspace).await?)))
}

/// Tells the connected account; null if there is none.
#[utoipa::path(
    tag = "connections",
    operation_id = "read_account",
    params(Meant),
    responses((status = 200, description = "The account, or null", body = Option<AccountView>), Reading)
)]
#[get("/account")]
pub async fn one(
    caller: Reader,
    Params(asked): Params<Meant>,
    state: Data<State>,
) -> Result<Json<Option<AccountView>>, Problem> {
    let accounts = standings(&state, caller.workspace).await?;
    let Some(id) = meant(&state, caller.workspace, asked.account).await? else {
        return Ok(Json(None));
    };
    Ok(Json(
        accounts.into_iter().find(|account| account.account_id == id),
    ))
}

/// Meta's id of the account that is meant: the one that is named, else the only connected one; none if there is none.
pub(super) async fn meant(
    state: &State,
    workspace: Option<WorkspaceId>,
    named: Option<String>,
) -> Result<Option<String>, Problem> {
    let mut accounts = standings(state, workspace).await?;
    if let Some(id) = named {
        let known = accounts.iter().any(|account| account.account_id == id);
        let unknown = || Kind::NotFound.because("there is no such account");
        return known.then_some(Some(id)).ok_or_else(unknown);
    }
    accounts.retain(|account| account.connected);
    match (accounts.pop(), accounts.is_empty()) {
        (account, true) => Ok(account.map(|account| account.account_id)),
        (_, false) => Err(Problem::parameter(
            "account",
            "there are several connected accounts: name one",
        )),
    }
}
