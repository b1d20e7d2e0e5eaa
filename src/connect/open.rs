//! From a stored connection to the access a call needs.

use super::keyring::Bound;
use super::{Keyring, KeyringError};
use crate::domain::AccessToken;
use crate::graph::Access;
use crate::store::Connection;

/// Opens a connection's token for calls on behalf of the account with this Instagram id.
pub fn open(keyring: &Keyring, connection: &Connection, instagram_id: &str) -> Result<Access, KeyringError> {
    Ok(Access {
        login: connection.login,
        token: keyring.open(
            Bound::AccessToken(connection.id),
            &connection.key_id,
            &connection.token,
        )?,
        instagram_id: instagram_id.to_owned(),
        page_id: connection.page_id.clone(),
        user_id: connection.facebook_user_id.clone(),
    })
}

/// Opens the person's own token, where there is one beside the Page's.
pub fn open_user(keyring: &Keyring, connection: &Connection) -> Result<Option<AccessToken>, KeyringError> {
    let (Some(key_id), Some(token)) = (&connection.user_key_id, &connection.user_token) else {
        return Ok(None);
    };
    keyring
        .open(Bound::UserToken(connection.id), key_id, token)
        .map(Some)
}
