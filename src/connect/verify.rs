//! Connecting by a token: ask Graph whom it speaks for, then store the connection.

use super::inquiry::{Inquiry, Verified};
use super::{Keyring, KeyringError};
use crate::domain::{AccessToken, Class, ConnectionId, Login, WorkspaceId};
use crate::graph::{Access, Graph, GraphError};
use crate::store::{Connection, NewConnection, Store, StoreError};

/// A token and what it is said to be for.
#[derive(Clone, Debug)]
pub struct ConnectRequest {
    /// The tenant that connects.
    pub workspace: WorkspaceId,
    /// The login product that gave the token.
    pub login: Login,
    /// The professional account's id; Facebook Login needs it, Instagram Login tells it.
    pub instagram_id: Option<String>,
    /// The token.
    pub token: AccessToken,
    /// The Page that the account is linked to, for Facebook Login.
    pub page_id: Option<String>,
}

/// Why an account was not connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Facebook Login's tokens do not tell which account is meant.
    #[error("name the account: a token of Facebook Login does not tell which one it is for")]
    AccountNeeded,
    /// Meta does not take the token.
    #[error("Meta refused the token: {message}")]
    Refused {
        /// Meta's code.
        code: Option<i64>,
        /// Meta's words.
        message: String,
    },
    /// The token speaks for another account.
    #[error("the token is for account {found}, not for {expected}")]
    WrongAccount {
        /// The account that was named.
        expected: String,
        /// The account that the token speaks for.
        found: String,
    },
    /// A permission without which nothing can be read.
    #[error("the permission {0} was not granted")]
    MissingScope(&'static str),
    /// Meta cannot be asked now.
    #[error("Meta did not answer: {0}")]
    Unavailable(String),
    /// The token cannot be sealed or opened.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<GraphError> for ConnectError {
    fn from(error: GraphError) -> Self {
        match error.class() {
            Class::Retry | Class::Wait(_) | Class::Blocked => Self::Unavailable(error.message),
            _ => Self::Refused {
                code: error.code,
                message: error.message,
            },
        }
    }
}

/// Verifies the token with Graph, seals it and stores the connection. Events of the account that waited
/// for it are adopted at once.
pub async fn connect(
    store: &Store,
    graph: &Graph,
    keyring: &Keyring,
    request: ConnectRequest,
) -> Result<ConnectionId, ConnectError> {
    let access = Access {
        login: request.login,
        token: request.token,
        instagram_id: request.instagram_id.clone().unwrap_or_default(),
        page_id: request.page_id,
        user_id: None,
    };
    let mut inquiry = Inquiry::new(graph, access);
    let connected = match inquiry.verify(request.instagram_id.as_deref()).await {
        Ok(verified) => keep(store, keyring, request.workspace, &inquiry.access, verified).await,
        Err(error) => Err(error),
    };
    let account = connected.as_ref().ok().map(|connection| connection.account_key);
    inquiry.note(store, account).await;
    connected.map(|connection| connection.id)
}

async fn keep(
    store: &Store,
    keyring: &Keyring,
    workspace: WorkspaceId,
    access: &Access,
    verified: Verified,
) -> Result<Connection, ConnectError> {
    let id = ConnectionId::at(store.clock().now());
    let (key_id, token) = keyring.seal(id, &access.token);
    let profile = verified.profile;
    let new = NewConnection {
        id,
        workspace,
        login: access.login,
        instagram_id: access.instagram_id.clone(),
        app_scoped_id: profile.scoped_id().map(ToOwned::to_owned),
        username: profile.username,
        name: profile.name,
        account_type: profile.account_type,
        page_id: access.page_id.clone(),
        facebook_user_id: verified.facebook_id,
        scopes: verified.scopes,
        key_id,
        token,
        expires_at: None,
    };
    store.connect(new).await?;
    Ok(store.connection(id, Some(workspace)).await?)
}
