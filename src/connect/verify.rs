//! Connecting by a token: ask Graph whom it speaks for, then store the connection.

use super::inquiry::Inquiry;
use super::keyring::Bound;
use super::renewal::renew_at;
use super::{ConnectError, Keyring};
use crate::domain::{AccessToken, ConnectionId, Login, Timestamp, WorkspaceId};
use crate::graph::{Access, Graph, Profile};
use crate::store::{Connection, NewConnection, Store};

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
    let expected = request.instagram_id.as_deref();
    let mut inquiry = Inquiry::new(graph, access);
    let connected = match inquiry.verify(expected).await {
        Ok(verified) => {
            inquiry.speaks_for(verified.profile.instagram_id());
            let now = store.clock().now();
            let new = Granted {
                workspace: request.workspace,
                profile: verified.profile,
                facebook_id: verified.facebook_id,
                scopes: verified.scopes,
                asked: Vec::new(),
                user_token: None,
                expires_at: None,
                data_access_expires_at: None,
                renew_at: renew_at(request.login, now, None),
            };
            keep(store, keyring, &inquiry.access, new).await
        }
        Err(error) => Err(error),
    };
    let account = connected.as_ref().ok().map(|connection| connection.account_key);
    inquiry.note(store, account).await;
    connected.map(|connection| connection.id)
}

/// What is known of an account that is to be connected, beside the access to it.
pub(super) struct Granted {
    pub(super) workspace: WorkspaceId,
    pub(super) profile: Profile,
    pub(super) facebook_id: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) asked: Vec<String>,
    /// The person's own token, where calls are made with the Page's.
    pub(super) user_token: Option<AccessToken>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) data_access_expires_at: Option<Timestamp>,
    pub(super) renew_at: Option<Timestamp>,
}

/// Seals what is secret and stores the connection, whole or not at all.
pub(super) async fn keep(
    store: &Store,
    keyring: &Keyring,
    access: &Access,
    new: Granted,
) -> Result<Connection, ConnectError> {
    let id = ConnectionId::at(store.clock().now());
    let (key_id, token) = keyring.seal(Bound::AccessToken(id), &access.token);
    let user_token = new
        .user_token
        .map(|token| keyring.seal(Bound::UserToken(id), &token));
    let profile = new.profile;
    let stored = NewConnection {
        id,
        workspace: new.workspace,
        login: access.login,
        instagram_id: access.instagram_id.clone(),
        app_scoped_id: profile.scoped_id().map(ToOwned::to_owned),
        username: profile.username,
        name: profile.name,
        account_type: profile.account_type,
        page_id: access.page_id.clone(),
        facebook_user_id: new.facebook_id,
        scopes: new.scopes,
        key_id,
        token,
        user_token,
        asked: new.asked,
        expires_at: new.expires_at,
        data_access_expires_at: new.data_access_expires_at,
        renew_at: new.renew_at,
    };
    Ok(store.connect(stored).await?)
}
