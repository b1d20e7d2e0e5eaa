//! From a stored connection to the access a call needs.

use super::{Keyring, KeyringError};
use crate::graph::Access;
use crate::store::Connection;

/// Opens a connection's token for calls on behalf of the account with this Instagram id.
pub fn open(keyring: &Keyring, connection: &Connection, instagram_id: &str) -> Result<Access, KeyringError> {
    Ok(Access {
        login: connection.login,
        token: keyring.open(connection.id, &connection.key_id, &connection.token)?,
        instagram_id: instagram_id.to_owned(),
        page_id: connection.page_id.clone(),
        user_id: connection.facebook_user_id.clone(),
    })
}
