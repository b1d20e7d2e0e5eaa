//! Opening a dialog of Meta's for a workspace.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::view::unstored;
use crate::connect::{BeginError, DialogRequest};
use crate::domain::{Login, Timestamp, UnknownWord};
use crate::http::answers::Authorizing;
use crate::http::auth::Admin;
use crate::http::params::{FromQuery, Params, Query};
use crate::http::{Kind, Problem, State, words};

/// The longest address that a browser is sent back to.
const LONGEST_RETURN: usize = 2_048;

/// What a dialog is opened for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The login product.
    #[param(value_type = words::LoginWord)]
    login: Login,
    /// The permissions to ask for, comma-separated; all that Belino can use unless given. The basic ones are always
    /// asked for. Not for Facebook Login where `BELINO_FACEBOOK_CONFIG_ID` names a configuration that says so.
    scopes: Option<String>,
    /// Where the browser goes afterwards, with the result in its query: an address of the public URL or of one of
    /// `BELINO_RETURN_ORIGINS`. Unless given, a page shows the result.
    #[param(value_type = Option<String>, format = Uri)]
    return_to: Option<Url>,
}

impl FromQuery for Wanted {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        let login = query.word("login")?;
        let return_to = query.text("return_to")?;
        if return_to.as_ref().is_some_and(|to| to.len() > LONGEST_RETURN) {
            return Err(Problem::parameter("return_to", "is too long"));
        }
        let return_to = return_to.map(|to| to.parse()).transpose();
        Ok(Self {
            login: login.ok_or_else(|| Problem::parameter("login", "expected facebook or instagram"))?,
            scopes: query.text("scopes")?,
            return_to: return_to.map_err(|error| Problem::parameter("return_to", error))?,
        })
    }
}

/// A dialog to be opened in a browser.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dialog)]
pub struct DialogView {
    /// Where to send the browser.
    url: String,
    /// What the dialog brings back: it is answered once.
    state: String,
    /// Until when it may be answered.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Opens a dialog in which a person connects their accounts.
#[utoipa::path(
    tag = "connections",
    operation_id = "authorize",
    params(Wanted),
    responses((status = 200, description = "The dialog", body = DialogView), Authorizing)
)]
#[get("/authorize")]
pub async fn authorize(
    caller: Admin,
    Params(wanted): Params<Wanted>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let workspace = caller
        .workspace
        .ok_or_else(|| Problem::parameter("workspace", "an operator's key must name the workspace"))?;
    let scopes = wanted.scopes.as_deref();
    let scopes = scopes.map(|list| wanted.login.permissions_of(list)).transpose();
    let scopes = scopes.map_err(|UnknownWord(word, _)| {
        let known = wanted.login.permissions().join(", ");
        let refused = format!(
            "{word:?} is none of {} login's; expected some of: {known}",
            wanted.login
        );
        Problem::parameter("scopes", refused)
    })?;
    let request = DialogRequest {
        workspace,
        login: wanted.login,
        scopes,
        return_to: wanted.return_to,
    };
    let connector = state.connector.clone();
    let begun = state
        .lifecycle
        .shielded(async move { connector.begin(request).await })
        .await?;
    let dialog = begun.map_err(|error| match error {
        BeginError::NotConfigured(_) => Kind::NotConfigured.because(error.to_string()),
        BeginError::ForeignReturn | BeginError::ScopesConfigured => {
            Kind::InvalidParameter.because(error.to_string())
        }
        BeginError::Store(error) => error.into(),
    })?;
    let view = DialogView {
        url: dialog.url.into(),
        state: dialog.state,
        expires_at: dialog.ends_at,
    };
    Ok(unstored(StatusCode::OK, view))
}
