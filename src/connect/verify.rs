//! Connecting by a token: ask Graph whom it speaks for, then store it.

use super::{Keyring, KeyringError};
use crate::domain::{AccessToken, Class, ConnectionId, Login, WorkspaceId};
use crate::graph::{Access, Graph, GraphError, Me, Permission, Profile};
use crate::store::{NewConnection, Store, StoreError};

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
    let mut access = Access {
        login: request.login,
        token: request.token,
        instagram_id: request.instagram_id.clone().unwrap_or_default(),
        page_id: request.page_id.clone(),
        user_id: None,
    };
    let (profile, facebook_id) = identify(graph, &access, request.instagram_id.as_deref()).await?;
    profile.instagram_id().clone_into(&mut access.instagram_id);
    let scopes = scopes(graph, &access).await?;
    let id = ConnectionId::at(store.clock().now());
    let (key_id, token) = keyring.seal(id, &access.token);
    Ok(store
        .connect(NewConnection {
            id,
            workspace: request.workspace,
            login: request.login,
            instagram_id: access.instagram_id,
            app_scoped_id: profile.scoped_id().map(ToOwned::to_owned),
            username: profile.username,
            name: profile.name,
            account_type: profile.account_type,
            page_id: request.page_id,
            facebook_user_id: facebook_id,
            scopes,
            key_id,
            token,
            expires_at: None,
        })
        .await?)
}

/// The account that the token speaks for; for Facebook Login, also the person or Page behind it.
async fn identify(
    graph: &Graph,
    access: &Access,
    expected: Option<&str>,
) -> Result<(Profile, Option<String>), ConnectError> {
    match graph.me(access).await?.body {
        Me::Account(profile) => match expected {
            Some(expected) if expected != profile.instagram_id() => Err(ConnectError::WrongAccount {
                expected: expected.to_owned(),
                found: profile.instagram_id().to_owned(),
            }),
            _ => Ok((profile, None)),
        },
        Me::Facebook { id } => {
            let expected = expected.ok_or(ConnectError::AccountNeeded)?;
            Ok((graph.account(access, expected).await?.body, Some(id)))
        }
    }
}

/// What was granted, where Meta tells: Facebook Login, with the person's token. A Page's token cannot ask.
async fn scopes(graph: &Graph, access: &Access) -> Result<Vec<String>, ConnectError> {
    if access.login == Login::Instagram {
        return Ok(Vec::new());
    }
    match graph.permissions(access).await {
        Ok(answer) => {
            let granted: Vec<_> = answer
                .body
                .into_iter()
                .filter(Permission::is_granted)
                .map(|p| p.permission)
                .collect();
            let basic = access.login.basic_scope();
            if !granted.is_empty() && !granted.iter().any(|scope| scope == basic) {
                return Err(ConnectError::MissingScope(basic));
            }
            Ok(granted)
        }
        Err(error) if matches!(error.class(), Class::Retry | Class::Wait(_)) => Err(error.into()),
        Err(_) => Ok(Vec::new()),
    }
}
