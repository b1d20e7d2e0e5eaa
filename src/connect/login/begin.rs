//! Opening a dialog: a state that nobody can guess, remembered, and the address to send the browser to.

use std::time::Duration;

use url::Url;

use crate::connect::{Connector, random};
use crate::domain::{Login, Timestamp, WorkspaceId};
use crate::graph::LoginApp;
use crate::store::{NewLoginState, StoreError};

/// So long a dialog may be answered.
const ANSWERABLE: Duration = Duration::from_mins(10);

/// What a dialog is opened for.
#[derive(Clone, Debug)]
pub struct DialogRequest {
    /// The tenant that connects.
    pub workspace: WorkspaceId,
    /// The login product.
    pub login: Login,
    /// The permissions to ask for; all that Belino can use unless given.
    pub scopes: Option<Vec<&'static str>>,
    /// Where the browser goes afterwards.
    pub return_to: Option<Url>,
}

/// A dialog to be opened in a browser.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// Its address.
    pub url: Url,
    /// The state that it brings back.
    pub state: String,
    /// Until when it may be answered.
    pub ends_at: Timestamp,
}

/// Why no dialog can be opened.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The app of this login product is not configured.
    #[error("the app for {0} login is not configured: set its id and secret")]
    NotConfigured(Login),
    /// The permissions stand in the app's saved configuration.
    #[error("scopes: BELINO_FACEBOOK_CONFIG_ID says which permissions are asked for; leave scopes out")]
    ScopesConfigured,
    /// A browser must not be sent to just any address.
    #[error("return_to: its origin is not among BELINO_RETURN_ORIGINS")]
    ForeignReturn,
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Connector {
    /// Remembers the dialog and tells where to send the browser.
    pub async fn begin(&self, request: DialogRequest) -> Result<Dialog, BeginError> {
        let (store, logins) = (&self.store, &self.logins);
        let app = logins
            .app(request.login)
            .ok_or(BeginError::NotConfigured(request.login))?;
        if request
            .return_to
            .as_ref()
            .is_some_and(|to| !logins.may_return_to(to))
        {
            return Err(BeginError::ForeignReturn);
        }
        let scopes = asked(app, request.scopes)?;
        let state = random::unguessable();
        let ends_at = store.clock().now() + ANSWERABLE;
        let mut url = app.dialog_url.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &app.id)
            .append_pair("redirect_uri", &logins.redirect_uri())
            .append_pair("response_type", "code")
            .append_pair("state", &state);
        if request.login == Login::Facebook {
            // Else what a person once declined is never shown to them again (graph-oauth.md §1.1).
            url.query_pairs_mut().append_pair("auth_type", "rerequest");
        }
        match &app.config_id {
            Some(id) => url.query_pairs_mut().append_pair("config_id", id),
            None => url.query_pairs_mut().append_pair("scope", &scopes.join(",")),
        };
        store
            .remember_login(NewLoginState {
                hash: random::hash(&state).expect("a state of our own making is short"),
                workspace: request.workspace,
                login: request.login,
                scopes: scopes.into_iter().map(ToOwned::to_owned).collect(),
                return_to: request.return_to.map(Into::into),
                ends_at,
            })
            .await?;
        Ok(Dialog { url, state, ends_at })
    }
}

/// The permissions that a dialog asks for. What a saved configuration asks for is Meta's to know: nothing counts as
/// declined then.
fn asked(app: &LoginApp, wanted: Option<Vec<&'static str>>) -> Result<Vec<&'static str>, BeginError> {
    match (&app.config_id, wanted) {
        (Some(_), Some(_)) => Err(BeginError::ScopesConfigured),
        (Some(_), None) => Ok(Vec::new()),
        (None, wanted) => Ok(wanted.unwrap_or_else(|| app.login.permissions().to_vec())),
    }
}
